"""Reads of procedures: rows with the parts of the article that a request selects."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from wagtail.blocks.stream_block import StreamValue

from cms.core.queries import (
    IS_IMAGE,
    NO_TEXT,
    PageRow,
    RowReader,
    column,
    image_column,
    rich_text_column,
    stream_column,
)
from cms.graphql.rich_text import RichTextSource
from cms.graphql.sites import ServedSite
from cms.graphql.statements import NOW, SLUG
from cms.graphql.visibility import visible_pages
from services.blocks import LIKELIHOODS, SEVERITIES
from services.models import ProcedurePage

MAX_SEARCH_WORDS = 10
SEVERITY_RANK = {name: rank for rank, (name, _) in enumerate(SEVERITIES)}
# Most frequent first; what is not known comes last.
LIKELIHOOD_RANK = {name: rank for rank, (name, _) in enumerate(LIKELIHOODS)}


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    id: str
    phase: str
    title: str
    description: RichTextSource


@dataclass(frozen=True, slots=True, eq=False)
class Benefit:
    id: str
    title: str
    description: RichTextSource
    icon_id: int | None = field(metadata=IS_IMAGE)
    # Set when a benefit with an icon is shown: the icon is loaded together with all images of the page.
    page: PageRow | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Risk:
    id: str
    title: str
    description: RichTextSource
    severity: str
    likelihood: str


@dataclass(frozen=True, slots=True, eq=False)
class Faq:
    id: str
    question: str
    answer: RichTextSource


@dataclass(frozen=True, slots=True)
class Category:
    name: str
    slug: str


def read_expectation(block_id: str, value: dict[str, Any]) -> Expectation:
    description = RichTextSource(value["description"])
    return Expectation(id=block_id, phase=value["phase"], title=value["title"], description=description)


def read_benefit(block_id: str, value: dict[str, Any]) -> Benefit:
    description = RichTextSource(value["description"])
    return Benefit(id=block_id, title=value["title"], description=description, icon_id=value.get("icon"))


def read_risk(block_id: str, value: dict[str, Any]) -> Risk:
    return Risk(
        id=block_id,
        title=value["title"],
        description=RichTextSource(value["description"]),
        severity=value["severity"],
        # Articles stored before risks had a likelihood have none.
        likelihood=value.get("likelihood") or "unknown",
    )


def read_faq(block_id: str, value: dict[str, Any]) -> Faq:
    return Faq(id=block_id, question=value["question"], answer=RichTextSource(value["answer"]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProcedureRow(PageRow):
    summary: str = field(default="", metadata=column("summary"))
    also_known_as: list[str] = field(default_factory=list, metadata=column("also_known_as"))
    category_name: str | None = field(default=None, metadata=column("category", source=F("category__name")))
    category_slug: str | None = field(default=None, metadata=column("category", source=F("category__slug")))
    hero_image_id: int | None = field(default=None, metadata=image_column("hero_image"))
    introduction: RichTextSource = field(default=NO_TEXT, metadata=rich_text_column("introduction"))
    how_it_works: RichTextSource = field(default=NO_TEXT, metadata=rich_text_column("how_it_works"))
    aftercare: RichTextSource = field(default=NO_TEXT, metadata=rich_text_column("aftercare"))
    what_to_expect: tuple[Expectation, ...] = field(
        default=(), metadata=stream_column("what_to_expect", read_expectation)
    )
    benefits: tuple[Benefit, ...] = field(default=(), metadata=stream_column("benefits", read_benefit))
    risks: tuple[Risk, ...] = field(default=(), metadata=stream_column("risks", read_risk))
    faqs: tuple[Faq, ...] = field(default=(), metadata=stream_column("faqs", read_faq))
    body: StreamValue | None = field(default=None, metadata=column("body"))
    duration_minutes_min: int | None = field(default=None, metadata=column("duration_minutes_min"))
    duration_minutes_max: int | None = field(default=None, metadata=column("duration_minutes_max"))
    downtime: str = field(default="", metadata=column("downtime"))

    @property
    def category(self) -> Category | None:
        if self.category_slug is None:
            return None
        return Category(name=self.category_name or "", slug=self.category_slug)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProcedureIndexRow(PageRow):
    introduction: RichTextSource = field(default=NO_TEXT, metadata=rich_text_column("introduction"))


def visible_procedures(*, site: ServedSite | None, now: datetime) -> QuerySet[ProcedurePage]:
    return visible_pages(ProcedurePage.objects.all(), site=site, now=now)


def listed_procedures(
    now: datetime, reader: RowReader[ProcedureRow], site: ServedSite | None
) -> QuerySet[Any, dict[str, Any]]:
    return reader.values(visible_procedures(site=site, now=now))


def procedure_called(
    reader: RowReader[ProcedureRow], site: ServedSite | None
) -> QuerySet[Any, dict[str, Any]]:
    """Return the visible procedure with the late `slug`. For `kept_rows`."""
    found = visible_procedures(site=site, now=NOW).filter(slug=SLUG)
    return reader.values(found.order_by("path")[:1])


def in_category(procedures: QuerySet[ProcedurePage], slug: str) -> QuerySet[ProcedurePage]:
    return procedures.filter(category__slug=slug)


def matching(procedures: QuerySet[ProcedurePage], search: str) -> QuerySet[ProcedurePage]:
    """Keep those with every word of `search`, in any case, in their title, other names or summary."""
    other_names = Func(F("also_known_as"), Value("\n"), function="ARRAY_TO_STRING", output_field=TextField())
    found = procedures.alias(other_names=other_names)
    for word in search.split()[:MAX_SEARCH_WORDS]:
        found = found.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(other_names__icontains=word)
        )
    return found


def sorted_risks(risks: tuple[Risk, ...], *, order: str, severities: set[str] | None) -> list[Risk]:
    """Return the risks of these severities `as_edited`, `serious_first` or `common_first`; ties as edited."""
    kept = [risk for risk in risks if severities is None or risk.severity in severities]
    if order == "serious_first":
        kept.sort(key=lambda risk: (-SEVERITY_RANK[risk.severity], LIKELIHOOD_RANK[risk.likelihood]))
    if order == "common_first":
        kept.sort(key=lambda risk: (LIKELIHOOD_RANK[risk.likelihood], -SEVERITY_RANK[risk.severity]))
    return kept
