"""The page of the demo's partner: every way to embed the clinic, on what browsers take for another site."""

from typing import Any

from playwright.sync_api import expect

from cms.core.models import ClinicSettings
from cms.partners.models import Partner
from tests.browser.front_end import (
    DESKTOP,
    Clinic,
    OpenWindow,
    clinic,
    open_window,
    overflow,
    violations,
)
from tests.factories import make_procedure, make_provider, make_rule

# Fixtures are found by their names in the module.
__all__ = ["clinic", "open_window"]


def test_partners_page_embeds_the_clinic_in_every_way(
    open_window: OpenWindow, clinic: Clinic, live_server: Any
) -> None:
    ClinicSettings.objects.update(phone="+1 303 555 0142")
    # The page also shows a frame of this article, and books these.
    titles = ("Sports massage", "Chiropractic adjustment", "Cupping therapy")
    offers = [make_procedure(title=title) for title in titles]
    make_rule(provider=make_provider(name="James Okafor", offers=offers), location=clinic.location)
    partner = Partner(slug="demo-partner", name="Foothills Fitness", allowed_origins=[live_server.url])
    partner.full_clean()
    partner.save()
    elsewhere = live_server.url.replace("localhost", "127.0.0.1")
    page = open_window(width=DESKTOP, hosts=(live_server.url, elsewhere))
    page.goto("partner/")

    article = page.locator("clinic-procedure")
    expect(article.get_by_role("heading", name="Micro needling")).to_be_visible()
    expect(article.get_by_text("Redness", exact=True)).to_be_visible()
    booking = page.locator("clinic-booking[mode=inline]")
    booking.scroll_into_view_if_needed()
    expect(booking.locator("iframe").content_frame.get_by_role("heading").first).to_be_visible()
    expect(
        page.locator("clinic-booking[mode=button]").get_by_role("button", name="Book a visit")
    ).to_be_visible()
    page.get_by_role("link", name="Book with Dr. James Okafor").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    frame = page.frame_locator("section#frame iframe")
    page.locator("section#frame").scroll_into_view_if_needed()
    expect(frame.get_by_role("heading", name="Cupping therapy", exact=True)).to_be_visible()
    assert (violations(page), overflow(page)) == ([], 0)
