"""What FHIR shows: schedules, slots and appointments, and the people and places that they name."""

from cms.feeds.queries.fhir.appointments import find_appointments
from cms.feeds.queries.fhir.directory import find_locations, find_practitioners, find_services
from cms.feeds.queries.fhir.reading import Found, Reader, unknown
from cms.feeds.queries.fhir.schedules import find_schedules
from cms.feeds.queries.fhir.slots import find_slots, read_slot

__all__ = [
    "Found",
    "Reader",
    "find_appointments",
    "find_locations",
    "find_practitioners",
    "find_schedules",
    "find_services",
    "find_slots",
    "read_slot",
    "unknown",
]
