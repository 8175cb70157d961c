"""Whether resources keep to FHIR R4: the elements that we use, with their types and how often they occur.

Facts of https://hl7.org/fhir/R4/, written as `name: (type, least, most)`; most None means any number."""

import re
from typing import Any

Elements = dict[str, tuple[str, int, int | None]]

COMMON: Elements = {"resourceType": ("code", 1, 1), "id": ("id", 0, 1), "meta": ("Meta", 0, 1)}
TYPES: dict[str, Elements] = {
    "Meta": {"versionId": ("id", 0, 1), "lastUpdated": ("instant", 0, 1)},
    "Identifier": {"system": ("uri", 0, 1), "value": ("string", 0, 1)},
    "Coding": {"system": ("uri", 0, 1), "code": ("code", 0, 1), "display": ("string", 0, 1)},
    "CodeableConcept": {"coding": ("Coding", 0, None), "text": ("string", 0, 1)},
    "Reference": {"reference": ("string", 0, 1), "type": ("uri", 0, 1), "display": ("string", 0, 1)},
    "Period": {"start": ("dateTime", 0, 1), "end": ("dateTime", 0, 1)},
    "ContactPoint": {"system": ("contact-point-system", 0, 1), "value": ("string", 0, 1)},
    "Address": {
        "line": ("string", 0, None),
        **dict.fromkeys(("city", "state", "postalCode", "country"), ("string", 0, 1)),
    },
    "Position": {"longitude": ("decimal", 1, 1), "latitude": ("decimal", 1, 1)},
    "HumanName": {"text": ("string", 0, 1), "prefix": ("string", 0, None)},
    "Qualification": {"code": ("CodeableConcept", 1, 1)},
    "Participant": {"actor": ("Reference", 0, 1), "status": ("participationstatus", 1, 1)},
    "Link": {"relation": ("string", 1, 1), "url": ("uri", 1, 1)},
    "EntrySearch": {"mode": ("search-entry-mode", 0, 1)},
    "Entry": {
        "fullUrl": ("uri", 0, 1),
        "resource": ("Resource", 0, 1),
        "search": ("EntrySearch", 0, 1),
    },
    "Issue": {
        "severity": ("issue-severity", 1, 1),
        "code": ("issue-type", 1, 1),
        "diagnostics": ("string", 0, 1),
    },
    "Software": {"name": ("string", 1, 1)},
    "Implementation": {"description": ("string", 1, 1), "url": ("uri", 0, 1)},
    "Interaction": {"code": ("restful-interaction", 1, 1)},
    "SearchParam": {
        "name": ("string", 1, 1),
        "type": ("search-param-type", 1, 1),
        "documentation": ("string", 0, 1),
    },
    "RestResource": {
        "type": ("code", 1, 1),
        "interaction": ("Interaction", 0, None),
        "versioning": ("versioning-policy", 0, 1),
        "readHistory": ("boolean", 0, 1),
        "searchParam": ("SearchParam", 0, None),
    },
    "Rest": {
        "mode": ("restful-capability-mode", 1, 1),
        "documentation": ("string", 0, 1),
        "resource": ("RestResource", 0, None),
    },
    # Resources.
    "Location": {
        "identifier": ("Identifier", 0, None),
        "status": ("location-status", 0, 1),
        "name": ("string", 0, 1),
        "mode": ("location-mode", 0, 1),
        "telecom": ("ContactPoint", 0, None),
        "address": ("Address", 0, 1),
        "position": ("Position", 0, 1),
    },
    "Practitioner": {
        "identifier": ("Identifier", 0, None),
        "active": ("boolean", 0, 1),
        "name": ("HumanName", 0, None),
        "qualification": ("Qualification", 0, None),
        "communication": ("CodeableConcept", 0, None),
    },
    "HealthcareService": {
        "identifier": ("Identifier", 0, None),
        "active": ("boolean", 0, 1),
        "category": ("CodeableConcept", 0, None),
        "name": ("string", 0, 1),
        "comment": ("string", 0, 1),
        "appointmentRequired": ("boolean", 0, 1),
    },
    "Schedule": {
        "active": ("boolean", 0, 1),
        "serviceType": ("CodeableConcept", 0, None),
        "actor": ("Reference", 1, None),
        "planningHorizon": ("Period", 0, 1),
    },
    "Slot": {
        "serviceType": ("CodeableConcept", 0, None),
        "schedule": ("Reference", 1, 1),
        "status": ("slotstatus", 1, 1),
        "start": ("instant", 1, 1),
        "end": ("instant", 1, 1),
    },
    "Appointment": {
        "identifier": ("Identifier", 0, None),
        "status": ("appointmentstatus", 1, 1),
        "serviceType": ("CodeableConcept", 0, None),
        "start": ("instant", 0, 1),
        "end": ("instant", 0, 1),
        "minutesDuration": ("positiveInt", 0, 1),
        "created": ("dateTime", 0, 1),
        "participant": ("Participant", 1, None),
    },
    "Bundle": {
        "type": ("bundle-type", 1, 1),
        "total": ("unsignedInt", 0, 1),
        "link": ("Link", 0, None),
        "entry": ("Entry", 0, None),
    },
    "OperationOutcome": {"issue": ("Issue", 1, None)},
    "CapabilityStatement": {
        "status": ("publication-status", 1, 1),
        "date": ("dateTime", 1, 1),
        "kind": ("capability-statement-kind", 1, 1),
        "software": ("Software", 0, 1),
        "implementation": ("Implementation", 0, 1),
        "fhirVersion": ("FHIR-version", 1, 1),
        "format": ("code", 1, None),
        "rest": ("Rest", 0, None),
    },
}
RESOURCES = (
    *("Location", "Practitioner", "HealthcareService", "Schedule", "Slot", "Appointment", "Bundle"),
    *("OperationOutcome", "CapabilityStatement"),
)
CODES = {
    "appointmentstatus": "proposed pending booked arrived fulfilled cancelled noshow entered-in-error "
    "checked-in waitlist",
    "participationstatus": "accepted declined tentative needs-action",
    "slotstatus": "busy free busy-unavailable busy-tentative entered-in-error",
    "location-status": "active suspended inactive",
    "location-mode": "instance kind",
    "contact-point-system": "phone fax email pager url sms other",
    "bundle-type": "document message transaction transaction-response batch batch-response history searchset "
    "collection",
    "search-entry-mode": "match include outcome",
    "issue-severity": "fatal error warning information",
    "issue-type": "invalid structure required value invariant security login unknown expired forbidden "
    "suppressed processing not-supported duplicate multiple-matches not-found deleted too-long code-invalid "
    "extension too-costly business-rule conflict transient lock-error no-store exception timeout incomplete "
    "throttled informational",
    "publication-status": "draft active retired unknown",
    "capability-statement-kind": "instance capability requirements",
    "restful-capability-mode": "client server",
    "restful-interaction": "read vread update patch delete history-instance history-type create search-type",
    "versioning-policy": "no-version versioned versioned-update",
    "search-param-type": "number date string token reference composite quantity uri special",
    "FHIR-version": "4.0.1",
}
PRIMITIVES = {
    "id": re.compile(r"[A-Za-z0-9\-.]{1,64}"),
    "code": re.compile(r"[^\s]+(\s[^\s]+)*"),
    "uri": re.compile(r"\S+"),
    "string": re.compile(r"[ \r\n\t\S]+"),
    "dateTime": re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?"),
    "instant": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"),
}


