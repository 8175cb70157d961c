"""What the pages of the front desk share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import policy_registry

from cms.core.models import User
from cms.graphql.sites import ServedSite, site_of
from schedules.core.states import OPEN, state_of_request
from schedules.models import Appointment, Block, Location

OVERBOOK = "schedules.overbook_appointment"


@dataclass(frozen=True, slots=True)
class DeskLink:
    label: str
    url: str
    icon: str


def desk_links(user: User | AnonymousUser) -> list[DeskLink]:
    """Return the pages of the front desk that the user may open."""
    visits, blocks = (policy_registry.get_by_type(model) for model in (Appointment, Block))
    pages = [
        (visits, ("add",), "Book by phone", "book", "plus"),
        (visits, ("view", "change"), "Day sheet", "day", "calendar"),
        (visits, ("view", "change"), "Find a patient", "patients", "search"),
        (visits, ("view", "add", "change"), "Waitlist", "waitlist", "list-ul"),
        (blocks, ("view", "add", "delete"), "Blocked times", "blocks", "lock"),
        (visits, ("change",), "Affected visits", "affected", "warning"),
        (visits, ("view", "change"), "Why is this time not offered?", "explain", "help"),
    ]
    return [
        DeskLink(label=label, url=reverse(f"appointments:{name}"), icon=icon)
        for policy, actions, label, name, icon in pages
        if policy.user_has_any_permission(user, actions)
    ]


class DeskView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page about appointments. Titles and addresses name no patient."""

    model: Any = Appointment
    any_permission_required = ["view", "change"]
    header_icon = "date"

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def zone(self) -> ZoneInfo:
        """That of the first location."""
        location = Location.objects.first()
        return ZoneInfo(location.time_zone if location else "UTC")

    @cached_property
    def today(self) -> date:
        """The date at the first location: clinics in several zones choose the day."""
        return self.now.astimezone(self.zone).date()

    @cached_property
    def site(self) -> ServedSite:
        site = site_of(self.request)
        if site is None:
            raise Http404("There is no site.")
        return site

    @cached_property
    def actor(self) -> User:
        if not isinstance(self.request.user, User):
            raise PermissionDenied
        return self.request.user

    @property
    def may_overbook(self) -> bool:
        return self.actor.has_perm(OVERBOOK)

    def get_breadcrumbs_items(self) -> Sequence[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse("appointments:index"), "label": "Appointments"}]
        return [*items, *self.crumbs()]

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(desk_links=desk_links(self.actor), **kwargs)


class OpenVisitView(DeskView):
    """A change of one visit that is still to come."""

    any_permission_required = ["change"]

    @cached_property
    def appointment(self) -> Appointment:
        visits = Appointment.objects.visits().select_related("procedure", "provider", "location")
        return get_object_or_404(visits, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = self.appointment
        state = state_of_request(visit.status, starts_at=visit.starts_at, now=self.now)
        if state not in OPEN:
            messages.error(request, f"This visit is {Appointment.Status(state).label.lower()}.")
            return redirect("appointments:detail", pk=self.appointment.pk)
        return super().get(request, *args, **kwargs)

    def crumbs(self) -> list[dict[str, str]]:
        visit = self.appointment
        detail = {"url": reverse("appointments:detail", args=[visit.pk]), "label": visit.reference}
        return [detail, *super().crumbs()]

    def get_page_subtitle(self) -> str:
        return self.appointment.reference

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visit = self.appointment
        return super().get_context_data(visit=visit, visit_start=local_start(visit), **kwargs)


# How staff read times: as they are at the location ------------------------------------------------


def day_words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def days_words(first: date, last: date) -> str:
    return day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"


def day_and_time(local: datetime) -> str:
    return f"{day_words(local.date())}, {local:%H:%M}"


def local_start(appointment: Appointment) -> str:
    return day_and_time(datetime.fromisoformat(appointment.local_start))


def local_end(appointment: Appointment) -> str:
    return f"{appointment.ends_at.astimezone(ZoneInfo(appointment.time_zone)):%H:%M}"


def visit_flags(visit: Appointment, *, is_outside: bool, now: datetime) -> list[str]:
    """Return what deserves a look. It reads the visit's location."""
    flags = ["Overbooked"] if visit.is_overbooked else []
    flags += ["Outside hours"] if is_outside else []
    return [*flags, _promise_and_clock(visit)] if clock_differs(visit, now=now) else flags


def clock_differs(visit: Appointment, *, now: datetime) -> bool:
    """Say whether an upcoming visit was promised for another time than its location's clock will show.

    So it is once the location's zone was corrected or its offset has changed: the visit keeps its instant."""
    is_upcoming = visit.status in OPEN and visit.ends_at > now
    return is_upcoming and datetime.fromisoformat(visit.local_start) != _on_the_clock(visit)


def _promise_and_clock(visit: Appointment) -> str:
    promised, shown = datetime.fromisoformat(visit.local_start), _on_the_clock(visit)
    if promised.date() == shown.date():
        return f"Promised for {promised:%H:%M}, is at {shown:%H:%M} on the location's clock"
    return f"Promised for {day_and_time(promised)}, is on {day_and_time(shown)} on the location's clock"


def _on_the_clock(visit: Appointment) -> datetime:
    return visit.starts_at.astimezone(ZoneInfo(visit.location.time_zone)).replace(tzinfo=None)


def may_see_visits(user: Any) -> bool:
    return policy_registry.get_by_type(Appointment).user_has_any_permission(user, {"view", "change"})


def may_move_visits(user: Any) -> bool:
    return policy_registry.get_by_type(Appointment).user_has_permission(user, "change")
