"""“Why is this time not offered?”, asked with a form."""

from typing import Any

from django import forms
from django.utils.functional import cached_property

from schedules import queries
from schedules.core.wall_clock import edge
from schedules.fields import minutes_of_day
from schedules.models import Location
from schedules.queries import SlotExplanation, SlotSearch
from schedules.views.base import DeskView
from schedules.views.blocks import WallClockFormField
from schedules.views.booking import NOT_BOOKABLE
from schedules.views.times import NewTimesForm


class ExplainForm(NewTimesForm):
    location = forms.ModelChoiceField(
        Location.objects.all(), help_text="The time is that of the location.", empty_label=None
    )
    time = WallClockFormField()
    field_order = ["procedure", "provider", "location", "day", "time", "duration"]


class ExplainView(DeskView):
    """By GET, so that the answer has an address; nothing in it is about a patient."""

    page_title = "Why is this time not offered?"
    header_icon = "help"
    template_name = "schedules/desk/explain.html"

    @cached_property
    def form(self) -> ExplainForm:
        if not self.request.GET:
            return ExplainForm(initial={"day": self.today})
        return ExplainForm(self.request.GET)

    def explanation(self) -> SlotExplanation | None:
        if not self.form.is_bound or not self.form.is_valid():
            return None
        asked = self.form.cleaned_data
        try:
            schedule = queries.load_schedule(
                procedure_id=asked["procedure"].pk, site=self.site, now=self.now, duration=asked["duration"]
            )
        except queries.NotBookable:
            self.form.add_error("procedure", NOT_BOOKABLE)
            return None
        except queries.UnknownDuration as error:
            self.form.add_error("duration", str(error))
            return None
        return queries.explain_slot(
            schedule=schedule,
            search=SlotSearch(
                providers=frozenset([asked["provider"].pk]) if asked["provider"] else None,
                location=asked["location"].pk,
                duration=asked["duration"],
            ),
            start=edge(
                day=asked["day"], minutes=minutes_of_day(asked["time"]), zone=asked["location"].time_zone
            ),
            now=self.now,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(explanation=self.explanation(), form=self.form, **kwargs)
