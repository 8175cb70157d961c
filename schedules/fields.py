"""Model fields of the schedule: wall-clock times, the fenced recurrence and keys of procedures."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from recurrence import Recurrence, deserialize, serialize
from recurrence.fields import RecurrenceField

from cms.graphql.visibility import source_pages
from schedules.core.recurrence import InvalidRecurrence, parse_recurrence
from services.models import ProcedurePage

WALL_CLOCK = re.compile(r"^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$")


class WallClockField(models.CharField):
    """A local time of day as text, `00:00` to `24:00`. `24:00` is the end of the day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["max_length"] = 5
        super().__init__(**kwargs)
        self.validators.append(RegexValidator(WALL_CLOCK, "Use 24-hour time such as 09:00 or 17:30."))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length")
        return name, path, args, kwargs

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return f"0{text}" if text and re.match(r"^\d:\d\d$", text) else text

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", forms.TextInput(attrs={"placeholder": "09:00", "autocomplete": "off"}))
        # The browser would cut off the pm of 5:30 pm, which the script of the widget reads.
        return super().formfield(**(kwargs | {"max_length": None}))


def minutes_of_day(text: str) -> int:
    """Return a wall-clock text such as `17:30` or `24:00` as minutes since local midnight."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def closing_minutes(*, start_time: str, end_time: str) -> int:
    """Return `end_time` in minutes since midnight of the start's day: past midnight counts on."""
    start, end = minutes_of_day(start_time), minutes_of_day(end_time)
    return end if end > start else end + 24 * 60


def accepted_recurrence(text: str) -> str:
    """Return the canonical rule. Raises ValidationError that says what to use instead."""
    try:
        return parse_recurrence(text).text
    except InvalidRecurrence as refusal:
        raise ValidationError(str(refusal), code="invalid") from refusal


class FencedRecurrenceField(RecurrenceField):
    """A RecurrenceField that picks dates and nothing else (docs/adr/0003).

    Assigning text that schedules.core.recurrence refuses raises ValidationError. Stored rows always load."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["include_dtstart"] = False
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("include_dtstart", None)
        return name, path, args, kwargs

    def to_python(self, value: Any) -> Recurrence | None:
        if value is None or isinstance(value, Recurrence):
            return value
        return deserialize(accepted_recurrence(value) if value.strip() else "", include_dtstart=False)

    def from_db_value(self, value: Any, *args: Any, **kwargs: Any) -> Recurrence | None:
        return super().to_python(value)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        text = serialize(value) if value else ""
        if not text:
            raise ValidationError(self.error_messages["blank"], code="blank")
        accepted_recurrence(text)
        super().validate(value, model_instance)


def procedure_choices() -> list[tuple[int, str]]:
    """Return every procedure by title, drafts too; translations are the same procedure."""
    pages = source_pages(ProcedurePage.objects.order_by("title", "pk")).values_list("pk", "title", "live")
    return [(pk, title if live else f"{title} (draft)") for pk, title, live in pages]


class ProcedureKeysFormField(forms.TypedMultipleChoiceField):
    """Procedures to tick. A stored key whose page is gone stays on the list until an editor unticks it."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=procedure_choices, coerce=int, **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        present = procedure_choices()
        keys = {pk for pk, _ in present}
        gone = [key for key in form.get_initial_for_field(self, field_name) or () if key not in keys]
        self.choices = [*present, *((key, f"Deleted procedure {key}") for key in gone)]
        return super().get_bound_field(form, field_name)


class ProcedureKeysField(ArrayField):
    """Keys of procedure pages; empty means all.

    A key outlives its page, so that a limit to what was deleted does not become a limit to nothing: that
    would mean all."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(base_field=models.BigIntegerField(), default=list, blank=True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("base_field", "default", "blank"):
            kwargs.pop(fixed)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        # With a hidden initial value a form could not tell that all ticks were taken away.
        kwargs.setdefault("show_hidden_initial", False)
        kwargs.setdefault("form_class", ProcedureKeysFormField)
        return models.Field.formfield(self, **kwargs)

    def extract_references(self, value: list[int]) -> Iterator[tuple[type[models.Model], str, str, str]]:
        """Tell Wagtail's reference index which pages are named, so that deleting one warns."""
        return ((ProcedurePage, str(key), "", "") for key in value)
