"""Adding regular hours in the editor of a provider."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from recurrence import serialize

from providers.models import ProviderPage
from schedules.models import AvailabilityRule, Location
from schedules.widgets import ALL_DAYS, WORKING_DAYS, Controls, rule_text
from tests.factories import make_location, make_provider, make_rule

Stored = tuple[str, str, date, date | None, str, str]


@pytest.fixture
def location(context: object) -> Location:
    return make_location()


@pytest.fixture
def provider(location: Location) -> ProviderPage:
    return make_provider()


def open_hours(page: Page, provider: ProviderPage) -> None:
    page.goto(reverse("wagtailadmin_pages:edit", args=[provider.pk]))
    page.get_by_role("tab", name="Availability").click()


def added_row(page: Page) -> Locator:
    page.get_by_role("button", name="Add hours").click()
    return page.locator("[data-inline-panel-child]:visible").last


def publish(page: Page) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click()


def stored_rules(provider: ProviderPage) -> list[Stored]:
    return [
        (
            serialize(rule.recurrence),
            rule.location.slug,
            rule.valid_from,
            rule.valid_until,
            rule.start_time,
            rule.end_time,
        )
        for rule in AvailabilityRule.objects.filter(page=provider).select_related("location")
    ]


TUESDAYS: Stored = ("RRULE:FREQ=WEEKLY;BYDAY=TU", "denver", date(2035, 1, 2), None, "09:00", "17:00")
EVERY_TUESDAY = "Every Tuesday, 09:00 to 17:00, Denver"
NEXT_TUESDAYS = "Next: Tue 2 Jan 2035, Tue 9 Jan 2035, Tue 16 Jan 2035"


def test_rule_added_by_mouse(page: Page, provider: ProviderPage) -> None:
    open_hours(page, provider)
    row = added_row(page)
    row.locator("label", has_text="Tuesday").click()
    row.get_by_label("Valid from").fill("2035-01-02")
    row.get_by_label("Location").select_option("Denver")
    row.get_by_label("Start time").fill("9")
    row.get_by_label("End time").fill("5:00 pm")
    row.get_by_label("End time").press("Tab")
    expect(row.get_by_role("status")).to_have_text(EVERY_TUESDAY + NEXT_TUESDAYS)
    expect(row.get_by_label("End time")).to_have_value("17:00")
    assert stored_rules(provider) == []

    publish(page)

    expect(page.get_by_text("has been published")).to_be_visible()
    assert stored_rules(provider) == [TUESDAYS]


def test_rule_added_by_keyboard(page: Page, provider: ProviderPage) -> None:
    page.goto(reverse("wagtailadmin_pages:edit", args=[provider.pk]))
    tab_to(page.get_by_role("tab", name="Content"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Availability")).to_be_focused()
    tab_to(page.get_by_role("button", name="Add hours"))
    page.keyboard.press("Enter")
    row = page.locator("[data-inline-panel-child]:visible").last
    back_to(row.get_by_label("Repeats"))
    tab_to(row.get_by_label("Tuesday"))
    page.keyboard.press("Space")
    tab_to(row.get_by_label("Start time"))
    page.keyboard.type("930")
    tab_to(row.get_by_label("End time"))
    page.keyboard.type("17:00")
    tab_to(row.get_by_label("Location"))
    page.keyboard.type("Denver")
    tab_to(row.get_by_label("Valid from"))
    # The browser's own date input, in its American order.
    page.keyboard.type("01022035")
    expect(row.get_by_role("status")).to_have_text("Every Tuesday, 09:30 to 17:00, Denver" + NEXT_TUESDAYS)

    tab_to(page.get_by_role("button", name="More actions"))
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("button", name="Publish"))
    page.keyboard.press("Enter")

    expect(page.get_by_text("has been published")).to_be_visible()
    assert stored_rules(provider) == [(*TUESDAYS[:4], "09:30", "17:00")]


def test_refused_rule_keeps_what_was_typed(page: Page, provider: ProviderPage) -> None:
    refusal = "COUNT is not supported: give the last date in 'valid until' instead."
    open_hours(page, provider)
    row = added_row(page)
    row.get_by_label("Repeats").select_option("Advanced rule")
    row.get_by_label("Rule as text").fill("RRULE:FREQ=WEEKLY;COUNT=3")
    row.get_by_label("Start time").fill("09:00")
    row.get_by_label("Location").select_option("Denver")
    expect(row.get_by_role("status")).to_have_text(refusal)

    publish(page)

    expect(page.get_by_text("could not be saved due to validation errors")).to_be_visible()
    page.get_by_role("tab", name="Availability").click()
    row = page.locator("[data-inline-panel-child]:visible").last
    expect(row.locator(".error-message", has_text=refusal)).to_be_visible()
    expect(row.get_by_label("Repeats")).to_have_value("advanced")
    expect(row.get_by_label("Rule as text")).to_have_value("RRULE:FREQ=WEEKLY;COUNT=3")
    expect(row.get_by_label("Start time")).to_have_value("09:00")
    expect(row.get_by_label("Location")).to_have_value(str(Location.objects.get().pk))
    assert stored_rules(provider) == []


def test_every_pattern_composes_the_rule_that_the_server_reads(page: Page, provider: ProviderPage) -> None:
    cases = [
        Controls(interval=2, weekdays=("MO", "FR")),
        Controls(pattern="daily"),
        Controls(pattern="daily", interval=3),
        Controls(pattern="monthly-weekday", ordinal=2, weekday="SA"),
        Controls(pattern="monthly-weekday", ordinal=-1, weekday=WORKING_DAYS),
        Controls(pattern="monthly-weekday", interval=2, ordinal=1, weekday=ALL_DAYS),
        Controls(pattern="monthly-day", month_day=-1),
        Controls(pattern="yearly", month=2, month_day=29),
    ]
    open_hours(page, provider)
    row = added_row(page)
    composed = []
    for case in cases:
        set_controls(row, case)
        composed.append(row.locator("textarea").input_value())

    assert composed == [rule_text(case) for case in cases]

    row.get_by_label("Repeats").select_option("Every week")
    row.get_by_label("Monday").uncheck()
    row.get_by_label("Friday").uncheck()
    expect(row.locator("textarea")).to_have_value("")
    expect(row.get_by_role("status")).to_have_text(
        "Still missing: days, location, valid from, start time, end time."
    )


def test_stored_rules_stand_in_the_controls(page: Page, provider: ProviderPage, location: Location) -> None:
    make_rule(provider=provider, location=location, valid_from=date(2035, 1, 2))
    make_rule(
        provider=provider, location=location, recurrence="FREQ=MONTHLY;BYDAY=2SA", valid_from=date(2035, 1, 2)
    )
    make_rule(
        provider=provider,
        location=location,
        recurrence="FREQ=WEEKLY;BYDAY=MO;WKST=SU",
        start_time="22:00",
        end_time="02:00",
        valid_from=date(2035, 1, 1),
    )
    open_hours(page, provider)

    rows = page.locator("[data-inline-panel-child]:visible")
    expect(rows).to_have_count(3)
    expect(rows.nth(0).get_by_label("Tuesday")).to_be_checked()
    expect(rows.nth(0).locator("textarea")).to_be_hidden()
    expect(rows.nth(1).get_by_label("On the")).to_have_value("2")
    expect(rows.nth(1).get_by_label("Weekday")).to_have_value("SA")
    expect(rows.nth(2).get_by_label("Rule as text")).to_have_value("RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO")
    expect(rows.nth(2).get_by_role("status")).to_contain_text("22:00 to 02:00 the next day, Denver")


def test_summary_is_neutral_when_the_server_is_away(
    page: Page, provider: ProviderPage, complaints: list[str]
) -> None:
    open_hours(page, provider)
    page.route("**/hours-in-words/**", lambda route: route.fulfill(status=500))
    row = added_row(page)

    expect(row.get_by_role("status")).to_have_text("These hours cannot be put into words right now.")
    assert {complaint for complaint in complaints if "500 (Internal" not in complaint} == set()
    complaints.clear()


def set_controls(row: Locator, controls: Controls) -> None:
    row.get_by_label("Repeats").select_option(controls.pattern)
    if controls.pattern == "weekly":
        for code in controls.weekdays:
            row.locator(f"input[type=checkbox][value={code}]").check()
    if controls.pattern == "monthly-weekday":
        row.get_by_label("On the").select_option(str(controls.ordinal))
        row.get_by_label("Weekday").select_option(controls.weekday)
    if controls.pattern in ("monthly-day", "yearly"):
        row.get_by_label("On day").select_option(str(controls.month_day))
    if controls.pattern == "yearly":
        row.get_by_label("of", exact=True).select_option(str(controls.month))
    row.get_by_label("Repeat every").fill(str(controls.interval))


def tab_to(target: Locator) -> None:
    press_until_focused(target, "Tab")


def back_to(target: Locator) -> None:
    press_until_focused(target, "Shift+Tab")


def press_until_focused(target: Locator, key: str) -> None:
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        target.page.keyboard.press(key)
    pytest.fail(f"{target} cannot be reached with the keyboard")
