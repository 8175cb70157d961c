"""The waitlist: who waits is offered a time that became free, as a hold, one after the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from cms.graphql.sites import served
from schedules.core.slots import nearest_slots
from schedules.core.wall_clock import edge, local_date, to_datetime, to_minutes
from schedules.core.world import Slot
from schedules.models import Appointment, AppointmentEvent, IdempotencyKey, WaitlistEntry, WaitlistOffer
from schedules.operations.holds import HoldSpan, Wait, create_hold, end_hold, end_wait, lock_wait
from schedules.operations.places import NO_LONGER_OFFERED, find_place, lock_resources, offered_schedule
from schedules.operations.refusals import (
    InvalidInput,
    InvalidState,
    NotFound,
    NotOffered,
    Refused,
    TooManyWaits,
)
from schedules.operations.requests import (
    KeyedRequest,
    Patient,
    answer_once,
    check_key,
    check_patient,
    in_transaction,
    take_turns,
)
from schedules.operations.visits import new_reference, tell
from schedules.queries import (
    ProcedureSchedule,
    SlotSearch,
    UnknownDuration,
    last_passed_day,
    open_slots,
    positions_of,
    waiting,
)
from schedules.tokens import SlotChoice, offer_token, token_hash, waitlist_token

Cause = AppointmentEvent.Cause
Status = WaitlistEntry.Status

MAX_RANGE_DAYS = 92
# Nobody plans further ahead, and what is known of who waits should not lie around for longer.
MAX_DAYS_AHEAD = 731


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for. Dates are those at the location, both inclusive.

    `duration` is one of the procedure's, in minutes; None is the usual one."""

    procedure: int
    provider: int | None
    location: int | None
    first: date
    last: date
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place on the waitlist, with the secret that gives it up; `position` counts from 1."""

    entry: WaitlistEntry
    position: int
    token: str


# Joining and leaving ------------------------------------------------------------------------------


def join_waitlist(
    *, wish: Wish, patient: Patient, request: KeyedRequest, now: datetime, client_key: str = ""
) -> Waiting:
    """Remember who waits. What is free at that moment is not offered to them later. Raises Refused.

    `client_key` stands for the client's address; places of each are limited. Empty, they are not."""
    check_key(request.key)
    check_patient(patient)
    _check_dates(wish, now=now)

    def join(_: IdempotencyKey) -> WaitlistEntry:
        schedule = offered_schedule(procedure=wish.procedure, site=request.site, now=now)
        _check_offered(wish, schedule=schedule)
        reference = new_reference()
        token = waitlist_token(reference=reference, idempotency_key=request.key)
        entry = WaitlistEntry(
            reference=reference,
            token_hash=token_hash(token),
            site_id=request.site.pk,
            procedure_id=wish.procedure,
            provider_id=wish.provider,
            location_id=wish.location,
            duration_minutes=wish.duration,
            starts_on=wish.first,
            ends_on=wish.last,
            patient_name=patient.name,
            patient_email=patient.email,
            patient_phone=patient.phone,
            client_key=client_key,
            created_at=now,
        )
        free = _free_slots(entry, schedule=schedule, now=now)
        on_days = _on_days(free, entry=entry, schedule=schedule)
        entry.known_slots = sorted({(slot.location, slot.start) for slot in on_days})
        entry.save()
        tell(kind="waiting", entry=entry, now=now)
        _limit_waits(entry, now=now)
        return entry

    entry = answer_once(request=request, act=join, now=now)
    token = waitlist_token(reference=entry.reference, idempotency_key=request.key)
    return Waiting(entry=entry, position=_position_of(entry, now=now), token=token)


def _check_dates(wish: Wish, *, now: datetime) -> None:
    if wish.last < wish.first:
        raise InvalidInput(field="to", message="The last day is before the first.")
    if (wish.last - wish.first).days >= MAX_RANGE_DAYS:
        raise InvalidInput(field="to", message=f"Wait for at most {MAX_RANGE_DAYS} days at once.")
    if wish.last < last_passed_day(now):
        raise InvalidInput(field="to", message="These days have passed.")
    if (wish.last - last_passed_day(now)).days > MAX_DAYS_AHEAD:
        raise InvalidInput(field="to", message="Wait for days of the next two years.")


