"""Who waits for a time to become free, first come first, and taking them off the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages

from cms.graphql.paths import screen_url
from cms.graphql.visibility import source_pages
from providers.models import ProviderPage
from schedules import queries
from schedules.models import Appointment, Location, WaitlistEntry
from schedules.operations import Refused, take_off_waitlist
from schedules.tokens import offer_token
from schedules.views.base import DeskView, day_and_time, days_words, may_see_visits
from services.models import ProcedurePage

PAGE_SIZE = 25
Status = WaitlistEntry.Status
ANY, OVER = "any", "over"
STATES = [*Status.choices, (OVER, "Over: days passed"), (ANY, "Any")]


class WaitlistForm(forms.Form):
    """Whose entries to show. Nothing here is about a patient, so it may stand in the address."""

    procedure = forms.ModelChoiceField(
        source_pages(ProcedurePage.objects.order_by("title")), required=False, empty_label="All"
    )
    provider = forms.ModelChoiceField(
        source_pages(ProviderPage.objects.order_by("title")), required=False, empty_label="All"
    )
    location = forms.ModelChoiceField(Location.objects.all(), required=False, empty_label="All")
    status = forms.ChoiceField(choices=STATES)

    def entries(self, *, now: datetime) -> QuerySet[WaitlistEntry]:
        """Return the entries that were asked for, first come first."""
        asked = self.cleaned_data
        names = [name for name in ("procedure", "provider", "location") if asked[name]]
        entries = _in_state(asked["status"], now=now).filter(**{name: asked[name] for name in names})
        return entries.order_by("created_at", "pk")


def _in_state(state: str, *, now: datetime) -> QuerySet[WaitlistEntry]:
    if state == Status.WAITING:
        return queries.waiting(now=now)
    if state == OVER:
        return queries.waited_in_vain(now=now)
    entries = WaitlistEntry.objects.all()
    return entries if state == ANY else entries.filter(status=state)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """What was held last; `hold` is there as long as it is held, `visit` once it was booked."""

    starts: str
    where: str
    outcome: str
    hold: Appointment | None
    visit: Appointment | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    entry: WaitlistEntry
    is_waiting: bool
    state: str
    days: str
    since: str
    offer: OfferRow | None
    offer_url: str
    booking_url: str


class WaitlistView(DeskView):
    any_permission_required = ["view", "add", "change"]
    page_title = "Waitlist"
    header_icon = "list-ul"
    template_name = "schedules/desk/waitlist.html"

    @cached_property
    def form(self) -> WaitlistForm:
        return WaitlistForm({"status": Status.WAITING.value, **self.request.GET.dict()})

    @cached_property
    def page(self) -> Page[WaitlistEntry] | None:
        """The entries that were asked for; None where the question is wrong."""
        if not self.form.is_valid():
            return None
        entries = queries.with_wish_and_offers(self.form.entries(now=self.now))
        return Paginator(entries, PAGE_SIZE).get_page(self.request.GET.get("page"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.page
        rows = self.rows(list(page)) if page else []
        return super().get_context_data(
            form=self.form,
            found=page,
            rows=rows,
            has_offers=any(row.offer and row.offer.hold for row in rows),
            page_before=self._address(page.previous_page_number()) if page and page.has_previous() else "",
            page_after=self._address(page.next_page_number()) if page and page.has_next() else "",
            may_see_patients=may_see_visits(self.actor),
            may_book=self.user_has_permission("add"),
            may_take_off=self.user_has_permission("change"),
            **kwargs,
        )

    def rows(self, entries: Sequence[WaitlistEntry]) -> list[EntryRow]:
        standing = [entry.pk for entry in entries if is_standing(entry, now=self.now)]
        positions = queries.positions_of(standing, now=self.now)
        return [self._row(entry, position=positions.get(entry.pk)) for entry in entries]

    def _row(self, entry: WaitlistEntry, *, position: int | None) -> EntryRow:
        zone = ZoneInfo(entry.location.time_zone) if entry.location else self.zone
        offer = last_offer(entry, now=self.now)
        return EntryRow(
            entry=entry,
            is_waiting=position is not None,
            state=f"Waiting, position {position}" if position else _ended(entry),
            days=days_words(entry.starts_on, entry.ends_on),
            since=day_and_time(entry.created_at.astimezone(zone)),
            offer=offer,
            offer_url=self._offer_url(offer),
            booking_url=self._booking_url(entry),
        )

    def _offer_url(self, offer: OfferRow | None) -> str:
        """Return where whoever has the link books what is held; its secret reaches no server's log."""
        if offer is None or offer.hold is None or not may_see_visits(self.actor) or not self.offers_url:
            return ""
        return f"{self.offers_url}#token={offer_token(appointment=offer.hold.uuid)}"

    @cached_property
    def offers_url(self) -> str | None:
        return screen_url("offer", root=self.site.default_root, site=self.site)

    def _booking_url(self, entry: WaitlistEntry) -> str:
        """Return the page for booking by phone, with the wish and nothing about the patient."""
        wish = {
            "wait": entry.pk,
            "procedure": entry.procedure_id,
            "provider": entry.provider_id or "",
            "location": entry.location_id or "",
            "duration": entry.duration_minutes or "",
            "day": max(entry.starts_on, self.today).isoformat(),
        }
        return f"{reverse('appointments:book')}?{urlencode(wish)}"

    def _address(self, number: int) -> str:
        query = self.request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"


