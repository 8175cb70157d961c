"""What pages and the clinic say about themselves in schema.org's words, as JSON-LD.

Only what passes the visibility gate. The number of statements does not depend on the number of pages.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateField, QuerySet, TextField
from django.db.models.functions import Cast
from wagtail.models import Page

from cms.core.queries import PageRow, RowReader, clinic_of
from cms.graphql.sites import ServedSite, root_around
from cms.graphql.statements import KEYS, NOW, Late, kept_rows
from cms.graphql.visibility import visible_pages, visible_sources
from cms.structured_data.core.documents import (
    Node,
    clinic_document,
    procedure_document,
    provider_document,
    script_text,
)
from cms.structured_data.core.facts import Addresses, ClinicFacts, Crumb, ProcedureFacts, ProviderFacts
from cms.structured_data.core.opening_hours import WeeklyHours, merged_hours, next_change
from providers.models import ProviderPage
from providers.queries import (
    ProviderKey,
    ProviderRow,
    procedures_of,
    providers_by_key,
    providers_of,
    reviews_of,
    visible_providers,
)
from schedules.core.recurrence import parse_recurrence
from schedules.core.wall_clock import edge, local_date, to_datetime, to_minutes
from schedules.fields import closing_minutes, minutes_of_day
from schedules.models import AvailabilityRule
from schedules.queries import LocationRow, locations, shown_policies
from services.queries import ProcedureRow, visible_procedures

ARTICLE = RowReader(
    row_class=ProcedureRow,
    selected=frozenset(
        [
            "seo",
            "summary",
            "also_known_as",
            "how_it_works",
            "what_to_expect",
            "aftercare",
            "benefits",
            "risks",
            "faqs",
        ]
    ),
)
PROFILE = RowReader(
    row_class=ProviderRow,
    selected=frozenset(
        ["seo", "honorific", "credentials", "specialties", "languages", "biography", "accepting_new_patients"]
    ),
)
NAMED_PROCEDURE = RowReader(row_class=ProcedureRow, selected=frozenset())
NAMED_PROVIDER = RowReader(row_class=ProviderRow, selected=PROFILE.selected - {"seo", "biography"})


# The clinic, and the instant from which time alone may change what is told of it.
ClinicNow = tuple[ClinicFacts, datetime | None]


@dataclass(frozen=True, slots=True, eq=False)
class StructuredData:
    """`text` is JSON that is safe as it is inside `<script type="application/ld+json">`.

    `fresh_until` is the instant from which time alone may change it; None for never."""

    text: str
    fresh_until: datetime | None


def procedure_json_ld(
    page_id: int, *, site: ServedSite | None, now: datetime, frontend_url: str, booking_url: str = ""
) -> StructuredData | None:
    """Return the JSON-LD of one procedure page, None where it is not visible.

    `frontend_url` is what page addresses begin with, such as `context.frontend_url`. `booking_url` is where a
    visit of this procedure is booked; left out, BOOKING_URL of the settings, or else the page itself."""
    found = procedures_json_ld(
        [page_id], site=site, now=now, frontend_url=frontend_url, booking_url=booking_url
    )
    return found.get(page_id)


def procedures_json_ld(
    page_ids: Collection[int],
    *,
    site: ServedSite | None,
    now: datetime,
    frontend_url: str,
    booking_url: str = "",
    clinic: ClinicNow | None = None,
) -> dict[int, StructuredData]:
    """Return the JSON-LD of those pages that are visible, by key. Nine statements, six with a `clinic`."""
    if site is None:
        return {}
    rows = _rows(_procedures, ARTICLE, page_ids, site=site, now=now)
    reviews = reviews_of({row.source_id for row in rows}, site=site, now=now)
    reviewer_keys: dict[int, ProviderKey] = {
        row.pk: (review.reviewer_id, root_around(row.url_path, site=site))
        for row in rows
        if (review := reviews.get(row.source_id)) and review.reviewer_id
    }
    reviewers = providers_by_key(set(reviewer_keys.values()), reader=NAMED_PROVIDER, site=site, now=now)
    providers = providers_of(rows, reader=NAMED_PROVIDER, site=site, now=now)
    bookable = shown_policies(procedures={row.source_id for row in rows}, site=site, now=now)
    crumbs = _crumbs(rows, site=site, now=now)

    def facts(row: ProcedureRow) -> ProcedureFacts:
        review = reviews.get(row.source_id)
        key = reviewer_keys.get(row.pk)
        return ProcedureFacts(
            row=row,
            crumbs=crumbs[row.pk],
            providers=providers[row.pk],
            is_bookable=row.source_id in bookable,
            reviewed_on=review.reviewed_on if review else None,
            reviewer=reviewers.get(key) if key else None,
        )

    addresses = Addresses(site=site, frontend_url=frontend_url, booking=booking_url or settings.BOOKING_URL)
    clinic = clinic or clinic_facts(site=site, now=now)
    return _documents(rows, facts, procedure_document, clinic=clinic, addresses=addresses)


def providers_json_ld(
    page_ids: Collection[int],
    *,
    site: ServedSite | None,
    now: datetime,
    frontend_url: str,
    clinic: ClinicNow | None = None,
) -> dict[int, StructuredData]:
    """Return the JSON-LD of those pages that are visible, by key. Seven statements, four with a `clinic`."""
    if site is None:
        return {}
    rows = _rows(_providers, PROFILE, page_ids, site=site, now=now)
    procedures = procedures_of(rows, reader=NAMED_PROCEDURE, site=site, now=now)
    offered = {each.source_id for group in procedures.values() for each in group}
    bookable = shown_policies(procedures=offered, site=site, now=now)
    crumbs = _crumbs(rows, site=site, now=now)

    def facts(row: ProviderRow) -> ProviderFacts:
        offers = procedures[row.pk]
        return ProviderFacts(
            row=row,
            crumbs=crumbs[row.pk],
            procedures=offers,
            bookable=frozenset(each.source_id for each in offers if each.source_id in bookable),
        )

    addresses = Addresses(site=site, frontend_url=frontend_url, booking=settings.BOOKING_URL)
    clinic = clinic or clinic_facts(site=site, now=now)
    return _documents(rows, facts, provider_document, clinic=clinic, addresses=addresses)


def clinic_json_ld(
    *, site: ServedSite | None, now: datetime, frontend_url: str, clinic: ClinicNow | None = None
) -> StructuredData:
    """Return the JSON-LD of the clinic and its places; an empty document without a site.

    Three statements, none with a `clinic`."""
    if site is None:
        return StructuredData(text="{}", fresh_until=None)
    told, fresh_until = clinic or clinic_facts(site=site, now=now)
    document = clinic_document(told, addresses=Addresses(site=site, frontend_url=frontend_url))
    return StructuredData(text=script_text(document), fresh_until=fresh_until)


def _documents(
    rows: Iterable[Any],
    facts: Callable[[Any], Any],
    document: Callable[..., Node],
    *,
    clinic: ClinicNow,
    addresses: Addresses,
) -> dict[int, StructuredData]:
    told, fresh_until = clinic
    return {
        row.pk: StructuredData(
            text=script_text(document(facts(row), clinic=told, addresses=addresses)),
            fresh_until=fresh_until,
        )
        for row in rows
    }


# Pages --------------------------------------------------------------------------------------------


def _rows(
    build: Callable[..., QuerySet[Any, dict[str, Any]]],
    reader: RowReader[Any],
    page_ids: Collection[int],
    *,
    site: ServedSite,
    now: datetime,
) -> list[Any]:
    return [reader.row(values) for values in kept_rows(build, reader, site, keys=list(page_ids), now=now)]


def _procedures(reader: RowReader[ProcedureRow], site: ServedSite) -> QuerySet[Any, dict[str, Any]]:
    return reader.values(visible_procedures(site=site, now=NOW).filter(pk__in=KEYS))


def _providers(reader: RowReader[ProviderRow], site: ServedSite) -> QuerySet[Any, dict[str, Any]]:
    return reader.values(visible_providers(site=site, now=NOW).filter(pk__in=KEYS))


def _crumbs(rows: Iterable[PageRow], *, site: ServedSite, now: datetime) -> dict[int, list[Crumb]]:
    """Return the visible pages above each page, the home page first. One statement."""
    above = {row.pk: _paths_above(row.url_path, site=site) for row in rows}
    wanted = {path for paths in above.values() for path in paths}
    pages = visible_pages(Page.objects.filter(url_path__in=wanted), site=site, now=now)
    titles = dict(pages.values_list("url_path", "title"))
    return {
        pk: [Crumb(title=titles[path], url_path=path) for path in paths if path in titles]
        for pk, paths in above.items()
    }


def _paths_above(url_path: str, *, site: ServedSite) -> list[str]:
    root = site.root_of(url_path).url_path
    parts = url_path.removeprefix(root).strip("/").split("/")[:-1]
    return [root + "".join(f"{part}/" for part in parts[:count]) for count in range(len(parts) + 1)]


# The clinic ---------------------------------------------------------------------------------------


def clinic_facts(*, site: ServedSite, now: datetime) -> ClinicNow:
    """Return the clinic, and until when it is as it is. Three statements."""
    places = locations()
    # A day of margin: local days end up to half a day after the UTC day.
    since = now.astimezone(UTC).date() - timedelta(days=1)
    zones = {place.pk: place.time_zone for place in places}
    # A place may have been added a moment ago.
    rules = [rule for rule in kept_rows(_hours, site, now=now, since=since) if rule["location_id"] in zones]
    hours: dict[int, list[WeeklyHours]] = {place.pk: [] for place in places}
    at: dict[int, set[int]] = {}
    current = []
    for rule in rules:
        today = _today(zones[rule["location_id"]], now=now)
        if rule["valid_until"] is None or rule["valid_until"] >= today:
            current.append(rule)
            at.setdefault(rule["page_id"], set()).add(rule["location_id"])
            hours[rule["location_id"]] += _weekly(rule)
    facts = ClinicFacts(
        clinic=clinic_of(site),
        locations=places,
        hours={
            place.pk: merged_hours(hours[place.pk], today=_today(place.time_zone, now=now))
            for place in places
        },
        places={provider: frozenset(keys) for provider, keys in at.items()},
        rules=tuple(current),
    )
    return facts, _fresh_until(places, rules, now=now)


def _hours(site: ServedSite) -> QuerySet[Any, dict[str, Any]]:
    shown = visible_sources(ProviderPage.objects.all(), site=site, now=NOW)
    return (
        AvailabilityRule.objects.filter(page__in=shown.values("pk"))
        .exclude(valid_until__lt=Late("since", DateField()))
        .order_by("page_id", "pk")
        .values(
            "page_id",
            "location_id",
            "valid_from",
            "valid_until",
            "start_time",
            "end_time",
            "procedures",
            rule_text=Cast("recurrence", TextField()),
        )
    )


def _weekly(rule: Mapping[str, Any]) -> list[WeeklyHours]:
    """Return the hours of a rule whose days come every week; others are no opening hours."""
    recurrence = parse_recurrence(rule["rule_text"])
    if not recurrence.is_every_week:
        return []
    return [
        WeeklyHours(
            weekdays=recurrence.weekdays(valid_from=rule["valid_from"]),
            start=minutes_of_day(rule["start_time"]),
            end=closing_minutes(start_time=rule["start_time"], end_time=rule["end_time"]),
            valid_from=rule["valid_from"],
            valid_until=rule["valid_until"],
        )
    ]


def _today(zone: str, *, now: datetime) -> Any:
    return local_date(minutes=to_minutes(now), zone=zone)


def _fresh_until(
    places: Iterable[LocationRow], rules: Iterable[Mapping[str, Any]], *, now: datetime
) -> datetime | None:
    """Return the first local midnight at which hours at one of the places begin or are over."""
    found = []
    for place in places:
        here = [
            WeeklyHours((), 0, 0, rule["valid_from"], rule["valid_until"])
            for rule in rules
            if rule["location_id"] == place.pk
        ]
        day = next_change(here, today=_today(place.time_zone, now=now))
        if day:
            found.append(to_datetime(edge(day=day, minutes=0, zone=place.time_zone)))
    return min(found, default=None)
