"""The admin's answer to hours that are being typed: what they mean, in words."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from wagtail.permissions import page_permission_policy

from schedules.core.recurrence import describe_hours, parse_recurrence
from schedules.fields import closing_minutes
from schedules.forms import TypedHoursForm

NEXT_DATES = 3
# Nearly every rule has its next dates within one year; 29 February needs up to sixteen.
SEARCHED_YEARS = (1, 16)
LATEST_SEARCH = date(9900, 1, 1)


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
