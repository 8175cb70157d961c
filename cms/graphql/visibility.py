"""The one gate: what the public may see. Every edge of the API passes through it."""

from datetime import datetime
from typing import TypeVar

from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction, Site

AnyPage = TypeVar("AnyPage", bound=Page)
AnyModel = TypeVar("AnyModel", bound=Model)


def visible_pages(queryset: QuerySet[AnyPage], *, site: Site | None, now: datetime) -> QuerySet[AnyPage]:
    """Keep pages that are live, unexpired, on `site` and not restricted themselves or by a page above.

    Adds conditions to the statement and runs none. A page whose expiry has passed is hidden at once, whether
    or not the command that unpublishes it has run.
    """
    if site is None:
        return queryset.none()
    return queryset.filter(
        Q(expire_at__isnull=True) | Q(expire_at__gt=now),
        ~Exists(_restrictions_above_page()),
        live=True,
        path__startswith=site.root_page.path,
    )


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