def _check_offered(wish: Wish, *, schedule: ProcedureSchedule) -> None:
    if not _has_length(schedule, duration=wish.duration):
        raise InvalidInput(field="durationMinutes", message=str(UnknownDuration(schedule.durations)))
    performers = {each.provider for each in schedule.performers}
    is_offered = wish.provider in performers if wish.provider else performers
    if not is_offered or (wish.location is not None and wish.location not in schedule.zones):
        raise NotOffered(NO_LONGER_OFFERED)


def _has_length(schedule: ProcedureSchedule, *, duration: int | None) -> bool:
    return duration is None or duration in schedule.durations


def _limit_waits(entry: WaitlistEntry, *, now: datetime) -> None:
    """Raise TooManyWaits where the client has too many places.

    Nobody learns whether an address waits already: who waits for what is between a patient and the clinic."""
    take_turns(f"waits of client {entry.client_key}")
    others = waiting(now=now).exclude(pk=entry.pk)
    of_client = others.filter(client_key=entry.client_key).exclude(client_key="")
    if of_client.count() >= settings.WAITLIST_PER_CLIENT:
        raise TooManyWaits(
            "As many people as allowed wait from this internet connection. "
            "Give up a place first, or call the clinic."
        )


def _position_of(entry: WaitlistEntry, *, now: datetime) -> int:
    return positions_of([entry.pk], now=now)[entry.pk]


def leave_waitlist(*, token: str, now: datetime) -> Waiting:
    """Give up a place, and a time that is held for it. Doing so again changes nothing. Raises NotFound."""

    def leave() -> WaitlistEntry:
        mine = WaitlistEntry.objects.filter(token_hash=token_hash(token))
        wait = _locked(mine, missing="There is no place on the waitlist for this link.")
        _withdraw(wait, cause=Cause.PATIENT, now=now)
        return wait.entry

    entry = in_transaction(leave)
    return Waiting(entry=entry, position=_position_of(entry, now=now), token=token)


def take_off_waitlist(*, entry_id: int, now: datetime) -> WaitlistEntry:
    """Give up a place for its patient. Raises NotFound, InvalidState where they do not wait any more."""

    def take_off() -> WaitlistEntry:
        wait = locked_wait(entry_id)
        _withdraw(wait, cause=Cause.STAFF, now=now)
        return wait.entry

    return in_transaction(take_off)


def locked_wait(entry_id: int) -> Wait:
    """Lock an entry that waits, and what is held for it. Raises NotFound, InvalidState."""
    wait = _locked(
        WaitlistEntry.objects.filter(pk=entry_id),
        missing="This entry was deleted meanwhile. Look at the waitlist again.",
    )
    if wait.entry.status != Status.WAITING:
        raise InvalidState(
            f"Entry {wait.entry.reference} is {wait.entry.get_status_display().lower()} already. "
            "Look at the waitlist again."
        )
    return wait


def _locked(entries: QuerySet[WaitlistEntry], *, missing: str) -> Wait:
    """Lock the one entry, and what is held for it. Raises NotFound."""
    wait = lock_wait(entries)
    if wait is None:
        raise NotFound(missing)
    return wait


def _withdraw(wait: Wait, *, cause: Cause, now: datetime) -> None:
    """End a wait that has not ended, and free what is held."""
    entry, holds = wait.entry, wait.holds
    if entry.status == Status.WAITING:
        end_wait(entry, to=Status.WITHDRAWN, now=now)
        tell(kind="withdrawn", entry=entry, data={"cause": cause.value}, now=now)
    if holds:
        lock_resources(providers=[], rooms=[], visits=[hold.pk for hold in holds], now=now)
    for hold in holds:
        end_hold(hold, now=now)


# Offering -----------------------------------------------------------------------------------------

# Site, procedure, provider, location and length, and the span in minutes since the epoch.
_Wanted = tuple[int, int, int | None, int | None, int | None, int, int]


