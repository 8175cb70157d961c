"""Who waits for a time to become free, first come first."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from schedules.models import Appointment, WaitlistEntry, WaitlistOffer

Status = WaitlistEntry.Status


def last_passed_day(now: datetime) -> date:
    """Return the last date that has passed everywhere."""
    return (now.astimezone(UTC) - timedelta(days=1)).date()


def waiting(*, now: datetime) -> QuerySet[WaitlistEntry]:
    """Return who still waits, first come first."""
    return WaitlistEntry.objects.filter(status=Status.WAITING, ends_on__gte=last_passed_day(now))


def waited_in_vain(*, now: datetime) -> QuerySet[WaitlistEntry]:
    """Return the entries whose days passed before their patient booked or left."""
    return WaitlistEntry.objects.filter(status=Status.WAITING, ends_on__lt=last_passed_day(now))


def positions_of(entries: Collection[int], *, now: datetime) -> dict[int, int]:
    """Return the places in the queues for the procedures; 1 is next. One statement."""
    earlier = Q(created_at__lt=OuterRef("created_at")) | Q(
        created_at=OuterRef("created_at"), pk__lt=OuterRef("pk")
    )
    before = waiting(now=now).filter(earlier, procedure=OuterRef("procedure")).order_by().values("procedure")
    count = Coalesce(Subquery(before.annotate(count=Count("pk")).values("count")), 0)
    found = WaitlistEntry.objects.filter(pk__in=entries).annotate(position=count + 1)
    return dict(found.values_list("pk", "position"))


def with_wish_and_offers(entries: QuerySet[WaitlistEntry]) -> QuerySet[WaitlistEntry]:
    """Load what the entries wish for and, oldest first, what was held for them. One statement more."""
    offers = WaitlistOffer.objects.select_related("location", "appointment__provider")
    return entries.select_related("procedure", "provider", "location").prefetch_related(
        Prefetch("offers", queryset=offers)
    )


def held_for(entry: WaitlistEntry) -> frozenset[int]:
    """Return the keys of the times that are held for an entry."""
    holds = entry.offers.filter(appointment__status=Appointment.Status.HELD)
    return frozenset(holds.values_list("appointment_id", flat=True))
