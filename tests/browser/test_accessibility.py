"""No page of the admin that we shape has a violation that axe can find."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from providers.models import ProviderPage
from services.blocks import BenefitBlock, ExpectationBlock, FaqBlock, RiskBlock
from services.models import ProcedurePage
from tests.factories import make_appointment, make_location, make_procedure, make_provider, make_rule

Violations = list[tuple[str, str, list[str]]]


def violations(page: Page, *, name: str, inside: str = "html") -> Violations:
    found = Axe().run(page, context=inside).response["violations"]
    return [(name, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def violations_at(page: Page, address: str) -> Violations:
    page.goto(address)
    return violations(page, name=address)


@pytest.fixture
def procedure(context: object) -> ProcedurePage:
    return make_procedure(
        what_to_expect=[("step", ExpectationBlock().meta.preview_value)],
        benefits=[("benefit", BenefitBlock().meta.preview_value)],
        risks=[("risk", RiskBlock().meta.preview_value)],
        faqs=[("faq", FaqBlock().meta.preview_value)],
    )


@pytest.fixture
def provider(procedure: ProcedurePage) -> ProviderPage:
    page = make_provider(offers=[procedure])
    make_rule(provider=page, location=make_location())
    return page


def test_page_editors_have_no_violations(
    page: Page, procedure: ProcedurePage, provider: ProviderPage
) -> None:
    page.goto(reverse("wagtailadmin_pages:edit", args=[procedure.pk]))
    # Three fields and four blocks are rich text; the editors are made after the page has loaded.
    expect(page.locator(".public-DraftEditor-content")).to_have_count(7)
    found = violations(page, name="procedure")
    page.get_by_role("tab", name="Booking").click()
    found += violations(page, name="booking", inside="#tab-booking")

    page.goto(reverse("wagtailadmin_pages:edit", args=[provider.pk]))
    page.get_by_role("tab", name="Availability").click()
    page.get_by_role("button", name="Add hours").click()
    found += violations(page, name="added hours")
    page.locator("[data-inline-panel-child]:visible").last.get_by_label("Repeats").select_option("advanced")
    found += violations(page, name="advanced rule", inside="#tab-availability")

    assert found == []


def test_pages_of_the_front_desk_have_no_violations(
    page: Page, procedure: ProcedurePage, provider: ProviderPage
) -> None:
    location = make_location(name="Boulder")
    appointment = make_appointment(
        procedure=procedure,
        provider=provider,
        location=location,
        starts_at=datetime(2035, 1, 2, 17, 0, tzinfo=UTC),
    )
    addresses = [
        reverse("wagtailadmin_home"),
        reverse("appointments:index"),
        reverse("appointments:detail", args=[appointment.pk]),
        reverse("wagtailsnippets_schedules_closure:add"),
        reverse("wagtailsnippets_schedules_location:edit", args=[location.pk]),
    ]

    assert [violation for address in addresses for violation in violations_at(page, address)] == []
