"""How the schema may change: nothing that clients use is taken away, all that is new is written down."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    get_named_type,
    is_list_type,
    is_specified_scalar_type,
)

from cms.schema import schema

PROJECT = Path(__file__).resolve().parents[2]
BASELINE = build_schema((PROJECT / "tests/cms/schema_baseline.graphql").read_text(encoding="utf-8"))
PRESENT = build_schema((PROJECT / "cms/schema.graphql").read_text(encoding="utf-8"))
CHANGELOG = (PROJECT / "docs/api-changelog.md").read_text(encoding="utf-8")
LAST_DAY = re.compile(r"until (\d{4}-\d{2}-\d{2})\.$")

# Everything that is served, by type: what clients were promised, and below what we chose.
PAGE = "id title slug url path seo publishedAt updatedAt locale translations"
CONNECTION = "edges nodes pageInfo totalCount"
BLOCK = "id blockType field"
AGREED = {
    "Query": "procedures procedure providers provider page pages route search locations location clinic "
    "navigation "
    "availability nextAvailable appointment hold explainSlot",
    "Mutation": "bookAppointment rescheduleAppointment cancelAppointment holdSlot bookSeries joinWaitlist "
    "leaveWaitlist",
    "PageInterface": PAGE,
    "HomePage": f"{PAGE} headline introduction heroImage body",
    "ProcedureIndexPage": f"{PAGE} introduction",
    "ProviderIndexPage": f"{PAGE} introduction",
    "ProcedurePage": f"{PAGE} summary alsoKnownAs category introduction howItWorks whatToExpect aftercare "
    "downtime "
    "durationMinutesMin durationMinutesMax heroImage lastReviewedOn reviewedBy benefits risks faqs body "
    "providers "
    "nextAvailable offeredOn booking jsonLd embed",
    "ProviderPage": f"{PAGE} name honorific credentials specialties languages biography photo "
    "acceptingNewPatients "
    "locations procedures availabilityRules nextAvailable jsonLd",
    "Embed": "url html",
    "Benefit": "id title description icon",
    "Risk": "id title description severity likelihood",
    "RichText": "html text",
    "OfferedOn": "provider location weekdays summary",
    "Location": "id slug name timeZone address phone latitude longitude",
    "Address": "street city region postalCode country",
    "AvailabilityRule": "id summary rrule validFrom validUntil startTime endTime location",
    "NavigationItem": "title url page children",
    "Redirect": "to permanent",
    "NotFound": "path",
    "Image": "id alt decorative width height rendition srcSet focalPoint placeholder",
    "ImageRendition": "url width height mimeType",
    "Availability": "timeZone revision days nextStart",
    "AvailabilityDay": "date starts slots",
    "Slot": "startsAt endsAt localStart timeZone location providers token",
    "Appointment": "reference status startsAt endsAt localStart timeZone procedure provider location "
    "canCancelUntil "
    "canRescheduleUntil manageToken patientName",
    "BookingRefused": "code message retryable field alternatives",
    "Clinic": "name welcome phone email languages timeZone openingStatement locations jsonLd",
    "AvailabilityInput": "procedure provider location from to timeZone durationMinutes ignoreAppointment",
    "BookAppointmentInput": "slotToken holdToken provider patient idempotencyKey note language endsWait",
    "PatientInput": "name email phone",
    "RescheduleAppointmentInput": "manageToken slotToken provider idempotencyKey",
    "CancelAppointmentInput": "manageToken reason idempotencyKey",
    "Hold": "token expiresAt secondsLeft slot procedure",
    "HoldSlotInput": "slotToken provider replaces idempotencyKey",
    "AppointmentSeries": "appointments",
    "SeriesRefused": "code message retryable field dates",
    "SeriesDate": "date startsAt localStart isFree code alternatives",
    "BookSeriesInput": "slotToken visits everyWeeks skip replacements provider patient note language "
    "idempotencyKey",
    "SeriesReplacementInput": "date slotToken",
    "WaitlistEntry": "reference position token",
    "JoinWaitlistInput": "procedure provider location from to durationMinutes patient idempotencyKey",
    "LeaveWaitlistInput": "token",
    "SlotExplanation": "isFree reasons",
    "SlotReason": "kind message provider location reference",
    **dict.fromkeys(
        ("ProcedureConnection", "ProviderConnection", "PageConnection", "SearchConnection"), CONNECTION
    ),
    **dict.fromkeys(("ProcedureEdge", "ProviderEdge", "PageEdge"), "cursor node"),
    "SearchEdge": "cursor node highlight",
    "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
}
# What the agreement leaves open, each with the reason why it is as it is.
CHOSEN = {
    # Named by the agreement without their fields: what search engines and readers need of each.
    "Seo": "title description noindex socialImage",
    "ProcedureCategory": "name slug",
    "Expectation": "id phase title description",
    "Faq": "id question answer",
    # "…" in the agreement: what a front end tells patients before they book.
    "BookingPolicy": "durationMinutes durations slotStepMinutes minNoticeMinutes horizonDays "
    "cancelCutoffMinutes "
    "rescheduleCutoffMinutes requiresConfirmation",
    # A crop that front ends make themselves keeps its subject in sight.
    "FocalPoint": "x y",
    # Blocks have the fields that editors fill in.
    "StreamFieldInterface": BLOCK,
    "HeadingBlock": f"{BLOCK} text",
    "ParagraphBlock": f"{BLOCK} content",
    "PictureBlock": f"{BLOCK} image caption",
    "QuoteBlock": f"{BLOCK} text attribution",
    "CalloutBlock": f"{BLOCK} tone title content",
}

# Fields that may be null, by the reason. Everything else is never null.
MAY_BE_NULL = {
    "nothing was found": "Query.page Query.procedure Query.provider Query.location Query.appointment "
    "Query.hold ProcedurePage.nextAvailable ProviderPage.nextAvailable Availability.nextStart",
    "a page that was never published, in a preview, or is withdrawn": " ".join(
        f"{name}.{field}"
        for name in ("PageInterface", *(name for name in AGREED if name.endswith("Page")))
        for field in ("publishedAt", "updatedAt")
    ),
    "editors need not choose, or chose what is not public": "Seo.socialImage HomePage.heroImage "
    "ProcedurePage.heroImage ProcedurePage.category ProcedurePage.reviewedBy ProcedurePage.lastReviewedOn "
    "ProcedurePage.booking ProcedurePage.durationMinutesMin ProcedurePage.durationMinutesMax Benefit.icon "
    "ProviderPage.photo PictureBlock.image Location.latitude Location.longitude AvailabilityRule.validUntil "
    "NavigationItem.page NavigationItem.url Image.focalPoint Image.placeholder",
    "the page of the list is empty": "PageInfo.startCursor PageInfo.endCursor",
    "its time has passed, or it is told once": "Appointment.canCancelUntil Appointment.canRescheduleUntil "
    "Appointment.manageToken",
    "the partner's key is dead, or may not show it": "ProcedurePage.embed",
    "no single input is at fault": "BookingRefused.field SeriesRefused.field",
    "the date is free": "SeriesDate.code",
    "the reason is about nobody, no place or no visit": "SlotReason.provider SlotReason.location "
    "SlotReason.reference",
}


def fields_of(found: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    for name, type_ in found.type_map.items():
        if not name.startswith("__"):
            for field, served in getattr(type_, "fields", {}).items():
                yield f"{name}.{field}", served


def added() -> Iterator[str]:
    """Yield what the changelog has to name: new types, and new fields, values and arguments of old ones."""
    for name, type_ in PRESENT.type_map.items():
        before = BASELINE.type_map.get(name)
        if before is None:
            yield name
            continue
        members = getattr(type_, "fields", None) or getattr(type_, "values", {})
        for member, served in members.items():
            known = (getattr(before, "fields", None) or getattr(before, "values", {})).get(member)
            arguments = set(getattr(served, "args", {})) - set(getattr(known, "args", {}))
            if known is None or arguments:
                yield f"{name}.{member}"


def deprecations() -> Iterator[tuple[str, str]]:
    for name, served in fields_of(PRESENT):
        members = [(name, served), *((f"{name}({key})", a) for key, a in getattr(served, "args", {}).items())]
        yield from ((label, each.deprecation_reason) for label, each in members if each.deprecation_reason)
    for name, type_ in PRESENT.type_map.items():
        if isinstance(type_, GraphQLEnumType):
            for value, served in type_.values.items():
                if served.deprecation_reason:
                    yield f"{name}.{value}", served.deprecation_reason


def overdue(reasons: Iterator[tuple[str, str]], *, today: date) -> list[str]:
    """Return what names no day, or one that has passed."""
    return [
        name
        for name, reason in reasons
        if not (day := LAST_DAY.search(reason)) or date.fromisoformat(day[1]) < today
    ]


def last_release() -> date:
    return max(map(date.fromisoformat, re.findall(r"^## (\d{4}-\d{2}-\d{2})$", CHANGELOG, re.MULTILINE)))


def test_nothing_that_clients_use_is_taken_away() -> None:
    breaking = [change.description for change in find_breaking_changes(BASELINE, PRESENT)]

    assert breaking == [], "See “How a change is made” in docs/api-changelog.md."


def test_a_removed_field_would_be_noticed() -> None:
    narrowed = build_schema("type Query { clinic: String }")

    assert "Query.procedures was removed." in [
        change.description for change in find_breaking_changes(BASELINE, narrowed)
    ]


def test_changelog_names_all_that_is_new() -> None:
    unreleased = CHANGELOG.partition("## Not released")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([\w.]+)`", unreleased))

    assert [name for name in added() if not {name, name.partition(".")[0]} & named] == []


def test_deprecations_say_until_when() -> None:
    assert overdue(deprecations(), today=last_release()) == []


def test_overdue_deprecations_would_be_noticed() -> None:
    reasons = {
        "A.past": "Use b until 2027-06-29.",
        "A.today": "Use b until 2027-06-30.",
        "A.never": "Use b.",
    }

    assert overdue(iter(reasons.items()), today=date(2027, 6, 30)) == ["A.past", "A.never"]


def test_every_field_is_agreed_on_or_chosen_for_a_reason() -> None:
    served = {
        name: set(type_.fields)
        for name, type_ in schema.graphql_schema.type_map.items()
        if hasattr(type_, "fields") and not name.startswith("__")
    }

    assert served == {name: set(fields.split()) for name, fields in (AGREED | CHOSEN).items()}


def test_null_is_rare_and_has_a_reason() -> None:
    nullable = {
        name
        for name, served in fields_of(schema.graphql_schema)
        if isinstance(served, GraphQLField) and not isinstance(served.type, GraphQLNonNull)
    }

    assert nullable == {name for names in MAY_BE_NULL.values() for name in names.split()}


def test_lists_hold_no_nulls() -> None:
    def inner(type_: Any) -> Any:
        return inner(type_.of_type) if isinstance(type_, GraphQLNonNull) else type_

    lists = {
        name: inner(served.type)
        for name, served in fields_of(schema.graphql_schema)
        if is_list_type(inner(served.type))
    }

    assert len(lists) > 20
    assert [name for name, type_ in lists.items() if not isinstance(type_.of_type, GraphQLNonNull)] == []


def test_only_scalars_that_clients_know_are_served() -> None:
    leaves = {
        get_named_type(served.type)
        for _, served in fields_of(schema.graphql_schema)
        if not isinstance(served, GraphQLInputObjectType)
    }
    ours = {
        str(leaf) for leaf in leaves if not hasattr(leaf, "fields") and not is_specified_scalar_type(leaf)
    }

    assert {"DateTime", "Date"} <= ours
    assert not {"JSONString", "GenericScalar", "Decimal", "RawValue"} & ours
