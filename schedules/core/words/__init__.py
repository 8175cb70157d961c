"""Rules and hours in plain words, in a module for each language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Protocol

from schedules.core.recurrence_rule import Rule
from schedules.core.words import english, spanish

ENGLISH = "en"


class Words(Protocol):
    def rule_words(self, rule: Rule) -> str: ...

    def hours_words(self, *, start_time: time, end_minutes: int) -> str: ...

    def offer_words(self, name: str, *, weekly: Sequence[int], some: Sequence[int]) -> str: ...


_LANGUAGES: dict[str, Words] = {ENGLISH: english, "es": spanish}


def words_in(locale: str) -> Words:
    """Return the words of the locale's language, English where there are none."""
    return _LANGUAGES.get(locale.partition("-")[0], english)
