"""The front desk at work with appointments."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from schedules.models import Appointment
from tests.factories import make_appointment, make_location, make_procedure, make_provider


@pytest.fixture
def appointment(context: object) -> Appointment:
    return make_appointment(
        procedure=make_procedure(),
        provider=make_provider(),
        location=make_location(),
        starts_at=datetime(2035, 1, 2, 17, 0, tzinfo=UTC),
    )


def test_visit_is_found_and_cancelled(page: Page, appointment: Appointment) -> None:
    page.goto(reverse("wagtailadmin_home"))
    page.get_by_role("link", name="Appointments").click()
    row = page.get_by_role("row", name="Pat Example")
    expect(row).to_contain_text("America/Denver")
    expect(row).to_contain_text("Booked")
    row.get_by_role("link", name="Tue 2 Jan 2035, 10:00").click()
    expect(page).to_have_title("Appointment: AAAA-1111 - Wagtail")
    expect(page.get_by_text("Pat Example")).to_be_visible()

    page.get_by_label("Reason (cancel appointment)").fill("The patient called.")
    page.get_by_role("button", name="Cancel appointment").click()

    expect(page.get_by_text("Appointment AAAA-1111 cancelled.")).to_be_visible()
    expect(page.get_by_role("row", name="Cancelled")).to_contain_text("The patient called.")
    expect(page.get_by_role("button", name="Cancel appointment")).to_have_count(0)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.CANCELLED
    assert list(appointment.claims.values_list("is_active", flat=True)) == [False]


def test_filters_narrow_the_list(page: Page, appointment: Appointment) -> None:
    page.goto(reverse("appointments:index"))
    page.get_by_role("button", name="Show filters").click()
    page.get_by_role("button", name="Status").click()
    page.get_by_label("Arrived").check()

    expect(page.get_by_text("No appointments match your query.")).to_be_visible()
