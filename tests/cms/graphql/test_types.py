from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import graphene
import pytest
from graphql import GraphQLError

from cms.graphql.extend import AlreadyDeclared, add_field
from cms.graphql.types import Date, DateTime


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2027, 3, 9, 16, 0, 0, 999_999, tzinfo=UTC),
        datetime(2027, 3, 9, 9, 0, tzinfo=ZoneInfo("America/Denver")),
        datetime(2027, 3, 9, 21, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
)
def test_instant_prints_in_utc_to_the_second(instant: datetime) -> None:
    assert DateTime.serialize(instant) == "2027-03-09T16:00:00Z"


def test_instant_reads_any_offset() -> None:
    assert DateTime.parse_value("2027-03-09T09:00:00-07:00") == datetime(2027, 3, 9, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2027-03-09T16:00:00",
        "2027-03-09",
        "20270309T160000Z",
        "9999-12-31T23:59:59-01:00",
        "2027-02-30T00:00:00Z",
        "",
        5,
        None,
        True,
    ],
)
def test_instant_refuses_other_values(value: Any) -> None:
    with pytest.raises(GraphQLError, match="DateTime needs an instant"):
        DateTime.parse_value(value)


def test_day_round_trip() -> None:
    assert Date.serialize(Date.parse_value("2027-03-09")) == "2027-03-09"
    assert Date.parse_value("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "value", ["20270309", "2027-W10-2", "2027-02-29", "2027-3-9", "٢٠٢٧-٠٣-٠٩", "", 20270309, None]
)
def test_day_refuses_other_values(value: Any) -> None:
    with pytest.raises(GraphQLError, match="Date needs a calendar day"):
        Date.parse_value(value)


def test_added_field_resolves_on_the_lower_type() -> None:
    class Lower(graphene.ObjectType):
        name = graphene.String()

    class Query(graphene.ObjectType):
        lower = graphene.Field(Lower, resolver=lambda root, info: {"name": "low"})

    add_field(
        Lower, "upper_name", graphene.Field(graphene.String, resolver=lambda row, info: row["name"].upper())
    )

    assert graphene.Schema(query=Query).execute("{ lower { name upperName } }").data == {
        "lower": {"name": "low", "upperName": "LOW"}
    }


def test_added_field_of_a_taken_name_is_refused() -> None:
    class Lower(graphene.ObjectType):
        name = graphene.String()

    with pytest.raises(AlreadyDeclared):
        add_field(Lower, "name", graphene.Field(graphene.Int))
