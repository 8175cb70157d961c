"""On which weekdays something happens, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from schedules.core.recurrence import Recurrence

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def regular_days(rules: Iterable[tuple[Recurrence, date]]) -> dict[int, bool]:
    """Return the weekdays of the rules, Monday is 0; True where the day comes every week."""
    days: dict[int, bool] = {}
    for recurrence, valid_from in rules:
        for day in recurrence.weekdays(valid_from=valid_from):
            days[day] = days.get(day, False) or recurrence.is_every_week
    return days


def weekday_words(days: Mapping[int, bool]) -> str:
    """Return for example "Tuesdays", "Mondays to Fridays", or "Tuesdays and some Saturdays"."""
    weekly = sorted(day for day, is_weekly in days.items() if is_weekly)
    some = sorted(day for day, is_weekly in days.items() if not is_weekly)
    names = [_plural(day) for day in weekly]
    if len(weekly) > 2 and weekly == list(range(weekly[0], weekly[-1] + 1)):
        names = [f"{_plural(weekly[0])} to {_plural(weekly[-1])}"]
    names += [f"some {_plural(day)}" for day in some]
    return " and ".join([*([", ".join(names[:-1])] if names[:-1] else []), *names[-1:]])


def _plural(day: int) -> str:
    return f"{WEEKDAYS[day].title()}s"
