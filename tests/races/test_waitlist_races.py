"""Joining and leaving the waitlist by many clients at once, each on a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from schedules.models import Appointment, Claim, OutboxEvent, WaitlistEntry, WaitlistOffer
from schedules.operations import (
    Patient,
    Waiting,
    Wish,
    book_appointment,
    book_held,
    cancel_appointment,
    hold_slot,
    join_waitlist,
    take_off_waitlist,
)
from schedules.queries import waiting
from schedules.tokens import offer_token, token_hash
from tests.races.test_booking_races import at_once
from tests.schedules.worlds import NOW, PATIENT, TUESDAY, BookingWorld, make_world

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 12


def join(world: BookingWorld, *, key: str, email: str, client: str) -> Waiting:
    return join_waitlist(
        wish=Wish(
            procedure=world.procedure.pk,
            provider=None,
            location=None,
            first=TUESDAY,
            last=TUESDAY,
        ),
        patient=Patient(name="Pat Example", email=email),
        client_key=client,
        request=world.request(key, operation="wait"),
        now=NOW,
    )


def outcomes(actions: Sequence[Callable[[], Any]]) -> Counter[str]:
    answers = at_once(actions)
    return Counter(answer if isinstance(answer, str) else "done" for answer in answers)


def test_waits_of_one_client_at_once_stay_within_the_limit(settings: Settings) -> None:
    settings.WAITLIST_PER_CLIENT = 3
    world = make_world()

    found = outcomes(
        [
            partial(join, world, key=f"key-{n}", email=f"pat-{n}@example.com", client="one")
            for n in range(CLIENTS)
        ]
    )

    assert found == {"done": 3, "TooManyWaits": CLIENTS - 3}
    assert (WaitlistEntry.objects.count(), OutboxEvent.objects.count()) == (3, 3)


def test_same_key_at_once_makes_one_entry(settings: Settings) -> None:
    settings.WAITLIST_PER_CLIENT = 1
    world = make_world()

    answers: list[Any] = at_once(
        [partial(join, world, key="key", email="pat@example.com", client="one")] * CLIENTS  # type: ignore[list-item]
    )

    assert {(answer.entry.pk, answer.token, answer.position) for answer in answers} == {
        (WaitlistEntry.objects.get().pk, answers[0].token, 1)
    }


def test_limits_are_passed_once_their_turns_are_gone() -> None:
    """The negative control: who counts without a turn sees none of the others, so these tests can fail."""
    world = make_world()
    looked = threading.Barrier(CLIENTS)

    def count_then_insert(number: int) -> int:
        try:
            is_room = not waiting(now=NOW).exists()
            looked.wait()
            if is_room:
                WaitlistEntry.objects.create(
                    reference=f"CONTROL-{number}",
                    token_hash=token_hash(f"token-{number}"),
                    site_id=world.site.pk,
                    procedure=world.procedure,
                    starts_on=TUESDAY,
                    ends_on=TUESDAY,
                    patient_email="pat@example.com",
                    client_key="one",
                    created_at=NOW,
                )
            return int(is_room)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLIENTS) as pool:
        assert sum(pool.map(count_then_insert, range(CLIENTS))) == CLIENTS
    assert WaitlistEntry.objects.count() == CLIENTS


def test_offer_taken_and_taken_off_at_once_has_one_end() -> None:
    world = make_world(duration_minutes=60, slot_step_minutes=60)
    world.provider.availability_rules.update(end_time="10:00")
    booked = world.book("09:00", minutes=60)
    entry = join(world, key="wait", email="pat@example.com", client="one").entry
    cancel = world.request("cancel-key")
    cancel_appointment(token=booked.manage_token or "", reason="", request=cancel, now=NOW)
    hold = WaitlistOffer.objects.get().appointment
    assert hold
    accept = partial(
        book_held,
        token=offer_token(appointment=hold.uuid),
        provider=None,
        patient=PATIENT,
        request=world.request("accept-key"),
        language="",
        now=NOW,
    )

    found = outcomes([accept, *[partial(take_off_waitlist, entry_id=entry.pk, now=NOW)] * 4])

    entry.refresh_from_db()
    hold.refresh_from_db()
    ends = {
        ("booked", Appointment.Status.BOOKED): {"done": 1, "InvalidState": 4},
        ("withdrawn", Appointment.Status.CANCELLED): {"done": 1, "InvalidState": 3, "HoldExpired": 1},
    }
    assert found == ends[entry.status, Appointment.Status(hold.status)]
    assert Claim.objects.filter(is_active=True).count() == int(entry.status == "booked")


@pytest.mark.parametrize("is_held", [False, True])
def test_offer_and_another_time_at_once_leave_one_wait_that_ended(is_held: bool) -> None:
    world = make_world(duration_minutes=60, slot_step_minutes=60)
    world.provider.availability_rules.update(end_time="11:00")
    booked = [world.book(time, key=f"book-{time}", minutes=60) for time in ("09:00", "10:00")]
    entry = join(world, key="wait", email="pat@example.com", client="one").entry
    for number, visit in enumerate(booked):
        cancel = world.request(f"cancel-{number}")
        cancel_appointment(token=visit.manage_token or "", reason="", request=cancel, now=NOW)
    offered = WaitlistOffer.objects.get().appointment
    assert offered
    offer, ten = offer_token(appointment=offered.uuid), world.choice("10:00", minutes=60)
    given: dict[str, Any] = {"provider": None, "patient": PATIENT, "language": "", "now": NOW}
    accept = partial(book_held, token=offer, request=world.request("accept-key"), **given)
    other: Callable[..., Any] = partial(book_appointment, choice=ten, **given)
    if is_held:
        request = world.request("hold-key", operation="hold")
        held = hold_slot(choice=ten, provider=None, replaces=None, client_key="one", request=request, now=NOW)
        other = partial(book_held, token=held.token, **given)
    others = [partial(other, request=world.request(f"other-{n}"), ends_wait=offer) for n in range(4)]

    found = outcomes([accept, *others])

    entry.refresh_from_db()
    offered.refresh_from_db()
    late = "InvalidState" if is_held else "SlotTaken"
    ends = {
        Appointment.Status.BOOKED: {"done": 2, late: 3},
        Appointment.Status.CANCELLED: {"done": 1, late: 3, "HoldExpired": 1},
    }
    assert (entry.status, found) == ("booked", ends[Appointment.Status(offered.status)])
    assert Claim.objects.filter(is_active=True).count() == found["done"]
