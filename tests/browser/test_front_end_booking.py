"""Booking in the front end: find a time, hold it, book it, move it, cancel it, from several zones."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from schedules.models import Appointment, BookingPolicy, Claim
from tests.browser.front_end import (
    DESKTOP,
    LAYOUT_SHIFT,
    PHONE,
    Clinic,
    OpenWindow,
    clinic,
    hold_as_long_as_possible,
    open_window,
    overflow,
    server_now,
    violations,
)
from tests.factories import make_appointment, make_location, make_provider, make_rule
from tests.translating import translate

# Fixtures are found by their names in the module.
__all__ = ["clinic", "open_window"]

DENVER, NEW_YORK, TOKYO = ZoneInfo("America/Denver"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
BOOKING = "book/micro-needling/"


def next_tuesday() -> datetime:
    """Return nine o'clock in Denver on the Tuesday after tomorrow, which no notice and no cut-off reaches."""
    day = server_now().astimezone(DENVER) + timedelta(days=2)
    day += timedelta(days=(1 - day.weekday()) % 7)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def clock(moment: datetime) -> str:
    return f"{moment:%-I:%M %p}"


def day_name(moment: datetime) -> str:
    return f"{moment:%A, %B %-d}"


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def open_day(page: Page, moment: datetime) -> None:
    page.goto(f"{BOOKING}?day={moment:%Y-%m-%d}")
    expect(page.get_by_role("heading", name=f"Free times on {day_name(moment)}")).to_be_visible()


def time_button(page: Page, moment: datetime) -> Locator:
    return page.get_by_role("button", name=clock(moment), exact=True)


def hold(page: Page, moment: datetime) -> None:
    open_day(page, moment)
    time_button(page, moment).click()
    heading(page, "Your details")


def fill_in(page: Page) -> None:
    page.get_by_label("Name").fill("Sam Rivera")
    page.get_by_label("Email").fill("sam@example.com")


def book(page: Page) -> None:
    page.get_by_role("button", name="Book this visit").click()
    heading(page, "Your visit is booked")


def key_of(request: Request) -> str:
    return json.loads(request.post_data or "")["variables"]["input"]["idempotencyKey"]


def send_and_lose_the_answer(page: Page, *, button: str, told: str) -> str:
    """Press the button: the server does it, and its answer is lost. Return the key that was sent."""
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(key_of(route.request))
        route.fetch()
        route.abort()

    page.route("**/graphql/", lose, times=1)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text(told)
    [key] = keys
    return key


def book_and_lose_the_answer(page: Page) -> str:
    return send_and_lose_the_answer(
        page, button="Book this visit", told="Nothing is booked twice if you send it again."
    )


def visits() -> list[tuple[datetime, str]]:
    booked = Appointment.objects.exclude(status=Appointment.Status.HELD).order_by("starts_at")
    return [(visit.starts_at, visit.status) for visit in booked]


@pytest.mark.parametrize(
    ("width", "zone", "city"), [(PHONE, NEW_YORK, "New York"), (DESKTOP, TOKYO, "Tokyo")]
)
def test_visitor_books_moves_and_cancels(
    open_window: OpenWindow, clinic: Clinic, width: int, zone: ZoneInfo, city: str
) -> None:
    page, nine = open_window(width=width, zone=zone.key), next_tuesday()
    there = nine.astimezone(zone)
    hold(page, nine)
    summary = page.locator(".summary")
    expect(summary).to_contain_text(f"{day_name(nine)} at 9:00 AM Denver time")
    expect(summary).to_contain_text(f"{day_name(there)} at {clock(there)} in {city}, where you are")
    expect(summary).to_contain_text("with Dr. Sarah White")
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"for [45]:\d\d\."))
    found = violations(page)

    fill_in(page)
    book(page)
    found += violations(page)
    assert visits() == [(nine, Appointment.Status.BOOKED)]

    page.get_by_role("link", name="Move or cancel this visit").click()
    heading(page, "Your visit")
    found += violations(page)
    page.get_by_role("button", name="Move to another time").click()
    later = nine + timedelta(hours=2)
    time_button(page, later).click()
    page.get_by_role("button", name="Move to").click()
    expect(page.get_by_text("Your visit has been moved.")).to_be_visible()
    assert visits() == [(later, Appointment.Status.BOOKED)]

    page.get_by_role("button", name="Cancel the visit").click()
    page.get_by_label("Reason").fill("I have a cold.")
    found += violations(page)
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("Your visit is cancelled.")).to_be_visible()
    assert visits() == [(later, Appointment.Status.CANCELLED)]
    assert (found, overflow(page)) == ([], 0)
    assert page.evaluate(LAYOUT_SHIFT) < 0.05


