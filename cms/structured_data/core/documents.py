"""Documents in schema.org's vocabulary (release 30.0), as the values of JSON-LD.

A procedure is a MedicalTherapy, the one type whose properties tell serious risks from others. There is no
property for benefits; they are part of the description. What has no value is left out.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from cms.structured_data.core.facts import (
    Addresses,
    ClinicFacts,
    Crumb,
    ProcedureFacts,
    ProviderFacts,
    plain_text,
)
from cms.structured_data.core.opening_hours import OpeningHours, clock
from cms.structured_data.core.specialties import medical_specialties
from providers.queries import ProviderRow
from schedules.core.weekdays import WEEKDAYS
from schedules.queries import LocationRow
from services.queries import ProcedureRow, Risk

Node = dict[str, Any]

CONTEXT = "https://schema.org"
DOCTOR = re.compile(r"\b(dr|dra|doctor|doctora)\b", re.IGNORECASE)
# Inside a script element these could end it, or end a line of JavaScript.
UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def script_text(document: Node) -> str:
    """Return the JSON of a document, safe inside a script element and inside JavaScript."""
    return orjson.dumps(document).decode().translate(UNSAFE)


# Whole documents ----------------------------------------------------------------------------------


def procedure_document(facts: ProcedureFacts, *, clinic: ClinicFacts, addresses: Addresses) -> Node:
    row, url = facts.row, addresses.page(facts.row.url_path)
    offering = {each.pk for each in facts.providers}
    at_work = {place for each in facts.providers for place in clinic.places.get(each.source_id, ())}
    return _graph(
        _procedure_page(facts, addresses=addresses),
        _therapy(facts, addresses=addresses),
        *([_faqs(row, url=url)] if row.faqs else []),
        _breadcrumbs(facts.crumbs, url=url, title=row.title, addresses=addresses),
        *(
            _provider(each, offered=[row] if each.pk in offering else [], clinic=clinic, at=addresses)
            for each in _unique([*facts.providers, facts.reviewer])
        ),
        _clinic(clinic, addresses=addresses),
        *(
            _location(place, offered=[row] if place.pk in at_work else [], clinic=clinic, addresses=addresses)
            for place in clinic.locations
        ),
    )


def provider_document(facts: ProviderFacts, *, clinic: ClinicFacts, addresses: Addresses) -> Node:
    row, url = facts.row, addresses.page(facts.row.url_path)
    page = _page(row, "ProfilePage", addresses=addresses) | {"mainEntity": _provider_ref(row, addresses)}
    provider = _provider(row, offered=facts.procedures, clinic=clinic, at=addresses)
    provider["description"] = plain_text(row.biography)
    if facts.bookable:
        booking = addresses.booking_of(row.url_path, provider=row.slug)
        provider["potentialAction"] = _reserve(booking)
    return _graph(
        page,
        provider,
        *(_named_therapy(each, addresses=addresses) for each in facts.procedures),
        _breadcrumbs(facts.crumbs, url=url, title=row.title, addresses=addresses),
        _clinic(clinic, addresses=addresses),
        *(_location(place, offered=[], clinic=clinic, addresses=addresses) for place in clinic.locations),
    )


def clinic_document(clinic: ClinicFacts, *, addresses: Addresses) -> Node:
    return _graph(
        _clinic(clinic, addresses=addresses),
        *(_location(place, offered=[], clinic=clinic, addresses=addresses) for place in clinic.locations),
    )


def _graph(*nodes: Node) -> Node:
    return {"@context": CONTEXT, "@graph": [_filled(node) for node in nodes]}


def _filled(node: Node) -> Node:
    """Leave out what has no value."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def _unique(providers: Iterable[ProviderRow | None]) -> list[ProviderRow]:
    return list({each.pk: each for each in providers if each}.values())


# Pages --------------------------------------------------------------------------------------------


