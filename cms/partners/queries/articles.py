"""Reads of what embeds show: the article with all that stands beside it, and what can be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import JSONObject, Left, Length
from wagtail.images import get_image_model
from wagtail.images.models import Filter
from wagtail.models import Page

from cms.core.models import ClinicSettings
from cms.core.queries import RowReader
from cms.graphql.image_presets import PRESETS
from cms.graphql.images import absolute_url, images_by_id
from cms.graphql.sites import LocaleRoot, ServedSite, root_around
from cms.graphql.statements import NOW, SLUG, kept_rows
from cms.graphql.visibility import visible_pages, visible_sources
from cms.partners.queries.grants import DEFAULT_ZONE
from cms.structured_data.core.documents import procedure_document, script_text
from cms.structured_data.core.facts import Addresses, ClinicFacts, Crumb, ProcedureFacts
from cms.structured_data.queries import NAMED_PROVIDER, clinic_facts
from providers.models import MedicalReview
from providers.queries import ProviderRow, providers_by_key, providers_of, visible_providers
from schedules.core.recurrence import parse_recurrence
from schedules.core.weekdays import regular_days
from schedules.models import BookingPolicy, Location
from services.models import ProcedurePage
from services.queries import ProcedureRow, visible_procedures

# Every column that the article and its JSON-LD show.
SHOWN = frozenset(
    {
        *("summary", "also_known_as", "category", "hero_image", "introduction", "how_it_works"),
        *("aftercare", "what_to_expect", "benefits", "risks", "faqs", "downtime"),
        *("duration_minutes_min", "duration_minutes_max", "seo"),
    }
)
ARTICLE_READER = RowReader(row_class=ProcedureRow, selected=SHOWN)
# What may be shown depends on the category.
NAMED_READER = RowReader(row_class=ProcedureRow, selected=frozenset({"category"}))


@dataclass(frozen=True, slots=True)
class ClinicRow:
    name: str
    phone: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Found:
    """A procedure of one locale, and what is known beside its own columns."""

    row: ProcedureRow
    locale: str
    clinic: ClinicRow
    crumbs: list[Crumb]
    is_bookable: bool
    reviewed_on: date | None
    # The source of the reviewer's pages, public or not.
    reviewer_id: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """Who offers the procedure where; days are True where they come every week, Monday is 0."""

    provider: str
    location: str
    days: Mapping[int, bool]


@dataclass(frozen=True, slots=True)
class Article:
    """An article with those who offer and reviewed it, and the clinic with its places and hours.

    `fresh_until` is the instant from which time alone may change any of it."""

    found: Found
    providers: list[ProviderRow]
    reviewer: ProviderRow | None
    clinic: ClinicFacts
    fresh_until: datetime | None

    def offers(self) -> list[Offer]:
        """Return who offers the procedure by name, once for each of their places."""
        return [offer for provider in self.providers for offer in self._offers_of(provider)]

    def _offers_of(self, provider: ProviderRow) -> list[Offer]:
        source_id = self.found.row.source_id
        kept = [
            rule
            for rule in self.clinic.rules
            if rule["page_id"] == provider.source_id
            and (not rule["procedures"] or source_id in rule["procedures"])
        ]
        return [
            Offer(provider=provider.title, location=place.name, days=days)
            for place in self.clinic.locations
            if (days := _days_at(place.pk, kept))
        ] or [Offer(provider=provider.title, location="", days={})]

    def json_ld(self, *, site: ServedSite, frontend_url: str, booking_url: str) -> str:
        """Return the article in schema.org's words, as JSON that is safe inside a script element."""
        facts = ProcedureFacts(
            row=self.found.row,
            crumbs=self.found.crumbs,
            providers=self.providers,
            is_bookable=self.found.is_bookable,
            reviewed_on=self.found.reviewed_on,
            reviewer=self.reviewer,
        )
        addresses = Addresses(site=site, frontend_url=frontend_url, booking=booking_url)
        return script_text(procedure_document(facts, clinic=self.clinic, addresses=addresses))


