"""What time does to bookings. Each of these may run at any moment, as often as wanted, and side by side."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from schedules.models import (
    Appointment,
    AppointmentEvent,
    IdempotencyKey,
    ManageToken,
    OutboxEvent,
    WaitlistEntry,
)
from schedules.operations.places import lock_resources
from schedules.operations.requests import KEY_LIFE, in_transaction
from schedules.operations.visits import By, locked_visits, take_step
from schedules.queries import MANAGE_TOKEN_LIFE

Status = Appointment.Status

BATCH = 500
# Long enough for late repeats of a request, and to look into what went wrong.
LAPSED_HOLD_LIFE = timedelta(days=1)
ENDED_WAIT_LIFE = timedelta(days=30)
MESSAGE_LIFE = timedelta(days=30)


def expire_requests(*, now: datetime) -> int:
    """Close requests that nobody answered before their start; return how many."""
    unanswered = Appointment.objects.filter(status=Status.REQUESTED, starts_at__lte=now)
    return sum(_expire(key, now=now) for key in list(unanswered.values_list("pk", flat=True)))


def _expire(key: int, *, now: datetime) -> int:
    def expire() -> int:
        request = locked_visits().filter(pk=key, status=Status.REQUESTED, starts_at__lte=now).first()
        if request is None:
            return 0
        by = By(AppointmentEvent.Cause.TIME)
        take_step(appointment=request, to=Status.EXPIRED, by=by, now=now)
        return 1

    return in_transaction(expire)


def delete_old_holds(*, now: datetime) -> int:
    """Delete holds that never became visits, a day after they lapsed; return how many.

    Offers stay while their patient waits: the links that they were sent lead to the wait."""
    count = 0
    while deleted := _delete_some_holds(now=now):
        count += deleted
    return count


@transaction.atomic
def _delete_some_holds(*, now: datetime) -> int:
    # Passes by one that is being booked at this moment.
    lapsed = locked_visits(skip_locked=True).filter(hold_expires_at__lte=now - LAPSED_HOLD_LIFE)
    holds = lapsed.exclude(waitlist_offer__entry__status=WaitlistEntry.Status.WAITING)
    keys = list(holds.order_by("pk").values_list("pk", flat=True)[:BATCH])
    # Writers put lapsed claims out of force under these locks, and must not meet them half deleted.
    lock_resources(providers=[], rooms=[], visits=keys, now=now)
    Appointment.objects.filter(pk__in=keys).delete()
    return len(keys)


def delete_ended_waits(*, now: datetime) -> int:
    """Delete what is known of who waited, a month after they booked or left or their days passed."""
    before = now - ENDED_WAIT_LIFE
    over = Q(ended_at__lte=before) | Q(ends_on__lt=before.date())
    return _delete(WaitlistEntry.objects.filter(over))


def delete_dead_manage_tokens(*, now: datetime) -> int:
    """Delete tokens that open nothing any more; return how many."""
    return _delete(ManageToken.objects.filter(appointment__ends_at__lte=now - MANAGE_TOKEN_LIFE))


def delete_old_messages(*, now: datetime) -> int:
    """Delete from the outbox what is too old to tell anybody; the history of visits stays."""
    return _delete(OutboxEvent.objects.filter(created_at__lte=now - MESSAGE_LIFE))


def delete_old_keys(*, now: datetime) -> int:
    """Delete idempotency keys that count as new again; return how many."""
    return _delete(IdempotencyKey.objects.filter(created_at__lt=now - KEY_LIFE))


def _delete(rows: QuerySet[Any]) -> int:
    """Return how many of the rows themselves were deleted."""
    _, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)
