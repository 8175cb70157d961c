"""Single visits."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from wagtail.models import Page

from schedules.models import Appointment, Room
from schedules.tokens import token_hash

MANAGE_TOKEN_LIFE = timedelta(days=30)


def appointment_for_token(*, token: str, now: datetime) -> Appointment | None:
    """Return the visit that a manage token opens; wrong, foreign and expired tokens all give None."""
    return opened_by(Appointment.objects.all(), token=token, now=now).first()


def opened_by(visits: QuerySet[Appointment], *, token: str, now: datetime) -> QuerySet[Appointment]:
    """Keep the visit that a manage token opens."""
    return visits.filter(
        manage_tokens__token_hash=token_hash(token), ends_at__gt=now - MANAGE_TOKEN_LIFE
    ).select_related("patient")


def hold_for_token(*, token: str, now: datetime) -> Appointment | None:
    """Return the hold that a token books, as long as it is in force."""
    live = Appointment.objects.filter(status=Appointment.Status.HELD, hold_expires_at__gt=now)
    return live.filter(hold_token_hash=token_hash(token)).first()


def has_visits(pages: QuerySet[Page]) -> bool:
    """Whether a provider or procedure among `pages`, or below one of them, was ever booked."""
    below = Q(pk__in=[])
    for path in pages.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    keys = Page.objects.filter(below).values("pk")
    return Appointment.objects.filter(Q(provider__in=keys) | Q(procedure__in=keys)).exists()


def visited_locations(locations: Collection[int]) -> bool:
    """Whether a visit was ever booked at one of the locations."""
    return Appointment.objects.filter(location_id__in=locations).exists()


def booked_rooms(rooms: Collection[int]) -> list[str]:
    """Return the names of those rooms that were ever booked."""
    booked = Room.objects.filter(pk__in=rooms, resource__claims__isnull=False)
    return list(booked.distinct().values_list("name", flat=True))
