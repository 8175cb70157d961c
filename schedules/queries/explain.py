"""Why a time is offered or not, in words for staff. Names references, never patients."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Q

from providers.models import ProviderPage
from schedules.core.explain import Reason, Why, explain
from schedules.core.recurrence import describe_hours
from schedules.core.wall_clock import MINUTES_PER_DAY, ceil_minutes, to_datetime, to_minutes
from schedules.core.world import Claim as BusyTime
from schedules.core.world import DayException, OpeningRule
from schedules.models import Claim, Location
from schedules.queries.schedules import ProcedureSchedule
from schedules.queries.search import SlotSearch, ask, in_force, load_claims

# What stands behind a claim, and what it is called; the core knows neither.
VISIT, HOLD, BLOCK = "visit", "hold", "block"
# The kinds of reasons that something else has the time.
TAKEN = {VISIT, HOLD, BLOCK, Why.BUFFER.value, Why.NO_ROOM.value}


@dataclass(frozen=True, slots=True)
class SlotReason:
    """A reason as staff read it. `reference` is that of the visit in the way."""

    kind: str
    message: str
    provider_id: int | None = None
    location_id: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SlotExplanation:
    is_free: bool
    reasons: tuple[SlotReason, ...]


def explain_slot(
    *,
    schedule: ProcedureSchedule,
    search: SlotSearch,
    start: int,
    now: datetime,
) -> SlotExplanation:
    """Say why a visit can start at `start`, in minutes since the epoch, or not. At most four statements."""
    asked = ask(schedule=schedule, search=search, first=start, last=start + 1, now=now).since(start)
    found = explain(
        world=asked.world(load_claims([asked])),
        question=asked.question,
        start=start,
        location=search.location,
    )
    words = _Words(
        schedule=schedule,
        start=start,
        ends={offer.provider: start + offer.duration for offer in asked.offers},
        now=now,
        owners=_owners([each.cause for each in found.reasons if isinstance(each.cause, BusyTime)], now=now),
        providers=_titles(found.reasons),
        locations=dict(Location.objects.values_list("pk", "name")),
    )
    said = (words_of for reason in found.reasons for words_of in words.said(reason))
    return SlotExplanation(is_free=found.is_free, reasons=tuple(dict.fromkeys(said)))


def _titles(reasons: Iterable[Reason]) -> dict[int, str]:
    keys = {reason.provider for reason in reasons if reason.provider}
    return dict(ProviderPage.objects.filter(pk__in=keys).values_list("pk", "title")) if keys else {}


@dataclass(frozen=True, slots=True)
class _Owner:
    """What a claim is for, with its own time, buffers not included."""

    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime
    reference: str = ""


# A claim as the core knows it: its resource, start and end.
_ClaimKey = tuple[int, int, int]


def _owners(claims: Collection[BusyTime], *, now: datetime) -> dict[_ClaimKey, list[_Owner]]:
    """Return what is behind the claims. One statement, none without claims."""
    if not claims:
        return {}
    resources = {claim.resource for claim in claims}
    rows = Claim.objects.filter(
        Q(resource__provider__in=resources) | Q(resource__room__in=[-each for each in resources]),
        in_force(now=now),
        ends_at__gt=to_datetime(min(claim.start for claim in claims)),
        starts_at__lt=to_datetime(max(claim.end for claim in claims)),
    ).select_related("resource", "appointment", "block")
    owners: dict[_ClaimKey, list[_Owner]] = {}
    for row in rows:
        resource = row.resource.provider_id or -(row.resource.room_id or 0)
        key = (resource, to_minutes(row.starts_at), ceil_minutes(row.ends_at))
        owners.setdefault(key, []).append(_owner(row))
    return owners


def _owner(row: Claim) -> _Owner:
    visit, block = row.appointment, row.block
    if block is not None:
        return _Owner(BLOCK, f"a block ({block})", block.starts_at, block.ends_at)
    if visit is None:
        return _Owner(BLOCK, "a block", row.starts_at, row.ends_at)
    if visit.hold_expires_at:
        return _Owner(HOLD, "a hold", visit.starts_at, visit.ends_at)
    return _Owner(VISIT, f"visit {visit.reference}", visit.starts_at, visit.ends_at, visit.reference)


@dataclass(frozen=True, slots=True)
class _Words:
    """What reasons need in order to be said. `ends` has the end of the visit with each provider."""

    schedule: ProcedureSchedule
    start: int
    ends: Mapping[int, int]
    now: datetime
    owners: Mapping[_ClaimKey, Sequence[_Owner]]
    providers: Mapping[int, str]
    locations: Mapping[int, str]

    def said(self, reason: Reason) -> Iterator[SlotReason]:
        """Say the reason; one claim may be that of several visits, where staff overbooked."""
        if not isinstance(reason.cause, BusyTime):
            yield self._reason(reason, kind=reason.why.value, message=self._fact(reason))
            return
        claim = reason.cause
        for owner in self.owners.get((claim.resource, claim.start, claim.end), ()):
            kind, message = self._claimed(reason, owner=owner)
            yield self._reason(reason, kind=kind, message=message, reference=owner.reference)

    def _reason(self, reason: Reason, *, kind: str, message: str, reference: str = "") -> SlotReason:
        return SlotReason(
            kind=kind,
            message=message,
            provider_id=reason.provider,
            location_id=reason.location,
            reference=reference,
        )

    def _claimed(self, reason: Reason, *, owner: _Owner) -> tuple[str, str]:
        policy, who = self.schedule.policy, self._who(reason)
        if reason.why == Why.NO_ROOM:
            return reason.why.value, f"No {policy.room_kind} room is free: {owner.name} has one."
        is_during = to_minutes(owner.starts_at) < self.ends[
            reason.provider or 0
        ] and self.start < ceil_minutes(owner.ends_at)
        if is_during:
            return owner.kind, f"{who}: {owner.name} takes the time."
        return Why.BUFFER.value, f"{who}: too close to {owner.name}, with the time kept free around visits."

    def _fact(self, reason: Reason) -> str:
        policy, cause = self.schedule.policy, reason.cause
        here = f"{self._who(reason)} at {self._where(reason)}"
        if isinstance(cause, OpeningRule):
            return f"{here}: open by “{self._rule(cause)}”."
        if isinstance(cause, DayException):
            return f"{here}: {_EXCEPTIONS[reason.why]} {_dates(cause)}."
        minutes = self.ends.get(reason.provider or 0, self.start) - self.start
        facts = {
            Why.NOT_PERFORMED: "Nobody who was asked for performs this procedure and has a public page.",
            Why.NO_HOURS: f"{here}: no hours for this procedure that day.",
            Why.OUTSIDE_HOURS: f"{here}: outside the hours of that day.",
            Why.DOES_NOT_FIT: f"{here}: a visit of {minutes} minutes does not end within the hours.",
            Why.NO_ROOM: f"{self._where(reason)} has no {policy.room_kind} room in use.",
            Why.DAY_FULL: f"{here}: {_cap(policy.max_per_provider_per_day)} that day is the limit.",
            Why.WEEK_FULL: f"{here}: {_cap(policy.max_per_provider_per_week)} that week is the limit.",
            Why.OFF_GRID: f"Visits start every {policy.step} minutes, from midnight on.",
            Why.TOO_SOON: f"Patients book at least {_length(policy.min_notice)} before.",
            Why.TOO_FAR: f"Patients book at most {_count(policy.horizon_days, unit='day')} ahead.",
        }
        if reason.why == Why.TOO_SOON and self.start < ceil_minutes(self.now):
            return "The time is past."
        return facts[reason.why]

    def _who(self, reason: Reason) -> str:
        return self.providers.get(reason.provider or 0, "Nobody")

    def _where(self, reason: Reason) -> str:
        return self.locations.get(reason.location or 0, "any location")

    def _rule(self, rule: OpeningRule) -> str:
        hours, minutes = divmod(rule.start_minutes, 60)
        return describe_hours(
            recurrence=rule.recurrence,
            valid_from=rule.valid_from,
            start_time=time(hours, minutes),
            end_minutes=rule.end_minutes,
            place=self.locations[rule.location],
        )


def _cap(visits: int | None) -> str:
    return f"{_count(visits or 0, unit='visit')} of this procedure"


def _length(minutes: int) -> str:
    """Say minutes that pass: in days from two on, or else in hours, where nothing is left over."""
    if minutes > MINUTES_PER_DAY and minutes % MINUTES_PER_DAY == 0:
        return _count(minutes // MINUTES_PER_DAY, unit="day")
    if minutes % 60 == 0:
        return _count(minutes // 60, unit="hour")
    return _count(minutes, unit="minute")


def _count(number: int, *, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


_EXCEPTIONS = {Why.OPEN: "extra hours", Why.CLOSURE: "closed", Why.EXCEPTION: "away"}


def _dates(exception: DayException) -> str:
    first, last = f"{exception.first:%d %b %Y}", f"{exception.last:%d %b %Y}"
    days = first if first == last else f"{first} to {last}"
    if exception.start_minutes is None or exception.end_minutes is None:
        return days
    times = (divmod(minutes, 60) for minutes in (exception.start_minutes, exception.end_minutes))
    return f"{days}, " + " to ".join(f"{hours:02}:{minutes:02}" for hours, minutes in times)
