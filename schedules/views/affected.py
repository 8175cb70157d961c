"""Visits that closed days leave without hours: seen before saving, and offered other times afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.snippets.views.snippets import CreateView, EditView

from cms.graphql.sites import site_of
from providers.models import ProviderPage
from schedules import queries
from schedules.core.wall_clock import to_datetime
from schedules.core.world import Slot
from schedules.models import Appointment, Closure, ProviderException
from schedules.operations import Refused, move_by_staff
from schedules.tokens import BadSlotToken, SlotChoice, read_slot, sign_slot
from schedules.views.base import DeskView, day_and_time, local_start, may_move_visits, may_see_visits

SHOWN_VISITS = 50
NOT_TOLD = "Tell the patients: nothing is sent by itself."


def were_seen(affected: Sequence[Appointment], *, request: HttpRequest) -> bool:
    """Say whether these very visits were shown before; others have to be shown again."""
    return request.POST.get("affected_seen") == _seen(affected)


def _seen(affected: Sequence[Appointment]) -> str:
    return ",".join(str(visit.pk) for visit in affected)


def affected_context(affected: Sequence[Appointment], *, request: HttpRequest) -> dict[str, Any]:
    return {
        "affected": [(visit, local_start(visit)) for visit in affected],
        "affected_seen": _seen(affected),
        "may_see_visits": may_see_visits(request.user),
        "leads_on": may_move_visits(request.user),
    }


class ShowAffected(PermissionCheckedMixin):
    """Show which visits a change leaves without hours before it is saved, and lead to them afterwards."""

    affected: list[Appointment] = []

    def form_valid(self, form: Any) -> HttpResponseBase:
        self.form = form
        self.affected = self._affected_by(form.instance)
        if self.affected and not were_seen(self.affected, request=self.request):
            return self.render_to_response(self.get_context_data())
        return super().form_valid(form)

    def _affected_by(self, hours: Closure | ProviderException) -> list[Appointment]:
        now = timezone.now()
        visits = {visit.pk: visit for visit in queries.visits_during(closed=hours, now=now)}
        if isinstance(hours, ProviderException) and hours.pk:
            before = ProviderException.objects.get(pk=hours.pk)
            site = site_of(self.request)
            losing = queries.visits_losing_hours(before=[before], after=[hours], site=site, now=now)
            visits |= {visit.pk: visit for visit in losing}
        return sorted(visits.values(), key=lambda visit: (visit.starts_at, visit.pk))

    def get_success_url(self) -> str:
        if not self.affected or not may_move_visits(self.request.user):
            return super().get_success_url()
        # Where extra hours shrank, no closed day says which visits they are.
        is_open = getattr(self.object, "kind", "") == ProviderException.Kind.OPEN
        query = "" if is_open else f"?{self.object._meta.model_name}={self.object.pk}"
        return f"{reverse('appointments:affected')}{query}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = affected_context(self.affected, request=self.request)
        return super().get_context_data(**shown, **kwargs)


class AddClosedDayView(ShowAffected, CreateView): ...


class EditClosedDayView(ShowAffected, EditView): ...


def show_before_deletion(request: HttpRequest, instances: Sequence[Model]) -> HttpResponse | None:
    """Show which visits lie in extra hours before these are deleted, one by one or several at once."""
    hours = [each for each in instances if isinstance(each, ProviderException)]
    affected = queries.visits_losing_hours(before=hours, site=site_of(request), now=timezone.now())
    if not affected or were_seen(affected, request=request):
        return None
    what = str(hours[0]) if len(hours) == 1 else f"{len(hours)} provider exceptions"
    context = {"what": what, **affected_context(affected, request=request)}
    return TemplateResponse(request, "schedules/desk/delete_hours.html", context)


def lead_to_affected(request: HttpRequest, instances: Sequence[Model]) -> HttpResponse | None:
    """Go on to the visits that deleted hours have left behind."""
    if not request.POST.get("affected_seen") or not may_move_visits(request.user):
        return None
    return redirect("appointments:affected")


# Offering other times -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alternative:
    token: str
    start: str
    providers: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AffectedVisit:
    visit: Appointment
    start: str
    alternatives: list[Alternative]

    @property
    def is_left(self) -> bool:
        return not any(each.is_chosen for each in self.alternatives)


class AffectedVisitsView(DeskView):
    """The visits of one closed day, or all outside the hours, each with the nearest other times.

    With `suggest` in the address, the nearest is chosen for each. Those for which a time is chosen are moved,
    one by one: what cannot be moved stays, and is told."""

    any_permission_required = ["change"]
    page_title = "Affected visits"
    header_icon = "warning"
    template_name = "schedules/desk/affected.html"

    @cached_property
    def closed(self) -> Closure | ProviderException | None:
        """The closed day that is asked for, if it is one."""
        for name, model in (("closure", Closure), ("providerexception", ProviderException)):
            key = self.request.GET.get(name, "")
            if key:
                found = model.objects.filter(pk=int(key)).first() if key.isdecimal() else None
                if found is None:
                    raise Http404("There is no such closed day.")
                return found
        return None

    @cached_property
    def visits(self) -> list[Appointment]:
        if self.closed is not None:
            return queries.visits_during(closed=self.closed, now=self.now)
        visits = list(queries.upcoming_visits(now=self.now))
        outside = queries.outside_hours(visits=visits, site=self.site, now=self.now)
        return [visit for visit in visits if visit.pk in outside]

    @cached_property
    def page(self) -> Page[Appointment]:
        return Paginator(self.visits, SHOWN_VISITS).get_page(self.request.GET.get("page"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        moved: list[str] = []
        left: list[str] = []
        # All, for meanwhile a visit may have come to stand on another page.
        for visit in self.visits:
            token = request.POST.get(f"slot-{visit.pk}")
            version = request.POST.get(f"version-{visit.pk}", "")
            if token and version.isdecimal():
                problem = self._move(visit=visit, token=token, version=int(version))
                (left if problem else moved).append(problem or visit.reference)
        if moved:
            messages.success(request, f"{len(moved)} moved: {', '.join(moved)}. {NOT_TOLD}")
        for problem in left:
            messages.error(request, problem)
        if not moved and not left:
            messages.warning(request, "No other time was chosen, so nothing was moved.")
        # Whoever was left on purpose is not chosen again.
        return redirect(self._address(suggest=""))

    def _move(self, *, visit: Appointment, token: str, version: int) -> str:
        """Move the visit. Return why it stays, or nothing."""
        try:
            move_by_staff(
                appointment_id=visit.pk,
                version=version,
                choice=read_slot(token),
                provider=None,
                actor=self.actor,
                site=self.site,
                now=self.now,
            )
        except (Refused, BadSlotToken) as refusal:
            return f"Visit {visit.reference} stays where it is: {refusal or 'choose the time again.'}"
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, is_suggesting = self.page, "suggest" in self.request.GET
        return super().get_context_data(
            closed=self.closed,
            count=page.paginator.count,
            found=page,
            page_before=self._address(page=page.previous_page_number()) if page.has_previous() else "",
            page_after=self._address(page=page.next_page_number()) if page.has_next() else "",
            rows=self._rows(list(page), is_suggesting=is_suggesting),
            is_suggesting=is_suggesting,
            suggest=self._address(suggest="" if is_suggesting else 1),
            **kwargs,
        )

    def _rows(self, visits: list[Appointment], *, is_suggesting: bool) -> list[AffectedVisit]:
        found = queries.alternatives_of(visits=visits, site=self.site, now=self.now)
        titles = _titles(found)
        return [
            _row(visit, slots=found[visit.pk], titles=titles, is_suggesting=is_suggesting) for visit in visits
        ]

    def _address(self, **changes: int | str) -> str:
        """Return the address of this page with other parameters; what is empty is left out."""
        query = self.request.GET.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = str(value)
        return f"{self.request.path}?{query.urlencode()}"


def _titles(found: dict[int, list[Slot]]) -> dict[int, str]:
    keys = {provider for slots in found.values() for slot in slots for provider in slot.providers}
    return dict(ProviderPage.objects.filter(pk__in=keys).values_list("pk", "title"))


def _row(
    visit: Appointment, *, slots: list[Slot], titles: dict[int, str], is_suggesting: bool
) -> AffectedVisit:
    chosen = slots[0] if slots and is_suggesting else None
    return AffectedVisit(
        visit=visit,
        start=local_start(visit),
        alternatives=[
            _alternative(slot, visit=visit, titles=titles, is_chosen=slot == chosen) for slot in sorted(slots)
        ],
    )


def _alternative(slot: Slot, *, visit: Appointment, titles: dict[int, str], is_chosen: bool) -> Alternative:
    choice = SlotChoice(
        procedure=visit.procedure_id,
        location=slot.location,
        start=slot.start,
        duration=slot.end - slot.start,
        providers=slot.providers,
    )
    local: datetime = to_datetime(slot.start).astimezone(ZoneInfo(visit.location.time_zone))
    # A visit that moves keeps its provider wherever they are free.
    kept = [visit.provider_id] if visit.provider_id in slot.providers else slot.providers
    return Alternative(
        token=sign_slot(choice),
        start=day_and_time(local),
        providers=" or ".join(titles[provider] for provider in kept),
        is_chosen=is_chosen,
    )
