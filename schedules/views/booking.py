"""Booking for a patient on the phone, and moving a visit: both choose a time in the same way."""

import uuid
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages

from schedules import operations, queries
from schedules.core.wall_clock import ceil_minutes, local_date, to_minutes
from schedules.models import Appointment, WaitlistEntry
from schedules.operations import (
    IdempotencyConflict,
    InvalidInput,
    KeyedRequest,
    Patient,
    Refused,
    SlotTaken,
)
from schedules.queries import ProcedureSchedule, SlotSearch
from schedules.tokens import BadSlotToken, SlotChoice, read_slot
from schedules.views.base import DeskView, OpenVisitView, local_start, may_see_visits
from schedules.views.times import ChosenTimeForm, NewTimesForm, TimePicker, TimesForm, days_around

NOT_BOOKABLE = "This procedure cannot be booked: its page is not public or has no booking policy."


class PhoneTimesForm(NewTimesForm):
    # The entry of the waitlist for whose patient it is.
    wait = forms.ModelChoiceField(WaitlistEntry.objects.all(), required=False, widget=forms.HiddenInput)


class PhoneForm(ChosenTimeForm):
    # The taken time that the visit is to stand beside.
    beside = forms.CharField(required=False)
    name = forms.CharField(max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    phone = forms.CharField(
        max_length=40, required=False, widget=forms.TextInput({"autocomplete": "off", "type": "tel"})
    )
    email = forms.CharField(
        max_length=254,
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text="Without one, nothing can be sent to the patient.",
    )
    note = forms.CharField(max_length=1000, required=False, widget=forms.Textarea({"rows": 3}))
    key = forms.CharField(widget=forms.HiddenInput, max_length=255)
    field_order = ["name", "phone", "email", "note"]

    @property
    def patient(self) -> Patient:
        values = self.cleaned_data
        return Patient(name=values["name"], email=values["email"], phone=values["phone"], note=values["note"])


class MoveForm(ChosenTimeForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ChooseTimeView(DeskView, ABC):
    """Look for times by GET, take one by POST. The query stays in the address of both."""

    template_name = "schedules/desk/choose_time.html"
    times_form_class: type[TimesForm]
    form_class: type[ChosenTimeForm]
    submit_label = ""
    override_label = ""
    problem = ""

    @cached_property
    def times_form(self) -> TimesForm:
        asked = self.request.GET
        if not asked:
            return self.times_form_class(initial=self.first_question())
        return self.times_form_class(asked)

    @cached_property
    def picker(self) -> TimePicker | None:
        """The times that were asked for; None until the question is complete."""
        if not self.times_form.is_bound or not self.times_form.is_valid():
            return None
        try:
            return self.pick(self.times_form.cleaned_data)
        except queries.NotBookable:
            self.problem = NOT_BOOKABLE
        except queries.UnknownDuration as error:
            self.times_form.add_error("duration", str(error))
        return None

    @cached_property
    def form(self) -> ChosenTimeForm:
        data = self.request.POST if self.request.method == "POST" else None
        return self.form_class(data, may_override=self.may_overbook, initial=self.first_values())

    def first_question(self) -> dict[str, Any]:
        return {"day": self.today}

    def first_values(self) -> dict[str, Any]:
        asked = self.times_form.data
        return {
            "override_provider": asked.get("provider"),
            "override_location": asked.get("location"),
        }

    @abstractmethod
    def pick(self, asked: dict[str, Any]) -> TimePicker:
        """Return the times that were asked for. Raises NotBookable, UnknownDuration."""

    @abstractmethod
    def take(self, *, choice: SlotChoice, provider: int | None, reason: str) -> Appointment:
        """Do it. Raises Refused."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.picker is None or not self.form.is_valid():
            return self.get(request, *args, **kwargs)
        try:
            appointment = self._taken(self.picker)
        except BadSlotToken:
            self.form.add_error(None, "Choose the time again.")
        except InvalidInput as refusal:
            self._show(refusal)
        except IdempotencyConflict:
            self.form.add_error(None, "This form has booked a visit already. Open it anew for another one.")
        except Refused as refusal:
            self.refuse(refusal)
        else:
            return self.done(appointment)
        return self.get(request, *args, **kwargs)

    def _taken(self, picker: TimePicker) -> Appointment:
        values = self.form.cleaned_data
        if not values.get("is_override"):
            choice = read_slot(values["slot"])
            asked = self.times_form.cleaned_data["provider"]
            return self.take(choice=choice, provider=asked.pk if asked else None, reason="")
        choice, provider = self.typed(picker), values["override_provider"].pk
        return self.take(choice=choice, provider=provider, reason=values["reason"])

    def typed(self, picker: TimePicker) -> SlotChoice:
        """Return the time that was typed in place of one that is offered."""
        values = self.form.cleaned_data
        return picker.typed_choice(
            time=values["time"],
            provider=values["override_provider"].pk,
            location=values["override_location"].pk,
        )

    def refuse(self, refusal: Refused) -> None:
        self.form.add_error(None, refusal.message)

    def _show(self, refusal: InvalidInput) -> None:
        field = refusal.field.removeprefix("patient.")
        self.form.add_error(field if field in self.form.fields else None, refusal.message)

    @abstractmethod
    def done(self, appointment: Appointment) -> HttpResponse:
        """Say what was done, and lead on."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        picker = self.picker
        places = picker.places() if picker else []
        return super().get_context_data(
            times_form=self.times_form,
            form=self.form,
            problem=self.problem,
            picker=picker,
            places=places,
            days=self._days(picker),
            next_day=self._address(picker.next_day()) if picker and not places else None,
            submit_label=self.submit_label,
            override_label=self.override_label,
            **kwargs,
        )

    def _days(self, picker: TimePicker | None) -> dict[str, Any]:
        if picker is None:
            return {}
        return {name: self._address(day) for name, day in days_around(picker.day).items()}

    def _address(self, day: Any) -> dict[str, Any] | None:
        if day is None:
            return None
        query = self.request.GET.copy()
        query["day"] = day.isoformat()
        return {"day": day, "url": f"?{query.urlencode()}"}


class BookByPhoneView(ChooseTimeView):
    any_permission_required = ["add"]
    page_title = "Book by phone"
    times_form_class = PhoneTimesForm
    form_class = PhoneForm
    submit_label = "Book the visit"
    override_label = "Take a time that is not offered, such as outside the hours"
    taken = ""

    @cached_property
    def wait(self) -> WaitlistEntry | None:
        """The entry of the waitlist for whose patient it is."""
        return self.times_form.cleaned_data["wait"] if self.picker else None

    def first_values(self) -> dict[str, Any]:
        values = super().first_values() | {"key": str(uuid.uuid4())}
        if self.wait and may_see_visits(self.actor):
            values |= {
                "name": self.wait.patient_name,
                "phone": self.wait.patient_phone,
                "email": self.wait.patient_email,
            }
        return values

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            wait=self.wait, taken=self.taken or self.form["beside"].value(), **kwargs
        )

    def pick(self, asked: dict[str, Any]) -> TimePicker:
        schedule = queries.load_schedule(
            procedure_id=asked["procedure"].pk, site=self.site, now=self.now, duration=asked["duration"]
        )
        provider, location = asked["provider"], asked["location"]
        search = SlotSearch(
            providers=frozenset([provider.pk]) if provider else None,
            location=location.pk if location else None,
            duration=asked["duration"],
            # What is held for them is free for them.
            ignore=queries.held_for(asked["wait"]) if asked["wait"] else frozenset(),
        )
        return TimePicker(schedule=schedule, search=search, day=asked["day"], now=self.now)

    def take(self, *, choice: SlotChoice, provider: int | None, reason: str) -> Appointment:
        patient = cast(PhoneForm, self.form).patient
        wait = self.wait.pk if self.wait else None
        is_beside = self.form.cleaned_data["beside"] == _named(choice)
        request = KeyedRequest(
            site=self.site,
            operation="phone",
            key=self.form.cleaned_data["key"],
            payload={
                "choice": str(choice),
                "provider": provider,
                "patient": str(patient),
                "reason": reason,
                "wait": wait,
                "is_beside": is_beside,
            },
        )
        asked: dict[str, Any] = {
            "choice": choice,
            "provider": provider,
            "patient": patient,
            "actor": self.actor,
            "request": request,
            "reason": reason,
            "wait": wait,
            "now": self.now,
        }
        book = operations.overbook if is_beside and reason and provider else operations.book_by_phone
        return book(**asked).appointment

    def refuse(self, refusal: Refused) -> None:
        """Say who has a time that was typed, and let the visit be booked beside it all the same."""
        is_typed = self.form.cleaned_data.get("is_override", False)
        if not isinstance(refusal, SlotTaken) or not is_typed or self.picker is None:
            super().refuse(refusal)
            return
        choice = self.typed(self.picker)
        self.taken = _named(choice)
        search = replace(self.picker.search, providers=frozenset(choice.providers), location=choice.location)
        found = queries.explain_slot(
            schedule=self.picker.schedule, search=search, start=choice.start, now=self.now
        )
        self.form.add_error(None, "This time is taken.")
        for reason in found.reasons:
            if reason.kind in queries.TAKEN:
                self.form.add_error(None, reason.message)

    def done(self, appointment: Appointment) -> HttpResponse:
        messages.success(
            self.request, f"Visit {appointment.reference} is booked for {local_start(appointment)}."
        )
        if self.user_has_permission("view") or self.user_has_permission("change"):
            return redirect("appointments:detail", pk=appointment.pk)
        return redirect("appointments:book")


def _named(choice: SlotChoice) -> str:
    return f"{choice.start} {choice.location} {choice.providers}"


class MoveVisitView(OpenVisitView, ChooseTimeView):
    page_title = "Move"
    times_form_class = TimesForm
    form_class = MoveForm
    submit_label = "Move the visit"
    override_label = "Move to a time that is not offered, such as outside the hours"

    def first_question(self) -> dict[str, Any]:
        visit = self.appointment
        day = local_date(minutes=to_minutes(visit.starts_at), zone=visit.time_zone)
        return {
            "day": max(day, self.today),
            "location": visit.location_id,
            "provider": visit.provider_id,
        }

    def first_values(self) -> dict[str, Any]:
        return super().first_values() | {"version": self.appointment.version}

    def pick(self, asked: dict[str, Any]) -> TimePicker:
        visit = self.appointment
        schedule = queries.load_schedule(procedure_id=visit.procedure_id, site=self.site, now=self.now)
        return TimePicker(
            schedule=schedule, search=self._search(schedule, asked), day=asked["day"], now=self.now
        )

    def _search(self, schedule: ProcedureSchedule, asked: dict[str, Any]) -> SlotSearch:
        visit, provider, location = self.appointment, asked["provider"], asked["location"]
        return queries.visit_search(
            minutes=ceil_minutes(visit.ends_at) - to_minutes(visit.starts_at),
            schedule=schedule,
            provider=provider.pk if provider else None,
            location=location.pk if location else None,
            ignore=frozenset([visit.pk]),
        )

    def take(self, *, choice: SlotChoice, provider: int | None, reason: str) -> Appointment:
        return operations.move_by_staff(
            appointment_id=self.appointment.pk,
            version=self.form.cleaned_data["version"],
            choice=choice,
            provider=provider,
            actor=self.actor,
            site=self.site,
            now=self.now,
            reason=reason,
        )

    def done(self, appointment: Appointment) -> HttpResponse:
        messages.success(
            self.request, f"Visit {appointment.reference} is moved to {local_start(appointment)}."
        )
        return redirect("appointments:detail", pk=appointment.pk)
