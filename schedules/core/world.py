"""Everything a search looks at, already loaded. Instants are whole minutes since the Unix epoch, UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from schedules.core.policy import VisitPolicy
from schedules.core.recurrence import Recurrence
from schedules.core.wall_clock import MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class OpeningRule:
    """When a provider works at a location; no procedures means all of them.

    Times are minutes after 00:00 of the start date: 24:00 is 1440, 02:00 of the next day 1560."""

    provider: int
    location: int
    zone: str
    recurrence: Recurrence
    valid_from: date
    valid_until: date | None
    start_minutes: int
    end_minutes: int
    procedures: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not 0 <= self.start_minutes < self.end_minutes <= 2 * MINUTES_PER_DAY:
            raise ValueError("Opening hours end after they start, both within two days of minutes.")


@dataclass(frozen=True, slots=True)
class DayException:
    """Hours taken away or added on dates `first` to `last`, both included.

    No provider means everybody. No location means every location; for added hours every one where the
    provider has a rule, or all for a provider without rules. No times means the whole local day; an end
    not after the start lies on the next day."""

    provider: int | None
    location: int | None
    kind: Literal["closed", "open"]
    first: date
    last: date
    start_minutes: int | None = None
    end_minutes: int | None = None

    def __post_init__(self) -> None:
        if (self.start_minutes is None) != (self.end_minutes is None):
            raise ValueError("An exception has both times or none.")
        if self.kind == "open" and (self.provider is None or self.start_minutes is None):
            raise ValueError("Added hours need a provider and times.")
        for minutes in (self.start_minutes, self.end_minutes):
            if minutes is not None and not 0 <= minutes <= MINUTES_PER_DAY:
                raise ValueError("The times of an exception lie between 00:00 and 24:00.")


class Claim(NamedTuple):
    """Busy time of a resource, buffers included. A tuple, because a search may read tens of thousands.

    `visit_on` is the local date of the visit at its own location; the cap counts it by `procedure`."""

    resource: int
    start: int
    end: int
    procedure: int | None = None
    visit_on: date | None = None
    appointment: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One provider who offers the procedure asked for, with the length of the visit there."""

    provider: int
    resource: int
    duration: int


@dataclass(frozen=True, slots=True)
class Room:
    resource: int
    location: int
    kind: str


@dataclass(frozen=True, slots=True)
class World:
    """`claims` are the active ones only; `zones` adds locations that no rule names, for added hours there."""

    rules: Sequence[OpeningRule] = ()
    exceptions: Sequence[DayException] = ()
    offers: Sequence[Offer] = ()
    rooms: Sequence[Room] = ()
    claims: Sequence[Claim] = ()
    zones: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Which starts in [first, last) are free. `ignore` names appointments whose own time counts as free."""

    procedure: int
    policy: VisitPolicy
    first: int
    last: int
    now: datetime
    ignore: frozenset[int] = frozenset()


class Slot(NamedTuple):
    """A free visit with everybody who could perform it. A tuple too: a search may find thousands."""

    start: int
    end: int
    location: int
    providers: tuple[int, ...]
