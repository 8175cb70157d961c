"""What staff do: booking by phone, moving, swapping, overbooking and blocking time; and what time does."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cms.core.models import User
from providers.models import ProviderPage
from schedules.models import (
    Appointment,
    AppointmentEvent,
    Block,
    Claim,
    IdempotencyKey,
    ManageToken,
    OutboxEvent,
    Resource,
)
from schedules.operations import (
    DailyLimit,
    Done,
    InvalidInput,
    InvalidState,
    NotFound,
    NotOffered,
    Occupied,
    Patient,
    Refused,
    SlotTaken,
    TooFar,
    TooSoon,
    block_time,
    book_by_phone,
    change_status,
    delete_dead_manage_tokens,
    delete_old_keys,
    delete_old_messages,
    expire_requests,
    move_by_staff,
    overbook,
    swap_visits,
    unblock,
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
)

pytestmark = pytest.mark.django_db

Status = Appointment.Status
CALLER = Patient(name="Pat Example", email="", phone="+1 303 555 0100")


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


@pytest.fixture
def desk() -> User:
    return factories.make_staff()


def phone(
    world: BookingWorld,
    desk: User,
    local_time: str = "10:00",
    *,
    reason: str = "",
    key: str = "phone-key",
    provider: ProviderPage | None = None,
    patient: Patient = CALLER,
    **choice: Any,
) -> Done:
    return book_by_phone(
        choice=world.choice(local_time, **choice),
        provider=(provider or world.provider).pk,
        patient=patient,
        actor=desk,
        request=world.request(key, operation="phone"),
        reason=reason,
        now=NOW,
    )


def squeeze_in(world: BookingWorld, desk: User, local_time: str, *, reason: str = "Emergency") -> Appointment:
    return overbook(
        choice=world.choice(local_time),
        provider=world.provider.pk,
        patient=CALLER,
        actor=desk,
        request=world.request("overbook-key", operation="overbook"),
        reason=reason,
        now=NOW,
    ).appointment


# Booking by phone ---------------------------------------------------------------------------------


def test_visit_by_phone_is_booked_without_confirmation_and_says_who(desk: User) -> None:
    world = make_world(requires_confirmation=True)

    done = phone(world, desk)

    assert (done.appointment.status, done.appointment.source) == (Status.BOOKED, "front desk")
    assert list(done.appointment.events.values_list("kind", "cause", "actor")) == [
        ("booked", "staff", desk.pk)
    ]
    assert "10:00" not in world.starts()


def test_form_sent_twice_books_once(world: BookingWorld, desk: User) -> None:
    assert phone(world, desk).appointment.pk == phone(world, desk).appointment.pk


# Each case: the policy, the local time, the day, the refusal without a reason.
BEYOND_RULES: list[tuple[dict[str, Any], str, date, type[Refused]]] = [
    ({}, "18:00", TUESDAY, NotOffered),
    ({}, "10:05", TUESDAY, NotOffered),
    ({"horizon_days": 7}, "10:00", TUESDAY, TooFar),
    ({"min_notice_minutes": 14 * 1440}, "10:00", TUESDAY, TooSoon),
    ({"max_per_provider_per_day": 1}, "10:00", TUESDAY, DailyLimit),
    ({"max_per_provider_per_week": 1}, "10:00", TUESDAY, DailyLimit),
]


@pytest.mark.parametrize(("policy", "local_time", "day", "refusal"), BEYOND_RULES)
def test_rules_give_way_to_a_reason_alone(
    policy: dict[str, Any], local_time: str, day: date, refusal: type[Refused], desk: User
) -> None:
    world = make_world(**policy)
    factories.make_appointment(
        procedure=world.procedure, provider=world.provider, location=world.location, starts_at=at("15:00")
    )

    with pytest.raises(refusal):
        phone(world, desk, local_time, on=day)
    visit = phone(world, desk, local_time, on=day, reason="The patient is in pain").appointment

    assert (visit.starts_at, visit.is_overbooked) == (at(local_time, on=day), False)
    assert visit.events.get().reason == "The patient is in pain"


def test_reason_does_not_move_other_visits_aside(world: BookingWorld, desk: User) -> None:
    world.book("10:00")
    before = everything()

    with pytest.raises(SlotTaken):
        phone(world, desk, "10:15", reason="The patient is in pain")

    assert everything() == before


def test_provider_has_to_offer_the_procedure(world: BookingWorld, desk: User) -> None:
    stranger = factories.make_provider(name="Ann Lee")

    with pytest.raises(NotOffered):
        phone(world, desk, reason="Asked for", provider=stranger)


def test_reason_takes_a_room_of_the_kind(desk: User) -> None:
    world = make_world(room_kind="treatment")
    other = add_provider(world, name="Maria Lopez")
    rooms = [factories.make_room(location=world.location, name=name) for name in ("One", "Two")]
    both = (world.provider, other)
    world.book("10:00", provider=other, providers=both)

    visit = phone(world, desk, "10:05", reason="Asked for").appointment

    assert visit.room_id == rooms[1].pk
    assert Claim.objects.filter(appointment=visit).count() == 2


# Overbooking --------------------------------------------------------------------------------------


def test_overbooked_visit_stands_beside_the_other_and_keeps_its_time(world: BookingWorld, desk: User) -> None:
    """Case 96."""
    world.book("10:00")

    visit = squeeze_in(world, desk, "10:30")

    assert (visit.status, visit.is_overbooked) == (Status.BOOKED, True)
    event = visit.events.get()
    assert (event.actor, event.reason, event.changes) == (desk, "Emergency", {"overbooked": True})
    taken = {"09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00"}
    assert not taken & set(world.starts())
    assert "11:15" in world.starts()
    with pytest.raises(SlotTaken):
        world.book("11:00", key="second-key")


def test_overbooking_needs_a_reason(world: BookingWorld, desk: User) -> None:
    """Case 96."""
    world.book("10:00")
    before = everything()

    with pytest.raises(InvalidInput):
        squeeze_in(world, desk, "10:30", reason="")

    assert everything() == before


def test_overbooking_a_free_time_is_a_visit_like_others(world: BookingWorld, desk: User) -> None:
    visit = squeeze_in(world, desk, "10:30")

    assert visit.is_overbooked is False
    assert Claim.objects.get().is_exclusive is True


def test_overbooked_visit_that_moves_to_a_free_time_is_one_no_more(world: BookingWorld, desk: User) -> None:
    world.book("10:00")
    visit = squeeze_in(world, desk, "10:30")

    moved = move(world, desk, visit, "14:00")

    assert moved.is_overbooked is False
    assert Claim.objects.get(appointment=moved, is_active=True).is_exclusive is True


# Moving and swapping ------------------------------------------------------------------------------


def move(world: BookingWorld, desk: User, visit: Appointment, local_time: str, **more: Any) -> Appointment:
    return move_by_staff(
        appointment_id=visit.pk,
        version=visit.version,
        choice=world.choice(local_time),
        provider=world.provider.pk,
        actor=desk,
        site=world.site,
        now=more.pop("now", NOW),
        **more,
    )


def test_staff_move_after_the_cutoff(desk: User) -> None:
    world = make_world(reschedule_cutoff_minutes=1440)
    visit = world.book("10:00").appointment

    moved = move(world, desk, visit, "12:00", now=at("09:00"))

    assert (moved.starts_at, moved.version) == (at("12:00"), 2)
    assert list(moved.events.values_list("kind", "cause", "actor"))[1:] == [("moved", "staff", desk.pk)]


def test_staff_move_outside_hours_with_a_reason(world: BookingWorld, desk: User) -> None:
    visit = world.book("10:00").appointment
    before = everything()
    with pytest.raises(NotOffered):
        move(world, desk, visit, "18:00")
    assert everything() == before

    moved = move(world, desk, visit, "18:00", reason="Asked for")

    assert moved.starts_at == at("18:00")
    assert Claim.objects.get(is_active=True).starts_at == at("18:00")


def test_refused_move_with_a_reason_keeps_the_old_time(world: BookingWorld, desk: User) -> None:
    visit = world.book("10:00").appointment
    world.book("12:00", key="second-key")
    before = everything()

    with pytest.raises(SlotTaken):
        move(world, desk, visit, "12:15", reason="Asked for")

    assert everything() == before


def swap(world: BookingWorld, desk: User, visits: Sequence[Appointment]) -> tuple[Appointment, Appointment]:
    one, other = ((visit.pk, visit.version) for visit in visits)
    return swap_visits(one=one, other=other, actor=desk, site=world.site, reason="", now=NOW)


@pytest.mark.parametrize("times", [("10:00", "12:00"), ("10:00", "10:45"), ("12:00", "10:00")])
def test_swapped_visits_change_places(world: BookingWorld, desk: User, times: tuple[str, str]) -> None:
    """Case 92."""
    visits = [world.book(time, key=f"book-{time}").appointment for time in times]

    first, second = swap(world, desk, visits)

    assert [first.starts_at, second.starts_at] == [at(times[1]), at(times[0])]
    active = Claim.objects.filter(is_active=True).order_by("pk").values_list("appointment", "starts_at")
    assert list(active) == [(first.pk, at(times[1])), (second.pk, at(times[0]))]
    assert list(first.events.values_list("kind", flat=True)) == ["booked", "moved"]


def test_swapped_visits_change_providers_and_find_rooms(desk: User) -> None:
    world = make_world(room_kind="treatment")
    rooms = [factories.make_room(location=world.location, name=name) for name in ("One", "Two")]
    other = add_provider(world, name="Maria Lopez")
    both = (world.provider, other)
    book = partial(world.book, "10:00", providers=both)
    visits = [book(key=f"key-{who.pk}", provider=who).appointment for who in both]

    first, second = swap(world, desk, visits)

    assert (first.provider_id, second.provider_id) == (other.pk, world.provider.pk)
    assert {first.room_id, second.room_id} == {room.pk for room in rooms}


def test_swap_that_does_not_fit_changes_nothing(desk: User) -> None:
    """Case 92: the longer visit does not fit into the place of the shorter."""
    world = make_world(durations=[90])
    visits = [
        world.book("10:00").appointment,
        world.book("12:00", key="second-key", minutes=90).appointment,
    ]
    world.book("10:45", key="third-key")
    before = everything()

    with pytest.raises(SlotTaken):
        swap(world, desk, visits)

    assert everything() == before


def test_swap_of_a_visit_that_changed_is_refused(world: BookingWorld, desk: User) -> None:
    visits = [world.book(time, key=f"book-{time}").appointment for time in ("10:00", "12:00")]
    move(world, desk, visits[0], "14:00")
    before = everything()

    with pytest.raises(InvalidState):
        swap(world, desk, visits)

    assert everything() == before


# Blocking time ------------------------------------------------------------------------------------


def block(world: BookingWorld, desk: User, first: str, last: str, **whose: int) -> Block:
    return block_time(
        starts_at=at(first),
        ends_at=at(last),
        actor=desk,
        reason="Team meeting",
        now=NOW,
        **(whose or {"provider": world.provider.pk}),
    )


def test_blocked_time_is_not_offered_until_it_is_given_back(world: BookingWorld, desk: User) -> None:
    before = world.starts()

    blocked = block(world, desk, "10:00", "11:00")

    taken = {"09:30", "09:45", "10:00", "10:15", "10:30", "10:45"}
    assert world.starts() == [start for start in before if start not in taken]
    with pytest.raises(SlotTaken):
        world.book("10:30")
    unblock(block_id=blocked.pk, now=NOW)
    assert world.starts() == before
    with pytest.raises(NotFound):
        unblock(block_id=blocked.pk, now=NOW)


def test_blocked_room_is_not_used(desk: User) -> None:
    world = make_world(room_kind="treatment")
    room = factories.make_room(location=world.location)

    block(world, desk, "10:00", "11:00", room=room.pk)

    assert "10:00" not in world.starts()


def test_time_with_visits_is_not_blocked_and_names_them(world: BookingWorld, desk: User) -> None:
    visit = world.book("10:00").appointment
    before = everything()

    with pytest.raises(Occupied, match=visit.reference) as caught:
        block(world, desk, "10:30", "11:00")

    assert caught.value.visits == (visit,)
    assert everything() == before
    block(world, desk, "10:45", "11:00")


@pytest.mark.parametrize(
    ("first", "last", "whose", "field"),
    [
        ("11:00", "11:00", {"provider": 1}, "ends_at"),
        ("10:00", "11:00", {"provider": 1, "room": 1}, "provider"),
    ],
)
def test_block_that_cannot_be_names_the_field(
    world: BookingWorld, desk: User, first: str, last: str, whose: dict[str, int], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        block(world, desk, first, last, **whose)

    assert caught.value.field == field


# What the database refuses ------------------------------------------------------------------------


def test_database_refuses_impossible_rows(world: BookingWorld, desk: User) -> None:
    visit = world.book("10:00").appointment
    blocked = block(world, desk, "12:00", "13:00")
    resource = Resource.objects.get()
    span = {"starts_at": at("15:00"), "ends_at": at("16:00")}
    noon = {"created_at": NOW, "provider": world.provider}
    attempts = {
        "schedules_appointment_held_expires": lambda: Appointment.objects.update(status="held"),
        "schedules_appointment_status_known": lambda: Appointment.objects.update(status="lost"),
        "schedules_block_ends_after_start": lambda: Block.objects.create(
            starts_at=at("16:00"), ends_at=at("16:00"), **noon
        ),
        "schedules_block_provider_or_room": lambda: Block.objects.create(created_at=NOW, **span),
        "schedules_claim_one_reason": lambda: Claim.objects.create(
            resource=resource, appointment=visit, block=blocked, **span
        ),
    }

    for constraint, attempt in attempts.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            attempt()


# What time does -----------------------------------------------------------------------------------


def test_unanswered_request_expires_at_its_start(desk: User) -> None:
    world = make_world(requires_confirmation=True)
    request = world.book("10:00").appointment

    assert expire_requests(now=at("10:00") - timedelta(seconds=1)) == 0
    with pytest.raises(InvalidState):
        change_status(
            appointment_id=request.pk, version=1, to=Status.BOOKED, actor=desk, reason="", now=at("10:00")
        )
    assert expire_requests(now=at("10:00")) == 1
    assert expire_requests(now=at("10:00")) == 0

    request.refresh_from_db()
    assert (request.status, request.version) == (Status.EXPIRED, 2)
    assert not Claim.objects.filter(is_active=True).exists()
    assert AppointmentEvent.objects.latest("version").cause == "time"
    assert list(OutboxEvent.objects.values_list("kind", flat=True)) == ["requested", "expired"]


def test_request_can_be_declined_with_a_reason(desk: User) -> None:
    world = make_world(requires_confirmation=True)
    request = world.book("10:00").appointment

    change_status(
        appointment_id=request.pk, version=1, to=Status.DECLINED, actor=desk, reason="On leave", now=NOW
    )

    assert request.events.latest("version").reason == "On leave"
    assert "10:00" in world.starts()


def test_old_keys_are_deleted(world: BookingWorld) -> None:
    world.book("10:00")
    week_later = NOW + timedelta(days=7)

    assert delete_old_keys(now=week_later) == 0
    assert delete_old_keys(now=week_later + timedelta(seconds=1)) == 1
    assert not IdempotencyKey.objects.exists()
    assert Appointment.objects.get().patient.name == PATIENT.name


def test_dead_manage_tokens_are_deleted(world: BookingWorld) -> None:
    visit = world.book("10:00").appointment
    dies_at = visit.ends_at + timedelta(days=30)

    assert delete_dead_manage_tokens(now=dies_at - timedelta(seconds=1)) == 0
    assert delete_dead_manage_tokens(now=dies_at) == 1
    assert not ManageToken.objects.exists()


def test_old_messages_are_deleted_and_the_history_stays(world: BookingWorld) -> None:
    visit = world.book("10:00").appointment
    month_later = NOW + timedelta(days=30)

    assert delete_old_messages(now=month_later - timedelta(seconds=1)) == 0
    assert delete_old_messages(now=month_later) == 1
    assert not OutboxEvent.objects.exists()
    assert visit.events.count() == 1


def test_swap_with_a_provider_who_does_not_perform_the_procedure_is_refused(
    world: BookingWorld, desk: User
) -> None:
    massage = factories.make_procedure(title="Massage")
    ann = factories.make_provider(name="Ann Lee", offers=[massage])
    factories.make_rule(provider=ann, location=world.location)
    theirs = factories.make_appointment(
        procedure=massage, provider=ann, location=world.location, starts_at=at("12:00")
    )
    ours = world.book("10:00").appointment
    before = everything()

    with pytest.raises(NotOffered):
        swap(world, desk, [ours, theirs])

    assert everything() == before


def test_request_that_nobody_answered_in_time_does_not_move(desk: User) -> None:
    """It counts as expired from its start on, whether or not a job has written that down."""
    world = make_world(requires_confirmation=True)
    visit = world.book("10:00").appointment
    before = everything()

    with pytest.raises(InvalidState, match="expired"):
        move_by_staff(
            appointment_id=visit.pk,
            version=visit.version,
            choice=world.choice("12:00"),
            provider=None,
            actor=desk,
            site=world.site,
            now=at("10:00"),
        )

    assert everything() == before


@pytest.mark.parametrize("reason", ["two\nlines", "bell\x07", "x" * 251])
def test_reason_of_a_step_is_one_line_of_text(world: BookingWorld, desk: User, reason: str) -> None:
    visit = world.book("10:00").appointment
    before = everything()

    with pytest.raises(InvalidInput) as caught:
        change_status(
            appointment_id=visit.pk, version=1, to=Status.CANCELLED, actor=desk, reason=reason, now=NOW
        )

    assert caught.value.field == "reason"
    assert everything() == before
