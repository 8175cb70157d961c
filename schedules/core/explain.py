"""Why a visit can start at a time, or not: the layers of the search, each asked about one start (R10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from schedules.core.intervals import Intervals
from schedules.core.search import Search, bookable_span
from schedules.core.wall_clock import local_date, local_day, to_datetime
from schedules.core.windows import closed_spans, open_windows
from schedules.core.world import Claim, DayException, Offer, OpeningRule, Question, World


class Why(StrEnum):
    OPEN = "open"
    NOT_PERFORMED = "not_performed"
    NO_HOURS = "no_hours"
    OUTSIDE_HOURS = "outside_hours"
    DOES_NOT_FIT = "does_not_fit"
    CLOSURE = "closure"
    EXCEPTION = "exception"
    TAKEN = "taken"
    BUFFER = "buffer"
    NO_ROOM = "no_room"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    OFF_GRID = "off_grid"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact about a provider and a location; `cause` is the rule, exception or claim behind it."""

    why: Why
    provider: int | None = None
    location: int | None = None
    cause: OpeningRule | DayException | Claim | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where it is free, what opens the time with those who are; else everything that hides it, for each."""

    is_free: bool
    reasons: tuple[Reason, ...]


def explain(*, world: World, question: Question, start: int, location: int | None = None) -> Explanation:
    """Say whether `find_slots` offers a visit at `start`, with anybody of `world.offers`, and why.

    `world` holds the claims of `claims_span` for that start. Raises UnknownZone as the search does."""
    asked = replace(question, first=start, last=start + 1)
    search, layers = Search(world=world, question=asked), Layers(world=world, question=asked)
    opening: list[Reason] = []
    hiding: list[Reason] = []
    for offer in world.offers:
        places = layers.places(provider=offer.provider, location=location)
        if not places:
            hiding += layers.hiding_nowhere(offer=offer, location=location)
        for place in places:
            if search.free_starts(offer=offer, location=place):
                opening += layers.opening(offer=offer, location=place)
            else:
                hiding += layers.hiding(offer=offer, location=place, asked=asked)
    if not world.offers:
        hiding.append(Reason(Why.NOT_PERFORMED, location=location))
    return Explanation(is_free=bool(opening), reasons=tuple(opening or hiding))


def open_hours(
    *, world: World, question: Question, places: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Intervals]:
    """Return when each provider is open at each location, closures and absences taken out.

    It reaches around the question's span by the longest offer, whatever notice and horizon say."""
    layers = Layers(world=world, question=question)
    return {pair: layers.windows(provider=pair[0], location=pair[1]) for pair in places}


