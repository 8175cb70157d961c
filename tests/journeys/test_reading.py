"""A patient reads an article and looks for a time."""

from datetime import date, datetime, timedelta

from tests.journeys.booking import days
from tests.journeys.demo import DENVER, Demo

TUESDAY = 1
# What the policy of the procedure allows.
HORIZON_DAYS = 365


def test_article_has_its_benefits_and_risks(demo: Demo) -> None:
    found = demo.ask(
        '{ procedure(slug: "micro-needling") { title benefits { title } risks { title severity } } }'
    )["procedure"]

    assert found == {
        "title": "Medical Micro Needling",
        "benefits": [
            {"title": title}
            for title in (
                "Skin texture",
                "Radiance",
                "Pore size",
                "Skin tone",
                "All skin types",
                "Minimal downtime",
                "Lasting results",
            )
        ],
        "risks": [
            {"title": "Redness and swelling", "severity": "MINOR"},
            {"title": "Sensitivity", "severity": "MINOR"},
            {"title": "Infection", "severity": "MODERATE"},
            {"title": "Scarring", "severity": "SERIOUS"},
        ],
    }


def test_article_says_who_offers_it_where_and_when(demo: Demo) -> None:
    found = demo.ask(
        """{ procedure(slug: "micro-needling") {
          offeredOn { summary weekdays provider { name } location { name } } } }"""
    )["procedure"]

    assert found["offeredOn"] == [
        {
            "summary": "Dr. Sarah White on Tuesdays",
            "weekdays": ["TUESDAY"],
            "provider": {"name": "Sarah White"},
            "location": {"name": "Larkspur Denver"},
        }
    ]


def test_list_has_every_published_procedure_and_no_draft(demo: Demo) -> None:
    found = demo.ask("{ procedures(first: 100) { totalCount nodes { slug } } }")["procedures"]

    slugs = {node["slug"] for node in found["nodes"]}
    assert (found["totalCount"], len(slugs), "kinesiology-taping" in slugs) == (10, 10, False)


def test_month_has_every_date_and_free_times_on_tuesdays_only(demo: Demo) -> None:
    tomorrow = demo.today() + timedelta(days=1)

    month = days(demo, first=tomorrow)

    dates = [date.fromisoformat(day["date"]) for day in month]
    assert dates == [tomorrow + timedelta(days=n) for n in range(31)]
    open_dates = [on for on, day in zip(dates, month, strict=True) if day["starts"]]
    assert {on.weekday() for on in open_dates} == {TUESDAY}
    slots = [slot for day in month for slot in day["slots"]]
    assert [slot["startsAt"] for slot in slots] == [start for day in month for start in day["starts"]]
    assert {(slot["location"]["slug"], slot["providers"][0]["name"]) for slot in slots} == {
        ("denver", "Sarah White")
    }


def test_hours_begin_at_nine_on_both_sides_of_every_clock_change(demo: Demo) -> None:
    changes = clock_changes_to_come(demo.today())
    assert changes

    for sunday in changes:
        sides = [sunday - timedelta(days=5), sunday + timedelta(days=2)]
        firsts = [days(demo, first=tuesday, count=1)[0]["slots"][0] for tuesday in sides]

        assert [slot["localStart"] for slot in firsts] == [f"{tuesday}T09:00" for tuesday in sides]
        before, after = (datetime.fromisoformat(slot["startsAt"]) for slot in firsts)
        assert after - before == timedelta(days=7) - clock_shift(sunday)


def clock_changes_to_come(today: date) -> list[date]:
    """Return the Sundays of changes whose Tuesdays before and after can both be booked."""
    dates = [today + timedelta(days=n) for n in range(6, HORIZON_DAYS - 1)]
    return [on for on in dates if clock_shift(on)]


def clock_shift(on: date) -> timedelta:
    """Return how far the clocks of Denver are put forward on a date: an hour, minus an hour, or nothing."""
    noons = [
        datetime(day.year, day.month, day.day, 12, tzinfo=DENVER) for day in (on - timedelta(days=1), on)
    ]
    before, after = (noon.utcoffset() or timedelta() for noon in noons)
    return after - before
