"""What the printed schema promises to clients."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from graphql import GraphQLUnionType, is_specified_scalar_type
from graphql.utilities.print_schema import print_input_value
from grapple.registry import registry

import providers.models
import providers.schema
import services.models
import services.schema
from cms.core.models import HomePage
from cms.schema import schema

TYPES = schema.graphql_schema.type_map

# What grapple, Wagtail or Django would add to a generated type.
LEAKS = {
    *("aliasOf", "ancestors", "collection", "contentType", "depth", "descendants", "draftTitle", "expireAt"),
    *("expired", "file", "fileHash", "firstPublishedAt", "goLiveAt", "hasUnpublishedChanges", "isStaff"),
    *("isSuperuser", "lastPublishedAt", "latestRevision", "live", "liveRevision", "locked", "lockedBy"),
    *("numchild", "owner", "pageType", "parent", "password", "rawValue", "searchDescription", "seoTitle"),
    *("showInMenus", "siblings", "translationKey", "uploadedByUser", "urlPath", "viewRestrictions"),
}
GRAPPLE_ROOTS = {
    *("collections", "document", "documentType", "documents", "image", "imageType", "images", "redirects"),
    *("setting", "settings", "site", "sites", "snippets", "tag", "tags"),
}

PAGE = {
    "id": "ID!",
    "title": "String!",
    "slug": "String!",
    "url": "String!",
    "path": "String!",
    "seo": "Seo!",
    "publishedAt": "DateTime",
    "updatedAt": "DateTime",
}
CONTRACT = {
    "Query": {
        "procedures": "ProcedureConnection!",
        "procedure": "ProcedurePage",
        "providers": "ProviderConnection!",
        "provider": "ProviderPage",
        "page": "PageInterface",
        "pages": "PageConnection!",
        "route": "RouteResult!",
        "search": "SearchConnection!",
        "clinic": "Clinic!",
        "navigation": "[NavigationItem!]!",
        "locations": "[Location!]!",
        "location": "Location",
        "availability": "Availability!",
        "nextAvailable": "[Slot!]!",
        "appointment": "Appointment",
    },
    "Mutation": {
        "bookAppointment": "BookAppointmentResult!",
        "rescheduleAppointment": "RescheduleAppointmentResult!",
        "cancelAppointment": "CancelAppointmentResult!",
    },
    "PageInterface": PAGE,
    "ProcedurePage": {
        **PAGE,
        "summary": "String!",
        "alsoKnownAs": "[String!]!",
        "category": "ProcedureCategory",
        "introduction": "RichText!",
        "howItWorks": "RichText!",
        "whatToExpect": "[Expectation!]!",
        "aftercare": "RichText!",
        "downtime": "String!",
        "durationMinutesMin": "Int",
        "durationMinutesMax": "Int",
        "heroImage": "Image",
        "lastReviewedOn": "Date",
        "reviewedBy": "ProviderPage",
        "benefits": "[Benefit!]!",
        "risks": "[Risk!]!",
        "faqs": "[Faq!]!",
        "body": "[StreamFieldInterface!]!",
        "providers": "ProviderConnection!",
        "nextAvailable": "Slot",
        "offeredOn": "[OfferedOn!]!",
        "booking": "BookingPolicy",
        "jsonLd": "String!",
        "embed": "Embed",
    },
    "ProviderPage": {
        **PAGE,
        "name": "String!",
        "honorific": "String!",
        "credentials": "[String!]!",
        "specialties": "[String!]!",
        "languages": "[String!]!",
        "biography": "RichText!",
        "photo": "Image",
        "acceptingNewPatients": "Boolean!",
        "procedures": "ProcedureConnection!",
        "locations": "[Location!]!",
        "availabilityRules": "[AvailabilityRule!]!",
        "nextAvailable": "Slot",
        "jsonLd": "String!",
    },
    "Location": {
        "id": "ID!",
        "slug": "String!",
        "name": "String!",
        "timeZone": "String!",
        "address": "Address!",
        "phone": "String!",
        "latitude": "Float",
        "longitude": "Float",
    },
    "Address": dict.fromkeys(("street", "city", "region", "postalCode", "country"), "String!"),
    "AvailabilityRule": {
        "id": "ID!",
        "summary": "String!",
        "rrule": "String!",
        "validFrom": "Date!",
        "validUntil": "Date",
        "startTime": "String!",
        "endTime": "String!",
        "location": "Location!",
    },
    "OfferedOn": {
        "provider": "ProviderPage!",
        "location": "Location!",
        "weekdays": "[Weekday!]!",
        "summary": "String!",
    },
    "BookingPolicy": dict.fromkeys(
        ("durationMinutes", "slotStepMinutes", "minNoticeMinutes", "horizonDays", "cancelCutoffMinutes"),
        "Int!",
    ),
    "Availability": {
        "timeZone": "String!",
        "revision": "String!",
        "days": "[AvailabilityDay!]!",
        "nextStart": "DateTime",
    },
    "AvailabilityDay": {"date": "Date!", "starts": "[DateTime!]!", "slots": "[Slot!]!"},
    "AvailabilityInput": {
        "procedure": "ID!",
        "provider": "ID",
        "location": "ID",
        "from": "Date!",
        "to": "Date!",
        "timeZone": "String",
        "durationMinutes": "Int",
        "ignoreAppointment": "String",
    },
    "Slot": {
        "startsAt": "DateTime!",
        "endsAt": "DateTime!",
        "localStart": "String!",
        "timeZone": "String!",
        "location": "Location!",
        "providers": "[ProviderPage!]!",
        "token": "String!",
    },
    "Appointment": {
        "reference": "String!",
        "status": "AppointmentStatus!",
        "startsAt": "DateTime!",
        "endsAt": "DateTime!",
        "localStart": "String!",
        "timeZone": "String!",
        "procedure": "ProcedurePage!",
        "provider": "ProviderPage!",
        "location": "Location!",
        "canCancelUntil": "DateTime",
        "canRescheduleUntil": "DateTime",
        "manageToken": "String",
        "patientName": "String!",
    },
    "BookingRefused": {
        "code": "BookingRefusal!",
        "message": "String!",
        "retryable": "Boolean!",
        "field": "String",
        "alternatives": "[Slot!]!",
    },
    "BookAppointmentInput": {
        "slotToken": "String",
        "provider": "ID",
        "patient": "PatientInput!",
        "idempotencyKey": "String!",
        "note": "String",
        "language": "String",
    },
    "PatientInput": {"name": "String!", "email": "String!", "phone": "String"},
    "RescheduleAppointmentInput": {
        "manageToken": "String!",
        "slotToken": "String!",
        "provider": "ID",
        "idempotencyKey": "String!",
    },
    "CancelAppointmentInput": {
        "manageToken": "String!",
        "reason": "String",
        "idempotencyKey": "String!",
    },
    "Benefit": {"id": "ID!", "title": "String!", "description": "RichText!", "icon": "Image"},
    "Risk": {
        "id": "ID!",
        "title": "String!",
        "description": "RichText!",
        "severity": "RiskSeverity!",
        "likelihood": "RiskLikelihood!",
    },
    "Expectation": {
        "id": "ID!",
        "phase": "ExpectationPhase!",
        "title": "String!",
        "description": "RichText!",
    },
    "Faq": {"id": "ID!", "question": "String!", "answer": "RichText!"},
    "RichText": {"html": "String!", "text": "String!"},
    "ProcedureCategory": {"name": "String!", "slug": "String!"},
    "Seo": {
        "title": "String!",
        "description": "String!",
        "noindex": "Boolean!",
        "socialImage": "Image",
    },
    "Image": {
        "id": "ID!",
        "alt": "String!",
        "decorative": "Boolean!",
        "width": "Int!",
        "height": "Int!",
        "rendition": "ImageRendition!",
        "srcSet": "String!",
    },
    "ImageRendition": {"url": "String!", "width": "Int!", "height": "Int!", "mimeType": "String!"},
    "Clinic": {
        "name": "String!",
        "welcome": "String!",
        "phone": "String!",
        "email": "String!",
        "languages": "[String!]!",
        "timeZone": "String!",
        "locations": "[Location!]!",
    },
    "NavigationItem": {
        "title": "String!",
        "url": "String",
        "page": "PageInterface",
        "children": "[NavigationItem!]!",
    },
    "Redirect": {"to": "String!", "permanent": "Boolean!"},
    "NotFound": {"path": "String!"},
    "ProcedureConnection": {
        "edges": "[ProcedureEdge!]!",
        "nodes": "[ProcedurePage!]!",
        "pageInfo": "PageInfo!",
        "totalCount": "Int!",
    },
}
ARGUMENTS = {
    ("Query", "procedures"): {
        "first": "Int",
        "after": "String",
        "category": "String",
        "provider": "ID",
        "location": "ID",
        "search": "String",
        "orderBy": "ProcedureOrder = TITLE",
    },
    ("Query", "procedure"): {"id": "ID", "slug": "String"},
    ("Query", "providers"): {
        "first": "Int",
        "after": "String",
        "procedure": "ID",
        "location": "ID",
        "language": "String",
        "acceptingNewPatients": "Boolean",
        "orderBy": "ProviderOrder = NAME",
    },
    ("Query", "provider"): {"id": "ID", "slug": "String"},
    ("Query", "page"): {"id": "ID", "urlPath": "String"},
    ("Query", "pages"): {
        "first": "Int",
        "after": "String",
        "type": "PageType",
        "parent": "ID",
        "orderBy": "PageOrder = TITLE",
    },
    ("Query", "route"): {"path": "String!"},
    ("Query", "navigation"): {"handle": "String!"},
    ("Query", "location"): {"slug": "String!"},
    ("Query", "availability"): {"input": "AvailabilityInput!"},
    ("Query", "nextAvailable"): {
        "procedure": "ID!",
        "provider": "ID",
        "location": "ID",
        "first": "Int = 1",
        "timeZone": "String",
    },
    ("Query", "appointment"): {"manageToken": "String!"},
    ("ProcedurePage", "nextAvailable"): {"timeZone": "String"},
    ("ProviderPage", "nextAvailable"): {"procedure": "ID!", "timeZone": "String"},
    ("Mutation", "bookAppointment"): {"input": "BookAppointmentInput!"},
    ("Mutation", "rescheduleAppointment"): {"input": "RescheduleAppointmentInput!"},
    ("Mutation", "cancelAppointment"): {"input": "CancelAppointmentInput!"},
    ("ProcedurePage", "risks"): {"severity": "[RiskSeverity!]", "orderBy": "RiskOrder = AS_EDITED"},
    ("ProcedurePage", "providers"): {"first": "Int", "after": "String"},
    ("ProviderPage", "procedures"): {"first": "Int", "after": "String"},
    ("Image", "rendition"): {"preset": "ImagePreset!"},
    ("Image", "srcSet"): {"preset": "ImagePreset!"},
}
ENUMS = {
    "ProcedureOrder": ["TITLE", "TITLE_DESC", "NEWEST", "UPDATED"],
    "ProviderOrder": ["NAME", "NAME_DESC", "NEWEST"],
    "PageOrder": ["TITLE", "NEWEST", "TREE"],
    "RiskOrder": ["AS_EDITED", "SERIOUS_FIRST", "COMMON_FIRST"],
    "PageType": ["HOME", "PROCEDURE_INDEX", "PROCEDURE", "PROVIDER_INDEX", "PROVIDER"],
    "ImagePreset": ["THUMBNAIL", "CARD", "HERO", "PORTRAIT", "SOCIAL"],
    "RiskSeverity": ["MINOR", "MODERATE", "SERIOUS"],
    "AppointmentStatus": [
        *("REQUESTED", "BOOKED", "ARRIVED", "FULFILLED", "CANCELLED", "DECLINED", "NO_SHOW"),
    ],
    "BookingRefusal": [
        *("SLOT_TAKEN", "NOT_OFFERED", "TOO_SOON", "TOO_FAR", "DAILY_LIMIT", "HOLD_EXPIRED"),
        *("CUTOFF_PASSED", "INVALID_STATE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT", "NOT_FOUND"),
        "RATE_LIMITED",
    ],
    "RiskLikelihood": ["VERY_COMMON", "COMMON", "UNCOMMON", "RARE", "VERY_RARE", "UNKNOWN"],
}


@pytest.mark.parametrize("name", CONTRACT)
def test_contract_fields(name: str) -> None:
    served = {field: str(found.type) for field, found in TYPES[name].fields.items()}

    assert {field: served.get(field) for field in CONTRACT[name]} == CONTRACT[name]


@pytest.mark.parametrize(("name", "field"), ARGUMENTS)
def test_contract_arguments(name: str, field: str) -> None:
    served = TYPES[name].fields[field].args
    printed = {argument: print_input_value("", found).lstrip(": ") for argument, found in served.items()}

    expected = ARGUMENTS[name, field]
    assert {argument: printed.get(argument) for argument in expected} == expected


@pytest.mark.parametrize("name", ENUMS)
def test_contract_enums(name: str) -> None:
    assert sorted(TYPES[name].values) == sorted(ENUMS[name])


def test_page_types_implement_the_page_interface_and_stand_in_routes() -> None:
    pages = {"HomePage", "ProcedureIndexPage", "ProcedurePage", "ProviderIndexPage", "ProviderPage"}
    union = TYPES["RouteResult"]
    assert isinstance(union, GraphQLUnionType)

    implementing = schema.graphql_schema.get_possible_types(TYPES["PageInterface"])

    assert {found.name for found in implementing} == pages
    assert {found.name for found in union.types} == pages | {"Redirect", "NotFound"}


def test_page_types_are_ours_in_the_schema_and_in_grapple() -> None:
    ours = {
        HomePage: "HomePage",
        services.models.ProcedureIndexPage: "ProcedureIndexPage",
        services.models.ProcedurePage: "ProcedurePage",
        providers.models.ProviderIndexPage: "ProviderIndexPage",
        providers.models.ProviderPage: "ProviderPage",
    }

    assert {model: found._meta.name for model, found in registry.pages.items()} == ours
    assert TYPES["ProcedurePage"].graphene_type is services.schema.ProcedurePage
    assert registry.pages[services.models.ProcedurePage] is services.schema.ProcedurePage
    assert TYPES["ProviderPage"].graphene_type is providers.schema.ProviderPage


def test_no_root_field_of_grapple() -> None:
    assert not set(TYPES["Query"].fields) & GRAPPLE_ROOTS


def test_no_field_of_a_generated_type() -> None:
    leaked = [
        f"{name}.{field}"
        for name, found in TYPES.items()
        if not name.startswith("__")
        for field in getattr(found, "fields", {})
        if field in LEAKS
    ]

    assert leaked == []


def test_everything_is_described() -> None:
    silent = []
    for name, found in TYPES.items():
        if name.startswith("__") or is_specified_scalar_type(found):
            continue
        silent += [] if found.description else [name]
        for field, served in getattr(found, "fields", {}).items():
            silent += [] if served.description else [f"{name}.{field}"]
            arguments = getattr(served, "args", {})
            silent += [f"{name}.{field}({key})" for key, value in arguments.items() if not value.description]
        values = getattr(found, "values", {})
        silent += [f"{name}.{value}" for value in values if not values[value].description]

    assert silent == []


def test_printed_schema_is_the_present_one() -> None:
    call_command("print_sdl", "--check")


@pytest.mark.parametrize("present", [None, "type Query"])
def test_print_sdl_check_says_what_to_do(present: str | None, tmp_path: Path) -> None:
    path = tmp_path / "schema.graphql"
    if present:
        path.write_text(present, encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        call_command("print_sdl", "--check", path=path)

    assert str(refused.value) == (
        "schema.graphql is out of date: run `python manage.py print_sdl` and commit it."
    )
    assert path.exists() == bool(present)


def test_print_sdl_writes_what_check_accepts(tmp_path: Path) -> None:
    path = tmp_path / "schema.graphql"

    call_command("print_sdl", path=path)

    call_command("print_sdl", "--check", path=path)
    assert path.read_text(encoding="utf-8").endswith("}\n")
