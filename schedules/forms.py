"""Forms of the admin: the recurrence as text, and hours that are being typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from recurrence import Recurrence, serialize
from wagtail.admin.forms import WagtailAdminModelForm

from cms.graphql.visibility import source_pages
from providers.models import ProviderPage
from schedules.fields import accepted_recurrence
from schedules.models import Appointment, AvailabilityRule, Location, clean_hours
from schedules.queries import booked_rooms
from schedules.widgets import RecurrenceInput

NEEDS_REASON = frozenset({Appointment.Status.CANCELLED, Appointment.Status.DECLINED})


class RecurrenceFormField(forms.CharField):
    """RRULE lines. Cleans to the canonical text; what was typed stays in the form when it is refused."""

    widget = RecurrenceInput
    default_error_messages = {"required": "Choose on which days the hours apply."}

    def prepare_value(self, value: Any) -> Any:
        return serialize(value) if isinstance(value, Recurrence) else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return accepted_recurrence(text) if text else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ProviderExceptionForm(WagtailAdminModelForm):
    """Offers each provider once, whatever the number of translations."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = source_pages(ProviderPage.objects.order_by("title"))


class TypedTimeField(forms.CharField):
    """A local time as the model's field reads and checks it."""

    def clean(self, value: Any) -> str:
        return AvailabilityRule._meta.get_field("start_time").clean(super().clean(value), None)


class TypedHoursForm(forms.Form):
    """One row of regular hours while it is being edited."""

    recurrence = RecurrenceFormField(label="Days")
    location = forms.ModelChoiceField(Location.objects.all())
    valid_from = forms.DateField()
    valid_until = forms.DateField(required=False)
    start_time = TypedTimeField()
    end_time = TypedTimeField()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        clean_hours(start_time=values.get("start_time"), end_time=values.get("end_time"))
        first, last = values.get("valid_from"), values.get("valid_until")
        if first and last and last < first:
            raise ValidationError({"valid_until": "The last day is before the first."})
        return values

    def problems(self) -> list[str]:
        """Return what is wrong with what was typed; what is still missing is not wrong."""
        refusals = [
            refusal
            for errors in self.errors.as_data().values()
            for refusal in errors
            if refusal.code != "required"
        ]
        return [message for refusal in refusals for message in refusal.messages]


class StatusChangeForm(forms.Form):
    """One step of a visit, as seen in a version of it."""

    to = forms.ChoiceField(choices=Appointment.Status)
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=250, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("to") in NEEDS_REASON and not values.get("reason"):
            raise ValidationError({"reason": "Give a reason: it stays in the history."})
        return values


class LocationForm(WagtailAdminModelForm):
    """Keeps rooms that were booked: their visits are never deleted."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        deleted = [form.instance.pk for form in self.formsets["rooms"].deleted_forms if form.instance.pk]
        if names := booked_rooms(deleted):
            raise ValidationError(
                f"{', '.join(names)} was booked and cannot be deleted. Take it out of use instead."
            )
        return cleaned
