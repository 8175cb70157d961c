"""The numbered cases of the booking rules, 1 to 76, as tables."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from types import FrameType
from typing import Any

import pytest

from schedules.core.intervals import Intervals
from schedules.core.policy import VisitPolicy
from schedules.core.recurrence import InvalidRecurrence, parse_recurrence
from schedules.core.slots import (
    Claim,
    DayException,
    OpeningRule,
    Room,
    Slot,
    UnknownZone,
    World,
    free_rooms,
    nearest_slots,
)
from schedules.core.wall_clock import local_date, local_day, local_label
from schedules.core.windows import Dates, open_windows
from tests.schedules.core.clinic import (
    CHECK_UP,
    COLLEAGUE,
    DENVER,
    HOURLY,
    LOCATION,
    PROVIDER,
    RESOURCE,
    ROOM_A,
    ROOM_B,
    every,
    exception,
    instant,
    minute,
    offers_for,
    rule,
    slots_between,
    starts_on,
    visit,
    world,
)

TUESDAY, CLINIC_DAY = date(2027, 1, 5), date(2027, 3, 9)
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)
SUNDAYS = "FREQ=WEEKLY;BYDAY=SU"


def policy(duration: int, step: int, **more: Any) -> VisitPolicy:
    return VisitPolicy(**{"duration": duration, "step": step, "horizon_days": 36500, **more})


def at_utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Zones and clock changes


@pytest.mark.parametrize(
    ("day", "first"),
    [
        pytest.param(date(2027, 3, 9), "2027-03-09T16:00", id="case-01"),
        pytest.param(date(2027, 3, 16), "2027-03-16T15:00", id="case-02"),
        pytest.param(date(2026, 10, 27), "2026-10-27T15:00", id="case-03-before"),
        pytest.param(date(2026, 11, 3), "2026-11-03T16:00", id="case-03-after"),
        pytest.param(date(2028, 2, 29), "2028-02-29T16:00", id="case-36"),
        pytest.param(date(2037, 3, 10), "2037-03-10T15:00", id="case-54"),
    ],
)
def test_first_slot(day: date, first: str) -> None:
    assert starts_on(day)[0] == first


def windows(opening: OpeningRule, day: date) -> list[tuple[str, str]]:
    found = open_windows(
        rules=[opening], opened=[], closed=Intervals(), dates=Dates(first=day, last=day, zone=opening.zone)
    )
    return [(instant(start), instant(end)) for start, end in found]


@pytest.mark.parametrize(
    ("hours", "day", "zone", "expected"),
    [
        pytest.param("13:00-18:00", SPRING, DENVER, ("2027-03-14T19:00", "2027-03-15T00:00"), id="case-04"),
        pytest.param("00:00-24:00", SPRING, DENVER, ("2027-03-14T07:00", "2027-03-15T06:00"), id="case-05"),
        pytest.param("00:00-24:00", AUTUMN, DENVER, ("2027-11-07T06:00", "2027-11-08T07:00"), id="case-06"),
        pytest.param("01:00-04:00", SPRING, DENVER, ("2027-03-14T08:00", "2027-03-14T10:00"), id="case-07"),
        pytest.param("02:00-03:00", SPRING, DENVER, None, id="case-08"),
        pytest.param("02:15-02:45", SPRING, DENVER, None, id="case-09"),
        pytest.param("02:30-04:00", SPRING, DENVER, ("2027-03-14T09:00", "2027-03-14T10:00"), id="case-10"),
        pytest.param("00:00-03:00", AUTUMN, DENVER, ("2027-11-07T06:00", "2027-11-07T10:00"), id="case-11"),
        pytest.param("01:30-02:30", AUTUMN, DENVER, ("2027-11-07T07:30", "2027-11-07T09:30"), id="case-12"),
        pytest.param("00:30-01:30", AUTUMN, DENVER, ("2027-11-07T06:30", "2027-11-07T07:30"), id="case-13"),
        pytest.param(
            "22:00-06:00", date(2027, 3, 13), DENVER, ("2027-03-14T05:00", "2027-03-14T12:00"), id="case-16"
        ),
        pytest.param(
            "22:00-06:00", date(2027, 11, 6), DENVER, ("2027-11-07T04:00", "2027-11-07T13:00"), id="case-17"
        ),
        pytest.param(
            "01:00-04:00",
            date(2026, 10, 4),
            "Australia/Lord_Howe",
            ("2026-10-03T14:30", "2026-10-03T17:00"),
            id="case-25",
        ),
        pytest.param("22:00-02:00", TUESDAY, DENVER, ("2027-01-06T05:00", "2027-01-06T09:00"), id="case-51"),
        pytest.param(
            "22:00-02:00", date(2027, 12, 31), DENVER, ("2028-01-01T05:00", "2028-01-01T09:00"), id="case-53"
        ),
    ],
)
def test_window(hours: str, day: date, zone: str, expected: tuple[str, str] | None) -> None:
    assert windows(rule("FREQ=DAILY", hours, zone=zone), day) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("hours", "day", "visits", "expected"),
    [
        pytest.param(
            "00:00-24:00", SPRING, HOURLY, every("2027-03-14T07:00", "2027-03-15T05:00", 60), id="case-05"
        ),
        pytest.param(
            "00:00-24:00", AUTUMN, HOURLY, every("2027-11-07T06:00", "2027-11-08T06:00", 60), id="case-06"
        ),
        pytest.param("01:00-04:00", SPRING, HOURLY, ["2027-03-14T08:00", "2027-03-14T09:00"], id="case-07"),
        pytest.param("02:00-03:00", SPRING, HOURLY, [], id="case-08"),
        pytest.param("02:15-02:45", SPRING, policy(15, 15), [], id="case-09"),
        pytest.param("02:30-04:00", SPRING, HOURLY, ["2027-03-14T09:00"], id="case-10"),
        pytest.param(
            "00:00-03:00", AUTUMN, HOURLY, every("2027-11-07T06:00", "2027-11-07T09:00", 60), id="case-11"
        ),
    ],
)
def test_starts_when_the_clock_changes(
    hours: str, day: date, visits: VisitPolicy, expected: list[str]
) -> None:
    asked = world(rule(SUNDAYS, hours), offers=offers_for(visits, PROVIDER))

    assert starts_on(day, asked, policy=visits) == expected


def test_case_05_and_06_count_the_hours_of_the_day() -> None:
    asked = world(rule(SUNDAYS, "00:00-24:00"), offers=offers_for(HOURLY, PROVIDER))

    assert [len(starts_on(day, asked, policy=HOURLY)) for day in (SPRING, AUTUMN)] == [23, 25]


@pytest.mark.parametrize(
    ("start", "labels"),
    [
        pytest.param("2027-11-07T07:30", ("2027-11-07T01:30", "2027-11-07T01:30"), id="case-14"),
        pytest.param("2027-03-14T08:30", ("2027-03-14T01:30", "2027-03-14T03:30"), id="case-15"),
    ],
)
def test_visit_is_an_elapsed_hour(start: str, labels: tuple[str, str]) -> None:
    asked = world(rule(SUNDAYS, "00:00-24:00"), offers=offers_for(HOURLY, PROVIDER))

    (slot,) = slots_between(minute(start), minute(start) + 1, asked, policy=policy(60, 30))

    assert slot.end - slot.start == 60
    assert (
        local_label(minutes=slot.start, zone=DENVER),
        local_label(minutes=slot.end, zone=DENVER),
    ) == labels


@pytest.mark.parametrize(
    ("day", "zone", "label"),
    [
        pytest.param(date(2027, 3, 9), "America/New_York", "2027-03-09T11:00", id="case-18-winter"),
        pytest.param(date(2027, 3, 16), "America/New_York", "2027-03-16T11:00", id="case-18-summer"),
        pytest.param(date(2027, 3, 9), "America/Phoenix", "2027-03-09T09:00", id="case-19-winter"),
        pytest.param(date(2027, 3, 16), "America/Phoenix", "2027-03-16T08:00", id="case-19-summer"),
        pytest.param(date(2027, 3, 9), "Europe/Berlin", "2027-03-09T17:00", id="case-20-winter"),
        pytest.param(date(2027, 3, 16), "Europe/Berlin", "2027-03-16T16:00", id="case-20-between"),
        pytest.param(date(2027, 3, 30), "Europe/Berlin", "2027-03-30T17:00", id="case-20-summer"),
        pytest.param(date(2027, 3, 9), "Asia/Kolkata", "2027-03-09T21:30", id="case-23"),
    ],
)
def test_first_slot_in_the_zone_of_the_patient(day: date, zone: str, label: str) -> None:
    assert local_label(minutes=minute(starts_on(day)[0]), zone=zone) == label


def test_case_21_last_slot_falls_on_the_next_day_in_tokyo() -> None:
    last = minute(starts_on(CLINIC_DAY)[-1])

    assert local_label(minutes=last, zone="Asia/Tokyo") == "2027-03-10T08:15"
    assert local_date(minutes=last, zone="Asia/Tokyo") == date(2027, 3, 10)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2027, 3, 9), [], id="case-22-ninth"),
        pytest.param(
            date(2027, 3, 10), every("2027-03-09T16:00", "2027-03-09T23:15", 15), id="case-22-tenth"
        ),
    ],
)
def test_day_asked_for_in_tokyo(day: date, expected: list[str]) -> None:
    assert starts_on(day, zone="Asia/Tokyo") == expected


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        pytest.param("America/Phoenix", date(2027, 7, 15), "2027-07-15T16:00", id="case-24-phoenix"),
        pytest.param(DENVER, date(2027, 7, 15), "2027-07-15T15:00", id="case-24-denver"),
        pytest.param("Asia/Kathmandu", date(2027, 3, 9), "2027-03-09T03:15", id="case-26"),
    ],
)
def test_hours_are_in_the_zone_of_the_location(zone: str, day: date, first: str) -> None:
    asked = world(rule("FREQ=DAILY", zone=zone), offers=offers_for(HOURLY, PROVIDER))

    assert starts_on(day, asked, zone=zone, policy=HOURLY)[0] == first


def test_case_25_grid_of_a_half_hour_change_follows_the_labels() -> None:
    zone = "Australia/Lord_Howe"
    asked = world(rule("FREQ=DAILY", "01:00-04:00", zone=zone), offers=offers_for(policy(30, 30), PROVIDER))

    labels = [
        local_label(minutes=minute(start), zone=zone)
        for start in starts_on(date(2026, 10, 4), asked, zone=zone, policy=policy(30, 60))
    ]

    assert labels == ["2026-10-04T01:00", "2026-10-04T03:00"]


def test_case_27_changed_offset_moves_hours_and_not_booked_visits() -> None:
    """Another zone with another offset stands for the same zone after its rules changed."""
    booked = visit("2027-07-13T15:00", "2027-07-13T15:45")

    before = starts_on(date(2027, 7, 13), world(rule(zone=DENVER), claims=[booked]))
    after = starts_on(date(2027, 7, 13), world(rule(zone="America/Phoenix"), claims=[booked]))

    assert (before[0], after[0]) == ("2027-07-13T15:45", "2027-07-13T16:00")


# Recurrence


@pytest.mark.parametrize(
    ("text", "valid_from", "first", "last", "expected"),
    [
        pytest.param("FREQ=WEEKLY;BYDAY=TU", "2027-01-06", "2027-01-01", "2027-01-12", "01-12", id="case-28"),
        pytest.param(
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "2027-01-05",
            "2027-01-01",
            "2027-02-28",
            "01-05 01-19 02-02 02-16",
            id="case-29",
        ),
        pytest.param(
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
            "2027-01-05",
            "2027-01-01",
            "2027-01-31",
            "01-05 01-10 01-19 01-24",
            id="case-30-monday",
        ),
        pytest.param(
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
            "2027-01-05",
            "2027-01-01",
            "2027-01-31",
            "01-05 01-17 01-19 01-31",
            id="case-30-sunday",
        ),
        pytest.param(
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2027-01-01",
            "2027-01-01",
            "2027-05-31",
            "01-29 02-26 03-31 04-30 05-31",
            id="case-31",
        ),
        pytest.param(
            "FREQ=MONTHLY;BYDAY=2TU",
            "2027-01-01",
            "2027-01-01",
            "2027-04-30",
            "01-12 02-09 03-09 04-13",
            id="case-32",
        ),
        pytest.param(
            "FREQ=MONTHLY;BYDAY=5TU",
            "2027-01-01",
            "2027-01-01",
            "2027-12-31",
            "03-30 06-29 08-31 11-30",
            id="case-33",
        ),
        pytest.param(
            "FREQ=MONTHLY;BYDAY=5TU", "2027-01-01", "2028-01-01", "2028-03-31", "02-29", id="case-33-leap"
        ),
        pytest.param(
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "2027-01-01",
            "2027-01-01",
            "2027-09-30",
            "01-31 03-31 05-31 07-31 08-31",
            id="case-34",
        ),
    ],
)
def test_dates(text: str, valid_from: str, first: str, last: str, expected: str) -> None:
    found = parse_recurrence(text).dates(
        valid_from=date.fromisoformat(valid_from),
        valid_until=None,
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
    )

    assert [day.strftime("%m-%d") for day in found] == expected.split()


@pytest.mark.parametrize(
    "text", ["FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"], ids=["case-35", "case-35-named"]
)
def test_leap_day_stays_a_leap_day(text: str) -> None:
    found = parse_recurrence(text).dates(
        valid_from=date(2028, 2, 29), valid_until=None, first=date(2028, 1, 1), last=date(2037, 1, 1)
    )

    assert found == [date(2028, 2, 29), date(2032, 2, 29), date(2036, 2, 29)]


def test_case_37_last_valid_day_is_whole() -> None:
    asked = world(rule(valid_until=date(2027, 3, 30)))

    assert starts_on(date(2027, 3, 30), asked) == every("2027-03-30T15:00", "2027-03-30T22:15", 15)
    assert starts_on(date(2027, 4, 6), asked) == []


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270331T000000Z", "valid until", id="case-38"),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270330T000000Z", "valid until", id="case-39"),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270330T150000Z", "valid until", id="case-40"),
        pytest.param("RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20270112", "valid until", id="case-41-count"),
        pytest.param("RRULE:FREQ=WEEKLY\nEXDATE:20270112", "exception that closes", id="case-41-exdate"),
        pytest.param("RRULE:FREQ=WEEKLY\nEXDATE:20270112T070000Z", "exception that closes", id="case-43"),
        pytest.param("RRULE:FREQ=HOURLY", "FREQ=DAILY", id="case-55-hourly"),
        pytest.param("RRULE:FREQ=MINUTELY", "FREQ=DAILY", id="case-55-minutely"),
        pytest.param("RRULE:FREQ=SECONDLY", "FREQ=DAILY", id="case-55-secondly"),
        pytest.param("RRULE:FREQ=DAILY;BYHOUR=9", "start and end time", id="case-55-byhour"),
        pytest.param("RRULE:FREQ=DAILY;BYMINUTE=0", "start and end time", id="case-55-byminute"),
        pytest.param("RRULE:FREQ=DAILY;BYSECOND=0", "start and end time", id="case-55-bysecond"),
        pytest.param("EXRULE:FREQ=DAILY", "exception that closes", id="case-55-exrule"),
        pytest.param("RRULE:FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 600), "split", id="case-55-long"),
        pytest.param(
            "\n".join(f"RRULE:FREQ=DAILY;INTERVAL={n}" for n in range(1, 10)), "split", id="case-55-many"
        ),
    ],
)
def test_recurrence_refused(text: str, remedy: str) -> None:
    with pytest.raises(InvalidRecurrence, match=remedy):
        parse_recurrence(text)


CLOSED_DAY = date(2027, 1, 12)
SATURDAY = date(2027, 1, 16)
MORNING, AFTERNOON = rule(hours="09:00-12:00"), rule(hours="13:00-15:00")


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        pytest.param([exception("closed", CLOSED_DAY)], [], id="case-42-clinic"),
        pytest.param([exception("closed", CLOSED_DAY, location=LOCATION)], [], id="case-42-location"),
        pytest.param([exception("closed", CLOSED_DAY, provider=PROVIDER)], [], id="case-42-provider"),
        pytest.param(
            [exception("closed", CLOSED_DAY, "13:00-15:00")],
            [
                *every("2027-01-12T16:00", "2027-01-12T19:00", 60),
                *every("2027-01-12T22:00", "2027-01-12T23:00", 60),
            ],
            id="case-44",
        ),
        pytest.param(
            [
                exception("closed", CLOSED_DAY, location=LOCATION + 1),
                exception("closed", CLOSED_DAY, provider=99),
            ],
            every("2027-01-12T16:00", "2027-01-12T23:00", 60),
            id="closed-elsewhere",
        ),
    ],
)
def test_closed_hours(closing: list[DayException], expected: list[str]) -> None:
    asked = world(exceptions=closing, offers=offers_for(HOURLY, PROVIDER))

    assert starts_on(CLOSED_DAY, asked, policy=HOURLY) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            [exception("open", SATURDAY, "10:00-14:00", provider=PROVIDER)],
            every("2027-01-16T17:00", "2027-01-16T20:00", 60),
            id="case-45",
        ),
        pytest.param(
            [exception("open", SATURDAY, "10:00-14:00", provider=PROVIDER), exception("closed", SATURDAY)],
            [],
            id="case-46",
        ),
    ],
)
def test_added_hours(changes: list[DayException], expected: list[str]) -> None:
    asked = world(exceptions=changes, offers=offers_for(HOURLY, PROVIDER))

    assert starts_on(SATURDAY, asked, policy=HOURLY) == expected


@pytest.mark.parametrize(
    ("hours", "visits", "expected"),
    [
        pytest.param(
            ("09:00-12:00", "11:00-14:00"),
            HOURLY,
            every("2027-01-05T16:00", "2027-01-05T20:00", 60),
            id="case-47",
        ),
        pytest.param(
            ("09:00-12:00", "12:00-15:00"),
            policy(60, 30),
            every("2027-01-05T16:00", "2027-01-05T21:00", 30),
            id="case-48",
        ),
        pytest.param(
            ("09:00-12:00", "13:00-15:00"),
            policy(60, 30),
            [
                *every("2027-01-05T16:00", "2027-01-05T18:00", 30),
                *every("2027-01-05T20:00", "2027-01-05T21:00", 30),
            ],
            id="case-49",
        ),
    ],
)
def test_several_windows_a_day(hours: tuple[str, ...], visits: VisitPolicy, expected: list[str]) -> None:
    asked = world(*(rule(hours=each) for each in hours), offers=offers_for(visits, PROVIDER))

    assert starts_on(TUESDAY, asked, policy=visits) == expected


def test_case_50_empty_window_refused() -> None:
    with pytest.raises(ValueError, match="end after they start"):
        OpeningRule(
            provider=PROVIDER,
            location=LOCATION,
            zone=DENVER,
            recurrence=parse_recurrence("FREQ=DAILY"),
            valid_from=TUESDAY,
            valid_until=None,
            start_minutes=540,
            end_minutes=540,
        )


def test_case_52_day_after_shows_the_part_past_midnight() -> None:
    asked = world(rule(hours="22:00-02:00"), offers=offers_for(HOURLY, PROVIDER))

    assert starts_on(date(2027, 1, 6), asked, policy=HOURLY) == ["2027-01-06T07:00", "2027-01-06T08:00"]


@pytest.mark.parametrize(
    "days",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=10",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=2TU",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=3;BYMONTHDAY=10",
    ],
)
def test_case_54_rule_of_20_years_takes_no_more_steps_than_a_new_one(days: str) -> None:
    day, begins = date(2037, 3, 10), date(2037, 1, 6)
    # 20 years and some days: a whole number of all these intervals.
    new, old = (world(rule(days, valid_from=each)) for each in (begins, begins - timedelta(weeks=1044)))
    # What is kept of a month or a year is kept for both.
    assert starts_on(day, new)[0] == "2037-03-10T15:00"

    assert starts_and_steps(day, old) == starts_and_steps(day, new)


def starts_and_steps(day: date, asked: World) -> tuple[list[str], int]:
    """Return the starts, and how many lines of the search and of dateutil ran to find them."""
    lines = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace if frame.f_globals["__name__"].startswith(("schedules.core", "dateutil")) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        starts = starts_on(day, asked)
    finally:
        sys.settrace(before)
    return starts, lines


# Search


def local(*labels: str) -> list[str]:
    """Return the instants of winter labels on the clinic day in Denver."""
    return [instant(minute(f"2027-03-09T{label}") + 7 * 60) for label in labels]


@pytest.mark.parametrize(
    ("hours", "visits", "claims", "expected"),
    [
        pytest.param(
            "09:00-17:00", CHECK_UP, [], every("2027-03-09T16:00", "2027-03-09T23:15", 15), id="case-56"
        ),
        pytest.param("09:00-09:30", CHECK_UP, [], [], id="case-57"),
        pytest.param("09:00-09:45", CHECK_UP, [], ["2027-03-09T16:00"], id="case-58"),
        pytest.param(
            "09:10-12:00", CHECK_UP, [], every("2027-03-09T16:15", "2027-03-09T18:15", 15), id="case-59"
        ),
        pytest.param(
            "09:00-12:30",
            policy(45, 15, buffer_after=15),
            [visit("2027-03-09T17:00", "2027-03-09T18:00")],
            local("09:00", "11:00", "11:15", "11:30", "11:45"),
            id="case-60",
        ),
        pytest.param(
            "10:00-12:00",
            policy(30, 15, buffer_before=20),
            [visit("2027-03-09T17:00", "2027-03-09T17:40")],
            local("11:00", "11:15", "11:30"),
            id="case-61",
        ),
        pytest.param(
            "16:00-17:00",
            policy(45, 15, buffer_after=15),
            [],
            ["2027-03-09T23:00", "2027-03-09T23:15"],
            id="case-62",
        ),
    ],
)
def test_starts_on_the_clinic_day(
    hours: str, visits: VisitPolicy, claims: list[Claim], expected: list[str]
) -> None:
    asked = world(rule(hours=hours), offers=offers_for(visits, PROVIDER), claims=claims)

    assert starts_on(CLINIC_DAY, asked, policy=visits) == expected


@pytest.mark.parametrize(
    ("now", "day", "notice", "first"),
    [
        pytest.param("2027-03-09T14:00:00", CLINIC_DAY, 120, "2027-03-09T16:00", id="case-63"),
        pytest.param("2027-03-09T14:00:01", CLINIC_DAY, 120, "2027-03-09T16:15", id="case-64"),
        pytest.param("2027-03-13T19:00:00", SPRING, 1440, "2027-03-14T19:00", id="case-65"),
        pytest.param("2027-03-09T17:07:00", CLINIC_DAY, 0, "2027-03-09T17:15", id="case-66"),
    ],
)
def test_first_start_after_notice(now: str, day: date, notice: int, first: str) -> None:
    asked = world(rule("FREQ=WEEKLY;BYDAY=TU,SU"))

    assert starts_on(day, asked, policy=policy(45, 15, min_notice=notice), now=at_utc(now))[0] == first


@pytest.mark.parametrize(
    ("now", "zone"),
    [
        pytest.param(at_utc("2027-03-02T15:00:00"), DENVER, id="case-67"),
        pytest.param(datetime.fromisoformat("2027-03-03T04:00:00+13:00"), "Pacific/Auckland", id="case-68"),
    ],
)
def test_horizon_counts_dates_of_the_location(now: datetime, zone: str) -> None:
    asked, limits = world(rule("FREQ=DAILY")), policy(45, 15, horizon_days=30)
    first, last = (
        local_day(day=date(2027, 3, 30), zone=zone)[0],
        local_day(day=date(2027, 4, 7), zone=zone)[1],
    )

    found = slots_between(first - 1440, last, asked, policy=limits, now=now)

    assert instant(found[-1].start) == "2027-04-01T22:15"
    assert {local_date(minutes=slot.start, zone=DENVER) for slot in found} >= {
        date(2027, 3, 30),
        date(2027, 4, 1),
    }


def test_case_67_tuesdays_within_and_beyond_the_horizon() -> None:
    limits, now = policy(45, 15, horizon_days=30), at_utc("2027-03-02T15:00:00")

    assert len(starts_on(date(2027, 3, 30), policy=limits, now=now)) == 30
    assert starts_on(date(2027, 4, 6), policy=limits, now=now) == []


BOOKED = [
    visit("2027-03-09T16:00", "2027-03-09T16:45", visit_on=CLINIC_DAY, appointment=1),
    visit("2027-03-09T17:00", "2027-03-09T17:45", visit_on=CLINIC_DAY, appointment=2),
    visit("2027-03-09T18:00", "2027-03-09T18:45", visit_on=CLINIC_DAY, appointment=3),
    visit("2027-03-09T23:15", "2027-03-10T00:00", visit_on=CLINIC_DAY, appointment=4),
]


@pytest.mark.parametrize(
    ("cap", "day", "ignore", "expected"),
    [
        pytest.param(4, CLINIC_DAY, frozenset(), [], id="case-69-full"),
        pytest.param(
            4,
            date(2027, 3, 10),
            frozenset(),
            every("2027-03-10T16:00", "2027-03-10T23:15", 15),
            id="case-69-next-day",
        ),
        pytest.param(
            4,
            CLINIC_DAY,
            frozenset({4}),
            every("2027-03-09T18:45", "2027-03-09T23:15", 15),
            id="case-69-moving-one-of-them",
        ),
        pytest.param(
            5,
            CLINIC_DAY,
            frozenset(),
            every("2027-03-09T18:45", "2027-03-09T22:30", 15),
            id="case-69-below-the-cap",
        ),
    ],
)
def test_cap_per_provider_and_day(cap: int, day: date, ignore: frozenset[int], expected: list[str]) -> None:
    asked = world(rule("FREQ=DAILY"), claims=BOOKED)

    found = starts_on(day, asked, policy=policy(45, 15, max_per_provider_per_day=cap), ignore=ignore)

    assert found == expected


@pytest.mark.parametrize(
    ("cap", "day", "is_open"),
    [
        pytest.param(4, date(2027, 3, 8), False, id="monday-of-the-week"),
        pytest.param(4, date(2027, 3, 14), False, id="sunday-of-the-week"),
        pytest.param(4, date(2027, 3, 7), True, id="week-before"),
        pytest.param(4, date(2027, 3, 15), True, id="week-after"),
        pytest.param(5, date(2027, 3, 14), True, id="below-the-cap"),
    ],
)
def test_cap_per_provider_and_week(cap: int, day: date, is_open: bool) -> None:
    asked = world(rule("FREQ=DAILY"), claims=BOOKED)

    found = starts_on(day, asked, policy=policy(45, 15, max_per_provider_per_week=cap))

    assert bool(found) is is_open


def test_case_69_other_procedures_and_blocks_do_not_count() -> None:
    others = [claim._replace(procedure=None if claim.appointment == 1 else 99) for claim in BOOKED]

    found = starts_on(CLINIC_DAY, world(claims=others), policy=policy(45, 15, max_per_provider_per_day=1))

    assert found == every("2027-03-09T18:45", "2027-03-09T22:30", 15)


def team(*claims: Claim, rooms: tuple[Room, ...] = (), visits: VisitPolicy = CHECK_UP) -> World:
    return world(
        rule(),
        rule(provider=COLLEAGUE),
        offers=offers_for(visits, COLLEAGUE, PROVIDER),
        rooms=rooms,
        claims=claims,
    )


@pytest.mark.parametrize(
    ("claims", "providers"),
    [
        pytest.param((), (PROVIDER, COLLEAGUE), id="case-70-both"),
        pytest.param((visit("2027-03-09T17:00", "2027-03-09T17:45"),), (COLLEAGUE,), id="case-70-one-booked"),
    ],
)
def test_slot_lists_every_free_provider(claims: tuple[Claim, ...], providers: tuple[int, ...]) -> None:
    at_ten = minute("2027-03-09T17:00")

    assert slots_between(at_ten, at_ten + 15, team(*claims)) == [
        Slot(start=at_ten, end=at_ten + 45, location=LOCATION, providers=providers)
    ]


IN_ROOM = policy(45, 15, room_kind="chair")
CHAIR_A = Room(resource=ROOM_A, location=LOCATION, kind="chair")
CHAIR_B = Room(resource=ROOM_B, location=LOCATION, kind="chair")
ELSEWHERE = Room(resource=31, location=LOCATION + 1, kind="chair")
OTHER_KIND = Room(resource=32, location=LOCATION, kind="x-ray")


def taken(resource: int, start: str, end: str) -> Claim:
    return visit(f"2027-03-09T{start}", f"2027-03-09T{end}", resource=resource)


@pytest.mark.parametrize(
    ("rooms", "claims", "expected"),
    [
        pytest.param(
            (CHAIR_A,),
            (taken(RESOURCE, "17:00", "17:45"), taken(ROOM_A, "17:00", "17:45")),
            local("09:00", "09:15", "10:45", "11:00"),
            id="case-71",
        ),
        pytest.param(
            (CHAIR_A, CHAIR_B),
            (taken(ROOM_A, "17:30", "19:00"), taken(ROOM_B, "16:00", "17:30")),
            local("09:00", "09:15", "09:30", "09:45", "10:30", "10:45", "11:00"),
            id="case-72",
        ),
        pytest.param(
            (CHAIR_A, CHAIR_B),
            (taken(RESOURCE, "16:00", "18:00"), taken(ROOM_A, "16:00", "18:00")),
            local("09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00"),
            id="case-73-second-chair",
        ),
        pytest.param(
            (CHAIR_A, CHAIR_B),
            (taken(ROOM_A, "16:00", "18:00"), taken(ROOM_B, "16:00", "18:00")),
            local("11:00"),
            id="case-73-both-taken",
        ),
        pytest.param((ELSEWHERE, OTHER_KIND), (), [], id="no-room-of-the-kind"),
    ],
)
def test_rooms_of_one_kind(rooms: tuple[Room, ...], claims: tuple[Claim, ...], expected: list[str]) -> None:
    first, last = minute("2027-03-09T16:00"), minute("2027-03-09T18:15")

    found = slots_between(first, last, team(*claims, rooms=rooms), policy=IN_ROOM)

    assert [instant(slot.start) for slot in found] == expected


def test_case_72_buffers_also_need_the_room() -> None:
    buffered = policy(45, 15, room_kind="chair", buffer_before=10, buffer_after=10)
    claims = (taken(ROOM_A, "17:00", "17:45"),)

    found = slots_between(
        minute("2027-03-09T16:00"),
        minute("2027-03-09T18:15"),
        team(*claims, rooms=(CHAIR_A,)),
        policy=buffered,
    )

    assert [instant(slot.start) for slot in found] == local("09:00", "11:00")


@pytest.mark.parametrize(
    ("ignore", "expected"),
    [
        pytest.param(frozenset(), [ROOM_A], id="one-taken"),
        pytest.param(frozenset({3}), [ROOM_A, ROOM_B], id="taken-by-the-visit-being-moved"),
    ],
)
def test_free_rooms(ignore: frozenset[int], expected: list[int]) -> None:
    booked = taken(ROOM_B, "17:00", "17:45")._replace(appointment=3)

    found = free_rooms(
        world=team(
            booked,
            taken(ROOM_A, "16:00", "17:00"),
            taken(ROOM_A, "18:00", "19:00"),
            rooms=(CHAIR_B, CHAIR_A, ELSEWHERE, OTHER_KIND),
        ),
        location=LOCATION,
        kind="chair",
        start=minute("2027-03-09T17:00"),
        end=minute("2027-03-09T18:00"),
        ignore=ignore,
    )

    assert found == expected


def test_case_74_closed_clinic_offers_nothing() -> None:
    assert starts_on(date(2027, 12, 28), world(exceptions=[exception("closed", date(2027, 12, 28))])) == []


def test_case_75_past_part_of_the_window_is_left_out() -> None:
    found = slots_between(
        minute("2027-03-01T00:00"), minute("2027-03-10T00:00"), world(), now=at_utc("2027-03-09T22:40:00")
    )

    assert [instant(slot.start) for slot in found] == every("2027-03-09T22:45", "2027-03-09T23:15", 15)


def test_case_75_window_without_length_offers_nothing() -> None:
    at = minute("2027-03-09T16:00")

    assert slots_between(at, at, world()) == slots_between(at, at - 600, world()) == []


@pytest.mark.parametrize(
    ("ignore", "expected"),
    [
        pytest.param(frozenset(), local("09:00", "09:15", "10:45", "11:00"), id="case-76-taken"),
        pytest.param(
            frozenset({3}),
            every("2027-03-09T16:00", "2027-03-09T18:00", 15),
            id="case-76-own-time-counts-as-free",
        ),
    ],
)
def test_own_appointment_ignored(ignore: frozenset[int], expected: list[str]) -> None:
    own = visit("2027-03-09T17:00", "2027-03-09T17:45", appointment=3)

    found = slots_between(
        minute("2027-03-09T16:00"), minute("2027-03-09T18:15"), world(claims=[own]), ignore=ignore
    )

    assert [instant(slot.start) for slot in found] == expected


# What the cases leave open


def test_rule_of_other_procedures_does_not_open() -> None:
    asked = world(rule(hours="09:00-10:00", procedures=frozenset({99})), rule(hours="11:00-12:00"))

    assert starts_on(CLINIC_DAY, asked) == local("11:00", "11:15")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        pytest.param(None, [LOCATION, LOCATION + 1], id="every-location-of-the-provider"),
        pytest.param(LOCATION, [LOCATION], id="one-location"),
        pytest.param(LOCATION + 2, [LOCATION + 2], id="location-without-a-rule"),
    ],
)
def test_added_hours_hold_at(location: int | None, expected: list[int]) -> None:
    asked = World(
        rules=[rule(), rule(location=LOCATION + 1, procedures=frozenset({99})), rule(provider=9, location=8)],
        exceptions=[exception("open", SATURDAY, "10:00-11:00", provider=PROVIDER, location=location)],
        offers=offers_for(HOURLY, PROVIDER),
        zones={LOCATION + 2: DENVER},
    )

    found = slots_between(*local_day(day=SATURDAY, zone=DENVER), asked, policy=HOURLY)

    assert [slot.location for slot in found] == expected


def test_added_hours_without_location_stay_where_the_provider_has_rules() -> None:
    elsewhere = LOCATION + 2
    asked = World(
        rules=[rule()],
        exceptions=[
            exception("open", SATURDAY, "10:00-11:00", provider=PROVIDER),
            exception("open", SATURDAY, "15:00-16:00", provider=PROVIDER, location=elsewhere),
        ],
        offers=offers_for(HOURLY, PROVIDER),
        zones={elsewhere: DENVER},
    )

    found = slots_between(*local_day(day=SATURDAY, zone=DENVER), asked, policy=HOURLY)

    assert [(slot.location, instant(slot.start)) for slot in found] == [
        (LOCATION, "2027-01-16T17:00"),
        (elsewhere, "2027-01-16T22:00"),
    ]


def test_added_hours_in_an_unknown_zone_refused() -> None:
    added = exception("open", SATURDAY, "10:00-11:00", provider=PROVIDER, location=LOCATION + 2)

    with pytest.raises(UnknownZone, match=r"add it to World\.zones"):
        starts_on(SATURDAY, world(exceptions=[added]))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param("10:00-10:00", local("09:00"), id="until-the-same-time-next-day"),
        pytest.param("22:00-10:00", local("09:00", "10:00", "11:00"), id="past-midnight"),
        pytest.param("00:00-00:00", [], id="whole-day"),
        pytest.param("11:00-24:00", local("09:00", "10:00"), id="until-midnight"),
    ],
)
def test_end_of_closed_times_not_after_the_start_lies_on_the_next_day(
    hours: str, expected: list[str]
) -> None:
    asked = world(
        rule(hours="09:00-12:00"),
        exceptions=[exception("closed", CLINIC_DAY, hours)],
        offers=offers_for(HOURLY, PROVIDER),
    )

    assert starts_on(CLINIC_DAY, asked, policy=HOURLY) == expected


def test_closed_times_past_midnight_reach_the_next_day() -> None:
    asked = world(
        rule("FREQ=DAILY", "09:00-12:00"),
        exceptions=[exception("closed", date(2027, 3, 8), "22:00-10:30")],
        offers=offers_for(HOURLY, PROVIDER),
    )

    assert starts_on(CLINIC_DAY, asked, policy=HOURLY) == local("11:00")


def test_visit_across_midnight_is_found_by_a_one_minute_window() -> None:
    asked = world(rule("FREQ=DAILY", "00:00-24:00"), offers=offers_for(HOURLY, PROVIDER))
    half_past_eleven = minute("2027-03-10T06:30")

    found = slots_between(half_past_eleven, half_past_eleven + 1, asked, policy=policy(60, 30))

    assert [slot.start for slot in found] == [half_past_eleven]


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_minutes": 540},
        {"end_minutes": 540},
        {"kind": "open"},
        {"kind": "open", "provider": None, "start_minutes": 540, "end_minutes": 600},
        {"start_minutes": 540, "end_minutes": 1441},
        {"start_minutes": -1, "end_minutes": 600},
    ],
    ids=str,
)
def test_impossible_exception_refused(wrong: dict[str, Any]) -> None:
    fields = {"provider": PROVIDER, "location": None, "kind": "closed", "first": SATURDAY, "last": SATURDAY}

    with pytest.raises(ValueError, match=r"both times or none|need a provider|between 00:00 and 24:00"):
        DayException(**{**fields, **wrong})


def test_closed_day_leaves_hours_after_its_midnight() -> None:
    asked = world(
        rule(hours="22:00-02:00"),
        exceptions=[exception("closed", TUESDAY)],
        offers=offers_for(HOURLY, PROVIDER),
    )

    first, last = minute("2027-01-05T00:00"), minute("2027-01-07T00:00")

    assert [instant(slot.start) for slot in slots_between(first, last, asked, policy=HOURLY)] == [
        "2027-01-06T07:00",
        "2027-01-06T08:00",
    ]


def test_claim_elsewhere_blocks_the_provider_everywhere() -> None:
    asked = world(rule(), rule(location=LOCATION + 1), claims=[visit("2027-03-09T16:00", "2027-03-10T00:00")])

    assert starts_on(CLINIC_DAY, asked) == []


@pytest.mark.parametrize(
    ("wanted", "count", "expected"),
    [
        ("2027-03-09T17:00", 3, ["2027-03-09T16:45", "2027-03-09T17:00", "2027-03-09T17:15"]),
        ("2027-03-09T17:07", 2, ["2027-03-09T17:00", "2027-03-09T17:15"]),
        ("2027-03-09T17:00", 2, ["2027-03-09T16:45", "2027-03-09T17:00"]),
        ("2027-03-10T12:00", 2, ["2027-03-09T23:00", "2027-03-09T23:15"]),
        ("2027-03-09T17:00", 0, []),
    ],
)
def test_nearest_slots(wanted: str, count: int, expected: list[str]) -> None:
    slots = slots_between(*local_day(day=CLINIC_DAY, zone=DENVER), world())

    assert [
        instant(slot.start) for slot in nearest_slots(slots=slots, wanted=minute(wanted), count=count)
    ] == expected
