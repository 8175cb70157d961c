"""What patients do: book, move and cancel a visit."""

from datetime import datetime

from schedules.core.policy import is_before_cutoff
from schedules.core.states import OPEN
from schedules.core.wall_clock import to_datetime
from schedules.models import (
    Appointment,
    IdempotencyKey,
    PatientDetails,
)
from schedules.operations.holds import lock_wait, waits_of
from schedules.operations.places import find_place
from schedules.operations.refusals import CutoffPassed, InvalidState, NotFound, NotOffered
from schedules.operations.requests import (
    Done,
    KeyedRequest,
    Patient,
    answer_once,
    check_key,
    check_language,
    check_patient,
    check_reason,
)
from schedules.operations.visits import (
    PATIENT,
    create_visit,
    locked_visits,
    move_visit,
    take_step,
)
from schedules.operations.waitlist import Freed, offer_freed_times
from schedules.queries import (
    appointment_for_token,
    booking_policies,
    opened_by,
)
from schedules.tokens import SlotChoice, manage_token

Status = Appointment.Status


def book_appointment(
    *,
    choice: SlotChoice,
    provider: int | None,
    patient: Patient,
    request: KeyedRequest,
    language: str,
    now: datetime,
    ends_wait: str | None = None,
) -> Done:
    """Book a slot, with `provider` or else the least booked of those it lists. Raises Refused.

    A repeat of the same keyed request returns the visit as it is now and books nothing. `ends_wait` is the
    hold token of an offer of the waitlist: its patient waits for this procedure no longer, and what is held
    for them may be taken. Where nobody waits by this token, it changes nothing."""
    check_key(request.key)
    check_patient(patient)
    check_language(language)

    def book(key: IdempotencyKey) -> Appointment:
        wait = None if ends_wait is None else lock_wait(waits_of(ends_wait))
        if wait and not wait.is_for(choice.procedure):
            wait = None
        held = wait.live_hold(now=now) if wait else None
        place = find_place(choice=choice, wanted=provider, site=request.site, now=now, moving=held)
        if wait:
            wait.end_as_booked(now=now)
        return create_visit(
            place=place,
            patient=patient,
            key=key,
            language=language,
            source=request.visit_source,
            now=now,
        )

    appointment = answer_once(request=request, act=book, now=now)
    return Done(
        appointment=appointment,
        manage_token=manage_token(appointment=appointment.uuid, idempotency_key=request.key),
    )


def reschedule_appointment(
    *, token: str, choice: SlotChoice, provider: int | None, request: KeyedRequest, now: datetime
) -> Done:
    """Move a visit to another slot, keeping its identity. Raises Refused, and then the old time stands.

    Without `provider` the present one is kept if the slot lists them, else the least booked is taken."""
    check_key(request.key)
    before = appointment_for_token(token=token, now=now)

    def move(_: IdempotencyKey) -> Appointment:
        appointment = _visit_for_token(token=token, now=now)
        _require_open(appointment)
        if choice.procedure != appointment.procedure_id:
            raise NotOffered("A visit can only move to a time for the same procedure.")
        _require_before_cutoff(appointment=appointment, kind="move", now=now)
        if _is_same_place(appointment=appointment, choice=choice, provider=provider):
            return appointment
        place = find_place(choice=choice, wanted=provider, site=request.site, now=now, moving=appointment)
        move_visit(appointment=appointment, place=place, now=now)
        return appointment

    moved = answer_once(request=request, act=move, now=now)
    if before and before.version != moved.version:
        offer_freed_times(freed=Freed.by(before), now=now)
    return Done(appointment=moved)


def cancel_appointment(*, token: str, reason: str, request: KeyedRequest, now: datetime) -> Done:
    """Cancel a visit and free its time at once. Cancelling again changes nothing. Raises Refused."""
    check_key(request.key)
    check_reason(reason)

    def cancel(_: IdempotencyKey) -> Appointment:
        appointment = _visit_for_token(token=token, now=now)
        if appointment.status == Status.CANCELLED:
            return appointment
        _require_open(appointment)
        _require_before_cutoff(appointment=appointment, kind="cancel", now=now)
        # The history cannot be erased, and what patients write has to be.
        PatientDetails.objects.filter(appointment=appointment).update(cancellation_reason=reason)
        return take_step(appointment=appointment, to=Status.CANCELLED, by=PATIENT, now=now)

    cancelled = answer_once(request=request, act=cancel, now=now)
    offer_freed_times(freed=Freed.by(cancelled), now=now)
    return Done(appointment=cancelled)


def _visit_for_token(*, token: str, now: datetime) -> Appointment:
    appointment = opened_by(locked_visits(), token=token, now=now).first()
    if appointment is None:
        raise NotFound("There is no appointment for this link.")
    return appointment


def _require_open(appointment: Appointment) -> None:
    if appointment.status not in OPEN:
        raise InvalidState(f"This appointment is {appointment.get_status_display().lower()}.")


def _require_before_cutoff(*, appointment: Appointment, kind: str, now: datetime) -> None:
    policy = booking_policies(procedures=[appointment.procedure_id]).get(appointment.procedure_id)
    minutes = 0
    if policy:
        minutes = policy.cancel_cutoff_minutes if kind == "cancel" else policy.reschedule_cutoff_minutes
    if not is_before_cutoff(starts_at=appointment.starts_at, cutoff_minutes=minutes, now=now):
        raise CutoffPassed(f"It is too late to {kind} this appointment online. Please call the clinic.")


def _is_same_place(*, appointment: Appointment, choice: SlotChoice, provider: int | None) -> bool:
    return (
        to_datetime(choice.start) == appointment.starts_at
        and to_datetime(choice.start + choice.duration) == appointment.ends_at
        and choice.location == appointment.location_id
        and provider in (None, appointment.provider_id)
        and appointment.provider_id in choice.providers
    )
