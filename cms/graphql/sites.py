"""The site of a request: which one a host name means, and where its pages stand, one tree for each locale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.http.request import split_domain_port
from wagtail.models import Page, Site

from cms.graphql.statements import Late, kept_rows


@dataclass(frozen=True, slots=True)
class LocaleRoot:
    """The home page of one locale: all pages of the site in that locale stand below it."""

    locale: str
    path: str
    url_path: str


@dataclass(frozen=True, slots=True)
class ServedSite:
    """A site as the API serves it. Its roots are those of its locales, the default locale's first."""

    pk: int
    name: str
    roots: tuple[LocaleRoot, ...]
    has_translations: bool

    @property
    def default_root(self) -> LocaleRoot:
        return self.roots[0]

    def root_in(self, locale: str) -> LocaleRoot | None:
        """Return the root of a locale, in any case: `pt-BR` finds `pt-br`."""
        return next((root for root in self.roots if root.locale == locale.lower()), None)

    def root_of(self, url_path: str) -> LocaleRoot:
        """Return the root that a page stands below; the default one for a page of another tree."""
        found = (root for root in self.roots if url_path.startswith(root.url_path))
        return max(found, key=lambda root: len(root.url_path), default=self.default_root)

    def root_for_speakers_of(self, language: str) -> LocaleRoot:
        """Return the root for a patient's language, such as `es-MX`: the exact one, its base, the default."""
        base = language.partition("-")[0]
        return self.root_in(language) or self.root_in(base) or self.default_root

    def only(self, root: LocaleRoot) -> "ServedSite":
        """Return the site with the pages of one locale alone, as the gate is to admit them."""
        return replace(self, roots=(root,))


def root_around(url_path: str, *, site: ServedSite | None) -> LocaleRoot | None:
    """Return the root whose pages belong around this one; None where there is nothing to choose."""
    return site.root_of(url_path) if site and site.has_translations else None


def site_of(request: HttpRequest) -> ServedSite | None:
    """Return the site of the host asked for, the default one for an unknown host, or None. Runs one query."""
    hostname, _ = split_domain_port(request.get_host())
    rows = kept_rows(_sites_of_host, hostname=hostname)
    return _served(_best(rows, hostname=hostname, port=int(request.get_port())))


def served(site: Site) -> ServedSite | None:
    """Return the value of a stored site. Runs one query."""
    return _served(_rows(Site.objects.filter(pk=site.pk)).first())


def _sites_of_host() -> QuerySet[Any, dict[str, Any]]:
    hostname = Late("hostname", CharField())
    return _rows(Site.objects.filter(Q(hostname=hostname) | Q(is_default_site=True)))


def _rows(sites: QuerySet[Site]) -> QuerySet[Any, dict[str, Any]]:
    root = JSONObject(locale=F("locale__language_code"), path=F("path"), url_path=F("url_path"))
    homes = Page.objects.filter(translation_key=OuterRef("root_page__translation_key"))
    return sites.order_by("pk").values(
        "pk",
        "hostname",
        "port",
        "site_name",
        "is_default_site",
        "root_page__path",
        roots=ArraySubquery(homes.values(root=root)),
    )


def _best(rows: Sequence[dict[str, Any]], *, hostname: str, port: int) -> dict[str, Any] | None:
    """Choose as Wagtail does: host and port, the default of that host, its only site, the default site."""
    named = [row for row in rows if row["hostname"] == hostname]
    choices = [
        *(row for row in named if row["port"] == port),
        *(row for row in named if row["is_default_site"]),
        *(named if len(named) == 1 else []),
        *(row for row in rows if row["is_default_site"]),
    ]
    return next(iter(choices), None)


def _served(row: dict[str, Any] | None) -> ServedSite | None:
    if row is None:
        return None
    active = [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]
    roots = [LocaleRoot(**root) for root in row["roots"]]
    [default] = [root for root in roots if root.path == row["root_page__path"]]
    others = [root for root in roots if root is not default and root.locale in active]
    others.sort(key=lambda root: active.index(root.locale))
    return ServedSite(
        pk=row["pk"],
        name=row["site_name"] or row["hostname"],
        roots=(default, *others),
        has_translations=bool(others),
    )
