"""Clock changes and display zones as a front end meets them: the cases of the core, asked over GraphQL."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from cms.graphql.ids import encode_id
from schedules.core.wall_clock import edge, to_datetime
from schedules.models import Location
from tests import factories
from tests.api import ask

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)
DENVER, PHOENIX, NEW_YORK = "America/Denver", "America/Phoenix", "America/New_York"

SLOTS = """query ($input: AvailabilityInput!) {
  availability(input: $input) { days { date starts slots { startsAt endsAt localStart } } } }"""
NEXT = """query ($procedure: ID!, $zone: String) {
  nextAvailable(procedure: $procedure, timeZone: $zone) { startsAt localStart } }"""
BOOK = """mutation ($input: BookAppointmentInput!) {
  bookAppointment(input: $input) {
    ... on Appointment { startsAt endsAt localStart timeZone manageToken } } }"""
LOOK = """query ($token: String!) {
  appointment(manageToken: $token) { startsAt endsAt localStart timeZone } }"""
TOKENS = (
    "query ($input: AvailabilityInput!) { availability(input: $input) { days { slots { startsAt token } } } }"
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def open_clinic(
    *, zone: str, hours: tuple[str, str] = ("09:00", "17:00"), minutes: int = 60, step: int = 60
) -> str:
    """Open one provider every day at a location in `zone`; return the id of the procedure."""
    factories.make_site()
    booking = {"duration_minutes": minutes, "slot_step_minutes": step, "horizon_days": 1000}
    procedure = factories.make_procedure(booking=booking)
    provider = factories.make_provider(offers=[procedure])
    start, end = hours
    factories.make_rule(
        provider=provider,
        location=factories.make_location(name="Clinic", time_zone=zone),
        recurrence="RRULE:FREQ=DAILY",
        start_time=start,
        end_time=end,
    )
    return encode_id("Page", procedure.pk)


def day_of(procedure: str, day: date, zone: str) -> dict[str, Any]:
    asked = {"procedure": procedure, "from": f"{day}", "to": f"{day}", "timeZone": zone}
    [found] = ask(SLOTS, input=asked)["availability"]["days"]
    return dict(found)


def book(token: str) -> dict[str, Any]:
    patient = {"name": "Pat Example", "email": "pat@example.com"}
    asked = {"slotToken": token, "patient": patient, "idempotencyKey": "zone-key"}
    return dict(ask(BOOK, input=asked)["bookAppointment"])


def utc(instants: list[str]) -> list[str]:
    return [instant.removesuffix(":00Z").removesuffix("+00:00") for instant in instants]


@pytest.mark.parametrize(
    ("zone", "hours", "day", "first", "count"),
    [
        pytest.param(DENVER, ("09:00", "17:00"), date(2027, 3, 9), "2027-03-09T16:00", 8, id="case-01"),
        pytest.param(DENVER, ("09:00", "17:00"), date(2027, 3, 16), "2027-03-16T15:00", 8, id="case-02"),
        pytest.param(DENVER, ("09:00", "17:00"), date(2026, 10, 27), "2026-10-27T15:00", 8, id="case-03-a"),
        pytest.param(DENVER, ("09:00", "17:00"), date(2026, 11, 3), "2026-11-03T16:00", 8, id="case-03-b"),
        pytest.param(DENVER, ("13:00", "18:00"), SPRING, "2027-03-14T19:00", 5, id="case-04"),
        pytest.param(DENVER, ("00:00", "24:00"), SPRING, "2027-03-14T07:00", 23, id="case-05"),
        pytest.param(DENVER, ("00:00", "24:00"), AUTUMN, "2027-11-07T06:00", 25, id="case-06"),
        pytest.param(DENVER, ("01:00", "04:00"), SPRING, "2027-03-14T08:00", 2, id="case-07"),
        pytest.param(DENVER, ("02:00", "03:00"), SPRING, None, 0, id="case-08"),
        pytest.param(DENVER, ("02:15", "02:45"), SPRING, None, 0, id="case-09"),
        pytest.param(DENVER, ("02:30", "04:00"), SPRING, "2027-03-14T09:00", 1, id="case-10"),
        pytest.param(DENVER, ("00:00", "03:00"), AUTUMN, "2027-11-07T06:00", 4, id="case-11"),
        pytest.param(DENVER, ("01:30", "02:30"), AUTUMN, "2027-11-07T08:00", 1, id="case-12"),
        pytest.param(DENVER, ("00:30", "01:30"), AUTUMN, None, 0, id="case-13"),
        # The part past midnight of the night before, and the two hours before the next midnight.
        pytest.param(DENVER, ("22:00", "06:00"), SPRING, "2027-03-14T07:00", 5 + 2, id="case-16"),
        pytest.param(DENVER, ("22:00", "06:00"), AUTUMN, "2027-11-07T06:00", 7 + 2, id="case-17"),
        pytest.param(PHOENIX, ("09:00", "17:00"), date(2027, 7, 15), "2027-07-15T16:00", 8, id="case-24-a"),
        pytest.param(DENVER, ("09:00", "17:00"), date(2027, 7, 15), "2027-07-15T15:00", 8, id="case-24-b"),
        pytest.param(
            "Australia/Lord_Howe", ("01:00", "04:00"), date(2026, 10, 4), "2026-10-03T14:30", 2, id="case-25"
        ),
        pytest.param(
            "Asia/Kathmandu", ("09:00", "17:00"), date(2027, 3, 9), "2027-03-09T03:15", 8, id="case-26"
        ),
        pytest.param(NEW_YORK, ("09:00", "17:00"), date(2027, 3, 15), "2027-03-15T13:00", 8, id="new-york"),
    ],
)
def test_day_at_the_location(
    zone: str, hours: tuple[str, str], day: date, first: str | None, count: int
) -> None:
    found = day_of(open_clinic(zone=zone, hours=hours), day, zone)

    assert (utc(found["starts"])[:1], len(found["starts"])) == ([first] if first else [], count)


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        pytest.param("2027-11-07T07:30", "2027-11-07T08:30", "2027-11-07T01:30", id="case-14"),
        pytest.param("2027-03-14T08:30", "2027-03-14T09:30", "2027-03-14T01:30", id="case-15"),
    ],
)
def test_visit_across_a_change_is_an_elapsed_hour(start: str, end: str, label: str) -> None:
    procedure = open_clinic(zone=DENVER, hours=("00:00", "24:00"), step=30)
    day = start[:10]
    asked = {"procedure": procedure, "from": day, "to": day}
    [found] = ask(TOKENS, input=asked)["availability"]["days"]
    tokens = dict(zip(utc([slot["startsAt"] for slot in found["slots"]]), found["slots"], strict=True))

    booked = book(tokens[start]["token"])

    assert utc([booked["startsAt"], booked["endsAt"]]) == [start, end]
    assert (booked["localStart"], booked["timeZone"]) == (label, DENVER)


def test_case_27_visit_keeps_its_instant_and_promise_when_the_zone_is_corrected() -> None:
    procedure = open_clinic(zone=DENVER, hours=("09:00", "10:00"))
    day = {"procedure": procedure, "from": "2027-07-15", "to": "2027-07-15"}
    [slot] = ask(TOKENS, input=day)["availability"]["days"][0]["slots"]
    booked = book(slot["token"])

    Location.objects.update(time_zone=PHOENIX)

    assert ask(LOOK, token=booked["manageToken"])["appointment"] == {
        "startsAt": booked["startsAt"],
        "endsAt": booked["endsAt"],
        "localStart": "2027-07-15T09:00",
        "timeZone": DENVER,
    }
    # The hours follow the clock of the location, an hour behind.
    assert utc([booked["startsAt"]]) == ["2027-07-15T15:00"]
    assert utc(day_of(procedure, date(2027, 7, 15), PHOENIX)["starts"]) == ["2027-07-15T16:00"]


@pytest.mark.parametrize(
    ("zone", "day", "label"),
    [
        pytest.param(NEW_YORK, date(2027, 3, 9), "2027-03-09T11:00", id="case-18-winter"),
        pytest.param(NEW_YORK, date(2027, 3, 16), "2027-03-16T11:00", id="case-18-summer"),
        pytest.param(PHOENIX, date(2027, 3, 9), "2027-03-09T09:00", id="case-19-winter"),
        pytest.param(PHOENIX, date(2027, 3, 16), "2027-03-16T08:00", id="case-19-summer"),
        pytest.param("Europe/Berlin", date(2027, 3, 9), "2027-03-09T17:00", id="case-20-winter"),
        pytest.param("Europe/Berlin", date(2027, 3, 16), "2027-03-16T16:00", id="case-20-between"),
        pytest.param("Europe/Berlin", date(2027, 3, 30), "2027-03-30T17:00", id="case-20-summer"),
        pytest.param("Asia/Kolkata", date(2027, 3, 9), "2027-03-09T21:30", id="case-23"),
        pytest.param("Asia/Kathmandu", date(2027, 3, 9), "2027-03-09T21:45", id="kathmandu"),
        pytest.param("Australia/Lord_Howe", date(2027, 3, 9), "2027-03-10T03:00", id="lord-howe"),
    ],
)
def test_denver_at_nine_as_others_read_it(zone: str, day: date, label: str) -> None:
    procedure = open_clinic(zone=DENVER, hours=("09:00", "10:00"))
    nine = to_datetime(edge(day=day, minutes=540, zone=DENVER))

    with time_machine.travel(nine - timedelta(hours=1), tick=False):
        shown = ask(NEXT, procedure=procedure, zone=zone)["nextAvailable"]
        found = day_of(procedure, date.fromisoformat(label[:10]), zone)

    assert shown[0]["localStart"] == label
    assert [slot["localStart"] for slot in found["slots"]] == [label]


@pytest.mark.parametrize(
    ("day", "count", "edges"),
    [
        pytest.param(date(2027, 3, 9), 0, [], id="case-22-ninth"),
        pytest.param(date(2027, 3, 10), 30, ["2027-03-10T01:00", "2027-03-10T08:15"], id="case-22-tenth"),
    ],
)
def test_tuesday_in_denver_is_wednesday_in_tokyo(day: date, count: int, edges: list[str]) -> None:
    """Cases 21 and 22."""
    factories.make_site()
    procedure = factories.make_procedure(booking={"horizon_days": 1000})
    provider = factories.make_provider(offers=[procedure])
    factories.make_rule(provider=provider, location=factories.make_location())

    found = day_of(encode_id("Page", procedure.pk), day, "Asia/Tokyo")

    labels = [slot["localStart"] for slot in found["slots"]]
    assert (len(labels), [*labels[:1], *labels[-1:]]) == (count, edges)


def test_ninety_two_days_across_both_changes_group_by_the_dates_of_the_zone() -> None:
    """Every start lies on its own date in the display zone, in a window that has a change of both zones."""
    procedure = open_clinic(zone=DENVER, hours=("00:00", "24:00"))
    asked = {"procedure": procedure, "from": "2027-02-01", "to": "2027-05-03", "timeZone": "Europe/Berlin"}

    days = ask(SLOTS, input=asked)["availability"]["days"]

    assert [day["date"] for day in days] == [
        f"{date(2027, 2, 1) + timedelta(days=number)}" for number in range(92)
    ]
    assert [slot["localStart"][:10] for day in days for slot in day["slots"]] == [
        day["date"] for day in days for _ in day["slots"]
    ]
    # Berlin loses an hour, and what Denver skips is an hour that nobody has.
    assert sum(len(day["starts"]) for day in days) == 92 * 24 - 1
