"""The front desk's pages in a browser: by keyboard, without violations that axe can find."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect
from wagtail.models import Site

from schedules.models import Appointment, Block, WaitlistEntry, WaitlistOffer
from tests import factories
from tests.browser.test_accessibility import Violations

# A Tuesday, and 10:00 on it in Denver.
DAY = date(2035, 1, 2)
TEN = datetime(2035, 1, 2, 17, 0, tzinfo=UTC)
JOINED = datetime(2026, 1, 6, 17, 0, tzinfo=UTC)


@pytest.fixture
def visit(context: object) -> Appointment:
    procedure = factories.make_procedure(booking={"horizon_days": 3650})
    provider = factories.make_provider(offers=[procedure])
    location = factories.make_location()
    factories.make_rule(provider=provider, location=location)
    return factories.make_appointment(
        procedure=procedure, provider=provider, location=location, starts_at=TEN
    )


def look(page: Page, name: str, *, title: str) -> Violations:
    """Keep a picture where a folder is named for them, and return what axe finds."""
    expect(page).to_have_title(re.compile(f"^{title}"))
    page.wait_for_load_state()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    # Messages slide in, and are pale until they are there.
    found = Axe().run(page, context={"exclude": [".messages"]}).response["violations"]
    return [(name, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def test_visit_is_booked_moved_and_overbooked_by_keyboard(page: Page, visit: Appointment) -> None:
    page.goto(reverse("appointments:index"))
    page.get_by_role("link", name="Book by phone").click()
    found = look(page, "book-1-question", title="Book by phone")
    page.get_by_label("Procedure").select_option("Micro needling")
    page.get_by_label("Day").fill(DAY.isoformat())
    page.keyboard.press("Enter")
    first = page.get_by_role("radio", name="09:00 Dr. Sarah White")
    expect(first).to_be_attached()
    expect(page.get_by_role("radio", name="10:00 Dr. Sarah White")).to_have_count(0)
    found += look(page, "book-2-times", title="Book by phone")

    page.get_by_role("button", name="Book the visit").click()
    expect(page.get_by_text("Choose a time.")).to_be_visible()
    found += look(page, "book-3-errors", title="Book by phone")
    first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="09:15 Dr. Sarah White")).to_be_checked()
    page.get_by_label("Name").fill("Sam Caller")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is booked for Tue 2 Jan 2035, 09:15.")).to_be_visible()
    found += look(page, "detail", title="Appointment:")

    page.get_by_role("link", name="Move", exact=True).click()
    found += look(page, "move-1-question", title="Move:")
    page.get_by_role("button", name="Show free times").click()
    page.get_by_label("Move to a time that is not offered").check()
    page.get_by_label("Start").fill("7pm")
    page.get_by_label("Reason").fill("Comes after work")
    found += look(page, "move-2-override", title="Move:")
    page.get_by_role("button", name="Move the visit").click()
    expect(page.get_by_text("is moved to Tue 2 Jan 2035, 19:00.")).to_be_visible()
    expect(page.get_by_text("Outside hours")).to_be_visible()

    page.get_by_role("link", name="Swap with another visit").click()
    page.get_by_label("AAAA-1111").check()
    page.get_by_label("Reason").fill("Both agreed")
    found += look(page, "swap", title="Swap:")
    page.get_by_role("button", name="Swap the visits").click()
    expect(page.get_by_text("have changed places.")).to_be_visible()

    page.goto(reverse("appointments:index"))
    found += look(page, "index", title="Appointments")
    assert found == []


def test_other_pages_have_no_violations(page: Page, visit: Appointment) -> None:
    page.goto(f"{reverse('appointments:day')}?day={DAY}")
    expect(page.get_by_role("table", name="Dr. Sarah White")).to_be_visible()
    found = look(page, "day", title="Day sheet")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Front desk")).to_be_hidden()
    page.emulate_media(media="screen")

    page.get_by_role("link", name="Find a patient").click()
    page.get_by_label("Name, email or phone").fill("pat ex")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Pat Example")).to_be_visible()
    assert "pat" not in page.url.split("/patients/")[1]
    found += look(page, "patients", title="Find a patient")

    page.get_by_role("link", name="Why is this time not offered?").click()
    page.get_by_label("Procedure").select_option("Micro needling")
    page.get_by_label("Day").fill(DAY.isoformat())
    page.get_by_label("Time").fill("10")
    page.get_by_label("Minutes").focus()
    expect(page.get_by_label("Time")).to_have_value("10:00")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("visit AAAA-1111 takes the time.")).to_be_visible()
    found += look(page, "explain", title="Why is this time")

    page.get_by_role("link", name="Blocked times").click()
    page.get_by_role("link", name="Block time").click()
    found += look(page, "block", title="Block time")
    page.get_by_label("Provider or room").select_option("Dr. Sarah White")
    for first_or_last, start_or_end, time in (("First", "Start", "12:00"), ("Last", "End", "13:00")):
        page.get_by_label(f"{first_or_last} day").fill(DAY.isoformat())
        page.get_by_label(f"{start_or_end} time").fill(time)
    page.get_by_label("Reason").fill("Lunch with the team")
    page.get_by_role("button", name="Block this time").click()
    expect(page.get_by_text("The time is blocked.")).to_be_visible()
    found += look(page, "blocks", title="Blocked times")
    page.get_by_role("button", name="Free this time of Dr. Sarah White").click()
    expect(page.get_by_text("No time is blocked.")).to_be_visible()

    assert found == []
    assert not Block.objects.exists()


def test_entry_is_taken_off_the_waitlist_by_keyboard(page: Page, visit: Appointment) -> None:
    entries = [make_entry(visit, reference=f"WAIT-{number}") for number in range(3)]
    until = TEN - timedelta(days=1)
    WaitlistOffer.objects.create(
        entry=entries[0],
        appointment=hold_at_eleven(visit, until=until),
        location=visit.location,
        starts_at=TEN + timedelta(hours=1),
        offered_at=JOINED,
        expires_at=until,
    )
    page.goto(reverse("appointments:day"))
    page.get_by_role("link", name="Waitlist").press("Enter")
    expect(page.get_by_role("row", name="WAIT-0")).to_contain_text("Tue 2 Jan 2035, 11:00")
    found = look(page, "waitlist", title="Waitlist")
    page.get_by_label("Status").select_option("Withdrawn")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_text("0 on the list")).to_be_visible()
    found += look(page, "waitlist-empty", title="Waitlist")

    page.go_back()
    page.get_by_role("link", name="Book for WAIT-1").press("Enter")
    expect(page.get_by_role("radio", name="09:00 Dr. Sarah White")).to_be_attached()
    expect(page.get_by_label("Name")).to_have_value("Pat Example")
    found += look(page, "waitlist-book", title="Book by phone")
    page.go_back()
    page.get_by_role("link", name="Take WAIT-0 off the list").press("Enter")
    expect(page.get_by_text("What is held for them becomes free: Tue 2 Jan 2035, 11:00")).to_be_visible()
    found += look(page, "take-off", title="Take off the list: WAIT-0")
    page.get_by_role("button", name="Take off the list").press("Enter")
    expect(page.get_by_text("Entry WAIT-0 is off the list.")).to_be_visible()
    expect(page.get_by_text("2 on the list")).to_be_visible()
    assert "pat" not in page.url.split("/appointments/")[1]

    page.set_viewport_size({"width": 360, "height": 740})
    found += look(page, "waitlist-narrow", title="Waitlist")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert found == []


def make_entry(visit: Appointment, *, reference: str) -> WaitlistEntry:
    return WaitlistEntry.objects.create(
        reference=reference,
        token_hash=reference,
        site=Site.objects.get(is_default_site=True),
        procedure=visit.procedure,
        starts_on=DAY,
        ends_on=DAY + timedelta(days=7),
        patient_name="Pat Example",
        patient_email="pat@example.com",
        patient_phone="+1 303 555 0100",
        created_at=JOINED,
    )


def hold_at_eleven(visit: Appointment, *, until: datetime) -> Appointment:
    hold = factories.make_appointment(
        procedure=visit.procedure,
        provider=visit.provider,
        location=visit.location,
        starts_at=TEN + timedelta(hours=1),
        reference="HELD-1",
    )
    hold.status, hold.hold_expires_at = Appointment.Status.HELD, until
    hold.save()
    return hold


def test_closed_day_leads_to_other_times(page: Page, visit: Appointment) -> None:
    page.goto(reverse("wagtailsnippets_schedules_closure:add"))
    page.get_by_label("First day").fill(DAY.isoformat())
    page.get_by_label("Last day").fill(DAY.isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved yet: 1 visit would be affected")).to_be_visible()
    found = look(page, "closure-affected", title="New: Closure")
    page.get_by_role("button", name="Save").click()
    found += look(page, "affected", title="Affected visits")
    expect(page.get_by_role("radio", name="Leave")).to_be_checked()
    page.get_by_role("link", name="Suggest a time for each").press("Enter")
    suggested = page.get_by_role("radio", name="Tue 26 Dec 2034, 16:15")
    expect(suggested).to_be_checked()
    found += look(page, "affected-suggested", title="Affected visits")
    suggested.press("ArrowLeft")
    expect(page.get_by_role("radio", name="Tue 26 Dec 2034, 16:00")).to_be_checked()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Move the visits with another time").press("Enter")
    expect(page.get_by_text("1 moved: AAAA-1111. Tell the patients")).to_be_visible()
    expect(page.get_by_text("No visit is affected.")).to_be_visible()

    assert found == []


def test_hours_show_the_visits_that_they_leave_outside(page: Page, visit: Appointment) -> None:
    page.goto(reverse("wagtailadmin_pages:edit", args=[visit.provider_id]))
    page.get_by_role("tab", name="Availability").click()
    expect(page.get_by_text("Every upcoming visit lies within these hours.")).to_be_visible()
    page.get_by_label("Start time").fill("11:00")
    page.get_by_label("End time").focus()

    expect(page.get_by_text("1 upcoming visit lies outside these hours.")).to_be_visible()
    expect(page.get_by_role("link", name="AAAA-1111, Tue 2 Jan 2035, 10:00, Denver")).to_be_visible()
    assert look(page, "hours-impact", title="") == []
