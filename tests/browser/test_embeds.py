"""Elements on partners' sites, which are another origin, and what a site may not do to them."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, FrameLocator, Page, ViewportSize, expect

from cms.graphql.answers import COMPRESS
from cms.partners.assets import EMBED, INTEGRITY
from schedules.models import Appointment
from tests.browser.partner_sites import (
    DESKTOP_SIZE,
    KEY,
    PHONE,
    PHONE_SIZE,
    Clinic,
    PartnerSite,
    open_clinic,
    violations,
    visitor,
)
from tests.translating import translate

NONCE = "r4nd0m"
# What a first load may weigh on its way, all files together. Browsers ask for Brotli over HTTPS.
# Browsers ask for Brotli over HTTPS; without it, gzip may take a little more.
MOST_BYTES = {"br": 20_000, "gzip": 21_500}
EVENTS = ("clinic.ready", "clinic.error", "clinic.closed", "booking.started", "booking.completed")
# Notes what shifts, and the events of the elements, before anything is loaded.
WATCH = f"""<script>
  window.shifted = 0;
  window.heard = [];
  new PerformanceObserver((list) => {{
    for (const entry of list.getEntries()) window.shifted += entry.value;
  }}).observe({{ type: "layout-shift", buffered: true }});
  for (const type of {json.dumps(EVENTS)})
    addEventListener(type, (event) => heard.push([type, event.detail]));
</script>"""
HOSTILE_STYLES = """<style>
  clinic-procedure {
    opacity: 0; visibility: hidden; max-height: 10px; height: 10px; overflow: hidden; clip-path: inset(50%);
    filter: opacity(0); transform: scale(0); font-size: 0; line-height: 0; text-indent: -9999px;
    color: transparent; -webkit-text-fill-color: transparent;
    --clinic-accent: transparent; --text: #fff; --surface: #fff; --muted: #fff;
  }
  clinic-procedure::part(section), clinic-procedure::part(title) {
    position: fixed; inset: 0; z-index: 2147483647; background: #fff; margin-bottom: -9999px;
  }
  clinic-procedure::part(risks) { display: none; }
