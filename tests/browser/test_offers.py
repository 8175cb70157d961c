"""An offer of the waitlist, from the front desk that copies its link to the patient who books it."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from cms.graphql.sites import served
from schedules.models import Appointment, Claim, WaitlistEntry, WaitlistOffer
from schedules.operations import KeyedRequest, Patient, Wish, change_status, join_waitlist
from schedules.tokens import offer_token
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
    NEW_YORK,
    book,
    book_and_lose_the_answer,
    fill_in,
    heading,
    hold,
    key_of,
    next_tuesday,
    open_day,
    visits,
)
from tests.factories import (
    make_appointment,
    make_procedure,
    make_provider,
    make_rule,
    make_site,
    make_staff,
)
from tests.translating import translate

# Fixtures are found by their names in the module.
__all__ = ["clinic", "open_window"]


@pytest.fixture
def offered(clinic: Clinic) -> datetime:
    """Nine o'clock on a Tuesday, which became free and is held for Pat."""
    nine, now = next_tuesday(), server_now()
    taken = make_appointment(
        procedure=clinic.procedure, provider=clinic.provider, location=clinic.location, starts_at=nine
    )
    site = served(make_site())
    assert site
    join_waitlist(
        wish=Wish(
            procedure=clinic.procedure.pk, provider=None, location=None, first=nine.date(), last=nine.date()
        ),
        patient=Patient(name="Pat Example", email="pat@example.com", phone="+1 303 555 0100"),
        request=KeyedRequest(site=site, operation="wait", key="wait-1", payload={}),
        now=now,
    )
    change_status(
        appointment_id=taken.pk,
        version=taken.version,
        to=Appointment.Status.CANCELLED,
        actor=make_staff(username="another"),
        reason="The patient called",
        now=now,
    )
    return nine


def token() -> str:
    hold = WaitlistOffer.objects.get().appointment
    assert hold
    return offer_token(appointment=hold.uuid)


def lapse() -> None:
    past = server_now() - timedelta(seconds=1)
    Appointment.objects.filter(status=Appointment.Status.HELD).update(hold_expires_at=past)


def booked() -> list[tuple[datetime, str]]:
    return [visit for visit in visits() if visit[1] == Appointment.Status.BOOKED]


def test_link_is_copied_by_keyboard_and_books_what_is_held(
    page: Page, open_window: OpenWindow, offered: datetime
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(reverse("appointments:waitlist"))
    reference = WaitlistEntry.objects.get().reference
    link = page.get_by_label(f"Link for {reference}")
    found = look(page, "offer-1-waitlist", title="Waitlist")
    link.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=f"Copy link for {reference}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    found += look(page, "offer-2-copied", title="Waitlist")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == link.input_value()
    page.set_viewport_size({"width": 360, "height": 740})
    found += look(page, "offer-3-narrow", title="Waitlist")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    visitor = open_window(zone=NEW_YORK.key)
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.goto(address)
    heading(visitor, "A time has become free for you")
    summary = visitor.locator(".summary")
    expect(summary).to_contain_text("Micro needling")
    expect(summary).to_contain_text(f"{offered:%A, %B %-d} at 9:00 AM Denver time")
    expect(summary).to_contain_text("11:00 AM in New York, where you are")
    expect(summary).to_contain_text("with Dr. Sarah White")
    expect(visitor.get_by_role("timer")).to_contain_text(re.compile(r"for 1:5\d:\d\d\."))
    expect(visitor.get_by_role("button", name="Keep it longer")).to_have_count(0)
    expect(visitor.locator("h1:focus")).to_have_count(1)
    found += look(visitor, "offer-4-page", title="A time has become free")
    assert overflow(visitor) <= 0

    fill_in(visitor)
    book(visitor)
    expect(visitor.locator("h1:focus")).to_have_count(1)
    found += look(visitor, "offer-5-booked", title="Your visit is booked")
    assert booked() == [(offered, Appointment.Status.BOOKED)]
    assert [url for url in asked if token() in url.partition("#")[0]] == []
    assert (visitor.url.partition("#")[2], WaitlistEntry.objects.get().status) == ("", "booked")
    visitor.reload()
    heading(visitor, "Your visit is booked")

    page.goto(f"{reverse('appointments:waitlist')}?status=any")
    expect(page.get_by_role("link", name="Booked:")).to_be_visible()
    expect(link).to_have_count(0)
    assert found == []


def test_link_is_selected_where_the_browser_forbids_to_copy(page: Page, offered: datetime) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('Forbidden'))")
    page.goto(reverse("appointments:waitlist"))
    page.get_by_role("button", name="Copy link").press("Enter")

    expect(page.get_by_role("status").filter(has_text="Selected: copy it by keyboard")).to_be_visible()
    selected = page.evaluate("getSelection().toString()")
    assert selected.endswith(f"/demo/offer/#token={token()}")


