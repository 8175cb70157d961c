"""Writing a visit: its row, its claims and its history."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Model

from cms.core.models import User
from schedules.core.states import HOLDING_TIME
from schedules.core.wall_clock import local_label, to_datetime
from schedules.models import (
    Appointment,
    AppointmentEvent,
    AppointmentQuerySet,
    Claim,
    IdempotencyKey,
    ManageToken,
    OutboxEvent,
    PatientDetails,
    WaitlistEntry,
)
from schedules.operations.places import Place
from schedules.operations.refusals import SlotTaken
from schedules.operations.requests import Patient
from schedules.operations.rows import insert_rows, insert_visit
from schedules.tokens import manage_token, token_hash

Cause = AppointmentEvent.Cause
Event = AppointmentEvent.Kind
Status = Appointment.Status

# No letters and digits that look alike, no vowels that spell words.
REFERENCE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
REFERENCE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class By:
    """Who takes a step, and why. What patients say is kept with their details, where it can be erased."""

    cause: Cause
    actor: User | None = None
    reason: str = ""


PATIENT = By(Cause.PATIENT)


def create_visit(
    *,
    place: Place,
    patient: Patient,
    key: IdempotencyKey,
    language: str,
    source: str,
    now: datetime,
    by: By = PATIENT,
    series: UUID | None = None,
) -> Appointment:
    """Store the visit with its claims, its first event, its patient, and a manage token for that `key`.

    The first visit that a request makes is its answer from now on."""
    status = Status.BOOKED
    if by.cause == Cause.PATIENT and place.schedule.requires_confirmation:
        status = Status.REQUESTED
    appointment = Appointment(
        reference=new_reference(),
        procedure_id=place.schedule.procedure,
        status=status,
        language=language,
        source=source[:100],
        series=series,
        created_at=now,
        updated_at=now,
        **whereabouts(place),
    )
    changes = {"overbooked": True} if place.is_overbooked else {}
    with refusing_overlaps(place):
        insert_visit(
            appointment,
            *claims_of(appointment, place=place),
            *_event_rows(appointment=appointment, kind=Event(status.value), by=by, changes=changes, now=now),
            *_patient_rows(appointment=appointment, patient=patient, key=key.key, now=now),
            answering=None if key.appointment_id else key,
        )
    return appointment


def keep_patient(*, appointment: Appointment, patient: Patient, key: str, now: datetime) -> None:
    """Store whose visit it is, and the hash of the secret that the request with this key may see."""
    insert_rows(*_patient_rows(appointment=appointment, patient=patient, key=key, now=now))


def _patient_rows(*, appointment: Appointment, patient: Patient, key: str, now: datetime) -> list[Model]:
    token = manage_token(appointment=appointment.uuid, idempotency_key=key)
    return [
        PatientDetails(
            appointment=appointment,
            name=patient.name,
            email=patient.email,
            phone=patient.phone,
            note=patient.note,
        ),
        ManageToken(appointment=appointment, token_hash=token_hash(token), created_at=now),
    ]


def move_visit(*, appointment: Appointment, place: Place, now: datetime, by: By = PATIENT) -> None:
    before = {
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "provider": appointment.provider_id,
        "location": appointment.location_id,
        "room": appointment.room_id,
    }
    release(appointment)
    for name, value in whereabouts(place).items():
        setattr(appointment, name, value)
    appointment.version += 1
    appointment.updated_at = now
    appointment.save(update_fields=[*whereabouts(place), "version", "updated_at"])
    with refusing_overlaps(place):
        insert_rows(
            *claims_of(appointment, place=place),
            *_event_rows(appointment=appointment, kind=Event.MOVED, by=by, changes=before, now=now),
        )


def whereabouts(place: Place) -> dict[str, Any]:
    return {
        "provider_id": place.provider,
        "location_id": place.location,
        "room_id": place.room,
        "starts_at": to_datetime(place.start),
        "ends_at": to_datetime(place.end),
        "time_zone": place.zone,
        "local_start": local_label(minutes=place.start, zone=place.zone),
        "is_overbooked": place.is_overbooked,
    }


def claims_of(appointment: Appointment, *, place: Place) -> list[Claim]:
    """Return the claims of provider and room, buffers included."""
    starts_at, ends_at = place.claimed
    span = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "expires_at": appointment.hold_expires_at,
        "is_exclusive": not place.is_overbooked,
    }
    return [Claim(resource_id=resource, appointment=appointment, **span) for resource in place.resources]


@contextmanager
def refusing_overlaps(place: Place) -> Iterator[None]:
    """Let the constraint on claims say that the place is taken. Raises SlotTaken."""
    try:
        yield
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SlotTaken(
            procedure=place.schedule.procedure, search=place.search, wanted=place.start
        ) from error


def is_overlap(error: IntegrityError) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == "schedules_claim_no_overlap"


def release(appointment: Appointment) -> None:
    Claim.objects.filter(appointment=appointment, is_active=True).update(is_active=False)


def take_step(*, appointment: Appointment, to: Status, by: By, now: datetime) -> Appointment:
    before = {"status": appointment.status}
    appointment.status = to
    appointment.version += 1
    appointment.updated_at = now
    appointment.save(update_fields=["status", "version", "updated_at"])
    if to not in HOLDING_TIME:
        release(appointment)
    record_event(appointment=appointment, kind=Event(to.value), by=by, now=now, changes=before)
    return appointment


def record_event(
    *,
    appointment: Appointment,
    kind: Event,
    by: By,
    now: datetime,
    changes: dict[str, Any] | None = None,
) -> None:
    """Add to the history, and to what others are told: but for the reason, which is for staff."""
    insert_rows(*_event_rows(appointment=appointment, kind=kind, by=by, changes=changes, now=now))


def _event_rows(
    *, appointment: Appointment, kind: Event, by: By, changes: dict[str, Any] | None, now: datetime
) -> list[Model]:
    event = AppointmentEvent(
        appointment=appointment,
        kind=kind,
        cause=by.cause,
        actor=by.actor,
        version=appointment.version,
        occurred_at=now,
        changes=changes or {},
        reason=by.reason,
    )
    if by.cause == Cause.IMPORT:
        return [event]
    data = {"version": appointment.version, "cause": by.cause.value, "before": changes or {}}
    return [event, OutboxEvent(kind=kind.value, appointment=appointment, data=data, created_at=now)]


def tell(
    *,
    kind: str,
    now: datetime,
    appointment: Appointment | None = None,
    entry: WaitlistEntry | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Leave word for whoever sends messages, in this transaction. `data` names no patient."""
    OutboxEvent.objects.create(
        kind=kind, appointment=appointment, waitlist_entry=entry, data=data or {}, created_at=now
    )


def new_reference() -> str:
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def locked_visits(*, skip_locked: bool = False) -> AppointmentQuerySet:
    return Appointment.objects.select_for_update(no_key=True, skip_locked=skip_locked, of=("self",))
