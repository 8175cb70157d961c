"""Opening hours of a place: what all who work there keep, merged, with the days between which they hold."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

ONE_DAY = timedelta(days=1)
LAST_MINUTE = 24 * 60 - 1


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours of somebody that come every week. Minutes after 00:00; an end past 1440 lies on the next day.

    Both days are included."""

    weekdays: tuple[int, ...]
    start: int
    end: int
    valid_from: date
    valid_until: date | None

    def hold_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Merged hours of some weekdays, Monday is 0. `valid_from` is None for hours that are kept already."""

    weekdays: tuple[int, ...]
    start: int
    end: int
    valid_from: date | None
    valid_until: date | None


def merged_hours(hours: Collection[WeeklyHours], *, today: date) -> list[OpeningHours]:
    """Return the opening hours from `today` on, by day, weekday and start."""
    groups: dict[tuple[date, date | None, int, int], list[int]] = {}
    for weekday in range(7):
        here = [each for each in hours if weekday in each.weekdays]
        for (start, end), first, last in _spans(here, today=today):
            groups.setdefault((first, last, start, end), []).append(weekday)
    found = sorted(groups.items(), key=lambda item: (item[0][0], item[1], item[0][2], item[0][3]))
    return [
        OpeningHours(tuple(weekdays), start, end, None if first == today else first, last)
        for (first, last, start, end), weekdays in found
    ]


def next_change(hours: Iterable[WeeklyHours], *, today: date) -> date | None:
    """Return the first day after `today` on which some hours begin or no longer hold."""
    return min((day for day in _changes(hours) if day > today), default=None)


def _changes(hours: Iterable[WeeklyHours]) -> Iterator[date]:
    for each in hours:
        yield each.valid_from
        if each.valid_until and each.valid_until < date.max:
            yield each.valid_until + ONE_DAY


def _spans(
    hours: Collection[WeeklyHours], *, today: date
) -> Iterator[tuple[tuple[int, int], date, date | None]]:
    """Yield each merged interval of one weekday with the first and the last day on which it is open."""
    begins = sorted({today, *(day for day in _changes(hours) if day > today)})
    since: dict[tuple[int, int], date] = {}
    for begin, following in pairwise([*begins, None]):
        assert begin is not None
        open_now = _union((each.start, each.end) for each in hours if each.hold_on(begin))
        for interval in [each for each in since if each not in open_now]:
            yield interval, since.pop(interval), begin - ONE_DAY
        for interval in open_now:
            since.setdefault(interval, begin)
        if following is None:
            yield from ((interval, first, None) for interval, first in since.items())


def _union(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merge intervals that overlap or touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def clock(minutes: int) -> str:
    """Return the wall-clock time as schema.org reads it: the end of a day is its last minute."""
    if minutes == LAST_MINUTE + 1:
        minutes = LAST_MINUTE
    return "{:02d}:{:02d}".format(*divmod(minutes % (LAST_MINUTE + 1), 60))
