"""The one search: what it shows is what a booking accepts (R10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from schedules.core.search import Search, UnknownZone, claims_span
from schedules.core.world import Claim, DayException, Offer, OpeningRule, Question, Room, Slot, World

__all__ = [
    "Claim",
    "DayException",
    "Offer",
    "OpeningRule",
    "Question",
    "Room",
    "Slot",
    "UnknownZone",
    "World",
    "claims_span",
    "find_slots",
    "free_rooms",
    "nearest_slots",
]


def find_slots(*, world: World, question: Question) -> list[Slot]:
    """Return the free visits that start in [first, last), sorted by start, end and location.

    Every provider who is free then is listed, sorted. The answer for one start does not depend on the window
    asked for, if all rules of the providers and the claims of `claims_span` are loaded. Rules R1 to R9."""
    search = Search(world=world, question=question)
    found: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for offer in sorted(world.offers, key=lambda offer: offer.provider):
        for location in search.locations(offer.provider):
            free = found[location, offer.duration]
            for start in search.free_starts(offer=offer, location=location):
                free[start].append(offer.provider)
    slots = [
        Slot(start, start + duration, location, tuple(providers))
        for (location, duration), free in found.items()
        for start, providers in free.items()
    ]
    # By start, end and location.
    return sorted(slots)


def free_rooms(
    *, world: World, location: int, kind: str, start: int, end: int, ignore: frozenset[int] = frozenset()
) -> list[int]:
    """Return the resources of the rooms free during all of [start, end), buffers included, in id order."""
    taken = {
        claim.resource
        for claim in world.claims
        if claim.start < end and start < claim.end and claim.appointment not in ignore
    }
    rooms = {room.resource for room in world.rooms if room.location == location and room.kind == kind}
    return sorted(rooms - taken)


def nearest_slots(*, slots: Iterable[Slot], wanted: int, count: int) -> list[Slot]:
    """Return the `count` slots nearest to `wanted`, the earlier of two equally near, in time order."""
    near = sorted(slots, key=lambda slot: (abs(slot.start - wanted), slot.start, slot.end, slot.location))
    return sorted(near[:count], key=lambda slot: (slot.start, slot.end, slot.location))
