"""What this server can do, as FHIR clients ask for it."""

from cms.feeds.core.fhir import Resource
from cms.feeds.core.fhir_search import PARAMETERS, Parameter

# The day on which the abilities last changed.
CHANGED_ON = "2026-11-22"


def capability_statement(base: str) -> Resource:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED_ON,
        "kind": "instance",
        "software": {"name": "Clinic CMS"},
        "implementation": {"description": "Schedules and appointments of the clinic.", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "Send the token of an integration as `Authorization: Bearer …`. Pages of a "
                "search are found by their links.",
                "resource": [_resource(type_, known) for type_, known in PARAMETERS.items()],
            }
        ],
    }


def _resource(type_: str, known: tuple[Parameter, ...]) -> Resource:
    return {
        "type": type_,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned" if type_ == "Appointment" else "no-version",
        "readHistory": False,
        "searchParam": [
            {"name": each.name, "type": each.type, "documentation": each.documentation} for each in known
        ],
    }
