"""People, places and services."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet

from cms.core.queries import RowReader
from cms.feeds.core.fhir_search import Search
from cms.feeds.queries.fhir.reading import Found, Reader, one_page
from cms.graphql.versions import content_version
from cms.graphql.visibility import visible_sources
from providers.models import ProviderPage
from providers.queries import ProviderRow
from schedules.queries import locations
from services.models import ProcedurePage
from services.queries import ProcedureRow

PRACTITIONER = RowReader(row_class=ProviderRow, selected=frozenset(["honorific", "credentials", "languages"]))
SERVICE = RowReader(row_class=ProcedureRow, selected=frozenset(["summary", "category"]))


def find_locations(search: Search, reader: Reader) -> Found:
    """Return places, each with when it was changed. One statement, and one that is in no count."""
    [after] = search.after or [0]
    keys, names = search.keys("_id"), search.choices("name")
    found = [
        row
        for row in locations(pk__gt=after)
        if (keys is None or row.pk in keys) and all(_begins(row.name, group) for group in names)
    ]
    found.sort(key=lambda row: row.pk)
    page = one_page(found, count=search.count, key=lambda row: (row.pk,))
    # Places keep no date of their own: none was changed later than all content was.
    version = content_version()
    changed_at = datetime.fromtimestamp(version / 1_000_000, UTC) if version else reader.now
    return replace(page, rows=[(row, changed_at) for row in page.rows])


def find_practitioners(search: Search, reader: Reader) -> Found:
    """One statement."""
    found = visible_sources(ProviderPage.objects.all(), site=reader.site, now=reader.now)
    return _pages(found, PRACTITIONER, search)


def find_services(search: Search, reader: Reader) -> Found:
    """Return the procedures that can be booked. One statement."""
    found = visible_sources(ProcedurePage.objects.all(), site=reader.site, now=reader.now)
    return _pages(found.filter(booking_policies__isnull=False), SERVICE, search)


def _pages(pages: QuerySet[Any], reader: RowReader[Any], search: Search) -> Found:
    [after] = search.after or [0]
    pages = pages.filter(pk__gt=after)
    if (keys := search.keys("_id")) is not None:
        pages = pages.filter(pk__in=keys)
    for group in search.choices("name"):
        begins = Q(pk__in=[])
        for name in group:
            begins |= Q(title__istartswith=name)
        pages = pages.filter(begins)
    rows = reader.rows(pages.order_by("pk")[: search.count + 1])
    return one_page(rows, count=search.count, key=lambda row: (row.pk,))


def _begins(name: str, group: Iterable[str]) -> bool:
    return any(name.lower().startswith(each.lower()) for each in group)
