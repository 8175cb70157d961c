"""Staff make a private calendar, see its address once, and revoke it."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import violations
from tests.factories import make_provider


@pytest.fixture
def provider(context: object) -> str:
    return make_provider().title


def test_a_calendar_is_made_and_revoked(page: Page, provider: str) -> None:
    page.goto(reverse("calendar_feeds:add"))
    found = violations(page, name="form")
    page.locator("#id_provider").select_option(label=provider)
    page.locator("#id_label").fill("Phone")
    page.get_by_role("button", name="Create").click()
    address = page.locator("code").inner_text()
    found += violations(page, name="made")
    path = "/calendars/" + address.partition("/calendars/")[2]
    assert Client().get(path).status_code == 200

    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("link", name="Phone", exact=True)).to_be_visible()
    found += violations(page, name="list")
    assert address.rpartition("/")[2] not in page.content()
    page.get_by_role("link", name="Phone", exact=True).click()
    expect(page.locator("#id_label")).to_be_visible()
    found += violations(page, name="edit")
    page.goto(page.url.replace("/edit/", "/delete/"))
    found += violations(page, name="revoke")
    page.get_by_role("button", name="Yes, delete").click()
    expect(page.get_by_text("is revoked")).to_be_visible()

    assert Client().get(path).status_code == 404
    assert found == []
