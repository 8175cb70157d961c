"""Rich text as it leaves the API: cleaned by an allow-list, links resolved to what the public may see."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import graphene
import nh3
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing
from wagtail.rich_text.rewriters import FIND_A_TAG, extract_attrs

from cms.graphql.context import GraphQLContext
from cms.graphql.images import absolute_url
from cms.graphql.paths import page_path
from cms.graphql.visibility import visible_documents, visible_pages

ALLOWED_TAGS = {"a", "b", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li"}
ALLOWED_TAGS |= {"ol", "p", "s", "strong", "sub", "sup", "u", "ul"}
ALLOWED_ATTRIBUTES = {"a": {"href"}}
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}
# nh3 leaves well-formed HTML in which links do not nest.
LINK_WITHOUT_TARGET = re.compile(r"<a>(.*?)</a>", re.DOTALL)
BIGGEST_KEY = 2**31 - 1
# Texts without links of ours, which are most, are cleaned once: a few megabytes for each process.
KEPT_TEXTS = 2_000

LinkKey = tuple[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class RichTextSource:
    """Rich text as Wagtail stores it, with links by key."""

    source: str


class RichText(graphene.ObjectType):
    """Formatted text. Links to pages and documents that are not public are left out, their text stays."""

    html = graphene.NonNull(
        graphene.String, description="Safe HTML: paragraphs, lists, headings, links, emphasis."
    )
    text = graphene.NonNull(graphene.String, description="The same without markup, on one line.")

    @staticmethod
    def resolve_html(value: RichTextSource, info: graphene.ResolveInfo) -> str:
        return _html(value, info)

    @staticmethod
    def resolve_text(value: RichTextSource, info: graphene.ResolveInfo) -> str:
        return " ".join(get_text_for_indexing(clean_html(value.source, links={})).split())


def _html(value: RichTextSource, info: graphene.ResolveInfo) -> str:
    def loader(values: Sequence[RichTextSource]) -> dict[int, str]:
        linked = [each for each in values if html_without_links(each.source) is None]
        links = link_targets({key for each in linked for key in link_keys(each.source)}, info.context)
        return {id(each): clean_html(each.source, links=links) for each in linked}

    html = html_without_links(value.source)
    return info.context.batches.load(value, "html", loader, row_key=id) if html is None else html


@lru_cache(maxsize=KEPT_TEXTS)
def html_without_links(source: str) -> str | None:
    """Return the safe HTML of a text that links to no page or document of ours, None for any other text."""
    return None if link_keys(source) else clean_html(source, links={})


def link_keys(source: str) -> set[LinkKey]:
    """Return the kind (`page` or `document`) and key of every internal link."""
    keys = (_link_key(extract_attrs(match[1])) for match in FIND_A_TAG.finditer(source))
    return {key for key in keys if key is not None}


def link_targets(keys: set[LinkKey], context: GraphQLContext) -> dict[LinkKey, str]:
    """Return the addresses of those links that the public may follow. One query for each kind that occurs."""
    pages = {key for kind, key in keys if kind == "page"}
    documents = {key for kind, key in keys if kind == "document"}
    targets: dict[LinkKey, str] = {}
    if pages:
        found = visible_pages(Page.objects.filter(pk__in=pages), site=context.site, now=context.now)
        for pk, url_path in found.values_list("pk", "url_path"):
            targets["page", pk] = page_path(url_path, site=context.site)
    if documents:
        for document in visible_documents(get_document_model().objects.filter(pk__in=documents)):
            targets["document", document.pk] = absolute_url(document.url, base_url=context.base_url)
    return targets


def clean_html(source: str, *, links: Mapping[LinkKey, str]) -> str:
    """Return safe HTML with internal links replaced by `links`; other internal links lose their tag, not
    their text."""

    def external(match: re.Match[str]) -> str:
        attributes = extract_attrs(match[1])
        if "linktype" not in attributes:
            return match[0]
        key = _link_key(attributes)
        target = links.get(key) if key else None
        return f'<a href="{escape(target)}">' if target else "<a>"

    cleaned = nh3.clean(
        FIND_A_TAG.sub(external, source),
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel=None,
    )
    return LINK_WITHOUT_TARGET.sub(r"\1", cleaned)


def _link_key(attributes: Mapping[str, str]) -> LinkKey | None:
    kind, key = attributes.get("linktype", ""), attributes.get("id", "")
    if kind not in ("page", "document") or not (key.isascii() and key.isdigit() and len(key) <= 10):
        return None
    return (kind, int(key)) if int(key) <= BIGGEST_KEY else None
