"""Bring visits over from another system."""

from __future__ import annotations

from cms.clinic_file.entries import Entry
from cms.clinic_file.problems import Problem
from cms.clinic_file.session import Loading
from cms.clinic_file.visits import Visit, visits
from schedules.core.wall_clock import to_datetime
from schedules.models import Appointment
from schedules.operations import ImportedVisit, ImportOverlap, Patient, import_appointment


def load_appointments(loading: Loading) -> None:
    """Visits whose reference is known already stay as they are: the front desk may have moved them since."""
    by_path = {visit.entry.path: visit for visit in visits(loading.file)}
    present = known_references(loading.file)
    for entry in loading.sound_entries("appointments"):
        visit = by_path.get(entry.path)
        if visit and has_places(loading, entry) and entry.text("reference") not in present:
            load_visit(loading, visit=visit)


def known_references(file: Entry) -> set[str]:
    references = [entry.text("reference") for entry in file.entries("appointments")]
    return set(Appointment.objects.filter(reference__in=references).values_list("reference", flat=True))


def has_places(loading: Loading, entry: Entry) -> bool:
    """Whether what the visit names could be loaded. If not, a problem says so at its own place."""
    return (
        entry.text("procedure") in loading.procedures
        and entry.text("provider") in loading.providers
        and entry.text("location") in loading.locations
    )


def load_visit(loading: Loading, *, visit: Visit) -> None:
    with loading.reporting(visit.entry):
        try:
            import_appointment(visit=imported_visit(loading, visit), now=loading.now)
        except ImportOverlap as refusal:
            message = f"{refusal.reference} overlaps {refusal.other}, which the provider has already"
            loading.problems.append(Problem(visit.entry.path, message))
        else:
            loading.record(action="created", noun="appointment", name=visit.entry.text("reference"))


def imported_visit(loading: Loading, visit: Visit) -> ImportedVisit:
    entry, patient = visit.entry, visit.entry.entry("patient")
    procedure = loading.procedures[entry.text("procedure")]
    location = loading.locations[entry.text("location")]
    policy = procedure.booking_policies.first()
    return ImportedVisit(
        reference=entry.text("reference"),
        procedure=procedure.pk,
        provider=loading.providers[entry.text("provider")].pk,
        location=location.pk,
        zone=location.time_zone,
        starts_at=to_datetime(visit.start),
        duration_minutes=visit.end - visit.start,
        status=Appointment.Status(entry.text("status", "booked")),
        patient=Patient(name=patient.text("name"), email=patient.text("email"), phone=patient.text("phone")),
        buffer_before_minutes=policy.buffer_before_minutes if policy else 0,
        buffer_after_minutes=policy.buffer_after_minutes if policy else 0,
        room_kind=policy.room_kind or None if policy else None,
    )
