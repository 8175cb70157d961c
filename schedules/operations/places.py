"""Where and when a visit can go: checked against the rules, with its resources locked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.functions import Coalesce

from cms.graphql.sites import ServedSite
from cms.graphql.statements import KEYS, LateKeys, kept_rows
from schedules.core.search import REST_OF_WEEK
from schedules.core.wall_clock import ceil_minutes, local_date, monday_of, to_datetime, to_minutes
from schedules.core.world import Slot
from schedules.models import (
    Appointment,
    Claim,
    Resource,
)
from schedules.operations.refusals import DailyLimit, NotOffered, Refused, SlotTaken, TooFar, TooSoon
from schedules.queries import (
    Asked,
    ClaimsByResource,
    NotBookable,
    ProcedureSchedule,
    SlotSearch,
    ask,
    busy_times,
    by_resource,
    load_claims,
    load_schedule,
    provider_resource,
    room_for,
    room_resource,
    slots_in,
)
from schedules.tokens import SlotChoice

ROOMS: Any = LateKeys("rooms", BigIntegerField())
VISITS: Any = LateKeys("visits", BigIntegerField())
# Run on one journey. What follows the lock sees what others wrote before they let go of it.
LOCK_RESOURCES = """
SELECT FROM schedules_resource WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE;
UPDATE schedules_claim SET is_active = false WHERE is_active AND expires_at <= %s AND resource_id = ANY(%s);
"""
# Lapsed claims are out of force by then.
IS_FREE = """
SELECT NOT EXISTS (
    SELECT FROM schedules_claim WHERE is_active AND resource_id = ANY(%s) AND ends_at > %s AND starts_at < %s
)
"""
NO_LONGER_OFFERED = "This time is no longer offered. Please search again."


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a visit goes: chosen and checked. Instants in epoch minutes."""

    schedule: ProcedureSchedule
    search: SlotSearch
    start: int
    end: int
    location: int
    provider: int
    room: int | None
    # Keys of what the visit claims.
    resources: tuple[int, ...]
    # Whether staff put the visit beside others.
    is_overbooked: bool = False

    @property
    def zone(self) -> str:
        return self.schedule.zones[self.location]

    @property
    def claimed(self) -> tuple[datetime, datetime]:
        """The time that the visit takes, buffers included."""
        policy = self.schedule.policy
        return to_datetime(self.start - policy.buffer_before), to_datetime(self.end + policy.buffer_after)


def find_place(
    *,
    choice: SlotChoice,
    wanted: int | None,
    site: ServedSite | None,
    now: datetime,
    moving: Appointment | None = None,
) -> Place:
    """Lock what the slot needs and return the place. Raises the refusal that fits."""
    schedule = offered_schedule(procedure=choice.procedure, site=site, now=now)
    candidates = candidates_for(choice=choice, wanted=wanted, schedule=schedule)
    asked = asked_for(choice=choice, providers=candidates, schedule=schedule, moving=moving, now=now)
    resources = _resource_keys(
        providers=candidates,
        rooms=rooms_at(schedule=schedule, location=choice.location),
        visits=[moving.pk] if moving else [],
    )
    look = partial(place_in, asked=asked, choice=choice, wanted=wanted, resources=resources, moving=moving)
    # Others wait for the locks, so the search comes before, where all that can happen meanwhile is that
    # somebody takes the time.
    looks_early = not moving and len(candidates) == 1 and not schedule.policy.has_cap
    early = look() if looks_early else None
    return _lock(resources.values(), early=early, now=now) or look()


def offered_schedule(*, procedure: int, site: ServedSite | None, now: datetime) -> ProcedureSchedule:
    """Return the schedule of the procedure. Raises NotOffered where it cannot be booked."""
    try:
        return load_schedule(procedure_id=procedure, site=site, now=now)
    except NotBookable as error:
        raise NotOffered(NO_LONGER_OFFERED) from error


def candidates_for(*, choice: SlotChoice, wanted: int | None, schedule: ProcedureSchedule) -> set[int]:
    """Return who may perform the visit. Raises NotOffered where that is nobody."""
    providers = set(choice.providers) if wanted is None else {wanted} & set(choice.providers)
    candidates = schedule.performers_of(duration=choice.duration, providers=providers)
    if not candidates:
        raise NotOffered(NO_LONGER_OFFERED)
    return candidates


def rooms_at(*, schedule: ProcedureSchedule, location: int) -> list[int]:
    """Return the keys of the rooms at the location that the procedure can use."""
    return [-room.resource for room in schedule.rooms if room.location == location]


def asked_for(
    *,
    choice: SlotChoice,
    providers: Collection[int],
    schedule: ProcedureSchedule,
    moving: Appointment | None = None,
    now: datetime,
) -> Asked:
    """Return the question whether the slot is open with one of the providers."""
    search = SlotSearch(
        providers=frozenset(providers),
        location=choice.location,
        duration=choice.duration,
        ignore=frozenset([moving.pk] if moving else []),
    )
    return ask(schedule=schedule, search=search, first=choice.start, last=choice.start + 1, now=now)