@dataclass(frozen=True, slots=True)
class Freed:
    """Where and when a time became free; `location` None where it could be used at several."""

    location: int | None
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def by(cls, visit: Appointment) -> "Freed":
        return cls(location=visit.location_id, starts_at=visit.starts_at, ends_at=visit.ends_at)

    @property
    def reach(self) -> tuple[datetime, datetime]:
        """The span in which visits may start that could not before: longer ones, and those with buffers."""
        return self.starts_at - timedelta(days=1), self.ends_at + timedelta(days=1)


def offer_freed_times(*, now: datetime, freed: Freed | None = None) -> int:
    """Offer times that became free to those who wait longest, one to each; return how many were offered.

    It compares what is free with what was offered before, so it may run at any moment, as often as wanted and
    in several processes. With `freed`, looks around that time alone."""
    schedules: dict[tuple[int, int], ProcedureSchedule | None] = {}
    # Asked once for all who want the same, as long as nobody gets something.
    free: dict[_Wanted, list[Slot]] = {}
    count = 0
    for entry in _unserved(now=now, freed=freed).select_related("site").prefetch_related("offers"):
        key = (entry.site_id, entry.procedure_id)
        if key not in schedules:
            schedules[key] = _schedule_of(entry, now=now)
        schedule = schedules[key]
        if schedule is None or not _has_length(schedule, duration=entry.duration_minutes):
            continue
        wish = (entry.provider_id, entry.location_id, entry.duration_minutes)
        wanted = (*key, *wish, *_span(entry, freed=freed))
        if wanted not in free:
            free[wanted] = _free_slots(entry, schedule=schedule, now=now, freed=freed)
        if _slot_for(entry, free=free[wanted], schedule=schedule, now=now, freed=freed):
            count += _offer(entry.pk, schedule=schedule, now=now, freed=freed)
            free.clear()
    return count


def _unserved(*, now: datetime, freed: Freed | None) -> QuerySet[WaitlistEntry]:
    """Return who waits without an offer that still stands, first come first."""
    live = WaitlistOffer.objects.filter(
        entry=OuterRef("pk"),
        appointment__status=Appointment.Status.HELD,
        appointment__hold_expires_at__gt=now,
    )
    entries = waiting(now=now).filter(~Exists(live))
    if freed is None:
        return entries
    first, last = (instant.astimezone(UTC).date() for instant in freed.reach)
    if freed.location is not None:
        entries = entries.filter(Q(location__isnull=True) | Q(location=freed.location))
    return entries.filter(starts_on__lte=last + timedelta(days=1), ends_on__gte=first - timedelta(days=1))


def _schedule_of(entry: WaitlistEntry, *, now: datetime) -> ProcedureSchedule | None:
    try:
        return offered_schedule(procedure=entry.procedure_id, site=served(entry.site), now=now)
    except NotOffered:
        return None


def _span(entry: WaitlistEntry, *, freed: Freed | None = None) -> tuple[int, int]:
    """Return from when until when to look, in minutes since the epoch: all of the entry's days, or more."""
    # A local day begins and ends at most a day away from the UTC day.
    first = edge(day=entry.starts_on - timedelta(days=1), minutes=0, zone="UTC")
    last = edge(day=entry.ends_on + timedelta(days=2), minutes=0, zone="UTC")
    if freed:
        earliest, latest = map(to_minutes, freed.reach)
        first, last = max(first, earliest), min(last, latest)
    return first, last


def _free_slots(
    entry: WaitlistEntry, *, schedule: ProcedureSchedule, now: datetime, freed: Freed | None = None
) -> list[Slot]:
    """Return what is free with the entry's provider, at its location and as long, earliest first.

    One statement."""
    first, last = _span(entry, freed=freed)
    search = SlotSearch(
        providers=frozenset([entry.provider_id]) if entry.provider_id else None,
        location=entry.location_id,
        duration=entry.duration_minutes,
    )
    return open_slots(schedule=schedule, search=search, first=first, last=last, now=now)


