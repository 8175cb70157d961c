"""Time that staff keep free of visits."""

from collections.abc import Collection
from datetime import datetime

from cms.core.models import User
from schedules.models import Appointment, Block, Claim
from schedules.operations.places import lock_resources
from schedules.operations.refusals import InvalidInput, NotFound, Refused
from schedules.operations.requests import check_reason, in_transaction
from schedules.operations.waitlist import Freed, offer_freed_times
from schedules.queries import in_force


class Occupied(Refused):
    """There are visits, holds or other blocks in the time. Names the visits."""

    def __init__(self, visits: Collection[Appointment]) -> None:
        names = ", ".join(visit.reference for visit in visits)
        super().__init__(
            f"These visits are in the time: {names}. Move or cancel them first."
            if visits
            else "The time is held or blocked already."
        )
        self.visits = tuple(visits)


def block_time(
    *,
    starts_at: datetime,
    ends_at: datetime,
    actor: User,
    reason: str,
    now: datetime,
    provider: int | None = None,
    room: int | None = None,
) -> Block:
    """Keep time of a provider or a room free of visits. Raises Occupied, InvalidInput."""
    check_reason(reason)
    if (provider is None) == (room is None):
        raise InvalidInput(field="provider", message="Choose a provider or a room.")
    if ends_at <= starts_at:
        raise InvalidInput(field="ends_at", message="The end is not after the start.")

    def block() -> Block:
        [resource] = lock_resources(
            providers=[provider] if provider else [], rooms=[room] if room else [], now=now
        ).values()
        _require_free(resource=resource, starts_at=starts_at, ends_at=ends_at, now=now)
        span = {"starts_at": starts_at, "ends_at": ends_at}
        block = Block.objects.create(
            provider_id=provider, room_id=room, reason=reason, created_by=actor, created_at=now, **span
        )
        Claim.objects.create(resource_id=resource, block=block, **span)
        return block

    return in_transaction(block)


def _require_free(*, resource: int, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    claims = Claim.objects.filter(
        in_force(now=now), resource=resource, ends_at__gt=starts_at, starts_at__lt=ends_at
    )
    if claims.exists():
        visits = Appointment.objects.visits().filter(claims__in=claims)
        raise Occupied(visits.distinct().order_by("starts_at", "pk"))


def unblock(*, block_id: int, now: datetime) -> None:
    """Give the time back. Raises NotFound."""
    block = Block.objects.select_related("room").filter(pk=block_id).first()
    if block is None:
        raise NotFound("There is no such block.")
    block.delete()
    location = block.room.location_id if block.room else None
    freed = Freed(location=location, starts_at=block.starts_at, ends_at=block.ends_at)
    offer_freed_times(freed=freed, now=now)
