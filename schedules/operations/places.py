"""Where and when a visit can go: checked against the rules, with its resources locked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q

from cms.graphql.sites import ServedSite
from schedules.core.slots import free_rooms
from schedules.core.wall_clock import ceil_minutes, local_date, to_minutes
from schedules.core.world import Slot, World
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
    load_claims,
    load_schedule,
    provider_resource,
    room_resource,
    slots_in,
)
from schedules.tokens import SlotChoice

NO_LONGER_OFFERED = "This time is no longer offered. Please search again."


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a visit goes: chosen, checked, and its resources locked. Instants in epoch minutes."""

    schedule: ProcedureSchedule
    search: SlotSearch
    start: int
    end: int
    location: int
    provider: int
    room: int | None
    # Keys of the locked rows that the visit claims.
    resources: tuple[int, ...]

    @property
    def zone(self) -> str:
        return self.schedule.zones[self.location]


def find_place(
    *,
    choice: SlotChoice,
    wanted: int | None,
    site: ServedSite,
    now: datetime,
    moving: Appointment | None = None,
) -> Place:
    """Lock what the slot needs and return the place. Raises the refusal that fits."""
    try:
        schedule = load_schedule(procedure_id=choice.procedure, site=site, now=now)
    except NotBookable as error:
        raise NotOffered(NO_LONGER_OFFERED) from error
    providers = set(choice.providers) if wanted is None else {wanted} & set(choice.providers)
    candidates = schedule.performers_of(duration=choice.duration, providers=providers)
    if not candidates:
        raise NotOffered(NO_LONGER_OFFERED)
    search = SlotSearch(
        providers=frozenset(candidates),
        location=choice.location,
        duration=choice.duration,
        ignore=frozenset([moving.pk] if moving else []),
    )
    rooms = [-room.resource for room in schedule.rooms if room.location == choice.location]
    locked = lock_resources(providers=candidates, rooms=rooms, moving=moving)
    asked = ask(schedule=schedule, search=search, first=choice.start, last=choice.start + 1, now=now)
    claims = load_claims([asked])
    slot = next(iter(slots_in(asked, claims)), None)
    if slot is None:
        raise _refusal(asked=asked, claims=claims, choice=choice, wanted=wanted)
    return _place(slot=slot, asked=asked, claims=claims, locked=locked, moving=moving)


def lock_resources(
    *, providers: Collection[int], rooms: Collection[int], moving: Appointment | None
) -> dict[int, int]:
    """Lock the resources in id order; everybody else who books them waits here.

    Returns their keys by the numbers under which the core knows them."""
    needed = Q(provider_id__in=providers) | Q(room_id__in=rooms)
    if moving:
        claimed = Claim.objects.filter(appointment=moving, is_active=True)
        needed |= Q(pk__in=claimed.values("resource"))
    _create_missing_resources(providers=providers, rooms=rooms)
    rows = Resource.objects.filter(needed).order_by("pk").select_for_update(no_key=True)
    return {
        provider_resource(provider) if provider else room_resource(room): pk
        for pk, provider, room in rows.values_list("pk", "provider_id", "room_id")
    }


def _create_missing_resources(*, providers: Collection[int], rooms: Collection[int]) -> None:
    # Before any resource is locked, and in one order: creators of the same row wait for each other.
    known = Resource.objects.filter(Q(provider_id__in=providers) | Q(room_id__in=rooms))
    known_providers, known_rooms = set(), set()
    for provider, room in known.values_list("provider_id", "room_id"):
        known_providers.add(provider)
        known_rooms.add(room)
    missing = [Resource(provider_id=each) for each in sorted(set(providers) - known_providers)]
    missing += [Resource(room_id=each) for each in sorted(set(rooms) - known_rooms)]
    if missing:
        Resource.objects.bulk_create(missing, ignore_conflicts=True)


def _refusal(*, asked: Asked, claims: ClaimsByResource, choice: SlotChoice, wanted: int | None) -> Refused:
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
    uncapped = replace(question, policy=replace(policy, max_per_provider_per_day=None))
    if slots_in(replace(asked, question=uncapped), claims):
        return DailyLimit("No more visits of this kind are possible that day. Please choose another day.")
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
    locked: Mapping[int, int],
    moving: Appointment | None,
) -> Place:
    schedule = asked.schedule
    day = local_date(minutes=slot.start, zone=schedule.zones[slot.location])
    ignored = moving.pk if moving else None
    booked = {
        provider: sum(
            claim.visit_on == day and claim.appointment != ignored
            for claim in claims.get(provider_resource(provider), ())
        )
        for provider in slot.providers
    }
    if moving and moving.provider_id in slot.providers:
        provider = moving.provider_id
    else:
        provider = min(slot.providers, key=lambda each: (booked[each], each))
    room = _free_room(slot=slot, schedule=schedule, world=asked.world(claims), ignored=ignored)
    taken = [provider_resource(provider), *([room_resource(room)] if room else [])]
    return Place(
        schedule=schedule,
        search=asked.search,
        start=slot.start,
        end=slot.end,
        location=slot.location,
        provider=provider,
        room=room,
        resources=tuple(locked[number] for number in taken),
    )


def _free_room(*, slot: Slot, schedule: ProcedureSchedule, world: World, ignored: int | None) -> int | None:
    policy = schedule.policy
    if policy.room_kind is None:
        return None
    rooms = free_rooms(
        world=world,
        location=slot.location,
        kind=policy.room_kind,
        start=slot.start - policy.buffer_before,
        end=slot.end + policy.buffer_after,
        ignore=frozenset([ignored] if ignored else []),
    )
    # Room resources are negative: the last is the room with the lowest id.
    return -rooms[-1]
