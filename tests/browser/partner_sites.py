"""Sites of partners for tests: pages on another origin than the API's, and the visitors who open them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from cms.core.models import ClinicSettings
from cms.partners.models import Partner
from providers.models import ProviderPage
from schedules.models import Location
from services.blocks import BenefitBlock, ExpectationBlock, FaqBlock, RiskBlock
from services.models import ProcedurePage
from tests.browser.front_end import server_now
from tests.factories import make_location, make_procedure, make_provider, make_rule, make_site

KEY = "foothills"
PHONE = "+1 303 555 0142"
PHONE_SIZE = ViewportSize(width=390, height=844)
DESKTOP_SIZE = ViewportSize(width=1280, height=900)
EVERY_DAY = "RRULE:FREQ=DAILY"


class PartnerSite:
    """A server of static pages. Its origin names another host than the live server's."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def add(self, body: str, *, head: str = "", path: str = "/", **headers: str) -> str:
        """Serve a page and return its address."""
        html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Foothills</title>'
            '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
            f"{head}</head><body><main><h1>Foothills Fitness</h1>{body}</main></body></html>"
        )
        self.pages[path] = html, {name.replace("_", "-"): value for name, value in headers.items()}
        return f"{self.origin}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, headers = pages.get(self.path.partition("?")[0], ("", {}))
                self.send_response(200 if html else 404)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class's name
                """Keep the test's output clean."""

        return Handler


@dataclass
class Clinic:
    """A clinic in Denver that opens every day, and a partner of it."""

    api: str
    site: PartnerSite
    partner: Partner
    location: Location
    procedure: ProcedurePage
    providers: list[ProviderPage] = field(default_factory=list)

    @property
    def loader(self) -> str:
        return f'<script src="{self.api}/embed/loader.js" async></script>'

    def booking_address(self, query: str = "procedure=micro-needling") -> str:
        return f"{self.api}/embed/{KEY}/booking/?{query}"

    def article(self, *, attributes: str = "") -> str:
        """Return the snippet of the article, as the admin gives it."""
        address = f"{self.api}/embed/{KEY}/procedures/micro-needling/"
        return (
            f'<clinic-procedure partner="{KEY}" slug="micro-needling" locale="en" phone="{PHONE}" '
            f'style="display:block;min-height:100vh" {attributes}>'
            f'<a href="{address}">About micro needling</a></clinic-procedure>'
        )

    def booking(self, *, mode: str = "inline", attributes: str = "") -> str:
        style = ' style="display:block;min-height:100vh"' if mode == "inline" else ""
        return (
            f'<clinic-booking partner="{KEY}" procedure="micro-needling" locale="en" mode="{mode}" '
            f'phone="{PHONE}"{style} {attributes}>'
            f'<a href="{self.booking_address()}">Book micro needling</a></clinic-booking>'
        )


def open_clinic(*, api: str, site: PartnerSite, providers: int = 1, **booking: Any) -> Clinic:
    """Make a clinic with micro needling by so many providers; `booking` overrides values of the policy."""
    own = make_site()
    ClinicSettings.objects.filter(site=own).update(phone=PHONE)
    location = make_location(phone=PHONE, street="1 Larkspur Way", city="Denver", region="CO")
    procedure = make_procedure(
        booking={"slot_step_minutes": 60, **booking},
        what_to_expect=[("step", ExpectationBlock().meta.preview_value)],
        benefits=[("benefit", BenefitBlock().meta.preview_value)],
        risks=[
            ("risk", RiskBlock().meta.preview_value),
            ("risk", RiskBlock().meta.preview_value | {"title": "Scarring", "severity": "serious"}),
        ],
        faqs=[("faq", FaqBlock().meta.preview_value)],
    )
    partner = Partner.objects.create(name="Foothills Fitness", slug=KEY, allowed_origins=[site.origin])
    made = Clinic(api=api, site=site, partner=partner, location=location, procedure=procedure)
    # The first day has all of its times, whatever the hour is now.
    first = server_now().date() + timedelta(days=2)
    for name in ("Sarah White", "Daniel Kim")[:providers]:
        provider = make_provider(name=name, offers=[procedure])
        make_rule(provider=provider, location=location, recurrence=EVERY_DAY, valid_from=first)
        made.providers.append(provider)
    return made


@contextmanager
def visitor(
    browser: Browser,
    *,
    complaints: list[str],
    zone: str = "America/Denver",
    size: ViewportSize = DESKTOP_SIZE,
    **options: Any,
) -> Iterator[BrowserContext]:
    """A window of somebody without an account. At its end nothing was complained of, and no cookie kept."""
    window = browser.new_context(
        viewport=size, timezone_id=zone, locale=options.pop("locale", "en-US"), **options
    )
    window.set_default_timeout(15_000)
    window.on("weberror", lambda error: complaints.append(f"error: {error.error}"))
    window.on("console", lambda message: _note(message.type, message.text, complaints))
    try:
        yield window
        kept = window.cookies()
    finally:
        window.close()
    assert not complaints, complaints
    assert not kept, kept


def _note(kind: str, text: str, complaints: list[str]) -> None:
    if kind in ("error", "warning"):
        complaints.append(f"{kind}: {text}")


def violations(page: Page) -> list[str]:
    """Return what axe finds, in frames too."""
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in Axe().run(page).response["violations"]
        for node in rule["nodes"]
    ]
