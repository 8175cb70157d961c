"""explainSlot: for staff alone, in step with the search, without patients."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from wagtail.models import APIToken

from cms.core.models import User
from cms.graphql.ids import encode_id
from schedules.operations import block_time
from tests import factories
from tests.schedules.worlds import NOW, TUESDAY, BookingWorld, add_provider, at, make_world

pytestmark = pytest.mark.django_db
EXPLAIN = """query ($procedure: ID!, $at: DateTime!, $provider: ID, $location: ID, $minutes: Int) {
  explainSlot(procedure: $procedure, startsAt: $at, provider: $provider, location: $location,
      durationMinutes: $minutes) {
    isFree reasons { kind message provider { title } location { name } reference } } }"""


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


@pytest.fixture
def desk() -> User:
    user = factories.make_staff(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="view_appointment"))
    return user


STATEMENTS = 13


def send(world: BookingWorld, *, viewer: User | None, local: str = "10:00", **variables: Any) -> Any:
    headers = {}
    if viewer:
        _, token = APIToken.create_token(user=viewer, name="tool")
        headers["Authorization"] = f"Bearer {token}"
    standard = {
        "procedure": encode_id("Page", world.procedure.pk),
        "at": at(local).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    body = {"query": EXPLAIN, "variables": standard | variables}
    return Client().post("/graphql/", body, content_type="application/json", headers=headers)


def explained(world: BookingWorld, viewer: User, **asked: Any) -> Any:
    return send(world, viewer=viewer, **asked).json()["data"]["explainSlot"]


def reason(kind: str, message: str, *, reference: str | None = None) -> dict[str, Any]:
    return {
        "kind": kind,
        "message": f"Dr. Sarah White{message}",
        "provider": {"title": "Dr. Sarah White"},
        "location": {"name": "Denver"},
        "reference": reference,
    }


def test_free_time_names_the_rule_that_opens_it(world: BookingWorld, desk: User) -> None:
    assert explained(world, desk) == {
        "isFree": True,
        "reasons": [reason("OPEN", " at Denver: open by “Every Tuesday, 09:00 to 17:00, Denver”.")],
    }


def test_taken_time_names_the_visit_and_no_patient(world: BookingWorld, desk: User) -> None:
    visit = world.book("10:00").appointment
    answer = send(world, viewer=desk, local="10:15")

    assert answer.json()["data"]["explainSlot"] == {
        "isFree": False,
        "reasons": [reason("VISIT", f": visit {visit.reference} takes the time.", reference=visit.reference)],
    }
    assert "Pat" not in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_buffer_of_the_other_visit_is_no_visit(desk: User) -> None:
    world = make_world(buffer_after_minutes=30)
    visit = world.book("10:00").appointment

    message = f": too close to visit {visit.reference}, with the time kept free around visits."
    assert explained(world, desk, local="11:00") == {
        "isFree": False,
        "reasons": [reason("BUFFER", message, reference=visit.reference)],
    }


def test_closures_absences_and_blocks_are_named(world: BookingWorld, desk: User) -> None:
    factories.make_closure(starts_on=TUESDAY, start_time="09:00", end_time="10:30")
    factories.make_exception(provider=world.provider, starts_on=TUESDAY, ends_on=date(2027, 3, 10))
    block_time(
        provider=world.provider.pk,
        starts_at=at("10:00"),
        ends_at=at("11:00"),
        actor=desk,
        reason="Team meeting",
        now=NOW,
    )

    assert explained(world, desk)["reasons"] == [
        reason("CLOSURE", " at Denver: closed 09 Mar 2027, 09:00 to 10:30."),
        reason("EXCEPTION", " at Denver: away 09 Mar 2027 to 10 Mar 2027."),
        reason("BLOCK", ": a block (Team meeting) takes the time."),
    ]


def test_what_takes_the_time_is_named_where_there_are_no_hours(world: BookingWorld, desk: User) -> None:
    visit, boulder = world.book("10:00").appointment, factories.make_location(name="Boulder")
    taken = reason("VISIT", f": visit {visit.reference} takes the time.", reference=visit.reference)
    in_boulder, anywhere = {"location": {"name": "Boulder"}}, {"location": None}

    there = explained(world, desk, local="10:20", location=encode_id("Location", boulder.pk))
    world.provider.availability_rules.all().delete()
    nowhere = explained(world, desk)

    assert there["reasons"] == [
        reason("OFF_GRID", "") | {"message": "Visits start every 15 minutes, from midnight on."} | in_boulder,
        reason("NO_HOURS", " at Boulder: no hours for this procedure that day.") | in_boulder,
        taken | in_boulder,
    ]
    assert nowhere["reasons"] == [
        reason("NO_HOURS", " at any location: no hours for this procedure that day.") | anywhere,
        taken | anywhere,
    ]


def test_every_provider_has_a_reason_and_one_can_be_asked_for(world: BookingWorld, desk: User) -> None:
    daniel = add_provider(world, name="Daniel Kim")
    world.book("10:00", provider=world.provider, providers=(world.provider, daniel))

    anybody = explained(world, desk)
    sarah = explained(world, desk, provider=encode_id("Page", world.provider.pk))

    assert (anybody["isFree"], [each["provider"]["title"] for each in anybody["reasons"]]) == (
        True,
        ["Dr. Daniel Kim"],
    )
    assert (sarah["isFree"], [each["kind"] for each in sarah["reasons"]]) == (False, ["VISIT"])


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({"local": "10:05"}, ["OFF_GRID"]),
        ({"local": "08:00"}, ["OUTSIDE_HOURS"]),
        ({"local": "16:30"}, ["DOES_NOT_FIT"]),
        ({"at": "2027-03-10T17:00:00Z"}, ["NO_HOURS"]),
        ({"at": "2027-02-23T17:00:00Z"}, ["TOO_SOON"]),
        ({"at": "2035-01-02T17:00:00Z"}, ["TOO_FAR"]),
        ({"location": encode_id("Location", 999)}, ["NO_HOURS"]),
        ({"provider": encode_id("Page", 999)}, ["NOT_PERFORMED"]),
    ],
)
def test_kinds(world: BookingWorld, desk: User, asked: dict[str, Any], kinds: list[str]) -> None:
    found = explained(world, desk, **asked)
    assert (found["isFree"], [each["kind"] for each in found["reasons"]]) == (False, kinds)


@pytest.mark.parametrize(
    ("notice", "message"),
    [
        (1, "Patients book at least 1 minute before."),
        (60, "Patients book at least 1 hour before."),
        (90, "Patients book at least 90 minutes before."),
        (1440, "Patients book at least 24 hours before."),
        (1500, "Patients book at least 25 hours before."),
        (2880, "Patients book at least 2 days before."),
    ],
)
def test_notice_is_said_in_the_largest_unit_that_divides_it(desk: User, notice: int, message: str) -> None:
    world = make_world(min_notice_minutes=notice)

    with time_machine.travel(at("10:00"), tick=False):
        [found] = explained(world, desk)["reasons"]

    assert (found["kind"], found["message"]) == ("TOO_SOON", message)


@pytest.mark.parametrize("late", [timedelta(microseconds=1), timedelta(seconds=59), timedelta(minutes=1)])
@pytest.mark.parametrize("notice", [0, 1440])
def test_start_that_has_passed_is_past_whatever_the_notice(desk: User, notice: int, late: timedelta) -> None:
    world = make_world(min_notice_minutes=notice)

    with time_machine.travel(at("10:00") + late, tick=False):
        [found] = explained(world, desk)["reasons"]

    assert (found["kind"], found["message"]) == ("TOO_SOON", "The time is past.")


@pytest.mark.parametrize(
    ("days", "message"),
    [(1, "Patients book at most 1 day ahead."), (7, "Patients book at most 7 days ahead.")],
)
def test_horizon_is_said_in_days(desk: User, days: int, message: str) -> None:
    [found] = explained(make_world(horizon_days=days), desk)["reasons"]

    assert (found["kind"], found["message"]) == ("TOO_FAR", message)


@pytest.mark.parametrize(
    ("field", "kind", "span"),
    [("max_per_provider_per_day", "DAY_FULL", "day"), ("max_per_provider_per_week", "WEEK_FULL", "week")],
)
@pytest.mark.parametrize(
    ("visits", "words"), [(1, "1 visit of this procedure"), (2, "2 visits of this procedure")]
)
def test_cap_names_what_it_counts(
    desk: User, field: str, kind: str, span: str, visits: int, words: str
) -> None:
    world = make_world(**{field: visits})
    for local in ("13:00", "14:00")[:visits]:
        world.book(local, key=f"key-at-{local}")

    assert explained(world, desk)["reasons"] == [
        reason(kind, f" at Denver: {words} that {span} is the limit.")
    ]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"procedure": "x"}, "procedure"),
        ({"minutes": 7}, "durationMinutes"),
        ({"at": "2027-03-09T17:00:30Z"}, "startsAt"),
        ({"at": "9999-12-31T17:00:00Z"}, "startsAt"),
    ],
)
def test_bad_input_is_refused(world: BookingWorld, desk: User, asked: dict[str, Any], field: str) -> None:
    [error] = send(world, viewer=desk, **asked).json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_INPUT", field)


def test_only_staff_who_see_appointments_are_answered(world: BookingWorld) -> None:
    stranger = factories.make_staff(username="editor", is_superuser=False)
    refused = [send(world, viewer=viewer).json() for viewer in (None, stranger)]

    assert [(each["data"], each["errors"][0]["extensions"]["code"]) for each in refused] == [
        (None, "UNAUTHENTICATED"),
        (None, "FORBIDDEN"),
    ]


def test_lapsed_hold_hides_nothing(world: BookingWorld, desk: User) -> None:
    visit = world.book("10:00").appointment
    visit.claims.update(expires_at=NOW + timedelta(minutes=5))
    held = type(visit).objects.filter(pk=visit.pk)
    held.update(status="held", hold_expires_at=NOW + timedelta(minutes=5))

    assert [each["kind"] for each in explained(world, desk)["reasons"]] == ["HOLD"]
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        assert explained(world, desk)["isFree"] is True


def test_explanation_runs_the_same_statements_for_one_and_three_providers(
    world: BookingWorld, desk: User, django_assert_num_queries: Any
) -> None:
    def ask_all() -> Any:
        return explained(world, desk)

    world.book("10:00")
    ask_all()
    with django_assert_num_queries(STATEMENTS):
        assert len(ask_all()["reasons"]) == 1
    for name in ("Daniel Kim", "Ana Ruiz"):
        provider = add_provider(world, name=name)
        world.book("10:00", key=name, provider=provider, providers=(provider,))
    with django_assert_num_queries(STATEMENTS):
        assert len(ask_all()["reasons"]) == 3
