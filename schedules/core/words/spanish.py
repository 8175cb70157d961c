"""Rules and hours in plain Spanish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from schedules.core.recurrence_rule import Rule
from schedules.core.words.shared import calendar_dates, clock, counts_weekdays, is_run, joined

_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_PLURALS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábados", "domingos")
_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
_ORDINALS = {1: "primer", 2: "segundo", 3: "tercer", 4: "cuarto", 5: "quinto"}
_FROM_THE_END = {-1: "último", -2: "penúltimo", -3: "antepenúltimo"}
_UNITS = {
    "DAILY": ("Todos los días", "días"),
    "WEEKLY": ("Cada semana", "semanas"),
    "MONTHLY": ("Cada mes", "meses"),
    "YEARLY": ("Cada año", "años"),
}
_MONDAY_TO_FRIDAY, _EVERY_DAY = (0, 1, 2, 3, 4), tuple(range(7))


def rule_words(rule: Rule) -> str:
    if rule.frequency in ("DAILY", "WEEKLY"):
        return _short_period(rule) + _in_months(rule)
    dates = [f"el {day} de {_MONTHS[month - 1]}" for day, month in calendar_dates(rule)]
    if dates:
        return f"{_period(rule)} {_list(dates)}"
    chosen = _chosen(rule)
    return _period(rule) + (f" {chosen}" if chosen else "") + _in_months(rule)


def hours_words(*, start_time: time, end_minutes: int) -> str:
    start = start_time.hour * 60 + start_time.minute
    if (start, end_minutes) == (0, 1440):
        return "todo el día"
    if end_minutes <= 1440:
        return f"de {clock(start)} a {clock(end_minutes)}"
    return f"de {clock(start)} a {clock(end_minutes - 1440)} del día siguiente"


def offer_words(name: str, *, weekly: Sequence[int], some: Sequence[int]) -> str:
    """Return for example "Dra. Sarah White: martes y algunos sábados", or "…: de lunes a viernes"."""
    words = [_PLURALS[day] for day in weekly]
    if is_run(weekly):
        words = [f"de {_WEEKDAYS[weekly[0]]} a {_WEEKDAYS[weekly[-1]]}"]
    return f"{name}: {_list(words + [f'algunos {_PLURALS[day]}' for day in some])}"


def _period(rule: Rule) -> str:
    single, plural = _UNITS[rule.frequency]
    return single if rule.interval == 1 else f"Cada {rule.interval} {plural}"


def _short_period(rule: Rule) -> str:
    weekdays = tuple(weekday for _, weekday in rule.days)
    if rule.positions and weekdays:
        return f"{_period(rule)} {_chosen(rule)}"
    if not weekdays:
        return _period(rule) + _only(rule)
    if rule.interval == 1:
        return _each(weekdays) + _only(rule)
    if rule.frequency == "DAILY":
        return f"{_period(rule)}, solo {_days(weekdays)}" + _only(rule)
    return f"{_period(rule)} {_days(weekdays)}"


def _each(weekdays: Sequence[int]) -> str:
    if weekdays == _EVERY_DAY:
        return "Todos los días"
    return "De lunes a viernes" if weekdays == _MONDAY_TO_FRIDAY else f"Todos {_days(weekdays)}"


def _days(weekdays: Sequence[int]) -> str:
    return f"los {_list([_PLURALS[weekday] for weekday in weekdays])}"


def _only(rule: Rule) -> str:
    return f", solo {_month_days(rule.month_days)}" if rule.month_days else ""


def _chosen(rule: Rule) -> str:
    weekdays = tuple(weekday for _, weekday in rule.days)
    if counts_weekdays(rule):
        return _list([_placed(position, _group(weekdays)) for position in rule.positions])
    pieces = [_day_words(ordinal=ordinal, weekday=weekday) for ordinal, weekday in rule.days]
    chosen = _month_days(rule.month_days) if rule.month_days else _list(pieces)
    if rule.month_days and pieces:
        chosen += f", solo {_list(pieces)}"
    if rule.positions and chosen:
        chosen += f", de ellos {_list([_placed(position, 'día') for position in rule.positions])}"
    return chosen


def _group(weekdays: Sequence[int]) -> str:
    if len(weekdays) == 1:
        return _WEEKDAYS[weekdays[0]]
    if weekdays == _EVERY_DAY:
        return "día"
    if weekdays == _MONDAY_TO_FRIDAY:
        return "día de lunes a viernes"
    return joined([_WEEKDAYS[weekday] for weekday in weekdays], last="o")


def _day_words(*, ordinal: int, weekday: int) -> str:
    return _placed(ordinal, _WEEKDAYS[weekday]) if ordinal else f"los {_PLURALS[weekday]}"


def _month_days(days: Sequence[int]) -> str:
    counted = [str(day) for day in days if day > 0]
    words = [f"{'los días' if len(counted) > 1 else 'el día'} {_list(counted)}"] if counted else []
    return _list(words + [_placed(day, "día") for day in days if day < 0])


def _in_months(rule: Rule) -> str:
    return f" en {_list([_MONTHS[month - 1] for month in rule.months])}" if rule.months else ""


def _placed(number: int, noun: str) -> str:
    """Return for example "el segundo martes"; negative numbers count from the end."""
    if number in _FROM_THE_END:
        return f"el {_FROM_THE_END[number]} {noun}"
    return f"el {_ordinal(abs(number))} {noun}" + (" desde el final" if number < 0 else "")


def _ordinal(number: int) -> str:
    # Short before a noun, as "primer" and "tercer" are.
    is_short = number % 10 in (1, 3) and number % 100 != 11
    return _ORDINALS.get(number, f"{number}.{'er' if is_short else 'º'}")


def _list(words: Sequence[str]) -> str:
    return joined(words, last="y")
