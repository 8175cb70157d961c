"""The dates of one rule. The cost depends on the dates asked for, never on how long ago the rule began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.rrule import MONTHLY, YEARLY, rrule, weekday

from schedules.core.recurrence_rule import Rule

# More months, and more years, than the calendar of dateutil holds: it looks at one period and stops.
_BEYOND_CALENDAR = 12 * 10_000


def rule_dates(*, rule: Rule, anchor: date, first: date, last: date) -> Iterable[date]:
    """Yield the dates of an anchored rule from `first`, not before `anchor`, to `last`, both included."""
    if rule.frequency == "DAILY":
        return _daily(rule=rule, anchor=anchor, first=first, last=last)
    if rule.frequency == "WEEKLY":
        candidates = _weekly(rule=rule, anchor=anchor, first=first, last=last)
    elif rule.frequency == "MONTHLY":
        candidates = _monthly(rule=rule, anchor=anchor, first=first, last=last)
    else:
        candidates = _yearly(rule=rule, anchor=anchor, first=first, last=last)
    return (day for day in candidates if first <= day <= last)


def _daily(*, rule: Rule, anchor: date, first: date, last: date) -> Iterator[date]:
    if rule.positions and not {1, -1} & set(rule.positions):
        return
    skip = (anchor - first).days % rule.interval
    for ordinal in range(first.toordinal() + skip, last.toordinal() + 1, rule.interval):
        day = date.fromordinal(ordinal)
        if _is_in_months(rule=rule, day=day) and _is_in_days(rule=rule, day=day):
            yield day


def _weekly(*, rule: Rule, anchor: date, first: date, last: date) -> Iterator[date]:
    opening = _week_opening(day=anchor, week_start=rule.week_start)
    elapsed = (_week_opening(day=first, week_start=rule.week_start) - opening) // 7
    opening += 7 * (elapsed + -elapsed % rule.interval)
    offsets = sorted((day - rule.week_start) % 7 for _, day in rule.days)
    for week in range(opening, last.toordinal() + 1, 7 * rule.interval):
        dates = [date.fromordinal(week + offset) for offset in offsets]
        yield from _at_positions(dates=[d for d in dates if _is_in_months(rule=rule, day=d)], rule=rule)


def _week_opening(*, day: date, week_start: int) -> int:
    return day.toordinal() - (day.weekday() - week_start) % 7


def _monthly(*, rule: Rule, anchor: date, first: date, last: date) -> Iterator[date]:
    begin, month = anchor.year * 12 + anchor.month - 1, first.year * 12 + first.month - 1
    month += (begin - month) % rule.interval
    for index in range(month, last.year * 12 + last.month, rule.interval):
        yield from _period(rule, index // 12, index % 12 + 1)


def _yearly(*, rule: Rule, anchor: date, first: date, last: date) -> Iterator[date]:
    year = first.year + (anchor.year - first.year) % rule.interval
    for index in range(year, last.year + 1, rule.interval):
        yield from _period(rule, index, 1)


@lru_cache(maxsize=4096)
def _period(rule: Rule, year: int, month: int) -> tuple[date, ...]:
    """Return the dates of one month or year. For a rule without any, dateutil would walk to year 9999."""
    found = rrule(
        MONTHLY if rule.frequency == "MONTHLY" else YEARLY,
        dtstart=datetime(year, month, 1),
        interval=_BEYOND_CALENDAR,
        wkst=rule.week_start,
        bymonth=rule.months or None,
        bymonthday=rule.month_days or None,
        byweekday=_weekdays(rule) or None,
        bysetpos=rule.positions or None,
    )
    return tuple(occurrence.date() for occurrence in found)


def _weekdays(rule: Rule) -> list[weekday]:
    """Return the weekdays for dateutil, which reads a mixture such as TU,1FR as both, not as either."""
    if not any(ordinal for ordinal, _ in rule.days):
        return [weekday(day) for _, day in rule.days]
    most = 5 if rule.frequency == "MONTHLY" or rule.months else 53
    return [
        weekday(day, count)
        for ordinal, day in rule.days
        for count in ([ordinal] if ordinal else range(1, most + 1))
    ]


def _is_in_months(*, rule: Rule, day: date) -> bool:
    return not rule.months or day.month in rule.months


def _is_in_days(*, rule: Rule, day: date) -> bool:
    if rule.days and (0, day.weekday()) not in rule.days:
        return False
    if not rule.month_days or day.day in rule.month_days:
        return True
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (day - next_month).days in rule.month_days


def _at_positions(*, dates: Sequence[date], rule: Rule) -> Sequence[date]:
    if not rule.positions:
        return dates
    count = len(dates)
    wanted = {place - 1 if place > 0 else count + place for place in rule.positions}
    return [day for place, day in enumerate(dates) if place in wanted]