class Layers(Search):
    """The search without notice and horizon, which would leave nothing to look at."""

    def __init__(self, *, world: World, question: Question) -> None:
        everything = replace(question.policy, min_notice=0, horizon_days=36500)
        now = to_datetime(question.first)
        super().__init__(world=world, question=replace(question, policy=everything, now=now))

    def windows(self, *, provider: int, location: int) -> Intervals:
        return self._windows(provider=provider, location=location)

    def places(self, *, provider: int, location: int | None) -> list[int]:
        """Return where to look: the location that is asked for, if it is known, else all with hours."""
        with_hours = self.locations(provider)
        if location is None:
            return with_hours
        return [location] if location in {*with_hours, *self._zones} else []

    def opening(self, *, offer: Offer, location: int) -> Iterator[Reason]:
        """Name the rules and extra hours that the visit lies in."""
        start, end = self._span(offer)
        visit = Intervals.of([(start, end)])
        dates = self._place(location).dates
        causes: tuple[OpeningRule | DayException, ...] = (
            *self._rules_at(provider=offer.provider, location=location),
            *self._openings(provider=offer.provider, location=location),
        )
        for cause in causes:
            rules = [cause] if isinstance(cause, OpeningRule) else []
            opened = [cause] if isinstance(cause, DayException) else []
            hours = open_windows(rules=rules, opened=opened, closed=Intervals(), dates=dates)
            if hours.intersect(visit):
                yield Reason(Why.OPEN, offer.provider, location, cause)

    def hiding(self, *, offer: Offer, location: int, asked: Question) -> Iterator[Reason]:
        """Name everything that keeps the visit from starting there; there is always something."""
        found = (
            *self._beyond(asked=asked, location=location),
            *self._hours(offer=offer, location=location),
            *self._claims(offer),
            *self._caps(offer=offer, location=location),
            *self._rooms(offer=offer, location=location),
        )
        return (Reason(why, offer.provider, location, cause) for why, cause in found)

    def hiding_nowhere(self, *, offer: Offer, location: int | None) -> Iterator[Reason]:
        """Name what keeps the visit from starting where no place is known to look at."""
        found = ((Why.NO_HOURS, None), *self._claims(offer))
        return (Reason(why, offer.provider, location, cause) for why, cause in found)

    def _span(self, offer: Offer) -> tuple[int, int]:
        return self._question.first, self._question.first + offer.duration

    def _beyond(self, *, asked: Question, location: int) -> Iterator[tuple[Why, None]]:
        place = self._place(location)
        first, last = bookable_span(question=asked, zone=place.dates.zone)
        if first > asked.first:
            yield Why.TOO_SOON, None
        if last < asked.last:
            yield Why.TOO_FAR, None
        if not place.grid:
            yield Why.OFF_GRID, None

    def _hours(self, *, offer: Offer, location: int) -> Iterator[tuple[Why, DayException | None]]:
        start, end = self._span(offer)
        if self.windows(provider=offer.provider, location=location).contains(start=start, end=end):
            return
        dates = self._place(location).dates
        visit = Intervals.of([(start, end)])
        for provider, why in ((None, Why.CLOSURE), (offer.provider, Why.EXCEPTION)):
            for each in self._closures(provider=provider, location=location):
                if closed_spans(exceptions=[each], dates=dates).intersect(visit):
                    yield why, each
        regular = open_windows(
            rules=self._rules_at(provider=offer.provider, location=location),
            opened=self._openings(provider=offer.provider, location=location),
            closed=Intervals(),
            dates=dates,
        )
        if not regular.contains(start=start, end=end):
            yield _beside(regular, start=start, zone=dates.zone), None

    def _claims(self, offer: Offer) -> Iterator[tuple[Why, Claim]]:
        start, end = self._span(offer)
        for claim in self._in_the_way(resource=offer.resource, duration=offer.duration):
            yield (Why.TAKEN if claim.start < end and start < claim.end else Why.BUFFER), claim

    def _in_the_way(self, *, resource: int, duration: int) -> Iterator[Claim]:
        start = self._question.first
        first = start - self._policy.buffer_before
        last = start + duration + self._policy.buffer_after
        for claim in self._world.claims:
            is_near = claim.start < last and first < claim.end
            if is_near and claim.resource == resource and claim.appointment not in self._question.ignore:
                yield claim

    def _caps(self, *, offer: Offer, location: int) -> Iterator[tuple[Why, None]]:
        start, zone = self._question.first, self._place(location).dates.zone
        if self._full_days(resource=offer.resource, zone=zone).contains(start=start, end=start + 1):
            yield Why.DAY_FULL, None
        if self._full_weeks(resource=offer.resource, zone=zone).contains(start=start, end=start + 1):
            yield Why.WEEK_FULL, None

    def _rooms(self, *, offer: Offer, location: int) -> Iterator[tuple[Why, Claim | None]]:
        start, kind = self._question.first, self._policy.room_kind
        free = self._starts_with_room(location=location, duration=offer.duration)
        if kind is None or free.contains(start=start, end=start + 1):
            return
        rooms = (room for room in self._world.rooms if (room.location, room.kind) == (location, kind))
        claims: list[Claim | None] = [
            claim
            for room in rooms
            for claim in self._in_the_way(resource=room.resource, duration=offer.duration)
        ]
        yield from ((Why.NO_ROOM, claim) for claim in claims or [None])


def _beside(regular: Intervals, *, start: int, zone: str) -> Why:
    """Say how a visit at `start` misses the regular hours."""
    if regular.contains(start=start, end=start + 1):
        return Why.DOES_NOT_FIT
    day = local_day(day=local_date(minutes=start, zone=zone), zone=zone)
    return Why.OUTSIDE_HOURS if regular.intersect(Intervals.of([day])) else Why.NO_HOURS
