"""One loading of a clinic file: what it has found, changed and refused so far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import psycopg2
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, models, transaction
from wagtail.blocks import StreamValue

from cms.clinic_file.entries import Entry
from cms.clinic_file.problems import Path, Problem
from cms.clinic_file.rich_text import is_same_rich_text
from cms.clinic_file.streams import plain_blocks
from providers.models import ProviderPage
from schedules.models import Location
from services.models import ProcedureCategory, ProcedurePage

Progress = Callable[[str], None]
FieldNames = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was `created`, `updated` or `unpublished`."""

    action: str
    noun: str
    name: str

    def __str__(self) -> str:
        return f"{self.action} {self.noun} {self.name}"


@dataclass(slots=True)
class Loading:
    """Rows by slug hold what could be loaded: an entry with a problem of its own is left out."""

    file: Entry
    now: datetime
    progress: Progress
    problems: list[Problem]
    changes: list[Change] = field(default_factory=list)
    categories: dict[str, ProcedureCategory] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    procedures: dict[str, ProcedurePage] = field(default_factory=dict)
    providers: dict[str, ProviderPage] = field(default_factory=dict)

    def sound_entries(self, section: str) -> Iterator[Entry]:
        """The entries of a section without a problem so far."""
        refused = {problem.path[:2] for problem in self.problems}
        for entry in self.file.entries(section):
            if entry.path not in refused:
                self.progress(f"{section}: {entry.text('slug') or entry.text('reference')}")
                yield entry

    def is_sound(self, path: Path) -> bool:
        return not any(problem.path[: len(path)] == path for problem in self.problems)

    def record(self, *, action: str, noun: str, name: str) -> None:
        self.changes.append(Change(action=action, noun=noun, name=name))

    @contextmanager
    def reporting(self, entry: Entry, *, names: FieldNames | None = None) -> Iterator[None]:
        """Turn what the models and the database refuse into problems of `entry`.

        `names` gives the file's key of a model field where it is another one."""
        try:
            with transaction.atomic():
                yield
        except ValidationError as error:
            self.problems.extend(validation_problems(error, entry=entry, names=names or {}))
        except DatabaseError as error:
            self.problems.append(Problem(entry.path, f"the database refused it: {primary_message(error)}"))

    def clean(
        self,
        row: models.Model,
        entry: Entry,
        *,
        names: FieldNames | None = None,
        exclude: Collection[str] = (),
    ) -> None:
        """Run the validation of the model and report what it refuses."""
        with self.reporting(entry, names=names):
            row.full_clean(exclude=set(exclude))

    def save(
        self,
        row: models.Model,
        entry: Entry,
        *,
        names: FieldNames | None = None,
        update_fields: Collection[str] | None = None,
    ) -> bool:
        """Validate and store the row. Return False if it was refused, which is reported then."""
        before = len(self.problems)
        with self.reporting(entry, names=names):
            row.full_clean()
            row.save(update_fields=update_fields)
        return len(self.problems) == before


def primary_message(error: DatabaseError) -> str:
    """Return the first line of PostgreSQL's message, which repeats no values of the row."""
    cause = error.__cause__
    text = cause.diag.message_primary if isinstance(cause, psycopg2.Error) else None
    return text or type(error).__name__


def validation_problems(error: ValidationError, *, entry: Entry, names: FieldNames) -> Iterator[Problem]:
    if not hasattr(error, "error_dict"):
        yield from (Problem(entry.path, message) for message in error.messages)
        return
    for name, messages in error.message_dict.items():
        keys = [] if name == NON_FIELD_ERRORS else names.get(name, name).split(".")
        yield from (Problem(entry.at(*keys), message) for message in messages)


def assign(row: models.Model, values: Mapping[str, object]) -> list[str]:
    """Set the values that differ and return their names."""
    changed = [name for name, value in values.items() if not is_same(getattr(row, name), value)]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def has_values(row: models.Model, values: Mapping[str, object]) -> bool:
    return all(is_same(getattr(row, name), value) for name, value in values.items())


def is_same(current: object, wanted: object) -> bool:
    if isinstance(current, StreamValue) and isinstance(wanted, StreamValue):
        return plain_blocks(current) == plain_blocks(wanted)
    if isinstance(current, str) and isinstance(wanted, str):
        return is_same_rich_text(current, wanted)
    return current == wanted


def decimal_degrees(entry: Entry, key: str) -> Decimal | None:
    value = entry.values.get(key)
    if not isinstance(value, int | float):
        return None
    return Decimal(str(value)).quantize(Decimal("0.000001"))
