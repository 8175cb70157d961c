"""What a document is made of: rows that have been read, and where their pages stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from wagtail.rich_text import get_text_for_indexing

from cms.core.models import ClinicSettings
from cms.graphql.paths import page_path
from cms.graphql.rich_text import RichTextSource, clean_html
from cms.graphql.sites import ServedSite
from cms.structured_data.core.opening_hours import OpeningHours
from providers.queries import ProviderRow
from schedules.queries import LocationRow
from services.queries import ProcedureRow

PLACE = re.compile(r"\{(procedure|provider|location|day|start)\}")
WITHOUT_VALUE = re.compile(r"(?<=[?&])[^=&]+=(?:&|$)")


@lru_cache(maxsize=2_000)
def _text(source: str) -> str:
    return " ".join(get_text_for_indexing(clean_html(source, links={})).split())


def plain_text(value: RichTextSource) -> str:
    """Return a rich text without markup, on one line."""
    return _text(value.source)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of pages on the front end of a site.

    `booking` is where visits are booked: an address, or a path of the front end, with `{procedure}`,
    `{provider}`, `{location}`, `{day}` and `{start}` for what is known of a visit. Empty where the pages
    themselves let visitors book."""

    site: ServedSite
    frontend_url: str
    booking: str = ""

    def page(self, url_path: str) -> str:
        return self.frontend_url + page_path(url_path, site=self.site)

    @property
    def home(self) -> str:
        return self.page(self.site.default_root.url_path)

    def booking_of(self, url_path: str, **known: str) -> str:
        """Return where a visit is booked; the page at `url_path` where that is not known.

        What is not `known` of the visit is left out of the query."""
        found = self.booking
        if not found or ("{procedure}" in found and not known.get("procedure")):
            return self.page(url_path)
        if found.startswith("/"):
            # Paths name other locales than the default, as those of pages do.
            found = self.page(self.site.root_of(url_path).url_path).removesuffix("/") + found
        filled = PLACE.sub(lambda place: quote(known.get(place[1], ""), safe=""), found)
        return WITHOUT_VALUE.sub("", filled).rstrip("?&")


@dataclass(frozen=True, slots=True)
class Crumb:
    title: str
    url_path: str


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """The clinic and its places, each with its opening hours by key."""

    clinic: ClinicSettings
    locations: list[LocationRow]
    hours: dict[int, list[OpeningHours]]
    # Where each provider has regular hours, by the keys of sources.
    places: dict[int, frozenset[int]]
    # The regular hours that are not over, as they are stored.
    rules: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureFacts:
    row: ProcedureRow
    crumbs: list[Crumb]
    providers: list[ProviderRow]
    is_bookable: bool
    reviewed_on: date | None = None
    reviewer: ProviderRow | None = None


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    row: ProviderRow
    crumbs: list[Crumb]
    procedures: list[ProcedureRow]
    # Keys of the sources of those that can be booked.
    bookable: frozenset[int] = field(default_factory=frozenset)
