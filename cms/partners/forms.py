"""Forms of the admin of partners."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from wagtail.admin.forms import WagtailAdminModelForm

from cms.graphql.visibility import source_pages
from cms.partners.models import Partner
from cms.partners.widgets import DayInput
from services.models import ProcedurePage

LONGEST_REPORT = timedelta(days=366)


class PartnerForm(WagtailAdminModelForm):
    """The key never changes once it is given: it stands in pages of others."""

    locales = forms.MultipleChoiceField(
        choices=lambda: settings.WAGTAIL_CONTENT_LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None ticked: all of them.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail makes forms with some of the fields alone.
        if "slug" in self.fields:
            self.fields["slug"].disabled = self.instance.pk is not None
        if isinstance(procedures := self.fields.get("procedures"), forms.ModelMultipleChoiceField):
            procedures.queryset = source_pages(ProcedurePage.objects.order_by("title"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        is_chosen = values.get("content") == Partner.Content.CHOSEN
        if is_chosen and not (values.get("categories") or values.get("procedures")):
            self.add_error("content", "Choose at least one category or procedure below, or allow everything.")
        return values


class CodeForm(forms.Form):
    """What the code is to show: in one locale, since slugs differ between locales."""

    locale = forms.ChoiceField()
    procedure = forms.ChoiceField()
    provider = forms.ChoiceField(required=False)

    def __init__(
        self,
        *args: Any,
        locales: list[tuple[str, str]],
        procedures: list[tuple[str, str]],
        providers: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["locale"].choices = locales  # type: ignore[attr-defined]
        self.fields["procedure"].choices = procedures  # type: ignore[attr-defined]
        self.fields["provider"].choices = [  # type: ignore[attr-defined]
            ("", "The patient chooses"),
            *providers,
        ]


class ReportForm(forms.Form):
    """The days of a report, both included, and one partner or all."""

    first = forms.DateField(label="From", widget=DayInput)
    last = forms.DateField(label="To", widget=DayInput)
    partner = forms.ModelChoiceField(
        queryset=Partner.objects.order_by("name"), required=False, empty_label="All partners"
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first: date | None = values.get("first")
        last: date | None = values.get("last")
        if first and last and first > last:
            self.add_error("last", "The last day lies before the first.")
        if first and last and last - first > LONGEST_REPORT:
            self.add_error("first", "Choose at most a year.")
        return values
