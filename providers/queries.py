"""Reads of providers: rows of their profiles, what each offers, and who reviewed an article."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from wagtail.models import Site

from cms.core.queries import NO_TEXT, PageRow, RowReader, column, image_column, rich_text_column
from cms.graphql.rich_text import RichTextSource
from cms.graphql.visibility import visible_pages
from providers.models import MedicalReview, Offering, ProviderPage
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


def visible_providers(*, site: Site | None, now: datetime) -> QuerySet[ProviderPage]:
    return visible_pages(ProviderPage.objects.all(), site=site, now=now)


def offering(
    providers: QuerySet[ProviderPage], procedure_id: int | None, *, site: Site | None, now: datetime
) -> QuerySet[ProviderPage]:
    """Keep the providers who offer the procedure, none where it is unknown or hidden."""
    procedures = visible_procedures(site=site, now=now).filter(pk=procedure_id)
    return providers.filter(pk__in=Offering.objects.filter(procedure__in=procedures).values("page"))


def offered_by(
    procedures: QuerySet[Any], provider_id: int | None, *, site: Site | None, now: datetime
) -> QuerySet[Any]:
    """Keep the procedures that the provider offers, none where they are unknown or hidden."""
    providers = visible_providers(site=site, now=now).filter(pk=provider_id)
    return procedures.filter(pk__in=Offering.objects.filter(page__in=providers).values("procedure"))


def speaking(providers: QuerySet[ProviderPage], language: str) -> QuerySet[ProviderPage]:
    return providers.filter(languages__contains=[language])


def providers_of(
    procedure_ids: Collection[int], *, reader: RowReader[ProviderRow], site: Site | None, now: datetime
) -> dict[int, list[ProviderRow]]:
    """Return the visible providers of each visible procedure by name, in one query.

    There is one row object for each provider, whatever they offer."""
    procedures = visible_procedures(site=site, now=now).filter(pk__in=procedure_ids)
    found = visible_providers(site=site, now=now).filter(offerings__procedure__in=procedures)
    return _grouped(reader, found.order_by("name", "pk"), by=F("offerings__procedure_id"))


def procedures_of(
    provider_ids: Collection[int], *, reader: RowReader[ProcedureRow], site: Site | None, now: datetime
) -> dict[int, list[ProcedureRow]]:
    """Return the visible procedures of each visible provider by title, in one query.

    There is one row object for each procedure, whoever offers it."""
    providers = visible_providers(site=site, now=now).filter(pk__in=provider_ids)
    found = visible_procedures(site=site, now=now).filter(offerings__page__in=providers)
    return _grouped(reader, found.order_by("title", "pk"), by=F("offerings__page_id"))


def _grouped(reader: RowReader[Any], found: QuerySet[Any], *, by: F) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    rows: dict[int, Any] = {}
    for values in reader.values(found, group=by):
        row = rows.setdefault(values["pk"], reader.row(values))
        groups.setdefault(values["group"], []).append(row)
    return groups


def providers_by_id(
    keys: Collection[int], *, reader: RowReader[ProviderRow], site: Site | None, now: datetime
) -> dict[int, ProviderRow]:
    """Return the visible providers among `keys`, in one query, or none for no keys."""
    if not keys:
        return {}
    return {row.pk: row for row in reader.rows(visible_providers(site=site, now=now).filter(pk__in=keys))}


def reviews_of(procedure_ids: Collection[int], *, site: Site | None, now: datetime) -> dict[int, Review]:
    """Return the review of each visible procedure that has one, in one query."""
    rows = MedicalReview.objects.filter(
        page__in=visible_procedures(site=site, now=now).filter(pk__in=procedure_ids)
    )
    return {
        procedure_id: Review(reviewed_on=reviewed_on, reviewer_id=reviewer_id)
        for procedure_id, reviewed_on, reviewer_id in rows.values_list(
            "page_id", "reviewed_on", "reviewed_by_id"
        )
    }
