"""oEmbed: what other sites' editors paste becomes an embed (https://oembed.com)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from cms.graphql.context import GraphQLContext
from cms.graphql.errors import RequestRefused
from cms.graphql.paths import page_path, stored_url_path
from cms.graphql.sites import LocaleRoot, ServedSite
from cms.partners.addresses import HEIGHT, article_url, frame_html
from cms.partners.assets import labels
from cms.partners.queries import (
    Found,
    Grant,
    Thumbnail,
    find_article,
    find_reviewer,
    is_restricted,
    slug_at,
    slugs_called,
    thumbnail_of,
)
from cms.partners.views.article import review_words
from cms.partners.views.base import NOT_KEPT, SHARED_SECONDS, Away, DeadKey, granted, limited
from services.models import ProcedurePage

TEXT = "text/plain; charset=utf-8"
WIDTH = 640
# Consumers ask again after so many seconds. A frame always shows what is current, a quotation does not.
FRAME_AGE, QUOTATION_AGE = 3600, 300
NO_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
LONGEST_SIZE = 6


class Refused(Exception):
    """An answer without an embed: the status is that of the oEmbed specification, the text for developers."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message


UNKNOWN = Refused(404, "There is no such content here.")
PRIVATE = Refused(401, "This content is not public, or not for this partner.")


@dataclass(frozen=True, slots=True)
class Target:
    """What an address names. `key` is empty where it names no partner."""

    slug: str
    locale: str
    key: str


@dataclass(frozen=True, slots=True)
class Embeddable:
    """An article that may be shown, and to whom."""

    found: Found
    site: ServedSite
    grant: Grant | None
    thumbnail: Thumbnail | None


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    try:
        form = request.GET.get("format", "json")
        if form not in ("json", "xml"):
            raise Refused(501, "Ask for the format json or xml.")
        width, height = (size_of(request, name) for name in ("maxwidth", "maxheight"))
        with limited(request):
            context = GraphQLContext(request=request, now=timezone.now())
            answer = embed_of(context, request, width=min(width, WIDTH), height=min(height, HEIGHT))
    except Refused as refusal:
        response = refused(refusal.status, refusal.message)
    except RequestRefused as refusal:
        response = refused(refusal.status, str(refusal), headers=refusal.headers)
    except (OperationalError, InterfaceError):
        response = refused(Away.status, "Try again in a few seconds.", headers=Away.headers)
    else:
        response = as_json(answer) if form == "json" else as_xml(answer)
        response["Cache-Control"] = f"public, max-age=0, s-maxage={SHARED_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def refused(status: int, message: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    response = HttpResponse(message, status=status, headers=dict(headers or {}), content_type=TEXT)
    response["Cache-Control"] = NOT_KEPT
    return response


def size_of(request: HttpRequest, name: str) -> int:
    """Return a size in pixels, a large one where none is given. Raises Refused."""
    text = request.GET.get(name, "")
    if not text:
        return 10**LONGEST_SIZE
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_SIZE and int(text)):
        raise Refused(400, f"{name} is a number of pixels, such as 600.")
    return int(text)


# From an address to an article --------------------------------------------------------------------


def embed_of(context: GraphQLContext, request: HttpRequest, *, width: int, height: int) -> dict[str, Any]:
    """Return the members of the answer. Raises Refused."""
    url = request.GET.get("url", "")
    if not url:
        raise Refused(400, "Say which address to embed: url=https://…")
    site = context.site
    if site is None or "\0" in unquote(url):
        raise UNKNOWN
    target = target_of(url, context, site=site, partner=request.GET.get("partner", ""))
    return members(embeddable(target, context, site=site), context, width=width, height=height)


def target_of(url: str, context: GraphQLContext, *, site: ServedSite, partner: str) -> Target:
    """Return what the address names: an embed, or a page of the front end. Raises UNKNOWN."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.lower()
    except ValueError:
        raise UNKNOWN from None
    path = unquote(parts.path)
    if parts.scheme not in ("http", "https"):
        raise UNKNOWN
    if host == context.request.get_host().lower() and path.startswith("/embed/"):
        return embed_target(path, parse_qs(parts.query))
    url_path = stored_url_path(page_path_in(path, host=host, context=context), site=site)
    slug = slug_at(url_path, site=site, now=context.now)
    if slug is None:
        raise refusal_for(ProcedurePage.objects.filter(url_path=url_path), context, site=site)
    return Target(slug=slug, locale=site.root_of(url_path).locale, key=partner)


def page_path_in(path: str, *, host: str, context: GraphQLContext) -> str:
    """Return the path below the front end's address, or below ours. Raises UNKNOWN for another host."""
    front_end = urlsplit(context.frontend_url)
    if host == front_end.netloc.lower() and f"{path}/".startswith(f"{front_end.path}/"):
        return path.removeprefix(front_end.path)
    if host == context.request.get_host().lower():
        return path
    raise UNKNOWN


