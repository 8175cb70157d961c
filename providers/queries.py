"""Reads of providers: rows of their profiles, what each offers, and who reviewed an article."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from cms.core.queries import (
    NO_TEXT,
    PageRow,
    RowReader,
    column,
    image_column,
    in_locales,
    rich_text_column,
    shown,
)
from cms.graphql.rich_text import RichTextSource
from cms.graphql.sites import LocaleRoot, ServedSite, root_around
from cms.graphql.statements import KEYS, NOW, SLUG, kept_rows
from cms.graphql.visibility import visible_pages, visible_sources
from providers.models import MedicalReview, Offering, ProviderPage
from services.models import ProcedurePage
from services.queries import ProcedureRow, visible_procedures


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProviderRow(PageRow):
    # Always read: lists are sorted by it.
    name: str
    honorific: str = field(default="", metadata=column("honorific"))
    credentials: list[str] = field(default_factory=list, metadata=column("credentials"))
    specialties: list[str] = field(default_factory=list, metadata=column("specialties"))
    languages: list[str] = field(default_factory=list, metadata=column("languages"))
    biography: RichTextSource = field(default=NO_TEXT, metadata=rich_text_column("biography"))
    photo_id: int | None = field(default=None, metadata=image_column("photo"))
    accepting_new_patients: bool = field(default=True, metadata=column("accepting_new_patients"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProviderIndexRow(PageRow):
    introduction: RichTextSource = field(default=NO_TEXT, metadata=rich_text_column("introduction"))


@dataclass(frozen=True, slots=True)
class Review:
    """The last medical review of an article."""

    reviewed_on: date
    reviewer_id: int | None


def visible_providers(*, site: ServedSite | None, now: datetime) -> QuerySet[ProviderPage]:
    return visible_pages(ProviderPage.objects.all(), site=site, now=now)


def listed_providers(
    now: datetime, reader: RowReader[ProviderRow], site: ServedSite | None
) -> QuerySet[Any, dict[str, Any]]:
    return reader.values(visible_providers(site=site, now=now))


def provider_called(reader: RowReader[ProviderRow], site: ServedSite | None) -> QuerySet[Any, dict[str, Any]]:
    """Return the visible provider with the late `slug`. For `kept_rows`."""
    found = visible_providers(site=site, now=NOW).filter(slug=SLUG)
    return reader.values(found.order_by("path")[:1])


def public_offerings(*, site: ServedSite | None, now: datetime) -> QuerySet[Offering]:
    """Return what visible providers offer of visible procedures, by their sources."""
    return Offering.objects.filter(
        page__in=visible_sources(ProviderPage.objects.all(), site=site, now=now),
        procedure__in=visible_sources(ProcedurePage.objects.all(), site=site, now=now),
    )


def offering(
    providers: QuerySet[ProviderPage], procedure_id: int | None, *, site: ServedSite | None, now: datetime
) -> QuerySet[ProviderPage]:
    """Keep the providers who offer the procedure, a source; none where it is unknown or hidden."""
    offered = public_offerings(site=site, now=now).filter(procedure_id=procedure_id)
    return providers.filter(source__in=offered.values("page_id"))


def offered_by(
    procedures: QuerySet[Any], provider_id: int | None, *, site: ServedSite | None, now: datetime
) -> QuerySet[Any]:
    """Keep the procedures that the provider, a source, offers; none where they are unknown or hidden."""
    offered = public_offerings(site=site, now=now).filter(page_id=provider_id)
    return procedures.filter(source__in=offered.values("procedure_id"))


def speaking(providers: QuerySet[ProviderPage], language: str) -> QuerySet[ProviderPage]:
    return providers.filter(languages__contains=[language])


def providers_of(
    procedures: Collection[ProcedureRow],
    *,
    reader: RowReader[ProviderRow],
    site: ServedSite | None,
    now: datetime,
) -> dict[int, list[ProviderRow]]:
    """Return the visible providers of each procedure by name, in its own locale or else as the source.

    Runs one query. There is one row object for each page, whatever they offer."""
    return _beside(procedures, _offered_providers, reader=reader, site=site, now=now)


def _offered_providers(
    reader: RowReader[ProviderRow], roots: frozenset[LocaleRoot | None], site: ServedSite | None
) -> QuerySet[Any, dict[str, Any]]:
    offered = public_offerings(site=site, now=NOW).filter(procedure__in=KEYS)
    # The pairs pass the gate: candidates need not pass it twice, and without a pair they belong nowhere.
    named = Offering.objects.filter(procedure__in=KEYS)
    found = visible_providers(site=site, now=NOW).filter(source__in=named.values("page_id"))
    pairs = ArraySubquery(offered.filter(page_id=OuterRef("source")).values("procedure_id"))
    return reader.values(in_locales(found, roots).order_by("name", "pk"), pairs=pairs)


def procedures_of(
    providers: Collection[ProviderRow],
    *,
    reader: RowReader[ProcedureRow],
    site: ServedSite | None,
    now: datetime,
) -> dict[int, list[ProcedureRow]]:
    """Return the visible procedures of each provider by title, in its own locale or else as the source.

    Runs one query. There is one row object for each page, whoever offers it."""
    return _beside(providers, _offered_procedures, reader=reader, site=site, now=now)


def _offered_procedures(
    reader: RowReader[ProcedureRow], roots: frozenset[LocaleRoot | None], site: ServedSite | None
) -> QuerySet[Any, dict[str, Any]]:
    offered = public_offerings(site=site, now=NOW).filter(page__in=KEYS)
    named = Offering.objects.filter(page__in=KEYS)
    found = visible_procedures(site=site, now=NOW).filter(source__in=named.values("procedure_id"))
    pairs = ArraySubquery(offered.filter(procedure_id=OuterRef("source")).values("page_id"))
    return reader.values(in_locales(found, roots).order_by("title", "pk"), pairs=pairs)


def _beside(
    rows: Collection[PageRow],
    candidates: Callable[..., QuerySet[Any, dict[str, Any]]],
    *,
    reader: RowReader[Any],
    site: ServedSite | None,
    now: datetime,
) -> dict[int, list[Any]]:
    """Return the pages among `candidates` that go with each of `rows`: their `pairs` are sources of these."""
    roots = {row.pk: root_around(row.url_path, site=site) for row in rows}
    keys = list({row.source_id for row in rows})
    groups: dict[int, list[Any]] = {}
    for values in kept_rows(candidates, reader, frozenset(roots.values()), site, keys=keys, now=now):
        candidate = reader.row(values)
        for source_id in values["pairs"]:
            groups.setdefault(source_id, []).append(candidate)
    return {row.pk: shown(groups.get(row.source_id, []), root=roots[row.pk]) for row in rows}


ProviderKey = tuple[int, LocaleRoot | None]


def providers_by_key(
    keys: Collection[ProviderKey], *, reader: RowReader[ProviderRow], site: ServedSite | None, now: datetime
) -> dict[ProviderKey, ProviderRow]:
    """Return the visible providers by source and the locale to show them in, or else the source itself.

    Runs one query, none for no keys."""
    if not keys:
        return {}
    roots = {root for _, root in keys}
    found = visible_providers(site=site, now=now).filter(source__in={source_id for source_id, _ in keys})
    rows = reader.rows(in_locales(found, roots))
    return {(row.source_id, root): row for root in roots for row in shown(rows, root=root)}


def reviews_of(
    procedure_ids: Collection[int], *, site: ServedSite | None, now: datetime
) -> dict[int, Review]:
    """Return the review of each visible source that has one, in one query."""
    rows = MedicalReview.objects.filter(
        page__in=visible_sources(ProcedurePage.objects.filter(pk__in=procedure_ids), site=site, now=now)
    )
    return {
        procedure_id: Review(reviewed_on=reviewed_on, reviewer_id=reviewer_id)
        for procedure_id, reviewed_on, reviewer_id in rows.values_list(
            "page_id", "reviewed_on", "reviewed_by_id"
        )
    }
