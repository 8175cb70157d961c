from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from schedules.core.wall_clock import (
    ceil_minutes,
    day_grid,
    edge,
    local_date,
    local_day,
    local_label,
    to_datetime,
    to_minutes,
)
from tests.schedules.core import oracle

# Clock changes by an hour, half an hour and two hours, before, at and after midnight, and none.
ZONES = [
    "America/Denver",
    "America/New_York",
    "America/Phoenix",
    "Africa/Cairo",
    "America/Santiago",
    "America/St_Johns",
    "America/Nuuk",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Chatham",
]
DAYS = [date(2026, 9, 1) + timedelta(days=n) for n in range(500)]


def utc(text: str) -> int:
    return to_minutes(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "minutes", "zone", "expected"),
    [
        pytest.param(date(2027, 3, 9), 540, "America/Denver", "2027-03-09T16:00", id="standard-time"),
        pytest.param(date(2027, 3, 14), 119, "America/Denver", "2027-03-14T08:59", id="before-the-gap"),
        pytest.param(date(2027, 3, 14), 120, "America/Denver", "2027-03-14T09:00", id="gap-begins"),
        pytest.param(date(2027, 3, 14), 150, "America/Denver", "2027-03-14T09:00", id="in-the-gap"),
        pytest.param(date(2027, 3, 14), 180, "America/Denver", "2027-03-14T09:00", id="gap-ends"),
        pytest.param(date(2027, 3, 13), 1590, "America/Denver", "2027-03-14T09:00", id="gap-of-the-next-day"),
        pytest.param(date(2027, 11, 7), 60, "America/Denver", "2027-11-07T07:00", id="first-of-two"),
        pytest.param(date(2027, 11, 7), 119, "America/Denver", "2027-11-07T07:59", id="last-of-the-first"),
        pytest.param(date(2027, 11, 7), 120, "America/Denver", "2027-11-07T09:00", id="after-both"),
        pytest.param(date(2027, 3, 9), 2880, "America/Denver", "2027-03-11T07:00", id="two-days-on"),
        pytest.param(date(2026, 10, 4), 135, "Australia/Lord_Howe", "2026-10-03T15:30", id="half-hour-gap"),
        pytest.param(date(2027, 4, 30), 0, "Africa/Cairo", "2027-04-29T22:00", id="no-midnight"),
        pytest.param(date(2011, 12, 30), 720, "Pacific/Apia", "2011-12-30T10:00", id="skipped-day"),
    ],
)
def test_edge(day: date, minutes: int, zone: str, expected: str) -> None:
    assert to_datetime(edge(day=day, minutes=minutes, zone=zone)) == to_datetime(utc(expected))


@pytest.mark.parametrize("zone", ZONES)
def test_edge_agrees_with_oracle_around_changes(zone: str) -> None:
    unusual = [day for day in DAYS if len(day_grid(day, zone, 1)) != 1440]
    labels = [(day, minutes) for day in unusual for minutes in range(0, 1441, 15)]

    found = {(day, minutes): edge(day=day, minutes=minutes, zone=zone) for day, minutes in labels}

    assert found == {(day, minutes): oracle.edge(day, minutes, zone) for day, minutes in labels}


@pytest.mark.parametrize("zone", ZONES)
def test_local_days_leave_no_minute_out(zone: str) -> None:
    days = [local_day(day=day, zone=zone) for day in DAYS]

    assert [end for _, end in days[:-1]] == [start for start, _ in days[1:]]
    assert [local_date(minutes=start, zone=zone) for start, _ in days] == DAYS
    assert [local_date(minutes=end - 1, zone=zone) for _, end in days] == DAYS


@pytest.mark.parametrize("zone", ["America/Denver", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("step", [20, 45, 50])
def test_day_grid_follows_the_labels(zone: str, step: int) -> None:
    unusual = [day for day in DAYS if len(day_grid(day, zone, 1)) != 1440]
    for day in [*unusual, date(2027, 5, 5)]:
        first, last = local_day(day=day, zone=zone)
        labels = {at: oracle.label(at, zone) for at in range(first, last)}

        expected = [at for at, label in labels.items() if (label.hour * 60 + label.minute) % step == 0]

        assert list(day_grid(day, zone, step)) == expected


@pytest.mark.parametrize(
    ("instant", "floor", "ceiling"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0, 0),
        (datetime(1970, 1, 1, 0, 1, 59, 999999, tzinfo=UTC), 1, 2),
        (datetime(1970, 1, 1, 0, 1, 0, 1, tzinfo=UTC), 1, 2),
        (datetime(1969, 12, 31, 23, 58, 30, tzinfo=UTC), -2, -1),
        (datetime(1970, 1, 1, 2, 5, tzinfo=timezone(timedelta(hours=2))), 5, 5),
    ],
)
def test_minutes_of_an_instant(instant: datetime, floor: int, ceiling: int) -> None:
    assert (to_minutes(instant), ceil_minutes(instant)) == (floor, ceiling)


def test_naive_datetime_refused() -> None:
    naive = datetime(2027, 3, 9, tzinfo=UTC).replace(tzinfo=None)

    with pytest.raises(ValueError, match="attach a zone"):
        to_minutes(naive)
    with pytest.raises(ValueError, match="attach a zone"):
        ceil_minutes(naive)


def test_local_label_and_date() -> None:
    at = utc("2027-03-10T05:59")

    assert local_label(minutes=at, zone="America/Denver") == "2027-03-09T22:59"
    assert local_date(minutes=at, zone="America/Denver") == date(2027, 3, 9)
    assert to_datetime(at) == datetime(2027, 3, 10, 5, 59, tzinfo=UTC)
