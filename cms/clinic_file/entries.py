"""Reading the tree of a clinic file item by item, each with its path, whatever shape it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cms.clinic_file.format import parsed_date
from cms.clinic_file.problems import Path
from cms.clinic_file.reading import Plain


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping of the file. Values of the wrong type read as left out: the schema has reported them."""

    path: Path
    values: Mapping[str, Plain]

    def text(self, key: str, default: str = "") -> str:
        """Return the text, trimmed."""
        value = self.values.get(key)
        return value.strip() if isinstance(value, str) else default

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def number_or(self, key: str, default: int) -> int:
        number = self.number(key)
        return default if number is None else number

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key)
        return value if isinstance(value, bool) else default

    def day(self, key: str) -> date | None:
        return parsed_date(self.text(key))

    def time(self, key: str) -> str | None:
        """Return HH:MM, also for H:MM."""
        return self.text(key).zfill(5) if self.text(key) else None

    def texts(self, key: str, default: tuple[str, ...] = ()) -> list[str]:
        value = self.values.get(key)
        items = value if isinstance(value, list) else default
        return [item.strip() for item in items if isinstance(item, str)]

    def numbers(self, key: str) -> list[int]:
        value = self.values.get(key)
        return [item for item in value if isinstance(item, int)] if isinstance(value, list) else []

    def entry(self, key: str) -> Entry:
        value = self.values.get(key)
        return Entry((*self.path, key), value if isinstance(value, dict) else {})

    def entries(self, key: str) -> list[Entry]:
        value = self.values.get(key)
        items = enumerate(value) if isinstance(value, list) else ()
        return [Entry((*self.path, key, index), item) for index, item in items if isinstance(item, dict)]

    def has(self, key: str) -> bool:
        return self.values.get(key) is not None

    def at(self, *steps: str | int) -> Path:
        return (*self.path, *steps)


def whole_file(tree: Plain) -> Entry:
    return Entry((), tree if isinstance(tree, dict) else {})
