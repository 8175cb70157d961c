"""The waitlist: who is offered which freed time, and when."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from providers.models import ProviderPage
from schedules.models import Appointment, Claim, OutboxEvent, WaitlistEntry, WaitlistOffer
from schedules.operations import (
    Done,
    HeldTooLong,
    InvalidInput,
    InvalidState,
    NotFound,
    NotOffered,
    Patient,
    SlotTaken,
    TooManyWaits,
    Waiting,
    Wish,
    book_appointment,
    book_held,
    cancel_appointment,
    change_status,
    delete_ended_waits,
    delete_old_holds,
    hold_slot,
    join_waitlist,
    leave_waitlist,
    offer_freed_times,
    reschedule_appointment,
    take_off_waitlist,
)
from schedules.operations.waitlist import Freed
from schedules.tokens import offer_token
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
)

pytestmark = pytest.mark.django_db

Status = WaitlistEntry.Status
OFFER_LAPSED = NOW + timedelta(minutes=120)


@pytest.fixture
def world() -> BookingWorld:
    """Room for two visits on Tuesdays: at 09:00 and at 10:00."""
    world = make_world(duration_minutes=60, slot_step_minutes=60)
    world.provider.availability_rules.update(end_time="11:00")
    return world


@pytest.fixture
def full(world: BookingWorld) -> list[Done]:
    return [world.book(time, key=f"book-{time}", minutes=60) for time in ("09:00", "10:00")]


def join(
    world: BookingWorld,
    name: str = "pat",
    *,
    first: date = TUESDAY,
    last: date = TUESDAY,
    provider: ProviderPage | None = None,
    location: int | None = None,
    duration: int | None = None,
    email: str = "",
    client: str = "",
    now: datetime = NOW,
) -> Waiting:
    return join_waitlist(
        wish=Wish(
            procedure=world.procedure.pk,
            provider=provider.pk if provider else None,
            location=location,
            first=first,
            last=last,
            duration=duration,
        ),
        patient=Patient(name=name, email=email or f"{name}@example.com"),
        client_key=client,
        request=world.request(f"wait-{name}", operation="wait"),
        now=now,
    )


def everything_of_waits() -> tuple[Any, ...]:
    """Return what joining or leaving can write, to prove that a refusal wrote nothing."""
    entries = WaitlistEntry.objects.order_by("pk").values_list("pk", "status", "ended_at", "client_key")
    return everything(), list(entries), OutboxEvent.objects.count()


def cancel(world: BookingWorld, booked: Done, *, now: datetime = NOW) -> None:
    cancel_appointment(
        token=booked.manage_token or "",
        reason="",
        request=world.request(f"cancel-{booked.appointment.pk}"),
        now=now,
    )


def offers() -> list[tuple[str, datetime]]:
    rows = WaitlistOffer.objects.order_by("pk").values_list("entry__patient_name", "starts_at")
    return list(rows)


def offered() -> Appointment:
    """Return the hold of the last offer."""
    hold = WaitlistOffer.objects.latest("pk").appointment
    assert hold
    return hold


def accept(
    world: BookingWorld, *, offer: str | None = None, now: datetime = NOW, ends_wait: str | None = None
) -> Appointment:
    """Book what was offered, last or by the token of `offer`."""
    return book_held(
        token=offer or offer_token(appointment=offered().uuid),
        provider=None,
        patient=PATIENT,
        request=world.request("accept-key"),
        language="",
        now=now,
        ends_wait=ends_wait,
    ).appointment


def test_joining_tells_the_position(world: BookingWorld, full: list[Done]) -> None:
    first, second = join(world, "pat"), join(world, "sam")

    assert (first.position, second.position) == (1, 2)
    assert first.token not in first.entry.token_hash
    again = join(world, "pat")
    assert (again.entry.pk, again.position, again.token) == (first.entry.pk, 1, first.token)
    assert WaitlistEntry.objects.count() == 2


def test_cancelled_time_is_offered_to_who_waits_longest(world: BookingWorld, full: list[Done]) -> None:
    join(world, "pat")
    join(world, "sam")

    cancel(world, full[0])

    assert offers() == [("pat", at("09:00"))]
    hold = WaitlistOffer.objects.get().appointment
    assert hold
    assert (hold.status, hold.hold_expires_at) == ("held", OFFER_LAPSED)
    assert world.starts() == []


def test_accepted_offer_ends_the_wait(world: BookingWorld, full: list[Done]) -> None:
    entry = join(world).entry
    cancel(world, full[0])

    visit = accept(world)

    entry.refresh_from_db()
    assert (visit.status, visit.starts_at, entry.status) == ("booked", at("09:00"), Status.BOOKED)
    cancel(world, full[1])
    assert offers() == [("pat", at("09:00"))]


def book_other(
    world: BookingWorld, *, offer: str, way: str = "slot", time: str = "10:00", now: datetime = NOW
) -> Appointment:
    """Book another time than the offered one: by its slot, or by a hold that is in time or late."""
    choice = world.choice(time, minutes=60)
    if way == "slot":
        return book_appointment(
            choice=choice,
            provider=None,
            patient=PATIENT,
            request=world.request("other-key"),
            language="",
            now=now,
            ends_wait=offer,
        ).appointment
    held = hold_slot(
        choice=choice,
        provider=None,
        replaces=None,
        client_key="client",
        request=world.request("hold-key", operation="hold"),
        now=now,
    )
    return book_held(
        token=held.token,
        provider=None,
        patient=PATIENT,
        request=world.request("other-key"),
        language="",
        now=now + timedelta(minutes=6 if way == "late hold" else 0),
        ends_wait=offer,
    ).appointment


@pytest.fixture
def offer(world: BookingWorld, full: list[Done]) -> str:
    """The token of nine o'clock, which is held for Pat; ten o'clock is free."""
    join(world, "pat")
    for booked in full:
        cancel(world, booked)
    return offer_token(appointment=offered().uuid)


@pytest.mark.parametrize("way", ["slot", "hold", "late hold"])
def test_other_time_ends_the_wait_and_frees_the_offered_one(
    way: str, world: BookingWorld, offer: str
) -> None:
    join(world, "sam")

    visit = book_other(world, offer=offer, way=way)

    entry = WaitlistEntry.objects.get(patient_name="pat")
    assert (visit.status, visit.starts_at) == ("booked", at("10:00"))
    assert (entry.status, entry.client_key, entry.ended_at) == (Status.BOOKED, "", visit.updated_at)
    assert (offered().status, world.starts()) == (Appointment.Status.CANCELLED, ["09:00"])
    assert OutboxEvent.objects.filter(waitlist_entry=entry).values_list("kind", flat=True).last() == "offered"
    assert offer_freed_times(now=visit.updated_at) == 1
    assert offers() == [("pat", at("09:00")), ("sam", at("09:00"))]


def test_offered_time_itself_is_booked_by_its_slot(world: BookingWorld, offer: str) -> None:
    visit = book_other(world, offer=offer, time="09:00")

    assert (visit.starts_at, offered().status) == (at("09:00"), Appointment.Status.CANCELLED)
    assert WaitlistEntry.objects.get().status == Status.BOOKED


def test_wait_of_a_lapsed_offer_ends_with_another_one_that_stands(
    world: BookingWorld, full: list[Done]
) -> None:
    join(world)
    cancel(world, full[0])
    lapsed = offer_token(appointment=offered().uuid)
    cancel(world, full[1], now=OFFER_LAPSED)
    assert offers() == [("pat", at("09:00")), ("pat", at("10:00"))]

    book_other(world, offer=lapsed, time="09:00", now=OFFER_LAPSED)

    assert WaitlistEntry.objects.get().status == Status.BOOKED
    assert offered().status == Appointment.Status.CANCELLED


def test_lapsed_offer_that_is_booked_frees_another_one_that_stands(
    world: BookingWorld, full: list[Done]
) -> None:
    join(world)
    cancel(world, full[0])
    lapsed = offer_token(appointment=offered().uuid)
    cancel(world, full[1], now=OFFER_LAPSED)

    visit = accept(world, offer=lapsed, now=OFFER_LAPSED)

    assert (visit.status, visit.starts_at) == ("booked", at("09:00"))
    assert (offered().starts_at, offered().status) == (at("10:00"), Appointment.Status.CANCELLED)


def offering_before_the_lock(act: Callable[[], object]) -> Callable[..., Any]:
    """Return a wrapper of statements that acts before the first entry is locked, as others may."""
    acts = [act]

    def wrapper(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        is_lock = 'FROM "schedules_waitlistentry"' in sql and "FOR NO KEY UPDATE" in sql
        if is_lock and acts:
            acts.pop()()
        return execute(sql, *args)

    return wrapper


@pytest.mark.parametrize("way", ["book", "leave"])
def test_offer_made_while_a_wait_ends_is_freed_with_it(
    way: str, world: BookingWorld, full: list[Done]
) -> None:
    waiting = join(world)
    cancel(world, full[0])
    lapsed = offer_token(appointment=offered().uuid)

    with connection.execute_wrapper(
        offering_before_the_lock(lambda: cancel(world, full[1], now=OFFER_LAPSED))
    ):
        if way == "book":
            book_other(world, offer=lapsed, time="09:00", now=OFFER_LAPSED)
        else:
            leave_waitlist(token=waiting.token, now=OFFER_LAPSED)

    assert WaitlistEntry.objects.get().status != Status.WAITING
    assert (offered().starts_at, offered().status) == (at("10:00"), Appointment.Status.CANCELLED)


@pytest.mark.parametrize("days", [0, 30])
def test_wait_of_a_lapsed_offer_ends(days: int, world: BookingWorld, offer: str) -> None:
    WaitlistEntry.objects.update(ends_on=TUESDAY + timedelta(days=60))
    now = OFFER_LAPSED + timedelta(days=days)
    assert delete_old_holds(now=now) == 0
    book_other(world, offer=offer, now=OFFER_LAPSED)

    assert WaitlistEntry.objects.get().status == Status.BOOKED
    # Nobody waits by the link any more.
    assert delete_old_holds(now=now + timedelta(days=2)) == 1


@pytest.mark.parametrize("way", ["slot", "hold"])
def test_refused_booking_ends_no_wait(way: str, world: BookingWorld, offer: str) -> None:
    world.book("10:00", minutes=60, key="ten")
    before = everything_of_waits()

    with pytest.raises(SlotTaken):
        book_other(world, offer=offer, way=way)

    assert everything_of_waits() == before


@pytest.mark.parametrize("way", ["slot", "hold"])
def test_wait_for_another_procedure_goes_on(way: str, world: BookingWorld, offer: str) -> None:
    WaitlistEntry.objects.update(procedure=factories.make_procedure(title="Peel", booking={}))

    book_other(world, offer=offer, way=way)

    assert (WaitlistEntry.objects.get().status, offered().status) == (Status.WAITING, "held")


@pytest.mark.parametrize("way", ["slot", "hold"])
def test_unknown_offer_is_in_nobodys_way(way: str, world: BookingWorld, offer: str) -> None:
    book_other(world, offer="nobody-knows-it", way=way)

    assert (WaitlistEntry.objects.get().status, offered().status) == (Status.WAITING, "held")


@pytest.mark.parametrize("way", ["slot", "hold"])
def test_wait_that_has_ended_stays_as_it_ended(way: str, world: BookingWorld, offer: str) -> None:
    entry = take_off_waitlist(entry_id=WaitlistEntry.objects.get().pk, now=NOW)

    book_other(world, offer=offer, way=way, now=NOW + timedelta(minutes=1))

    assert list(WaitlistEntry.objects.values_list("status", "ended_at")) == [("withdrawn", entry.ended_at)]


def test_offer_that_is_booked_ends_its_own_wait_once(world: BookingWorld, offer: str) -> None:
    visit = accept(world, offer=offer, ends_wait=offer)

    assert (visit.status, visit.starts_at) == ("booked", at("09:00"))
    assert WaitlistEntry.objects.get().status == Status.BOOKED
    assert Claim.objects.filter(is_active=True, appointment=visit).exists()


def test_offer_is_not_given_up_for_a_shorter_hold_of_its_time(world: BookingWorld, full: list[Done]) -> None:
    join(world)
    cancel(world, full[0])
    before = everything_of_waits()

    with pytest.raises(HeldTooLong):
        hold_slot(
            choice=world.choice("09:00", minutes=60),
            provider=None,
            replaces=offer_token(appointment=offered().uuid),
            client_key="client",
            request=world.request("hold-key", operation="hold"),
            now=NOW,
        )

    assert everything_of_waits() == before


def test_lapsed_offer_goes_to_the_next_and_never_twice_to_one(world: BookingWorld, full: list[Done]) -> None:
    join(world, "pat")
    join(world, "sam")
    cancel(world, full[0])

    assert offer_freed_times(now=OFFER_LAPSED - timedelta(seconds=1)) == 0
    assert offer_freed_times(now=OFFER_LAPSED) == 1
    assert offers() == [("pat", at("09:00")), ("sam", at("09:00"))]
    assert offer_freed_times(now=OFFER_LAPSED + timedelta(minutes=120)) == 0
    assert "09:00" in world.starts(now=OFFER_LAPSED + timedelta(minutes=120))


def test_offering_again_changes_nothing(world: BookingWorld, full: list[Done]) -> None:
    join(world, "pat")
    join(world, "sam")
    cancel(world, full[0])
    before = everything()

    assert offer_freed_times(now=NOW) == 0

    assert everything() == before


def test_moved_visit_frees_its_old_time(world: BookingWorld, full: list[Done]) -> None:
    join(world)

    reschedule_appointment(
        token=full[0].manage_token or "",
        choice=world.choice("09:00", on=TUESDAY + timedelta(weeks=1), minutes=60),
        provider=None,
        request=world.request("move-key"),
        now=NOW,
    )

    assert offers() == [("pat", at("09:00"))]


def test_declined_request_frees_its_time() -> None:
    world = make_world(duration_minutes=60, slot_step_minutes=60, requires_confirmation=True)
    world.provider.availability_rules.update(end_time="10:00")
    request = world.book("09:00", minutes=60).appointment
    join(world)

    change_status(
        appointment_id=request.pk,
        version=1,
        to=Appointment.Status.DECLINED,
        actor=factories.make_staff(),
        reason="Dr. White is away",
        now=NOW,
    )

    assert offers() == [("pat", at("09:00"))]


def test_lifted_closure_frees_its_times(world: BookingWorld) -> None:
    closure = factories.make_closure(starts_on=TUESDAY)
    join(world, "pat")
    join(world, "sam")
    assert offer_freed_times(now=NOW) == 0

    closure.delete()

    assert offer_freed_times(now=NOW) == 2
    assert offers() == [("pat", at("09:00")), ("sam", at("10:00"))]


def test_times_that_were_free_when_they_joined_are_not_offered(world: BookingWorld) -> None:
    taken = world.book("09:00", minutes=60)
    join(world)

    assert offer_freed_times(now=NOW) == 0
    cancel(world, taken)
    assert offers() == [("pat", at("09:00"))]


def test_only_fitting_times_are_offered(world: BookingWorld, full: list[Done]) -> None:
    other = add_provider(world, name="Maria Lopez")
    phoenix = factories.make_location(name="Phoenix", time_zone="America/Phoenix")
    ProviderPage.objects.get(pk=other.pk).availability_rules.update(end_time="10:00")
    next_week = TUESDAY + timedelta(weeks=1)
    wishes: list[dict[str, Any]] = [
        {"name": "other-day", "first": next_week, "last": next_week},
        {"name": "other-provider", "provider": other},
        {"name": "other-place", "location": phoenix.pk},
        {"name": "fits", "provider": world.provider, "location": world.location.pk},
    ]
    for wish in wishes:
        join(world, **wish)

    cancel(world, full[0])

    assert offers() == [("fits", at("09:00"))]


def test_offer_ends_with_the_notice(full: list[Done], world: BookingWorld) -> None:
    world.procedure.booking_policies.update(min_notice_minutes=60)
    join(world)

    cancel(world, full[1], now=at("07:30"))

    offer = WaitlistOffer.objects.get()
    assert (offer.starts_at, offer.expires_at) == (at("10:00"), at("09:00"))


def test_time_that_could_hardly_be_accepted_is_not_offered(world: BookingWorld, full: list[Done]) -> None:
    join(world)

    cancel(world, full[1], now=at("09:55") + timedelta(seconds=1))

    assert offers() == []


def test_leaving_ends_the_wait_and_the_offer(world: BookingWorld, full: list[Done]) -> None:
    waiting = join(world, "pat")
    join(world, "sam")
    cancel(world, full[0])

    for _ in range(2):
        left = leave_waitlist(token=waiting.token, now=NOW)
        assert left.entry.status == Status.WITHDRAWN

    assert offer_freed_times(now=NOW) == 1
    assert offers() == [("pat", at("09:00")), ("sam", at("09:00"))]
    with pytest.raises(NotFound):
        leave_waitlist(token="x", now=NOW)


# Lengths ------------------------------------------------------------------------------------------


@pytest.fixture
def short_and_long() -> tuple[BookingWorld, Done, Done]:
    """A Tuesday that is full: a visit of 45 minutes at 09:00, and one of an hour at 09:45."""
    world = make_world(durations=[60])
    world.provider.availability_rules.update(end_time="10:45")
    return world, world.book("09:00", key="short"), world.book("09:45", key="long", minutes=60)


def held() -> list[tuple[str, datetime, datetime]]:
    """Return who was offered what, and until when it lasts."""
    rows = WaitlistOffer.objects.order_by("pk").select_related("entry", "appointment")
    return [
        (row.entry.patient_name, row.starts_at, row.appointment.ends_at) for row in rows if row.appointment
    ]


def test_offer_is_as_long_as_the_patient_wishes(short_and_long: tuple[BookingWorld, Done, Done]) -> None:
    world, short, long = short_and_long
    join(world, "hour", duration=60)
    join(world, "usual")

    cancel(world, short)
    assert held() == [("usual", at("09:00"), at("09:45"))]

    cancel(world, long)
    assert held() == [("usual", at("09:00"), at("09:45")), ("hour", at("09:45"), at("10:45"))]
    visit = accept(world)
    assert (visit.starts_at, visit.ends_at) == (at("09:45"), at("10:45"))


def test_start_that_was_free_for_a_shorter_visit_is_offered_for_the_longer(
    short_and_long: tuple[BookingWorld, Done, Done],
) -> None:
    world, short, _ = short_and_long
    cancel(world, short)
    join(world, "hour", duration=60)
    join(world, "usual")

    world.provider.availability_rules.update(start_time="08:45")

    assert offer_freed_times(now=NOW) == 1
    assert held() == [("hour", at("08:45"), at("09:45"))]


def test_usual_length_that_was_asked_for_overrides_the_providers_own(
    short_and_long: tuple[BookingWorld, Done, Done],
) -> None:
    world, short, _ = short_and_long
    world.provider.offerings.update(duration_minutes=30)
    join(world, "usual", duration=45)

    cancel(world, short)

    assert held() == [("usual", at("09:00"), at("09:45"))]


def test_length_that_is_gone_is_not_offered_until_it_is_back(
    short_and_long: tuple[BookingWorld, Done, Done],
) -> None:
    world, short, long = short_and_long
    join(world, "hour", duration=60)
    join(world, "usual")
    world.procedure.booking_policies.update(durations=[])

    cancel(world, long)
    assert held() == [("usual", at("09:45"), at("10:30"))]
    cancel(world, short)
    leave_waitlist(token=join(world, "usual").token, now=NOW)
    assert offer_freed_times(now=NOW) == 0

    world.procedure.booking_policies.update(durations=[60])
    assert offer_freed_times(now=NOW) == 1
    assert held()[-1] == ("hour", at("09:00"), at("10:00"))


# How many may wait --------------------------------------------------------------------------------


def test_places_of_one_client_are_limited(world: BookingWorld, full: list[Done], settings: Settings) -> None:
    settings.WAITLIST_PER_CLIENT = 2
    first = join(world, "pat", client="one")
    join(world, "sam", client="one")
    before = everything_of_waits()

    with pytest.raises(TooManyWaits):
        join(world, "lee", client="one")

    assert everything_of_waits() == before
    assert join(world, "sam", client="one").position == 2
    assert join(world, "kim", client="two").position == 3
    leave_waitlist(token=first.token, now=NOW)
    assert join(world, "lee", client="one").position == 3
    later = NOW + timedelta(days=12)
    assert join(world, "ann", client="one", last=TUESDAY + timedelta(days=20), now=later).position == 1


def test_ended_wait_does_not_remember_its_client(world: BookingWorld, full: list[Done]) -> None:
    waiting = join(world, client="one")
    assert WaitlistEntry.objects.get().client_key == "one"

    leave_waitlist(token=waiting.token, now=NOW)

    assert WaitlistEntry.objects.get().client_key == ""


def test_nobody_learns_whether_an_address_waits(world: BookingWorld, full: list[Done]) -> None:
    join(world, "pat")

    assert join(world, "stranger", email="pat@example.com").position == 2


# What staff take off the list ---------------------------------------------------------------------


def test_taking_off_ends_the_wait_and_the_offer(world: BookingWorld, full: list[Done]) -> None:
    entry = join(world, "pat").entry
    join(world, "sam")
    cancel(world, full[0])

    taken = take_off_waitlist(entry_id=entry.pk, now=NOW)

    assert (taken.status, taken.ended_at) == (Status.WITHDRAWN, NOW)
    told = OutboxEvent.objects.get(kind="withdrawn")
    assert (told.waitlist_entry, told.data) == (entry, {"cause": "staff"})
    assert not Claim.objects.filter(is_active=True, appointment__status="held").exists()
    assert offer_freed_times(now=NOW) == 1
    assert offers() == [("pat", at("09:00")), ("sam", at("09:00"))]


def test_patients_who_leave_are_told_apart_from_those_taken_off(
    world: BookingWorld, full: list[Done]
) -> None:
    leave_waitlist(token=join(world).token, now=NOW)

    assert OutboxEvent.objects.get(kind="withdrawn").data == {"cause": "patient"}


def test_who_waits_no_longer_is_not_taken_off(world: BookingWorld, full: list[Done]) -> None:
    left, booked = join(world, "pat"), join(world, "sam")
    leave_waitlist(token=left.token, now=NOW)
    cancel(world, full[0])
    accept(world)
    before = everything_of_waits()

    for waiting, state in ((left, "withdrawn"), (booked, "booked")):
        with pytest.raises(InvalidState, match=f"{waiting.entry.reference} is {state} already."):
            take_off_waitlist(entry_id=waiting.entry.pk, now=NOW)
    with pytest.raises(NotFound):
        take_off_waitlist(entry_id=booked.entry.pk + 1, now=NOW)

    assert everything_of_waits() == before


def test_passed_days_are_not_waited_for(world: BookingWorld, full: list[Done]) -> None:
    join(world)

    assert join(world, "sam", first=TUESDAY, last=TUESDAY + timedelta(days=9)).position == 2
    later = NOW + timedelta(days=12)
    assert join(world, "lee", last=TUESDAY + timedelta(days=20), now=later).position == 2


BAD_WISHES: list[tuple[dict[str, Any], str]] = [
    ({"last": TUESDAY - timedelta(days=1)}, "to"),
    ({"last": TUESDAY + timedelta(days=92)}, "to"),
    ({"first": date(2027, 2, 1), "last": date(2027, 2, 27)}, "to"),
    ({"first": date(2029, 3, 1), "last": date(2029, 3, 2)}, "to"),
    ({"first": date(9999, 12, 31), "last": date(9999, 12, 31)}, "to"),
    ({"duration": 45}, "durationMinutes"),
    ({"duration": 0}, "durationMinutes"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD_WISHES)
def test_wish_that_cannot_come_true_names_the_field(
    world: BookingWorld, wrong: dict[str, Any], field: str
) -> None:
    before = everything_of_waits()

    with pytest.raises(InvalidInput) as caught:
        join(world, **wrong)

    assert caught.value.field == field
    assert everything_of_waits() == before


def test_waiting_for_what_is_not_offered_is_refused(world: BookingWorld) -> None:
    stranger = factories.make_provider(name="Ann Lee")

    with pytest.raises(NotOffered):
        join(world, provider=stranger)

    assert not WaitlistEntry.objects.exists()


def test_outbox_names_no_patient_and_no_token(world: BookingWorld, full: list[Done]) -> None:
    waiting = join(world, "patricia")
    cancel(world, full[0])

    kinds = list(OutboxEvent.objects.values_list("kind", flat=True))
    assert kinds == ["booked", "booked", "waiting", "cancelled", "offered"]
    hold = WaitlistOffer.objects.get().appointment
    assert hold
    told = " ".join(f"{event} {event.data}" for event in OutboxEvent.objects.all())
    secrets = ["patricia", "Pat Example", waiting.token, offer_token(appointment=hold.uuid)]
    assert [secret for secret in secrets if secret in told] == []


def test_details_of_who_waits_can_be_erased(world: BookingWorld, full: list[Done]) -> None:
    join(world)
    WaitlistEntry.objects.update(patient_name="", patient_email="", patient_phone="")

    cancel(world, full[0])

    assert offers() == [("", at("09:00"))]
    assert Claim.objects.filter(is_active=True).count() == 2


def test_time_at_another_location_is_offered_though_the_same_start_was_known(world: BookingWorld) -> None:
    boulder = factories.make_location(name="Boulder")
    maria = factories.make_provider(name="Maria Lopez", offers=[world.procedure])
    factories.make_rule(provider=maria, location=boulder, start_time="09:00", end_time="10:00")
    taken = world.book("09:00", minutes=60)
    join(world)

    cancel(world, taken)

    [(location, starts_at)] = WaitlistOffer.objects.values_list("location", "starts_at")
    assert (location, starts_at) == (world.location.pk, at("09:00"))


# Statements to look for whom a freed time could be, and to offer it to the first.
OFFERING_STATEMENTS = 23


@pytest.mark.parametrize("duration", [None, 60])
@pytest.mark.parametrize("count", [2, 6])
def test_freed_time_takes_as_many_statements_however_many_wait(
    count: int,
    duration: int | None,
    world: BookingWorld,
    full: list[Done],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        join(world, f"pat-{number}", duration=duration)
    visit = full[0].appointment
    visit.claims.update(is_active=False)

    with django_assert_num_queries(OFFERING_STATEMENTS):
        assert offer_freed_times(freed=Freed.by(visit), now=NOW) == 1


def test_ended_waits_are_deleted_after_a_month(world: BookingWorld, full: list[Done]) -> None:
    """Their rows have the names and addresses of patients."""
    left = join(world, "left", last=TUESDAY + timedelta(days=60))
    join(world, "booked", last=TUESDAY + timedelta(days=60))
    join(world, "waits", last=TUESDAY + timedelta(days=60))
    join(world, "passed", last=TUESDAY)
    leave_waitlist(token=left.token, now=NOW)
    cancel(world, full[0])
    visit = accept(world)

    def names(now: datetime) -> list[str]:
        delete_ended_waits(now=now)
        return list(WaitlistEntry.objects.order_by("pk").values_list("patient_name", flat=True))

    month = timedelta(days=30)
    assert names(NOW + month - timedelta(seconds=1)) == ["left", "booked", "waits", "passed"]
    assert names(NOW + month) == ["waits", "passed"]
    assert names(at("23:59", on=TUESDAY + month, zone="UTC")) == ["waits", "passed"]
    assert names(at("00:00", on=TUESDAY + month + timedelta(days=1), zone="UTC")) == ["waits"]
    visit.refresh_from_db()
    assert visit.patient.name == "Pat Example"
