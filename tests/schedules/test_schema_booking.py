"""Booking over GraphQL: what a front end asks and what it gets."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cms.graphql.ids import encode_id
from providers.models import ProviderPage
from schedules.core.wall_clock import to_minutes
from schedules.models import Appointment, AppointmentEvent
from schedules.tokens import SlotChoice, sign_slot
from tests import factories
from tests.api import ask, post, refusal
from tests.schedules.worlds import NOW, BookingWorld, add_provider, at, everything, make_world

pytestmark = pytest.mark.django_db

AVAILABILITY = """
query ($input: AvailabilityInput!) {
  availability(input: $input) {
    timeZone revision nextStart
    days { date starts slots {
      startsAt endsAt localStart timeZone token location { name timeZone } providers { title } } }
  }
}"""
STARTS = "query ($input: AvailabilityInput!) { availability(input: $input) { days { date starts } } }"
REFUSED = "... on BookingRefused { code message retryable field alternatives { startsAt token } }"
VISIT = """... on Appointment {
  reference status startsAt endsAt localStart timeZone canCancelUntil canRescheduleUntil
  manageToken patientName
  procedure { title } provider { title } location { name }
}"""
BOOK = (
    f"mutation ($input: BookAppointmentInput!) {{ bookAppointment(input: $input) {{ {VISIT} {REFUSED} }} }}"
)
BOOK_ONLY = """mutation ($input: BookAppointmentInput!) {
  bookAppointment(input: $input) { ... on Appointment { reference } } }"""
MOVE = f"""mutation ($input: RescheduleAppointmentInput!) {{
  rescheduleAppointment(input: $input) {{ {VISIT} {REFUSED} }} }}"""
CANCEL = f"""mutation ($input: CancelAppointmentInput!) {{
  cancelAppointment(input: $input) {{ {VISIT} {REFUSED} }} }}"""
# The host's site, the limit for waiting, the key, hours with offerings, exceptions with closures and rooms,
# the resources, their lock, the claims, and all that is written. The test's transaction needs two savepoints.
BOOKING_STATEMENTS = 9 + 2
SHOW = """query ($token: String!) {
  appointment(manageToken: $token) { reference status procedure { title summary } } }"""


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


def page_id(page: Any) -> str:
    return encode_id("Page", page.pk)


def window(world: BookingWorld, first: str, last: str, **more: Any) -> dict[str, Any]:
    return {"procedure": page_id(world.procedure), "from": first, "to": last, **more}


def days(world: BookingWorld, first: str, last: str, **more: Any) -> dict[str, list[str]]:
    answer = ask(STARTS, input=window(world, first, last, **more))["availability"]
    return {day["date"]: day["starts"] for day in answer["days"]}


def tokens(world: BookingWorld, day: str = "2027-03-09", **more: Any) -> dict[str, str]:
    answer = ask(AVAILABILITY, input=window(world, day, day, **more))["availability"]
    return {slot["localStart"][11:]: slot["token"] for slot in answer["days"][0]["slots"]}


def book(token: str, *, key: str = "key-1", **more: Any) -> dict[str, Any]:
    patient = {"name": "Pat Example", "email": "pat@example.com"}
    return ask(BOOK, input={"slotToken": token, "patient": patient, "idempotencyKey": key, **more})[
        "bookAppointment"
    ]


# Availability -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (
            "2027-03-01",
            "2027-03-31",
            {"2027-03-02": 16, "2027-03-09": 16, "2027-03-16": 15, "2027-03-23": 15, "2027-03-30": 15},
        ),
        (
            "2027-10-20",
            "2027-11-19",
            {"2027-10-26": 15, "2027-11-02": 15, "2027-11-09": 16, "2027-11-16": 16},
        ),
    ],
)
def test_availability_has_tuesdays_at_nine_across_the_clock_change(
    world: BookingWorld, first: str, last: str, expected: dict[str, int]
) -> None:
    found = days(world, first, last)

    assert len(found) == 31
    assert list(found) == sorted(found)
    open_days = {day: starts for day, starts in found.items() if starts}
    assert {day: starts[0] for day, starts in open_days.items()} == {
        day: f"{day}T{hour}:00:00Z" for day, hour in expected.items()
    }
    assert {len(starts) for starts in open_days.values()} == {30}


def test_availability_names_place_providers_and_zone_of_a_slot(world: BookingWorld) -> None:
    answer = ask(AVAILABILITY, input=window(world, "2027-03-09", "2027-03-10", timeZone="Asia/Tokyo"))

    first, second = answer["availability"]["days"]
    assert (first["date"], first["starts"]) == ("2027-03-09", [])
    slot = second["slots"][0]
    assert {name: slot[name] for name in slot if name != "token"} == {
        "startsAt": "2027-03-09T16:00:00Z",
        "endsAt": "2027-03-09T16:45:00Z",
        "localStart": "2027-03-10T01:00",
        "timeZone": "Asia/Tokyo",
        "location": {"name": "Denver", "timeZone": "America/Denver"},
        "providers": [{"title": "Dr. Sarah White"}],
    }
    assert answer["availability"]["timeZone"] == "Asia/Tokyo"
    assert len(second["slots"]) == 30


def test_availability_without_a_zone_uses_the_clinics(world: BookingWorld) -> None:
    assert ask(AVAILABILITY, input=window(world, "2027-03-09", "2027-03-09"))["availability"]["timeZone"] == (
        "America/Denver"
    )


def test_availability_lists_a_start_once_and_every_provider_in_its_slot(world: BookingWorld) -> None:
    add_provider(world, name="Maria Lopez")

    answer = ask(AVAILABILITY, input=window(world, "2027-03-09", "2027-03-09"))["availability"]["days"][0]

    assert len(answer["starts"]) == len(answer["slots"]) == 30
    titles = [provider["title"] for provider in answer["slots"][0]["providers"]]
    assert titles == ["Dr. Sarah White", "Dr. Maria Lopez"]


def test_availability_of_one_provider_or_location(world: BookingWorld) -> None:
    other = factories.make_provider(name="Maria Lopez", offers=[world.procedure])
    phoenix = factories.make_location(name="Phoenix", time_zone="America/Phoenix")
    factories.make_rule(provider=other, location=phoenix, recurrence="RRULE:FREQ=WEEKLY;BYDAY=WE")

    def open_days(**more: Any) -> list[str]:
        found = days(world, "2027-03-08", "2027-03-14", **more)
        return [day for day, starts in found.items() if starts]

    assert open_days() == ["2027-03-09", "2027-03-10"]
    assert open_days(provider=page_id(world.provider)) == ["2027-03-09"]
    assert open_days(location=encode_id("Location", phoenix.pk)) == ["2027-03-10"]
    assert open_days(provider=page_id(world.procedure)) == []
    assert open_days(location="nowhere") == []


def test_availability_of_another_length(world: BookingWorld) -> None:
    world = BookingWorld(
        site=world.site,
        location=world.location,
        provider=world.provider,
        procedure=factories.make_procedure(title="Massage", booking={"durations": [90]}),
    )
    page = ProviderPage.objects.get(pk=world.provider.pk)
    page.offerings.add(page.offerings.model(procedure=world.procedure))
    page.save_revision().publish()

    found = days(world, "2027-03-09", "2027-03-09", durationMinutes=90)

    assert found["2027-03-09"][-1] == "2027-03-09T22:30:00Z"


def test_availability_counts_the_time_of_an_ignored_visit_as_free(world: BookingWorld) -> None:
    token = book(tokens(world)["10:00"])["manageToken"]

    assert "10:00" not in tokens(world)
    assert "10:00" in tokens(world, ignoreAppointment=token)
    assert "10:00" not in tokens(world, ignoreAppointment="unknown")


def test_availability_past_times_are_left_out(world: BookingWorld) -> None:
    with time_machine.travel(at("10:07"), tick=False):
        found = days(world, "2027-03-01", "2027-03-09")

    assert found["2027-03-02"] == []
    assert found["2027-03-09"][0] == "2027-03-09T17:15:00Z"


def test_availability_revision_changes_with_the_free_times(world: BookingWorld) -> None:
    def revision() -> str:
        return ask(AVAILABILITY, input=window(world, "2027-03-09", "2027-03-09"))["availability"]["revision"]

    before = revision()
    assert revision() == before
    book(tokens(world)["10:00"])
    assert revision() != before


def test_availability_next_start_looks_past_an_empty_window(world: BookingWorld) -> None:
    answer = ask(AVAILABILITY, input=window(world, "2027-03-03", "2027-03-05"))

    assert answer["availability"]["nextStart"] == "2027-03-09T16:00:00Z"


BAD_WINDOWS: list[dict[str, Any]] = [
    {"from": "2027-03-09", "to": "2027-03-08"},
    {"from": "2027-03-01", "to": "2027-06-01"},
    {"from": "2027-03-01", "to": "2027-03-02", "timeZone": "Mars/Olympus"},
    {"from": "2027-03-01", "to": "2027-03-02", "timeZone": "../../etc/passwd"},
    {"from": "2027-03-01", "to": "2027-03-02", "durationMinutes": 44},
    {"from": "2027-03-01", "to": "2027-03-02", "procedure": "nonsense"},
    {"from": "9999-12-31", "to": "9999-12-31"},
    {"from": "0001-01-01", "to": "0001-01-01"},
]


@pytest.mark.parametrize("wrong", BAD_WINDOWS)
def test_availability_refuses_what_cannot_be_asked(world: BookingWorld, wrong: dict[str, Any]) -> None:
    code, _ = refusal(STARTS, input={"procedure": page_id(world.procedure)} | wrong)

    assert code == "BAD_INPUT"


@pytest.mark.parametrize(
    ("media_type", "status"), [("application/json", 200), ("application/graphql-response+json", 400)]
)
def test_status_of_a_refused_question_follows_the_media_type(
    world: BookingWorld, media_type: str, status: int
) -> None:
    body = {"query": STARTS, "variables": {"input": window(world, "2027-03-09", "2027-03-08")}}

    answer = Client().post("/graphql/", body, content_type="application/json", headers={"accept": media_type})

    assert (answer.status_code, answer.json()["data"]) == (status, None)


def test_availability_of_92_days_is_possible(world: BookingWorld) -> None:
    assert len(days(world, "2027-03-01", "2027-05-31")) == 92


def test_availability_refuses_procedures_that_cannot_be_booked(world: BookingWorld) -> None:
    for procedure in (
        factories.make_procedure(title="Unbookable", bookable=False),
        factories.make_procedure(title="Draft", live=False),
    ):
        asked = {"procedure": page_id(procedure), "from": "2027-03-01", "to": "2027-03-02"}
        assert refusal(STARTS, input=asked)[0] == "BAD_INPUT"


def test_availability_runs_the_same_statements_for_one_and_three_providers(
    world: BookingWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = window(world, "2027-03-01", "2027-03-31", timeZone="America/Denver")
    # The host's site, hours with offerings, exceptions with closures and rooms, claims.
    budget = 4

    with django_assert_num_queries(budget) as statements:
        post(STARTS, input=asked)
    assert statements
    for name in ("Maria Lopez", "Ann Lee"):
        add_provider(world, name=name)
    with django_assert_num_queries(budget):
        post(STARTS, input=asked)


def test_extra_hours_without_a_location_open_where_the_provider_works_or_everywhere(
    world: BookingWorld,
) -> None:
    factories.make_location(name="Phoenix", time_zone="America/Phoenix")
    other = factories.make_provider(name="Ann Lee", offers=[world.procedure])
    extra: dict[str, Any] = {
        "kind": "open",
        "starts_on": date(2027, 7, 10),
        "start_time": "10:00",
        "end_time": "11:00",
    }
    for provider in (world.provider, other):
        factories.make_exception(provider=provider, **extra)

    def found(provider: ProviderPage) -> list[str]:
        return days(world, "2027-07-10", "2027-07-10", provider=page_id(provider))["2027-07-10"]

    denver, phoenix = "2027-07-10T16:00:00Z", "2027-07-10T17:00:00Z"
    assert (denver in found(world.provider), phoenix in found(world.provider)) == (True, False)
    assert (denver in found(other), phoenix in found(other)) == (True, True)


# Next available -----------------------------------------------------------------------------------


def test_next_available_finds_the_first_slots(world: BookingWorld) -> None:
    query = """query ($id: ID!) { nextAvailable(procedure: $id, first: 2, timeZone: "America/New_York") {
      startsAt localStart timeZone providers { title } } }"""

    assert ask(query, id=page_id(world.procedure))["nextAvailable"] == [
        {
            "startsAt": start,
            "localStart": local,
            "timeZone": "America/New_York",
            "providers": [{"title": "Dr. Sarah White"}],
        }
        for start, local in [
            ("2027-03-02T16:00:00Z", "2027-03-02T11:00"),
            ("2027-03-02T16:15:00Z", "2027-03-02T11:15"),
        ]
    ]


@pytest.mark.parametrize("count", [0, 101])
def test_next_available_refuses_none_and_too_many(world: BookingWorld, count: int) -> None:
    query = f"query ($id: ID!) {{ nextAvailable(procedure: $id, first: {count}) {{ startsAt }} }}"

    code, message = refusal(query, id=page_id(world.procedure))
    assert (code, f"`first` is {count}" in message) == ("BAD_INPUT", True)


def test_next_available_stops_at_the_horizon() -> None:
    world = make_world(horizon_days=0)

    assert ask(
        "query ($id: ID!) { nextAvailable(procedure: $id) { startsAt } }", id=page_id(world.procedure)
    ) == {"nextAvailable": []}


@pytest.mark.parametrize("arguments", ["", '(timeZone: "UTC")', "(durationMinutes: 45)"])
def test_next_available_of_many_procedures_and_providers_runs_constant_statements(
    arguments: str, world: BookingWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    query = f"""{{ procedures {{ nodes {{ title nextAvailable{arguments} {{ startsAt }}
      offeredOn {{ summary weekdays location {{ name }} }} booking {{ durationMinutes }} }} }} }}"""
    ask(query)

    # The site, the procedures, the schedules (2), their claims, offerings, hours, locations, policies.
    with django_assert_num_queries(9):
        one = ask(query)["procedures"]["nodes"]
    for title in ("Massage", "Cupping"):
        more = factories.make_procedure(title=title)
        page = ProviderPage.objects.get(pk=world.provider.pk)
        page.offerings.add(page.offerings.model(procedure=more))
        page.save_revision().publish()
    with django_assert_num_queries(9):
        three = ask(query)["procedures"]["nodes"]

    assert one[0]["nextAvailable"] == {"startsAt": "2027-03-02T16:00:00Z"}
    assert [node["nextAvailable"] for node in three] == [one[0]["nextAvailable"]] * 3


NEXT = """query ($procedure: ID!, $minutes: Int) {
  nextAvailable(procedure: $procedure, durationMinutes: $minutes) { startsAt endsAt } }"""
NEXT_OF_PROCEDURES = """query ($minutes: Int) { procedures { nodes {
  nextAvailable(durationMinutes: $minutes) { startsAt endsAt } } } }"""
NEXT_OF_PROVIDERS = """query ($procedure: ID!, $minutes: Int) { providers { nodes {
  nextAvailable(procedure: $procedure, durationMinutes: $minutes) { startsAt endsAt } } } }"""


@pytest.mark.parametrize(
    ("minutes", "start", "end"), [(None, "16:00", "16:45"), (45, "16:00", "16:45"), (90, "17:30", "19:00")]
)
def test_next_available_of_another_length(minutes: int | None, start: str, end: str) -> None:
    world = make_world(durations=[90])
    book(tokens(world, "2027-03-02")["09:45"])
    expected = {"startsAt": f"2027-03-02T{start}:00Z", "endsAt": f"2027-03-02T{end}:00Z"}
    procedure = page_id(world.procedure)

    assert ask(NEXT, procedure=procedure, minutes=minutes) == {"nextAvailable": [expected]}
    of_providers = ask(NEXT_OF_PROVIDERS, procedure=procedure, minutes=minutes)["providers"]["nodes"]
    assert of_providers == [{"nextAvailable": expected}]
    assert ask(NEXT_OF_PROCEDURES, minutes=minutes)["procedures"]["nodes"] == [{"nextAvailable": expected}]


def test_next_available_of_two_lengths_at_once() -> None:
    world = make_world(durations=[90])
    query = """query ($id: ID!) {
      providers { nodes {
        short: nextAvailable(procedure: $id) { endsAt }
        long: nextAvailable(procedure: $id, durationMinutes: 90) { endsAt } } }
      procedures { nodes {
        short: nextAvailable { endsAt }
        long: nextAvailable(durationMinutes: 90) { endsAt } } } }"""
    both = {"short": {"endsAt": "2027-03-02T16:45:00Z"}, "long": {"endsAt": "2027-03-02T17:30:00Z"}}

    assert ask(query, id=page_id(world.procedure)) == {
        "providers": {"nodes": [both]},
        "procedures": {"nodes": [both]},
    }


@pytest.mark.parametrize("minutes", [60, 44, 0, -45])
def test_procedures_without_a_length_have_no_next_slot_of_it(minutes: int, world: BookingWorld) -> None:
    massage = factories.make_procedure(title="Massage", booking={"durations": [60]})
    other = factories.make_provider(name="Ann Lee", offers=[massage])
    factories.make_rule(provider=other, location=world.location)
    query = """query ($minutes: Int) { procedures { nodes {
      title nextAvailable(durationMinutes: $minutes) { startsAt } } } }"""

    slots = {
        node["title"]: node["nextAvailable"] for node in ask(query, minutes=minutes)["procedures"]["nodes"]
    }

    hour = {"startsAt": "2027-03-02T16:00:00Z"} if minutes == 60 else None
    assert slots == {"Massage": hour, "Micro needling": None}


@pytest.mark.parametrize("query", [NEXT, NEXT_OF_PROVIDERS])
@pytest.mark.parametrize("minutes", [44, 0, -45])
def test_next_available_refuses_an_unknown_length(query: str, minutes: int) -> None:
    world = make_world(durations=[90])

    [error] = post(query, procedure=page_id(world.procedure), minutes=minutes).json()["errors"]

    assert (error["extensions"]["code"], error["extensions"]["field"], error["message"]) == (
        "BAD_INPUT",
        "durationMinutes",
        "Choose one of 45, 90 minutes.",
    )


# The host's site, the providers where they are listed, hours with offerings, exceptions with closures and
# rooms, claims.
@pytest.mark.parametrize(("query", "budget"), [(NEXT, 4), (NEXT_OF_PROVIDERS, 5)])
@pytest.mark.parametrize("minutes", [None, 90])
def test_next_available_of_any_length_runs_constant_statements(
    query: str, budget: int, minutes: int | None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world = make_world(durations=[90])
    procedure = page_id(world.procedure)
    ask(query, procedure=procedure, minutes=minutes)

    with django_assert_num_queries(budget):
        ask(query, procedure=procedure, minutes=minutes)
    for name in ("Maria Lopez", "Ann Lee"):
        add_provider(world, name=name)
    with django_assert_num_queries(budget):
        ask(query, procedure=procedure, minutes=minutes)


def test_next_available_of_a_provider(world: BookingWorld) -> None:
    query = """query ($id: ID!) { providers { nodes { title nextAvailable(procedure: $id, timeZone: "UTC") {
      startsAt } } } }"""
    factories.make_provider(name="Ann Lee", offers=[])

    assert ask(query, id=page_id(world.procedure))["providers"]["nodes"] == [
        {"title": "Dr. Ann Lee", "nextAvailable": None},
        {"title": "Dr. Sarah White", "nextAvailable": {"startsAt": "2027-03-02T16:00:00Z"}},
    ]


# Booking ------------------------------------------------------------------------------------------


def test_main_job_from_search_to_cancelled_visit(world: BookingWorld) -> None:
    token = tokens(world)["10:00"]

    booked = book(token)
    assert {name: booked[name] for name in booked if name not in ("reference", "manageToken")} == {
        "status": "BOOKED",
        "startsAt": "2027-03-09T17:00:00Z",
        "endsAt": "2027-03-09T17:45:00Z",
        "localStart": "2027-03-09T10:00",
        "timeZone": "America/Denver",
        "canCancelUntil": "2027-03-09T17:00:00Z",
        "canRescheduleUntil": "2027-03-09T17:00:00Z",
        "patientName": "Pat Example",
        "procedure": {"title": "Micro needling"},
        "provider": {"title": "Dr. Sarah White"},
        "location": {"name": "Denver"},
    }
    assert book(token) == booked

    taken = book(token, key="key-2")
    assert (taken["code"], taken["retryable"]) == ("SLOT_TAKEN", False)
    assert [slot["startsAt"][11:16] for slot in taken["alternatives"]] == ["16:00", "16:15", "17:45"]

    moved = ask(
        MOVE,
        input={
            "manageToken": booked["manageToken"],
            "slotToken": taken["alternatives"][2]["token"],
            "idempotencyKey": "key-3",
        },
    )["rescheduleAppointment"]
    assert (moved["reference"], moved["localStart"]) == (booked["reference"], "2027-03-09T10:45")
    assert moved["manageToken"] is None

    cancelled = ask(CANCEL, input={"manageToken": booked["manageToken"], "idempotencyKey": "key-4"})
    assert cancelled["cancelAppointment"]["status"] == "CANCELLED"
    assert cancelled["cancelAppointment"]["canCancelUntil"] is None
    shown = ask(SHOW, token=booked["manageToken"])["appointment"]
    assert (shown["reference"], shown["status"]) == (booked["reference"], "CANCELLED")
    assert {"10:00", "10:45"} <= set(tokens(world))


def test_slot_tokens_are_the_same_for_the_same_slot(world: BookingWorld) -> None:
    assert tokens(world) == tokens(world)


def altered(token: str) -> str:
    return token[:-1] + ("A" if token[-1] != "A" else "B")


def test_alternatives_name_everybody_who_is_free(world: BookingWorld) -> None:
    add_provider(world, name="Maria Lopez")
    first = book(tokens(world)["10:00"], provider=page_id(world.provider))
    shown = tokens(world)["10:00"]
    book(shown, key="key-2")
    ask(CANCEL, input={"manageToken": first["manageToken"], "idempotencyKey": "key-3"})

    refused = book(shown, key="key-4")

    assert [slot["startsAt"][11:16] for slot in refused["alternatives"]] == ["16:45", "17:00", "17:15"]


def test_altered_slot_token_is_refused_and_writes_nothing(world: BookingWorld) -> None:
    token = tokens(world)["10:00"]
    before = everything()

    for wrong in (altered(token), "", "nonsense", token.replace("-", "0", 1)):
        refused = book(wrong)
        assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "slotToken")

    assert everything() == before


def test_off_grid_time_cannot_be_booked_even_with_a_good_signature(world: BookingWorld) -> None:
    start = to_minutes(datetime(2027, 3, 9, 17, 5, tzinfo=UTC))
    choice = SlotChoice(
        procedure=world.procedure.pk,
        location=world.location.pk,
        start=start,
        duration=45,
        providers=(world.provider.pk,),
    )

    assert book(sign_slot(choice))["code"] == "NOT_OFFERED"


def test_slot_token_of_a_past_start_is_too_soon(world: BookingWorld) -> None:
    token = tokens(world)["10:00"]

    with time_machine.travel(at("10:01"), tick=False):
        assert book(token)["code"] == "TOO_SOON"


def test_provider_who_is_not_in_the_slot_is_not_offered(world: BookingWorld) -> None:
    other = factories.make_provider(name="Ann Lee", offers=[world.procedure])

    assert book(tokens(world)["10:00"], provider=page_id(other))["code"] == "NOT_OFFERED"
    assert book(tokens(world)["10:00"], provider="nonsense")["field"] == "provider"


def test_bad_patient_details_name_their_field(world: BookingWorld) -> None:
    token = tokens(world)["10:00"]

    refused = book(token, patient={"name": "  ", "email": "pat@example.com"})
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "patient.name")
    refused = book(token, patient={"name": "Pat", "email": "pat@"})
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "patient.email")
    assert "pat@" not in refused["message"].lower().replace("name@example.com", "")


def test_same_key_replays_what_means_the_same(world: BookingWorld) -> None:
    token = tokens(world)["10:00"]
    booked = book(token)

    patient = {"name": " Pat Example ", "email": "pat@example.com", "phone": None}
    assert book(token, patient=patient, provider=None, note="") == booked


def test_same_key_with_another_patient_conflicts(world: BookingWorld) -> None:
    token = tokens(world)["10:00"]
    book(token)

    refused = book(token, patient={"name": "Sam", "email": "sam@example.com"})

    assert refused["code"] == "IDEMPOTENCY_CONFLICT"
    assert Appointment.objects.count() == 1


def test_wrong_manage_tokens_are_not_found(world: BookingWorld) -> None:
    token = book(tokens(world)["10:00"])["manageToken"]
    before = everything()

    for wrong in (altered(token), "", "x" * 5000):
        assert ask(SHOW, token=wrong)["appointment"] is None
        asked = {"manageToken": wrong, "idempotencyKey": "key-9"}
        assert ask(CANCEL, input=asked)["cancelAppointment"]["code"] == "NOT_FOUND"

    assert everything() == before


def test_manage_token_dies_thirty_days_after_the_visit(world: BookingWorld) -> None:
    token = book(tokens(world)["10:00"])["manageToken"]
    ends_at = at("10:45")

    with time_machine.travel(ends_at + timedelta(days=30) - timedelta(seconds=1), tick=False):
        assert ask(SHOW, token=token)["appointment"]
    with time_machine.travel(ends_at + timedelta(days=30), tick=False):
        assert ask(SHOW, token=token)["appointment"] is None


def test_patient_still_sees_the_visit_of_an_unpublished_procedure_but_not_the_article(
    world: BookingWorld,
) -> None:
    token = book(tokens(world)["10:00"])["manageToken"]
    assert ask(SHOW, token=token)["appointment"]["procedure"]["summary"]

    world.procedure.unpublish()

    assert ask(SHOW, token=token)["appointment"]["procedure"] == {"title": "Micro needling", "summary": ""}


@pytest.mark.parametrize("providers", [1, 3])
def test_booking_runs_the_same_statements_for_one_and_three_providers(
    providers: int, world: BookingWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, providers):
        add_provider(world, name=f"Provider {number}")
    slots = tokens(world)
    # The first visit makes the resources.
    book(slots["09:00"])
    patient = {"name": "Pat Example", "email": "pat@example.com"}
    asked = {"slotToken": slots["11:00"], "patient": patient, "idempotencyKey": "key-2"}

    with django_assert_num_queries(BOOKING_STATEMENTS):
        ask(BOOK_ONLY, input=asked)


def test_booking_answers_set_no_cookie_and_are_not_stored(world: BookingWorld) -> None:
    asked = {
        "slotToken": tokens(world)["10:00"],
        "patient": {"name": "Pat", "email": "pat@example.com"},
        "idempotencyKey": "key-1",
    }

    answer = post(BOOK, input=asked)

    assert answer.cookies == {}
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" not in answer.headers.get("Vary", "")


# Hours --------------------------------------------------------------------------------------------


def test_offered_on_says_who_where_and_when(world: BookingWorld) -> None:
    other = add_provider(world, name="Ann Lee")
    factories.make_rule(provider=other, location=world.location, recurrence="RRULE:FREQ=MONTHLY;BYDAY=2SA")
    massage = factories.make_procedure(title="Massage")
    factories.make_rule(
        provider=world.provider,
        location=world.location,
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=MO",
        procedures=[massage],
    )
    factories.make_rule(
        provider=world.provider,
        location=world.location,
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=SU",
        valid_until=date(2027, 1, 1),
    )
    query = """{ procedure(slug: "micro-needling") { offeredOn {
      summary weekdays provider { slug } location { slug } } } }"""

    assert ask(query)["procedure"]["offeredOn"] == [
        {
            "summary": "Dr. Ann Lee on Tuesdays and some Saturdays",
            "weekdays": ["TUESDAY", "SATURDAY"],
            "provider": {"slug": "ann-lee"},
            "location": {"slug": "denver"},
        },
        {
            "summary": "Dr. Sarah White on Tuesdays",
            "weekdays": ["TUESDAY"],
            "provider": {"slug": "sarah-white"},
            "location": {"slug": "denver"},
        },
    ]


def test_provider_shows_regular_hours_and_locations(world: BookingWorld) -> None:
    query = """{ provider(slug: "sarah-white") { locations { slug } availabilityRules {
      summary rrule validFrom validUntil startTime endTime location { name } } } }"""

    assert ask(query)["provider"] == {
        "locations": [{"slug": "denver"}],
        "availabilityRules": [
            {
                "summary": "Every Tuesday, 09:00 to 17:00, Denver",
                "rrule": "RRULE:FREQ=WEEKLY;BYDAY=TU",
                "validFrom": "2026-01-06",
                "validUntil": None,
                "startTime": "09:00",
                "endTime": "17:00",
                "location": {"name": "Denver"},
            }
        ],
    }


def test_lists_can_be_narrowed_to_a_location(world: BookingWorld) -> None:
    phoenix = factories.make_location(name="Phoenix", time_zone="America/Phoenix")
    factories.make_procedure(title="Massage")
    query = """query ($id: ID!) { procedures(location: $id) { nodes { slug } }
      providers(location: $id) { nodes { slug } } }"""

    def found(pk: int) -> Any:
        return ask(query, id=encode_id("Location", pk))

    assert found(world.location.pk) == {
        "procedures": {"nodes": [{"slug": "micro-needling"}]},
        "providers": {"nodes": [{"slug": "sarah-white"}]},
    }
    assert found(phoenix.pk) == {"procedures": {"nodes": []}, "providers": {"nodes": []}}


@pytest.mark.parametrize(
    ("zone", "instant", "last_day", "is_over"),
    [
        # 18:00 on 9 March in Denver.
        ("America/Denver", datetime(2027, 3, 10, 1, tzinfo=UTC), date(2027, 3, 9), False),
        ("America/Denver", datetime(2027, 3, 10, 6, 59, tzinfo=UTC), date(2027, 3, 9), False),
        ("America/Denver", datetime(2027, 3, 10, 7, tzinfo=UTC), date(2027, 3, 9), True),
        # 00:00 on 10 March on Kiritimati, where the day begins first.
        ("Pacific/Kiritimati", datetime(2027, 3, 9, 9, 59, tzinfo=UTC), date(2027, 3, 9), False),
        ("Pacific/Kiritimati", datetime(2027, 3, 9, 10, tzinfo=UTC), date(2027, 3, 9), True),
    ],
)
def test_hours_are_shown_until_their_last_day_ends_at_the_location(
    zone: str, instant: datetime, last_day: date, is_over: bool
) -> None:
    location = factories.make_location(time_zone=zone)
    provider = factories.make_provider(offers=[factories.make_procedure()])
    factories.make_rule(provider=provider, location=location, valid_until=last_day)
    query = """query ($id: ID!) {
      provider(slug: "sarah-white") { locations { slug } availabilityRules { validUntil } }
      procedure(slug: "micro-needling") { offeredOn { weekdays } }
      procedures(location: $id) { nodes { slug } } providers(location: $id) { nodes { slug } } }"""

    with time_machine.travel(instant, tick=False):
        answer = ask(query, id=encode_id("Location", location.pk))

    def unless_over(*found: dict[str, Any]) -> list[dict[str, Any]]:
        return [] if is_over else list(found)

    assert answer == {
        "provider": {
            "locations": unless_over({"slug": "denver"}),
            "availabilityRules": unless_over({"validUntil": f"{last_day}"}),
        },
        "procedure": {"offeredOn": unless_over({"weekdays": ["TUESDAY"]})},
        "procedures": {"nodes": unless_over({"slug": "micro-needling"})},
        "providers": {"nodes": unless_over({"slug": "sarah-white"})},
    }


def test_booking_policy_is_null_where_a_procedure_cannot_be_booked(world: BookingWorld) -> None:
    factories.make_procedure(title="Zero", bookable=False)
    query = "{ procedures { nodes { booking { durationMinutes durations slotStepMinutes horizonDays } } } }"

    assert ask(query)["procedures"]["nodes"] == [
        {
            "booking": {
                "durationMinutes": 45,
                "durations": [45],
                "slotStepMinutes": 15,
                "horizonDays": 365,
            }
        },
        {"booking": None},
    ]


def test_events_tell_the_history_without_patient_details(world: BookingWorld) -> None:
    book(tokens(world)["10:00"], note="My secret")

    event = AppointmentEvent.objects.get()
    told = f"{event.changes}{event.reason}{event}"
    assert "Pat" not in told
    assert "secret" not in told
