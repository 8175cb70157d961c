"""When a provider is open at a location: rules, plus added hours, minus closed ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from schedules.core.intervals import Intervals, Span
from schedules.core.wall_clock import MINUTES_PER_DAY, edge, local_date
from schedules.core.world import DayException, OpeningRule

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """The local dates, both included, whose hours can touch a span of instants."""

    first: date
    last: date
    zone: str

    @classmethod
    def touching(cls, *, first: int, last: int, zone: str) -> Dates:
        # Hours past midnight belong to the date before.
        return cls(
            first=local_date(minutes=first, zone=zone) - _DAY,
            last=local_date(minutes=last, zone=zone),
            zone=zone,
        )


def open_windows(
    *, rules: Iterable[OpeningRule], opened: Iterable[DayException], closed: Intervals, dates: Dates
) -> Intervals:
    """Return the merged windows; what is closed wins over what is open (R8)."""
    spans = [span for rule in rules for span in _rule_spans(rule=rule, dates=dates)]
    spans += [span for exception in opened for span in _exception_spans(exception=exception, dates=dates)]
    return Intervals.of(spans).minus(closed)


def closed_spans(*, exceptions: Iterable[DayException], dates: Dates) -> Intervals:
    return Intervals.of(span for each in exceptions for span in _exception_spans(exception=each, dates=dates))


def _rule_spans(*, rule: OpeningRule, dates: Dates) -> Iterator[Span]:
    days = rule.recurrence.dates(
        valid_from=rule.valid_from, valid_until=rule.valid_until, first=dates.first, last=dates.last
    )
    start, end, zone = rule.start_minutes, rule.end_minutes, dates.zone
    return ((edge(day=day, minutes=start, zone=zone), edge(day=day, minutes=end, zone=zone)) for day in days)


def _exception_spans(*, exception: DayException, dates: Dates) -> Iterator[Span]:
    start = exception.start_minutes or 0
    end = exception.end_minutes or MINUTES_PER_DAY
    if end <= start:
        end += MINUTES_PER_DAY
    day, last = max(exception.first, dates.first), min(exception.last, dates.last)
    while day <= last:
        yield edge(day=day, minutes=start, zone=dates.zone), edge(day=day, minutes=end, zone=dates.zone)
        day += _DAY
