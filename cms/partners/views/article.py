"""The article of a procedure on partners' pages: as a page for frames, and as JSON for the element."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cms.graphql.answers import AnswerCache, PublicAnswer
from cms.graphql.cache_tags import noting_tables
from cms.graphql.context import GraphQLContext
from cms.graphql.freshness import Freshness
from cms.graphql.paths import page_path
from cms.graphql.rich_text import RichTextSource, clean_html, link_keys, link_targets
from cms.graphql.sites import ServedSite
from cms.partners.addresses import article_url, booking_url, oembed_url
from cms.partners.assets import element_labels, labels, newest
from cms.partners.core import day_words
from cms.partners.models import PartnerViews
from cms.partners.queries import PARTNER_TABLES, Article, Found, Grant, Offer, find_article, load_article
from cms.partners.views.base import (
    NOT_KEPT,
    Asked,
    NotServed,
    NotShown,
    View,
    allow_framing,
    asked_by_key,
    check_quota,
    count,
    page_policy,
    public_answer,
    respond,
    site_and_root,
    unavailable_page,
)
from schedules.core.weekdays import offer_words

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
# Of the shape of content.json.
CONTENT_VERSION = 1


# What the article shows ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A procedure as this partner may show it: everything that its page and its JSON are made of."""

    found: Found
    texts: Any
    reviewer: str
    body: str
    json_ld: str
    url: str
    embed_url: str
    booking_url: str | None


def show(asked: Asked, context: GraphQLContext, *, slug: str) -> Shown:
    """Return the article, or raise NotShown. `context` learns until when it stays the same."""
    if "\0" in slug:
        raise NotShown
    site, root = site_and_root(context, asked.grant, asked.request.GET.get("locale", ""))
    found = find_article(slug, site=site, root=root, now=asked.now)
    if found is None or not asked.grant.allows(found.row, locale=found.locale):
        raise NotShown
    article = load_article(found, site=site, now=asked.now)
    if article.fresh_until:
        context.fresh_until(article.fresh_until)
    place = {"key": asked.grant.key, "locale": found.locale}
    embed_url = article_url(context.base_url, slug=slug, **place)
    booking = booking_url(context.base_url, procedure=slug, **place) if found.is_bookable else ""
    frontend_url = context.frontend_url
    return Shown(
        found=found,
        texts=labels(found.locale),
        reviewer=article.reviewer.title if article.reviewer else "",
        body=article_body(article, context),
        json_ld=article.json_ld(site=site, frontend_url=frontend_url, booking_url=booking),
        url=front_end_url(found, context, site=site) or embed_url,
        embed_url=embed_url,
        booking_url=booking or None,
    )


def front_end_url(found: Found, context: GraphQLContext, *, site: ServedSite) -> str:
    """Return where the clinic's own front end shows the article, empty where there is none."""
    if not settings.FRONTEND_BASE_URL:
        return ""
    return context.frontend_url + page_path(found.row.url_path, site=site)


def article_body(article: Article, context: GraphQLContext) -> str:
    """Return the sections of the article, in their fixed order and with all risks, as safe HTML."""
    found = article.found
    row, texts = found.row, labels(found.locale)
    clean = cleaner(list(row.texts()) if row.has_links else [], context)
    values = {
        "texts": texts,
        "introduction": clean(row.introduction),
        "how": clean(row.how_it_works),
        "visit": visit_words(row.duration_minutes_min, row.duration_minutes_max, texts=texts),
        "downtime": row.downtime,
        "steps": [(step.title, texts[step.phase], clean(step.description)) for step in row.what_to_expect],
        "benefits": [(each.title, clean(each.description)) for each in row.benefits],
        "risks": [
            (risk.title, risk.severity, texts[risk.severity], texts[risk.likelihood], clean(risk.description))
            for risk in row.risks
        ],
        "faqs": [(faq.question, clean(faq.answer)) for faq in row.faqs],
        "aftercare": clean(row.aftercare),
        "offers": [offered_by(offer, locale=found.locale) for offer in article.offers()],
    }
    return render_to_string("partners/article_body.html", values)


def cleaner(texts: list[RichTextSource], context: GraphQLContext) -> Callable[[RichTextSource], str]:
    """Return what makes rich text safe HTML with absolute links. At most a query for each kind of link."""
    keys = {key for text in texts for key in link_keys(text.source)}
    targets = link_targets(keys, context) if keys else {}
    links = {
        key: context.frontend_url + target if target.startswith("/") else target
        for key, target in targets.items()
    }
    return lambda text: clean_html(text.source, links=links).strip()


def offered_by(offer: Offer, *, locale: str) -> str:
    if not offer.days:
        return offer.provider
    return f"{offer_words(offer.provider, offer.days, locale=locale)} ({offer.location})"


def visit_words(least: int | None, most: int | None, *, texts: Any) -> str:
    lengths = sorted({length for length in (least, most) if length})
    if not lengths:
        return ""
    minutes = texts["range"].format(first=lengths[0], last=lengths[-1]) if lengths[1:] else lengths[0]
    return texts["visit"].format(minutes=minutes)


def review_words(reviewed_on: date | None, reviewer: str, *, texts: Any) -> str:
    if reviewed_on is None:
        return texts["notReviewed"]
    sentence = texts["reviewedBy"] if reviewer else texts["reviewed"]
    return sentence.format(date=day_words(reviewed_on, texts=texts), name=reviewer)


# The page -----------------------------------------------------------------------------------------