def _page(row: ProcedureRow | ProviderRow, type_: str, *, addresses: Addresses) -> Node:
    url = addresses.page(row.url_path)
    return {
        "@type": type_,
        "@id": f"{url}#webpage",
        "url": url,
        "name": row.seo_title or row.title,
        "description": row.search_description,
        "inLanguage": addresses.site.root_of(row.url_path).locale,
        "datePublished": _instant(row.first_published_at),
        "dateModified": _instant(row.last_published_at),
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
        "publisher": _clinic_ref(addresses),
    }


def _procedure_page(facts: ProcedureFacts, *, addresses: Addresses) -> Node:
    therapy = _therapy_ref(facts.row, addresses)
    reviewed = facts.reviewed_on
    return _page(facts.row, "MedicalWebPage", addresses=addresses) | {
        "description": facts.row.search_description or facts.row.summary,
        "about": therapy,
        "mainEntity": therapy,
        "lastReviewed": reviewed.isoformat() if reviewed else None,
        "reviewedBy": _provider_ref(facts.reviewer, addresses) if facts.reviewer else None,
    }


def _faqs(row: ProcedureRow, *, url: str) -> Node:
    return {
        "@type": "FAQPage",
        "@id": f"{url}#faq",
        "url": url,
        "isPartOf": {"@id": f"{url}#webpage"},
        "mainEntity": [
            {
                "@type": "Question",
                "name": faq.question,
                "acceptedAnswer": {"@type": "Answer", "text": plain_text(faq.answer)},
            }
            for faq in row.faqs
        ],
    }


def _breadcrumbs(crumbs: Sequence[Crumb], *, url: str, title: str, addresses: Addresses) -> Node:
    trail = [*((crumb.title, addresses.page(crumb.url_path)) for crumb in crumbs), (title, url)]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": {"@id": address}}
        for position, (name, address) in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{url}#breadcrumb", "itemListElement": items}


# Procedures ---------------------------------------------------------------------------------------


def _therapy_ref(row: ProcedureRow, addresses: Addresses) -> Node:
    return {"@id": f"{addresses.page(row.url_path)}#procedure"}


def _named_therapy(row: ProcedureRow, *, addresses: Addresses) -> Node:
    return {
        "@type": "MedicalTherapy",
        **_therapy_ref(row, addresses),
        "name": row.title,
        "url": addresses.page(row.url_path),
    }


def _therapy(facts: ProcedureFacts, *, addresses: Addresses) -> Node:
    row = facts.row
    booking = addresses.booking_of(row.url_path, procedure=row.slug)
    return _named_therapy(row, addresses=addresses) | {
        "alternateName": row.also_known_as,
        "description": _lines(
            row.summary, *(f"{each.title}: {plain_text(each.description)}" for each in row.benefits)
        ),
        "howPerformed": _lines(plain_text(row.how_it_works), *_expected(row, "during")),
        "preparation": _lines(*_expected(row, "before")),
        "followup": _lines(*_expected(row, "after"), plain_text(row.aftercare)),
        "adverseOutcome": [_outcome(risk) for risk in row.risks if risk.severity != "serious"],
        "seriousAdverseOutcome": [_outcome(risk) for risk in row.risks if risk.severity == "serious"],
        "potentialAction": _reserve(booking) if facts.is_bookable else None,
    }


def _expected(row: ProcedureRow, phase: str) -> list[str]:
    parts = [each for each in row.what_to_expect if each.phase == phase]
    return [f"{each.title}: {plain_text(each.description)}" for each in parts]


def _outcome(risk: Risk) -> Node:
    return _filled(
        {"@type": "MedicalEntity", "name": risk.title, "description": plain_text(risk.description)}
    )


def _reserve(address: str) -> Node:
    return {"@type": "ReserveAction", "target": {"@type": "EntryPoint", "urlTemplate": address}}


# People and places --------------------------------------------------------------------------------


