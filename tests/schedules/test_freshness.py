"""How long answers of the schedule may be kept: what depends on bookings is live, what is secret private."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import path
from pytest_django import Settings

from cms.graphql.documents import Documents
from cms.graphql.freshness import Freshness
from cms.graphql.ids import encode_id
from cms.graphql.limits import Limits
from cms.graphql.requests import document_id_of
from cms.graphql.types import PAGE_KIND
from cms.graphql.view import graphql_view
from cms.schema import schema
from schedules.schema.hours import next_quarter
from tests import factories
from tests.schedules.worlds import NOW, make_world

WINDOW = '{procedure: "x", from: "2027-03-09", to: "2027-03-09"}'
DOCUMENTS = {
    "{ procedures { nodes { title offeredOn { summary } booking { durationMinutes } } } }": Freshness.CONTENT,
    f"{{ availability(input: {WINDOW}) {{ revision }} }}": Freshness.LIVE,
    '{ nextAvailable(procedure: "x") { startsAt } }': Freshness.LIVE,
    "{ procedures { nodes { nextAvailable { startsAt } } } }": Freshness.LIVE,
    '{ clinic { name } provider(slug: "x") { ...F } } fragment F on ProviderPage '
    '{ nextAvailable(procedure: "x") { startsAt } }': Freshness.LIVE,
    '{ procedures { nodes { nextAvailable { startsAt } } } appointment(manageToken: "x") { reference } }': (
        Freshness.PRIVATE
    ),
    'mutation { cancelAppointment(input: {manageToken: "x", idempotencyKey: "y"}) { __typename } }': (
        Freshness.PRIVATE
    ),
    "{ __schema { queryType { name } } }": Freshness.PRIVATE,
}


@pytest.mark.parametrize(("text", "freshness"), DOCUMENTS.items())
def test_strictest_field_of_a_document_decides(text: str, freshness: Freshness) -> None:
    documents = Documents(schema.graphql_schema, limits=Limits())
    assert documents.get(text).shape.freshness is freshness


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2027, 3, 9, 6, 59, 59, 1, UTC), datetime(2027, 3, 9, 7, tzinfo=UTC)),
        (datetime(2027, 3, 9, 7, tzinfo=UTC), datetime(2027, 3, 9, 7, 15, tzinfo=UTC)),
        (datetime(2027, 3, 9, 23, 50, tzinfo=UTC), datetime(2027, 3, 10, tzinfo=UTC)),
    ],
)
def test_next_quarter(now: datetime, expected: datetime) -> None:
    assert next_quarter(now) == expected


def get(settings: Settings, text: str, *, known: str = "") -> Any:
    """Return the answer to a GET of a stored document, to a client that has the answer `known`."""
    view = graphql_view(schema, stored_documents={document_id_of(text): text}.get)
    settings.ROOT_URLCONF = (path("graphql/", view),)
    settings.CDN_MAX_AGE = 100_000
    query = urlencode({"documentId": document_id_of(text)})
    return Client().get(f"/graphql/?{query}", headers={"host": "localhost", "If-None-Match": known})


HOURS = "{ procedures { nodes { offeredOn { summary } } } }"
RULES = "{ providers { nodes { availabilityRules { summary } } } }"
PLACES = "{ providers { nodes { locations { name } } } }"


@pytest.mark.django_db
@pytest.mark.parametrize("text", [HOURS, RULES, PLACES])
@pytest.mark.parametrize(
    ("until", "now", "shared"),
    [
        (None, datetime(2027, 3, 1, 10, tzinfo=UTC), 100_000),
        # A day ends first in the easternmost zone, at 10:00 in UTC.
        (date(2027, 3, 1), datetime(2027, 3, 1, 9, 30, tzinfo=UTC), 1_800),
        (date(2027, 3, 1), datetime(2027, 3, 1, 10, 5, tzinfo=UTC), 600),
    ],
)
def test_hours_are_kept_until_they_may_be_over(
    settings: Settings, text: str, until: date | None, now: datetime, shared: int
) -> None:
    location = factories.make_location()
    provider = factories.make_provider(offers=[factories.make_procedure()])
    factories.make_rule(provider=provider, location=location, valid_until=until)
    with time_machine.travel(now, tick=False):
        control = get(settings, text)["Cache-Control"]
    assert f"s-maxage={shared}," in control


@pytest.mark.django_db
@pytest.mark.parametrize("root", ["procedures", "providers"])
def test_filter_by_place_is_kept_until_a_day_may_be_over(settings: Settings, root: str) -> None:
    with time_machine.travel(datetime(2027, 3, 1, 9, 50, tzinfo=UTC), tick=False):
        control = get(settings, f'{{ {root}(location: "TG9jYXRpb246MQ") {{ totalCount }} }}')["Cache-Control"]
    assert "s-maxage=600," in control


@pytest.mark.django_db
def test_free_times_are_public_and_those_around_a_visit_private(settings: Settings) -> None:
    location = factories.make_location()
    procedure = factories.make_procedure()
    provider = factories.make_provider(offers=[procedure])
    factories.make_rule(provider=provider, location=location)
    slots = "{ availability(input: {%s}) { revision } }"
    now = datetime(2027, 3, 1, 9, 50, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        day = (now + timedelta(days=1)).date()
        asked = f'procedure: "{encode_id(PAGE_KIND, procedure.pk)}", from: "{day}", to: "{day}"'
        free = get(settings, slots % asked)
        around = get(settings, slots % f'{asked}, ignoreAppointment: "unknown"')

    assert (free.status_code, around.status_code) == (200, 200)
    assert "errors" not in free.json() | around.json()
    assert free["Cache-Control"] == "public, max-age=5"
    assert (around["Cache-Control"], around.has_header("ETag")) == ("private, no-store", False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "document",
    [
        '{ availability(input: {procedure: "%s", from: "2027-03-09", to: "2027-03-31"}) '
        "{ revision days { starts } } }",
        '{ nextAvailable(procedure: "%s", first: 30) { startsAt } }',
    ],
)
def test_free_times_are_sent_again_only_once_they_have_changed(settings: Settings, document: str) -> None:
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        text = document % encode_id(PAGE_KIND, world.procedure.pk)
        first = get(settings, text)
        unchanged = get(settings, text, known=first["ETag"])
        world.book("10:00", on=date(2027, 3, 2), now=NOW)
        world.book("10:00", key="second-key")
        changed = get(settings, text, known=first["ETag"])

    assert (first.status_code, first["ETag"][:3] == 'W/"') == (200, False)
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", first["ETag"])
    assert unchanged["Cache-Control"] == first["Cache-Control"] == "public, max-age=5"
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)
