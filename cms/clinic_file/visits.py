"""The appointments of a clinic file as instants, and which of them collide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cms.clinic_file.entries import Entry
from cms.clinic_file.format import LOCAL_TIME, is_time_zone, parsed_local_time
from cms.clinic_file.problems import Problem, path_text
from schedules.core.states import HOLDING_TIME
from schedules.core.wall_clock import edge, local_label

# A file with thousands of visits at one time is one mistake, not millions.
MOST_PARTNERS = 3


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment of the file in whole minutes since the Unix epoch, UTC. `end` is excluded."""

    entry: Entry
    start: int
    end: int

    @property
    def reference(self) -> str:
        return self.entry.text("reference")

    @property
    def label(self) -> str:
        return f"{self.reference} ({path_text(self.entry.path)})"


def visits(file: Entry) -> Iterator[Visit]:
    """The appointments that name an existing local time and a length, in the order of the file."""
    zones, lengths = zones_by_location(file), VisitLengths.of(file)
    for appointment in file.entries("appointments"):
        start = instant(appointment, zones=zones)
        length = lengths.minutes(appointment)
        if start is not None and length:
            yield Visit(entry=appointment, start=start, end=start + length)


def visit_problems(file: Entry) -> Iterator[Problem]:
    zones, lengths = zones_by_location(file), VisitLengths.of(file)
    for appointment in file.entries("appointments"):
        named = parsed_local_time(appointment.text("starts_at"))
        start = instant(appointment, zones=zones)
        if named and start is not None and not is_existing(appointment, start=start, zones=zones):
            zone = zones[appointment.text("location")]
            yield Problem(appointment.at("starts_at"), f"does not exist in {zone}: the clock skips this time")
        if not appointment.has("duration_minutes") and lengths.is_unknown(appointment):
            yield Problem(
                appointment.at("duration_minutes"), "is required, because the procedure is not booked online"
            )


def collision_problems(file: Entry) -> Iterator[Problem]:
    """Visits that hold their time must not overlap for a provider, nor outnumber the rooms that they need."""
    holding = [visit for visit in visits(file) if (visit.entry.text("status") or "booked") in HOLDING_TIME]
    holding.sort(key=lambda visit: (visit.start, visit.end, visit.entry.path[-1]))
    by_provider: dict[str, list[Visit]] = {}
    for visit in holding:
        by_provider.setdefault(visit.entry.text("provider"), []).append(visit)
    for provider, in_turn in by_provider.items():
        for visit, other in overlapping_pairs(in_turn):
            message = f"{visit.reference} overlaps {other.label}: the same provider, {provider}"
            yield Problem(visit.entry.path, message)
    yield from room_problems(file, holding)


def overlapping_pairs(in_turn: Iterable[Visit]) -> Iterator[tuple[Visit, Visit]]:
    """Yield overlapping pairs, the one later in the file first. `in_turn` is sorted by start."""
    running: list[Visit] = []
    for visit in in_turn:
        running = [other for other in running if other.end > visit.start]
        for other in running[:MOST_PARTNERS]:
            earlier, later = sorted((visit, other), key=lambda one: one.entry.path[-1])
            yield later, earlier
        running.append(visit)


def room_problems(file: Entry, holding: Iterable[Visit]) -> Iterator[Problem]:
    """Sorted by start, a visit finds a room exactly if fewer run at its start than there are rooms."""
    rooms = rooms_by_kind(file)
    kinds = {
        entry.text("slug"): entry.entry("booking").text("room_kind") for entry in file.entries("procedures")
    }
    running: dict[tuple[str, str], list[Visit]] = {}
    for visit in holding:
        place = visit.entry.text("location"), kinds.get(visit.entry.text("procedure"), "")
        if not place[1]:
            continue
        others = [other for other in running.get(place, []) if other.end > visit.start]
        running[place] = [*others, visit]
        if len(others) >= rooms.get(place, 0):
            taken = (
                f": taken by {' and '.join(other.label for other in others[:MOST_PARTNERS])}"
                if others
                else ""
            )
            message = f"{visit.reference} finds no free room of kind “{place[1]}” at {place[0]}{taken}"
            yield Problem(visit.entry.path, message)


def rooms_by_kind(file: Entry) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for location in file.entries("locations"):
        for room in location.entries("rooms"):
            place = location.text("slug"), room.text("kind", "treatment")
            counts[place] = counts.get(place, 0) + 1
    return counts


def zones_by_location(file: Entry) -> dict[str, str]:
    """Return the zone of each location; locations without a usable one are left out."""
    default = file.entry("clinic").text("time_zone")
    zones = {entry.text("slug"): entry.text("time_zone") or default for entry in file.entries("locations")}
    return {slug: zone for slug, zone in zones.items() if is_time_zone(zone)}


def instant(appointment: Entry, *, zones: dict[str, str]) -> int | None:
    """Return the start; None where the time or the location cannot be read, which the other checks report."""
    named = parsed_local_time(appointment.text("starts_at"))
    zone = zones.get(appointment.text("location"))
    if named is None or zone is None:
        return None
    return edge(day=named.date(), minutes=named.hour * 60 + named.minute, zone=zone)


def is_existing(appointment: Entry, *, start: int, zones: dict[str, str]) -> bool:
    named = parsed_local_time(appointment.text("starts_at"))
    label = local_label(minutes=start, zone=zones[appointment.text("location")])
    return named is not None and named.strftime(LOCAL_TIME) == label


@dataclass(frozen=True, slots=True)
class VisitLengths:
    """How long a visit takes where the file does not say: the provider's own time, else the procedure's."""

    own: dict[tuple[str, str], int]
    usual: dict[str, int]
    by_telephone: frozenset[str]

    @classmethod
    def of(cls, file: Entry) -> VisitLengths:
        own = {
            (provider.text("slug"), offer.text("procedure")): offer.number_or("duration_minutes", 0)
            for provider in file.entries("providers")
            for offer in provider.entries("offers")
        }
        usual = {
            entry.text("slug"): entry.entry("booking").number_or("duration_minutes", 0)
            for entry in file.entries("procedures")
        }
        by_telephone = {
            entry.text("slug") for entry in file.entries("procedures") if not entry.has("booking")
        }
        return cls(own=own, usual=usual, by_telephone=frozenset(by_telephone))

    def minutes(self, appointment: Entry) -> int:
        procedure = appointment.text("procedure")
        own = self.own.get((appointment.text("provider"), procedure), 0)
        return appointment.number("duration_minutes") or own or self.usual.get(procedure, 0)

    def is_unknown(self, appointment: Entry) -> bool:
        return appointment.text("procedure") in self.by_telephone and not self.minutes(appointment)
