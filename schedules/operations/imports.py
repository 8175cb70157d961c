"""Visits that move in from another system."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from schedules.core.states import HOLDING_TIME
from schedules.core.wall_clock import local_label, to_minutes
from schedules.models import (
    Appointment,
    AppointmentEvent,
    Claim,
    PatientDetails,
    Resource,
    Room,
)
from schedules.operations.places import lock_resources
from schedules.operations.refusals import Refused
from schedules.operations.requests import Patient
from schedules.operations.visits import By, record_event

Cause = AppointmentEvent.Cause
Event = AppointmentEvent.Kind
Status = Appointment.Status


class ImportOverlap(Refused):
    """Two active visits share a provider or a room."""

    def __init__(self, *, reference: str, other: str) -> None:
        super().__init__(f"{reference} overlaps {other}.")
        self.reference = reference
        self.other = other


@dataclass(frozen=True, slots=True)
class ImportedVisit:
    """A visit as another system had it: hours, notice and caps are not checked."""

    reference: str
    procedure: int
    provider: int
    location: int
    zone: str
    starts_at: datetime
    duration_minutes: int
    status: Status
    patient: Patient
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    # The other system did not say which room: a free one of this kind is taken, if there is one.
    room_kind: str | None = None


@transaction.atomic
def import_appointment(*, visit: ImportedVisit, now: datetime) -> Appointment:
    """Store a visit under its own reference. Raises ImportOverlap."""
    starts_at, ends_at = visit.starts_at, visit.starts_at + timedelta(minutes=visit.duration_minutes)
    rooms = Room.objects.filter(location=visit.location, kind=visit.room_kind, is_active=True)
    lock_resources(providers=[visit.provider], rooms=rooms.values_list("pk", flat=True), now=now)
    holds_time = visit.status in HOLDING_TIME
    room = _free_room(rooms, starts_at=starts_at, ends_at=ends_at) if holds_time else None
    appointment = Appointment.objects.create(
        reference=visit.reference,
        procedure_id=visit.procedure,
        provider_id=visit.provider,
        location_id=visit.location,
        room=room,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=visit.zone,
        local_start=local_label(minutes=to_minutes(starts_at), zone=visit.zone),
        status=visit.status,
        source="import",
        created_at=now,
        updated_at=now,
    )
    PatientDetails.objects.create(
        appointment=appointment,
        name=visit.patient.name,
        email=visit.patient.email,
        phone=visit.patient.phone,
    )
    if holds_time:
        for resource in Resource.objects.filter(
            Q(provider_id=visit.provider) | Q(room=room, room__isnull=False)
        ):
            _claim_imported(visit=visit, appointment=appointment, resource=resource)
    record_event(appointment=appointment, kind=Event.IMPORTED, by=By(Cause.IMPORT), now=now)
    return appointment


def _free_room(rooms: QuerySet[Room], *, starts_at: datetime, ends_at: datetime) -> Room | None:
    taken = Claim.objects.filter(
        is_active=True, appointment__starts_at__lt=ends_at, appointment__ends_at__gt=starts_at
    )
    return rooms.exclude(resource__in=taken.values("resource")).order_by("pk").first()


def _claim_imported(*, visit: ImportedVisit, appointment: Appointment, resource: Resource) -> None:
    claim = Claim(
        resource=resource,
        appointment=appointment,
        starts_at=appointment.starts_at - timedelta(minutes=visit.buffer_before_minutes),
        ends_at=appointment.ends_at + timedelta(minutes=visit.buffer_after_minutes),
    )
    touching = Claim.objects.filter(
        resource=resource, is_active=True, ends_at__gt=claim.starts_at, starts_at__lt=claim.ends_at
    ).select_related("appointment")
    for other in touching:
        _part(claim=claim, other=other)
    claim.save()


def _part(*, claim: Claim, other: Claim) -> None:
    """Let the buffers of neighbouring claims give way. Raises ImportOverlap where the visits meet."""
    mine, theirs = claim.appointment, other.appointment
    if theirs is None or mine is None:
        raise ImportOverlap(reference=str(mine or claim), other=str(theirs or "blocked time"))
    if theirs.ends_at <= mine.starts_at:
        other.ends_at = min(other.ends_at, mine.starts_at)
        claim.starts_at = max(claim.starts_at, other.ends_at)
    elif mine.ends_at <= theirs.starts_at:
        other.starts_at = max(other.starts_at, mine.ends_at)
        claim.ends_at = min(claim.ends_at, other.starts_at)
    else:
        raise ImportOverlap(reference=mine.reference, other=theirs.reference)
    other.save(update_fields=["starts_at", "ends_at"])