def _on_days(slots: Iterable[Slot], *, entry: WaitlistEntry, schedule: ProcedureSchedule) -> Iterator[Slot]:
    for slot in slots:
        day = local_date(minutes=slot.start, zone=schedule.zones[slot.location])
        if entry.starts_on <= day <= entry.ends_on:
            yield slot


def _new_slots(
    entry: WaitlistEntry, *, free: Iterable[Slot], schedule: ProcedureSchedule, now: datetime
) -> Iterator[Slot]:
    """Yield what the entry has neither seen nor been offered, and would have time to accept."""
    offered = {(offer.location_id, offer.starts_at) for offer in entry.offers.all()}
    known = set(map(tuple, entry.known_slots))
    soonest = now + timedelta(seconds=settings.HOLD_SECONDS)
    for slot in _on_days(free, entry=entry, schedule=schedule):
        is_known = (slot.location, slot.start) in known
        is_new = not is_known and (slot.location, to_datetime(slot.start)) not in offered
        if is_new and _offer_ends_at(slot, schedule=schedule, now=now) >= soonest:
            yield slot


def _slot_for(
    entry: WaitlistEntry,
    *,
    free: Iterable[Slot],
    schedule: ProcedureSchedule,
    now: datetime,
    freed: Freed | None,
) -> Slot | None:
    """Return what to offer: the very time that became free rather than one that only touches it."""
    slots = _new_slots(entry, free=free, schedule=schedule, now=now)
    if freed is None:
        return next(slots, None)
    return next(iter(nearest_slots(slots=slots, wanted=to_minutes(freed.starts_at), count=1)), None)


def _offer_ends_at(slot: Slot, *, schedule: ProcedureSchedule, now: datetime) -> datetime:
    """Return until when the offer stands: not longer than the time can be booked at all."""
    latest = to_datetime(slot.start - schedule.policy.min_notice)
    return min(now + timedelta(minutes=settings.WAITLIST_OFFER_MINUTES), latest)


def _offer(entry_id: int, *, schedule: ProcedureSchedule, now: datetime, freed: Freed | None) -> int:
    """Hold a new slot for the entry; return 1, or 0 where somebody was faster."""

    def offer() -> int:
        # Whoever else is making offers passes by an entry that this one serves.
        rows = waiting(now=now).select_for_update(no_key=True, skip_locked=True, of=("self",))
        entry = rows.filter(pk=entry_id).select_related("site").first()
        # Asked anew, since another offer may have been made before the lock was there.
        if entry is None or not _unserved(now=now, freed=freed).filter(pk=entry_id).exists():
            return 0
        free = _free_slots(entry, schedule=schedule, now=now, freed=freed)
        slot = _slot_for(entry, free=free, schedule=schedule, now=now, freed=freed)
        if slot is None:
            return 0
        _hold_for(entry, slot=slot, schedule=schedule, now=now)
        return 1

    try:
        return in_transaction(offer)
    except Refused:
        return 0


def _hold_for(entry: WaitlistEntry, *, slot: Slot, schedule: ProcedureSchedule, now: datetime) -> None:
    choice = SlotChoice(
        procedure=entry.procedure_id,
        location=slot.location,
        start=slot.start,
        duration=slot.end - slot.start,
        providers=slot.providers,
    )
    uuid, expires_at = uuid4(), _offer_ends_at(slot, schedule=schedule, now=now)
    place = find_place(choice=choice, wanted=None, site=served(entry.site), now=now)
    appointment = create_hold(
        place=place,
        uuid=uuid,
        token=offer_token(appointment=uuid),
        span=HoldSpan(since=now, until=expires_at),
        source="waitlist",
        now=now,
    )
    WaitlistOffer.objects.create(
        entry=entry,
        appointment=appointment,
        location_id=slot.location,
        starts_at=appointment.starts_at,
        offered_at=now,
        expires_at=expires_at,
    )
    data = {"starts_at": appointment.starts_at.isoformat(), "expires_at": expires_at.isoformat()}
    tell(kind="offered", appointment=appointment, entry=entry, data=data, now=now)