</style>"""


@pytest.fixture
def site() -> Iterator[PartnerSite]:
    served = PartnerSite()
    yield served
    served.close()


@pytest.fixture
def clinic(live_server: Any, site: PartnerSite) -> Clinic:
    return open_clinic(api=live_server.url, site=site)


def risks(page: Page) -> Any:
    return page.locator("clinic-procedure [data-section=risks]")


def book_in(frame: FrameLocator) -> None:
    frame.locator("#times .slot").first.click()
    frame.get_by_label("Full name").fill("Pat Example")
    frame.get_by_label("Email address").fill("pat@example.com")
    frame.get_by_role("button", name="Book this visit").click()
    expect(frame.get_by_role("heading", name="Your visit is booked")).to_be_visible()


@pytest.mark.parametrize(
    ("mode", "zone", "size"),
    [
        ("inline", "America/New_York", PHONE_SIZE),
        ("inline", "Asia/Tokyo", DESKTOP_SIZE),
        ("popup", "Asia/Tokyo", PHONE_SIZE),
        ("popup", "America/New_York", DESKTOP_SIZE),
    ],
)
def test_visit_is_booked_on_a_partners_page(
    browser: Browser, clinic: Clinic, complaints: list[str], mode: str, zone: str, size: ViewportSize
) -> None:
    address = clinic.site.add(
        f"<p>Hello.</p>{clinic.booking(mode=mode)}<p>More.</p>", head=WATCH + clinic.loader
    )
    with visitor(browser, complaints=complaints, zone=zone, size=size) as window:
        page = window.new_page()
        page.goto(address)
        if mode == "popup":
            page.get_by_role("link", name="Book micro needling").click()
        frame = page.frame_locator("iframe")
        expect(frame.locator("#times .slot").first).to_contain_text("your time")
        book_in(frame)
        heard, shifted = page.evaluate("[heard, shifted]")

    [visit] = Appointment.objects.all()
    completed = {"procedure": "micro-needling", "start": f"{visit.starts_at:%Y-%m-%dT%H:%M:%SZ}"}
    assert heard == [
        ["clinic.ready", {}],
        ["booking.started", {"procedure": "micro-needling"}],
        ["booking.completed", completed],
    ]
    assert (visit.source, shifted) == (f"partner:{KEY}", 0)


def test_dialog_works_by_keyboard_alone(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    address = clinic.site.add(clinic.booking(mode="popup"), head=WATCH + clinic.loader)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        page.wait_for_function("!!customElements.get('clinic-booking')")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Book a visit")
        frame = page.frame_locator("iframe")
        expect(frame.locator("#times .slot").first).to_be_visible()
        found = violations(page)
        for _ in range(12):
            page.keyboard.press("Tab")
            if frame.locator(".slot:focus").count():
                break
        page.keyboard.press("Enter")
        expect(frame.get_by_role("heading", name="Your details")).to_be_focused()
        # Within the frame, which hears the key in place of the dialog.
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.get_by_role("link", name="Book micro needling")).to_be_focused()

        page.keyboard.press("Enter")
        expect(frame.get_by_role("heading", name="Your details")).to_be_visible()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        # The event follows in a task of its own.
        page.wait_for_function("heard.length === 4")
        heard = [name for name, _ in page.evaluate("heard")]

    assert found == []
    assert heard == ["clinic.ready", "booking.started", "clinic.closed", "clinic.closed"]


def test_button_opens_the_dialog_and_escape_brings_the_focus_back(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    address = clinic.site.add(clinic.booking(mode="button"), head=clinic.loader)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        opener = page.get_by_role("button", name="Book a visit")
        opener.click()
        expect(page.frame_locator("iframe").locator("#times .slot").first).to_be_visible()
        page.get_by_role("button", name="Close").click()

        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(opener).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE_SIZE, DESKTOP_SIZE], ids=["phone", "desktop"])
def test_article_is_shown_without_shifting_anything(
    browser: Browser, clinic: Clinic, complaints: list[str], scheme: Any, size: ViewportSize
) -> None:
    address = clinic.site.add(f"{clinic.article()}<p>More.</p>", head=WATCH + clinic.loader)
    with visitor(browser, complaints=complaints, size=size, color_scheme=scheme) as window:
        page = window.new_page()
        page.goto(address)
        expect(risks(page)).to_contain_text("Redness")
        expect(risks(page)).to_contain_text("Serious")
        expect(page.get_by_role("heading", name="Micro needling", exact=True)).to_be_visible()
        expect(page.get_by_text("Not yet reviewed")).to_be_visible()
        expect(page.get_by_role("link", name=f"Call {PHONE}")).to_be_visible()
        page.wait_for_load_state("networkidle")

        assert violations(page) == []
        assert page.evaluate("[shifted, heard.map(([type]) => type)]") == [0, ["clinic.ready"]]
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_article_books_in_a_dialog(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    address = clinic.site.add(clinic.article(), head=WATCH + clinic.loader)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        page.get_by_role("link", name="Book a visit").click()
        book_in(page.frame_locator("iframe"))

        assert page.evaluate("heard.map(([type]) => type).at(-1)") == "booking.completed"


def test_elements_of_a_page_share_requests_and_describe_an_article_once(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    several = clinic.article() * 3 + clinic.booking(mode="popup") + clinic.booking(mode="button")
    # The loader twice, as sites that paste two snippets do.
    address = clinic.site.add(several, head=clinic.loader * 2)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        expect(risks(page)).to_have_count(3)
        page.wait_for_load_state("networkidle")
        described = page.locator("script[type='application/ld+json']").all_text_contents()

    assert ["Micro needling" in text and json.loads(text)["@context"] for text in described] == [
        "https://schema.org"
    ]
    paths = sorted(url.removeprefix(clinic.api) for url in asked if url.startswith(clinic.api))
    assert [path for path in paths if not path.endswith("loader.js")] == [
        "/embed/1.0.0/clinic-elements.js",
        f"/embed/{KEY}/procedures/micro-needling/content.json?locale=en",
    ]
    assert {url.split("/", 3)[2] for url in asked} == {
        clinic.api.removeprefix("http://"),
        clinic.site.origin.removeprefix("http://"),
    }


def test_strict_policy_of_a_page_is_kept(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    """No inline script or style, no eval, and Trusted Types for everything that could become code."""
    policy = (
        f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'nonce-{NONCE}'; "
        f"connect-src {clinic.api}; frame-src {clinic.api}; img-src data:; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types clinic-embed"
    )
    head = (
        f"<style nonce='{NONCE}'>"
        "clinic-procedure, clinic-booking { display: block; min-height: 100vh }</style>"
        f"<script nonce='{NONCE}' src='{clinic.api}/embed/loader.js' async></script>"
    )
    body = re.sub(r' style="[^"]*"', "", clinic.article() + clinic.booking())
    address = clinic.site.add(body, head=head, Content_Security_Policy=policy)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        expect(risks(page)).to_contain_text("Redness")
        book_in(page.frame_locator("clinic-booking[mode=inline] iframe"))

        assert page.locator("script[type='application/ld+json']").count() == 1


def test_no_style_of_a_page_hides_the_risks(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    address = clinic.site.add(clinic.article(), head=clinic.loader + HOSTILE_STYLES)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        expect(risks(page).get_by_text("Scarring")).to_be_visible()
        page.wait_for_load_state("networkidle")
        for text in ("Redness", "Scarring", "Serious"):
            found = risks(page).get_by_text(text, exact=True)
            found.scroll_into_view_if_needed()
            seen = found.evaluate("""(node) => {
                const box = node.getBoundingClientRect();
                const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
                const top = node.getRootNode().elementFromPoint(x, y);
                const { color, fontSize, visibility } = getComputedStyle(node);
                return [top === node, box.height > 10, color, parseFloat(fontSize) >= 15, visibility];
            }""")
            assert seen == [True, True, "rgb(27, 31, 36)", True, "visible"], text
        assert violations(page) == []


def test_colours_of_a_page_are_taken_over_where_they_can_be_read(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    styles = "<style>#red { --clinic-accent: #b91c1c } #pale { --clinic-accent: #fefce8 }</style>"
    articles = clinic.article(attributes="id=red") + clinic.article(attributes="id=pale scheme=light")
    address = clinic.site.add(articles, head=clinic.loader + styles)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        expect(risks(page)).to_have_count(2)
        colours = [
            page.locator(f"#{name}")
            .get_by_role("link", name="Book a visit")
            .evaluate("(link) => [getComputedStyle(link).backgroundColor, getComputedStyle(link).color]")
            for name in ("red", "pale")
        ]

    assert colours == [
        ["rgb(185, 28, 28)", "rgb(255, 255, 255)"],
        # Too close to the background: the clinic's own.
        ["rgb(15, 118, 110)", "rgb(255, 255, 255)"],
    ]


def test_link_stays_without_scripts(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    address = clinic.site.add(clinic.article() + clinic.booking(), head=clinic.loader)
    with visitor(browser, complaints=complaints, java_script_enabled=False) as window:
        page = window.new_page()
        page.goto(address)
        expect(page.get_by_role("link", name="About micro needling")).to_be_visible()
        expect(page.get_by_role("link", name="Book micro needling")).to_be_visible()

        page.goto(clinic.booking_address())
        # Playwright switches scripts off behind the parser's back: what is inside noscript is not drawn.
        assert "Booking online needs JavaScript." in page.content()
        expect(page.get_by_text("Loading")).to_be_hidden()
        expect(page.get_by_role("link", name=PHONE)).to_be_visible()


def test_link_and_phone_stay_while_the_clinic_is_away(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    address = clinic.site.add(clinic.article() + clinic.booking(), head=WATCH + clinic.loader)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.clock.install()
        page.route(re.compile("content.json|/booking/"), lambda route: route.abort())
        page.goto(address)
        article = page.locator("clinic-procedure")
        expect(article.get_by_role("link", name=PHONE)).to_be_visible()
        expect(article.get_by_role("link", name="About micro needling")).to_be_visible()
        page.clock.fast_forward(13_000)
        booking = page.locator("clinic-booking")
        expect(booking.get_by_role("link", name=PHONE)).to_be_visible()
        expect(booking.get_by_role("link", name="Book micro needling")).to_be_visible()
        assert page.evaluate("heard.map(([type]) => type)") == ["clinic.error", "clinic.error"]

        page.unroute(re.compile("content.json|/booking/"))
        booking.get_by_role("button", name="Try again").click()
        expect(page.frame_locator("clinic-booking iframe").locator("#times .slot").first).to_be_visible()
        complaints[:] = [one for one in complaints if "net::ERR_FAILED" not in one]


def test_other_origins_can_frame_nothing(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    stranger = PartnerSite()
    frames = "".join(
        f'<iframe title="{name}" src="{address}"></iframe>'
        for name, address in {
            "booking": clinic.booking_address(),
            "article": f"{clinic.api}/embed/{KEY}/procedures/micro-needling/",
        }.items()
    )
    allowed, refused = clinic.site.add(frames), stranger.add(frames + clinic.article(), head=clinic.loader)
    try:
        with visitor(browser, complaints=complaints) as window:
            page = window.new_page()
            page.goto(allowed)
            expect(page.frame_locator("[title=booking]").locator("#times .slot").first).to_be_visible()
            expect(page.frame_locator("[title=article]").get_by_text("Redness")).to_be_visible()

            page.goto(refused)
            page.wait_for_load_state("networkidle")
            expect(page.get_by_role("link", name="About micro needling")).to_be_visible()
            shown = [frame.content() for frame in page.frames[1:]]
            blocked = [one for one in complaints if "frame-ancestors" in one or "CORS" in one]
            complaints[:] = [one for one in complaints if one not in blocked and "net::" not in one]
    finally:
        stranger.close()

    assert len(blocked) == 3
    assert [text for text in shown if "Redness" in text or "booking" in text] == []


def test_messages_of_others_are_not_believed(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    address = clinic.site.add(clinic.booking(), head=WATCH + clinic.loader)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        expect(page.frame_locator("iframe").locator("#times .slot").first).to_be_visible()
        height = page.locator("iframe").evaluate("(frame) => frame.style.height")
        page.evaluate("""() => {
            const frame = document.querySelector("clinic-booking").shadowRoot.querySelector("iframe");
            const id = new URL(frame.src).searchParams.get("frame");
            const common = { source: "clinic-cms", v: 1, id };
            postMessage({ ...common, type: "resize", height: 9999 }, "*");
            postMessage({ ...common, type: "booking.completed", procedure: "x", start: "y" }, "*");
            // From the frame, but for another element.
            const data = { ...common, id: "other", type: "resize", height: 9999 };
            const { origin } = new URL(frame.src);
            dispatchEvent(new MessageEvent("message", { source: frame.contentWindow, origin, data }));
        }""")
        page.wait_for_timeout(200)

        assert page.locator("iframe").evaluate("(frame) => frame.style.height") == height
        assert page.evaluate("heard.map(([type]) => type)") == ["clinic.ready"]


def test_booking_is_usable_soon_on_a_slow_line(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    """400 ms for each round trip, 400 kbit/s: what Chromium calls slow 3G."""
    address = clinic.site.add(clinic.booking(), head=WATCH + clinic.loader)
    with visitor(browser, complaints=complaints, size=PHONE_SIZE) as window:
        page = window.new_page()
        slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        line = window.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", slow)
        page.goto(address)
        expect(page.get_by_text("Loading…").first).to_be_visible()
        book_in(page.frame_locator("iframe"))

        assert page.evaluate("shifted") == 0


@pytest.mark.parametrize("locale", ["en", "es"])
def test_first_loads_are_small(clinic: Clinic, locale: str) -> None:
    translate(clinic.procedure)

    def weight(path: str, coding: str) -> int:
        answer = Client().get(path, headers={"accept-encoding": coding})
        assert answer.status_code == 200
        # What depends on data is not kept inside of a test's transaction, and travels as it is.
        return len(answer.content if "Content-Encoding" in answer else COMPRESS[coding](answer.content))

    loads = {
        "article": [
            "/embed/loader.js",
            "/embed/1.0.0/clinic-elements.js",
            f"/embed/{KEY}/procedures/micro-needling/content.json?locale={locale}",
        ],
        "booking": [
            f"/embed/{KEY}/booking/?procedure=micro-needling&locale={locale}",
            "/embed/1.0.0/booking.js",
            "/embed/1.0.0/embed.css",
        ],
    }
    weights = {
        (name, coding): sum(weight(path, coding) for path in paths)
        for name, paths in loads.items()
        for coding in MOST_BYTES
    }

    assert [load for load, bytes_ in weights.items() if bytes_ > MOST_BYTES[load[1]]] == []


def test_checksums_are_those_of_the_files() -> None:
    listed = json.loads(INTEGRITY.read_text(encoding="utf-8"))
    made = {
        version: {
            name: "sha384-"
            + base64.b64encode(hashlib.sha384((EMBED / version / name).read_bytes()).digest()).decode()
            for name in files
        }
        for version, files in listed.items()
    }

    assert set(listed["1.0.0"]) == {"clinic-elements.js", "frame.js", "booking.js", "embed.css"}
    assert listed == made


def test_languages_say_the_same_things() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, str):
            return sorted(set(re.findall(r"\{\w+\}", value)))
        return {key: shape(inner) for key, inner in value.items()}

    english, spanish = (
        json.loads((EMBED / "1.0.0" / f"labels.{code}.json").read_text(encoding="utf-8"))
        for code in ("en", "es")
    )

    assert shape(english) == shape(spanish)


def test_each_step_in_a_dialog_begins_at_its_top(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    address = clinic.site.add(clinic.booking(mode="popup"), head=clinic.loader)
    with visitor(browser, complaints=complaints, size=PHONE_SIZE) as window:
        page = window.new_page()
        page.goto(address)
        page.get_by_role("link", name="Book micro needling").click()
        frame = page.frame_locator("iframe")
        frame.locator("#times .slot").last.click()
        expect(frame.get_by_role("heading", name="Your details")).to_be_focused()
        expect(frame.get_by_role("button", name="Back", exact=True)).to_be_in_viewport(ratio=1)


def test_page_that_turns_dark_keeps_what_was_typed(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    address = clinic.site.add(clinic.booking(attributes='scheme="light"'), head=clinic.loader)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        frame = page.frame_locator("iframe")
        frame.locator("#times .slot").first.click()
        frame.get_by_label("Full name").fill("Pat Example")
        page.evaluate("document.querySelector('clinic-booking').setAttribute('scheme', 'dark')")

        expect(frame.locator(":root")).to_have_attribute("data-scheme", "dark")
        expect(frame.get_by_label("Full name")).to_have_value("Pat Example")
        page.evaluate("document.querySelector('clinic-booking').removeAttribute('scheme')")
        expect(frame.locator(":root")).to_have_attribute("data-scheme", "auto")


def test_element_that_comes_later_asks_again(browser: Browser, clinic: Clinic, complaints: list[str]) -> None:
    """A page that lives long shows no article that was recalled in the meantime."""
    address = clinic.site.add(clinic.article(), head=WATCH + clinic.loader)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.clock.install()
        page.goto(address)
        expect(risks(page)).to_be_visible()
        page.clock.run_for(5_001)
        page.route("**/content.json*", lambda route: route.fulfill(status=404, json={}))
        page.evaluate("""() => {
          const old = document.querySelector("clinic-procedure");
          const later = old.cloneNode(true);
          old.replaceWith(later);
        }""")

        expect(page.get_by_role("link", name="About micro needling")).to_be_visible()
        expect(risks(page)).to_have_count(0)
        complaints[:] = [one for one in complaints if "404" not in one]


def test_element_that_becomes_another_mode_waits_for_no_old_frame(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    address = clinic.site.add(clinic.booking(), head=WATCH + clinic.loader)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.clock.install()
        # Such a frame never says that it is ready.
        page.route("**/booking/*", lambda route: route.fulfill(body="<p>Slow</p>", content_type="text/html"))
        page.goto(address)
        expect(page.locator("clinic-booking iframe")).to_have_count(1)
        page.evaluate("document.querySelector('clinic-booking').setAttribute('mode', 'popup')")
        expect(page.locator("clinic-booking iframe")).to_have_count(0)
        page.clock.run_for(13_000)

        assert page.evaluate("heard") == []


def test_article_from_right_to_left_is_read_so(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    clinic.procedure.title = "الوخز بالإبر الدقيقة"
    clinic.procedure.save_revision().publish()
    framed = f"{clinic.api}/embed/{KEY}/procedures/micro-needling/"
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(clinic.site.add(clinic.article(), head=clinic.loader))
        expect(page.locator("clinic-procedure article")).to_have_css("direction", "rtl")
        page.goto(framed)
        expect(page.locator("main")).to_have_css("direction", "rtl")
