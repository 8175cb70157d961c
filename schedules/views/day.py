"""The visits of one day, by provider: to look at in the morning, and to print."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.utils.functional import cached_property

from schedules import queries
from schedules.core.states import HOLDING_TIME, NO_SHOW
from schedules.models import Appointment, Location
from schedules.views.base import DeskView, day_words, local_end, visit_flags
from schedules.views.times import DayField


class DayForm(forms.Form):
    day = DayField()
    location = forms.ModelChoiceField(Location.objects.all(), required=False, empty_label="Every location")


class DayView(DeskView):
    page_title = "Day sheet"
    header_icon = "calendar"
    template_name = "schedules/desk/day.html"

    @cached_property
    def form(self) -> DayForm:
        return DayForm({"day": self.today, **self.request.GET.dict()})

    @property
    def day(self) -> date:
        return self.form.cleaned_data["day"] if self.form.is_valid() else self.today

    def visits(self) -> list[Appointment]:
        visits = Appointment.objects.visits().filter(
            local_start__startswith=f"{self.day:%Y-%m-%d}", status__in=[*HOLDING_TIME, NO_SHOW]
        )
        if self.form.is_valid() and (location := self.form.cleaned_data["location"]):
            visits = visits.filter(location=location)
        rows = visits.select_related("patient", "procedure", "provider", "location", "room")
        return list(rows.order_by("provider__title", "provider_id", "starts_at", "pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visits = self.visits()
        outside = queries.outside_hours(visits=visits, site=self.site, now=self.now)
        providers = [
            (
                provider,
                [
                    (
                        visit,
                        visit.local_start[11:],
                        local_end(visit),
                        visit_flags(visit, is_outside=visit.pk in outside, now=self.now),
                    )
                    for visit in group
                ],
            )
            for provider, group in groupby(visits, key=lambda visit: visit.provider)
        ]
        return super().get_context_data(
            form=self.form,
            day=day_words(self.day),
            is_today=self.day == self.today,
            day_before=self._address(self.day - timedelta(days=1)),
            day_after=self._address(self.day + timedelta(days=1)),
            providers=providers,
            count=len(visits),
            **kwargs,
        )

    def _address(self, day: date) -> str:
        query = self.request.GET.copy()
        query["day"] = day.isoformat()
        return f"?{query.urlencode()}"
