"""Partners in a browser: pages of the admin, and frames that open on the partner's pages alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cms.partners.addresses import frame_html
from cms.partners.models import Partner, PartnerViews
from tests.browser.partner_sites import PartnerSite
from tests.cms.partners.worlds import ARTICLE, KEY, make_clinic, make_partner


def violations(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


@pytest.fixture
def partner(context: BrowserContext) -> Partner:
    make_clinic()
    made = make_partner()
    PartnerViews.objects.create(partner=made, day="2027-03-01", kind="article", views=1)
    return made


def address(name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_partners_partner:{name}", args=args)


def test_pages_of_the_admin_have_no_violations(page: Page, partner: Partner) -> None:
    found = {}
    for name, args in {"list": (), "edit": (partner.pk,), "code": (partner.pk,), "report": ()}.items():
        page.goto(address(name, *args))
        found[name] = violations(page)
    page.goto(f"{address('report')}?first=2027-03-01&last=2027-03-01")
    expect(page.get_by_role("cell", name="Gym")).to_be_visible()
    found["report with rows"] = violations(page)

    assert [each for each in found.values() if each] == []


def test_code_is_copied_and_previewed(page: Page, context: BrowserContext, partner: Partner) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address("code", partner.pk))
    page.get_by_role("button", name="Copy: Article as an element").click()
    expect(page.locator("[data-copied]")).to_have_text("Article as an element: copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#code-element").input_value()
    page.get_by_text("Preview: Article as an element").click()
    preview = page.frame_locator("iframe[title='Preview: Article as an element']")

    expect(preview.get_by_text("Scarring")).to_be_visible()
    assert not PartnerViews.objects.filter(kind="element").exists()


def test_article_and_its_refusal_have_no_violations(page: Page, partner: Partner) -> None:
    page.goto(ARTICLE)
    found = {"article": violations(page)}
    Partner.objects.update(scheme="dark")
    page.goto(ARTICLE)
    found["dark"] = violations(page)

    assert found == {"article": [], "dark": []}


@pytest.fixture
def sites() -> Iterator[tuple[PartnerSite, PartnerSite]]:
    """The partner's site and a stranger's, which are other origins than ours."""
    theirs, strangers = PartnerSite(), PartnerSite()
    yield theirs, strangers
    theirs.close()
    strangers.close()


@pytest.fixture
def visitor(
    browser: Browser, live_server: Any, partner: Partner, sites: tuple[PartnerSite, PartnerSite]
) -> Iterator[Page]:
    """A reader of pages elsewhere, each with one frame of ours."""
    Partner.objects.filter(pk=partner.pk).update(allowed_origins=[sites[0].origin])
    for site in sites:
        site.add(frame_html(live_server.url + ARTICLE, title="Micro needling"))
    window = browser.new_context()
    yield window.new_page()
    window.close()


def test_frame_opens_on_the_partners_pages_alone(
    visitor: Page, sites: tuple[PartnerSite, PartnerSite]
) -> None:
    theirs, strangers = sites
    risk = visitor.frame_locator("iframe").get_by_role("heading", name="Scarring")
    visitor.goto(f"{theirs.origin}/")
    expect(risk).to_be_visible()
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text))
    visitor.goto(f"{strangers.origin}/")
    visitor.wait_for_load_state("networkidle")

    expect(risk).to_have_count(0)
    assert any("frame-ancestors" in text for text in said)


def test_frame_of_a_revoked_partner_is_blank_at_once(
    visitor: Page, sites: tuple[PartnerSite, PartnerSite]
) -> None:
    risk = visitor.frame_locator("iframe").get_by_role("heading", name="Scarring")
    visitor.goto(f"{sites[0].origin}/")
    expect(risk).to_be_visible()
    Partner.objects.filter(slug=KEY).update(is_active=False)
    visitor.reload()
    visitor.wait_for_load_state("networkidle")

    expect(risk).to_have_count(0)