class TakeOffWaitlistView(DeskView):
    """Ask by GET, do it by POST."""

    any_permission_required = ["change"]
    page_title = "Take off the list"
    header_icon = "list-ul"
    template_name = "schedules/desk/take_off.html"

    @cached_property
    def entry(self) -> WaitlistEntry:
        entries = queries.with_wish_and_offers(WaitlistEntry.objects.all())
        return get_object_or_404(entries, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_standing(self.entry, now=self.now):
            messages.error(
                request, f"Entry {self.entry.reference} does not wait any more. Choose another from the list."
            )
            return redirect("appointments:waitlist")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        try:
            entry = take_off_waitlist(entry_id=pk, now=self.now)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"Entry {entry.reference} is off the list.")
        return redirect("appointments:waitlist")

    def get_page_subtitle(self) -> str:
        return self.entry.reference

    def crumbs(self) -> list[dict[str, str]]:
        waitlist = {"url": reverse("appointments:waitlist"), "label": "Waitlist"}
        return [waitlist, {"url": "", "label": self.entry.reference}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.entry
        return super().get_context_data(
            entry=entry,
            days=days_words(entry.starts_on, entry.ends_on),
            offer=last_offer(entry, now=self.now),
            **kwargs,
        )


def is_standing(entry: WaitlistEntry, *, now: datetime) -> bool:
    return entry.status == Status.WAITING and entry.ends_on >= queries.last_passed_day(now)


def _ended(entry: WaitlistEntry) -> str:
    return "Over" if entry.status == Status.WAITING else entry.get_status_display()


def last_offer(entry: WaitlistEntry, *, now: datetime) -> OfferRow | None:
    """Return what was held last for an entry that was loaded with its offers."""
    offers = list(entry.offers.all())
    if not offers:
        return None
    offer = offers[-1]
    place, kept = offer.location, offer.appointment
    zone = ZoneInfo(place.time_zone)
    visit = kept if kept and kept.hold_expires_at is None else None
    is_given_up = kept and kept.status == Appointment.Status.CANCELLED
    is_held = offer.expires_at > now and not is_given_up and not visit
    until = f"{'Held' if is_held else 'Was held'} until {day_and_time(offer.expires_at.astimezone(zone))}"
    return OfferRow(
        starts=day_and_time(offer.starts_at.astimezone(zone)),
        where=f"{kept.provider.title}, {place.name}" if kept else place.name,
        outcome="Booked" if visit else "Given up" if is_given_up else until,
        hold=kept if is_held else None,
        visit=visit,
    )
