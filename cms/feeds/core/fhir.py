"""Resources of FHIR R4, made of rows. Words are those of docs/glossary.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from cms.feeds.core.links import postal_address
from providers.queries import ProviderRow
from schedules.queries import LocationRow
from services.queries import ProcedureRow

Resource = dict[str, Any]

# By the states of docs/glossary.md. Those that are only holds are no appointments but slots.
APPOINTMENT_STATUS = {
    "requested": "pending",
    "booked": "booked",
    "arrived": "arrived",
    "fulfilled": "fulfilled",
    "cancelled": "cancelled",
    "declined": "cancelled",
    "no_show": "noshow",
    "expired": "cancelled",
}
PARTICIPANT_STATUS = {"requested": "needs-action", "declined": "declined", "expired": "declined"}
BUSY, HELD, BLOCKED = "busy", "busy-tentative", "busy-unavailable"


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """The hours of one provider at one place, and what can be booked then."""

    provider_id: int
    provider_name: str
    location_id: int
    location_name: str
    procedures: tuple[tuple[int, str], ...]
    first: date
    last: date
    changed_at: datetime

    @property
    def key(self) -> tuple[int, int]:
        return self.provider_id, self.location_id

    @property
    def id(self) -> str:
        return f"{self.provider_id}-{self.location_id}"


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A time of a schedule, free for a procedure or taken. `name` is what its id ends with."""

    schedule: tuple[int, int]
    name: str
    status: str
    starts_at: datetime
    ends_at: datetime
    procedure: tuple[int, str] | None = None

    @property
    def id(self) -> str:
        return f"{self.schedule[0]}-{self.schedule[1]}-{self.name}"

    @property
    def key(self) -> tuple[int, int, int, str]:
        """In the order of lists: by schedule, by start, by name."""
        return *self.schedule, int(self.starts_at.timestamp()), self.name


@dataclass(frozen=True, slots=True)
class VisitRow:
    """An appointment. `patient` is None where the reader may not know the name."""

    pk: int
    uuid: UUID
    reference: str
    state: str
    version: int
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    updated_at: datetime
    procedure: tuple[int, str]
    provider: tuple[int, str]
    location: tuple[int, str]
    patient: str | None


def stored(resource: Resource, *, changed_at: datetime | None, version: str = "") -> Resource:
    """Return the resource with its meta; without a version of its own, one that its content makes."""
    version = version or sha256(orjson.dumps(resource)).hexdigest()[:16]
    meta = {"versionId": version, **({"lastUpdated": instant(changed_at)} if changed_at else {})}
    return {"resourceType": resource["resourceType"], "id": resource["id"], "meta": meta, **resource}


def location(place: LocationRow, *, changed_at: datetime) -> Resource:
    resource: Resource = {
        "resourceType": "Location",
        "id": str(place.pk),
        "identifier": [{"value": place.slug}],
        "status": "active",
        "name": place.name,
        "mode": "instance",
    }
    if place.phone:
        resource["telecom"] = [{"system": "phone", "value": place.phone}]
    if address := postal_address(place):
        resource["address"] = address
    if place.latitude is not None and place.longitude is not None:
        resource["position"] = {"longitude": float(place.longitude), "latitude": float(place.latitude)}
    return stored(resource, changed_at=changed_at)


def practitioner(row: ProviderRow) -> Resource:
    resource: Resource = {
        "resourceType": "Practitioner",
        "id": str(row.source_id),
        "identifier": [{"value": row.slug}],
        "active": True,
        "name": [{"text": row.title, **({"prefix": [row.honorific]} if row.honorific else {})}],
    }
    if row.credentials:
        resource["qualification"] = [{"code": {"text": text}} for text in row.credentials]
    if row.languages:
        languages = [{"system": "urn:ietf:bcp:47", "code": code} for code in row.languages]
        resource["communication"] = [{"coding": [coding]} for coding in languages]
    return stored(resource, changed_at=row.last_published_at)


def healthcare_service(row: ProcedureRow) -> Resource:
    resource: Resource = {
        "resourceType": "HealthcareService",
        "id": str(row.source_id),
        "identifier": [{"value": row.slug}],
        "active": True,
        "name": row.title,
        "appointmentRequired": True,
    }
    if row.category_name:
        resource["category"] = [{"text": row.category_name}]
    if row.summary:
        resource["comment"] = row.summary
    return stored(resource, changed_at=row.last_published_at)


def schedule(row: ScheduleRow) -> Resource:
    resource: Resource = {
        "resourceType": "Schedule",
        "id": row.id,
        "active": True,
        "actor": [
            _reference("Practitioner", row.provider_id, row.provider_name),
            _reference("Location", row.location_id, row.location_name),
        ],
        "planningHorizon": {"start": row.first.isoformat(), "end": row.last.isoformat()},
    }
    if row.procedures:
        resource["serviceType"] = [service_type(each) for each in row.procedures]
    return stored(resource, changed_at=row.changed_at)


def slot(row: SlotRow, *, now: datetime) -> Resource:
    resource: Resource = {
        "resourceType": "Slot",
        "id": row.id,
        "schedule": {"reference": f"Schedule/{row.schedule[0]}-{row.schedule[1]}"},
        "status": row.status,
        "start": instant(row.starts_at),
        "end": instant(row.ends_at),
    }
    if row.procedure:
        resource["serviceType"] = [service_type(row.procedure)]
    # Computed for this answer: it says what is known now.
    return stored(resource, changed_at=now)


def appointment(row: VisitRow) -> Resource:
    status = PARTICIPANT_STATUS.get(row.state, "accepted")
    participants = [
        {"actor": _reference("Practitioner", *row.provider), "status": status},
        {"actor": _reference("Location", *row.location), "status": "accepted"},
        {"actor": _reference("HealthcareService", *row.procedure), "status": "accepted"},
    ]
    if row.patient:
        participants.append({"actor": {"type": "Patient", "display": row.patient}, "status": "accepted"})
    resource: Resource = {
        "resourceType": "Appointment",
        "id": str(row.uuid),
        "identifier": [{"value": row.reference}],
        "status": APPOINTMENT_STATUS[row.state],
        "serviceType": [service_type(row.procedure)],
        "start": instant(row.starts_at),
        "end": instant(row.ends_at),
        "minutesDuration": int((row.ends_at - row.starts_at).total_seconds() // 60),
        "created": instant(row.created_at),
        "participant": participants,
    }
    return stored(resource, changed_at=row.updated_at, version=str(row.version))


def service_type(procedure: tuple[int, str]) -> Resource:
    """A procedure's key is its code; the system of it is this server, so it is left out."""
    return {"coding": [{"code": str(procedure[0]), "display": procedure[1]}], "text": procedure[1]}


def _reference(type_: str, key: int, display: str) -> Resource:
    return {"reference": f"{type_}/{key}", "type": type_, "display": display}


def instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def bundle(
    resources: Sequence[Resource], *, base: str, links: Iterable[tuple[str, str]], total: int | None = None
) -> Resource:
    entries = [
        {
            "fullUrl": f"{base}/{each['resourceType']}/{each['id']}",
            "resource": each,
            "search": {"mode": "match"},
        }
        for each in resources
    ]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        **({"total": total} if total is not None else {}),
        "link": [{"relation": relation, "url": url} for relation, url in links],
        **({"entry": entries} if entries else {}),
    }


def operation_outcome(code: str, diagnostics: str) -> Resource:
    issue = {"severity": "error", "code": code, "diagnostics": diagnostics}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
