"""Holds: a time kept for a few minutes, and how it becomes a visit."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from schedules.models import Appointment, Claim, IdempotencyKey, OutboxEvent
from schedules.operations import (
    Done,
    Held,
    HeldTooLong,
    HoldExpired,
    InvalidInput,
    InvalidState,
    NotFound,
    NotOffered,
    SlotTaken,
    TooManyHolds,
    book_held,
    cancel_appointment,
    delete_old_holds,
    hold_slot,
)
from tests import factories
from tests.schedules.worlds import (
    NOW,
    PATIENT,
    TUESDAY,
    BookingWorld,
    add_provider,
    at,
    everything,
    make_world,
    overlaps,
)

pytestmark = pytest.mark.django_db

Status = Appointment.Status
LAPSED = NOW + timedelta(minutes=5)


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


def hold(
    world: BookingWorld,
    local_time: str = "10:00",
    *,
    key: str = "hold-key",
    replaces: str | None = None,
    client: str = "client",
    now: datetime = NOW,
    **choice: Any,
) -> Held:
    return hold_slot(
        choice=world.choice(local_time, **choice),
        provider=None,
        replaces=replaces,
        client_key=client,
        request=world.request(key, operation="hold", slot=local_time, replaces=replaces),
        now=now,
    )


def confirm(world: BookingWorld, token: str, *, key: str = "confirm-key", now: datetime = NOW) -> Done:
    return book_held(
        token=token,
        provider=None,
        patient=PATIENT,
        request=world.request(key, hold=token),
        language="en",
        now=now,
    )


def test_hold_takes_the_time_until_the_last_instant_before_its_expiry(world: BookingWorld) -> None:
    """Case 86."""
    held = hold(world)

    assert held.appointment.hold_expires_at == LAPSED
    assert "10:00" not in world.starts(now=LAPSED - timedelta(milliseconds=1))
    assert "10:00" in world.starts(now=LAPSED)


def test_lapsed_hold_gives_way_to_a_booking_without_any_job(world: BookingWorld) -> None:
    """Case 86."""
    held = hold(world)

    with pytest.raises(SlotTaken):
        world.book("10:15", now=LAPSED - timedelta(milliseconds=1))
    booked = world.book("10:15", now=LAPSED)

    assert booked.appointment.status == Status.BOOKED
    assert not held.appointment.claims.filter(is_active=True).exists()
    assert overlaps() == []


def test_hold_becomes_the_visit_with_the_same_row(world: BookingWorld) -> None:
    held = hold(world)

    done = confirm(world, held.token)

    visit = Appointment.objects.get()
    assert (visit.pk, visit.status, visit.hold_expires_at) == (held.appointment.pk, Status.BOOKED, None)
    assert (visit.client_key, visit.patient.name) == ("", "Pat Example")
    assert list(visit.events.values_list("kind", "cause", "version")) == [("booked", "patient", 2)]
    assert Claim.objects.get().expires_at is None
    assert "10:00" not in world.starts(now=LAPSED)
    cancelled = cancel_appointment(
        token=done.manage_token or "", reason="", request=world.request("cancel-key"), now=NOW
    )
    assert cancelled.appointment.status == Status.CANCELLED


def test_hold_of_a_procedure_that_needs_confirmation_becomes_a_request() -> None:
    world = make_world(requires_confirmation=True)

    assert confirm(world, hold(world).token).appointment.status == Status.REQUESTED


def test_hold_in_time_is_good_although_the_rules_changed(world: BookingWorld) -> None:
    held = hold(world)
    factories.make_closure(starts_on=TUESDAY, location=world.location)

    assert confirm(world, held.token).appointment.status == Status.BOOKED


def test_late_confirmation_succeeds_while_the_time_is_free(world: BookingWorld) -> None:
    """Case 87."""
    held = hold(world)

    done = confirm(world, held.token, now=LAPSED + timedelta(hours=3))

    assert (done.appointment.pk, done.appointment.status) == (held.appointment.pk, Status.BOOKED)
    active = Claim.objects.filter(is_active=True).values_list("appointment", "expires_at")
    assert list(active) == [(held.appointment.pk, None)]


def test_late_confirmation_of_a_taken_time_is_refused(world: BookingWorld) -> None:
    """Case 87."""
    held = hold(world)
    world.book("10:15", now=LAPSED)
    before = everything()

    with pytest.raises(SlotTaken):
        confirm(world, held.token, now=LAPSED)

    assert everything() == before


def test_late_confirmation_on_a_closed_day_has_expired(world: BookingWorld) -> None:
    held = hold(world)
    factories.make_closure(starts_on=TUESDAY, location=world.location)
    before = everything()

    with pytest.raises(HoldExpired):
        confirm(world, held.token, now=LAPSED)

    assert everything() == before


def test_confirmation_after_the_start_has_expired(world: BookingWorld) -> None:
    held = hold(world, now=at("09:58"))

    with pytest.raises(HoldExpired):
        confirm(world, held.token, now=at("10:00"))


def test_same_key_replays_the_hold(world: BookingWorld) -> None:
    held = hold(world)

    again = hold(world, now=NOW + timedelta(minutes=1))

    assert (again.appointment.pk, again.token) == (held.appointment.pk, held.token)
    assert again.appointment.hold_expires_at == LAPSED
    assert Appointment.objects.count() == 1


def test_hold_token_is_stored_only_as_a_hash(world: BookingWorld) -> None:
    held = hold(world)

    assert len(held.token) >= 43
    assert held.token not in Appointment.objects.get().hold_token_hash


def test_second_hold_replaces_the_first(world: BookingWorld) -> None:
    """Case 88."""
    first = hold(world, "10:00")

    second = hold(world, "10:15", key="second-key", replaces=first.token)

    states = Appointment.objects.order_by("pk").values_list("pk", "status")
    assert list(states) == [(first.appointment.pk, Status.CANCELLED), (second.appointment.pk, Status.HELD)]
    assert [claim.appointment_id for claim in Claim.objects.filter(is_active=True)] == [second.appointment.pk]
    with pytest.raises(HoldExpired):
        confirm(world, first.token)


def test_refused_replacement_keeps_the_first_hold(world: BookingWorld) -> None:
    first = hold(world, "10:00")
    world.book("13:00")
    before = everything()

    with pytest.raises(SlotTaken):
        hold(world, "13:00", key="second-key", replaces=first.token)

    assert everything() == before


def test_holds_side_by_side_are_possible(world: BookingWorld) -> None:
    hold(world, "10:00")
    hold(world, "11:00", key="second-key")

    assert Appointment.objects.filter(status=Status.HELD).count() == 2


def test_unknown_tokens_are_not_found(world: BookingWorld) -> None:
    held = hold(world)
    before = everything()

    for token in ("", f"{held.token}x"):
        with pytest.raises(NotFound):
            confirm(world, token)
        with pytest.raises(NotFound):
            hold(world, "11:00", key="second-key", replaces=token)

    assert everything() == before


def test_hold_is_booked_once(world: BookingWorld) -> None:
    held = hold(world)
    first = confirm(world, held.token)

    again = confirm(world, held.token)
    assert (again.appointment.pk, again.manage_token) == (first.appointment.pk, first.manage_token)
    with pytest.raises(InvalidState):
        confirm(world, held.token, key="another-key")
    with pytest.raises(InvalidState):
        hold(world)


def test_hold_has_its_provider(world: BookingWorld) -> None:
    other = add_provider(world, name="Maria Lopez")
    held = hold(world, providers=(world.provider, other))

    with pytest.raises(InvalidInput):
        book_held(
            token=held.token,
            provider=other.pk,
            patient=PATIENT,
            request=world.request("confirm-key"),
            language="",
            now=NOW,
        )


def test_hold_of_a_time_that_is_not_offered_is_refused(world: BookingWorld) -> None:
    before = everything()

    with pytest.raises(NotOffered):
        hold(world, "10:05")

    assert everything() == before


def test_holds_of_one_client_are_limited(world: BookingWorld, settings: Settings) -> None:
    settings.HOLDS_PER_CLIENT = 2
    first = hold(world, "10:00", key="key-1")
    hold(world, "11:00", key="key-2")
    before = everything()

    with pytest.raises(TooManyHolds):
        hold(world, "12:00", key="key-3")

    assert everything() == before
    hold(world, "12:00", key="key-4", replaces=first.token)
    hold(world, "13:00", key="key-5", client="another")
    hold(world, "14:00", key="key-6", now=LAPSED)


def test_holds_of_one_source_are_limited(world: BookingWorld, settings: Settings) -> None:
    settings.HOLDS_PER_SOURCE = 1
    hold(world, "10:00", key="key-1")

    with pytest.raises(TooManyHolds):
        hold(world, "11:00", key="key-2", client="another")


def test_hold_counts_for_the_cap_of_its_day() -> None:
    world = make_world(max_per_provider_per_day=1)
    held = hold(world, "10:00")

    assert world.starts() == []
    assert confirm(world, held.token).appointment.status == Status.BOOKED


def test_hold_keeps_the_length_that_was_chosen() -> None:
    world = make_world(durations=[90])

    done = confirm(world, hold(world, minutes=90).token)

    assert (done.appointment.starts_at, done.appointment.ends_at) == (at("10:00"), at("11:30"))


def test_hold_tells_nobody_until_it_is_booked(world: BookingWorld) -> None:
    held = hold(world)
    assert not OutboxEvent.objects.exists()

    confirm(world, held.token)

    event = OutboxEvent.objects.get()
    assert (event.kind, event.appointment_id) == ("booked", held.appointment.pk)
    assert event.data == {"version": 2, "cause": "patient", "before": {}}


def test_old_holds_are_deleted_and_visits_are_not(world: BookingWorld) -> None:
    lapsed = hold(world, "10:00", key="key-1")
    booked = confirm(world, hold(world, "11:00", key="key-2").token)
    a_day_later = LAPSED + timedelta(days=1)

    assert delete_old_holds(now=a_day_later - timedelta(seconds=1)) == 0
    assert delete_old_holds(now=a_day_later) == 1

    assert [visit.pk for visit in Appointment.objects.all()] == [booked.appointment.pk]
    assert not IdempotencyKey.objects.filter(appointment=lapsed.appointment.pk).exists()


def test_hold_lasts_until_its_visit_begins_at_most(world: BookingWorld) -> None:
    held = hold(world, "09:00", now=at("08:58"))

    assert held.appointment.hold_expires_at == at("09:00")
    confirm(world, held.token, now=at("09:00") - timedelta(seconds=1))


def keep(world: BookingWorld, *local_times: str, every: timedelta, client: str = "client") -> list[Held]:
    """Hold these times one after the other, each in place of the one before."""
    kept: list[Held] = []
    for number, local_time in enumerate(local_times):
        replaces = kept[-1].token if kept else None
        now, key = NOW + number * every, f"{client}-{number}"
        kept.append(hold(world, local_time, key=key, replaces=replaces, client=client, now=now))
    return kept


def test_one_time_is_kept_for_half_an_hour_at_most(world: BookingWorld) -> None:
    *_, last = keep(world, *["10:00"] * 7, every=timedelta(minutes=4))
    assert last.appointment.hold_expires_at == NOW + timedelta(minutes=29)
    longest = hold(world, key="longest", replaces=last.token, now=NOW + timedelta(minutes=28))
    before = everything()

    with pytest.raises(HeldTooLong):
        hold(world, key="longer", replaces=longest.token, now=NOW + timedelta(minutes=29))

    assert longest.appointment.hold_expires_at == NOW + timedelta(minutes=30)
    assert everything() == before
    assert confirm(world, longest.token, now=NOW + timedelta(minutes=29)).appointment.status == Status.BOOKED


@pytest.mark.parametrize(
    "around",
    [["10:00", "10:15"] * 5, ["10:00", "13:00"] * 5],
    ids=["by another time that overlaps it", "by giving it up for a moment"],
)
def test_time_is_not_kept_longer(around: list[str], world: BookingWorld) -> None:
    *_, last = keep(world, *around, every=timedelta(minutes=3))

    with pytest.raises(HeldTooLong):
        hold(world, "10:00", key="longer", replaces=last.token, now=NOW + timedelta(minutes=30))


def test_time_is_not_kept_longer_by_holds_that_lapse(world: BookingWorld) -> None:
    for number in range(5):
        hold(world, key=f"key-{number}", now=NOW + number * timedelta(minutes=6))
    late = NOW + timedelta(minutes=30)
    lapsed = late - timedelta(minutes=1)

    with pytest.raises(HeldTooLong):
        hold(world, key="longer", now=late)

    with pytest.raises(HeldTooLong):
        hold(world, key="longer", now=lapsed + timedelta(minutes=5) - timedelta(milliseconds=1))
    # Free for as long as a hold lasts: others could have had it.
    again = hold(world, key="longer", now=lapsed + timedelta(minutes=5))
    assert again.appointment.held_since == lapsed + timedelta(minutes=5)


def test_time_is_not_kept_longer_from_another_address(world: BookingWorld) -> None:
    *_, last = keep(world, *["10:00"] * 8, every=timedelta(minutes=4))

    with pytest.raises(HeldTooLong):
        hold(world, key="longer", replaces=last.token, client="another", now=NOW + timedelta(minutes=29))


def test_another_time_is_kept_anew(world: BookingWorld) -> None:
    *_, last = keep(world, *["10:00"] * 8, every=timedelta(minutes=4))
    late = NOW + timedelta(minutes=29)

    other = hold(world, "10:45", key="other", replaces=last.token, now=late)
    theirs = hold(world, "10:00", key="theirs", client="another", now=late)

    ends = {held.appointment.hold_expires_at for held in (other, theirs)}
    assert ends == {late + timedelta(minutes=5)}


def test_another_provider_is_kept_anew(world: BookingWorld) -> None:
    other = add_provider(world, name="Maria Lopez")
    *_, last = keep(world, *["10:00"] * 8, every=timedelta(minutes=4))
    late = NOW + timedelta(minutes=29)

    held = hold(world, key="other", replaces=last.token, providers=(other,), now=late)

    assert held.appointment.hold_expires_at == late + timedelta(minutes=5)


def test_visit_forgets_since_when_it_was_held(world: BookingWorld) -> None:
    held = hold(world)
    assert held.appointment.held_since == NOW

    confirm(world, held.token)

    assert Appointment.objects.get().held_since is None


def test_key_of_a_released_hold_does_not_promise_its_time(world: BookingWorld) -> None:
    """Two tabs: one has replaced the hold of the other."""
    first = hold(world, "10:00", key="tab-1")
    hold(world, "11:00", key="tab-2", replaces=first.token)
    before = everything()

    with pytest.raises(InvalidState):
        hold(world, "10:00", key="tab-1")

    assert everything() == before
