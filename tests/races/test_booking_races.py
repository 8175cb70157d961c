"""Many clients at once, each on a connection of its own, against the real database."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection, connections

from schedules.models import Appointment, AppointmentEvent, Claim, IdempotencyKey, Resource
from schedules.operations import Done, Refused, SlotTaken, cancel_appointment, reschedule_appointment
from tests import factories
from tests.schedules.worlds import NOW, add_provider, at, make_world, overlaps

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 64


def at_once(actions: Sequence[Callable[[], Done]]) -> list[Done | str]:
    """Run all actions at the same moment; return each visit, or the name of the refusal."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], Done]) -> Done | str:
        try:
            connection.ensure_connection()
            barrier.wait()
            return action()
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def outcomes(answers: Sequence[Done | str]) -> Counter[str]:
    return Counter(answer if isinstance(answer, str) else "booked" for answer in answers)


def test_64_clients_on_one_slot_have_one_winner() -> None:
    """Case 77."""
    world = make_world()

    answers = at_once([partial(world.book, "10:00", key=f"client-{n}") for n in range(CLIENTS)])

    assert outcomes(answers) == {"booked": 1, "SlotTaken": CLIENTS - 1}
    assert (Appointment.objects.count(), AppointmentEvent.objects.count()) == (1, 1)
    assert IdempotencyKey.objects.count() == 1


def test_64_clients_on_three_providers_and_two_rooms_have_two_winners() -> None:
    """Case 78."""
    world = make_world(room_kind="treatment")
    for name in ("One", "Two"):
        factories.make_room(location=world.location, name=name)
    everyone = (world.provider, add_provider(world, name="Maria Lopez"), add_provider(world, name="Ann Lee"))

    answers = at_once(
        [partial(world.book, "10:00", key=f"client-{n}", providers=everyone) for n in range(CLIENTS)]
    )

    assert outcomes(answers) == {"booked": 2, "SlotTaken": CLIENTS - 2}
    assert overlaps() == []


def test_partial_overlaps_at_once_have_one_winner() -> None:
    """Case 79."""
    world = make_world(duration_minutes=60)

    answers = at_once(
        [partial(world.book, time, key=f"client-{time}", minutes=60) for time in ("10:00", "10:15", "10:30")]
    )

    assert outcomes(answers) == {"booked": 1, "SlotTaken": 2}


def test_touching_visits_at_once_both_win() -> None:
    """Case 80."""
    world = make_world()

    answers = at_once([partial(world.book, time, key=f"client-{time}") for time in ("10:00", "10:45")])

    assert outcomes(answers) == {"booked": 2}


def test_overlapping_requests_for_confirmation_cannot_both_exist() -> None:
    """Case 81."""
    world = make_world(requires_confirmation=True)

    answers = at_once([partial(world.book, time, key=f"client-{time}") for time in ("10:00", "10:15")])

    assert outcomes(answers) == {"booked": 1, "SlotTaken": 1}


def test_same_key_32_times_at_once_makes_one_visit() -> None:
    """Case 82."""
    world = make_world()

    answers = at_once([partial(world.book, "10:00")] * 32)

    assert outcomes(answers) == {"booked": 32}
    identities = {
        (answer.appointment.pk, answer.manage_token) for answer in answers if isinstance(answer, Done)
    }
    assert len(identities) == 1
    assert (Appointment.objects.count(), AppointmentEvent.objects.count()) == (1, 1)


def test_two_visits_moving_to_one_slot_have_one_winner() -> None:
    world = make_world()
    visits = [world.book(time, key=f"book-{time}") for time in ("09:00", "11:00")]

    answers = at_once(
        [
            partial(
                reschedule_appointment,
                token=visit.manage_token or "",
                choice=world.choice("14:00"),
                provider=None,
                request=world.request(f"move-{visit.appointment.pk}"),
                now=NOW,
            )
            for visit in visits
        ]
    )

    assert outcomes(answers) == {"booked": 1, "SlotTaken": 1}
    assert Claim.objects.filter(is_active=True).count() == 2


