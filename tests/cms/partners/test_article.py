"""The article as a page for frames, and as JSON for the element."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from wagtail.models import Page

from cms.partners.models import Partner
from cms.partners.queries import active_origins
from services.models import ProcedurePage
from tests import factories, hiding, translating
from tests.cms.partners.worlds import (
    ARTICLE,
    CONTENT,
    KEY,
    NOW,
    ORIGIN,
    content,
    get,
    make_article,
    make_clinic,
    make_partner,
    stream,
    tree,
)

pytestmark = pytest.mark.django_db
SECTIONS = ["introduction", "how", "expect", "benefits", "risks", "faqs", "aftercare", "providers"]


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def soup_of(path: str = ARTICLE, **headers: str) -> Any:
    response = get(path, **headers)
    assert response.status_code == 200, response.content
    return tree(response.content)


def statements(path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        get(path, **headers)
    return len(asked)


# What is shown ------------------------------------------------------------------------------------


def test_page_shows_every_section_in_its_order() -> None:
    make_clinic()
    make_partner()
    page = soup_of()
    words = page.main.get_text(" ", strip=True)

    assert [part["data-section"] for part in page.select("main > [data-section]")] == [
        "header",
        *SECTIONS,
        "footer",
    ]
    for text in (
        "Micro needling",
        "Tiny channels.",
        "A visit takes 30 to 60 minutes.",
        "Collagen grows.",
        "Before the visit",
        "Smoother.",
        "Minor Very common: more than 1 in 10 people Passes.",
        "Serious Very rare: fewer than 1 in 10,000 people Lasts.",
        "Does it hurt?",
        "Use sunscreen.",
        "Dr. Sarah White on Tuesdays (Denver)",
        "Reviewed on January 4, 2027 by Dr. Sarah White",
        "Call +1 303 555 0142",
        "Information by Mile High Chiropractic",
    ):
        assert text in words
    [book] = page.select("a.button")
    assert book["href"] == "http://localhost/embed/gym/booking/?procedure=micro-needling&locale=en"


def test_json_holds_the_same_sections_and_what_the_element_needs() -> None:
    make_clinic()
    make_partner(accent="#00aa66", radius_px=0, font="serif", scheme="dark")
    found = content(origin=ORIGIN)
    body = tree(found.pop("html"))
    json_ld = json.loads(found.pop("jsonLd"))
    labels = found.pop("labels")

    assert [part["data-section"] for part in body.select("[data-section]")] == SECTIONS
    assert body.select_one("[data-severity=serious] h3").text == "Scarring"
    assert json_ld["@context"] == "https://schema.org"
    assert "Scarring" in json.dumps(json_ld)
    assert labels["book"]
    assert found == {
        "version": 1,
        "locale": "en",
        "title": "Micro needling",
        "summary": "What micro needling is and what to expect.",
        "url": "http://localhost/embed/gym/procedures/micro-needling/?locale=en",
        "embedUrl": "http://localhost/embed/gym/procedures/micro-needling/?locale=en",
        "bookingUrl": "http://localhost/embed/gym/booking/?procedure=micro-needling&locale=en",
        "phone": "+1 303 555 0142",
        "clinic": "Mile High Chiropractic",
        "reviewedOn": "2027-01-04",
        "reviewedBy": "Dr. Sarah White",
        "theme": {
            "accent": "#00aa66",
            "onAccent": "#000000",
            "radius": "0px",
            "font": "Georgia, Cambria, 'Times New Roman', serif",
            "scheme": "dark",
        },
    }


def test_page_and_json_show_the_same_article() -> None:
    make_clinic()
    make_partner()

    assert content()["html"].strip() in get(ARTICLE).content.decode()


def test_address_is_the_front_ends_where_there_is_one(settings: Settings) -> None:
    settings.FRONTEND_BASE_URL = "https://clinic.example"
    make_clinic()
    make_partner()

    assert content()["url"] == "https://clinic.example/procedures/micro-needling/"
    assert soup_of().select_one("link[rel=canonical]")["href"] == content()["url"]


def test_what_cannot_be_booked_or_was_not_reviewed_says_so() -> None:
    make_article(bookable=False)
    make_partner()
    found, page = content(), soup_of()

    assert (found["bookingUrl"], found["reviewedOn"], found["reviewedBy"]) == (None, None, None)
    assert page.select("a.button") == []
    assert "Not yet reviewed" in page.main.text


def test_hidden_reviewer_and_provider_are_not_named() -> None:
    make_clinic()
    make_partner()
    assert "Sarah White" in get(ARTICLE).content.decode()
    hiding.unpublish(Page.objects.get(slug="sarah-white"))

    assert "Sarah White" not in get(ARTICLE).content.decode() + get(CONTENT).content.decode()
    assert content()["reviewedOn"] == "2027-01-04"


def test_links_are_absolute_and_lead_to_what_is_public_only() -> None:
    shown = factories.make_procedure(title="Shown")
    draft = factories.make_procedure(title="Draft", live=False)
    links = "".join(f'<a linktype="page" id="{page.pk}">{page.title}</a> ' for page in (shown, draft))
    make_article(introduction=f'<p>{links}<a href="https://elsewhere.example/">Elsewhere</a></p>')
    make_partner()
    section = soup_of().select_one("[data-section=introduction]")

    assert [link["href"] for link in section.select("a")] == [
        "http://localhost/procedures/shown/",
        "https://elsewhere.example/",
    ]
    assert "Draft" in section.text


# Languages and sites ------------------------------------------------------------------------------


def test_each_locale_shows_its_own_words() -> None:
    page = make_clinic()
    translating.translate(
        page,
        title="Micropunción",
        risks=stream(
            "risk", {"title": "Rojez", "description": "", "severity": "moderate", "likelihood": "rare"}
        ),
    )
    make_partner()
    spanish = content(f"{CONTENT}?locale=es")
    words = tree(spanish["html"]).get_text(" ", strip=True)

    assert (spanish["locale"], spanish["title"]) == ("es", "Micropunción")
    assert "Rojez Moderado Raro: de 1 a 10 de cada 10.000 personas" in words
    assert "Dr. Sarah White: martes (Denver)" in words
    assert spanish["bookingUrl"].endswith("locale=es")
    assert soup_of(f"{ARTICLE}?locale=ES").html["lang"] == "es"
    assert content()["title"] == "Micro needling"


def test_locale_that_is_not_there_or_not_allowed_shows_nothing() -> None:
    page = make_clinic()
    make_partner()
    assert get(f"{ARTICLE}?locale=es").status_code == 404
    translating.translate(page)
    assert get(f"{ARTICLE}?locale=es").status_code == 200
    Partner.objects.update(locales=["es"])

    assert get(f"{ARTICLE}?locale=en").status_code == 404
    assert content()["locale"] == "es"


@pytest.mark.parametrize("locale", ["tlh", "../en", "%00", "e" * 500, "en;es", "ñ", "%F0%9F%92%89"])
def test_odd_locales_show_nothing(locale: str) -> None:
    make_clinic()
    make_partner()

    assert get(f"{ARTICLE}?locale={locale}").status_code == 404
    assert get(f"{CONTENT}?locale={locale}").status_code == 404


def test_sites_show_their_own_pages(settings: Settings) -> None:
    make_clinic()
    make_partner()
    site = translating.make_second_site()
    other = ProcedurePage(title="Second needling", slug="micro-needling", summary="Of the second.")
    site.root_page.get_children().get(slug="procedures").add_child(instance=other)

    assert content()["title"] == "Micro needling"
    assert content(host="127.0.0.1")["title"] == "Second needling"
    assert content(host="127.0.0.1")["embedUrl"].startswith("http://127.0.0.1/")


def test_unknown_host_is_refused() -> None:
    make_clinic()
    make_partner()

    assert get(ARTICLE, host="evil.example").status_code == 400
    assert b"evil" not in get(ARTICLE, host="localhost", x_forwarded_host="evil.example").content


def test_unicode_slugs_are_served() -> None:
    make_article(slug="röntgen-检查", title="Röntgen 检查")
    make_partner()
    found = content("/embed/gym/procedures/röntgen-检查/content.json")

    assert found["title"] == "Röntgen 检查"
    assert found["embedUrl"].isascii()
    assert get(found["embedUrl"].removeprefix("http://localhost")).status_code == 200


# What is not shown --------------------------------------------------------------------------------


def refusals(path: str = ARTICLE) -> set[int]:
    return {get(path).status_code, get(f"{path.rstrip('/')}/content.json").status_code}


@pytest.mark.parametrize("way", hiding.WAYS_TO_HIDE)
def test_what_is_hidden_is_shown_to_no_partner(way: str) -> None:
    page = make_clinic()
    make_partner()
    assert refusals() == {200}
    hiding.WAYS_TO_HIDE[way](page)

    assert refusals() == {404}


DEAD: dict[str, Callable[[Partner], Any]] = {
    "off": lambda partner: Partner.objects.update(is_active=False),
    "expired": lambda partner: Partner.objects.update(expires_on="2027-02-28"),
    "deleted": lambda partner: partner.delete(),
    "another key": lambda partner: Partner.objects.update(slug="other"),
}


@pytest.mark.parametrize("way", DEAD)
def test_dead_key_shows_nothing_and_may_not_be_framed(way: str) -> None:
    make_clinic()
    DEAD[way](make_partner())
    page, data = get(ARTICLE), get(CONTENT, origin=ORIGIN)

    assert (page.status_code, data.status_code) == (404, 404)
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "Not available here" in page.content.decode()
    assert "Access-Control-Allow-Origin" not in data
    assert {page["Cache-Control"], data["Cache-Control"]} == {"private, no-store"}


def test_last_day_counts_to_midnight_at_the_clinic() -> None:
    make_clinic()
    make_partner(expires_on="2027-03-01")
    statuses = []
    for instant in ("2027-03-02T06:59:50Z", "2027-03-02T07:00:00Z"):
        with time_machine.travel(instant, tick=False):
            statuses.append(get(ARTICLE).status_code)
    with time_machine.travel("2027-03-02T06:59:57Z", tick=False):
        control = get(ARTICLE)["Cache-Control"]

    assert statuses == [200, 404]
    assert control == "public, max-age=0, s-maxage=3, stale-if-error=0"


def test_last_day_of_the_calendar_means_never() -> None:
    make_clinic()
    make_partner(expires_on="9999-12-31")

    assert get(ARTICLE)["Cache-Control"] == "public, max-age=0, s-maxage=5, stale-if-error=86400"
    assert active_origins(now=NOW).origins == {ORIGIN}


@pytest.mark.parametrize("key", ["%00", "a%2Fb", "..", "demo%20partner", "%F0%9F%92%89", "k" * 300, "1.0.0"])
def test_odd_keys_show_nothing(key: str) -> None:
    make_clinic()
    make_partner()

    assert refusals(f"/embed/{key}/procedures/micro-needling/") == {404}
    assert get(f"/embed/{key}/booking/").status_code == 404


@pytest.mark.parametrize("slug", ["%00", "..", "micro-needling%00", "s" * 400, "%27%20or%201=1", "unknown"])
def test_odd_slugs_show_nothing(slug: str) -> None:
    make_clinic()
    make_partner()

    assert refusals(f"/embed/{KEY}/procedures/{slug}/") == {404}


def test_refusal_of_a_live_partner_may_be_framed_by_it_and_names_no_reason() -> None:
    make_partner()
    page, dead = get(ARTICLE), get("/embed/none/procedures/micro-needling/")

    assert page.status_code == 404
    assert f"frame-ancestors 'self' {ORIGIN}" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    assert page.content == dead.content


def test_refusal_speaks_the_language_asked_for() -> None:
    assert "No disponible aquí" in get("/embed/none/booking/?locale=es").content.decode()
    assert "Not available here" in get("/embed/none/booking/?locale=../../x").content.decode()


def test_chosen_content_alone_is_shown() -> None:
    skin = factories.make_category()
    of_category = factories.make_procedure(title="In the category", category=skin)
    chosen = factories.make_procedure(title="Chosen")
    other = factories.make_procedure(title="Other", category=factories.make_category(name="Spine"))
    make_partner(content="chosen", categories=[skin], procedures=[chosen])
    translating.translate(chosen)

    def status(page: Page, locale: str = "en") -> int:
        return get(f"/embed/{KEY}/procedures/{page.slug}/?locale={locale}").status_code

    assert {page.title: status(page) for page in (of_category, chosen, other)} == {
        "In the category": 200,
        "Chosen": 200,
        "Other": 404,
    }
    assert status(chosen, "es") == 200


def test_chosen_category_that_was_deleted_opens_nothing() -> None:
    skin = factories.make_category()
    make_article(category=skin)
    make_partner(content="chosen", categories=[skin])
    assert get(ARTICLE).status_code == 200
    skin.delete()

    assert get(ARTICLE).status_code == 404


# HTTP ---------------------------------------------------------------------------------------------


def test_methods_other_than_reading_are_refused() -> None:
    make_clinic()
    make_partner()

    for path in (ARTICLE, CONTENT, f"/embed/{KEY}/booking/"):
        for method in ("post", "put", "delete", "patch"):
            assert getattr(Client(), method)(path, headers={"host": "localhost"}).status_code == 405
    assert Client().options(ARTICLE, headers={"host": "localhost"}).status_code == 405


def test_head_has_the_headers_of_get() -> None:
    make_clinic()
    make_partner()
    whole, head = get(ARTICLE), Client().head(ARTICLE, headers={"host": "localhost"})

    assert dict(head.headers) == dict(whole.headers)
    assert head.content == b""


@pytest.mark.parametrize("path", [ARTICLE, CONTENT, f"/embed/{KEY}/booking/"])
def test_answer_that_is_known_is_not_sent_again(path: str) -> None:
    make_clinic()
    make_partner()
    whole = get(path, origin=ORIGIN)
    again = get(path, origin=ORIGIN, if_none_match=whole["ETag"])

    assert (whole.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["Cache-Control"] == "public, max-age=0, s-maxage=5, stale-if-error=86400"
    assert again["Vary"] == whole["Vary"]
    assert "Content-Type" not in again


def test_new_policy_is_a_new_answer() -> None:
    """Browsers keep the policy that came with the body: a 304 could not take the old one back."""
    make_clinic()
    make_partner()
    etag = get(ARTICLE)["ETag"]
    Partner.objects.update(allowed_origins=["https://new.gym.example"])
    answer = get(ARTICLE, if_none_match=etag)

    assert answer.status_code == 200
    assert "frame-ancestors 'self' https://new.gym.example" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", [ARTICLE, CONTENT, f"/embed/{KEY}/booking/", "/embed/none/booking/", "/oembed"]
)
def test_no_cookie_is_read_or_set(path: str) -> None:
    make_clinic()
    make_partner()
    response = get(path, cookie="sessionid=x; csrftoken=y; messages=z")

    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_pages_may_be_framed_by_the_partner_alone() -> None:
    make_clinic()
    make_partner(origins=(ORIGIN, "https://gym.example:8443"))
    for path in (ARTICLE, f"/embed/{KEY}/booking/"):
        response = get(path)
        policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))

        assert policy["frame-ancestors"] == f"'self' {ORIGIN} https://gym.example:8443"
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert "X-Frame-Options" not in response
    assert get(CONTENT)["X-Frame-Options"] == "DENY"


def test_partner_without_origins_is_framed_nowhere_else() -> None:
    make_clinic()
    make_partner(origins=())

    assert get(ARTICLE)["Content-Security-Policy"].endswith("frame-ancestors 'self'")


def test_policy_allows_the_theme_and_nothing_else_inline() -> None:
    make_clinic()
    make_partner(accent="#d6336c")
    response = get(ARTICLE)
    page = tree(response.content)

    assert "--clinic-accent:#d6336c;" in page.style.text
    assert re.search(r"style-src 'self' 'sha256-[^' ]+'", response["Content-Security-Policy"])
    assert page.select("[style], [onclick], [onload]") == []
    scripts = [script for script in page.select("script") if script.get("type") != "application/ld+json"]
    assert [(script["src"], script["integrity"][:7]) for script in scripts] == [
        ("/embed/1.0.0/frame.js", "sha384-")
    ]


# Other people's words -----------------------------------------------------------------------------


ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_titles_cannot_carry_markup() -> None:
    make_article(
        title=f"Needling {ATTACK}",
        slug="micro-needling",
        summary=f"Summary {ATTACK}",
        risks=stream(
            "risk",
            {
                "title": f"Risk {ATTACK}",
                "description": f"<p>{ATTACK}</p>",
                "severity": "minor",
                "likelihood": "rare",
            },
        ),
        introduction='<p onclick="alert(1)">Hello<script>alert(1)</script>'
        '<a href="javascript:alert(1)">x</a></p>',
    )
    make_partner(name=f"Gym {ATTACK}")
    page, data = soup_of(), content()
    html = tree(data["html"])

    assert f"Needling {ATTACK}" == page.h1.text == data["title"]
    assert {script.get("type") for script in page.select("script")} == {"application/ld+json", "module"}
    for document in (page, html):
        assert document.select("img, [onerror], [onclick], a[href^=javascript]") == []
    assert html.select("script") == []
    assert "</script" not in data["jsonLd"]


def test_theme_cannot_carry_code_even_past_the_form() -> None:
    """The database refuses a colour that is none, so nothing else ever reaches the style."""
    make_clinic()
    make_partner()

    assert ";}" not in get(ARTICLE).content.decode().partition("<style>")[2].partition("</style>")[0][:-2]


# Statements ---------------------------------------------------------------------------------------


def test_statements_are_few() -> None:
    make_clinic()
    make_partner()
    etags = {path: get(path)["ETag"] for path in (ARTICLE, CONTENT)}

    assert {path: statements(path) for path in (ARTICLE, CONTENT)} == {ARTICLE: 8, CONTENT: 8}
    assert all(etags.values())


def test_refusals_cost_three_statements_at_most() -> None:
    make_clinic()
    make_partner(daily_quota=1)
    counted = {
        "dead key": statements("/embed/none/procedures/micro-needling/"),
        "unknown slug": statements(f"/embed/{KEY}/procedures/unknown/"),
        "unknown locale": statements(f"{ARTICLE}?locale=tlh"),
    }
    assert get(ARTICLE).status_code == 200
    counted["quota"] = statements(ARTICLE)

    assert counted == {"dead key": 1, "unknown slug": 3, "unknown locale": 2, "quota": 1}