def _days_at(location_id: int, rules: Sequence[Mapping[str, Any]]) -> dict[int, bool]:
    return regular_days(
        (parse_recurrence(rule["rule_text"]), rule["valid_from"])
        for rule in rules
        if rule["location_id"] == location_id
    )


def load_article(found: Found, *, site: ServedSite, now: datetime) -> Article:
    """Return the article with all that is shown beside it.

    Four queries, and one for a reviewer who does not offer the procedure."""
    providers = providers_of([found.row], reader=NAMED_PROVIDER, site=site, now=now)[found.row.pk]
    clinic, fresh_until = clinic_facts(site=site, now=now)
    return Article(
        found=found,
        providers=providers,
        reviewer=find_reviewer(found, among=providers, site=site, now=now),
        clinic=clinic,
        fresh_until=fresh_until,
    )


def find_reviewer(
    found: Found, *, among: Sequence[ProviderRow] = (), site: ServedSite, now: datetime
) -> ProviderRow | None:
    """Return who reviewed the article, None where nobody did or their page is hidden. At most one query."""
    if found.reviewer_id is None:
        return None
    known = [row for row in among if row.source_id == found.reviewer_id]
    key = (found.reviewer_id, root_around(found.row.url_path, site=site))
    return known[0] if known else providers_by_key([key], reader=NAMED_PROVIDER, site=site, now=now).get(key)


def find_article(slug: str, *, site: ServedSite, root: LocaleRoot, now: datetime) -> Found | None:
    """Return the visible procedure with this slug in the locale of `root`. One query."""
    return _found(ARTICLE_READER, slug, site=site, root=root, now=now)


def find_named(slug: str, *, site: ServedSite, root: LocaleRoot, now: datetime) -> Found | None:
    """Return the same without the texts of the article. One query."""
    return _found(NAMED_READER, slug, site=site, root=root, now=now)


def _found(
    reader: RowReader[ProcedureRow], slug: str, *, site: ServedSite, root: LocaleRoot, now: datetime
) -> Found | None:
    for values in kept_rows(_articles, reader, site, root, slug=slug, now=now):
        review = values["review"] or {"reviewed_on": None, "reviewer_id": None}
        reviewed_on = review["reviewed_on"]
        return Found(
            row=reader.row(values),
            locale=root.locale,
            clinic=_clinic_row(values["clinic"]),
            crumbs=[Crumb(**crumb) for crumb in values["crumbs"]],
            is_bookable=values["is_bookable"],
            reviewed_on=date.fromisoformat(reviewed_on) if reviewed_on else None,
            reviewer_id=review["reviewer_id"],
        )
    return None


def _articles(
    reader: RowReader[ProcedureRow], site: ServedSite, root: LocaleRoot
) -> QuerySet[Any, dict[str, Any]]:
    # The gate of the whole site, so that `source` finds what a translation was made from.
    found = visible_procedures(site=site, now=NOW).filter(slug=SLUG, path__startswith=root.path)
    # What hangs on the source counts only while that is public itself.
    sources = visible_sources(ProcedurePage.objects.all(), site=site, now=NOW).values("pk")
    policies = BookingPolicy.objects.filter(page_id=OuterRef("source"), page__in=sources)
    reviews = MedicalReview.objects.filter(page_id=OuterRef("source"), page__in=sources)
    review = JSONObject(reviewed_on=F("reviewed_on"), reviewer_id=F("reviewed_by_id"))
    return reader.values(
        found.order_by("path")[:1],
        review=Subquery(reviews.values(said=review)[:1]),
        is_bookable=Exists(policies),
        clinic=Subquery(_clinics(site)[:1]),
        crumbs=ArraySubquery(_pages_above(site, root)),
    )


