"""Local labels to instants and back. Instants are whole minutes since the Unix epoch, UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from schedules.core.intervals import Span

MINUTES_PER_DAY = 1440
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def edge(*, day: date, minutes: int, zone: str) -> int:
    """Return the instant of a wall-clock label, given in minutes (0 to 2880) after the 00:00 label of `day`.

    A label that the clock skips is the instant of the change, a label that comes twice is the first one (R2).
    The only conversion of this kind in the project."""
    return _edge(day, minutes, zone)


@lru_cache(maxsize=32768)
def _edge(day: date, minutes: int, zone: str) -> int:
    label = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    tz = ZoneInfo(zone)
    earlier_rule = to_minutes(label.replace(tzinfo=tz))
    later_rule = to_minutes(label.replace(tzinfo=tz, fold=1))
    if later_rule >= earlier_rule:
        return earlier_rule
    return _change_between(before=later_rule, after=earlier_rule, tz=tz)


def _change_between(*, before: int, after: int, tz: ZoneInfo) -> int:
    """Return the first minute in (before, after] that has the offset of `after`."""
    offset = _offset(minutes=after, tz=tz)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(minutes=middle, tz=tz) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset(*, minutes: int, tz: ZoneInfo) -> timedelta | None:
    return to_datetime(minutes).astimezone(tz).utcoffset()


def local_day(*, day: date, zone: str) -> Span:
    """Return the half-open span of the local calendar day, which is not always 24 hours long."""
    return _edge(day, 0, zone), _edge(day, MINUTES_PER_DAY, zone)


def monday_of(day: date) -> date:
    """Return the first date of the ISO week that `day` lies in."""
    return day - timedelta(days=day.weekday())


@lru_cache(maxsize=8192)
def day_grid(day: date, zone: str, step: int) -> tuple[int, ...]:
    """Return the instants of a local day whose label is a multiple of `step` minutes after 00:00 (R4)."""
    first, last = local_day(day=day, zone=zone)
    if minute_of_day(minutes=last - 1, zone=zone) == last - 1 - first == MINUTES_PER_DAY - 1:
        return tuple(range(first, last, step))
    return tuple(at for at in range(first, last) if minute_of_day(minutes=at, zone=zone) % step == 0)


def minute_of_day(*, minutes: int, zone: str) -> int:
    """Return what the wall clock reads, in minutes after 00:00."""
    local = _local(minutes=minutes, zone=zone)
    return local.hour * 60 + local.minute


def to_minutes(instant: datetime) -> int:
    """Return the minute that `instant` lies in. Raises ValueError for a naive datetime."""
    return _since_epoch(instant) // _MINUTE


def ceil_minutes(instant: datetime) -> int:
    """Return the first whole minute not before `instant`. Raises ValueError for a naive datetime."""
    return -(-_since_epoch(instant) // _MINUTE)


def _since_epoch(instant: datetime) -> timedelta:
    if instant.utcoffset() is None:
        raise ValueError("A naive datetime is not an instant: attach a zone.")
    return instant - _EPOCH


def to_datetime(minutes: int) -> datetime:
    return _EPOCH + timedelta(minutes=minutes)


def local_date(*, minutes: int, zone: str) -> date:
    return _local(minutes=minutes, zone=zone).date()


def local_label(*, minutes: int, zone: str) -> str:
    """Return the wall-clock label without offset, such as 2027-03-09T09:00."""
    return _local(minutes=minutes, zone=zone).replace(tzinfo=None).isoformat(timespec="minutes")


def _local(*, minutes: int, zone: str) -> datetime:
    return to_datetime(minutes).astimezone(ZoneInfo(zone))
