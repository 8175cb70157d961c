from datetime import date

import pytest

from cms.structured_data.core.opening_hours import (
    WeeklyHours,
    clock,
    merged_hours,
    next_change,
)

TODAY = date(2027, 3, 9)
Told = tuple[tuple[int, ...], int, int, date | None, date | None]
LONG_AGO = date(2026, 1, 6)


def kept(
    *weekdays: int, start: int = 9, end: int = 17, since: date = LONG_AGO, until: date | None = None
) -> WeeklyHours:
    return WeeklyHours(weekdays, start * 60, end * 60, since, until)


def told(*hours: WeeklyHours) -> list[Told]:
    found = merged_hours(hours, today=TODAY)
    return [
        (each.weekdays, each.start // 60, each.end // 60, each.valid_from, each.valid_until) for each in found
    ]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([kept(1)], [((1,), 9, 17, None, None)], id="one"),
        pytest.param([kept(1), kept(1, start=12, end=20)], [((1,), 9, 20, None, None)], id="overlapping"),
        pytest.param([kept(1, end=12), kept(1, start=12)], [((1,), 9, 17, None, None)], id="touching"),
        pytest.param(
            [kept(1, end=11), kept(1, start=12)],
            [((1,), 9, 11, None, None), ((1,), 12, 17, None, None)],
            id="a break",
        ),
        pytest.param([kept(1, 3), kept(2)], [((1, 2, 3), 9, 17, None, None)], id="the same on several days"),
        pytest.param([kept(1, start=22, end=26)], [((1,), 22, 26, None, None)], id="past midnight"),
        pytest.param([kept(1, until=date(2027, 3, 8))], [], id="over"),
        pytest.param([kept(1, until=TODAY)], [((1,), 9, 17, None, TODAY)], id="the last day counts"),
        pytest.param(
            [kept(1, since=date(2027, 4, 1))], [((1,), 9, 17, date(2027, 4, 1), None)], id="from later on"
        ),
        pytest.param(
            [kept(1), kept(1, start=8, since=date(2027, 4, 1), until=date(2027, 4, 30))],
            [
                ((1,), 9, 17, None, date(2027, 3, 31)),
                ((1,), 8, 17, date(2027, 4, 1), date(2027, 4, 30)),
                ((1,), 9, 17, date(2027, 5, 1), None),
            ],
            id="longer for a month",
        ),
        pytest.param(
            [kept(1, until=date(2027, 3, 31)), kept(1, since=date(2027, 4, 1))],
            [((1,), 9, 17, None, None)],
            id="taken over without a gap",
        ),
    ],
)
def test_hours_are_merged(hours: list[WeeklyHours], expected: list[Told]) -> None:
    assert told(*hours) == expected


def test_the_next_change_is_the_first_day_with_other_hours() -> None:
    hours = [kept(1, until=date(2027, 3, 31)), kept(2, since=date(2027, 3, 20)), kept(3)]
    assert next_change(hours, today=TODAY) == date(2027, 3, 20)
    assert next_change([kept(3)], today=TODAY) is None


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, "00:00"), (540, "09:00"), (1440, "23:59"), (1560, "02:00")]
)
def test_clock_never_says_24(minutes: int, expected: str) -> None:
    assert clock(minutes) == expected
