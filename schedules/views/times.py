"""Choosing a time: the free ones of a day as buttons, from the search that patients use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from cms.graphql.visibility import source_pages
from providers.models import ProviderPage
from schedules import queries
from schedules.core.wall_clock import MINUTES_PER_DAY, edge, local_date, local_label
from schedules.core.world import Slot
from schedules.fields import WALL_CLOCK, minutes_of_day
from schedules.models import Location
from schedules.operations import InvalidInput
from schedules.queries import ProcedureSchedule, SlotSearch
from schedules.tokens import SlotChoice, sign_slot
from schedules.widgets import WallClockInput
from services.models import ProcedurePage

# A local date at one location lies within these many minutes of the same date in UTC.
ANY_ZONE = 15 * 60
NAMED_PROVIDERS = 2
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


class DayInput(forms.DateInput):
    input_type = "date"


class DayField(forms.DateField):
    """A day that is safe for every calendar computation."""

    def __init__(self, **kwargs: Any) -> None:
        limits = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
        super().__init__(widget=DayInput(format="%Y-%m-%d"), validators=limits, **kwargs)


class TimesForm(forms.Form):
    """Where to look for a free time. Nothing here is about a patient, so it may stand in the address."""

    provider = forms.ModelChoiceField(
        source_pages(ProviderPage.objects.live().order_by("title")), required=False, empty_label="Anybody"
    )
    location = forms.ModelChoiceField(Location.objects.all(), required=False, empty_label="Anywhere")
    day = DayField()


class NewTimesForm(TimesForm):
    procedure = forms.ModelChoiceField(
        source_pages(ProcedurePage.objects.live().filter(booking_policies__isnull=False).order_by("title"))
    )
    duration = forms.IntegerField(
        required=False, min_value=1, label="Minutes", help_text="Empty: the usual length."
    )
    field_order = ["procedure", "provider", "location", "day", "duration"]


class ChosenTimeForm(forms.Form):
    """One of the times that were shown or, with a reason, another one."""

    slot = forms.CharField(required=False, widget=forms.HiddenInput)
    is_override = forms.BooleanField(required=False)
    reason = forms.CharField(
        required=False, max_length=250, help_text="Stays in the history. No patient details."
    )
    time = forms.CharField(required=False, label="Start", widget=WallClockInput())
    override_provider = forms.ModelChoiceField(
        source_pages(ProviderPage.objects.live().order_by("title")), required=False, label="Provider"
    )
    override_location = forms.ModelChoiceField(Location.objects.all(), required=False, label="Location")

    def __init__(self, *args: Any, may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_override:
            for name in ("is_override", "reason", "time", "override_provider", "override_location"):
                del self.fields[name]

    def clean_time(self) -> str:
        typed = self.cleaned_data["time"].strip()
        text = f"0{typed}" if len(typed) == 4 else typed
        if text and (text == "24:00" or not WALL_CLOCK.match(text)):
            raise forms.ValidationError("Use 24-hour time such as 09:00 or 17:30.")
        return text

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("is_override"):
            for name in ("reason", "time", "override_provider", "override_location"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, "This is needed for a time that is not offered.")
        elif not values.get("slot"):
            self.add_error("slot", "Choose a time.")
        return values


@dataclass(frozen=True, slots=True)
class TimeButton:
    token: str
    time: str
    providers: str


@dataclass(frozen=True, slots=True)
class TimesAt:
    """The free times at one location, in its own time."""

    location: str
    time_zone: str
    buttons: list[TimeButton]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePicker:
    """The free times of one day for one search; the day is that of each location."""

    schedule: ProcedureSchedule
    search: SlotSearch
    day: date
    now: datetime

    def places(self) -> list[TimesAt]:
        slots = self._slots()
        titles = _titles(slots)
        locations = {place.pk: place for place in queries.locations()}
        found: dict[int, list[TimeButton]] = {}
        for slot in slots:
            button = self._button(slot, zone=locations[slot.location].time_zone, titles=titles)
            found.setdefault(slot.location, []).append(button)
        return [
            TimesAt(locations[key].name, locations[key].time_zone, buttons)
            for key, buttons in sorted(found.items(), key=lambda pair: locations[pair[0]].name)
        ]

    def next_day(self) -> date | None:
        """Return the first later day with a free time, where the day itself has none."""
        zones, place = self.schedule.zones, self.search.location
        # From when on the day is over somewhere; where it is not, nothing is free.
        since = min(
            edge(day=self.day + timedelta(days=1), minutes=0, zone=zone)
            for location, zone in zones.items()
            if place in (None, location)
        )
        [slots] = queries.next_slots(
            schedule=self.schedule, searches=[self.search], since=since, count=1, now=self.now
        )
        if not slots:
            return None
        return local_date(minutes=slots[0].start, zone=zones[slots[0].location])

    def typed_choice(self, *, time: str, provider: int, location: int) -> SlotChoice:
        """Return a time that was typed. Raises InvalidInput for a provider who does not do this."""
        offers = self.schedule.offers(duration=self.search.duration, providers={provider})
        if not offers:
            raise InvalidInput(
                field="override_provider", message="This provider does not perform the procedure."
            )
        return SlotChoice(
            procedure=self.schedule.procedure,
            location=location,
            start=edge(day=self.day, minutes=minutes_of_day(time), zone=self.schedule.zones[location]),
            duration=offers[0].duration,
            providers=(provider,),
        )

    def _slots(self) -> list[Slot]:
        midnight = edge(day=self.day, minutes=0, zone="UTC")
        slots = queries.open_slots(
            schedule=self.schedule,
            search=self.search,
            first=midnight - ANY_ZONE,
            last=midnight + MINUTES_PER_DAY + ANY_ZONE,
            now=self.now,
        )
        zones = self.schedule.zones
        return [
            slot for slot in slots if local_date(minutes=slot.start, zone=zones[slot.location]) == self.day
        ]

    def _button(self, slot: Slot, *, zone: str, titles: Mapping[int, str]) -> TimeButton:
        choice = SlotChoice(
            procedure=self.schedule.procedure,
            location=slot.location,
            start=slot.start,
            duration=slot.end - slot.start,
            providers=slot.providers,
        )
        names = [titles[provider] for provider in slot.providers]
        many = len(names) > NAMED_PROVIDERS
        time = local_label(minutes=slot.start, zone=zone)[11:]
        # In the hour that comes twice.
        is_second = edge(day=self.day, minutes=minutes_of_day(time), zone=zone) != slot.start
        return TimeButton(
            token=sign_slot(choice),
            time=f"{time} again" if is_second else time,
            providers=f"{len(names)} providers" if many else ", ".join(names),
        )


def _titles(slots: list[Slot]) -> dict[int, str]:
    keys = {provider for slot in slots for provider in slot.providers}
    return dict(ProviderPage.objects.filter(pk__in=keys).values_list("pk", "title"))


def days_around(day: date) -> dict[str, date]:
    return {"day_before": day - timedelta(days=1), "day_after": day + timedelta(days=1)}