def test_waitlist_without_a_front_end_says_what_is_missing(
    page: Page, offered: datetime, settings: Settings
) -> None:
    settings.FRONTEND_BASE_URL = ""
    page.goto(reverse("appointments:waitlist"))

    expect(page.get_by_text("its address has to be set as FRONTEND_BASE_URL")).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_have_count(0)
    assert look(page, "offer-no-front-end", title="Waitlist") == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_offer_that_is_over_leads_to_the_free_times(
    open_window: OpenWindow, offered: datetime, width: int
) -> None:
    lapse()
    unknown, page = (open_window(width=width, scheme="dark") for _ in range(2))
    unknown.goto("offer/#token=nobody-knows-it")
    heading(unknown, "This offer is over")
    page.goto(f"offer/#token={token()}")
    heading(page, "This offer is over")
    assert look(page, f"offer-over-{width}", title="This offer is over") == []

    page.get_by_role("link", name="Look at the free times").click()
    heading(page, "What would you like to book?")


def test_offer_that_lapses_meanwhile_is_booked_while_its_time_is_free(
    open_window: OpenWindow, offered: datetime
) -> None:
    page = open_window()
    page.clock.install()
    page.goto(f"offer/#token={token()}")
    heading(page, "A time has become free for you")
    lapse()
    page.clock.run_for(121 * 60 * 1000)
    expect(page.get_by_role("timer")).to_contain_text("We are no longer keeping this time.")
    assert look(page, "offer-lapsed", title="A time has become free") == []

    fill_in(page)
    book(page)
    assert booked() == [(offered, Appointment.Status.BOOKED)]


def test_answer_that_is_lost_is_found_again_after_a_reload(
    open_window: OpenWindow, offered: datetime, complaints: list[str]
) -> None:
    page = open_window()
    page.goto(f"offer/#token={token()}")
    fill_in(page)
    key = book_and_lose_the_answer(page)
    assert booked() == [(offered, Appointment.Status.BOOKED)]
    kept = page.evaluate("JSON.stringify([history.state, localStorage, sessionStorage, location.href])")
    assert key in kept
    assert [word for word in ("Sam", "Rivera", "sam@example") if word in kept] == []
    complaints.clear()

    page.reload()
    heading(page, "A time has become free for you")
    fill_in(page)
    with page.expect_request(lambda request: "idempotencyKey" in (request.post_data or "")) as sent:
        book(page)
    assert key_of(sent.value) == key
    visit = Appointment.objects.get(status=Appointment.Status.BOOKED)
    expect(page.locator(".reference")).to_have_text(visit.reference)
    page.get_by_role("link", name="Move or cancel this visit").click()
    heading(page, "Your visit")