def place_in(
    *,
    asked: Asked,
    choice: SlotChoice,
    wanted: int | None,
    resources: Mapping[int, int],
    moving: Appointment | None = None,
) -> Place:
    """Return the place of the slot; `resources` are their keys by number. Raises the refusal that fits."""
    # Who has least to do that week is known from the whole week.
    is_choice = len(asked.offers) > 1
    claims = load_claims([asked], margin=REST_OF_WEEK if is_choice else 0, all_visits=is_choice)
    slot = next(iter(slots_in(asked, claims)), None)
    if slot is None:
        raise refusal_of(asked=asked, claims=claims, choice=choice, wanted=wanted)
    return _place(slot=slot, asked=asked, claims=claims, resources=resources, moving=moving)


def lock_resources(
    *, providers: Collection[int], rooms: Collection[int], visits: Collection[int] = (), now: datetime
) -> dict[int, int]:
    """Lock these resources, and those of `visits`, in id order; everybody else who books them waits here.

    Claims of theirs that have lapsed are put out of force, so that the constraint does not see them.
    Returns the keys by the numbers under which the core knows the resources."""
    resources = _resource_keys(providers=providers, rooms=rooms, visits=visits)
    _lock(resources.values(), now=now)
    return resources


def _lock(keys: Collection[int], *, early: Place | None = None, now: datetime) -> Place | None:
    """Lock the resources, and return the place that was found before, if it is still free."""
    assert connection.in_atomic_block, "Locks end with the statement outside a transaction."
    statements = LOCK_RESOURCES
    values: list[Any] = [list(keys), now, list(keys)]
    if early:
        statements += IS_FREE
        values += [list(early.resources), *early.claimed]
    with connection.cursor() as cursor:
        cursor.execute(statements, values)
        return early if early and cursor.fetchone()[0] else None


def _resource_keys(
    *, providers: Collection[int], rooms: Collection[int], visits: Collection[int]
) -> dict[int, int]:
    """Return the keys of these resources and those of `visits`, by their numbers. Creates what is missing."""
    # Before any resource is locked, and in one order: creators of the same row wait for each other.
    known = _known_keys(providers=providers, rooms=rooms, visits=visits)
    missing = [
        *(Resource(provider_id=each) for each in sorted(providers) if provider_resource(each) not in known),
        *(Resource(room_id=each) for each in sorted(rooms) if room_resource(each) not in known),
    ]
    if missing:
        Resource.objects.bulk_create(missing, ignore_conflicts=True)
        known = _known_keys(providers=providers, rooms=rooms, visits=visits)
    return known


def _known_keys(
    *, providers: Collection[int], rooms: Collection[int], visits: Collection[int]
) -> dict[int, int]:
    rows = kept_rows(_resources, keys=list(providers), rooms=list(rooms), visits=list(visits))
    return {row["number"]: row["pk"] for row in rows}


def _resources() -> QuerySet[Any, Any]:
    # Visits are locked before, so nobody else claims anything for them.
    claimed = Claim.objects.filter(appointment_id__in=VISITS, is_active=True)
    needed = Q(provider_id__in=KEYS) | Q(room_id__in=ROOMS) | Q(pk__in=claimed.values("resource"))
    return Resource.objects.filter(needed).values("pk", number=Coalesce(F("provider_id"), -F("room_id")))


def refusal_of(*, asked: Asked, claims: ClaimsByResource, choice: SlotChoice, wanted: int | None) -> Refused:
    """Say why the slot is not open, from the rules inwards to what others have booked."""
    schedule, question = asked.schedule, asked.question
    zone, policy = schedule.zones.get(choice.location), schedule.policy
    if zone is None:
        return NotOffered(NO_LONGER_OFFERED)
    if choice.start < ceil_minutes(question.now) + policy.min_notice:
        return TooSoon("This time is too close. Please choose a later one.")
    today = local_date(minutes=to_minutes(question.now), zone=zone)
    if local_date(minutes=choice.start, zone=zone) > today + timedelta(days=policy.horizon_days):
        return TooFar(f"Visits can be booked at most {policy.horizon_days} days ahead.")
    if not slots_in(asked, {}):
        return NotOffered(NO_LONGER_OFFERED)
    no_caps = replace(policy, max_per_provider_per_day=None, max_per_provider_per_week=None)
    if slots_in(replace(asked, question=replace(question, policy=no_caps)), claims):
        return DailyLimit(
            "No more visits of this kind are possible that day or week. Please choose another one."
        )
    return SlotTaken(
        procedure=choice.procedure, search=_elsewhen(asked, choice=choice, wanted=wanted), wanted=choice.start
    )


