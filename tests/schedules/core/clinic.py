"""The clinic of the cases: Denver, Tuesdays 09:00 to 17:00, visits of 45 minutes every 15 minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from schedules.core.policy import VisitPolicy
from schedules.core.recurrence import parse_recurrence
from schedules.core.slots import (
    Claim,
    DayException,
    Offer,
    OpeningRule,
    Question,
    Room,
    Slot,
    World,
    find_slots,
)
from schedules.core.wall_clock import local_day, to_datetime, to_minutes

DENVER = "America/Denver"
PROVIDER, COLLEAGUE = 1, 2
RESOURCE, COLLEAGUE_RESOURCE, ROOM_A, ROOM_B = 11, 12, 21, 22
LOCATION, PROCEDURE = 5, 7
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CHECK_UP = VisitPolicy(duration=45, step=15, horizon_days=36500)
HOURLY = VisitPolicy(duration=60, step=60, horizon_days=36500)
OFFER = Offer(provider=PROVIDER, resource=RESOURCE, duration=45)


def minute(text: str) -> int:
    """Read an instant such as 2027-03-09T16:00, UTC."""
    return to_minutes(datetime.fromisoformat(text).replace(tzinfo=UTC))


def instant(minutes: int) -> str:
    return to_datetime(minutes).strftime("%Y-%m-%dT%H:%M")


def every(first: str, last: str, step: int) -> list[str]:
    """Return the instants from `first` to `last`, both included."""
    return [instant(at) for at in range(minute(first), minute(last) + 1, step)]


def clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def rule(
    days: str = "FREQ=WEEKLY;BYDAY=TU",
    hours: str = "09:00-17:00",
    *,
    zone: str = DENVER,
    valid_from: date = date(2026, 1, 6),
    valid_until: date | None = None,
    provider: int = PROVIDER,
    location: int = LOCATION,
    procedures: frozenset[int] = frozenset(),
) -> OpeningRule:
    start, end = map(clock, hours.split("-"))
    return OpeningRule(
        provider=provider,
        location=location,
        zone=zone,
        recurrence=parse_recurrence(days),
        valid_from=valid_from,
        valid_until=valid_until,
        start_minutes=start,
        end_minutes=end if end > start else end + 1440,
        procedures=procedures,
    )


def exception(
    kind: str,
    day: date,
    hours: str | None = None,
    *,
    provider: int | None = None,
    location: int | None = None,
    last: date | None = None,
) -> DayException:
    start, end = map(clock, hours.split("-")) if hours else (None, None)
    return DayException(
        provider=provider,
        location=location,
        kind="open" if kind == "open" else "closed",
        first=day,
        last=last or day,
        start_minutes=start,
        end_minutes=end,
    )


def visit(
    start: str,
    end: str,
    *,
    resource: int = RESOURCE,
    procedure: int | None = PROCEDURE,
    visit_on: date | None = None,
    appointment: int | None = None,
) -> Claim:
    return Claim(
        resource=resource,
        start=minute(start),
        end=minute(end),
        procedure=procedure,
        visit_on=visit_on,
        appointment=appointment,
    )


def offers_for(policy: VisitPolicy, *providers: int) -> list[Offer]:
    return [Offer(provider=each, resource=each + 10, duration=policy.duration) for each in providers]


def world(
    *rules: OpeningRule,
    exceptions: Sequence[DayException] = (),
    offers: Sequence[Offer] = (OFFER,),
    rooms: Sequence[Room] = (),
    claims: Sequence[Claim] = (),
) -> World:
    return World(rules=rules or (rule(),), exceptions=exceptions, offers=offers, rooms=rooms, claims=claims)


def slots_between(
    first: int,
    last: int,
    asked: World,
    *,
    policy: VisitPolicy = CHECK_UP,
    now: datetime = LONG_AGO,
    ignore: frozenset[int] = frozenset(),
) -> list[Slot]:
    question = Question(procedure=PROCEDURE, policy=policy, first=first, last=last, now=now, ignore=ignore)
    return find_slots(world=asked, question=question)


def starts_on(
    day: date,
    asked: World | None = None,
    *,
    policy: VisitPolicy = CHECK_UP,
    zone: str = DENVER,
    now: datetime = LONG_AGO,
    ignore: frozenset[int] = frozenset(),
) -> list[str]:
    """Return the starts on a calendar day of `zone`."""
    first, last = local_day(day=day, zone=zone)
    found = slots_between(first, last, asked or world(), policy=policy, now=now, ignore=ignore)
    return [instant(slot.start) for slot in found]
