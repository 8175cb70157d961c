"""The public pages of a site, for search engines."""

from datetime import datetime
from itertools import groupby

from django.db.models import F

from cms.core.queries import kinds, served_pages
from cms.feeds.core.sitemap import Entry
from cms.graphql.paths import page_path
from cms.graphql.sites import ServedSite


def entries(*, site: ServedSite, now: datetime) -> list[Entry]:
    """Return the visible pages that search engines may list, each beside its translations. One statement.

    Whether a page asks not to be listed stands in the table of its type, so each is looked up there."""
    listed = served_pages(site=site, now=now, kinds=kinds())
    for kind in kinds():
        listed = listed.exclude(pk__in=kind.model._default_manager.filter(noindex=True).values("pk"))
    rows = listed.annotate(source_key=F("source")).order_by("source_key", "path")
    found = rows.values_list("source_key", "url_path", "last_published_at")
    result: list[Entry] = []
    for _, group in groupby(found, key=lambda row: row[0]):
        pages = [(url_path, changed_at) for _, url_path, changed_at in group]
        paths = [(site.root_of(url).locale, page_path(url, site=site)) for url, _ in pages]
        alternates = tuple(paths) if len(paths) > 1 else ()
        result += [
            Entry(path, changed_at, alternates)
            for (_, path), (_, changed_at) in zip(paths, pages, strict=True)
        ]
    return result
