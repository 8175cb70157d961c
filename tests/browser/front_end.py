"""The front end of examples/ as visitors have it: pages, stored documents, and windows without a login."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import Settings

from cms.core.models import NavigationMenu
from providers.models import ProviderPage
from schedules.models import Appointment, Location
from schedules.operations.holds import HOLDS_IN_A_ROW
from services.blocks import BenefitBlock, ExpectationBlock, FaqBlock, RiskBlock
from services.models import ProcedurePage
from tests.browser.conftest import note_message, note_request
from tests.factories import (
    make_category,
    make_location,
    make_procedure,
    make_provider,
    make_rule,
    make_site,
)

FRONT_END = Path(settings.BASE_DIR) / "examples" / "front-end"
PHONE, DESKTOP = 390, 1280
# What moves after it was painted, as browsers count it.
LAYOUT_SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 100);
})"""


@dataclass(frozen=True, slots=True)
class Clinic:
    procedure: ProcedurePage
    provider: ProviderPage
    location: Location


@pytest.fixture
def clinic(live_server: Any, settings: Settings) -> Clinic:
    """Micro needling with Dr. Sarah White in Denver on Tuesdays, and cupping, which nobody offers.

    The API answers stored documents alone."""
    settings.FRONTEND_BASE_URL = f"{live_server.url}/demo"
    settings.GRAPHQL_STORED_DOCUMENTS_ONLY = True
    site = make_site()
    call_command("load_documents", str(FRONT_END / "documents"), stdout=StringIO())
    procedure = make_procedure(
        title="Micro needling",
        category=make_category(name="Skin"),
        introduction="<p>Fine needles make tiny channels.</p>",
        aftercare="<p>Use sunscreen.</p>",
        downtime="A day of redness",
        what_to_expect=[("step", ExpectationBlock().meta.preview_value)],
        benefits=[("benefit", BenefitBlock().meta.preview_value)],
        risks=[("risk", RiskBlock().meta.preview_value)],
        faqs=[("faq", FaqBlock().meta.preview_value)],
        booking={"cancel_cutoff_minutes": 60, "reschedule_cutoff_minutes": 60},
    )
    make_procedure(title="Cupping", bookable=False)
    provider = make_provider(offers=[procedure], biography="<p>She explains with pen and paper.</p>")
    location = make_location(street="1420 Larkspur Street", city="Denver", phone="+1 303 555 0142")
    make_rule(provider=provider, location=location)
    items = [
        ("item", {"title": "Treatments", "page": procedure.get_parent(), "url": "", "children": []}),
        ("item", {"title": "Our team", "page": provider.get_parent(), "url": "", "children": []}),
    ]
    NavigationMenu.objects.create(site=site, handle="main", items=items)
    return Clinic(procedure=procedure, provider=provider, location=location)


OpenWindow = Callable[..., Page]


@pytest.fixture
def open_window(browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[OpenWindow]:
    """Open windows that nobody is signed in to. Afterwards none has a cookie, nor anything to complain of."""
    windows: list[BrowserContext] = []

    def window(
        *,
        width: int = PHONE,
        zone: str = "America/Denver",
        locale: str = "en-US",
        scheme: Any = "light",
        hosts: tuple[str, ...] = (live_server.url,),
    ) -> Page:
        made = browser.new_context(
            base_url=f"{live_server.url}/demo/",
            viewport={"width": width, "height": 844 if width == PHONE else 900},
            timezone_id=zone,
            locale=locale,
            color_scheme=scheme,
        )
        made.set_default_timeout(10_000)
        made.on("request", lambda request: note_request(request.url, hosts, complaints))
        made.on("weberror", lambda error: complaints.append(f"error: {error.error}"))
        made.on("console", lambda message: note_message(message, complaints))
        windows.append(made)
        return made.new_page()

    yield window
    cookies = [cookie for made in windows for cookie in made.cookies()]
    for made in windows:
        made.close()
    assert (complaints, cookies) == ([], [])


def server_now() -> datetime:
    return timezone.now()  # noqa: TID251 the live server goes by its own clock


def hold_as_long_as_possible() -> None:
    """Let what is held have been held so long that it cannot be kept any longer."""
    kept = HOLDS_IN_A_ROW * timedelta(seconds=settings.HOLD_SECONDS)
    Appointment.objects.filter(status="held").update(held_since=F("hold_expires_at") - kept)


def violations(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
