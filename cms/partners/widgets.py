"""Form widgets of partners."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ColourInput(forms.TextInput):
    """The browser's own picker for a colour such as #0f766e."""

    input_type = "color"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"style": "block-size:2.75rem;inline-size:6rem;padding:.25rem"} | (attrs or {}))
