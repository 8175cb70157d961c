"""Two visits change places."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages

from schedules import operations
from schedules.core.states import OPEN
from schedules.models import Appointment
from schedules.operations import InvalidInput, Refused, SlotTaken
from schedules.operations.front_desk import Seen
from schedules.views.base import OpenVisitView, local_start
from schedules.views.times import DayField

SHOWN_VISITS = 100
DOES_NOT_FIT = (
    "These visits cannot change places: one of them would run into another visit, or finds no free room. "
    "Move one of them instead."
)


class SwapDayForm(forms.Form):
    day = DayField(label="Visits on")


class SwapForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    # A visit and the version of it that was shown.
    other = forms.RegexField(r"^\d{1,18}-\d{1,9}$", error_messages={"required": "Choose a visit."})
    reason = forms.CharField(
        max_length=250,
        help_text="Stays in the history of both. No patient details.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    @property
    def seen(self) -> Seen:
        key, version = self.cleaned_data["other"].split("-")
        return int(key), int(version)


class SwapVisitsView(OpenVisitView):
    """Choose the other visit among those of a day; hours and limits are not asked, only that both fit."""

    page_title = "Swap"
    template_name = "schedules/desk/swap.html"

    @cached_property
    def form(self) -> SwapForm:
        data = self.request.POST if self.request.method == "POST" else None
        return SwapForm(data, initial={"version": self.appointment.version})

    @cached_property
    def day_form(self) -> SwapDayForm:
        return SwapDayForm(self.request.GET if "day" in self.request.GET else {"day": self._own_day})

    @property
    def _own_day(self) -> date:
        return date.fromisoformat(self.appointment.local_start[:10])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.form.is_valid():
            try:
                self._swap()
            except InvalidInput as refusal:
                known = refusal.field in self.form.fields
                self.form.add_error(refusal.field if known else None, refusal.message)
            except SlotTaken:
                self.form.add_error(None, DOES_NOT_FIT)
            except Refused as refusal:
                self.form.add_error(None, refusal.message)
            else:
                return redirect("appointments:detail", pk=self.appointment.pk)
        return self.get(request, *args, **kwargs)

    def _swap(self) -> None:
        one, other = operations.swap_visits(
            one=(self.appointment.pk, self.form.cleaned_data["version"]),
            other=self.form.seen,
            actor=self.actor,
            site=self.site,
            reason=self.form.cleaned_data["reason"],
            now=self.now,
        )
        messages.success(self.request, f"Visits {one.reference} and {other.reference} have changed places.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form,
            day_form=self.day_form,
            others=[(f"{each.pk}-{each.version}", each, local_start(each)) for each in self._others()],
            **kwargs,
        )

    def _others(self) -> list[Appointment]:
        if not self.day_form.is_valid():
            return []
        day = self.day_form.cleaned_data["day"]
        visits = Appointment.objects.visits().filter(
            status__in=OPEN, starts_at__gt=self.now, local_start__startswith=f"{day:%Y-%m-%d}"
        )
        found = visits.exclude(pk=self.appointment.pk).select_related(
            "patient", "procedure", "provider", "location"
        )
        return list(found.order_by("starts_at", "pk")[:SHOWN_VISITS])
