"""Drafts in the editor's panel and in the preview of the front end."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from cms.core.models import ContentPage, HomePage, User
from cms.previews.models import Preview
from cms.previews.operations import open_preview
from services.blocks import BenefitBlock, ExpectationBlock, FaqBlock, RiskBlock
from services.models import ProcedurePage
from tests.browser.front_end import FRONT_END
from tests.factories import make_location, make_procedure, make_provider, make_rule

LONG_AGO, FAR_AWAY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def documents(context: object) -> None:
    call_command("load_documents", str(FRONT_END / "documents"), stdout=StringIO())


@pytest.fixture
def procedure(context: object) -> ProcedurePage:
    return make_procedure(
        title="Micro needling",
        what_to_expect=[("step", ExpectationBlock().meta.preview_value)],
        benefits=[("benefit", BenefitBlock().meta.preview_value)],
        risks=[("risk", RiskBlock().meta.preview_value)],
        faqs=[("faq", FaqBlock().meta.preview_value)],
    )


def open_panel(page: Page) -> FrameLocator:
    # From then on the editor notices what is typed.
    page.wait_for_function("wagtail.app.queryController('w-unsaved')?.initialFormData")
    page.get_by_role("button", name="Toggle preview").click()
    return page.frame_locator("#w-preview-iframe")


def heading(inside: Page | FrameLocator, name: str) -> Locator:
    return inside.get_by_role("heading", name=name, exact=True)


def expect_soon(locator: Locator) -> None:
    """The panel follows what is typed after half a second, a form's round trip and a query."""
    expect(locator).to_be_visible(timeout=20_000)


def address_of(draft: ContentPage) -> str:
    token = open_preview(page=draft, user=User.objects.get(), in_panel=False, now=FAR_AWAY)
    return f"{reverse('demo_preview')}#token={token}"


def violations(page: Page) -> list[str]:
    return [rule["id"] for rule in Axe().run(page).response["violations"]]


def test_panel_shows_what_is_being_typed(page: Page, procedure: ProcedurePage) -> None:
    page.goto(reverse("wagtailadmin_pages:edit", args=[procedure.pk]))
    panel = open_panel(page)
    expect_soon(heading(panel, "Smoother texture"))

    page.locator("[name=benefits-0-value-title]").fill("Calmer skin")
    expect_soon(heading(panel, "Calmer skin"))
    page.locator("[name=risks-0-value-severity]").select_option("")
    expect_soon(panel.get_by_text("risks.0.severity"))

    stored = ProcedurePage.objects.get()
    assert [benefit.value["title"] for benefit in stored.benefits] == ["Smoother texture"]
    assert Preview.objects.count() == 1


def test_panel_shows_a_page_that_is_not_created_yet(page: Page, procedure: ProcedurePage) -> None:
    page.goto(
        reverse("wagtailadmin_pages:add", args=["services", "procedurepage", procedure.get_parent().pk])
    )
    panel = open_panel(page)
    page.locator("[name=title]").fill("Cupping")

    expect_soon(heading(panel, "Cupping"))
    assert list(ProcedurePage.objects.live().values_list("title", flat=True)) == ["Micro needling"]


def test_panel_shows_a_provider_with_hours(page: Page, procedure: ProcedurePage) -> None:
    provider = make_provider(offers=[procedure])
    make_rule(provider=provider, location=make_location())

    page.goto(reverse("wagtailadmin_pages:edit", args=[provider.pk]))
    panel = open_panel(page)
    expect_soon(heading(panel, "Denver"))
    page.locator("[name=name]").fill("Sarah Black")
    expect_soon(heading(panel, "Dr. Sarah Black"))


def test_panel_shows_the_home_page(page: Page) -> None:
    page.goto(reverse("wagtailadmin_pages:edit", args=[HomePage.objects.get().pk]))
    panel = open_panel(page)
    page.locator("[name=headline]").fill("Move freely")
    expect_soon(panel.get_by_text("Move freely"))


def test_content_checks_run_beside_the_preview(page: Page, procedure: ProcedurePage) -> None:
    page.goto(reverse("wagtailadmin_pages:edit", args=[procedure.pk]))
    expect_soon(heading(open_panel(page), "Smoother texture"))

    page.get_by_role("button", name="Toggle checks").click()

    expect(page.locator("[data-content-checker-count]").first).to_have_text("0")


def test_page_of_the_preview_is_accessible_and_keeps_its_token_out_of_sight(
    page: Page, procedure: ProcedurePage
) -> None:
    page.goto(address_of(procedure))
    expect(heading(page, "Micro needling")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("This is a draft. The preview ends at")

    assert violations(page) == []
    assert page.url.endswith(reverse("demo_preview"))
    page.reload()
    expect(heading(page, "Smoother texture")).to_be_visible()


def test_page_of_an_ended_preview_says_so(page: Page, procedure: ProcedurePage) -> None:
    address = address_of(procedure)
    Preview.objects.update(expires_at=LONG_AGO)

    page.goto(address)

    expect(page.get_by_text("This preview is unknown or over. Open it again in the editor.")).to_be_visible()
    assert violations(page) == []


def test_preview_is_revoked_in_the_admin(
    page: Page, context: BrowserContext, procedure: ProcedurePage
) -> None:
    address = address_of(procedure)
    page.goto(reverse("wagtailadmin_home"))
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("link", name="Previews").click()
    expect(page.get_by_role("row", name="Micro needling")).to_contain_text("desk")
    found = violations(page)

    page.get_by_role("button", name="Revoke the preview of Micro needling").click()

    expect(page.get_by_text("1 preview of “Micro needling” ended.")).to_be_visible()
    page.goto(address)
    expect(heading(page, "No preview")).to_be_visible()
    assert found == []
