"""What the front desk does with a visit."""

from datetime import datetime

from django.db import transaction

from cms.core.models import User
from schedules.core.states import allowed_transitions, can_happen
from schedules.models import (
    Appointment,
    AppointmentEvent,
)
from schedules.operations.refusals import InvalidState, NotFound, TooEarly
from schedules.operations.visits import locked_visits, take_step

Cause = AppointmentEvent.Cause
Status = Appointment.Status


@transaction.atomic
def change_status(
    *, appointment_id: int, version: int, to: Status, actor: User, reason: str, now: datetime
) -> Appointment:
    """Take the step to state `to` as seen in `version`.

    Raises InvalidState where the step is not possible or the visit changed meanwhile, TooEarly for a no-show
    before the start, NotFound."""
    appointment = locked_visits().filter(pk=appointment_id).first()
    if appointment is None:
        raise NotFound("There is no such appointment.")
    if appointment.version != version:
        raise InvalidState("The appointment was changed meanwhile. Look at it again.")
    if to not in allowed_transitions(appointment.status):
        raise InvalidState(
            f"An appointment that is {appointment.get_status_display().lower()} "
            f"cannot become {to.label.lower()}."
        )
    if not can_happen(to=to, starts_at=appointment.starts_at, now=now):
        raise TooEarly(f"It is too early to mark this visit as {to.label.lower()}.")
    return take_step(
        appointment=appointment, to=to, cause=Cause.STAFF, actor=actor, reason=reason[:250], now=now
    )