def _pages_above(site: ServedSite, root: LocaleRoot) -> QuerySet[Any, dict[str, Any]]:
    """Return title and path of the visible pages above one, from the home page on."""
    pages = visible_pages(Page.objects.filter(path__startswith=root.path), site=site, now=NOW)
    beginning = Left(OuterRef("path"), Length("path"), output_field=CharField())
    above = pages.alias(beginning=beginning).filter(path=F("beginning"), depth__lt=OuterRef("depth"))
    crumb = JSONObject(title=F("title"), url_path=F("url_path"))
    return above.order_by("path").values(crumb=crumb)


def _clinics(site: ServedSite) -> QuerySet[Any, dict[str, Any]]:
    parts = JSONObject(**{field.name: F(field.name) for field in fields(ClinicRow)})
    return ClinicSettings.objects.filter(site_id=site.pk).order_by("pk").values(said=parts)


def _clinic_row(said: Mapping[str, Any] | None) -> ClinicRow:
    if said is None:
        return ClinicRow(name="", phone="", time_zone=DEFAULT_ZONE)
    return ClinicRow(**said)


def clinic_row(site: ServedSite) -> ClinicRow:
    """Return who the clinic of the site is. One query."""
    found = _clinics(site).first()
    return _clinic_row(found["said"] if found else None)


@dataclass(frozen=True, slots=True)
class NamedProvider:
    slug: str
    title: str


def find_provider(slug: str, *, site: ServedSite, root: LocaleRoot, now: datetime) -> NamedProvider | None:
    """Return the visible provider with this slug in the locale of `root`. One query."""
    pages = visible_providers(site=site, now=now).filter(slug=slug, path__startswith=root.path)
    title = pages.order_by("path").values_list("title", flat=True).first()
    return None if title is None else NamedProvider(slug=slug, title=title)


def find_location(slug: str) -> tuple[str, str] | None:
    """Return the slug and the name of a location. One query."""
    return Location.objects.filter(slug=slug).values_list("slug", "name").first()


# Articles by address, for oEmbed ------------------------------------------------------------------


def slug_at(url_path: str, *, site: ServedSite, now: datetime) -> str | None:
    """Return the slug of the visible procedure that stands at `url_path`. One query."""
    pages = visible_procedures(site=site, now=now).filter(url_path=url_path)
    return pages.values_list("slug", flat=True).first()


def slugs_called(slug: str, *, root: LocaleRoot) -> QuerySet[ProcedurePage]:
    """Return the procedures with this slug in the locale of `root`, public or not."""
    return ProcedurePage.objects.filter(slug=slug, path__startswith=root.path)


def is_restricted(pages: QuerySet[ProcedurePage], *, site: ServedSite, now: datetime) -> bool:
    """Tell whether one of the pages is published and hidden by a view restriction alone. One query."""
    roots = [root.path for root in site.roots]
    live = pages.filter(live=True).values_list("path", "expire_at")
    return any(
        (expire_at is None or expire_at > now) and any(path.startswith(root) for root in roots)
        for path, expire_at in live
    )


@dataclass(frozen=True, slots=True)
class Thumbnail:
    url: str
    width: int
    height: int


# Known to every consumer of oEmbed.
THUMBNAIL_SPEC = PRESETS["CARD"].specs_in("JPEG")[0]


def thumbnail_of(image_id: int | None, *, base_url: str) -> Thumbnail | None:
    """Return the small picture of a visible image, None where there is none yet. Two queries, or none."""
    image = images_by_id({image_id}).get(image_id) if image_id else None
    if image is None:
        return None
    model = get_image_model().get_rendition_model()
    found = model.objects.filter(
        image_id=image.pk,
        filter_spec=THUMBNAIL_SPEC,
        # One that was cut around an earlier focal point has another key.
        focal_point_key=Filter(spec=THUMBNAIL_SPEC).get_cache_key(image),
    )
    file = found.values_list("file", "width", "height").first()
    if file is None:
        return None
    url = model._meta.get_field("file").storage.url(file[0])
    return Thumbnail(url=absolute_url(url, base_url=base_url), width=file[1], height=file[2])
