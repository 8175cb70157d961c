"""The world of one question, sorted by provider, resource and location."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from schedules.core.intervals import Intervals, Span
from schedules.core.wall_clock import (
    MINUTES_PER_DAY,
    ceil_minutes,
    day_grid,
    local_date,
    local_day,
    monday_of,
    to_minutes,
)
from schedules.core.windows import Dates, closed_spans, open_windows
from schedules.core.world import DayException, Offer, OpeningRule, Question, World

# The same calendar date at two locations, whatever their zones, lies within this many minutes.
_SAME_DATE = 52 * 60
# The other dates of a week lie within this many minutes of a visit's own.
REST_OF_WEEK = 6 * MINUTES_PER_DAY


class UnknownZone(ValueError):
    """Hours are added at a location whose zone was not loaded; put it into `World.zones`."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One location: its local dates, the grid of starts asked for, and what closes it for everybody."""

    dates: Dates
    grid: list[int]
    closed: Intervals


class Search:
    def __init__(self, *, world: World, question: Question) -> None:
        self._world = world
        self._question = question
        self._policy = question.policy
        self._zones = {**world.zones, **{rule.location: rule.zone for rule in world.rules}}
        self._rules: dict[int, list[OpeningRule]] = defaultdict(list)
        self._exceptions: dict[int | None, list[DayException]] = defaultdict(list)
        self._busy: dict[int, list[Span]] = defaultdict(list)
        self._visits: dict[int, Counter[date]] = defaultdict(Counter)
        self._places: dict[int, _Place] = {}
        self._room_starts: dict[tuple[int, int], Intervals] = {}
        for rule in world.rules:
            self._rules[rule.provider].append(rule)
        for exception in world.exceptions:
            self._exceptions[exception.provider].append(exception)
        self._sort_claims()

    def _sort_claims(self) -> None:
        procedure, ignore = self._question.procedure, self._question.ignore
        first, last = claims_span(question=self._question, offers=self._world.offers)
        for resource, start, end, visit_procedure, visit_on, appointment in self._world.claims:
            if end <= first or last <= start or appointment in ignore:
                continue
            self._busy[resource].append((start, end))
            if visit_on is not None and visit_procedure == procedure:
                self._visits[resource][visit_on] += 1

    def locations(self, provider: int) -> list[int]:
        opened = {each.location for each in self._exceptions[provider] if each.kind == "open"}
        regular = self._rule_locations(provider)
        if None in opened and not regular:
            return sorted(self._zones)
        return sorted(regular | {location for location in opened if location is not None})

    def _rule_locations(self, provider: int) -> set[int]:
        return {rule.location for rule in self._rules[provider]}

    def free_starts(self, *, offer: Offer, location: int) -> list[int]:
        """Return the starts at which the visit fits hours, claims, cap and rooms, ascending."""
        place = self._place(location)
        if not place.grid:
            return []
        windows = self._windows(provider=offer.provider, location=location)
        starts = Intervals.of((start, end - offer.duration + 1) for start, end in windows)
        starts = starts.minus(self._blocked_starts(resource=offer.resource, duration=offer.duration))
        starts = starts.minus(self._full_days(resource=offer.resource, zone=place.dates.zone))
        starts = starts.minus(self._full_weeks(resource=offer.resource, zone=place.dates.zone))
        if self._policy.room_kind is not None:
            starts = starts.intersect(self._starts_with_room(location=location, duration=offer.duration))
        return _on_grid(starts=starts, grid=place.grid)

    def _place(self, location: int) -> _Place:
        if location not in self._places:
            self._places[location] = self._new_place(location)
        return self._places[location]

    def _new_place(self, location: int) -> _Place:
        zone = self._zones.get(location)
        if zone is None:
            raise UnknownZone(f"The zone of location {location} is not loaded: add it to World.zones.")
        first, last = bookable_span(question=self._question, zone=zone)
        dates = Dates.touching(first=first, last=max(first, last) + _longest(self._world.offers), zone=zone)
        closures = self._closures(provider=None, location=location)
        return _Place(
            dates=dates,
            grid=_grid(first=first, last=last, zone=zone, step=self._policy.step),
            closed=closed_spans(exceptions=closures, dates=dates),
        )

    def _windows(self, *, provider: int, location: int) -> Intervals:
        place = self._place(location)
        absences = self._closures(provider=provider, location=location)
        return open_windows(
            rules=self._rules_at(provider=provider, location=location),
            opened=self._openings(provider=provider, location=location),
            closed=place.closed.union(closed_spans(exceptions=absences, dates=place.dates)),
            dates=place.dates,
        )

    def _rules_at(self, *, provider: int, location: int) -> list[OpeningRule]:
        procedure = self._question.procedure
        rules = (rule for rule in self._rules[provider] if rule.location == location)
        return [rule for rule in rules if not rule.procedures or procedure in rule.procedures]

    def _openings(self, *, provider: int, location: int) -> list[DayException]:
        regular = self._rule_locations(provider)
        here = {location, None} if location in regular or not regular else {location}
        return [each for each in self._exceptions[provider] if each.kind == "open" and each.location in here]

    def _closures(self, *, provider: int | None, location: int) -> list[DayException]:
        exceptions = (each for each in self._exceptions[provider] if each.kind == "closed")
        return [each for each in exceptions if each.location is None or each.location == location]

    def _blocked_starts(self, *, resource: int, duration: int) -> Intervals:
        """Return the starts whose claim, buffers included, would overlap a claim of the resource (R6)."""
        ahead = duration + self._policy.buffer_after - 1
        behind = self._policy.buffer_before
        return Intervals.of((start - ahead, end + behind) for start, end in self._busy[resource])

    def _full_days(self, *, resource: int, zone: str) -> Intervals:
        cap = self._policy.max_per_provider_per_day
        if cap is None:
            return Intervals()
        full = (day for day, count in self._visits[resource].items() if count >= cap)
        return Intervals.of(local_day(day=day, zone=zone) for day in full)

    def _full_weeks(self, *, resource: int, zone: str) -> Intervals:
        cap = self._policy.max_per_provider_per_week
        if cap is None:
            return Intervals()
        visits: Counter[date] = Counter()
        for day, count in self._visits[resource].items():
            visits[monday_of(day)] += count
        full = (monday for monday, count in visits.items() if count >= cap)
        return Intervals.of(
            (local_day(day=monday, zone=zone)[0], local_day(day=monday + timedelta(days=6), zone=zone)[1])
            for monday in full
        )

    def _starts_with_room(self, *, location: int, duration: int) -> Intervals:
        """Return the starts at which one room of the kind is free throughout (R9)."""
        key = (location, duration)
        if key not in self._room_starts:
            asked = Intervals.of([(self._question.first, self._question.last)])
            self._room_starts[key] = Intervals.of(
                span
                for room in self._world.rooms
                if room.location == location and room.kind == self._policy.room_kind
                for span in asked.minus(self._blocked_starts(resource=room.resource, duration=duration))
            )
        return self._room_starts[key]


