"""What the words of every language ask of rules and hours."""

from __future__ import annotations

from collections.abc import Sequence

from schedules.core.recurrence_rule import Rule


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def joined(words: Sequence[str], *, last: str) -> str:
    """Return the words with commas between them, and `last` before the last one."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def is_run(weekdays: Sequence[int]) -> bool:
    """Say whether three or more weekdays, sorted, follow each other."""
    return len(weekdays) > 2 and list(weekdays) == list(range(weekdays[0], weekdays[-1] + 1))


def calendar_dates(rule: Rule) -> list[tuple[int, int]]:
    """Return pairs of a day and a month, or nothing where the rule is not a plain list of dates."""
    if rule.frequency != "YEARLY" or rule.days or rule.positions or min(rule.month_days, default=0) < 1:
        return []
    return [(day, month) for month in rule.months for day in rule.month_days]


def counts_weekdays(rule: Rule) -> bool:
    """Say whether positions count nothing but weekdays: the last of Monday to Friday."""
    has_ordinals = any(ordinal for ordinal, _ in rule.days)
    return bool(rule.positions and rule.days) and not rule.month_days and not has_ordinals
