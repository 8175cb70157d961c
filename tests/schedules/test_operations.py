"""Booking, moving and cancelling, one client at a time. Races are in tests/races."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from schedules.models import Appointment, AppointmentEvent, Claim, ManageToken, PatientDetails, Resource
from schedules.operations import (
    CutoffPassed,
    DailyLimit,
    Done,
    IdempotencyConflict,
    ImportedVisit,
    ImportOverlap,
    InvalidInput,
    InvalidState,
    NotFound,
    NotOffered,
    Patient,
    Refused,
    SlotTaken,
    TooEarly,
    TooFar,
    TooSoon,
    cancel_appointment,
    change_status,
    import_appointment,
    reschedule_appointment,
)
from schedules.queries import alternatives, load_schedule
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


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


def move(
    world: BookingWorld,
    booked: Done,
    local_time: str,
    *,
    key: str = "move-key",
    now: datetime = NOW,
    **choice: Any,
) -> Done:
    assert booked.manage_token
    return reschedule_appointment(
        token=booked.manage_token,
        choice=world.choice(local_time, **choice),
        provider=None,
        request=world.request(key, operation="move", slot=local_time),
        now=now,
    )


def cancel(world: BookingWorld, booked: Done, *, key: str = "cancel-key", now: datetime = NOW) -> Done:
    assert booked.manage_token
    return cancel_appointment(
        token=booked.manage_token, reason="", request=world.request(key, operation="cancel"), now=now
    )


# Booking ------------------------------------------------------------------------------------------


def test_booking_takes_the_slot(world: BookingWorld) -> None:
    before = world.starts()

    done = world.book("10:00")

    visit = done.appointment
    assert (visit.status, visit.starts_at, visit.ends_at) == (Status.BOOKED, at("10:00"), at("10:45"))
    assert (visit.time_zone, visit.local_start) == ("America/Denver", "2027-03-09T10:00")
    assert visit.provider_id == world.provider.pk
    assert visit.patient.name == "Pat Example"
    taken = {"09:30", "09:45", "10:00", "10:15", "10:30"}
    assert world.starts() == [start for start in before if start not in taken]
    assert list(visit.events.values_list("kind", "version")) == [("booked", 1)]


def test_booking_that_needs_confirmation_is_a_request_and_holds_the_time() -> None:
    world = make_world(requires_confirmation=True)

    done = world.book("10:00")

    assert done.appointment.status == Status.REQUESTED
    assert "10:00" not in world.starts()


def test_booking_claims_the_buffers_of_the_procedure() -> None:
    world = make_world(buffer_before_minutes=10, buffer_after_minutes=15)

    world.book("10:00")

    claim = Claim.objects.get()
    assert (claim.starts_at, claim.ends_at) == (at("09:50"), at("11:00"))


def test_manage_token_is_stored_only_as_a_hash(world: BookingWorld) -> None:
    done = world.book()

    assert done.manage_token
    assert len(done.manage_token) >= 43
    stored = ManageToken.objects.get().token_hash
    assert done.manage_token not in stored


def test_booking_takes_the_least_booked_provider(world: BookingWorld) -> None:
    other = add_provider(world, name="Maria Lopez")
    world.book("09:00", providers=(world.provider, other), provider=world.provider)

    done = world.book("11:00", key="second-key", providers=(world.provider, other))

    assert done.appointment.provider_id == other.pk


def test_booking_any_of_two_providers_twice_and_not_a_third_time(world: BookingWorld) -> None:
    both = (world.provider, add_provider(world, name="Maria Lopez"))

    first = world.book("10:00", key="key-number-1", providers=both).appointment
    second = world.book("10:00", key="key-number-2", providers=both).appointment

    assert {first.provider_id, second.provider_id} == {provider.pk for provider in both}
    with pytest.raises(SlotTaken):
        world.book("10:00", key="key-number-3", providers=both)


def test_booking_takes_a_room_of_the_kind_and_refuses_when_none_is_left() -> None:
    world = make_world(room_kind="treatment")
    rooms = [factories.make_room(location=world.location, name=name) for name in ("One", "Two")]
    factories.make_room(location=world.location, name="Gym", kind="gym")
    others = [add_provider(world, name=name) for name in ("Maria Lopez", "Ann Lee")]
    everyone = (world.provider, *others)

    first = world.book("10:00", key="key-number-1", providers=everyone).appointment
    second = world.book("10:15", key="key-number-2", providers=everyone).appointment

    assert [first.room_id, second.room_id] == [room.pk for room in rooms]
    assert Claim.objects.count() == 4
    with pytest.raises(SlotTaken):
        world.book("10:00", key="key-number-3", providers=everyone)


# Each case: the policy, when it is asked, the local time, the refusal.
REFUSALS: list[tuple[dict[str, Any], datetime, str, type[Refused]]] = [
    ({"min_notice_minutes": 120}, at("08:00") + timedelta(seconds=1), "10:00", TooSoon),
    ({}, at("10:01"), "10:00", TooSoon),
    ({"horizon_days": 7}, NOW, "10:00", TooFar),
    ({}, NOW, "08:00", NotOffered),
    ({}, NOW, "16:30", NotOffered),
    ({}, NOW, "10:05", NotOffered),
]


@pytest.mark.parametrize(("policy", "now", "local_time", "refusal"), REFUSALS)
def test_booking_outside_the_rules_is_refused_and_writes_nothing(
    policy: dict[str, Any], now: datetime, local_time: str, refusal: type[Refused]
) -> None:
    world = make_world(**policy)
    before = everything()

    with pytest.raises(refusal):
        world.book(local_time, now=now)

    assert everything() == before


def test_booking_at_the_edge_of_the_notice_is_accepted() -> None:
    world = make_world(min_notice_minutes=120)

    assert world.book("10:00", now=at("08:00")).appointment.status == Status.BOOKED


def test_booking_past_the_daily_cap_is_refused() -> None:
    world = make_world(max_per_provider_per_day=1)
    world.book("09:00")
    before = everything()

    with pytest.raises(DailyLimit):
        world.book("11:00", key="second-key")

    assert everything() == before
    assert world.starts() == []


def test_booking_a_taken_slot_names_the_three_nearest_alternatives(world: BookingWorld) -> None:
    world.book("10:00")
    before = everything()

    with pytest.raises(SlotTaken) as caught:
        world.book("10:15", key="second-key")

    assert everything() == before
    refusal = caught.value
    schedule = load_schedule(procedure_id=world.procedure.pk, site=world.site, now=NOW)
    near = alternatives(schedule=schedule, search=refusal.search, wanted=refusal.wanted, now=NOW)
    assert [slot.start - refusal.wanted for slot in near] == [-60, 30, 45]


def test_booking_on_a_closed_day_is_not_offered(world: BookingWorld) -> None:
    factories.make_closure(starts_on=TUESDAY, location=world.location)

    with pytest.raises(NotOffered):
        world.book("10:00")


def test_booking_with_a_provider_whose_page_is_unpublished_is_not_offered(world: BookingWorld) -> None:
    world.provider.unpublish()

    with pytest.raises(NotOffered):
        world.book("10:00")


BAD_PATIENTS = [
    (Patient(name="", email="pat@example.com"), "patient.name"),
    (Patient(name="x" * 121, email="pat@example.com"), "patient.name"),
    (Patient(name="Pat\x00", email="pat@example.com"), "patient.name"),
    (Patient(name="Pat\r\nBcc: x@example.com", email="pat@example.com"), "patient.name"),
    (Patient(name="Pat", email="no address"), "patient.email"),
    (Patient(name="Pat", email="pat@example.com", phone="call me"), "patient.phone"),
    (Patient(name="Pat", email="pat@example.com", note="x" * 1001), "note"),
]


@pytest.mark.parametrize(("patient", "field"), BAD_PATIENTS)
def test_booking_with_bad_details_names_the_field(world: BookingWorld, patient: Patient, field: str) -> None:
    before = everything()

    with pytest.raises(InvalidInput) as caught:
        world.book(patient=patient)

    assert caught.value.field == field
    assert everything() == before


# Idempotency --------------------------------------------------------------------------------------


def test_same_key_replays_the_answer(world: BookingWorld) -> None:
    first = world.book("10:00")

    again = world.book("10:00")

    assert (again.appointment.pk, again.manage_token) == (first.appointment.pk, first.manage_token)
    assert Appointment.objects.count() == 1
    assert AppointmentEvent.objects.count() == 1


def test_same_key_for_another_request_conflicts_and_writes_nothing(world: BookingWorld) -> None:
    """Case 83."""
    world.book("10:00")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        world.book("11:00")

    assert everything() == before


def test_same_key_after_cancelling_shows_the_cancelled_visit(world: BookingWorld) -> None:
    """Case 84."""
    booked = world.book("10:00")
    cancel(world, booked)

    again = world.book("10:00")

    assert (again.appointment.pk, again.appointment.status) == (booked.appointment.pk, Status.CANCELLED)
    assert Appointment.objects.count() == 1


def test_key_of_a_refused_request_can_be_used_again(world: BookingWorld) -> None:
    blocker = world.book("10:00", key="blocking-key")
    with pytest.raises(SlotTaken):
        world.book("10:00", key="second-key")
    cancel(world, blocker)

    assert world.book("10:00", key="second-key").appointment.status == Status.BOOKED


def test_key_is_forgotten_after_seven_days(world: BookingWorld) -> None:
    first = world.book("10:00")

    later = world.book("11:00", now=NOW + timedelta(days=7, seconds=1))

    assert later.appointment.pk != first.appointment.pk


# Moving -------------------------------------------------------------------------------------------


def test_move_may_overlap_its_own_old_time(world: BookingWorld) -> None:
    """Case 89."""
    booked = world.book("10:00")

    moved = move(world, booked, "10:15").appointment

    assert (moved.pk, moved.version) == (booked.appointment.pk, 2)
    assert (moved.starts_at, moved.local_start) == (at("10:15"), "2027-03-09T10:15")
    active = Claim.objects.filter(is_active=True).values_list("starts_at", "ends_at")
    assert list(active) == [(at("10:15"), at("11:00"))]
    assert list(moved.events.values_list("kind", flat=True)) == ["booked", "moved"]


def test_move_to_the_same_time_changes_nothing(world: BookingWorld) -> None:
    """Case 90."""
    booked = world.book("10:00")

    same = move(world, booked, "10:00").appointment

    assert (same.version, same.events.count()) == (1, 1)


def test_move_to_a_taken_time_keeps_the_old_one(world: BookingWorld) -> None:
    """Case 91."""
    booked = world.book("10:00")
    world.book("13:00", key="second-key")
    before = everything()

    with pytest.raises(SlotTaken):
        move(world, booked, "13:00")

    assert everything() == before


def test_move_to_a_slot_of_another_procedure_is_not_offered(world: BookingWorld) -> None:
    booked = world.book("10:00")
    other = factories.make_procedure(title="Massage")
    foreign = BookingWorld(site=world.site, location=world.location, procedure=other, provider=world.provider)
    before = everything()

    with pytest.raises(NotOffered):
        move(foreign, booked, "13:00")

    assert everything() == before


def test_move_keeps_the_present_provider_where_the_slot_lists_them(world: BookingWorld) -> None:
    other = add_provider(world, name="Maria Lopez")
    booked = world.book("10:00", providers=(world.provider, other), provider=other)
    world.book("15:00", key="second-key", providers=(world.provider, other), provider=other)

    moved = move(world, booked, "13:00", providers=(world.provider, other)).appointment

    assert moved.provider_id == other.pk


def test_move_past_the_cutoff_is_refused() -> None:
    world = make_world(reschedule_cutoff_minutes=60)
    booked = world.book("10:00")

    assert move(world, booked, "12:00", now=at("09:00")).appointment.version == 2
    with pytest.raises(CutoffPassed):
        move(world, booked, "13:00", key="later-key", now=at("11:00") + timedelta(seconds=1))


# Cancelling ---------------------------------------------------------------------------------------


def test_cancel_frees_the_slot_at_once(world: BookingWorld) -> None:
    """Case 93."""
    booked = world.book("10:00")

    cancelled = cancel(world, booked).appointment

    assert cancelled.status == Status.CANCELLED
    again = world.book("10:00", key="second-key").appointment
    assert again.status == Status.BOOKED


def test_reason_of_a_patient_is_kept_where_it_can_be_erased(world: BookingWorld) -> None:
    booked = world.book("10:00")
    request = world.request("cancel-key", operation="cancel")

    cancel_appointment(token=booked.manage_token or "", reason="I moved away", request=request, now=NOW)

    assert PatientDetails.objects.get().cancellation_reason == "I moved away"
    assert set(AppointmentEvent.objects.values_list("reason", flat=True)) == {""}


def test_cancel_twice_is_the_same_answer(world: BookingWorld) -> None:
    """Case 94."""
    booked = world.book("10:00")
    first = cancel(world, booked).appointment

    second = cancel(world, booked, key="another-key").appointment

    assert (second.version, second.status) == (first.version, Status.CANCELLED)
    assert second.events.filter(kind="cancelled").count() == 1


def test_cancel_cutoff_is_elapsed_time_across_the_clock_change() -> None:
    world = make_world(cancel_cutoff_minutes=24 * 60)
    sunday = date(2027, 3, 14)
    factories.make_rule(
        provider=world.provider, location=world.location, recurrence="RRULE:FREQ=WEEKLY;BYDAY=SU"
    )
    in_time = datetime(2027, 3, 13, 19, tzinfo=UTC)
    first = world.book("13:00", on=sunday)
    second = world.book("15:00", key="second-key", on=sunday)

    with pytest.raises(CutoffPassed):
        cancel(world, first, now=in_time + timedelta(seconds=1))
    assert cancel(world, first, now=in_time).appointment.status == Status.CANCELLED
    assert second.appointment.starts_at == datetime(2027, 3, 14, 21, tzinfo=UTC)


def test_wrong_foreign_and_expired_tokens_look_the_same(world: BookingWorld) -> None:
    """Case 98."""
    booked = world.book("10:00")
    month_later = booked.appointment.ends_at + timedelta(days=30)
    answers = []
    for token, now in [
        ("x", NOW),
        (f"{booked.manage_token}x", NOW),
        (booked.manage_token or "", month_later),
    ]:
        with pytest.raises(NotFound) as caught:
            cancel_appointment(token=token, reason="", request=world.request("cancel-key"), now=now)
        answers.append(caught.value.message)

    assert len(set(answers)) == 1


# Front desk ---------------------------------------------------------------------------------------

STEPS: list[tuple[str, str, bool]] = [
    ("requested", "booked", True),
    ("requested", "declined", True),
    ("requested", "cancelled", True),
    ("requested", "arrived", False),
    ("booked", "arrived", True),
    ("booked", "cancelled", True),
    ("booked", "no_show", True),
    ("booked", "fulfilled", False),
    ("booked", "declined", False),
    ("arrived", "fulfilled", True),
    ("arrived", "cancelled", False),
    ("fulfilled", "cancelled", False),
    ("cancelled", "booked", False),
    ("declined", "booked", False),
    ("no_show", "arrived", False),
]


@pytest.mark.parametrize(("before", "after", "is_possible"), STEPS)
def test_status_changes_follow_the_state_machine(
    world: BookingWorld, before: str, after: str, is_possible: bool
) -> None:
    actor = factories.make_staff()
    visit = factories.make_appointment(
        procedure=world.procedure,
        provider=world.provider,
        location=world.location,
        starts_at=at("10:00"),
        status=before,
    )
    step = partial(
        change_status,
        appointment_id=visit.pk,
        version=1,
        to=Status(after),
        actor=actor,
        reason="asked",
        # A request expires at its start.
        now=at("09:30") if before == "requested" else at("10:30"),
    )

    if is_possible:
        assert step().status == after
        assert list(visit.events.values_list("kind", "actor"))[1:] == [(after, actor.pk)]
    else:
        with pytest.raises(InvalidState):
            step()
        assert Appointment.objects.get().status == before


def test_no_show_before_the_start_is_refused(world: BookingWorld) -> None:
    """Case 102."""
    visit = world.book("10:00").appointment
    before = everything()

    with pytest.raises(TooEarly):
        change_status(
            appointment_id=visit.pk,
            version=1,
            to=Status.NO_SHOW,
            actor=factories.make_staff(),
            reason="",
            now=at("10:00") - timedelta(seconds=1),
        )

    assert everything() == before


def test_status_change_of_an_old_version_is_refused(world: BookingWorld) -> None:
    booked = world.book("10:00")
    move(world, booked, "11:00")

    with pytest.raises(InvalidState):
        change_status(
            appointment_id=booked.appointment.pk,
            version=1,
            to=Status.CANCELLED,
            actor=factories.make_staff(),
            reason="",
            now=NOW,
        )


# What the database refuses ------------------------------------------------------------------------


def test_database_refuses_overlapping_claims(world: BookingWorld) -> None:
    world.book("10:00")
    resource = Resource.objects.get()

    with pytest.raises(IntegrityError, match="schedules_claim_no_overlap"), transaction.atomic():
        Claim.objects.create(resource=resource, starts_at=at("10:44"), ends_at=at("11:00"))

    Claim.objects.create(resource=resource, starts_at=at("10:45"), ends_at=at("11:00"))


def test_database_refuses_to_rewrite_the_history(world: BookingWorld) -> None:
    world.book("10:00")
    event = AppointmentEvent.objects.get()

    for change in (
        lambda: AppointmentEvent.objects.filter(pk=event.pk).update(kind="moved"),
        lambda: AppointmentEvent.objects.filter(pk=event.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            change()


# Moving in ----------------------------------------------------------------------------------------


def imported(
    world: BookingWorld,
    reference: str,
    local_time: str,
    *,
    room_kind: str | None = None,
    provider: int | None = None,
) -> Appointment:
    visit = ImportedVisit(
        reference=reference,
        procedure=world.procedure.pk,
        provider=provider or world.provider.pk,
        location=world.location.pk,
        zone="America/Denver",
        starts_at=at(local_time),
        duration_minutes=45,
        status=Status.BOOKED,
        patient=PATIENT,
        buffer_after_minutes=15,
        room_kind=room_kind,
    )
    return import_appointment(visit=visit, now=NOW)


def test_imported_visits_claim_their_buffers_where_neighbours_leave_room(world: BookingWorld) -> None:
    imported(world, "OLD-1", "10:00")
    imported(world, "OLD-2", "10:45")

    claims = Claim.objects.order_by("starts_at").values_list("starts_at", "ends_at")
    assert list(claims) == [(at("10:00"), at("10:45")), (at("10:45"), at("11:45"))]


def test_imported_visits_that_overlap_name_both(world: BookingWorld) -> None:
    imported(world, "OLD-1", "10:00")
    before = everything()

    with pytest.raises(ImportOverlap, match="OLD-2 overlaps OLD-1"):
        imported(world, "OLD-2", "10:30")

    assert everything() == before
    assert PatientDetails.objects.count() == 1


def test_imported_visits_take_rooms_of_the_kind_while_there_are_some() -> None:
    world = make_world(room_kind="treatment", buffer_after_minutes=15)
    room = factories.make_room(location=world.location)
    other = add_provider(world, name="Maria Lopez")

    first = imported(world, "OLD-1", "10:00", room_kind="treatment")
    second = imported(world, "OLD-2", "10:45", room_kind="treatment")
    third = imported(world, "OLD-3", "10:15", room_kind="treatment", provider=other.pk)

    assert [visit.room for visit in (first, second, third)] == [room, room, None]
    assert "09:30" not in world.starts()
    assert overlaps() == []
