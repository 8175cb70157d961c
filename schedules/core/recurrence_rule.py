"""One RRULE line as a value: the parts accepted, and why the others are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_INTERVAL = 999
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}")
_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_ONE_PERIOD = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}

_TIMES_INSTEAD = "set the start and end time of the hours instead."
_PART_REFUSALS = {
    "COUNT": "give the last date in 'valid until' instead.",
    "UNTIL": "give the last date in 'valid until' instead.",
    "BYHOUR": _TIMES_INSTEAD,
    "BYMINUTE": _TIMES_INSTEAD,
    "BYSECOND": _TIMES_INSTEAD,
    "BYYEARDAY": "use BYMONTH with BYMONTHDAY instead.",
    "BYWEEKNO": "use BYMONTH with BYDAY instead.",
    "BYEASTER": "add an exception for each date instead.",
}


class InvalidRecurrence(ValueError):
    """The recurrence cannot be used; the message says why and what to use instead."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`days` holds (ordinal, weekday) pairs: Monday is 0, ordinal 0 means every such weekday."""

    frequency: Frequency
    interval: int = 1
    week_start: int = 0
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.week_start:
            parts.append(f"WKST={WEEKDAY_CODES[self.week_start]}")
        days = [f"{ordinal or ''}{WEEKDAY_CODES[weekday]}" for ordinal, weekday in self.days]
        lists = {
            "BYMONTH": self.months,
            "BYMONTHDAY": self.month_days,
            "BYDAY": days,
            "BYSETPOS": self.positions,
        }
        parts += [f"{name}={','.join(map(str, values))}" for name, values in lists.items() if values]
        return "RRULE:" + ";".join(parts)

    @property
    def is_every_week(self) -> bool:
        limits = self.months or self.month_days or self.positions
        return self.frequency in ("DAILY", "WEEKLY") and self.interval == 1 and not limits

    def anchored(self, anchor: date) -> Rule:
        """Fill in what the rule leaves to the date it starts on: weekday, day of the month, month."""
        if self.days or self.month_days or self.frequency == "DAILY":
            return self
        if self.frequency == "WEEKLY":
            return replace(self, days=((0, anchor.weekday()),))
        if self.frequency == "MONTHLY":
            return replace(self, month_days=(anchor.day,))
        return replace(self, months=self.months or (anchor.month,), month_days=(anchor.day,))


def parse_rule(line: str) -> Rule:
    """Raises InvalidRecurrence."""
    parts = _parts(line)
    frequency = _frequency(parts.pop("FREQ", ""))
    rule = Rule(
        frequency=frequency,
        interval=_interval(parts.pop("INTERVAL", "1")),
        week_start=_week_start(parts.pop("WKST", "MO")),
        months=_numbers(name="BYMONTH", text=parts.pop("BYMONTH", None), lowest=1, highest=12),
        month_days=_numbers(name="BYMONTHDAY", text=parts.pop("BYMONTHDAY", None), lowest=-31, highest=31),
        days=_days(text=parts.pop("BYDAY", None), frequency=frequency),
        positions=_numbers(name="BYSETPOS", text=parts.pop("BYSETPOS", None), lowest=-366, highest=366),
    )
    for name in parts:
        remedy = _PART_REFUSALS.get(
            name, "use FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS and WKST only."
        )
        raise InvalidRecurrence(f"{name[:20]} is not supported: {remedy}")
    _check_combination(rule)
    return rule


def _parts(line: str) -> dict[str, str]:
    name, colon, body = line.partition(":")
    _check_property(name if colon else "RRULE")
    parts: dict[str, str] = {}
    for part in (body if colon else line).upper().split(";"):
        key, equals, value = part.strip().partition("=")
        if not equals:
            raise InvalidRecurrence(
                "A rule consists of NAME=VALUE parts: write for example FREQ=WEEKLY;BYDAY=TU."
            )
        if key in parts:
            raise InvalidRecurrence(
                f"{key[:20]} is given twice: list its values in one part, separated by commas."
            )
        parts[key] = value
    return parts