def article_page(answers: AnswerCache) -> View:
    """Return the view of the page for frames."""

    @asked_by_key(unavailable_page)
    def view(asked: Asked, *, slug: str) -> HttpResponse:
        check_quota(asked)
        answer = shown(asked, slug=slug, name="article", answers=answers, render=page_of)
        response = respond(asked, answer, content_type=HTML, headers=page_headers(asked, slug))
        allow_framing(response)
        count(asked, PartnerViews.Kind.ARTICLE, procedure=slug)
        return response

    return view


def shown(
    asked: Asked,
    *,
    slug: str,
    name: str,
    answers: AnswerCache,
    render: Callable[[Asked, Shown], bytes],
) -> PublicAnswer:
    def make() -> PublicAnswer:
        context = GraphQLContext(request=asked.request, now=asked.now)
        with noting_tables() as tables:
            body = render(asked, show(asked, context, slug=slug))
        return PublicAnswer(
            body=body,
            freshness=Freshness.CONTENT,
            fresh_until=context.expires_at,
            tables=PARTNER_TABLES | tables,
        )

    locale = asked.request.GET.get("locale", "").lower()
    return public_answer(asked, name=name, key=(slug, locale), answers=answers, make=make)


def page_of(asked: Asked, article: Shown) -> bytes:
    release, found = newest(), article.found
    values = {
        "article": article,
        "row": found.row,
        "found": found,
        "texts": article.texts,
        "review": review_words(found.reviewed_on, article.reviewer, texts=article.texts),
        "call": article.texts["call"].format(phone=found.clinic.phone),
        "from": article.texts["from"].format(clinic=found.clinic.name),
        "origins": " ".join(asked.message_origins),
        "theme": asked.grant.theme,
        "version": release.version,
        "css_integrity": release.checksums["embed.css"],
        "frame_integrity": release.checksums["frame.js"],
        "oembed_json": oembed_url(asked.own_origin, url=article.embed_url, form="json"),
        "oembed_xml": oembed_url(asked.own_origin, url=article.embed_url, form="xml"),
    }
    return render_to_string("partners/article.html", values).encode()


def page_headers(asked: Asked, slug: str) -> dict[str, str]:
    """Return the policy of the page, and where its oEmbed answers are."""
    style = base64.b64encode(hashlib.sha256(asked.grant.theme.css.encode()).digest()).decode()
    policy = page_policy(
        asked.grant, "script-src 'self'", f"style-src 'self' 'sha256-{style}'", "img-src 'self' data:"
    )
    locale = asked.request.GET.get("locale", "")
    url = article_url(asked.own_origin, key=asked.grant.key, slug=slug, locale=locale)
    links = [
        f'<{oembed_url(asked.own_origin, url=url, form=form)}>; rel="alternate"; type="{media_type}"'
        for form, media_type in (("json", "application/json+oembed"), ("xml", "text/xml+oembed"))
    ]
    return {"Content-Security-Policy": policy, "Link": ", ".join(links)}


# The JSON -----------------------------------------------------------------------------------------


def unavailable_json(request: HttpRequest, refusal: NotServed, grant: Grant | None) -> HttpResponse:
    body = {"error": {"code": "NOT_AVAILABLE", "message": "This content is not available here."}}
    response = HttpResponse(
        orjson.dumps(body), content_type=JSON, status=refusal.status, headers=dict(refusal.headers)
    )
    response["Cache-Control"] = NOT_KEPT
    for name, value in cors_headers(request, grant).items():
        response[name] = value
    return response


def cors_headers(request: HttpRequest, grant: Grant | None) -> dict[str, str]:
    """Let the partner's own pages read the answer, never with credentials."""
    origin = request.headers.get("Origin", "")
    if grant is None or origin not in grant.origins:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "ETag, Retry-After",
    }


def article_content(answers: AnswerCache) -> View:
    """Return the view of what the element shows."""

    @asked_by_key(unavailable_json, methods=("GET", "HEAD", "OPTIONS"))
    def view(asked: Asked, *, slug: str) -> HttpResponse:
        if asked.request.method == "OPTIONS":
            return preflight(asked)
        if asked.is_foreign:
            raise NotShown
        check_quota(asked)
        answer = shown(asked, slug=slug, name="content", answers=answers, render=content_of)
        headers = cors_headers(asked.request, asked.grant)
        response = respond(asked, answer, content_type=JSON, headers=headers)
        count(asked, PartnerViews.Kind.ELEMENT, procedure=slug)
        return response

    return view


def preflight(asked: Asked) -> HttpResponse:
    response = HttpResponse(status=204, headers={"Cache-Control": NOT_KEPT})
    headers = cors_headers(asked.request, asked.grant)
    if "Access-Control-Allow-Origin" in headers:
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
        headers["Access-Control-Max-Age"] = "600"
    for name, value in headers.items():
        response[name] = value
    return response


def content_of(asked: Asked, article: Shown) -> bytes:
    found = article.found
    return orjson.dumps(
        {
            "version": CONTENT_VERSION,
            "locale": found.locale,
            "title": found.row.title,
            "summary": found.row.summary,
            "url": article.url,
            "embedUrl": article.embed_url,
            "bookingUrl": article.booking_url,
            "phone": found.clinic.phone,
            "clinic": found.clinic.name,
            "reviewedOn": found.reviewed_on,
            "reviewedBy": article.reviewer or None,
            "theme": asked.grant.theme.json,
            "html": article.body,
            "jsonLd": article.json_ld,
            "labels": element_labels(found.locale)["element"],
        }
    )
