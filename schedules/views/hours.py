"""The admin's answers to hours that are being typed: what they mean, and which visits they leave outside."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from wagtail.permissions import page_permission_policy

from cms.graphql.sites import site_of
from providers.models import ProviderPage
from schedules.core.recurrence import describe_hours, parse_recurrence
from schedules.core.world import OpeningRule
from schedules.fields import closing_minutes, minutes_of_day
from schedules.forms import TypedHoursForm
from schedules.models import Appointment
from schedules.queries import outside_hours, upcoming_visits
from schedules.views.base import local_start, may_see_visits

NEXT_DATES = 3
# Nearly every rule has its next dates within one year; 29 February needs up to sixteen.
SEARCHED_YEARS = (1, 16)
LATEST_SEARCH = date(9900, 1, 1)
MAX_ROWS = 100
SHOWN_VISITS = 20


@require_GET
def hours_in_words(request: HttpRequest) -> JsonResponse:
    """Say what the hours mean that an editor is typing. Reads nothing but the location."""
    if not page_permission_policy.user_has_any_permission(request.user, {"add", "change"}):
        raise PermissionDenied
    form = TypedHoursForm(request.GET)
    if form.is_valid():
        return JsonResponse(_words(hours=form.cleaned_data, now=timezone.now()))
    problems = form.problems()
    if problems:
        return JsonResponse({"kind": "problem", "words": problems[0], "next": ""})
    missing = ", ".join(form[name].label.lower() for name in form.errors)
    return JsonResponse({"kind": "hint", "words": f"Still missing: {missing}.", "next": ""})


def _words(*, hours: dict[str, Any], now: datetime) -> dict[str, str]:
    recurrence, location = parse_recurrence(hours["recurrence"]), hours["location"]
    words = describe_hours(
        recurrence=recurrence,
        valid_from=hours["valid_from"],
        start_time=time.fromisoformat(hours["start_time"]),
        end_minutes=closing_minutes(start_time=hours["start_time"], end_time=hours["end_time"]),
        place=location.name,
    )
    today = now.astimezone(ZoneInfo(location.time_zone)).date()
    return {"kind": "hours", "words": words, "next": _next_words(_next_dates(hours=hours, today=today))}


def _next_dates(*, hours: dict[str, Any], today: date) -> list[date]:
    recurrence, first = parse_recurrence(hours["recurrence"]), max(today, hours["valid_from"])
    dates: list[date] = []
    for years in SEARCHED_YEARS:
        last = min(first, LATEST_SEARCH) + timedelta(days=366 * years)
        dates = recurrence.dates(
            valid_from=hours["valid_from"], valid_until=hours["valid_until"], first=first, last=last
        )
        if len(dates) >= NEXT_DATES:
            break
    return dates[:NEXT_DATES]


def _next_words(dates: list[date]) -> str:
    if not dates:
        return "No dates from today on."
    return "Next: " + ", ".join(f"{day:%a} {day.day} {day:%b %Y}" for day in dates)


# Which visits the typed hours leave outside -------------------------------------------------------


@require_POST
def hours_impact(request: HttpRequest, pk: int) -> JsonResponse:
    """Say which visits of the provider would lie outside the hours as they are typed.

    Takes the rows as the editor's form would send them. Asks the search, as everybody does."""
    page = get_object_or_404(ProviderPage, pk=pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    rules = _typed_rules(request.POST, provider=pk)
    if rules is None:
        return JsonResponse(_impact("hint", "Complete the hours to see which visits they affect."))
    now, site = timezone.now(), site_of(request)
    visits = list(upcoming_visits(now=now).filter(provider=pk))
    outside = outside_hours(visits=visits, site=site, now=now, drafts={pk: rules})
    already = outside_hours(visits=visits, site=site, now=now)
    return JsonResponse(
        _answer(
            [visit for visit in visits if visit.pk in outside],
            already=already,
            may_see=may_see_visits(request.user),
        )
    )


def _typed_rules(rows: QueryDict, *, provider: int) -> list[OpeningRule] | None:
    """Return the rules of a formset; None while one of its rows is not complete."""
    total = rows.get("availability_rules-TOTAL_FORMS", "")
    rules: list[OpeningRule] = []
    for number in range(min(int(total), MAX_ROWS) if total.isdecimal() else 0):
        prefix = f"availability_rules-{number}"
        if rows.get(f"{prefix}-DELETE"):
            continue
        form = TypedHoursForm(rows, prefix=prefix)
        if not form.is_valid():
            return None
        procedures = rows.getlist(f"{prefix}-procedures")
        keys = frozenset(int(key) for key in procedures if key.isdecimal())
        rules.append(_typed_rule(form.cleaned_data, provider=provider, procedures=keys))
    return rules


def _typed_rule(hours: dict[str, Any], *, provider: int, procedures: frozenset[int]) -> OpeningRule:
    return OpeningRule(
        provider=provider,
        location=hours["location"].pk,
        zone=hours["location"].time_zone,
        recurrence=parse_recurrence(hours["recurrence"]),
        valid_from=hours["valid_from"],
        valid_until=hours["valid_until"],
        start_minutes=minutes_of_day(hours["start_time"]),
        end_minutes=closing_minutes(start_time=hours["start_time"], end_time=hours["end_time"]),
        procedures=procedures,
    )


def _answer(outside: list[Appointment], *, already: set[int], may_see: bool) -> dict[str, Any]:
    if not outside:
        return _impact("hours", "Every upcoming visit lies within these hours.")
    is_one = len(outside) == 1
    words = f"{len(outside)} upcoming {'visit lies' if is_one else 'visits lie'} outside these hours."
    shown = outside[:SHOWN_VISITS] if may_see else []
    more = len(outside) - len(shown) if may_see else 0
    return _impact(
        "problem",
        words + (f" The first {len(shown)}:" if more else ""),
        visits=[
            {
                "url": reverse("appointments:detail", args=[visit.pk]),
                "label": f"{visit.reference}, {local_start(visit)}, {visit.location.name}",
                "note": "already outside" if visit.pk in already else "",
            }
            for visit in shown
        ],
    )


def _impact(kind: str, words: str, *, visits: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"kind": kind, "words": words, "visits": visits or []}