def problems(resource: Any) -> list[str]:
    """Return what is wrong with a resource, in words; nothing for a good one."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind not in RESOURCES:
        return [f"unknown resource {kind}"]
    return _of_elements(resource, {**COMMON, **TYPES[kind]}, kind)


def _of_elements(value: dict[str, Any], elements: Elements, place: str) -> list[str]:
    found = [f"{place}.{name} is no element" for name in value.keys() - elements.keys()]
    for name, (kind, least, most) in elements.items():
        here = f"{place}.{name}"
        if name not in value:
            found += [f"{here} is missing"] if least else []
        elif (most is None) != isinstance(value[name], list):
            found.append(f"{here} occurs {'any number of times' if most is None else 'once'}")
        elif value[name] in ([], {}):
            found.append(f"{here} is empty")
        else:
            for each in value[name] if most is None else [value[name]]:
                found += _of_value(each, kind, here)
    return found


def _of_value(value: Any, kind: str, place: str) -> list[str]:
    if kind == "Resource":
        return problems(value)
    if kind in TYPES:
        return (
            _of_elements(value, TYPES[kind], place) if isinstance(value, dict) else [f"{place} is no object"]
        )
    return [] if _fits(value, kind) else [f"{place} does not take {value!r}"]


def _fits(value: Any, kind: str) -> bool:
    if kind in CODES:
        return value in CODES[kind].split()
    if kind in PRIMITIVES:
        return isinstance(value, str) and bool(PRIMITIVES[kind].fullmatch(value))
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "decimal":
        return isinstance(value, float)
    least = {"positiveInt": 1, "unsignedInt": 0}[kind]
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
