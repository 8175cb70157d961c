"""The booking page: a shell whose script asks the API for the free times."""

from django.http import HttpResponse
from django.template.loader import render_to_string

from cms.graphql.answers import AnswerCache, PublicAnswer
from cms.graphql.cache_tags import noting_tables
from cms.graphql.context import GraphQLContext
from cms.graphql.freshness import Freshness
from cms.graphql.paths import screen_url
from cms.graphql.sites import LocaleRoot, ServedSite
from cms.partners.assets import document_ids, element_labels, newest
from cms.partners.models import PartnerViews
from cms.partners.queries import PARTNER_TABLES, clinic_row, find_location, find_named, find_provider
from cms.partners.views.base import (
    Asked,
    NotShown,
    View,
    allow_framing,
    asked_by_key,
    count,
    page_policy,
    public_answer,
    respond,
    site_and_root,
    unavailable_page,
)

HTML = "text/html; charset=utf-8"
ENDPOINT = "/graphql/"
CHOICES = ("procedure", "provider", "location", "locale")
DIRECTIVES = (
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "require-trusted-types-for 'script'",
)


def booking_page(answers: AnswerCache) -> View:
    """Return the view of the booking page. The daily quota does not count here: nobody is refused a visit."""

    @asked_by_key(unavailable_page)
    def view(asked: Asked) -> HttpResponse:
        chosen = tuple(asked.request.GET.get(name, "") for name in CHOICES)

        def make() -> PublicAnswer:
            with noting_tables() as tables:
                body = shell_of(asked, *chosen)
            return PublicAnswer(body, Freshness.CONTENT, None, PARTNER_TABLES | tables)

        answer = public_answer(asked, name="booking", key=chosen, answers=answers, make=make)
        policy = page_policy(asked.grant, *DIRECTIVES)
        response = respond(asked, answer, content_type=HTML, headers={"Content-Security-Policy": policy})
        allow_framing(response)
        count(asked, PartnerViews.Kind.BOOKING, procedure=chosen[0])
        return response

    return view


def shell_of(asked: Asked, procedure: str, provider: str, location: str, locale: str) -> bytes:
    """Return the page with what was chosen in its address. Raises NotShown for what is not to be had."""
    if any("\0" in text for text in (procedure, provider, location)):
        raise NotShown
    context = GraphQLContext(request=asked.request, now=asked.now)
    site, root = site_and_root(context, asked.grant, locale)
    clinic, release = clinic_row(site), newest()
    texts = element_labels(root.locale)["booking"]
    config = {
        "endpoint": ENDPOINT,
        "partner": asked.grant.key,
        "locale": root.locale,
        "procedure": chosen_procedure(procedure, asked, site=site, root=root),
        "provider": chosen_provider(provider, asked, site=site, root=root),
        "location": chosen_location(location),
        "clinic": {"name": clinic.name, "phone": clinic.phone, "timeZone": clinic.time_zone},
        "documents": document_ids(),
        "origins": asked.message_origins,
        "theme": asked.grant.theme.json,
        "labels": texts,
        "manageUrl": screen_url("visit", root=root, site=site),
    }
    values = {
        "config": config,
        "locale": root.locale,
        "version": release.version,
        "integrity": {
            "booking_js": release.checksums["booking.js"],
            "embed_css": release.checksums["embed.css"],
        },
        "clinic": {"name": clinic.name, "phone": clinic.phone},
        "labels": texts,
        "title": texts["titleFor"].format(procedure=config["procedure"]["title"])
        if config["procedure"]
        else texts["title"],
    }
    return render_to_string("partners/booking.html", values).encode()


def chosen_procedure(slug: str, asked: Asked, *, site: ServedSite, root: LocaleRoot) -> dict[str, str] | None:
    if not slug:
        return None
    found = find_named(slug, site=site, root=root, now=asked.now)
    if found is None or not asked.grant.allows(found.row, locale=root.locale):
        raise NotShown
    return {"slug": slug, "title": found.row.title}


def chosen_provider(slug: str, asked: Asked, *, site: ServedSite, root: LocaleRoot) -> dict[str, str] | None:
    if not slug:
        return None
    found = find_provider(slug, site=site, root=root, now=asked.now)
    if found is None:
        raise NotShown
    return {"slug": found.slug, "title": found.title}


def chosen_location(slug: str) -> dict[str, str] | None:
    if not slug:
        return None
    found = find_location(slug)
    if found is None:
        raise NotShown
    return {"slug": found[0], "name": found[1]}