def _check_property(name: str) -> None:
    kind = name.strip().upper().partition(";")[0]
    if kind in ("EXDATE", "EXRULE"):
        raise InvalidRecurrence(f"{kind} is not supported: add an exception that closes the dates instead.")
    if kind == "RDATE":
        raise InvalidRecurrence("RDATE is not supported: add an exception that opens the dates instead.")
    if kind in ("DTSTART", "DTEND", "DURATION"):
        raise InvalidRecurrence(
            f"{kind} is not supported: use 'valid from' and the start and end time instead."
        )
    if kind != "RRULE" or ";" in name:
        raise InvalidRecurrence(
            "Only RRULE lines are supported: write for example RRULE:FREQ=WEEKLY;BYDAY=TU."
        )


def _frequency(text: str) -> Frequency:
    if text in _FREQUENCIES:
        return cast(Frequency, text)
    if text in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise InvalidRecurrence(f"FREQ={text} is not supported: use FREQ=DAILY and {_TIMES_INSTEAD}")
    raise InvalidRecurrence("A rule needs a frequency: use FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")


def _interval(text: str) -> int:
    value = int(text) if _NUMBER.fullmatch(text) else 0
    if not 1 <= value <= MAX_INTERVAL:
        raise InvalidRecurrence(f"INTERVAL is out of range: use a whole number from 1 to {MAX_INTERVAL}.")
    return value


def _week_start(text: str) -> int:
    if text not in WEEKDAY_CODES:
        raise InvalidRecurrence(f"WKST is not a weekday: use one of {', '.join(WEEKDAY_CODES)}.")
    return WEEKDAY_CODES.index(text)


def _numbers(*, name: str, text: str | None, lowest: int, highest: int) -> tuple[int, ...]:
    if text is None:
        return ()
    words = text.split(",")
    values = {int(word) for word in words if _NUMBER.fullmatch(word)}
    if not all(_NUMBER.fullmatch(word) for word in words) or not all(
        lowest <= v <= highest and v for v in values
    ):
        zero = " other than 0" if lowest < 0 else ""
        raise InvalidRecurrence(
            f"{name} is out of range: use whole numbers from {lowest} to {highest}{zero}."
        )
    return tuple(sorted(values))


def _days(*, text: str | None, frequency: Frequency) -> tuple[tuple[int, int], ...]:
    if text is None:
        return ()
    matches = [_DAY.fullmatch(word) for word in text.split(",")]
    pairs = {(_ordinal(match[1], frequency), WEEKDAY_CODES.index(match[2])) for match in matches if match}
    if not all(matches):
        raise InvalidRecurrence(
            f"BYDAY is not a list of weekdays: use {', '.join(WEEKDAY_CODES)}, or 2TU, -1FR."
        )
    return tuple(sorted(pairs))


def _ordinal(text: str | None, frequency: Frequency) -> int:
    if text is None:
        return 0
    highest = {"MONTHLY": 5, "YEARLY": 53}.get(frequency)
    if highest is None:
        raise InvalidRecurrence(
            f"BYDAY with a number needs FREQ=MONTHLY or YEARLY: with {frequency} name only weekdays."
        )
    if not 1 <= abs(int(text)) <= highest:
        raise InvalidRecurrence(
            f"BYDAY counts from 1 to {highest} or -1 to -{highest} with FREQ={frequency}."
        )
    return int(text)


def _check_combination(rule: Rule) -> None:
    if rule.frequency == "WEEKLY" and rule.month_days:
        raise InvalidRecurrence("BYMONTHDAY does not go with FREQ=WEEKLY: use FREQ=MONTHLY, or BYDAY.")
    if rule.months and any(abs(ordinal) > 5 for ordinal, _ in rule.days):
        raise InvalidRecurrence(
            "BYDAY counts within the month when BYMONTH is given: use 1 to 5 or -1 to -5."
        )
    if rule.positions and not (rule.days or rule.month_days or rule.months):
        period = _ONE_PERIOD[rule.frequency]
        raise InvalidRecurrence(
            f"BYSETPOS picks among the dates of a {period}: add BYDAY, BYMONTHDAY or BYMONTH."
        )
