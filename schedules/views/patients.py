"""Finding the visits of a patient.

By POST alone: what is typed here is a name, an email address or a number, and addresses of pages end up in
the logs of servers and proxies, and in the history of browsers. The search of the appointments listing stands
in its address, so it knows references only."""

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

from schedules import queries
from schedules.models import Appointment
from schedules.views.base import DeskView, local_start

PAGE_SIZE = 25


class PatientForm(forms.Form):
    words = forms.CharField(
        label="Name, email or phone",
        min_length=2,
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off", "type": "search"}),
    )


class FindPatientView(DeskView):
    page_title = "Find a patient"
    header_icon = "search"
    template_name = "schedules/desk/patients.html"

    @cached_property
    def form(self) -> PatientForm:
        return PatientForm(self.request.POST if self.request.method == "POST" else None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)

    def found(self) -> Page[Appointment] | None:
        if not self.form.is_bound or not self.form.is_valid():
            return None
        visits = queries.visits_of_patient(self.form.cleaned_data["words"])
        return Paginator(visits, PAGE_SIZE).get_page(self.request.POST.get("page"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.found()
        rows = [(visit, local_start(visit)) for visit in page] if page else []
        return super().get_context_data(form=self.form, found=page, rows=rows, **kwargs)
