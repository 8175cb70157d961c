"""Holds, offers and swaps by many clients at once, each on a connection of its own."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from pytest_django import Settings

from cms.core.models import User
from providers.models import ProviderPage
from schedules.models import Appointment, Claim, WaitlistOffer
from schedules.operations import (
    Held,
    Wish,
    book_held,
    cancel_appointment,
    hold_slot,
    join_waitlist,
    move_by_staff,
    offer_freed_times,
    swap_visits,
)
from schedules.tokens import SlotChoice
from tests import factories
from tests.races.test_booking_races import at_once
from tests.schedules.worlds import (
    NOW,
    PATIENT,
    TUESDAY,
    BookingWorld,
    add_provider,
    at,
    make_world,
    overlaps,
)

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 32
LAPSED = NOW + timedelta(minutes=5)


def hold(world: BookingWorld, local_time: str, *, key: str, client: str = "client") -> Held:
    return hold_slot(
        choice=world.choice(local_time),
        provider=None,
        replaces=None,
        client_key=client,
        request=world.request(key, operation="hold"),
        now=NOW,
    )


def confirm(world: BookingWorld, held: Held, *, key: str, now: Any = LAPSED) -> Any:
    return book_held(
        token=held.token,
        provider=None,
        patient=PATIENT,
        request=world.request(key),
        language="",
        now=now,
    )


def outcomes(actions: Sequence[Callable[[], Any]]) -> Counter[str]:
    answers = at_once(actions)
    return Counter(answer if isinstance(answer, str) else "done" for answer in answers)


def test_many_clients_holding_one_slot_have_one_winner() -> None:
    world = make_world()

    found = outcomes(
        [partial(hold, world, "10:00", key=f"key-{n}", client=f"client-{n}") for n in range(CLIENTS)]
    )

    assert found == {"done": 1, "SlotTaken": CLIENTS - 1}
    assert overlaps() == []


def test_lapsed_hold_and_a_booking_at_once_have_one_winner() -> None:
    """Case 87."""
    world = make_world()
    held = hold(world, "10:00", key="hold-key")

    found = outcomes(
        [
            partial(confirm, world, held, key="confirm-key"),
            *(partial(world.book, "10:15", key=f"key-{n}", now=LAPSED) for n in range(8)),
        ]
    )

    assert found == {"done": 1, "SlotTaken": 8}
    assert overlaps() == []
    assert Claim.objects.filter(is_active=True).count() == 1


def test_hold_confirmed_by_many_at_once_is_one_visit() -> None:
    world = make_world()
    held = hold(world, "10:00", key="hold-key")

    found = outcomes([partial(confirm, world, held, key=f"key-{n}", now=NOW) for n in range(8)])

    assert found == {"done": 1, "InvalidState": 7}
    assert Appointment.objects.get().status == "booked"


def test_holds_at_once_stay_within_the_limit(settings: Settings) -> None:
    settings.HOLDS_PER_CLIENT = 3
    world = make_world()
    apart = [f"{hour:02}:00" for hour in range(9, 16)]

    found = outcomes([partial(hold, world, time, key=f"key-{time}") for time in apart])

    assert found == {"done": 3, "TooManyHolds": 4}
    assert Appointment.objects.filter(status="held").count() == 3


def test_freed_time_is_offered_once_by_many_at_once() -> None:
    world = make_world(duration_minutes=60, slot_step_minutes=60)
    world.provider.availability_rules.update(end_time="10:00")
    booked = world.book("09:00", minutes=60)
    for number in range(5):
        join_waitlist(
            wish=Wish(
                procedure=world.procedure.pk, provider=None, location=None, first=TUESDAY, last=TUESDAY
            ),
            patient=PATIENT,
            request=world.request(f"wait-{number}", operation="wait"),
            now=NOW,
        )
    cancel = partial(
        cancel_appointment,
        token=booked.manage_token or "",
        reason="",
        request=world.request("cancel-key"),
        now=NOW,
    )

    found = outcomes([cancel, *[partial(offer_freed_times, now=NOW)] * 8])

    assert found == {"done": 9}
    assert WaitlistOffer.objects.count() == 1
    assert Claim.objects.filter(is_active=True).count() == 1


def test_swaps_in_a_circle_neither_lock_up_nor_overlap() -> None:
    world = make_world()
    staff = factories.make_staff()
    visits = [world.book(time, key=f"key-{time}").appointment for time in ("09:00", "11:00", "13:00")]
    pairs = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 0), (0, 2)]

    found = outcomes(
        [
            partial(
                swap_visits,
                one=(visits[one].pk, 1),
                other=(visits[other].pk, 1),
                actor=staff,
                site=world.site,
                reason="",
                now=NOW,
            )
            for one, other in pairs
        ]
    )

    assert found == {"done": 1, "InvalidState": 5}
    starts = Appointment.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert list(starts) == [at("09:00"), at("11:00"), at("13:00")]
    assert overlaps() == []


@dataclass(frozen=True)
class Client:
    """Somebody who holds, books, moves, swaps and cancels at random."""

    world: BookingWorld
    everyone: tuple[ProviderPage, ...]
    staff: User
    number: int

    def __call__(self) -> Appointment:
        random = Random(self.number)
        hold = self.hold("hold", random)
        if random.random() < 0.5:
            hold = self.hold("replace", random, replaces=hold.token)
        now = LAPSED if random.random() < 0.3 else NOW
        done = confirm(self.world, hold, key=f"confirm-{self.number}", now=now)
        visit = self.move(done.appointment, random) if random.random() < 0.5 else done.appointment
        if random.random() < 0.4:
            return self.swap(visit)
        if random.random() < 0.3:
            request = self.world.request(f"cancel-{self.number}")
            cancel_appointment(token=done.manage_token or "", reason="", request=request, now=NOW)
        return visit

    def choice(self, random: Random) -> SlotChoice:
        time = f"{random.randrange(9, 12):02}:{random.choice((0, 15, 30, 45)):02}"
        return self.world.choice(time, minutes=30, providers=self.everyone)

    def hold(self, step: str, random: Random, *, replaces: str | None = None) -> Held:
        return hold_slot(
            choice=self.choice(random),
            provider=None,
            replaces=replaces,
            client_key=f"client-{self.number}",
            request=self.world.request(f"{step}-{self.number}", operation="hold"),
            now=NOW,
        )

    def move(self, visit: Appointment, random: Random) -> Appointment:
        return move_by_staff(
            appointment_id=visit.pk,
            version=visit.version,
            choice=self.choice(random),
            provider=None,
            actor=self.staff,
            site=self.world.site,
            now=NOW,
        )

    def swap(self, visit: Appointment) -> Appointment:
        other = Appointment.objects.filter(status="booked").exclude(pk=visit.pk).order_by("?").first()
        if other is None:
            return visit
        swapped, _ = swap_visits(
            one=(visit.pk, visit.version),
            other=(other.pk, other.version),
            actor=self.staff,
            site=self.world.site,
            reason="",
            now=NOW,
        )
        return swapped


def test_random_mix_of_everything_never_overlaps() -> None:
    world = make_world(duration_minutes=30, room_kind="treatment", max_per_provider_per_day=9)
    for name in ("One", "Two"):
        factories.make_room(location=world.location, name=name)
    everyone = (world.provider, add_provider(world, name="Maria Lopez"), add_provider(world, name="Ann Lee"))
    staff = factories.make_staff()

    found = outcomes([Client(world, everyone, staff, number) for number in range(2 * CLIENTS)])

    assert set(found) <= {"done", "SlotTaken", "InvalidState", "DailyLimit"}
    assert found["done"] > 0
    assert overlaps() == []
    booked = Appointment.objects.filter(status="booked")
    claimed = {
        visit.pk: set(
            visit.claims.filter(is_active=True, starts_at=visit.starts_at, ends_at=visit.ends_at).values_list(
                "resource__provider", "resource__room"
            )
        )
        for visit in booked
    }
    assert claimed == {visit.pk: {(visit.provider_id, None), (None, visit.room_id)} for visit in booked}
    # Nothing else takes time, but for holds in force.
    others = Claim.objects.filter(is_active=True).exclude(appointment__in=booked)
    assert set(others.values_list("appointment__status", flat=True)) <= {"held"}
