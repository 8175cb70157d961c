"""Rules and hours in plain English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from schedules.core.recurrence_rule import Rule
from schedules.core.words.shared import calendar_dates, clock, counts_weekdays, is_run, joined

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_GROUPS = {(0, 1, 2, 3, 4): "weekday", (5, 6): "weekend day", (0, 1, 2, 3, 4, 5, 6): "day"}


def rule_words(rule: Rule) -> str:
    if rule.frequency in ("DAILY", "WEEKLY"):
        return _short_period(rule) + _in_months(rule)
    single, plural = {"MONTHLY": ("Monthly", "months"), "YEARLY": ("Yearly", "years")}[rule.frequency]
    period = single if rule.interval == 1 else f"Every {rule.interval} {plural}"
    dates = [f"{day} {_MONTHS[month - 1]}" for day, month in calendar_dates(rule)]
    if dates:
        return f"{period} on {_list(dates)}"
    chosen = _chosen(rule)
    return period + (f" on {chosen}" if chosen else "") + _in_months(rule)


def hours_words(*, start_time: time, end_minutes: int) -> str:
    start = start_time.hour * 60 + start_time.minute
    if (start, end_minutes) == (0, 1440):
        return "all day"
    if end_minutes <= 1440:
        return f"{clock(start)} to {clock(end_minutes)}"
    return f"{clock(start)} to {clock(end_minutes - 1440)} the next day"


def offer_words(name: str, *, weekly: Sequence[int], some: Sequence[int]) -> str:
    """Return for example "Dr. Sarah White on Tuesdays and some Saturdays", or "… on Mondays to Fridays"."""
    words = [f"{_WEEKDAYS[day]}s" for day in weekly]
    if is_run(weekly):
        words = [f"{words[0]} to {words[-1]}"]
    return f"{name} on {_list(words + [f'some {_WEEKDAYS[day]}s' for day in some])}"


def _short_period(rule: Rule) -> str:
    unit = "day" if rule.frequency == "DAILY" else "week"
    period = f"Every {unit}" if rule.interval == 1 else f"Every {rule.interval} {unit}s"
    weekdays = tuple(weekday for _, weekday in rule.days)
    if rule.positions:
        return f"{period} on {_chosen(rule)}" if weekdays else f"{period}{_only(rule)}"
    if not weekdays:
        return period + _only(rule)
    if rule.interval == 1:
        return f"Every {_GROUPS.get(weekdays) or _weekday_list(weekdays)}" + _only(rule)
    if rule.frequency == "DAILY":
        return f"{period}, only on {_weekday_list(weekdays)}" + _only(rule)
    return f"{period} on {_weekday_list(weekdays)}"


def _only(rule: Rule) -> str:
    return f", only on {_month_days(rule.month_days)}" if rule.month_days else ""


def _chosen(rule: Rule) -> str:
    weekdays = tuple(weekday for _, weekday in rule.days)
    if counts_weekdays(rule):
        group = _GROUPS.get(weekdays) or (_WEEKDAYS[weekdays[0]] if len(weekdays) == 1 else "")
        places = _list([_ordinal(position) for position in rule.positions])
        return f"the {places} {group}" if group else f"the {places} of {_weekday_list(weekdays)}"
    pieces = [_day_words(ordinal=ordinal, weekday=weekday) for ordinal, weekday in rule.days]
    chosen = _month_days(rule.month_days) if rule.month_days else _list(pieces)
    if rule.month_days and pieces:
        chosen += f", only on {_list(pieces)}"
    if rule.positions and chosen:
        chosen += f", the {_list([_ordinal(position) for position in rule.positions])} of these"
    return chosen


def _day_words(*, ordinal: int, weekday: int) -> str:
    return f"the {_ordinal(ordinal)} {_WEEKDAYS[weekday]}" if ordinal else f"every {_WEEKDAYS[weekday]}"


def _month_days(days: Sequence[int]) -> str:
    counted = [str(day) for day in days if day > 0]
    words = [f"day{'s' if len(counted) > 1 else ''} {_list(counted)}"] if counted else []
    return _list(words + [f"the {_ordinal(day)} day" for day in days if day < 0])


def _in_months(rule: Rule) -> str:
    return f" in {_list([_MONTHS[month - 1] for month in rule.months])}" if rule.months else ""


def _weekday_list(weekdays: Sequence[int]) -> str:
    return _list([_WEEKDAYS[weekday] for weekday in weekdays])


def _ordinal(number: int) -> str:
    if number in _ORDINALS:
        return _ORDINALS[number]
    if number < 0:
        return f"{_ordinal(-number)} to last"
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(0 if number % 100 in (11, 12, 13) else number % 10, "th")
    return f"{number}{suffix}"


def _list(words: Sequence[str]) -> str:
    return joined(words, last="and")
