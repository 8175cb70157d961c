"""Model fields that several apps share."""

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models


def within(bounds: tuple[int, int]) -> list[BaseValidator]:
    """Return the validators of a number that lies between `bounds` or is one of them."""
    least, most = bounds
    return [MinValueValidator(least), MaxValueValidator(most)]


class LinesFormField(forms.CharField):
    """A text area with one item per line. Cleans to a list of non-empty, trimmed lines."""

    widget = forms.Textarea

    def __init__(self, *, max_items: int, max_line_length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_items = max_items
        self.max_line_length = max_line_length
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.max_items:
            raise forms.ValidationError(f"Enter at most {self.max_items} lines.")
        if any(len(line) > self.max_line_length for line in value):
            raise forms.ValidationError(f"Keep each line below {self.max_line_length + 1} characters.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class LinesField(ArrayField):
    """A short list of texts, edited one per line, stored as a PostgreSQL array."""

    def __init__(self, *, max_items: int = 30, max_line_length: int = 120, **kwargs: Any) -> None:
        self.max_items = max_items
        self.max_line_length = max_line_length
        kwargs.update(base_field=models.CharField(max_length=max_line_length), size=max_items)
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("base_field")
        kwargs.pop("size")
        kwargs.update(max_items=self.max_items, max_line_length=self.max_line_length)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", LinesFormField)
        kwargs.pop("widget", None)
        return models.Field.formfield(
            self, max_items=self.max_items, max_line_length=self.max_line_length, **kwargs
        )
