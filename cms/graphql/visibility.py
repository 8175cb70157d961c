"""The one gate: what the public may see. Every edge of the API passes through it."""

from datetime import datetime
from typing import TypeVar

from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Length, Substr
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction

from cms.graphql.sites import ServedSite

AnyPage = TypeVar("AnyPage", bound=Page)
AnyModel = TypeVar("AnyModel", bound=Model)


def visible_pages(
    queryset: QuerySet[AnyPage], *, site: ServedSite | None, now: datetime
) -> QuerySet[AnyPage]:
    """Keep pages that are live, unexpired, on `site` and not restricted themselves or by a page above.

    Adds conditions to the statement and runs none. A page whose expiry has passed is hidden at once, whether
    or not the command that unpublishes it has run. Each page has the alias `source`, see `with_source`.
    """
    if site is None:
        return with_source(queryset, site=None).none()
    on_site = Q()
    for root in site.roots:
        on_site |= Q(path__startswith=root.path)
    return with_source(queryset, site=site).filter(
        Q(expire_at__isnull=True) | Q(expire_at__gt=now),
        on_site,
        ~Exists(_restrictions_above_page()),
        live=True,
    )


def with_source(queryset: QuerySet[AnyPage], *, site: ServedSite | None) -> QuerySet[AnyPage]:
    """Add the alias `source` to each page: the key of the page that it is a translation of, or its own.

    The source is the oldest of all translations. What must exist once, such as hours, hangs on it alone.
    """
    if site is None or not site.has_translations:
        return queryset.alias(source=F("pk"))
    oldest = Page.objects.filter(translation_key=OuterRef("translation_key"), alias_of=None).order_by("pk")
    return queryset.alias(source=Coalesce(Subquery(oldest.values("pk")[:1]), "pk"))


def source_pages(queryset: QuerySet[AnyPage]) -> QuerySet[AnyPage]:
    """Keep the pages that are no translation or alias of another, public or not."""
    older = Page.objects.filter(
        translation_key=OuterRef("translation_key"), alias_of=None, pk__lt=OuterRef("pk")
    )
    return queryset.filter(~Exists(older), alias_of=None)


def visible_sources(
    queryset: QuerySet[AnyPage], *, site: ServedSite | None, now: datetime
) -> QuerySet[AnyPage]:
    """Keep the visible pages that are no translation or alias of another."""
    found = visible_pages(queryset, site=site, now=now).filter(alias_of=None)
    return found.filter(source=F("pk")) if site and site.has_translations else found


def _restrictions_above_page() -> QuerySet[PageViewRestriction]:
    # A path begins with the path of every page above it: comparing prefixes needs no second query.
    return PageViewRestriction.objects.annotate(
        prefix=Substr(OuterRef("path"), 1, Length("page__path"), output_field=CharField())
    ).filter(page__path=F("prefix"))


def visible_images(queryset: QuerySet[AnyModel]) -> QuerySet[AnyModel]:
    """Keep images in no restricted collection, nor below one."""
    return queryset.filter(~Exists(_restrictions_above_collection()))


def visible_documents(queryset: QuerySet[AnyModel]) -> QuerySet[AnyModel]:
    """Keep documents in no restricted collection, nor below one."""
    return queryset.filter(~Exists(_restrictions_above_collection()))


def _restrictions_above_collection() -> QuerySet[CollectionViewRestriction]:
    return CollectionViewRestriction.objects.annotate(
        prefix=Substr(OuterRef("collection__path"), 1, Length("collection__path"), output_field=CharField())
    ).filter(collection__path=F("prefix"))
