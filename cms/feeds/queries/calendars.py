"""The visits of one provider, as a calendar shows them. Nothing about patients is read."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from cms.feeds.core.icalendar import Event
from cms.feeds.models import CalendarFeed
from cms.previews.tokens import hash_of
from schedules.core.states import state_of_request
from schedules.models import Appointment

PAST = timedelta(days=60)
FUTURE = timedelta(days=400)
# So long calendars that are seldom refreshed can learn that a visit is off.
CANCELLED_FOR = timedelta(days=30)

Status = Appointment.Status
STATUS = {
    Status.REQUESTED: "TENTATIVE",
    Status.BOOKED: "CONFIRMED",
    Status.ARRIVED: "CONFIRMED",
    Status.FULFILLED: "CONFIRMED",
    Status.CANCELLED: "CANCELLED",
    Status.DECLINED: "CANCELLED",
    Status.EXPIRED: "CANCELLED",
}
OFF = [status for status, shown in STATUS.items() if shown == "CANCELLED"]
PLACE = ("name", "street", "city", "region", "postal_code")


def feed_for_token(token: str) -> CalendarFeed | None:
    """Return the feed that a token opens, with its provider. One statement."""
    return CalendarFeed.objects.select_related("provider").filter(token_hash=hash_of(token)).first()


def events_of(provider_id: int, *, now: datetime) -> list[Event]:
    """Return the visits from two months ago to 400 days ahead, by start; called-off ones for 30 days.

    One statement."""
    still_told = ~Q(status__in=OFF) | Q(updated_at__gt=now - CANCELLED_FOR)
    visits = (
        Appointment.objects.visits()
        .filter(still_told, provider_id=provider_id, status__in=STATUS)
        .filter(starts_at__gt=now - PAST, starts_at__lt=now + FUTURE)
        .order_by("starts_at", "pk")
        .values(
            "uuid",
            "reference",
            "status",
            "version",
            "starts_at",
            "ends_at",
            "created_at",
            "updated_at",
            title=F("procedure__title"),
            **{f"place_{name}": F(f"location__{name}") for name in PLACE},
        )
    )
    return [_event(visit, now=now) for visit in visits]


def _event(visit: Mapping[str, Any], *, now: datetime) -> Event:
    state = state_of_request(visit["status"], starts_at=visit["starts_at"], now=now)
    place = [visit[f"place_{name}"] for name in PLACE]
    return Event(
        uid=visit["uuid"],
        sequence=visit["version"] - 1,
        status=STATUS[Status(state)],
        starts_at=visit["starts_at"],
        ends_at=visit["ends_at"],
        created_at=visit["created_at"],
        changed_at=visit["updated_at"],
        summary=visit["title"],
        location=", ".join(part for part in place if part),
        description=f"Reference {visit['reference']}",
    )
