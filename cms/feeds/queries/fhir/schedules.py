"""Schedules: the hours of one provider at one place."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q

from cms.feeds.core.fhir import ScheduleRow
from cms.feeds.core.fhir_search import Search, Span, is_key
from cms.feeds.queries.fhir.reading import Found, Reader, numbers_of, one_page
from cms.graphql.visibility import visible_sources
from providers.models import ProviderPage
from providers.queries import public_offerings
from schedules.models import AvailabilityRule, ProviderException


def find_schedules(search: Search, reader: Reader) -> Found:
    """Two statements."""
    pairs = pairs_of(pair_filter(search, is_begun=False), reader, limit=search.count + 1)
    page = one_page(pairs, count=search.count, key=lambda pair: pair[:2])
    rows = schedule_rows(page.rows, reader)
    services, span = search.keys("service-type"), search.span("date")
    kept = [
        row
        for row in rows
        if (services is None or services & {key for key, _ in row.procedures}) and _overlaps(row, span)
    ]
    return replace(page, rows=kept)


# Provider, location, name of each, and when the provider's page was published.
Pair = tuple[int, int, str, str, datetime]


def pair_filter(search: Search, *, is_begun: bool) -> Q:
    """Return the condition on `owner` and `place` that the search makes.

    Where `is_begun`, more of the schedule at the cursor is to come."""
    kept = Q()
    if search.after:
        owner, place = search.after[:2]
        further = Q(place__gte=place) if is_begun else Q(place__gt=place)
        kept &= Q(owner__gt=owner) | Q(owner=owner) & further
    for ids in _schedule_ids(search):
        named = Q(pk__in=[])
        for pair in (each.split("-") for each in ids):
            if len(pair) == 2 and all(map(is_key, pair)):
                named |= Q(owner=int(pair[0]), place=int(pair[1]))
        kept &= named
    for actors in search.references("actor"):
        kept &= Q(owner__in=numbers_of(actors, "Practitioner")) | Q(place__in=numbers_of(actors, "Location"))
    return kept


def _schedule_ids(search: Search) -> list[frozenset[str]]:
    """Return the ids of schedules that each occurrence of the parameter allows."""
    if search.resource == "Schedule":
        return search.choices("_id")
    references = search.references("schedule", default="Schedule")
    return [each.get("Schedule", frozenset()) for each in references]


def pairs_of(condition: Q, reader: Reader, *, limit: int) -> list[Pair]:
    """Return where visible providers have regular or added hours that are not over. One statement."""
    shown = visible_sources(ProviderPage.objects.all(), site=reader.site, now=reader.now).values("pk")
    # A day of margin: local days end up to half a day after the UTC day.
    since = reader.now.astimezone(UTC).date() - timedelta(days=1)
    rules = AvailabilityRule.objects.exclude(valid_until__lt=since)
    added = ProviderException.objects.filter(kind="open", location__isnull=False, ends_on__gte=since)
    regular, extra = (
        found.alias(owner=F(f"{owner}_id"), place=F("location_id"))
        .filter(condition, owner__in=shown)
        .order_by()
        .annotate(
            owner_key=F("owner"),
            place_key=F("place"),
            owner_title=F(f"{owner}__title"),
            place_name=F("location__name"),
            published_at=F(f"{owner}__last_published_at"),
        )
        .values_list("owner_key", "place_key", "owner_title", "place_name", "published_at")
        for found, owner in ((rules, "page"), (added, "provider"))
    )
    return list(regular.union(extra).order_by("owner_key", "place_key")[:limit])


def schedule_rows(pairs: Iterable[Pair], reader: Reader) -> list[ScheduleRow]:
    pairs = list(pairs)
    offered = _offered({provider for provider, *_ in pairs}, reader)
    today = reader.now.astimezone(UTC).date()
    return [
        ScheduleRow(
            provider_id=provider,
            provider_name=name,
            location_id=place,
            location_name=place_name,
            procedures=tuple((key, title) for key, title, _ in offered.get(provider, ())),
            first=today,
            last=today + timedelta(days=max((days for *_, days in offered.get(provider, ())), default=0)),
            changed_at=published_at or reader.now,
        )
        for provider, place, name, place_name, published_at in pairs
    ]


def _offered(providers: Collection[int], reader: Reader) -> dict[int, list[tuple[int, str, int]]]:
    """Return what each provider offers that can be booked: key, title, and days ahead. One statement."""
    rows = (
        public_offerings(site=reader.site, now=reader.now)
        .filter(page_id__in=providers, procedure__booking_policies__isnull=False)
        .order_by("procedure__title", "procedure_id")
        .values_list(
            "page_id", "procedure_id", "procedure__title", "procedure__booking_policies__horizon_days"
        )
    )
    found: dict[int, list[tuple[int, str, int]]] = {}
    for provider, *procedure in rows:
        found.setdefault(provider, []).append((procedure[0], procedure[1], procedure[2]))
    return found


def _overlaps(row: ScheduleRow, span: Span) -> bool:
    return (span.since is None or span.since.date() <= row.last) and (
        span.until is None or row.first <= span.until.date()
    )
