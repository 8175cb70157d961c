"""How fields of any app are edited."""

from django import forms
from django.db import models
from wagtail.admin.forms.models import register_form_field_override


class DayInput(forms.DateInput):
    """The browser's own date input. Wagtail's turns what it cannot read into today without a word."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


register_form_field_override(models.DateField, override={"widget": DayInput})
