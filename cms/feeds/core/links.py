"""SMART Scheduling Links: the resources of its files, and the manifest that names them.

https://github.com/smart-on-fhir/smart-scheduling-links/blob/master/specification.md"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cms.structured_data.core.facts import Addresses
from schedules.core.wall_clock import to_datetime
from schedules.core.world import Slot
from schedules.queries import LocationRow
from services.queries import ProcedureRow

Resource = dict[str, Any]
EXTENSION = "http://fhir-registry.smarthealthit.org/StructureDefinition/"


@dataclass(frozen=True, slots=True)
class OutputFile:
    type: str
    url: str
    # Of its location; empty where the file is about all, or the region is not known.
    region: str = ""


def manifest(files: Iterable[OutputFile], *, url: str, now: datetime) -> Resource:
    return {
        "transactionTime": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "request": url,
        "output": [
            {
                "type": file.type,
                "url": file.url,
                **({"extension": {"state": [file.region]}} if file.region else {}),
            }
            for file in files
        ],
        "error": [],
    }


def location_resource(place: LocationRow, *, clinic: str, phone: str, addresses: Addresses) -> Resource:
    contact = place.phone or phone
    resource: Resource = {
        "resourceType": "Location",
        "id": str(place.pk),
        "identifier": [{"system": addresses.home, "value": place.slug}],
        "name": f"{clinic}, {place.name}" if clinic else place.name,
        "telecom": [
            *([{"system": "phone", "value": contact}] if contact else []),
            {"system": "url", "value": addresses.home},
        ],
        "address": postal_address(place),
    }
    if place.latitude is not None and place.longitude is not None:
        resource["position"] = {"latitude": float(place.latitude), "longitude": float(place.longitude)}
    return resource


def postal_address(place: LocationRow) -> Resource:
    address = {
        "line": [place.street] if place.street else None,
        "city": place.city,
        "state": place.region,
        "postalCode": place.postal_code,
        "country": place.country,
    }
    return {name: value for name, value in address.items() if value}


def schedule_id(procedure: ProcedureRow, place: LocationRow) -> str:
    return f"{procedure.source_id}-{place.pk}"


def schedule_resource(procedure: ProcedureRow, place: LocationRow, *, addresses: Addresses) -> Resource:
    coding = {"system": addresses.home, "code": procedure.slug, "display": procedure.title}
    return {
        "resourceType": "Schedule",
        "id": schedule_id(procedure, place),
        "serviceType": [{"coding": [coding], "text": procedure.title}],
        "actor": [{"reference": f"Location/{place.pk}"}],
    }


def slot_resource(
    slot: Slot, procedure: ProcedureRow, place: LocationRow, *, phone: str, addresses: Addresses
) -> Resource:
    """Return a free slot, with as many places as there are providers free then."""
    contact = place.phone or phone
    schedule = schedule_id(procedure, place)
    start = to_datetime(slot.start).astimezone(ZoneInfo(place.time_zone))
    booking = addresses.booking_of(
        procedure.url_path,
        procedure=procedure.slug,
        location=place.slug,
        day=start.date().isoformat(),
        start=to_datetime(slot.start).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    return {
        "resourceType": "Slot",
        "id": f"{schedule}-{slot.start}-{slot.end - slot.start}",
        "schedule": {"reference": f"Schedule/{schedule}"},
        "status": "free",
        "start": start.isoformat(timespec="seconds"),
        "end": to_datetime(slot.end).astimezone(start.tzinfo).isoformat(timespec="seconds"),
        "extension": [
            {"url": f"{EXTENSION}booking-deep-link", "valueUrl": booking},
            *([{"url": f"{EXTENSION}booking-phone", "valueString": contact}] if contact else []),
            {"url": f"{EXTENSION}slot-capacity", "valueInteger": len(slot.providers)},
        ],
    }
