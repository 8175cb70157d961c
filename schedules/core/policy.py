from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class VisitPolicy:
    """How visits of one procedure are booked. Every length is in minutes, the horizon in local dates.

    `room_kind` None means that no room is needed, a cap of None that there is none. Weeks begin on Monday."""

    duration: int
    step: int
    buffer_before: int = 0
    buffer_after: int = 0
    min_notice: int = 0
    horizon_days: int = 365
    max_per_provider_per_day: int | None = None
    max_per_provider_per_week: int | None = None
    room_kind: str | None = None

    def __post_init__(self) -> None:
        if self.duration < 1 or not 1 <= self.step <= 1440:
            raise ValueError("A visit lasts at least 1 minute and its step is 1 to 1440 minutes.")
        if min(self.buffer_before, self.buffer_after, self.min_notice) < 0:
            raise ValueError("Buffers and notice are not negative.")
        if not 0 <= self.horizon_days <= 36500:
            raise ValueError("The horizon is 0 to 36500 days.")
        for cap in (self.max_per_provider_per_day, self.max_per_provider_per_week):
            if cap is not None and cap < 1:
                raise ValueError("A cap per provider is at least 1, or None for no cap.")

    @property
    def has_cap(self) -> bool:
        return bool(self.max_per_provider_per_day or self.max_per_provider_per_week)


def cutoff_instant(*, starts_at: datetime, cutoff_minutes: int) -> datetime:
    """Return the last instant, UTC, at which the visit may still be changed. Elapsed time (R7)."""
    return starts_at.astimezone(UTC) - timedelta(minutes=cutoff_minutes)


def is_before_cutoff(*, starts_at: datetime, cutoff_minutes: int, now: datetime) -> bool:
    """Say whether `now` is not later than the cut-off; the instant of the cut-off itself is in time."""
    return now <= cutoff_instant(starts_at=starts_at, cutoff_minutes=cutoff_minutes)
