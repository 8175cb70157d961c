"""Appointments: visits, with the patient's name for those who may know it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from cms.feeds.core.fhir import APPOINTMENT_STATUS, VisitRow
from cms.feeds.core.fhir_search import Search, is_uuid
from cms.feeds.queries.fhir.reading import Found, Reader, numbers_of, one_page
from schedules.core.states import state_of_request
from schedules.models import Appointment


def find_appointments(search: Search, reader: Reader) -> Found:
    """Return visits by their start. One statement."""
    found = _visits(search, reader)
    if search.after:
        starts_at, pk = datetime.fromisoformat(search.after[0]), search.after[1]
        found = found.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=pk))
    rows = _visit_rows(found.order_by("starts_at", "pk")[: search.count + 1], reader)
    return one_page(rows, count=search.count, key=lambda row: (row.starts_at.isoformat(), row.pk))


def _visits(search: Search, reader: Reader) -> QuerySet[Appointment]:
    found = Appointment.objects.visits()
    if (ids := search.choice("_id")) is not None:
        found = found.filter(uuid__in=[each for each in ids if is_uuid(each)])
    if (references := search.choice("identifier")) is not None:
        found = found.filter(reference__in=references)
    if (services := search.keys("service-type")) is not None:
        found = found.filter(procedure_id__in=services)
    if (statuses := search.choice("status")) is not None:
        found = found.filter(_has_status(statuses, now=reader.now))
    for field, name in (("starts_at", "date"), ("updated_at", "_lastUpdated")):
        span = search.span(name)
        if span.since:
            found = found.filter(**{f"{field}__gte": span.since})
        if span.until:
            found = found.filter(**{f"{field}__lt": span.until})
    for name, default in (("actor", ""), ("practitioner", "Practitioner"), ("location", "Location")):
        for actors in search.references(name, default=default):
            found = found.filter(
                Q(provider_id__in=numbers_of(actors, "Practitioner"))
                | Q(location_id__in=numbers_of(actors, "Location"))
                | Q(procedure_id__in=numbers_of(actors, "HealthcareService"))
            )
    return found


def _has_status(statuses: Collection[str], *, now: datetime) -> Q:
    """Return the condition for FHIR statuses. A request that nobody answered counts as expired."""
    requested = Appointment.Status.REQUESTED
    states = [state for state, status in APPOINTMENT_STATUS.items() if status in statuses]
    found = Q(status__in=[state for state in states if state != requested])
    if "requested" in states:
        found |= Q(status=requested, starts_at__gt=now)
    if "expired" in states:
        found |= Q(status=requested, starts_at__lte=now)
    return found


VISIT = (
    "pk",
    "uuid",
    "reference",
    "status",
    "version",
    "starts_at",
    "ends_at",
    "created_at",
    "updated_at",
    "procedure_id",
    "procedure__title",
    "provider_id",
    "provider__title",
    "location_id",
    "location__name",
)


def _visit_rows(visits: QuerySet[Appointment], reader: Reader) -> list[VisitRow]:
    names = (*VISIT, "patient__name") if reader.sees_patients else VISIT
    return [_visit_row(values, reader) for values in visits.values(*names)]


def _visit_row(values: Mapping[str, Any], reader: Reader) -> VisitRow:
    return VisitRow(
        pk=values["pk"],
        uuid=values["uuid"],
        reference=values["reference"],
        state=state_of_request(values["status"], starts_at=values["starts_at"], now=reader.now),
        version=values["version"],
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        created_at=values["created_at"],
        updated_at=values["updated_at"],
        procedure=(values["procedure_id"], values["procedure__title"]),
        provider=(values["provider_id"], values["provider__title"]),
        location=(values["location_id"], values["location__name"]),
        patient=values.get("patient__name") or None,
    )