def embed_target(path: str, query: dict[str, list[str]]) -> Target:
    try:
        match = resolve(path)
    except Resolver404:
        raise UNKNOWN from None
    if match.url_name != "embed_article":
        raise UNKNOWN
    locale = query.get("locale", [""])[0]
    return Target(slug=match.kwargs["slug"], locale=locale, key=match.kwargs["key"])


def embeddable(target: Target, context: GraphQLContext, *, site: ServedSite) -> Embeddable:
    """Return the article where it may be shown. Raises Refused: the same for all reasons of a partner."""
    grant = grant_for(target, context)
    root = root_for(target, grant, site=site)
    found = find_article(target.slug, site=site, root=root, now=context.now)
    if found is None:
        raise refusal_for(slugs_called(target.slug, root=root), context, site=site)
    if grant and not grant.allows(found.row, locale=found.locale):
        raise PRIVATE
    thumbnail = thumbnail_of(found.row.hero_image_id, base_url=context.base_url)
    return Embeddable(found=found, site=site, grant=grant, thumbnail=thumbnail)


def grant_for(target: Target, context: GraphQLContext) -> Grant | None:
    if not target.key:
        return None
    try:
        return granted(target.key, now=context.now)[0]
    except DeadKey:
        raise PRIVATE from None


def root_for(target: Target, grant: Grant | None, *, site: ServedSite) -> LocaleRoot:
    roots = [site.root_in(target.locale)] if target.locale else list(site.roots)
    known = [root for root in roots if root]
    if not known:
        raise UNKNOWN
    allowed = [root for root in known if grant is None or grant.allows_locale(root.locale)]
    if not allowed:
        raise PRIVATE
    return allowed[0]


def refusal_for(pages: Any, context: GraphQLContext, *, site: ServedSite) -> Refused:
    return PRIVATE if is_restricted(pages, site=site, now=context.now) else UNKNOWN


# The answer ---------------------------------------------------------------------------------------


def members(what: Embeddable, context: GraphQLContext, *, width: int, height: int) -> dict[str, Any]:
    found = what.found
    html = (
        frame_html(
            article_url(context.base_url, key=what.grant.key, slug=found.row.slug, locale=found.locale),
            title=found.row.title,
            width=width,
            height=height,
        )
        if what.grant
        else quotation(found, context, site=what.site)
    )
    answer = {
        "type": "rich",
        "version": "1.0",
        "title": found.row.title,
        "provider_name": found.clinic.name,
        "provider_url": context.frontend_url + "/",
        "cache_age": FRAME_AGE if what.grant else QUOTATION_AGE,
        "html": html,
        "width": width,
        "height": height,
    }
    thumbnail = what.thumbnail
    if thumbnail and thumbnail.width <= width and thumbnail.height <= height:
        answer["thumbnail_url"] = thumbnail.url
        answer["thumbnail_width"] = thumbnail.width
        answer["thumbnail_height"] = thumbnail.height
    return answer


def quotation(found: Found, context: GraphQLContext, *, site: ServedSite) -> str:
    url = context.frontend_url + page_path(found.row.url_path, site=site)
    texts = labels(found.locale)
    reviewer = find_reviewer(found, site=site, now=context.now)
    review = review_words(found.reviewed_on, reviewer.title if reviewer else "", texts=texts)
    return format_html(
        '<blockquote cite="{}" lang="{}"><p><a href="{}">{}</a></p><p>{}</p><p>{}</p></blockquote>',
        url,
        found.locale,
        url,
        found.row.title,
        found.row.summary,
        " · ".join(part for part in (found.clinic.name, review) if part),
    )


def as_json(answer: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(answer), content_type="application/json; charset=utf-8")


def as_xml(answer: dict[str, Any]) -> HttpResponse:
    # XML knows no control characters, not even as entities.
    parts = (f"<{name}>{escape(NO_CONTROL.sub('', str(value)))}</{name}>" for name, value in answer.items())
    text = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><oembed>{"".join(parts)}</oembed>'
    return HttpResponse(text, content_type="text/xml; charset=utf-8")
