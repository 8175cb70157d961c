"""A signed-in Chromium on a live server. Tests fail on console errors and on requests to other hosts."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.factories import make_site, make_staff

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, and Django would refuse to query beside one.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """What went wrong in the browser besides what a test looks at."""
    return []


@pytest.fixture
def context(browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[BrowserContext]:
    """A window of its own, signed in as a superuser."""
    make_site()
    client = Client()
    client.force_login(make_staff())
    window = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-US"
    )
    window.set_default_timeout(10_000)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    window.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    window.on("request", lambda request: note_request(request.url, (live_server.url,), complaints))
    window.on("weberror", lambda error: complaints.append(f"error: {error.error}"))
    window.on("console", lambda message: note_message(message, complaints))
    yield window
    window.close()


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    yield context.new_page()
    assert complaints == []


def note_request(url: str, own: tuple[str, ...], complaints: list[str]) -> None:
    if not url.startswith((*own, "data:", "blob:")):
        complaints.append(f"request: {url}")


def note_message(message: ConsoleMessage, complaints: list[str]) -> None:
    # Wagtail saves drafts while somebody types, and the server refuses one with a half-filled row.
    is_refused_draft = "400 (Bad Request)" in message.text and "/pages/" in message.location["url"]
    if message.type in ("error", "warning") and not is_refused_draft:
        complaints.append(f"{message.type}: {message.text}")
