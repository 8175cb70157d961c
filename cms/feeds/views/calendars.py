"""Private calendars: whoever holds the address reads one provider's visits, without their patients."""

from datetime import UTC

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.feeds.core.icalendar import calendar
from cms.feeds.operations import note_use
from cms.feeds.queries.calendars import events_of, feed_for_token
from cms.feeds.views.answers import NO_BROWSING, conditional, etag_of, limited

# To be kept by nobody but the one who asked, and asked for anew each time.
PRIVATE = "private, no-cache"


@require_safe
@limited
def provider_calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    feed = feed_for_token(token)
    if feed is None:
        return no_calendar(request)
    now = timezone.now()
    body = calendar(events_of(feed.provider_id, now=now), name=feed.provider.title)
    note_use(feed.pk, today=now.astimezone(UTC).date())
    response = conditional(
        request,
        lambda: body,
        etag=etag_of(body),
        content_type="text/calendar; charset=utf-8",
        cache_control=PRIVATE,
    )
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return _hidden(response)


@require_safe
def no_calendar(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Answer the same whatever was asked for."""
    response = HttpResponse("There is no calendar at this address.\n", status=404, content_type="text/plain")
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = NO_BROWSING
    return _hidden(response)


def _hidden(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