def test_time_beside_a_lost_offer_is_no_offer(
    open_window: OpenWindow, clinic: Clinic, offered: datetime
) -> None:
    page = open_window()
    page.goto(f"offer/#token={token()}")
    heading(page, "A time has become free for you")
    lapse()
    Claim.objects.all().delete()
    make_appointment(
        reference="BBBB-2222",
        procedure=clinic.procedure,
        provider=clinic.provider,
        location=clinic.location,
        starts_at=offered,
    )
    fill_in(page)
    page.get_by_role("button", name="Book this visit").click()
    page.get_by_role("alert").get_by_role("button", name=re.compile("9:45")).click()

    heading(page, "Your details")
    expect(page.locator(".summary")).to_contain_text("9:45 AM Denver time")
    assert Appointment.objects.filter(status=Appointment.Status.HELD).count() == 2
    page.reload()
    heading(page, "Your details")
    expect(page.locator(".summary")).to_contain_text("9:45 AM Denver time")
    fill_in(page)
    book(page)
    expect(page.get_by_text("You are off the waitlist")).to_be_visible()
    assert WaitlistEntry.objects.get().status == "booked"


def test_other_time_is_booked_while_the_offer_stands_and_ends_the_wait(
    open_window: OpenWindow, offered: datetime, complaints: list[str]
) -> None:
    page = open_window()
    offer = token()
    page.goto(f"offer/#token={offer}")
    page.get_by_role("button", name="Choose another time").click()
    heading(page, "Book a visit: Micro needling")
    page.go_back()
    heading(page, "A time has become free for you")
    page.get_by_role("button", name="Choose another time").click()

    later = offered + timedelta(hours=3)
    open_day(page, later)
    hold(page, later)
    assert Appointment.objects.filter(status=Appointment.Status.HELD).count() == 2
    fill_in(page)
    key = book_and_lose_the_answer(page)
    complaints.clear()
    page.reload()
    fill_in(page)
    with page.expect_request(lambda request: "idempotencyKey" in (request.post_data or "")) as sent:
        book(page)

    assert (key_of(sent.value), offer in (sent.value.post_data or "")) == (key, True)
    expect(page.get_by_text("You are off the waitlist")).to_be_visible()
    assert look(page, "offer-other-time", title="Your visit is booked") == []
    assert booked() == [(later, Appointment.Status.BOOKED)]
    assert WaitlistEntry.objects.get().status == "booked"
    assert Appointment.objects.filter(status=Appointment.Status.HELD).count() == 0


def test_declined_offer_is_known_in_every_language_and_after_another_procedure(
    open_window: OpenWindow, clinic: Clinic, offered: datetime
) -> None:
    peel = make_procedure(title="Peel", booking={})
    make_rule(provider=make_provider(name="Ann Lee", offers=[peel]), location=clinic.location)
    translate(clinic.procedure, title="Microagujas", slug="microagujas")
    page = open_window()
    page.goto(f"offer/#token={token()}")
    page.get_by_role("button", name="Choose another time").click()
    heading(page, "Book a visit: Micro needling")
    page.goto(f"book/peel/?day={offered:%Y-%m-%d}")
    page.locator(".times button").first.click()
    fill_in(page)
    book(page)
    expect(page.get_by_text("off the waitlist")).to_have_count(0)
    assert WaitlistEntry.objects.get().status == WaitlistEntry.Status.WAITING

    page.goto(f"es/book/microagujas/?day={offered:%Y-%m-%d}")
    page.locator(".times button").last.click()
    page.get_by_label("Nombre").fill("Sam Rivera")
    page.get_by_label("Correo").fill("sam@example.com")
    page.get_by_role("button", name="Reservar").last.click()
    expect(page.get_by_text("Ha salido de la lista de espera")).to_be_visible()
    assert WaitlistEntry.objects.get().status == WaitlistEntry.Status.BOOKED
    assert not Appointment.objects.filter(status=Appointment.Status.HELD).exists()


def test_offer_in_spanish(open_window: OpenWindow, clinic: Clinic, offered: datetime) -> None:
    page = open_window(locale="es-ES")
    page.goto(f"offer/#token={token()}")
    page.get_by_role("button", name="Español").click()
    heading(page, "Ha quedado libre una hora para usted")
    page.goto("offer/")
    heading(page, "Esta oferta ha terminado")
