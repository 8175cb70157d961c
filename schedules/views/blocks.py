"""Time that staff keep free of visits: listed, added and taken away."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages

from cms.graphql.visibility import source_pages
from providers.models import ProviderPage
from schedules.core.wall_clock import edge, to_datetime
from schedules.fields import WALL_CLOCK, minutes_of_day
from schedules.models import Appointment, AvailabilityRule, Block, Location, Room
from schedules.operations import InvalidInput, NotFound, Occupied, Refused, block_time, unblock
from schedules.views.base import DeskView, day_and_time, local_start, may_see_visits
from schedules.views.times import DayField
from schedules.widgets import WallClockInput

SHOWN_BLOCKS = 200


class WallClockFormField(forms.CharField):
    """A local time; 24:00 is the end of the day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=WallClockInput(), **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        text = f"0{text}" if len(text) == 4 else text
        if text and not WALL_CLOCK.match(text):
            raise forms.ValidationError("Use 24-hour time such as 09:00 or 17:30.")
        return text


def _whose() -> list[tuple[str, Any]]:
    """Return providers and rooms as choices of one select."""
    providers = source_pages(ProviderPage.objects.live().order_by("title")).values_list("pk", "title")
    rooms = Room.objects.filter(is_active=True).select_related("location").order_by("location__name", "name")
    return [
        ("", "Choose a provider or a room"),
        ("Providers", [(f"provider-{key}", title) for key, title in providers]),
        ("Rooms", [(f"room-{room.pk}", f"{room.location}, {room}") for room in rooms]),
    ]


class BlockForm(forms.Form):
    whose = forms.ChoiceField(choices=_whose, label="Provider or room")
    location = forms.ModelChoiceField(
        Location.objects.all(),
        required=False,
        label="Times are those of",
        empty_label="The room's location",
        help_text="For providers: which location's clock the times are read from.",
    )
    first_day = DayField(label="First day")
    start_time = WallClockFormField(label="Start time")
    last_day = DayField(label="Last day")
    end_time = WallClockFormField(label="End time")
    reason = forms.CharField(
        max_length=250, help_text="As staff see it. No patient details.", widget=forms.TextInput
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        key = values.get("whose", "")
        if key.startswith("room-"):
            values["location"] = Location.objects.get(rooms=int(key.removeprefix("room-")))
        elif key and not values.get("location") and "location" not in self.errors:
            self.add_error("location", "Choose the location whose clock the times are read from.")
        return values

    def instant(self, *, day: str, time: str) -> datetime:
        """Return the instant of two fields, read from the location's clock."""
        values = self.cleaned_data
        minutes = minutes_of_day(values[time])
        return to_datetime(edge(day=values[day], minutes=minutes, zone=values["location"].time_zone))

    def key_of(self, kind: str) -> int | None:
        name, _, key = self.cleaned_data["whose"].partition("-")
        return int(key) if name == kind else None


class BlocksView(DeskView):
    """The blocks that are not over."""

    model = Block
    any_permission_required = ["view", "add", "delete"]
    page_title = "Blocked times"
    header_icon = "lock"
    template_name = "schedules/desk/blocks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        blocks = self._blocks()
        zones = _zones_of([block.provider_id for block in blocks if block.provider_id])
        return super().get_context_data(
            blocks=[(block, _times(block, zones=zones)) for block in blocks],
            may_add=self.user_has_permission("add"),
            may_delete=self.user_has_permission("delete"),
            **kwargs,
        )

    def _blocks(self) -> list[Block]:
        found = Block.objects.filter(ends_at__gt=self.now).select_related(
            "provider", "room__location", "created_by"
        )
        return list(found.order_by("starts_at", "pk")[:SHOWN_BLOCKS])


def _zones_of(providers: Collection[int]) -> dict[int, str]:
    """Return the zone in which each provider has hours; the first, where it is several."""
    rules = AvailabilityRule.objects.filter(page_id__in=providers).order_by("-sort_order", "-pk")
    return dict(rules.values_list("page_id", "location__time_zone"))


def _times(block: Block, *, zones: Mapping[int, str]) -> dict[str, str]:
    zone = block.room.location.time_zone if block.room else zones.get(block.provider_id or 0, "UTC")
    first, last = (each.astimezone(ZoneInfo(zone)) for each in (block.starts_at, block.ends_at))
    return {"first": day_and_time(first), "last": day_and_time(last), "zone": zone}


class AddBlockView(DeskView):
    model = Block
    any_permission_required = ["add"]
    page_title = "Block time"
    header_icon = "lock"
    template_name = "schedules/desk/block.html"
    in_the_way: tuple[Appointment, ...] = ()

    @cached_property
    def form(self) -> BlockForm:
        if self.request.method == "POST":
            return BlockForm(self.request.POST)
        first = Location.objects.first()
        return BlockForm(initial={"location": first, "first_day": self.today, "last_day": self.today})

    def crumbs(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("appointments:blocks"), "label": "Blocked times"},
            {"url": "", "label": "Block time"},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.form.is_valid():
            try:
                self._block()
            except Occupied as refusal:
                self.in_the_way = refusal.visits
                self.form.add_error(None, "Nothing was blocked. " + refusal.message)
            except InvalidInput as refusal:
                field = {"ends_at": "end_time"}.get(refusal.field, refusal.field)
                self.form.add_error(field if field in self.form.fields else None, refusal.message)
            except Refused as refusal:
                self.form.add_error(None, refusal.message)
            else:
                messages.success(request, "The time is blocked.")
                return redirect("appointments:blocks")
        return self.get(request, *args, **kwargs)

    def _block(self) -> None:
        form = self.form
        block_time(
            provider=form.key_of("provider"),
            room=form.key_of("room"),
            starts_at=form.instant(day="first_day", time="start_time"),
            ends_at=form.instant(day="last_day", time="end_time"),
            actor=self.actor,
            reason=form.cleaned_data["reason"],
            now=self.now,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visits = [(visit, local_start(visit)) for visit in self.in_the_way]
        return super().get_context_data(
            form=self.form, in_the_way=visits, may_see_visits=may_see_visits(self.actor), **kwargs
        )


class DeleteBlockView(DeskView):
    model = Block
    any_permission_required = ["delete"]
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            unblock(block_id=pk, now=self.now)
        except NotFound as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "The time is free again.")
        return redirect("appointments:blocks")