def claims_span(*, question: Question, offers: Iterable[Offer]) -> Span:
    """Return the span whose overlapping claims decide the answer, caps of its days and weeks included."""
    before, after = question.policy.buffer_before, question.policy.buffer_after
    near = _SAME_DATE + (REST_OF_WEEK if question.policy.max_per_provider_per_week else 0)
    return question.first - near - before, question.last + near + _longest(offers) + after


def _longest(offers: Iterable[Offer]) -> int:
    return max((offer.duration for offer in offers), default=0)


def bookable_span(*, question: Question, zone: str) -> Span:
    """Return the part of the question's span that notice and horizon leave (R7); it may be empty."""
    earliest = ceil_minutes(question.now) + question.policy.min_notice
    today = local_date(minutes=to_minutes(question.now), zone=zone)
    _, closing = local_day(day=today + timedelta(days=question.policy.horizon_days), zone=zone)
    return max(question.first, earliest), min(question.last, closing)


def _grid(*, first: int, last: int, zone: str, step: int) -> list[int]:
    starts: list[int] = []
    if first >= last:
        return starts
    day, final = local_date(minutes=first, zone=zone), local_date(minutes=last - 1, zone=zone)
    while day <= final:
        starts += day_grid(day, zone, step)
        day += timedelta(days=1)
    return starts[bisect_left(starts, first) : bisect_left(starts, last)]


def _on_grid(*, starts: Intervals, grid: list[int]) -> list[int]:
    found: list[int] = []
    at = 0
    for first, end in starts:
        at = bisect_left(grid, first, at)
        until = bisect_left(grid, end, at)
        found += grid[at:until]
        at = until
    return found