def test_random_bookings_moves_and_cancellations_never_overlap() -> None:
    world = make_world(duration_minutes=30, slot_step_minutes=15)
    everyone = (world.provider, add_provider(world, name="Maria Lopez"))
    random = Random(20270309)
    times = [f"{hour:02}:{minute:02}" for hour in range(9, 12) for minute in (0, 15, 30, 45)]

    def client(number: int, seed: int) -> Callable[[], Done]:
        def act() -> Done:
            mine = Random(seed)
            done = world.book(mine.choice(times), key=f"book-{number}", minutes=30, providers=everyone)
            token = done.manage_token or ""
            if mine.random() < 0.5:
                done = reschedule_appointment(
                    token=token,
                    choice=world.choice(mine.choice(times), minutes=30, providers=everyone),
                    provider=None,
                    request=world.request(f"move-{number}"),
                    now=NOW,
                )
            if mine.random() < 0.3:
                done = cancel_appointment(
                    token=token, reason="", request=world.request(f"cancel-{number}"), now=NOW
                )
            return done

        return act

    answers = at_once([client(number, random.randrange(10**6)) for number in range(CLIENTS)])

    assert set(outcomes(answers)) <= {"booked", "SlotTaken"}
    assert overlaps() == []
    holding = Appointment.objects.filter(status="booked")
    assert holding.count() == Claim.objects.filter(is_active=True).count()
    for visit in holding:
        assert (
            visit.claims.filter(is_active=True, starts_at=visit.starts_at, ends_at=visit.ends_at).count() == 1
        )


def test_daily_cap_holds_among_visits_that_do_not_touch() -> None:
    """The constraint cannot see a cap: only the lock keeps it."""
    world = make_world(max_per_provider_per_day=1)
    times = [f"{hour:02}:00" for hour in range(9, 17)] * 2

    answers = at_once(
        [partial(world.book, time, key=f"client-{number}") for number, time in enumerate(times)]
    )

    assert outcomes(answers)["booked"] == 1
    assert Appointment.objects.count() == 1


def test_lock_alone_keeps_order_without_the_constraint() -> None:
    """What the constraint would catch never reaches it."""
    world = make_world()
    # Making it would let one client in before the others look.
    Resource.objects.create(provider=world.provider)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE schedules_claim DROP CONSTRAINT schedules_claim_no_overlap")

    answers = at_once([partial(world.book, "10:00", key=f"client-{n}") for n in range(16)])

    assert outcomes(answers) == {"booked": 1, "SlotTaken": 15}
    assert overlaps() == []


@contextmanager
def before_the_lock(act: Callable[[], object]) -> Iterator[None]:
    """Let somebody else act where the next operation has looked already and asks for the locks."""
    waiting = [act]

    def elsewhere(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connections.close_all()

    def interfere(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if waiting and "FROM schedules_resource" in sql:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(elsewhere, waiting.pop()).result()
        return execute(sql, *args)

    with connection.execute_wrapper(interfere):
        yield
    assert not waiting


def test_room_that_is_taken_before_the_lock_leaves_the_other() -> None:
    world = make_world(room_kind="treatment")
    rooms = [factories.make_room(location=world.location, name=name) for name in ("One", "Two")]
    other = add_provider(world, name="Maria Lopez")
    Resource.objects.bulk_create(
        [
            *(Resource(provider=each) for each in (world.provider, other)),
            *(Resource(room=each) for each in rooms),
        ]
    )

    with before_the_lock(partial(world.book, key="other", providers=(other,))):
        visit = world.book().appointment

    assert visit.room == rooms[1]
    assert overlaps() == []


def test_time_that_is_overbooked_before_the_lock_is_taken() -> None:
    """The constraint lets such claims stand beside others: only the second look sees them."""
    world = make_world()
    resource = Resource.objects.create(provider=world.provider)
    claim = Claim(resource=resource, starts_at=at("10:00"), ends_at=at("10:45"), is_exclusive=False)

    with before_the_lock(claim.save), pytest.raises(SlotTaken):
        world.book()

    assert not Appointment.objects.exists()


def test_race_appears_once_lock_and_constraint_are_gone() -> None:
    """The negative control: the same race without its guards double-books, so these tests can fail."""
    world = make_world()
    Resource.objects.create(provider=world.provider)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE schedules_claim DROP CONSTRAINT schedules_claim_no_overlap")
    looked = threading.Barrier(8)

    def check_then_insert(number: int) -> int:
        try:
            is_free = "10:00" in world.starts()
            looked.wait()
            if is_free:
                resource = Resource.objects.get(provider=world.provider)
                Claim.objects.create(resource=resource, starts_at=at("10:00"), ends_at=at("10:45"))
            return int(is_free)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        winners = sum(pool.map(check_then_insert, range(8)))

    assert winners == 8
    assert overlaps()


def test_constraint_alone_stops_an_overlap_behind_the_lock() -> None:
    """The backstop: a writer that skips the lock is refused by the database."""
    world = make_world()
    booked = world.book("10:00").appointment
    resource = Resource.objects.get(provider=world.provider)
    spans = [(at("10:00") + timedelta(minutes=n), at("10:45") + timedelta(minutes=n)) for n in (-30, 0, 30)]

    for starts_at, ends_at in spans:
        Claim.objects.bulk_create(
            [Claim(resource=resource, starts_at=starts_at, ends_at=ends_at)], ignore_conflicts=True
        )

    active = Claim.objects.filter(is_active=True)
    assert [claim.appointment_id for claim in active] == [booked.pk]
