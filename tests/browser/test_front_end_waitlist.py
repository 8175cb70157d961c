"""The waitlist in the front end: from a list of times that suit nobody to a place, and off it again."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from schedules.models import BookingPolicy, IdempotencyKey, WaitlistEntry
from tests.browser.front_end import (
    DESKTOP,
    PHONE,
    Clinic,
    OpenWindow,
    clinic,
    open_window,
    overflow,
    server_now,
)
from tests.browser.test_front_desk import look
from tests.browser.test_front_end_booking import (
    BOOKING,
    DENVER,
    fill_in,
    heading,
    key_of,
    next_tuesday,
    open_day,
    send_and_lose_the_answer,
)
from tests.factories import make_location, make_provider, make_rule
from tests.translating import translate

# Fixtures are found by their names in the module.
__all__ = ["clinic", "open_window"]

WAITLIST = f"{BOOKING}?step=waitlist"


def today() -> date:
    return server_now().astimezone(DENVER).date()


def join_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Join the waitlist")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_visitor_whom_no_time_suits_waits_and_leaves(
    open_window: OpenWindow, clinic: Clinic, complaints: list[str], width: int
) -> None:
    page = open_window(width=width)
    focused = page.locator("h1:focus")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_day(page, next_tuesday())
    found = look(page, f"waitlist-0-times-{width}", title="Book a visit")
    page.get_by_role("link", name="Join the waitlist").press("Enter")
    expect(focused).to_have_text("Join the waitlist")
    found += look(page, f"waitlist-1-form-{width}", title="Join the waitlist")
    assert overflow(page) <= 0

    # The answer is lost, and so is what was typed: the same request leads to the place that was given.
    page.get_by_label("Last day").fill(f"{today() + timedelta(days=60)}")
    fill_in(page)
    key = send_and_lose_the_answer(page, button="Join the waitlist", told="You get one place only")
    entry = WaitlistEntry.objects.get()
    complaints.clear()
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("")
    fill_in(page)
    with page.expect_request(lambda request: "idempotencyKey" in (request.post_data or "")) as sent:
        join_button(page).press("Enter")
    expect(focused).to_have_text("You are on the waitlist")
    assert key_of(sent.value) == key
    wanted = (entry.starts_on, entry.ends_on, entry.provider, entry.location, entry.duration_minutes)
    assert wanted == (today(), today() + timedelta(days=60), None, None, None)
    assert WaitlistEntry.objects.get().reference == entry.reference
    expect(page.locator(".reference")).to_have_text(entry.reference)
    expect(page.get_by_text("write to sam@example.com or call you")).to_be_visible()
    found += look(page, f"waitlist-2-joined-{width}", title="You are on the waitlist")
    assert overflow(page) <= 0
    kept = page.evaluate("JSON.stringify([history.state, localStorage, sessionStorage, location.href])")
    assert entry.reference in kept
    assert [word for word in ("Sam", "Rivera", "sam@example") if word in f"{kept} {asked}"] == []

    # The way back leads past the form; the way back to the place, and a reload, find it.
    page.go_back()
    heading(page, "Book a visit: Micro needling")
    page.go_forward()
    page.get_by_role("link", name="Look at the free times").click()
    heading(page, "Book a visit: Micro needling")
    page.go_back()
    heading(page, "You are on the waitlist")
    page.reload()
    expect(page.locator(".reference")).to_have_text(entry.reference)
    expect(page.get_by_text("write to you or call you")).to_be_visible()
    page.locator("summary").press("Enter")
    found += look(page, f"waitlist-3-leaving-{width}", title="You are on the waitlist")
    page.get_by_role("button", name="Yes, leave it").press("Enter")
    expect(focused).to_have_text("You have left the waitlist")
    found += look(page, f"waitlist-4-left-{width}", title="You have left the waitlist")
    assert (WaitlistEntry.objects.get().status, found) == (WaitlistEntry.Status.WITHDRAWN, [])


def test_visitor_waits_as_they_chose(open_window: OpenWindow, clinic: Clinic) -> None:
    BookingPolicy.objects.update(durations=[90])
    phoenix = make_location(name="Phoenix", time_zone="America/Phoenix", city="Phoenix")
    other = make_provider(name="James Okafor", offers=[clinic.procedure])
    for place in (clinic.location, phoenix):
        make_rule(provider=other, location=place)
    page = open_window(width=DESKTOP, scheme="dark")
    open_day(page, next_tuesday())
    page.get_by_label("With whom?").select_option("Dr. James Okafor")
    page.get_by_label("90 minutes").check()
    page.get_by_role("link", name="Join the waitlist").click()
    expect(page.get_by_label("90 minutes")).to_be_checked()
    page.get_by_label("Where?").select_option("Phoenix")
    fill_in(page)
    page.get_by_label("Phone").fill("+1 303 555 0100")
    found = look(page, "waitlist-choices", title="Join the waitlist")
    join_button(page).click()
    heading(page, "You are on the waitlist")

    expect(page.locator(".summary")).to_contain_text("with Dr. James Okafor, Phoenix, 90 minutes")
    found += look(page, "waitlist-choices-joined", title="You are on the waitlist")
    entry = WaitlistEntry.objects.get()
    wanted = (str(entry.provider), str(entry.location), entry.duration_minutes, entry.patient_phone)
    assert wanted == ("Dr. James Okafor", "Phoenix", 90, "+1 303 555 0100")
    assert found == []


def test_waitlist_is_what_is_left_where_nothing_is_free(open_window: OpenWindow, clinic: Clinic) -> None:
    clinic.provider.availability_rules.all().delete()
    page = open_window()
    page.goto(BOOKING)
    expect(page.get_by_text("There are no free times to book online at present.")).to_be_visible()
    found = look(page, "waitlist-nothing-free", title="Book a visit")
    page.get_by_role("link", name="Join the waitlist").click()
    heading(page, "Join the waitlist")

    page.get_by_label("First day").fill("")
    page.get_by_label("Last day").fill(f"{today() - timedelta(days=1)}")
    page.get_by_label("Email").fill("sam@")
    join_button(page).click()
    expect(page.get_by_label("First day")).to_be_focused()
    for label, problem in [
        ("First day", "Please enter a day."),
        ("Last day", "These days have passed."),
        ("Name", "Please enter your name."),
        ("Email", "Please enter an email address such as name@example.com."),
    ]:
        expect(page.get_by_label(label)).to_have_accessible_description(problem)
    found += look(page, "waitlist-problems", title="Join the waitlist")

    for first, last, problem in [
        (5, 4, "The last day cannot be before the first."),
        (5, 97, "Please choose at most 92 days, within the next two years."),
        # Ours lets it pass, and the clinic does not.
        (800, 801, "Please choose at most 92 days, within the next two years."),
    ]:
        page.get_by_label("First day").fill(f"{today() + timedelta(days=first)}")
        page.get_by_label("Last day").fill(f"{today() + timedelta(days=last)}")
        fill_in(page)
        join_button(page).click()
        expect(page.get_by_label("Last day")).to_have_accessible_description(problem)
    assert (WaitlistEntry.objects.count(), found) == (0, [])


def test_refusals_are_said_and_the_details_stay(
    open_window: OpenWindow, clinic: Clinic, complaints: list[str], settings: Settings
) -> None:
    settings.WAITLIST_PER_CLIENT = 0
    page = open_window()
    page.goto(WAITLIST)
    fill_in(page)
    join_button(page).click()
    told = page.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_contain_text("nobody else from your internet connection at the moment")
    found = look(page, "waitlist-refused", title="Join the waitlist")
    expect(page.get_by_label("Name")).to_have_value("Sam Rivera")
    assert WaitlistEntry.objects.count() == 0

    settings.WAITLIST_PER_CLIENT = 1
    key = send_and_lose_the_answer(page, button="Join the waitlist", told="You get one place only")
    complaints.clear()
    # Other times are looked at, and the details changed: the place that was given stays the only one.
    page.get_by_role("button", name="Look at the free times").click()
    page.get_by_role("link", name="Join the waitlist").click()
    page.get_by_label("Name").fill("Sam Rivera Junior")
    with page.expect_request(lambda request: "idempotencyKey" in (request.post_data or "")) as sent:
        join_button(page).click()
    expect(told).to_contain_text("You are on the waitlist already, with other details.")
    page.get_by_label("Name").fill("Sam Rivera")
    join_button(page).click()
    heading(page, "You are on the waitlist")
    assert (key_of(sent.value), IdempotencyKey.objects.get().key) == (key, key)
    assert (WaitlistEntry.objects.get().patient_name, found) == ("Sam Rivera", [])


@pytest.mark.parametrize(("day", "first", "last"), [(20, 0, 28), (200, 109, 200), (800, 0, 28)])
def test_days_begin_as_those_that_were_looked_at(
    open_window: OpenWindow, clinic: Clinic, day: int, first: int, last: int
) -> None:
    page = open_window()
    page.goto(f"{WAITLIST}&day={today() + timedelta(days=day)}")

    expect(page.get_by_label("First day")).to_have_value(f"{today() + timedelta(days=first)}")
    expect(page.get_by_label("Last day")).to_have_value(f"{today() + timedelta(days=last)}")


def test_waitlist_in_spanish(open_window: OpenWindow, clinic: Clinic) -> None:
    translate(clinic.procedure, title="Microagujas", slug="microagujas")
    page = open_window(locale="es-ES")
    page.goto("es/book/microagujas/")
    page.get_by_role("link", name="Apuntarse a la lista de espera").click()
    heading(page, "Apuntarse a la lista de espera")
    found = look(page, "waitlist-es-form", title="Apuntarse a la lista de espera")
    page.get_by_label("Nombre").fill("Sam Rivera")
    page.get_by_label("Correo").fill("sam@example.com")
    page.get_by_role("button", name="Apuntarse a la lista de espera").click()
    heading(page, "Está en la lista de espera")
    found += look(page, "waitlist-es-joined", title="Está en la lista de espera")

    assert (WaitlistEntry.objects.count(), found) == (1, [])
