"""Admin of the schedule: what the front desk edits (places, closures, absences), and its appointments.

Appointments have no edit or delete view: they change by the steps of schedules.operations alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BaseColumn, Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.core.models import User
from cms.graphql.sites import site_of
from cms.graphql.visibility import source_pages
from providers.models import ProviderPage
from schedules.core.states import HELD, OPEN, allowed_transitions, can_happen, state_of_request
from schedules.forms import NEEDS_REASON, ProviderExceptionForm, StatusChangeForm
from schedules.models import Appointment, Closure, Location, ProviderException
from schedules.operations import Refused, change_status
from schedules.queries import outside_hours
from schedules.views.affected import AddClosedDayView, AffectedVisitsView, EditClosedDayView
from schedules.views.base import (
    clock_differs,
    day_and_time,
    days_words,
    desk_links,
    local_end,
    local_start,
    may_see_visits,
    visit_flags,
)
from schedules.views.blocks import AddBlockView, BlocksView, DeleteBlockView
from schedules.views.booking import BookByPhoneView, MoveVisitView
from schedules.views.day import DayView
from schedules.views.explanation import ExplainView
from schedules.views.patients import FindPatientView
from schedules.views.swap import SwapVisitsView
from schedules.views.waitlist import TakeOffWaitlistView, WaitlistView

# Places, closures, absences -----------------------------------------------------------------------


class LocationViewSet(SnippetViewSet):
    model = Location
    icon = "home"
    menu_label = "Locations"
    list_display = ["name", "city", "time_zone"]
    search_fields = ["name", "city", "slug"]
    search_backend_name = None


DATES_AND_TIMES = [FieldRowPanel(["starts_on", "ends_on"]), FieldRowPanel(["start_time", "end_time"])]


def _days(hours: Closure | ProviderException) -> str:
    return days_words(hours.starts_on, hours.ends_on)


def _times(hours: Closure | ProviderException) -> str:
    return f"{hours.start_time} to {hours.end_time}" if hours.start_time else "All day"


class ClosureViewSet(SnippetViewSet):
    model = Closure
    add_view_class = AddClosedDayView
    edit_view_class = EditClosedDayView
    create_template_name = "schedules/desk/add_closed_day.html"
    edit_template_name = "schedules/desk/edit_closed_day.html"
    icon = "lock"
    menu_label = "Closures"
    list_display = [
        "__str__",
        Column("days", accessor=_days, label="Days", sort_key="starts_on"),
        Column("times", accessor=_times, label="Times"),
        Column("place", accessor=lambda closure: closure.location or "Whole clinic", label="Location"),
    ]
    list_filter = {"location": ["exact"], "starts_on": ["gte"], "ends_on": ["lte"]}
    ordering = ["-starts_on"]
    search_fields = ["label"]
    search_backend_name = None
    panels = [FieldPanel("location", widget=forms.Select), *DATES_AND_TIMES, FieldPanel("label")]


class ProviderExceptionViewSet(SnippetViewSet):
    model = ProviderException
    add_view_class = AddClosedDayView
    edit_view_class = EditClosedDayView
    create_template_name = "schedules/desk/add_closed_day.html"
    edit_template_name = "schedules/desk/edit_closed_day.html"
    icon = "user"
    menu_label = "Provider exceptions"
    list_display = [
        "provider",
        "kind",
        Column("days", accessor=_days, label="Days", sort_key="starts_on"),
        Column("times", accessor=_times, label="Times"),
        Column("place", accessor=lambda absence: absence.location or "Every location", label="Location"),
        "label",
    ]
    list_filter = ["provider", "kind", "location"]
    ordering = ["-starts_on"]
    search_fields = ["label", "provider__title"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            # Selects rather than choosers: the front desk need not see the page tree.
            FieldRowPanel([FieldPanel("provider", widget=forms.Select), FieldPanel("kind")]),
            *DATES_AND_TIMES,
            FieldPanel("location", widget=forms.Select),
            FieldPanel("label"),
        ],
        base_form_class=ProviderExceptionForm,
    )


class ScheduleGroup(SnippetViewSetGroup):
    menu_label = "Schedule"
    menu_icon = "calendar-alt"
    menu_order = 210
    items = (LocationViewSet, ClosureViewSet, ProviderExceptionViewSet)


# Appointments: listing ----------------------------------------------------------------------------


OUTSIDE, OVERBOOKED, CLOCK = "outside", "overbooked", "clock"


class AppointmentFilterSet(WagtailFilterSet):
    """Days are the location's own: they compare with the local time as it was promised."""

    day = django_filters.DateFromToRangeFilter(label="Day", method="filter_day", widget=DateRangePickerWidget)
    provider = django_filters.ModelChoiceFilter(
        queryset=lambda request: source_pages(ProviderPage.objects.order_by("title"))
    )
    location = django_filters.ModelChoiceFilter(queryset=Location.objects.all())
    status = django_filters.MultipleChoiceFilter(
        choices=[each for each in Appointment.Status.choices if each[0] != HELD],
        widget=forms.CheckboxSelectMultiple,
    )

    flag = django_filters.MultipleChoiceFilter(
        label="To look at",
        choices=[(OUTSIDE, "Outside hours"), (OVERBOOKED, "Overbooked"), (CLOCK, "Clock differs")],
        method="filter_flags",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Appointment
        fields = ["day", "provider", "location", "status", "flag"]

    def filter_day(self, visits: QuerySet[Appointment], name: str, value: slice) -> QuerySet[Appointment]:
        if value.start:
            visits = visits.filter(local_start__gte=f"{value.start:%Y-%m-%d}")
        if value.stop:
            visits = visits.filter(local_start__lte=f"{value.stop:%Y-%m-%d}T23:59")
        return visits

    def filter_flags(
        self, visits: QuerySet[Appointment], name: str, value: list[str]
    ) -> QuerySet[Appointment]:
        now, flagged = timezone.now(), Q(pk__in=[])
        if OVERBOOKED in value:
            flagged |= Q(is_overbooked=True)
        asks_for_coming = OUTSIDE in value or CLOCK in value
        coming = list(visits.filter(status__in=OPEN, ends_at__gt=now)) if asks_for_coming else []
        if OUTSIDE in value:
            site = site_of(self.request)
            flagged |= Q(pk__in=outside_hours(visits=coming, site=site, now=now))
        if CLOCK in value:
            flagged |= Q(pk__in=[visit.pk for visit in coming if clock_differs(visit, now=now)])
        return visits.filter(flagged) if value else visits


class FlagsColumn(Column):
    """What deserves a look, in words and red."""

    cell_template_name = "schedules/appointments/flags_cell.html"


class AppointmentIndexView(PermissionCheckedMixin, BaseListingView):
    model = Appointment
    any_permission_required = ["view", "change"]
    page_title = "Appointments"
    header_icon = "date"
    verbose_name_plural = "appointments"
    filterset_class = AppointmentFilterSet
    default_ordering = "starts_at"
    paginate_by = 50
    is_searchable = True
    search_fields = ["reference"]
    search_backend_name = None
    template_name = "schedules/appointments/index.html"
    results_template_name = "schedules/appointments/index_results.html"
    detail_url_name = ""
    # Keys of the visits shown that lie outside the hours.
    outside: set[int] = set()

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead who may not see visits to the first page of the front desk that they may open."""
        links = desk_links(request.user)
        if links and not may_see_visits(request.user):
            return redirect(links[0].url)
        return super().dispatch(request, *args, **kwargs)

    def get_table(self, object_list: Iterable[Appointment]) -> Any:
        visits = list(object_list)
        site = site_of(self.request)
        self.outside = outside_hours(visits=visits, site=site, now=self.now)
        return super().get_table(visits)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        links = desk_links(self.request.user)[:1]
        return [HeaderButton(link.label, url=link.url, icon_name=link.icon) for link in links]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        links = desk_links(self.request.user)[1:]
        return [
            Button(link.label, url=link.url, icon_name=link.icon, priority=order)
            for order, link in enumerate(links)
        ]

    @cached_property
    def columns(self) -> list[BaseColumn]:
        return [
            TitleColumn(
                "start",
                accessor=local_start,
                label="Start",
                url_name=self.detail_url_name,
                sort_key="starts_at",
            ),
            Column("time_zone", label="Time zone"),
            Column("patient", accessor="patient.name", label="Patient"),
            Column("procedure", accessor="procedure.title", label="Procedure"),
            Column("provider", accessor="provider.title", label="Provider"),
            Column("location", accessor="location.name", label="Location"),
            Column("room", accessor="room.name", label="Room"),
            StatusTagColumn(
                "status",
                accessor="get_status_display",
                label="Status",
                primary=lambda visit: visit.status in OPEN,
            ),
            FlagsColumn(
                "flags",
                label="To look at",
                accessor=lambda visit: visit_flags(visit, is_outside=visit.pk in self.outside, now=self.now),
            ),
        ]

    def get_base_queryset(self) -> QuerySet[Appointment]:
        visits = Appointment.objects.visits().select_related(
            "patient", "procedure", "provider", "location", "room"
        )
        return visits.filter(_from_today(self.now)) if self.shows_from_today else visits

    @property
    def shows_from_today(self) -> bool:
        asked_for_days = self.request.GET.get("day_from") or self.request.GET.get("day_to")
        return not (asked_for_days or self.is_searching)


def _from_today(now: datetime) -> Q:
    """Visits from today on, where today is each location's own."""
    zones = Appointment.objects.order_by().values_list("time_zone", flat=True).distinct()
    days = Q(pk__in=[])
    for zone in zones.filter(starts_at__gte=now - timedelta(days=2)):
        days |= Q(time_zone=zone, local_start__gte=f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d}")
    return days & Q(starts_at__gte=now - timedelta(days=2))


# Appointments: one visit --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step as a button."""

    to: Appointment.Status
    label: str
    done: str

    @property
    def asks_reason(self) -> bool:
        return self.to in NEEDS_REASON


STEPS = (
    Step(to=Appointment.Status.BOOKED, label="Confirm", done="confirmed"),
    Step(to=Appointment.Status.ARRIVED, label="Mark arrived", done="marked as arrived"),
    Step(to=Appointment.Status.FULFILLED, label="Mark fulfilled", done="marked as fulfilled"),
    Step(to=Appointment.Status.NO_SHOW, label="Mark no-show", done="marked as no-show"),
    Step(to=Appointment.Status.DECLINED, label="Decline", done="declined"),
    Step(to=Appointment.Status.CANCELLED, label="Cancel appointment", done="cancelled"),
)


def possible_steps(*, appointment: Appointment, now: datetime) -> list[Step]:
    allowed = allowed_transitions(
        state_of_request(appointment.status, starts_at=appointment.starts_at, now=now)
    )
    return [
        step
        for step in STEPS
        if step.to in allowed and can_happen(to=step.to, starts_at=appointment.starts_at, now=now)
    ]


class AppointmentView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """All that is known of one visit. Its title is the reference: no patient details there."""

    model = Appointment
    any_permission_required = ["view", "change"]
    page_title = "Appointment"
    header_icon = "date"
    template_name = "schedules/appointments/detail.html"
    index_url_name = ""
    change_url_name = ""
    # A step that was refused: its state, and the reason that was typed.
    refused_step: dict[str, str] = {}

    @cached_property
    def appointment(self) -> Appointment:
        visits = Appointment.objects.visits().select_related(
            "patient", "procedure", "provider", "location", "room"
        )
        return get_object_or_404(visits, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.appointment.reference

    def get_breadcrumbs_items(self) -> Sequence[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": "Appointments"},
            {"url": "", "label": self.appointment.reference},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        appointment, now = self.appointment, timezone.now()
        steps = possible_steps(appointment=appointment, now=now)
        may_change = self.user_has_permission("change")
        site = site_of(self.request)
        outside = outside_hours(visits=[appointment], site=site, now=now)
        return super().get_context_data(
            appointment=appointment,
            flags=visit_flags(appointment, is_outside=bool(outside), now=now),
            may_move=may_change and appointment.status in OPEN and bool(steps),
            refused_step=self.refused_step,
            local_start=local_start(appointment),
            local_end=local_end(appointment),
            minutes=round((appointment.ends_at - appointment.starts_at).total_seconds() / 60),
            steps=steps if may_change else [],
            change_url=reverse(self.change_url_name, args=[appointment.pk]),
            events=[
                (event, day_and_time(event.occurred_at.astimezone(ZoneInfo(appointment.time_zone))))
                for event in appointment.events.select_related("actor").order_by("-version")
            ],
            **kwargs,
        )


class ChangeStatusView(AppointmentView):
    """Take one step, by POST, and show the visit again; a refusal keeps what was typed."""

    any_permission_required = ["change"]
    http_method_names = ["post"]
    detail_url_name = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = StatusChangeForm(request.POST)
        if not isinstance(request.user, User):
            raise PermissionDenied
        if form.is_valid():
            problem = self._change(actor=request.user, values=form.cleaned_data)
        else:
            unknown = ["This step is not known. Look at the appointment again."]
            problem = str(form.errors.get("reason", unknown)[0])
        if not problem:
            return redirect(self.detail_url_name, pk=pk)
        messages.error(request, problem)
        self.refused_step = {"to": request.POST.get("to", ""), "reason": request.POST.get("reason", "")}
        return self.render_to_response(self.get_context_data())

    def _change(self, *, actor: User, values: dict[str, Any]) -> str:
        """Take the step. Return why not, or nothing."""
        appointment, to = self.appointment, Appointment.Status(values["to"])
        try:
            change_status(
                appointment_id=appointment.pk,
                version=values["version"],
                to=to,
                actor=actor,
                reason=values["reason"],
                now=timezone.now(),
            )
        except Refused as refusal:
            return refusal.message
        done = next(step.done for step in STEPS if step.to == to)
        messages.success(self.request, f"Appointment {appointment.reference} {done}.")
        return ""


class AppointmentsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(desk_links(request.user))


class AppointmentViewSet(ViewSet):
    name = "appointments"
    icon = "date"
    menu_label = "Appointments"
    menu_order = 200
    menu_item_class = AppointmentsMenuItem
    add_to_admin_menu = True

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = {
            "index_url_name": self.get_url_name("index"),
            "index_results_url_name": self.get_url_name("index_results"),
            "detail_url_name": self.get_url_name("detail"),
            "change_url_name": self.get_url_name("change"),
        }
        return super().get_common_view_kwargs(**names, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        results = self.construct_view(AppointmentIndexView, results_only=True)
        return [
            path("", self.construct_view(AppointmentIndexView), name="index"),
            path("results/", results, name="index_results"),
            path("<int:pk>/", self.construct_view(AppointmentView), name="detail"),
            path("<int:pk>/change/", self.construct_view(ChangeStatusView), name="change"),
            path("<int:pk>/move/", self.construct_view(MoveVisitView), name="move"),
            path("<int:pk>/swap/", self.construct_view(SwapVisitsView), name="swap"),
            path("book/", self.construct_view(BookByPhoneView), name="book"),
            path("day/", self.construct_view(DayView), name="day"),
            path("patients/", self.construct_view(FindPatientView), name="patients"),
            path("waitlist/", self.construct_view(WaitlistView), name="waitlist"),
            path("waitlist/<int:pk>/take-off/", self.construct_view(TakeOffWaitlistView), name="take_off"),
            path("affected/", self.construct_view(AffectedVisitsView), name="affected"),
            path("explain/", self.construct_view(ExplainView), name="explain"),
            path("blocks/", self.construct_view(BlocksView), name="blocks"),
            path("blocks/add/", self.construct_view(AddBlockView), name="block"),
            path("blocks/<int:pk>/delete/", self.construct_view(DeleteBlockView), name="unblock"),
        ]


def appointment_permissions() -> QuerySet[Permission]:
    """What groups can be given for appointments and blocked times."""
    return Permission.objects.filter(
        content_type__app_label="schedules",
        codename__in=[
            *(f"{action}_appointment" for action in ("view", "add", "change", "overbook")),
            *(f"{action}_block" for action in ("view", "add", "delete")),
        ],
    )
