"""Reading: the front end on a phone and on a desktop, in English and Spanish."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from cms.core.models import ClinicSettings, HomePage, NavigationMenu
from cms.previews.operations import open_preview
from tests.browser.front_end import (
    DESKTOP,
    LAYOUT_SHIFT,
    PHONE,
    Clinic,
    OpenWindow,
    clinic,
    open_window,
    overflow,
    server_now,
    violations,
)
from tests.factories import make_procedure, make_staff
from tests.translating import translate

# Fixtures are found by their names in the module.
__all__ = ["clinic", "open_window"]

PAGES = {
    "": "Mile High Chiropractic",
    "procedures/": "Procedures",
    "procedures/micro-needling/": "Micro needling",
    "providers/": "Providers",
    "providers/sarah-white/": "Dr. Sarah White",
    "search/?q=needling": "Search",
    "book/": "What would you like to book?",
    "book/micro-needling/": "Book a visit: Micro needling",
    "book/cupping/": "Cupping",
    "visit/": "Your visit",
    "preview/": "No preview",
    "nothing/here/": "This page does not exist",
}


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_every_page_is_accessible_and_steady(
    open_window: OpenWindow, clinic: Clinic, width: int, scheme: str
) -> None:
    page = open_window(width=width, scheme=scheme)
    found: list[tuple[object, ...]] = []
    for address, title in PAGES.items():
        page.goto(address)
        heading(page, title)
        if address == "book/micro-needling/":
            expect(page.get_by_role("heading", name="Free times on")).to_be_visible()
        found += [(address, *violation) for violation in violations(page)]
        shifted = page.evaluate(LAYOUT_SHIFT)
        found += [(address, "shift", shifted)] if shifted > 0.01 else []
        found += [(address, "overflow", overflow(page))] if overflow(page) > 0 else []

    assert found == []


def test_article_says_what_patients_have_to_know(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window(width=DESKTOP)
    page.goto("procedures/micro-needling/")

    main = page.get_by_role("main")
    for name in ["What it is", "What to expect", "Benefits", "Risks and side effects", "Aftercare"]:
        expect(main.get_by_role("heading", name=name, exact=True)).to_be_visible()
    risk = main.locator("#risks li")
    expect(risk).to_contain_text("Redness")
    expect(risk.get_by_role("definition")).to_have_text(["Minor", "Very common (more than 1 in 10 people)"])
    expect(main.get_by_role("link", name="Dr. Sarah White on Tuesdays")).to_be_visible()
    expect(main.get_by_text("9:00 AM, Denver")).to_be_visible()
    answer = main.get_by_text("A numbing cream keeps most people comfortable.")
    expect(answer).to_be_hidden()
    main.get_by_text("Does it hurt?").click()
    expect(answer).to_be_visible()


def test_reader_goes_from_page_to_page_and_back(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window()
    page.goto("")
    page.get_by_role("navigation").get_by_role("link", name="Treatments").click()
    heading(page, "Procedures")
    expect(page).to_have_title("Procedures | Mile High Chiropractic")
    page.get_by_role("link", name="Skin", exact=True).click()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("1 result")
    page.get_by_role("link", name="Micro needling").click()
    heading(page, "Micro needling")
    expect(page.get_by_role("heading", level=1)).to_be_focused()

    page.go_back()
    heading(page, "Procedures")
    expect(page).to_have_url(re.compile(r"/demo/procedures/\?category=skin$"))
    page.get_by_role("searchbox", name="Find a treatment").fill("nothing like it")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Nothing was found.")


def test_way_back_is_followed_while_a_page_loads(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window()
    page.goto("providers/")
    page.get_by_role("main").get_by_role("link", name="Dr. Sarah White").first.click()
    heading(page, "Dr. Sarah White")
    waiting: list[Route] = []

    def wait(route: Route) -> None:
        waiting.append(route)

    page.route("**/graphql/**", wait)
    with page.expect_request("**/graphql/**"):
        page.reload()
    page.go_back()
    for route in waiting:
        route.continue_()
    page.unroute("**/graphql/**", wait)

    heading(page, "Providers")


def test_search_marks_what_it_found(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window()
    page.goto("")
    page.get_by_role("searchbox").fill("needling")
    page.get_by_role("searchbox").press("Enter")

    heading(page, "Search")
    first = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Micro needling"))
    expect(first.locator("mark").first).to_have_text("needling", ignore_case=True)
    page.get_by_role("searchbox").fill("sarah")
    page.get_by_role("link", name="Dr. Sarah White").click()
    heading(page, "Dr. Sarah White")


def test_redirects_lead_on(open_window: OpenWindow, clinic: Clinic) -> None:
    site = Site.objects.get()
    for old_path in ("/needling", "/team"):
        target = clinic.procedure if old_path == "/needling" else clinic.provider
        Redirect.objects.create(old_path=old_path, site=site, redirect_page=target)
    page = open_window()

    page.goto("needling/")
    heading(page, "Micro needling")
    expect(page).to_have_url(re.compile(r"/demo/procedures/micro-needling/$"))
    page.goto("nothing/")
    heading(page, "This page does not exist")
    page.evaluate("history.pushState(null, '', '/demo/team/'); dispatchEvent(new PopStateEvent('popstate'))")
    heading(page, "Dr. Sarah White")
    expect(page).to_have_url(re.compile(r"/demo/providers/sarah-white/$"))


def test_head_of_a_page_is_for_search_engines(open_window: OpenWindow, clinic: Clinic) -> None:
    translate(clinic.procedure, title="Microagujas", slug="microagujas")
    page = open_window()
    page.goto("procedures/micro-needling/")
    heading(page, "Micro needling")

    base = page.url.removesuffix("/procedures/micro-needling/")
    read = "(found) => found.map((each) => [each.hreflang, each.href])"
    assert page.locator("link[rel=alternate]").evaluate_all(read) == [
        ["en", f"{base}/procedures/micro-needling/"],
        ["es", f"{base}/es/procedures/microagujas/"],
    ]
    assert page.locator("link[rel=canonical]").get_attribute("href") == page.url
    description = "What micro needling is and what to expect."
    assert page.locator("meta[name=description]").get_attribute("content") == description
    assert page.locator("meta[property='og:title']").get_attribute("content") == "Micro needling"
    described = json.loads(page.locator("script[type='application/ld+json']").inner_text())
    assert "Micro needling" in json.dumps(described)
    page.goto("search/")
    heading(page, "Search")
    assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
    expect(page.locator("link[rel=canonical]")).to_have_count(0)


def test_language_leads_to_the_translation_or_changes_the_interface(
    open_window: OpenWindow, clinic: Clinic
) -> None:
    translate(clinic.procedure, title="Microagujas", slug="microagujas")
    page = open_window()
    page.goto("procedures/micro-needling/")
    page.get_by_role("button", name="Español").click()
    heading(page, "Microagujas")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", name="Riesgos y efectos secundarios")).to_be_visible()

    page.goto("providers/sarah-white/")
    expect(page.get_by_role("heading", name="Tratamientos")).to_be_visible()
    # The profile has no translation: screen readers are told that it is English.
    expect(page.locator("[lang=en]").get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []


def test_menu_of_a_language_leaves_its_front_page_to_the_name(
    open_window: OpenWindow, clinic: Clinic
) -> None:
    treatments = translate(clinic.procedure, title="Microagujas", slug="microagujas").get_parent()
    pages = {"Inicio": treatments.get_parent(), "Tratamientos": treatments}
    items = [
        ("item", {"title": title, "page": page, "url": "", "children": []}) for title, page in pages.items()
    ]
    NavigationMenu.objects.create(site=Site.objects.get(), handle="main-es", items=items)
    page = open_window()
    page.goto("es/")
    links = page.get_by_role("navigation").first.get_by_role("link")

    expect(links).to_have_text(["Tratamientos", "Buscar"])


def test_front_page_shows_greeting_team_and_places(open_window: OpenWindow, clinic: Clinic) -> None:
    ClinicSettings.objects.update(welcome="Welcome.\nWe listen first.", phone="+1 303 555 0142")
    home = HomePage.objects.get()
    home.headline = "Move freely"
    home.save_revision().publish()
    page = open_window(width=DESKTOP)
    page.goto("")

    heading(page, "Move freely")
    expect(page.get_by_text("We listen first.")).to_be_visible()
    team = page.get_by_role("region", name="The people who look after you")
    expect(team.get_by_role("link", name="Dr. Sarah White")).to_be_visible()
    places = page.get_by_role("region", name="Where to find us")
    expect(places.get_by_text("1420 Larkspur Street")).to_be_visible()


def test_unreachable_api_is_said_and_tried_again(
    open_window: OpenWindow, clinic: Clinic, complaints: list[str]
) -> None:
    page = open_window()
    page.route("**/graphql/**", lambda route: route.abort())
    page.goto("procedures/micro-needling/")
    heading(page, "We cannot load this at the moment")
    assert violations(page) == []

    page.unroute("**/graphql/**")
    page.get_by_role("button", name="Try again").click()
    heading(page, "Micro needling")
    # The browser itself reports each request that was cut off.
    assert {"ERR_FAILED" in complaint for complaint in complaints} == {True}
    complaints.clear()


def test_everything_can_be_reached_by_keyboard(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window(width=DESKTOP)
    page.goto("")
    heading(page, "Mile High Chiropractic")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link", name="Book a visit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1:focus")).to_have_text("What would you like to book?")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading(page, "Book a visit: Micro needling")
    time = page.get_by_role("button", name="9:00 AM", exact=True)
    expect(time).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if time.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    heading(page, "Your details")


def test_preview_shows_a_draft_with_the_same_components(open_window: OpenWindow, clinic: Clinic) -> None:
    draft = clinic.procedure
    draft.title = "Needling, reworded"
    token = open_preview(page=draft, user=make_staff(), in_panel=False, now=server_now())
    page = open_window(width=DESKTOP)
    page.goto(f"preview/#token={token}")

    heading(page, "Needling, reworded")
    expect(page.get_by_role("heading", name="Risks and side effects")).to_be_visible()
    assert "token" not in page.url
    assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"


def test_page_that_is_published_shows_without_a_new_build(open_window: OpenWindow, clinic: Clinic) -> None:
    before = open_window()
    before.goto("procedures/")
    heading(before, "Procedures")
    make_procedure(title="Sports massage")
    # A window of its own: browsers keep next free times for five seconds.
    after = open_window()
    after.goto("procedures/")

    expect(after.get_by_role("link", name="Sports massage")).to_be_visible()
    expect(before.get_by_role("link", name="Sports massage")).to_have_count(0)


def test_link_to_a_section_leads_there(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window()
    page.goto("procedures/micro-needling/#risks")
    expect(page.get_by_role("heading", name="Risks and side effects")).to_be_in_viewport()


def test_lines_from_right_to_left_are_read_so(open_window: OpenWindow, clinic: Clinic) -> None:
    clinic.procedure.title = "الوخز بالإبر الدقيقة"
    clinic.procedure.aftercare = "<p>استخدم واقي الشمس.</p>"
    clinic.procedure.save_revision().publish()
    page = open_window()
    page.goto("procedures/micro-needling/")
    expect(page.locator("h1")).to_have_css("direction", "rtl")
    expect(page.locator("#aftercare .prose")).to_have_css("direction", "rtl")
    expect(page.locator("#introduction .prose")).to_have_css("direction", "ltr")
    assert overflow(page) == 0


def test_more_that_cannot_be_fetched_is_said(
    open_window: OpenWindow, clinic: Clinic, complaints: list[str]
) -> None:
    def one_of_two(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace('"hasNextPage":false', '"hasNextPage":true')
        )

    page = open_window()
    page.route("**/graphql/**", one_of_two)
    page.goto("procedures/")
    more = page.get_by_role("button", name="Show more")
    expect(more).to_be_visible()
    page.unroute("**/graphql/**")
    page.route("**/graphql/**", lambda route: route.abort())
    more.click()
    expect(page.get_by_role("alert")).to_have_text("We cannot load this at the moment")
    page.unroute("**/graphql/**")
    page.get_by_role("button", name="Try again").click()
    # What was said to be more is the end.
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    complaints[:] = [one for one in complaints if "net::ERR_FAILED" not in one]


def test_print_leaves_out_what_only_screens_need(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window(scheme="dark")
    page.goto("procedures/micro-needling/")
    answer = page.locator(".question .prose").first
    expect(answer).to_be_hidden()
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator("main a", has_text="Book a visit").locator("visible=true").count() == 0
    expect(page.get_by_role("navigation", name="Main menu")).to_be_hidden()
    expect(page.get_by_role("heading", name="Risks and side effects")).to_be_visible()


def test_chosen_filter_is_seen_in_forced_colors(open_window: OpenWindow, clinic: Clinic) -> None:
    page = open_window(width=DESKTOP)
    page.emulate_media(forced_colors="active")
    page.goto("procedures/")
    expect(page.locator(".chip")).to_have_count(2)
    backgrounds = [
        chip.evaluate("(chip) => getComputedStyle(chip).backgroundColor")
        for chip in page.locator(".chip").all()
    ]
    assert len(backgrounds) == 2
    assert backgrounds[0] != backgrounds[1]
