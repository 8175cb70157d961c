"""Which local dates: a set of RRULE lines without times, zones, exceptions or ends (R3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from schedules.core.recurrence_dates import rule_dates
from schedules.core.recurrence_rule import InvalidRecurrence, Rule, parse_rule
from schedules.core.words import ENGLISH, words_in

__all__ = ["InvalidRecurrence", "Recurrence", "describe_hours", "parse_recurrence"]

MAX_RULES = 8
MAX_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Recurrence:
    rules: tuple[Rule, ...]

    @property
    def text(self) -> str:
        """The canonical form: one RRULE line per rule, parts and values in a fixed order."""
        return "\n".join(rule.text for rule in self.rules)

    def dates(self, *, valid_from: date, valid_until: date | None, first: date, last: date) -> list[date]:
        """Return the dates from `first` to `last`, both included, sorted, each once.

        `valid_from` anchors intervals and what a rule leaves out; it is a date only if a rule selects it."""
        begin = max(first, valid_from)
        end = last if valid_until is None else min(last, valid_until)
        if begin > end:
            return []
        found: set[date] = set()
        for rule in self.rules:
            found.update(rule_dates(rule=rule.anchored(valid_from), anchor=valid_from, first=begin, last=end))
        return sorted(found)

    @property
    def is_every_week(self) -> bool:
        """Say whether each of its weekdays comes every week of the year."""
        return all(rule.is_every_week for rule in self.rules)

    def weekdays(self, *, valid_from: date) -> tuple[int, ...]:
        """Return the weekdays a date may fall on, Monday is 0, sorted."""
        found: set[int] = set()
        for rule in self.rules:
            found.update(_rule_weekdays(rule=rule.anchored(valid_from), anchor=valid_from))
        return tuple(sorted(found))

    def summary(self, *, valid_from: date | None = None, locale: str = ENGLISH) -> str:
        """Return plain words, "Every Tuesday"; with `valid_from` also what the rule leaves to it."""
        rules = [rule.anchored(valid_from) if valid_from else rule for rule in self.rules]
        words = [words_in(locale).rule_words(rule) for rule in rules]
        return "; ".join(words[:1] + [text[0].lower() + text[1:] for text in words[1:]])


@lru_cache(maxsize=4096)
def parse_recurrence(text: str) -> Recurrence:
    """Read RRULE lines, with or without the RRULE: prefix. Raises InvalidRecurrence."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise InvalidRecurrence(
            f"The recurrence is longer than {MAX_BYTES} bytes: split it into several hours."
        )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InvalidRecurrence("The recurrence is empty: choose on which days the hours apply.")
    if len(lines) > MAX_RULES:
        raise InvalidRecurrence(
            f"The recurrence has more than {MAX_RULES} rules: split it into several hours."
        )
    return Recurrence(rules=tuple(dict.fromkeys(parse_rule(line) for line in lines)))


def describe_hours(
    *,
    recurrence: Recurrence,
    valid_from: date,
    start_time: time,
    end_minutes: int,
    place: str,
    locale: str = ENGLISH,
) -> str:
    """Return "Every Tuesday, 22:00 to 02:00 the next day, Denver"; `end_minutes` counts from 00:00."""
    hours = words_in(locale).hours_words(start_time=start_time, end_minutes=end_minutes)
    return f"{recurrence.summary(valid_from=valid_from, locale=locale)}, {hours}, {place}"


def _rule_weekdays(*, rule: Rule, anchor: date) -> set[int]:
    named = {weekday for _, weekday in rule.days} or set(range(7))
    if rule.frequency == "DAILY" and rule.interval % 7 == 0:
        return named & {anchor.weekday()}
    return named