def test_times_are_shown_as_at_the_clinic_or_as_where_the_visitor_is(
    open_window: OpenWindow, clinic: Clinic
) -> None:
    page, nine = open_window(zone=TOKYO.key), next_tuesday()
    open_day(page, nine)
    expect(time_button(page, nine)).to_be_visible()
    there = nine.astimezone(TOKYO)

    page.get_by_label("Tokyo (where you are)").check()

    page.get_by_role("button", name=day_name(there)).click()
    expect(page.get_by_role("heading", name=f"Free times on {day_name(there)}")).to_be_visible()
    time_button(page, there).click()
    expect(page.locator(".summary")).to_contain_text(f"{day_name(nine)} at 9:00 AM Denver time")


def test_visitor_without_another_zone_is_not_asked(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window()
    open_day(page, next_tuesday())

    expect(page.get_by_text("All times are Denver time.")).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(0)


def test_wrong_details_are_said_beside_the_fields(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window()
    hold(page, next_tuesday())
    page.get_by_label("Email").fill("sam@")
    page.get_by_label("Phone").fill("call me")
    page.get_by_role("button", name="Book this visit").click()

    expect(page.get_by_label("Name")).to_be_focused()
    for label, problem in [
        ("Name", "Please enter your name."),
        ("Email", "Please enter an email address such as name@example.com."),
        ("Phone", "Please use digits, spaces and + ( ) - . / only."),
    ]:
        expect(page.get_by_label(label)).to_have_accessible_description(problem)
    expect(page.get_by_text("3 fields need another look.")).to_be_visible()
    assert violations(page) == []
    assert visits() == []


def test_refusal_of_the_clinic_is_said_beside_its_field(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    hold(page, nine)
    fill_in(page)
    # Our check lets it pass, and the clinic does not.
    page.get_by_label("Email").fill("sam@example..com")
    page.get_by_role("button", name="Book this visit").click()
    problem = "Please enter an email address such as name@example.com."
    expect(page.get_by_label("Email")).to_have_accessible_description(problem)

    page.get_by_label("Email").fill("sam@example.com")
    book(page)
    assert visits() == [(nine, Appointment.Status.BOOKED)]


def test_taken_time_has_others_beside_it(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    open_day(page, nine)
    make_appointment(
        procedure=clinic.procedure, provider=clinic.provider, location=clinic.location, starts_at=nine
    )
    time_button(page, nine).click()

    taken = page.get_by_role("alert")
    expect(taken).to_contain_text("Somebody was faster")
    other = taken.get_by_role("button", name=re.compile("9:45"))
    expect(other).to_be_visible()
    assert violations(page) == []
    other.click()
    heading(page, "Your details")
    expect(page.locator(".summary")).to_contain_text("9:45 AM Denver time")


def test_lost_answer_is_asked_for_again_and_books_once(
    open_window: OpenWindow, clinic: Clinic, complaints: list[str]
) -> None:
    page, nine = open_window(), next_tuesday()
    hold(page, nine)
    fill_in(page)
    key = book_and_lose_the_answer(page)
    assert visits() == [(nine, Appointment.Status.BOOKED)]
    complaints.clear()

    with page.expect_request("**/graphql/") as sent:
        page.get_by_role("button", name="Send again").click()
    heading(page, "Your visit is booked")
    assert key_of(sent.value) == key
    assert visits() == [(nine, Appointment.Status.BOOKED)]


def test_double_click_books_once(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    hold(page, nine)
    fill_in(page)
    page.get_by_role("button", name="Book this visit").dblclick()

    heading(page, "Your visit is booked")
    assert visits() == [(nine, Appointment.Status.BOOKED)]


def test_way_back_keeps_the_hold_and_books_nothing_again(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    hold(page, nine)
    page.get_by_label("Name").fill("Sam Rivera")
    page.go_back()
    expect(page.get_by_text("We are keeping")).to_be_visible()
    page.get_by_role("button", name="Continue with it").click()
    expect(page.get_by_label("Name")).to_have_value("Sam Rivera")
    page.reload()
    heading(page, "Your details")
    expect(page.get_by_role("timer")).to_contain_text("We keep this time for you for")
    fill_in(page)
    book(page)
    reference = page.locator(".reference").inner_text()

    page.reload()
    expect(page.locator(".reference")).to_have_text(reference)
    page.go_back()
    heading(page, "Book a visit: Micro needling")
    page.go_forward()
    expect(page.locator(".reference")).to_have_text(reference)
    assert visits() == [(nine, Appointment.Status.BOOKED)]


# Before anything is painted, which is late in a window that nobody looks at.
GO_BACK_AT_ONCE = """window.requestAnimationFrame = () => 0;
new MutationObserver((changes, observer) => {
  if (!document.querySelector("h1")) return;
  observer.disconnect();
  history.back();
}).observe(document, { childList: true, subtree: true });"""


def test_way_back_is_followed_however_early(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    hold(page, nine)
    page.add_init_script(GO_BACK_AT_ONCE)
    page.reload()

    heading(page, "Book a visit: Micro needling")


def test_another_time_replaces_the_hold(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    hold(page, nine)
    page.get_by_role("button", name="Choose another time").click()
    time_button(page, nine + timedelta(hours=3)).click()
    heading(page, "Your details")

    held = Appointment.objects.filter(status=Appointment.Status.HELD)
    assert [visit.starts_at for visit in held] == [nine + timedelta(hours=3)]


def test_provider_is_chosen_and_nothing_secret_stands_in_the_address(
    open_window: OpenWindow, clinic: Clinic
) -> None:
    other = make_provider(name="James Okafor", offers=[clinic.procedure])
    make_rule(provider=other, location=clinic.location)
    page, nine = open_window(width=DESKTOP), next_tuesday()
    open_day(page, nine)
    page.get_by_label("With whom?").select_option("Dr. James Okafor")
    expect(page).to_have_url(re.compile("provider=james-okafor"))
    # Tomorrow may be a Tuesday, too, and is shown first then.
    page.goto(f"{page.url}&day={nine:%Y-%m-%d}")
    time_button(page, nine).click()
    expect(page.locator(".summary")).to_contain_text("with Dr. James Okafor")
    fill_in(page)
    addresses = [page.url]
    book(page)
    addresses.append(page.url)

    assert [address.partition("?")[2] for address in addresses] == [
        f"provider=james-okafor&day={nine:%Y-%m-%d}&step=details",
        f"provider=james-okafor&day={nine:%Y-%m-%d}&step=done",
    ]
    assert [str(visit.provider) for visit in Appointment.objects.all()] == ["Dr. James Okafor"]


def test_lapsed_hold_is_said_and_can_still_be_booked(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    page.clock.install()
    hold(page, nine)
    page.clock.run_for(6 * 60 * 1000)

    expect(page.get_by_role("timer")).to_contain_text("We are no longer keeping this time.")
    fill_in(page)
    book(page)
    assert visits() == [(nine, Appointment.Status.BOOKED)]


def test_unknown_link_says_so(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window()
    page.goto("visit/#token=nobody-knows-it")

    expect(page.get_by_text("This link is unknown or has ended.")).to_be_visible()
    assert violations(page) == []


def test_booking_in_spanish(open_window: OpenWindow, clinic: Clinic) -> None:
    translate(clinic.procedure, title="Microagujas", slug="microagujas")
    page, nine = open_window(locale="es-ES"), next_tuesday()
    page.goto(f"es/book/microagujas/?day={nine:%Y-%m-%d}")
    heading(page, "Reservar una cita: Microagujas")
    page.get_by_role("button", name="9:00", exact=True).click()
    heading(page, "Sus datos")
    page.get_by_label("Nombre").fill("Sam Rivera")
    page.get_by_label("Correo").fill("sam@example.com")
    page.get_by_role("button", name="Reservar esta cita").click()

    heading(page, "Su cita está reservada")
    assert violations(page) == []
    assert visits() == [(nine, Appointment.Status.BOOKED)]


def test_nothing_about_the_patient_stays_in_the_history(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    hold(page, nine)
    fill_in(page)
    book(page)
    expect(page.get_by_text("write to sam@example.com")).to_be_visible()
    kept = page.evaluate("JSON.stringify([history.state, localStorage, sessionStorage, location.href])")
    assert "manageToken" in kept
    assert [word for word in ("Sam", "Rivera", "sam@example") if word in kept] == []

    page.reload()
    expect(page.get_by_text("write to you if anything changes")).to_be_visible()


def test_hold_is_kept_longer(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    page.clock.install()
    hold(page, nine)
    page.get_by_label("Name").fill("Sam Rivera")
    timer = page.get_by_role("timer")
    page.clock.run_for(4 * 60 * 1000)
    expect(timer).to_contain_text(re.compile(r"for [01]:\d\d"))
    page.get_by_role("button", name="Keep it longer").click()
    expect(timer).to_contain_text(re.compile(r"for (5:00|4:\d\d)"))
    page.clock.run_for(6 * 60 * 1000)
    page.get_by_role("button", name="Keep it again").click()
    expect(timer).to_contain_text(re.compile(r"for (5:00|4:\d\d)"))
    expect(page.get_by_label("Name")).to_have_value("Sam Rivera")
    hold_as_long_as_possible()
    page.get_by_role("button", name="Keep it longer").click()
    expect(page.get_by_role("alert")).to_contain_text("We cannot keep this time any longer")
    assert violations(page) == []
    fill_in(page)
    book(page)

    booked = Appointment.objects.filter(status=Appointment.Status.BOOKED)
    assert [visit.starts_at for visit in booked] == [nine]
    assert Appointment.objects.filter(status=Appointment.Status.HELD).count() == 0


def test_hold_that_is_long_forgotten_stops_nobody(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    page.clock.install()
    hold(page, nine)
    page.get_by_label("Name").fill("Sam Rivera")
    page.clock.run_for(6 * 60 * 1000)
    Claim.objects.all().delete()
    Appointment.objects.all().delete()
    page.get_by_role("button", name="Choose another time").click()
    time_button(page, nine + timedelta(hours=3)).click()
    heading(page, "Your details")
    fill_in(page)
    book(page)

    assert visits() == [(nine + timedelta(hours=3), Appointment.Status.BOOKED)]


def test_request_is_worded_as_one(open_window: OpenWindow, clinic: Clinic) -> None:
    BookingPolicy.objects.update(requires_confirmation=True)
    page, nine = open_window(), next_tuesday()
    hold(page, nine)
    expect(page.get_by_text("The clinic confirms each request.")).to_be_visible()
    fill_in(page)
    page.get_by_role("button", name="Request this visit").click()

    heading(page, "We have your request")
    with page.expect_download() as download:
        page.get_by_role("link", name="Add to calendar").click()
    lines = Path(download.value.path()).read_bytes().split(b"\r\n")
    assert b"STATUS:TENTATIVE" in lines
    assert [line for line in lines if len(line) > 75] == []


def test_place_is_named_where_it_is_not_settled(open_window: OpenWindow, clinic: Clinic) -> None:
    """Two places offer the procedure, but only one of them in the week that is shown."""
    phoenix = make_location(name="Phoenix", time_zone="America/Phoenix", city="Phoenix")
    nine = next_tuesday()
    other = make_provider(name="James Okafor", offers=[clinic.procedure])
    make_rule(provider=other, location=phoenix, valid_from=nine.date() + timedelta(days=14))
    page = open_window()
    page.goto(f"{BOOKING}?day={nine:%Y-%m-%d}")
    expect(page.get_by_role("button", name=f"{clock(nine)} Denver", exact=False)).to_be_visible()
    page.get_by_label("Where?").select_option("Denver")
    expect(page).to_have_url(re.compile("location=denver"))
    page.goto(f"{page.url}&day={nine:%Y-%m-%d}")
    expect(time_button(page, nine)).to_be_visible()
    assert overflow(page) == 0


def test_focus_and_title_follow_each_step_of_a_visit(open_window: OpenWindow, clinic: Clinic) -> None:
    page, nine = open_window(), next_tuesday()
    focused = page.locator("h1:focus")
    hold(page, nine)
    expect(page).to_have_title("Your details | Mile High Chiropractic")
    fill_in(page)
    book(page)
    expect(page).to_have_title("Your visit is booked | Mile High Chiropractic")
    page.get_by_role("link", name="Move or cancel this visit").click()
    expect(focused).to_have_text("Your visit")
    page.get_by_role("button", name="Move to another time").click()
    expect(focused).to_have_text("Move your visit")
    expect(page).to_have_title("Move your visit | Mile High Chiropractic")
    time_button(page, nine + timedelta(hours=1)).click()
    new = page.locator(".confirm .summary")
    expect(new).to_contain_text("10:00 AM")
    expect(new).to_contain_text("with Dr. Sarah White")
    page.get_by_role("button", name=re.compile("^Move to")).click()
    expect(focused).to_have_text("Your visit")
    expect(page.get_by_text("Your visit has been moved.")).to_be_visible()
    page.get_by_role("button", name="Cancel the visit").click()
    expect(focused).to_have_text("Cancel this visit?")
    expect(page.get_by_text("Your visit has been moved.")).to_have_count(0)
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(focused).to_have_text("Your visit")
    assert visits() == [(nine + timedelta(hours=1), Appointment.Status.CANCELLED)]


def test_hour_that_comes_twice_is_told_apart(open_window: OpenWindow, clinic: Clinic) -> None:
    """On the day on which clocks are put back, 01:00 to 02:00 comes twice."""
    BookingPolicy.objects.update(horizon_days=400)
    day = next_change_back(server_now())
    make_rule(
        provider=clinic.provider,
        location=clinic.location,
        recurrence="RRULE:FREQ=DAILY",
        start_time="00:00",
        end_time="08:00",
        valid_from=day.date(),
        valid_until=day.date(),
    )
    page = open_window()
    page.goto(f"{BOOKING}?day={day:%Y-%m-%d}")

    expect(page.get_by_role("button", name="1:00 AM MDT")).to_be_visible()
    expect(page.get_by_role("button", name="1:00 AM MST")).to_be_visible()
    expect(page.get_by_role("button", name="3:00 AM", exact=True)).to_be_visible()


@pytest.mark.parametrize("day", ["garbage", "2027-02-31", "1999-01-01"])
def test_day_of_an_address_may_be_anything(open_window: OpenWindow, clinic: Clinic, day: str) -> None:
    page = open_window()
    page.goto(f"{BOOKING}?day={day}")
    heading(page, "Book a visit: Micro needling")
    expect(page.locator(".times button").first).to_be_visible()


def test_days_beyond_all_free_times_lead_back(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window()
    page.goto(f"{BOOKING}?day=2099-01-01")
    expect(page.get_by_text("Nothing is free on these days.")).to_be_visible()
    page.locator(".times-space").get_by_role("button", name="Earlier days").click()
    expect(page.get_by_text("9:00 AM").or_(page.get_by_text("Go to the next free day")).first).to_be_visible()


def next_change_back(now: datetime) -> datetime:
    """Return local midnight of the next day of 25 hours in Denver."""
    day = now.astimezone(DENVER).replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        day += timedelta(days=1)
        after = (day + timedelta(days=1)).astimezone(UTC)
        if after - day.astimezone(UTC) == timedelta(hours=25):
            return day
