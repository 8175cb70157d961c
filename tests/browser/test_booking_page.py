"""The booking page by itself: from a procedure to a visit, whatever the device, zone and language."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django import Settings

from cms.partners.models import Partner
from schedules.models import Appointment, Claim, ManageToken, WaitlistEntry
from schedules.tokens import token_hash
from tests.browser.front_end import hold_as_long_as_possible
from tests.browser.partner_sites import (
    DESKTOP_SIZE,
    PHONE,
    PHONE_SIZE,
    Clinic,
    PartnerSite,
    open_clinic,
    violations,
    visitor,
)
from tests.factories import make_appointment, make_procedure, make_provider, make_rule
from tests.translating import translate

DENVER, NEW_YORK, TOKYO = ZoneInfo("America/Denver"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
SIZES = pytest.mark.parametrize("size", [PHONE_SIZE, DESKTOP_SIZE], ids=["phone", "desktop"])
OPEN = {Appointment.Status.BOOKED, Appointment.Status.REQUESTED}


@pytest.fixture
def site() -> Iterator[PartnerSite]:
    served = PartnerSite()
    yield served
    served.close()


@pytest.fixture
def clinic(live_server: Any, site: PartnerSite) -> Clinic:
    return open_clinic(api=live_server.url, site=site)


def booked() -> list[Appointment]:
    return list(Appointment.objects.filter(status__in=OPEN).order_by("pk"))


def choose_time(page: Page, number: int = 0) -> None:
    page.locator("#times .slot").nth(number).click()
    expect(page.get_by_role("heading", name="Your details")).to_be_visible()


def fill_details(page: Page, *, name: str = "Pat Example", email: str = "pat@example.com") -> None:
    page.get_by_label("Full name").fill(name)
    page.get_by_label("Email address").fill(email)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Book this visit").click()


def hour(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%-I:%M %p}"


@SIZES
def test_visit_is_booked_in_four_screens_without_a_violation(
    browser: Browser, clinic: Clinic, complaints: list[str], size: ViewportSize
) -> None:
    second = make_provider(name="Daniel Kim", offers=[clinic.procedure])
    make_rule(provider=second, location=clinic.location)
    with visitor(browser, complaints=complaints, size=size) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        expect(page.get_by_role("heading", name="Whom would you like to see?")).to_be_visible()
        found = violations(page)

        page.get_by_role("button", name="Dr. Sarah White").click()
        expect(page.locator("#times .slot").first).to_be_visible()
        found += violations(page)
        choose_time(page)
        submit(page)
        expect(page.get_by_text("Please check 2 things:")).to_be_visible()
        found += violations(page)
        fill_details(page)
        submit(page)
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_focused()
        found += violations(page)

        [visit] = booked()
        expect(page.get_by_text(visit.reference)).to_be_visible()
        assert (visit.provider.title, visit.source) == ("Dr. Sarah White", "partner:foothills")
        assert found == []
        assert "Pat" not in page.url


@pytest.mark.parametrize(
    ("zone", "name"), [(NEW_YORK, "Eastern"), (TOKYO, "Japan")], ids=["new york", "tokyo"]
)
def test_both_zones_are_shown_wherever_a_time_is(
    browser: Browser, clinic: Clinic, complaints: list[str], zone: ZoneInfo, name: str
) -> None:
    with visitor(browser, complaints=complaints, zone=zone.key) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        slot = page.locator("#times .slot").first
        expect(slot).to_contain_text("your time")
        in_list = slot.inner_text()
        choose_time(page)
        summary = page.get_by_role("region", name="Your visit").inner_text()
        fill_details(page)
        submit(page)
        facts = page.locator("dl.facts")
        expect(facts).to_be_visible()

    [visit] = booked()
    here, there = hour(visit.starts_at, zone), hour(visit.starts_at, DENVER)
    for shown in (in_list, summary, facts_text := summary):
        assert there in shown
        assert here in shown
    assert f"({name}" in facts_text
    assert "(Mountain" in facts_text


def test_one_zone_is_shown_where_clocks_agree(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    with visitor(browser, complaints=complaints, zone="America/Boise") as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        expect(page.locator("#times .slot").first).to_be_visible()

        expect(page.get_by_text("your time")).to_have_count(0)
        expect(page.get_by_text("Times are those at the clinic (Mountain")).to_be_visible()


def test_whole_booking_by_keyboard(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        expect(page.locator("#times .slot").first).to_be_visible()
        first_day = page.locator(".day[aria-pressed=true]").get_attribute("data-date")
        for _ in range(9):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.classList.contains('day')"):
                break
        if page.locator(f"[data-date='{next_day(first_day)}']").count():
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
            expect(page.locator(f"[data-date='{next_day(first_day)}'][aria-pressed=true]")).to_be_focused()
        expect(page.locator("#times .slot").first).to_be_visible()
        page.keyboard.press("Tab")
        for _ in range(3):
            if page.evaluate("document.activeElement.classList.contains('slot')"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Your details")).to_be_focused()
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.type("Pat Example")
        page.keyboard.press("Tab")
        page.keyboard.type("pat@example.com")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_focused()
    assert len(booked()) == 1


def next_day(date: str | None) -> str:
    return f"{datetime.fromisoformat(date or '') + timedelta(days=1):%Y-%m-%d}"


def test_double_click_books_once(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        page.locator("#times .slot").first.dblclick()
        expect(page.get_by_role("heading", name="Your details")).to_be_visible()
        fill_details(page)
        page.get_by_role("button", name="Book this visit").dblclick()
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()

    assert Appointment.objects.count() == 1


def test_answer_that_was_lost_is_asked_for_again_and_books_once(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        choose_time(page)
        fill_details(page)
        lost: list[str] = []

        def lose_first_answer(route: Any) -> None:
            if lost:
                route.continue_()
                return
            lost.append(route.request.post_data)
            route.fetch()
            route.abort()

        page.route("**/graphql/", lose_first_answer)
        submit(page)
        expect(page.get_by_text("you will not be booked twice")).to_be_visible()
        expect(page.get_by_role("alert").get_by_role("link", name=PHONE)).to_be_visible()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
        # What the browser says of the request that was cut off.
        complaints[:] = [one for one in complaints if "net::ERR_FAILED" not in one]

    assert len(lost) == 1
    assert Appointment.objects.count() == 1


def test_api_away_offers_the_phone_and_another_try(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.route("**/graphql/", lambda route: route.abort())
        page.goto(clinic.booking_address())
        expect(page.get_by_text("We cannot reach the clinic's calendar")).to_be_visible()
        expect(page.get_by_role("alert").get_by_role("link", name=PHONE)).to_be_visible()
        assert violations(page) == []

        page.unroute("**/graphql/")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#times .slot").first).to_be_visible()
        complaints[:] = [one for one in complaints if "net::ERR_FAILED" not in one]


def test_too_many_requests_say_how_long_to_wait(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    refusal = {"errors": [{"message": "Wait.", "extensions": {"code": "RATE_LIMITED"}}]}
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.route(
            "**/graphql/",
            lambda route: route.fulfill(status=429, json=refusal, headers={"Retry-After": "30"}),
        )
        page.goto(clinic.booking_address())

        expect(page.get_by_text("Please try again in 30 seconds.")).to_be_visible()
        complaints[:] = [one for one in complaints if "429" not in one]


def test_taken_time_offers_others_in_one_tap_and_keeps_the_details(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        choose_time(page)
        fill_details(page)
        # The hold lapses, and somebody else is faster.
        held = Appointment.objects.get()
        lapsed = held.created_at
        Appointment.objects.update(hold_expires_at=lapsed)
        Claim.objects.update(expires_at=lapsed, is_active=False)
        make_appointment(
            procedure=clinic.procedure,
            provider=clinic.providers[0],
            location=clinic.location,
            starts_at=held.starts_at,
        )
        submit(page)
        others = page.get_by_role("alert").locator(".slot")
        expect(others).to_have_count(3)
        expect(page.get_by_text("Your details are kept.")).to_be_visible()
        found = violations(page)

        others.first.click()
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(page.get_by_label("Full name")).to_have_value("Pat Example")
        submit(page)
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()

    assert found == []
    mine, other = sorted(booked(), key=lambda visit: visit.reference == "AAAA-1111")
    assert mine.patient.name == "Pat Example"
    assert mine.starts_at != other.starts_at


def test_time_taken_before_it_is_held_offers_others(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        slot = page.locator("#times .slot").nth(1)
        expect(slot).to_be_visible()
        day = datetime.fromisoformat(page.locator(".day[aria-pressed=true]").get_attribute("data-date") or "")
        text = slot.inner_text()
        local = datetime.strptime(f"{day:%Y-%m-%d} {text}", "%Y-%m-%d %I:%M %p").replace(tzinfo=DENVER)
        make_appointment(
            procedure=clinic.procedure,
            provider=clinic.providers[0],
            location=clinic.location,
            starts_at=local.astimezone(UTC),
        )
        slot.click()
        alert = page.get_by_role("alert")
        expect(alert.get_by_text("Somebody else has just taken this time.")).to_be_visible()
        expect(page.locator("#times .slot", has_text=text)).to_have_count(0)

        alert.locator(".slot").first.click()
        expect(page.get_by_role("heading", name="Your details")).to_be_visible()


def test_hold_is_counted_down_and_kept_longer(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.clock.install()
        page.goto(clinic.booking_address())
        choose_time(page)
        timer = page.get_by_role("timer")
        expect(timer).to_have_text(re.compile(r"^(5:00|4:\d\d)$"))
        page.clock.fast_forward("04:00")
        expect(timer).to_have_text(re.compile(r"^[01]:\d\d$"))

        page.get_by_role("button", name="Keep it longer").click()
        expect(timer).to_have_text(re.compile(r"^(5:00|4:\d\d)$"))
        page.clock.fast_forward("05:01")
        expect(page.get_by_text("We no longer keep this time for you").first).to_be_visible()
        page.get_by_role("button", name="Keep it again").click()
        expect(timer).to_have_text(re.compile(r"^(5:00|4:\d\d)$"))
        hold_as_long_as_possible()
        page.get_by_role("button", name="Keep it longer").click()
        expect(page.get_by_role("alert")).to_contain_text("We cannot keep this time any longer.")
        expect(timer).to_be_visible()
        found = violations(page)

    assert found == []
    assert Appointment.objects.filter(status=Appointment.Status.HELD).count() == 1


def test_back_leads_to_the_times_and_never_books_twice(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        choose_time(page)
        fill_details(page)
        page.go_back()
        expect(page.get_by_text("kept for you")).to_be_visible()
        choose_time(page, number=2)
        expect(page.get_by_label("Full name")).to_have_value("Pat Example")
        submit(page)
        done = page.get_by_role("heading", name="Your visit is booked")
        expect(done).to_be_visible()
        page.go_back()
        expect(done).to_be_visible()

    assert [visit.status for visit in Appointment.objects.exclude(status="cancelled")] == ["booked"]


def test_request_is_worded_as_one(
    browser: Browser, live_server: Any, site: PartnerSite, complaints: list[str]
) -> None:
    clinic = open_clinic(api=live_server.url, site=site, requires_confirmation=True)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        choose_time(page)
        fill_details(page)
        page.get_by_role("button", name="Request this visit").click()

        expect(page.get_by_role("heading", name="Your request has been sent")).to_be_visible()
        expect(page.get_by_text("The visit is not confirmed yet.")).to_be_visible()
    assert [visit.status for visit in booked()] == ["requested"]


def test_waitlist_is_offered_where_nothing_is_free(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    provider = clinic.providers[0]
    provider.availability_rules.all().delete()
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        expect(page.get_by_text("There are no free times at the moment.")).to_be_visible()
        page.get_by_role("button", name="Join the waitlist").click()
        expect(page.get_by_role("heading", name="Join the waitlist")).to_be_focused()
        found = violations(page)
        page.get_by_role("button", name="Join the waitlist").click()
        expect(page.get_by_text("Please check 2 things:")).to_be_visible()
        fill_details(page)
        page.get_by_role("button", name="Join the waitlist").click()
        expect(page.get_by_role("heading", name="You are on the waitlist")).to_be_visible()

    assert found == []
    assert WaitlistEntry.objects.get().patient_email == "pat@example.com"


def test_waitlist_keeps_the_length_that_was_chosen(
    browser: Browser, live_server: Any, site: PartnerSite, complaints: list[str]
) -> None:
    clinic = open_clinic(api=live_server.url, site=site, durations=[90])
    clinic.providers[0].availability_rules.update(start_time="09:00", end_time="09:45")
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        expect(page.locator("#times .slot").first).to_have_text("9:00 AM")
        page.get_by_label("90 minutes").check()
        page.get_by_role("button", name="Join the waitlist").click()
        fill_details(page)
        page.get_by_role("button", name="Join the waitlist").click()
        expect(page.get_by_role("heading", name="You are on the waitlist")).to_be_visible()

    assert WaitlistEntry.objects.get().duration_minutes == 90


def test_procedure_is_chosen_where_none_is_given(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    """Of what can be booked, only what the partner may show is listed."""
    make_procedure(title="Consultation by letter", bookable=False)
    make_procedure(title="Cupping")
    clinic.partner.procedures.add(clinic.procedure)
    Partner.objects.update(content=Partner.Content.CHOSEN)
    with visitor(browser, complaints=complaints, size=PHONE_SIZE) as window:
        page = window.new_page()
        page.goto(clinic.booking_address(""))
        choices = page.locator(".choice")
        expect(choices).to_have_count(1)
        expect(choices).to_contain_text("Micro needling")
        found = violations(page)
        choices.first.click()
        expect(page.locator("#times .slot").first).to_be_visible()
        page.get_by_role("button", name="Back").click()
        expect(page.get_by_role("heading", name="What would you like to book?")).to_be_focused()

    assert found == []


def test_provider_of_the_address_is_booked(
    browser: Browser, live_server: Any, site: PartnerSite, complaints: list[str]
) -> None:
    clinic = open_clinic(api=live_server.url, site=site, providers=2)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address("procedure=micro-needling&provider=daniel-kim"))
        expect(page.get_by_text("Micro needling with Dr. Daniel Kim")).to_be_visible()
        choose_time(page)
        fill_details(page)
        submit(page)
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()

    assert [visit.provider.title for visit in booked()] == ["Dr. Daniel Kim"]


@SIZES
def test_spanish_is_complete(
    browser: Browser, clinic: Clinic, complaints: list[str], size: ViewportSize
) -> None:
    translate(clinic.procedure, title="Microagujas")
    with visitor(
        browser, complaints=complaints, size=size, locale="es-MX", zone="Asia/Tokyo", color_scheme="dark"
    ) as window:
        page = window.new_page()
        page.goto(clinic.booking_address("procedure=micro-needling&locale=es"))
        expect(page.get_by_role("heading", name="Elija día y hora")).to_be_visible()
        expect(page.locator("#times .slot").first).to_contain_text("su hora")
        shown = page.inner_text("body")
        found = violations(page)
        page.locator("#times .slot").first.click()
        expect(page.get_by_role("heading", name="Sus datos")).to_be_visible()
        found += violations(page)
        shown += page.inner_text("body")
        page.get_by_label("Nombre y apellidos").fill("Pat Example")
        page.get_by_label("Correo electrónico").fill("pat@example.com")
        page.get_by_role("button", name="Reservar esta cita").click()
        expect(page.get_by_role("heading", name="Su cita está reservada")).to_be_visible()
        found += violations(page)
        shown += page.inner_text("body")

        assert page.locator("html").get_attribute("lang") == "es"
    assert found == []
    assert re.findall(r"\b(?:the|your|with|visit|time|at the)\b", shown, re.IGNORECASE) == []
    assert [visit.language for visit in booked()] == ["es"]


def test_calendar_file_follows_the_standard(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        choose_time(page)
        fill_details(page)
        submit(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="Add to calendar").click()
        content = download.value.path().read_bytes()

    [visit] = booked()
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert lines[0 :: len(lines) - 1] == ["BEGIN:VCALENDAR", ""]
    assert f"DTSTART:{visit.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert f"DTEND:{visit.ends_at:%Y%m%dT%H%M%SZ}" in lines
    assert f"UID:{visit.reference}@localhost" in lines
    assert "STATUS:CONFIRMED" in lines
    assert any(line.startswith("LOCATION:Denver\\, 1 Larkspur Way\\, Denver") for line in lines)
    assert "Pat" not in content.decode()


def test_link_for_changes_is_given_where_the_clinic_has_a_page_for_them(
    browser: Browser, clinic: Clinic, complaints: list[str], settings: Settings
) -> None:
    settings.FRONTEND_BASE_URL = "https://www.example.com"
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        choose_time(page)
        fill_details(page)
        submit(page)
        link = page.get_by_role("link", name="Change or cancel online").get_attribute("href") or ""
        with page.expect_download() as download:
            page.get_by_role("link", name="Add to calendar").click()
        calendar = download.value.path().read_text().replace("\n ", "")

    address, _, token = link.partition("#token=")
    assert address == "https://www.example.com/visit/"
    assert ManageToken.objects.get().token_hash == token_hash(token)
    assert token in calendar


def test_length_of_the_visit_is_chosen(
    browser: Browser, live_server: Any, site: PartnerSite, complaints: list[str]
) -> None:
    clinic = open_clinic(api=live_server.url, site=site, durations=[90])
    with visitor(browser, complaints=complaints, size=PHONE_SIZE) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        choice = page.get_by_role("group", name="How long?")
        expect(choice.get_by_label("45 minutes")).to_be_checked()
        expect(page.locator("#times .slot").last).to_have_text("4:00 PM")
        choose_time(page)
        fill_details(page)
        page.get_by_role("button", name="Change time").click()
        choice.get_by_label("90 minutes").check()
        # The last of these begins an hour earlier; the shorter one that is kept is none of them.
        expect(page.locator("#times .slot").last).to_have_text("3:00 PM")
        expect(page.get_by_text("kept for you")).to_have_count(0)
        assert violations(page) == []
        choose_time(page)
        expect(page.locator(".summary")).to_contain_text("90 minutes")
        expect(page.get_by_label("Full name")).to_have_value("Pat Example")
        submit(page)
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()

    [visit] = booked()
    assert visit.ends_at - visit.starts_at == timedelta(minutes=90)
    assert Appointment.objects.filter(status=Appointment.Status.HELD).count() == 0


def test_hold_that_nobody_knows_any_more_never_ends_in_silence(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    """A page that was left open over night: what it kept is forgotten, and its time is taken."""
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        choose_time(page)
        fill_details(page)
        [held] = Appointment.objects.all()
        starts_at = held.starts_at
        Claim.objects.all().delete()
        held.delete()
        make_appointment(
            procedure=clinic.procedure,
            provider=clinic.providers[0],
            location=clinic.location,
            starts_at=starts_at,
        )
        page.get_by_role("button", name="Keep it longer").click()
        expect(page.get_by_role("alert")).to_contain_text("Somebody else has just taken this time.")
        submit(page)
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("This time is no longer free.")
        alert.locator(".slot").first.click()
        expect(page.get_by_role("timer")).to_be_visible()
        expect(page.get_by_label("Full name")).to_have_value("Pat Example")
        submit(page)
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()

    assert len(booked()) == 2


def test_hour_that_comes_twice_is_told_apart(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    """On the day on which clocks are put back, 01:00 to 02:00 comes twice."""
    day = next_change_back(clinic.procedure.last_published_at)
    make_rule(
        provider=clinic.providers[0],
        location=clinic.location,
        recurrence="RRULE:FREQ=DAILY",
        start_time="00:00",
        end_time="08:00",
        valid_from=day.date(),
        valid_until=day.date(),
    )
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        for _ in range(13):
            if page.locator(f"[data-date='{day:%Y-%m-%d}']").count():
                break
            name = page.locator("#month").inner_text()
            page.get_by_role("button", name="Next month").click()
            expect(page.locator("#month")).not_to_have_text(name)
        page.locator(f"[data-date='{day:%Y-%m-%d}']").click()

        expect(page.locator("#times .slot", has_text="1:00 AM MDT")).to_have_count(1)
        expect(page.locator("#times .slot", has_text="1:00 AM MST")).to_have_count(1)


def next_change_back(now: datetime) -> datetime:
    """Return local midnight of the next day of 25 hours in Denver."""
    day = now.astimezone(DENVER).replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        day += timedelta(days=1)
        after = (day + timedelta(days=1)).astimezone(UTC)
        if after - day.astimezone(UTC) == timedelta(hours=25):
            return day


def test_targets_are_large_enough_for_fingers(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    measure = """() => Array.from(document.querySelectorAll('button, input, a.button, textarea'))
        .filter((one) => one.checkVisibility())
        .map((one) => [one.textContent || one.name, one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 44 || box.width < 44)
        .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    with visitor(browser, complaints=complaints, size=PHONE_SIZE, has_touch=True, is_mobile=True) as window:
        page = window.new_page()
        page.goto(clinic.booking_address())
        expect(page.locator("#times .slot").first).to_be_visible()
        small = page.evaluate(measure)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE_SIZE["width"]
        page.locator("#times .slot").first.tap()
        expect(page.get_by_label("Full name")).to_be_visible()
        small += page.evaluate(measure)

    assert small == []