def _provider_ref(row: ProviderRow, addresses: Addresses) -> Node:
    return {"@id": f"{addresses.page(row.url_path)}#provider"}


def _provider(
    row: ProviderRow, *, offered: Sequence[ProcedureRow], clinic: ClinicFacts, at: Addresses
) -> Node:
    """Only who is called a doctor is a physician: whatever else a provider is, is told as a person."""
    places = [each for each in clinic.locations if each.pk in clinic.places.get(row.source_id, ())]
    person: Node = {
        "@type": "Person",
        **_provider_ref(row, at),
        "name": row.title,
        "url": at.page(row.url_path),
        "honorificPrefix": row.honorific,
        "knowsLanguage": row.languages,
        "knowsAbout": row.specialties,
        "hasCredential": [
            {"@type": "EducationalOccupationalCredential", "name": name} for name in row.credentials
        ],
        "worksFor": _clinic_ref(at),
        "workLocation": [_location_ref(place, at) for place in places],
    }
    if not DOCTOR.search(row.honorific):
        return person
    return person | {
        "@type": ["IndividualPhysician", "Person"],
        "medicalSpecialty": medical_specialties(row.specialties),
        "isAcceptingNewPatients": row.accepting_new_patients,
        "availableService": [_therapy_ref(each, at) for each in offered],
        "practicesAt": [_location_ref(place, at) for place in places],
        "address": [address for place in places if (address := _address(place))],
        "telephone": clinic.clinic.phone,
    }


def _clinic_ref(addresses: Addresses) -> Node:
    return {"@id": f"{addresses.home}#clinic"}


def _clinic(facts: ClinicFacts, *, addresses: Addresses) -> Node:
    clinic = facts.clinic
    return {
        "@type": "MedicalOrganization",
        **_clinic_ref(addresses),
        "name": clinic.name,
        "url": addresses.home,
        "description": clinic.welcome,
        "telephone": clinic.phone,
        "email": clinic.email,
        "knowsLanguage": clinic.languages,
        "subOrganization": [_location_ref(place, addresses) for place in facts.locations],
    }


def _location_ref(place: LocationRow, addresses: Addresses) -> Node:
    return {"@id": f"{addresses.home}#location-{place.slug}"}


def _location(
    place: LocationRow, *, offered: Sequence[ProcedureRow], clinic: ClinicFacts, addresses: Addresses
) -> Node:
    name = clinic.clinic.name
    return {
        "@type": "MedicalClinic",
        **_location_ref(place, addresses),
        "name": f"{name}, {place.name}" if name else place.name,
        "url": addresses.home,
        "parentOrganization": _clinic_ref(addresses),
        "address": _address(place),
        "geo": _coordinates(place),
        "telephone": place.phone or clinic.clinic.phone,
        "openingHoursSpecification": [_opening(each) for each in clinic.hours.get(place.pk, ())],
        "availableService": [_therapy_ref(each, addresses) for each in offered],
    }


def _address(place: LocationRow) -> Node | None:
    parts = {
        "streetAddress": place.street,
        "addressLocality": place.city,
        "addressRegion": place.region,
        "postalCode": place.postal_code,
        "addressCountry": place.country,
    }
    return {"@type": "PostalAddress", **_filled(parts)} if any(parts.values()) else None


def _coordinates(place: LocationRow) -> Node | None:
    if place.latitude is None or place.longitude is None:
        return None
    return {
        "@type": "GeoCoordinates",
        "latitude": float(place.latitude),
        "longitude": float(place.longitude),
    }


def _opening(hours: OpeningHours) -> Node:
    return _filled(
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [f"https://schema.org/{WEEKDAYS[day].title()}" for day in hours.weekdays],
            "opens": clock(hours.start),
            "closes": clock(hours.end),
            "validFrom": hours.valid_from.isoformat() if hours.valid_from else None,
            "validThrough": hours.valid_until.isoformat() if hours.valid_until else None,
        }
    )


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _instant(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else None
