"""Who reads, and pages of what was found."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.feeds.core.fhir_search import Refused, is_key
from cms.graphql.sites import ServedSite


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, where and when."""

    site: ServedSite
    now: datetime
    time_zone: str
    sees_visits: bool
    sees_patients: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows; `following` is the key of its last one where there are more."""

    rows: list[Any]
    following: tuple[Any, ...] | None = None


def one_page(rows: list[Any], *, count: int, key: Any) -> Found:
    """Return the first `count` of `rows`, of which there is one more where there is a next page."""
    kept = rows[:count]
    return Found(kept, key(kept[-1]) if kept and len(rows) > count else None)


def unknown(resource: str) -> Refused:
    return Refused(f"There is no such {resource}.", status=404, issue="not-found")


def numbers_of(references: Mapping[str, Collection[str]], kind: str) -> list[int]:
    return [int(key) for key in references.get(kind, ()) if is_key(key)]
