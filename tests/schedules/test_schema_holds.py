"""Holds, series and the waitlist over GraphQL: what a front end asks and what it gets."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries, Settings

from cms.graphql.ids import encode_id
from schedules.models import Appointment, OutboxEvent, WaitlistEntry, WaitlistOffer
from schedules.tokens import offer_token
from tests import factories
from tests.api import ask, post
from tests.schedules.test_schema_booking import (
    BOOK,
    CANCEL,
    REFUSED,
    SHOW,
    altered,
    book,
    page_id,
    tokens,
)
from tests.schedules.worlds import NOW, BookingWorld, add_provider, at, everything, make_world

pytestmark = pytest.mark.django_db

SLOT = "slot { startsAt localStart timeZone location { name } providers { title } token }"
HOLD = f"""mutation ($input: HoldSlotInput!) {{
  holdSlot(input: $input) {{ ... on Hold {{ token expiresAt secondsLeft {SLOT} }} {REFUSED} }} }}"""
SHOW_HOLD = "query ($token: String!) { hold(token: $token) { expiresAt secondsLeft slot { startsAt } } }"
SERIES = """mutation ($input: BookSeriesInput!) { bookSeries(input: $input) {
  ... on AppointmentSeries { appointments {
    reference status localStart manageToken canCancelUntil patientName
    procedure { title } provider { title } location { name } } }
  ... on SeriesRefused { code message retryable field dates {
    date startsAt localStart isFree code alternatives { localStart token providers { title } } } } } }"""
JOIN = f"""mutation ($input: JoinWaitlistInput!) {{ joinWaitlist(input: $input) {{
  ... on WaitlistEntry {{ reference position token }} {REFUSED} }} }}"""
LEAVE = f"""mutation ($input: LeaveWaitlistInput!) {{ leaveWaitlist(input: $input) {{
  ... on WaitlistEntry {{ reference position }} {REFUSED} }} }}"""
PATIENT = {"name": "Pat Example", "email": "pat@example.com"}
LAPSED = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


def hold(token: str, *, key: str = "hold-1", **more: Any) -> Any:
    return ask(HOLD, input={"slotToken": token, "idempotencyKey": key, **more})["holdSlot"]


def confirm(token: str, *, key: str = "confirm-1", **more: Any) -> Any:
    asked = {"holdToken": token, "patient": PATIENT, "idempotencyKey": key, **more}
    return ask(BOOK, input=asked)["bookAppointment"]


# Holds --------------------------------------------------------------------------------------------


def test_hold_from_search_to_visit(world: BookingWorld) -> None:
    held = hold(tokens(world)["10:00"])

    assert {name: held[name] for name in held if name != "token"} == {
        "expiresAt": "2027-03-01T15:05:00Z",
        "secondsLeft": 300,
        "slot": {
            "startsAt": "2027-03-09T17:00:00Z",
            "localStart": "2027-03-09T10:00",
            "timeZone": "America/Denver",
            "location": {"name": "Denver"},
            "providers": [{"title": "Dr. Sarah White"}],
            "token": held["slot"]["token"],
        },
    }
    assert "10:00" not in tokens(world)
    booked = confirm(held["token"])
    assert (booked["status"], booked["startsAt"]) == ("BOOKED", "2027-03-09T17:00:00Z")
    assert ask(SHOW, token=booked["manageToken"])["appointment"]["reference"] == booked["reference"]
    assert confirm(held["token"]) == booked


def test_hold_is_shown_until_it_lapses(world: BookingWorld) -> None:
    token = hold(tokens(world)["10:00"])["token"]

    def shown() -> Any:
        return ask(SHOW_HOLD, token=token)["hold"]

    with time_machine.travel(LAPSED - timedelta(seconds=1), tick=False):
        assert shown() == {
            "expiresAt": "2027-03-01T15:05:00Z",
            "secondsLeft": 1,
            "slot": {"startsAt": "2027-03-09T17:00:00Z"},
        }
    with time_machine.travel(LAPSED, tick=False):
        assert shown() is None
        assert "10:00" in tokens(world)
    assert ask(SHOW_HOLD, token=altered(token))["hold"] is None


def test_hold_names_its_procedure_even_once_that_is_withdrawn(world: BookingWorld) -> None:
    ask_for = "query ($token: String!) { hold(token: $token) { procedure { %s } } }"
    token = hold(tokens(world)["10:00"])["token"]

    assert ask(ask_for % "title path booking { requiresConfirmation }", token=token)["hold"] == {
        "procedure": {
            "title": "Micro needling",
            "path": "/procedures/micro-needling/",
            "booking": {"requiresConfirmation": False},
        }
    }
    world.procedure.unpublish()
    assert ask(ask_for % "title locale booking { requiresConfirmation }", token=token)["hold"] == {
        "procedure": {"title": "Micro needling", "locale": "en", "booking": None}
    }


def test_late_confirmation_over_the_api(world: BookingWorld) -> None:
    """Case 87."""
    shown = tokens(world)
    first, second = hold(shown["10:00"], key="hold-1"), hold(shown["13:00"], key="hold-2")

    with time_machine.travel(LAPSED, tick=False):
        book(shown["13:15"])
        assert confirm(first["token"], key="confirm-1")["status"] == "BOOKED"
        refused = confirm(second["token"], key="confirm-2")

    assert (refused["code"], len(refused["alternatives"])) == ("SLOT_TAKEN", 3)


def test_hold_past_its_start_has_expired(world: BookingWorld) -> None:
    with time_machine.travel(at("09:58"), tick=False):
        token = hold(tokens(world)["10:00"])["token"]
    with time_machine.travel(at("10:00"), tick=False):
        assert confirm(token)["code"] == "HOLD_EXPIRED"


def test_hold_replaces_an_earlier_one(world: BookingWorld) -> None:
    """Case 88."""
    shown = tokens(world)
    first = hold(shown["10:00"])["token"]

    hold(shown["11:00"], key="hold-2", replaces=first)

    free = tokens(world)
    assert ("10:00" in free, "11:00" in free) == (True, False)
    assert confirm(first)["code"] == "HOLD_EXPIRED"


def test_altered_hold_tokens_are_not_found(world: BookingWorld) -> None:
    shown = tokens(world)
    token = hold(shown["10:00"])["token"]
    before = everything()

    for wrong in (altered(token), "", "x" * 5000):
        assert confirm(wrong)["code"] == "NOT_FOUND"
        assert hold(shown["11:00"], key="hold-2", replaces=wrong)["code"] == "NOT_FOUND"

    assert everything() == before


def test_booking_takes_exactly_one_token(world: BookingWorld) -> None:
    shown = tokens(world)
    token = hold(shown["10:00"])["token"]
    before = everything()

    both = confirm(token, slotToken=shown["11:00"])
    neither = ask(BOOK, input={"patient": PATIENT, "idempotencyKey": "key-1"})["bookAppointment"]

    assert (both["code"], both["field"]) == ("INVALID_INPUT", "holdToken")
    assert (neither["code"], neither["field"]) == ("INVALID_INPUT", "slotToken")
    assert everything() == before


def test_too_many_holds_may_be_tried_again_later(world: BookingWorld, settings: Settings) -> None:
    settings.HOLDS_PER_CLIENT = 1
    shown = tokens(world)
    hold(shown["10:00"])

    refused = hold(shown["11:00"], key="hold-2")
    assert (refused["code"], refused["retryable"]) == ("RATE_LIMITED", True)

    with time_machine.travel(LAPSED, tick=False):
        assert hold(shown["11:00"], key="hold-2")["slot"]["localStart"] == "2027-03-09T11:00"


def test_hold_that_was_kept_long_enough_stands_and_is_not_renewed(
    world: BookingWorld, settings: Settings
) -> None:
    settings.HOLD_SECONDS = 60
    token = tokens(world)["10:00"]
    held = hold(token)
    for minute in range(1, 6):
        with time_machine.travel(NOW + timedelta(seconds=59 * minute), tick=False):
            held = hold(token, key=f"again-{minute}", replaces=held["token"])

    with time_machine.travel(NOW + timedelta(seconds=59 * 6), tick=False):
        # Six minutes are over six seconds later.
        last = hold(token, key="last", replaces=held["token"])
        refused = hold(token, key="longer", replaces=last["token"])
        assert last["secondsLeft"] == 6
        assert confirm(last["token"])["status"] == "BOOKED"

    assert (refused["code"], refused["retryable"]) == ("RATE_LIMITED", True)
    assert (
        refused["message"] == "This time was kept as long as possible. Please book it, or choose another one."
    )


def test_address_of_who_holds_is_not_stored(world: BookingWorld) -> None:
    hold(tokens(world)["10:00"])

    stored = Appointment.objects.get().client_key
    assert len(stored) == 24
    assert "127.0.0.1" not in stored


def test_hold_answers_are_not_stored_anywhere(world: BookingWorld) -> None:
    answer = post(HOLD, input={"slotToken": tokens(world)["10:00"], "idempotencyKey": "hold-1"})

    assert answer.headers["Cache-Control"] == "private, no-store"


def test_request_that_nobody_answered_reads_as_declined() -> None:
    world = make_world(requires_confirmation=True)
    token = book(tokens(world)["10:00"])["manageToken"]

    with time_machine.travel(at("09:59"), tick=False):
        assert ask(SHOW, token=token)["appointment"]["status"] == "REQUESTED"
    with time_machine.travel(at("10:00"), tick=False):
        assert ask(SHOW, token=token)["appointment"]["status"] == "DECLINED"


def test_enum_of_states_has_the_seven_of_the_contract() -> None:
    answer = ask('{ __type(name: "AppointmentStatus") { enumValues { name } } }')

    assert [value["name"] for value in answer["__type"]["enumValues"]] == [
        "REQUESTED",
        "BOOKED",
        "ARRIVED",
        "FULFILLED",
        "CANCELLED",
        "DECLINED",
        "NO_SHOW",
    ]


# Series -------------------------------------------------------------------------------------------


def book_series(token: str, *, visits: int = 6, key: str = "series-1", **more: Any) -> Any:
    asked = {"slotToken": token, "visits": visits, "patient": PATIENT, "idempotencyKey": key, **more}
    return ask(SERIES, input=asked)["bookSeries"]


def test_series_is_booked_at_the_same_local_time(world: BookingWorld) -> None:
    booked = book_series(tokens(world)["10:00"], visits=3)

    assert [
        {name: visit[name] for name in visit if name not in ("reference", "manageToken")}
        for visit in booked["appointments"]
    ] == [
        {
            "status": "BOOKED",
            "localStart": f"{day}T10:00",
            "canCancelUntil": f"{day}T{hour}:00:00Z",
            "patientName": "Pat Example",
            "procedure": {"title": "Micro needling"},
            "provider": {"title": "Dr. Sarah White"},
            "location": {"name": "Denver"},
        }
        for day, hour in [("2027-03-09", 17), ("2027-03-16", 16), ("2027-03-23", 16)]
    ]
    second = booked["appointments"][1]
    cancelled = ask(CANCEL, input={"manageToken": second["manageToken"], "idempotencyKey": "cancel-1"})
    assert cancelled["cancelAppointment"]["reference"] == second["reference"]


def test_refused_series_names_every_date_with_alternatives(world: BookingWorld) -> None:
    """Case 101."""
    book(tokens(world, "2027-03-30")["10:00"])
    token = tokens(world)["10:00"]
    before = everything()

    refused = book_series(token)

    assert everything() == before
    assert (refused["code"], refused["retryable"], refused["field"]) == ("SLOT_TAKEN", False, None)
    assert [(each["date"], each["isFree"], each["code"]) for each in refused["dates"]] == [
        ("2027-03-09", True, None),
        ("2027-03-16", True, None),
        ("2027-03-23", True, None),
        ("2027-03-30", False, "SLOT_TAKEN"),
        ("2027-04-06", True, None),
        ("2027-04-13", True, None),
    ]
    taken = refused["dates"][3]
    assert (taken["startsAt"], taken["localStart"]) == ("2027-03-30T16:00:00Z", "2027-03-30T10:00")
    assert [slot["localStart"][11:] for slot in taken["alternatives"]] == ["09:00", "09:15", "10:45"]

    instead = {"date": taken["date"], "slotToken": taken["alternatives"][0]["token"]}
    booked = book_series(token, replacements=[instead])
    assert [visit["localStart"][11:] for visit in booked["appointments"]] == ["10:00"] * 3 + ["09:00"] + [
        "10:00"
    ] * 2


def test_series_leaves_out_what_it_is_told_to(world: BookingWorld) -> None:
    booked = book_series(tokens(world)["10:00"], visits=3, skip=["2027-03-16"], everyWeeks=1)

    assert [visit["localStart"][:10] for visit in booked["appointments"]] == ["2027-03-09", "2027-03-23"]


def test_series_with_wrong_input_names_the_field(world: BookingWorld) -> None:
    token = tokens(world)["10:00"]
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("visits", {"visits": 1}),
        ("slotToken", {"token": altered(token)}),
        ("patient.email", {"patient": {"name": "Pat", "email": "pat@"}}),
        ("everyWeeks", {"everyWeeks": 0}),
        ("skip", {"skip": ["2027-03-10"]}),
        ("slotToken", {"replacements": [{"date": "2027-03-09", "slotToken": "x"}]}),
    ]

    for field, more in wrong:
        refused = book_series(**{"token": token} | more)
        assert (refused["code"], refused["field"], refused["dates"]) == ("INVALID_INPUT", field, [])


def test_series_loads_what_its_visits_show_at_once(
    world: BookingWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shown = tokens(world)
    for visits, token in ((2, shown["10:00"]), (4, shown["11:00"])):
        first = book_series(token, visits=visits, key=f"series-{visits}")
        # A repeat: the site, a savepoint with its timeout (3), the key, its visit, the series; then
        # procedure, provider, location and policy, each once.
        with django_assert_num_queries(11):
            again = book_series(token, visits=visits, key=f"series-{visits}")
        assert again == first
        assert len(again["appointments"]) == visits


# The waitlist -------------------------------------------------------------------------------------


def join(world: BookingWorld, *, key: str = "wait-1", **more: Any) -> Any:
    asked = {
        "procedure": page_id(world.procedure),
        "from": "2027-03-09",
        "to": "2027-03-09",
        "patient": PATIENT,
        "idempotencyKey": key,
        **more,
    }
    return ask(JOIN, input=asked)["joinWaitlist"]


def test_waitlist_from_joining_to_the_visit(world: BookingWorld) -> None:
    booked = book(tokens(world)["10:00"])
    joined = join(world)
    assert joined["position"] == 1

    ask(CANCEL, input={"manageToken": booked["manageToken"], "idempotencyKey": "cancel-1"})

    hold = WaitlistOffer.objects.get().appointment
    assert hold
    token = offer_token(appointment=hold.uuid)
    assert ask(SHOW_HOLD, token=token)["hold"] == {
        "expiresAt": "2027-03-01T17:00:00Z",
        "secondsLeft": 7200,
        "slot": {"startsAt": "2027-03-09T17:00:00Z"},
    }
    assert "10:00" not in tokens(world)
    assert confirm(token)["startsAt"] == "2027-03-09T17:00:00Z"
    assert OutboxEvent.objects.filter(kind="offered").count() == 1


@pytest.mark.parametrize("is_held", [False, True])
def test_booking_another_time_ends_the_wait(is_held: bool, world: BookingWorld) -> None:
    booked = book(tokens(world)["10:00"])
    join(world)
    ask(CANCEL, input={"manageToken": booked["manageToken"], "idempotencyKey": "cancel-1"})
    offered = WaitlistOffer.objects.get().appointment
    assert offered
    slot = tokens(world)["11:00"]
    asked = {
        **({"holdToken": hold(slot)["token"]} if is_held else {"slotToken": slot}),
        "patient": PATIENT,
        "idempotencyKey": "other-1",
        "endsWait": offer_token(appointment=offered.uuid),
    }

    visit = ask(BOOK, input=asked)["bookAppointment"]
    assert visit["startsAt"] == "2027-03-09T18:00:00Z"
    assert WaitlistEntry.objects.get().status == "booked"
    assert "10:00" in tokens(world)
    assert ask(BOOK, input=asked)["bookAppointment"] == visit
    for other in (None, "another"):
        refused = ask(BOOK, input={**asked, "endsWait": other})["bookAppointment"]
        assert refused["code"] == "IDEMPOTENCY_CONFLICT"


def test_waiting_for_another_length() -> None:
    world = make_world(durations=[60])
    world.provider.availability_rules.update(end_time="10:00")
    booked = book(tokens(world, durationMinutes=60)["09:00"])
    joined = join(world, durationMinutes=60)
    assert WaitlistEntry.objects.get().duration_minutes == 60

    assert join(world, durationMinutes=60) == joined
    for other in ({}, {"durationMinutes": None}, {"durationMinutes": 45}):
        assert join(world, **other)["code"] == "IDEMPOTENCY_CONFLICT"
    assert WaitlistEntry.objects.count() == 1

    ask(CANCEL, input={"manageToken": booked["manageToken"], "idempotencyKey": "cancel-1"})
    hold = WaitlistOffer.objects.get().appointment
    assert hold
    visit = confirm(offer_token(appointment=hold.uuid))
    assert (visit["startsAt"], visit["endsAt"]) == ("2027-03-09T16:00:00Z", "2027-03-09T17:00:00Z")


def test_length_that_is_null_is_one_that_is_left_out(world: BookingWorld) -> None:
    assert join(world, durationMinutes=None) == join(world)
    assert WaitlistEntry.objects.get().duration_minutes is None


def test_leaving_the_waitlist(world: BookingWorld) -> None:
    joined = join(world)

    left = ask(LEAVE, input={"token": joined["token"]})["leaveWaitlist"]
    assert left["reference"] == joined["reference"]
    assert ask(LEAVE, input={"token": altered(joined["token"])})["leaveWaitlist"]["code"] == "NOT_FOUND"


def test_too_many_waits_may_be_tried_again_later(world: BookingWorld, settings: Settings) -> None:
    settings.WAITLIST_PER_CLIENT = 1
    first = join(world)
    sam = {"patient": {"name": "Sam Example", "email": "sam@example.com"}}

    refused = join(world, key="wait-2", **sam)
    assert (refused["code"], refused["retryable"]) == ("RATE_LIMITED", True)
    stored = WaitlistEntry.objects.get().client_key
    assert (len(stored), "127.0.0.1" in stored) == (24, False)

    ask(LEAVE, input={"token": first["token"]})
    assert join(world, key="wait-2", **sam)["position"] == 1


def test_wrong_wishes_are_refused(world: BookingWorld) -> None:
    stranger = factories.make_provider(name="Ann Lee")
    wrong: list[tuple[tuple[str, str | None], dict[str, Any]]] = [
        (("INVALID_INPUT", "to"), {"to": "2027-03-08"}),
        (("INVALID_INPUT", "procedure"), {"procedure": "nonsense"}),
        (("INVALID_INPUT", "location"), {"location": "nonsense"}),
        (("INVALID_INPUT", "durationMinutes"), {"durationMinutes": 44}),
        (("INVALID_INPUT", "durationMinutes"), {"durationMinutes": 0}),
        (("INVALID_INPUT", "patient.name"), {"patient": {"name": " ", "email": "pat@example.com"}}),
        (("NOT_OFFERED", None), {"provider": page_id(stranger)}),
        (("NOT_OFFERED", None), {"procedure": page_id(stranger)}),
        (("NOT_OFFERED", None), {"location": encode_id("Location", 10**6)}),
    ]

    for expected, more in wrong:
        refused = join(world, **more)
        assert (refused["code"], refused["field"]) == expected
    assert not WaitlistEntry.objects.exists()


# Fairness -----------------------------------------------------------------------------------------


def test_least_booked_that_day_then_that_week_then_the_first(world: BookingWorld) -> None:
    add_provider(world, name="Maria Lopez")
    factories.make_rule(
        provider=world.provider, location=world.location, recurrence="RRULE:FREQ=WEEKLY;BYDAY=WE"
    )

    def booked_with(time: str, day: str = "2027-03-09", **more: Any) -> str:
        return book(tokens(world, day)[time], key=f"{day}-{time}", **more)["provider"]["title"]

    assert booked_with("09:00") == "Dr. Sarah White"
    assert booked_with("10:00") == "Dr. Maria Lopez"
    assert booked_with("11:00", "2027-03-10") == "Dr. Sarah White"
    # Level that day; over the week Dr. White has one more.
    assert booked_with("12:00") == "Dr. Maria Lopez"
