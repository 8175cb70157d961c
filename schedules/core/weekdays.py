"""On which weekdays something happens, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from schedules.core.recurrence import Recurrence
from schedules.core.words import words_in

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def regular_days(rules: Iterable[tuple[Recurrence, date]]) -> dict[int, bool]:
    """Return the weekdays of the rules, Monday is 0; True where the day comes every week."""
    days: dict[int, bool] = {}
    for recurrence, valid_from in rules:
        for day in recurrence.weekdays(valid_from=valid_from):
            days[day] = days.get(day, False) or recurrence.is_every_week
    return days


def offer_words(name: str, days: Mapping[int, bool], *, locale: str) -> str:
    """Return for example "Dr. Sarah White on Tuesdays"; `days` as from `regular_days`, at least one."""
    weekly = sorted(day for day, is_weekly in days.items() if is_weekly)
    some = sorted(day for day, is_weekly in days.items() if not is_weekly)
    return words_in(locale).offer_words(name, weekly=weekly, some=some)
