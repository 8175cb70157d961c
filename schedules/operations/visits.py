"""Writing a visit: its row, its claims and its history."""

import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from cms.core.models import User
from schedules.core.states import HOLDING_TIME
from schedules.core.wall_clock import local_label, to_datetime
from schedules.models import (
    Appointment,
    AppointmentEvent,
    Claim,
)
from schedules.operations.places import Place
from schedules.operations.refusals import SlotTaken

Cause = AppointmentEvent.Cause
Event = AppointmentEvent.Kind
Status = Appointment.Status

# No letters and digits that look alike, no vowels that spell words.
REFERENCE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
REFERENCE_LENGTH = 10


def create_visit(*, place: Place, language: str, source: str, now: datetime) -> Appointment:
    status = Status.REQUESTED if place.schedule.requires_confirmation else Status.BOOKED
    appointment = Appointment.objects.create(
        reference=new_reference(),
        procedure_id=place.schedule.procedure,
        status=status,
        language=language,
        source=source[:60],
        created_at=now,
        updated_at=now,
        **_whereabouts(place),
    )
    _claim(appointment=appointment, place=place)
    record_event(appointment=appointment, kind=Event(status.value), cause=Cause.PATIENT, now=now)
    return appointment


def move_visit(*, appointment: Appointment, place: Place, now: datetime) -> None:
    before = {
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "provider": appointment.provider_id,
        "location": appointment.location_id,
        "room": appointment.room_id,
    }
    _release(appointment)
    for name, value in _whereabouts(place).items():
        setattr(appointment, name, value)
    appointment.version += 1
    appointment.updated_at = now
    appointment.save(update_fields=[*_whereabouts(place), "version", "updated_at"])
    _claim(appointment=appointment, place=place)
    record_event(appointment=appointment, kind=Event.MOVED, cause=Cause.PATIENT, now=now, changes=before)


def _whereabouts(place: Place) -> dict[str, Any]:
    return {
        "provider_id": place.provider,
        "location_id": place.location,
        "room_id": place.room,
        "starts_at": to_datetime(place.start),
        "ends_at": to_datetime(place.end),
        "time_zone": place.zone,
        "local_start": local_label(minutes=place.start, zone=place.zone),
    }


def _claim(*, appointment: Appointment, place: Place) -> None:
    """Claim provider and room, buffers included. The constraint turns an overlap into SlotTaken."""
    policy = place.schedule.policy
    span = {
        "starts_at": to_datetime(place.start - policy.buffer_before),
        "ends_at": to_datetime(place.end + policy.buffer_after),
    }
    try:
        Claim.objects.bulk_create(
            Claim(resource_id=resource, appointment=appointment, **span) for resource in place.resources
        )
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SlotTaken(
            procedure=place.schedule.procedure, search=place.search, wanted=place.start
        ) from error


def is_overlap(error: IntegrityError) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == "schedules_claim_no_overlap"


def _release(appointment: Appointment) -> None:
    Claim.objects.filter(appointment=appointment, is_active=True).update(is_active=False)


def take_step(
    *, appointment: Appointment, to: Status, cause: Cause, actor: User | None, reason: str, now: datetime
) -> Appointment:
    before = {"status": appointment.status}
    appointment.status = to
    appointment.version += 1
    appointment.updated_at = now
    appointment.save(update_fields=["status", "version", "updated_at"])
    if to not in HOLDING_TIME:
        _release(appointment)
    record_event(
        appointment=appointment,
        kind=Event(to.value),
        cause=cause,
        now=now,
        changes=before,
        actor=actor,
        reason=reason,
    )
    return appointment


def record_event(
    *,
    appointment: Appointment,
    kind: Event,
    cause: Cause,
    now: datetime,
    changes: dict[str, Any] | None = None,
    actor: User | None = None,
    reason: str = "",
) -> None:
    AppointmentEvent.objects.create(
        appointment=appointment,
        kind=kind,
        cause=cause,
        actor=actor,
        version=appointment.version,
        occurred_at=now,
        changes=changes or {},
        reason=reason,
    )


def new_reference() -> str:
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def locked_visits() -> Any:
    return Appointment.objects.select_for_update(no_key=True, of=("self",))