def _elsewhen(asked: Asked, *, choice: SlotChoice, wanted: int | None) -> SlotSearch:
    """Return the search for alternatives: the same visit with anybody, or with whom was asked for."""
    everyone = {each.provider for each in asked.schedule.performers}
    providers = everyone if wanted is None else {wanted}
    able = asked.schedule.performers_of(duration=choice.duration, providers=providers)
    return replace(asked.search, providers=frozenset(able))


def _place(
    *,
    slot: Slot,
    asked: Asked,
    claims: ClaimsByResource,
    resources: Mapping[int, int],
    moving: Appointment | None,
) -> Place:
    schedule = asked.schedule
    ignored = moving.pk if moving else None
    if moving and moving.provider_id in slot.providers:
        provider = moving.provider_id
    else:
        day = local_date(minutes=slot.start, zone=schedule.zones[slot.location])
        provider = least_booked(slot.providers, claims=claims, day=day, ignored=ignored)
    room = room_for(slot, asked=asked, claims=claims)
    return _place_at(slot, asked=asked, provider=provider, room=room, resources=resources)


def _place_at(
    slot: Slot,
    *,
    asked: Asked,
    provider: int,
    room: int | None,
    resources: Mapping[int, int],
    is_overbooked: bool = False,
) -> Place:
    """Return the place of a visit in the slot; `room` is the number of its room."""
    numbers = [provider_resource(provider), *([] if room is None else [room])]
    return Place(
        schedule=asked.schedule,
        search=asked.search,
        start=slot.start,
        end=slot.end,
        location=slot.location,
        provider=provider,
        room=None if room is None else -room,
        resources=tuple(resources[number] for number in numbers),
        is_overbooked=is_overbooked,
    )


def least_booked(
    providers: Collection[int], *, claims: ClaimsByResource, day: date, ignored: int | None = None
) -> int:
    """Return who has the fewest visits that local day, then that week, then the lowest id."""

    def visits(provider: int) -> tuple[int, int, int]:
        dates = [
            claim.visit_on
            for claim in claims.get(provider_resource(provider), ())
            if claim.visit_on and claim.appointment != ignored
        ]
        return dates.count(day), sum(monday_of(each) == monday_of(day) for each in dates), provider

    return min(providers, key=visits)


# Staff may go beyond the rules -------------------------------------------------------------------


def place_anyway(
    *,
    choice: SlotChoice,
    provider: int,
    site: ServedSite,
    now: datetime,
    moving: Appointment | None = None,
    may_overlap: bool = False,
) -> Place:
    """Lock what the visit needs and return its place, whatever hours, notice, horizon and caps say.

    The provider has to offer the procedure. Raises SlotTaken where the provider or every room is taken,
    unless `may_overlap`."""
    schedule = offered_schedule(procedure=choice.procedure, site=site, now=now)
    rooms = rooms_at(schedule=schedule, location=choice.location)
    visits = [moving.pk] if moving else []
    resources = lock_resources(providers=[provider], rooms=rooms, visits=visits, now=now)
    return free_place(
        choice=choice,
        provider=provider,
        schedule=schedule,
        resources=resources,
        ignore=visits,
        may_overlap=may_overlap,
        now=now,
    )


def free_place(
    *,
    choice: SlotChoice,
    provider: int,
    schedule: ProcedureSchedule,
    resources: Mapping[int, int],
    now: datetime,
    ignore: Collection[int] = (),
    may_overlap: bool = False,
) -> Place:
    """Return the place of a visit whose resources are locked: asked is only whether they are free.

    Raises NotOffered where the provider does not offer the procedure, and SlotTaken."""
    if not any(each.provider == provider for each in schedule.performers):
        raise NotOffered("This provider does not offer the procedure.")
    if choice.location not in schedule.zones:
        raise NotOffered(NO_LONGER_OFFERED)
    policy = schedule.policy
    slot = Slot(choice.start, choice.start + choice.duration, choice.location, (provider,))
    asked = asked_for(choice=choice, providers=[provider], schedule=schedule, now=now)
    claims = busy_times(
        providers=[provider],
        rooms=rooms_at(schedule=schedule, location=choice.location),
        first=slot.start - policy.buffer_before,
        last=slot.end + policy.buffer_after,
        now=now,
    )
    taken = by_resource(claim for claim in claims if claim.appointment not in ignore)
    room = room_for(slot, asked=asked, claims=taken)
    is_taken = provider_resource(provider) in taken or (policy.room_kind is not None and room is None)
    if is_taken and not may_overlap:
        raise SlotTaken(procedure=choice.procedure, search=asked.search, wanted=choice.start)
    if room is None:
        room = room_for(slot, asked=asked, claims={})
    return _place_at(
        slot, asked=asked, provider=provider, room=room, resources=resources, is_overbooked=is_taken
    )
