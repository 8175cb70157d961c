"""Sitemaps by the protocol of sitemaps.org, with the translations of each page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from django.utils.encoding import iri_to_uri

# As many as the protocol allows in one file.
PAGES_PER_FILE = 50_000
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
ALTERNATES = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its path, when it was last published, and the paths of all its translations by locale."""

    path: str
    changed_at: datetime | None
    alternates: tuple[tuple[str, str], ...]


def in_parts(entries: Sequence[Entry], *, size: int = PAGES_PER_FILE) -> list[Sequence[Entry]]:
    """Return the entries of each file; there is always a first one."""
    return [entries[start : start + size] for start in range(0, max(1, len(entries)), size)]


def sitemap_index(addresses: Sequence[str]) -> bytes:
    lines = [f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in addresses]
    return f"{HEAD}<sitemapindex {NAMESPACE}>\n{_joined(lines)}</sitemapindex>\n".encode()


def sitemap_file(entries: Sequence[Entry], *, frontend_url: str, default_locale: str) -> bytes:
    lines = [
        line
        for entry in entries
        for line in _url(entry, frontend_url=frontend_url, default_locale=default_locale)
    ]
    return f"{HEAD}<urlset {NAMESPACE} {ALTERNATES}>\n{_joined(lines)}</urlset>\n".encode()


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _url(entry: Entry, *, frontend_url: str, default_locale: str) -> Iterator[str]:
    yield "<url>"
    yield f"<loc>{escape(iri_to_uri(frontend_url + entry.path))}</loc>"
    if entry.changed_at:
        changed_at = entry.changed_at.astimezone(UTC).replace(tzinfo=None)
        yield f"<lastmod>{changed_at.isoformat(timespec='seconds')}Z</lastmod>"
    for locale, path in entry.alternates:
        address = quoteattr(iri_to_uri(frontend_url + path))
        for language in (locale, "x-default") if locale == default_locale else (locale,):
            yield f'<xhtml:link rel="alternate" hreflang="{language}" href={address}/>'
    yield "</url>"
