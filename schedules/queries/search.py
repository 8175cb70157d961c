"""Free slots. One statement for the claims, and the pure search."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce

from cms.graphql.statements import KEYS, NOW, Late, LateKeys, kept_rows
from schedules.core.search import claims_span
from schedules.core.slots import find_slots, free_rooms, nearest_slots
from schedules.core.wall_clock import MINUTES_PER_DAY, to_datetime, to_minutes
from schedules.core.world import Claim as BusyTime
from schedules.core.world import Offer, Question, Room, Slot, World
from schedules.models import (
    Claim,
    Resource,
)
from schedules.queries.schedules import ProcedureSchedule

# By the numbers under which the core knows resources.
ClaimsByResource = Mapping[int, Sequence[BusyTime]]

ALTERNATIVES = 3
# Where most answers to “when next?” lie.
NEAR_DAYS = 21


def busy_times(
    *,
    providers: Iterable[int],
    rooms: Iterable[int],
    first: int,
    last: int,
    now: datetime,
    with_visits: bool = True,
) -> list[BusyTime]:
    """Return claims in force at `now` that touch [first, last), in minutes since the epoch. One statement.

    Without visits, what is known of each is when, and whose: enough unless visits are counted."""
    rows = kept_rows(
        _claims,
        with_visits,
        keys=list(providers),
        rooms=list(rooms),
        since=to_datetime(first),
        until=to_datetime(last),
        now=now,
    )
    return [BusyTime._make(row.values()) for row in rows]


def _claims(with_visits: bool) -> QuerySet[Any, Any]:
    rooms: Any = LateKeys("rooms", BigIntegerField())
    resources = Resource.objects.filter(Q(provider_id__in=KEYS) | Q(room_id__in=rooms))
    # By the fields of `BusyTime`, in their order.
    columns: dict[str, Any] = {
        "number": Coalesce(F("resource__provider_id"), -F("resource__room_id")),
        "start": EpochMinutes("starts_at", rounding="FLOOR"),
        "end": EpochMinutes("ends_at", rounding="CEIL"),
        "visit_procedure": Value(None, BigIntegerField()),
        "visit_on": Value(None, DateField()),
        "visit": F("appointment_id"),
    }
    if with_visits:
        columns["visit_procedure"] = F("appointment__procedure_id")
        columns["visit_on"] = VisitDate("appointment__local_start")
    claims = Claim.objects.filter(
        in_force(now=NOW),
        resource__in=resources.values("pk"),
        ends_at__gt=Late("since", DateTimeField()),
        starts_at__lt=Late("until", DateTimeField()),
    )
    return claims.order_by().values(**columns)


def in_force(*, now: datetime) -> Q:
    """Keep claims that take time at `now`: those of lapsed holds do not, whether or not anybody tidied up."""
    return Q(is_active=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


class EpochMinutes(Func):
    """An instant as whole minutes since the Unix epoch: reading integers is several times cheaper."""

    template = "%(rounding)s(EXTRACT(EPOCH FROM %(expressions)s) / 60)::bigint"
    output_field = BigIntegerField()


class VisitDate(Func):
    """The date of a local label such as 2027-03-09T09:00."""

    template = "left(%(expressions)s, 10)::date"
    output_field = DateField()


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """What is wanted of a procedure. `providers` None means anybody, `location` None anywhere."""

    providers: frozenset[int] | None = None
    location: int | None = None
    duration: int | None = None
    ignore: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything that answers it but the claims."""

    schedule: ProcedureSchedule
    search: SlotSearch
    question: Question
    offers: tuple[Offer, ...]

    @property
    def rooms(self) -> list[Room]:
        """The rooms that matter: those of the location that is asked for."""
        return [room for room in self.schedule.rooms if self.search.location in (None, room.location)]

    def world(self, claims: ClaimsByResource) -> World:
        resources = {offer.resource for offer in self.offers} | {room.resource for room in self.rooms}
        return World(
            rules=self.schedule.rules,
            exceptions=self.schedule.exceptions,
            offers=self.offers,
            rooms=self.rooms,
            claims=[claim for resource in resources for claim in claims.get(resource, ())],
            zones=self.schedule.zones,
        )

    def since(self, first: int) -> "Asked":
        return replace(self, question=replace(self.question, first=first))

    def until(self, last: int) -> "Asked":
        return replace(self, question=replace(self.question, last=min(last, self.question.last)))


def ask(*, schedule: ProcedureSchedule, search: SlotSearch, first: int, last: int, now: datetime) -> Asked:
    """Return the question about starts in [first, last); past times are left out."""
    return Asked(
        schedule=schedule,
        search=search,
        question=Question(
            procedure=schedule.procedure,
            policy=schedule.policy,
            first=max(first, to_minutes(now)),
            last=last,
            now=now,
            ignore=search.ignore,
        ),
        offers=schedule.offers(duration=search.duration, providers=search.providers),
    )


def up_to_horizon(*, schedule: ProcedureSchedule, search: SlotSearch, since: int, now: datetime) -> Asked:
    # A local date at the edge of the horizon may begin and end most of a day away from the UTC date.
    horizon = to_minutes(now) + (schedule.policy.horizon_days + 2) * MINUTES_PER_DAY
    return ask(schedule=schedule, search=search, first=since, last=horizon, now=now)


def open_slots(
    *, schedule: ProcedureSchedule, search: SlotSearch, first: int, last: int, now: datetime
) -> list[Slot]:
    """Return the free slots that start in [first, last), in minutes since the epoch. One statement.

    Past times are left out. With `load_schedule` that makes three, whatever the size of the clinic."""
    asked = ask(schedule=schedule, search=search, first=first, last=last, now=now)
    return slots_in(asked, load_claims([asked], all_visits=False))


def next_slots(
    *, schedule: ProcedureSchedule, searches: Collection[SlotSearch], since: int, count: int, now: datetime
) -> list[list[Slot]]:
    """Return the first `count` free slots from `since` on for each search. One or two statements."""
    return _first_slots(
        [up_to_horizon(schedule=schedule, search=each, since=since, now=now) for each in searches],
        count=count,
    )


def next_slot_of_each(
    *, schedules: Collection[ProcedureSchedule], search: SlotSearch, now: datetime
) -> dict[int, Slot]:
    """Return the first free slot of each procedure that has one. One or two statements."""
    all_asked = [
        up_to_horizon(schedule=each, search=search, since=to_minutes(now), now=now) for each in schedules
    ]
    found = zip(all_asked, _first_slots(all_asked, count=1), strict=True)
    return {asked.schedule.procedure: slots[0] for asked, slots in found if slots}


def _first_slots(all_asked: Sequence[Asked], *, count: int) -> list[list[Slot]]:
    """Look at the next weeks first and read the claims behind them only where those are not enough."""
    near = [asked.until(asked.question.first + NEAR_DAYS * MINUTES_PER_DAY) for asked in all_asked]
    claims = load_claims(near, all_visits=False)
    found = [first_slots(asked, claims, count=count) for asked in near]
    far = [
        asked.since(near[index].question.last)
        for index, asked in enumerate(all_asked)
        if len(found[index]) < count
    ]
    claims = load_claims(far, all_visits=False)
    more = iter([first_slots(asked, claims, count=count) for asked in far])
    return [slots if len(slots) >= count else (slots + next(more))[:count] for slots in found]


def alternatives(
    *, schedule: ProcedureSchedule, search: SlotSearch, wanted: int, now: datetime
) -> list[Slot]:
    """Return the three free slots nearest to `wanted`, in time order. One or two statements."""
    slots: list[Slot] = []
    for days in (14, 92):
        reach = days * MINUTES_PER_DAY
        slots = open_slots(
            schedule=schedule, search=search, first=wanted - reach, last=wanted + reach, now=now
        )
        if len(slots) >= ALTERNATIVES:
            break
    return nearest_slots(slots=slots, wanted=wanted, count=ALTERNATIVES)


def slots_in(asked: Asked, claims: ClaimsByResource) -> list[Slot]:
    if asked.question.first >= asked.question.last or not asked.offers:
        return []
    slots = find_slots(world=asked.world(claims), question=asked.question)
    return [slot for slot in slots if asked.search.location in (None, slot.location)]


def first_slots(asked: Asked, claims: ClaimsByResource, *, count: int) -> list[Slot]:
    """Look through growing windows, so that a near slot costs little and a far one is still found."""
    found: list[Slot] = []
    begin, horizon, step = asked.question.first, asked.question.last, 7 * MINUTES_PER_DAY
    while begin < horizon and len(found) < count:
        found += slots_in(asked.since(begin).until(begin + step), claims)
        begin, step = begin + step, step * 2
    return found[:count]


def load_claims(
    questions: Collection[Asked], *, margin: int = 0, all_visits: bool = True
) -> ClaimsByResource:
    """Return the claims that any of the questions needs, and those `margin` minutes around.

    One statement, none without a question. Without `all_visits`, they say which visit they are for only where
    a cap asks for it."""
    asking = [each for each in questions if each.offers and each.question.first < each.question.last]
    spans = [claims_span(question=each.question, offers=each.offers) for each in asking]
    if not spans:
        return {}
    return by_resource(
        busy_times(
            providers={offer.provider for each in questions for offer in each.offers},
            rooms={-room.resource for each in questions for room in each.rooms},
            first=min(first for first, _ in spans) - margin,
            last=max(last for _, last in spans) + margin,
            now=max(each.question.now for each in asking),
            with_visits=all_visits or any(each.question.policy.has_cap for each in asking),
        )
    )


def by_resource(claims: Iterable[BusyTime]) -> dict[int, list[BusyTime]]:
    found: dict[int, list[BusyTime]] = {}
    for claim in claims:
        found.setdefault(claim.resource, []).append(claim)
    return found


def room_for(slot: Slot, *, asked: Asked, claims: ClaimsByResource) -> int | None:
    """Return the number of the room that a visit in the slot gets: the free one with the lowest id.

    None where its procedure needs no room, and where none is free."""
    policy = asked.schedule.policy
    if policy.room_kind is None:
        return None
    rooms = free_rooms(
        world=asked.world(claims),
        location=slot.location,
        kind=policy.room_kind,
        start=slot.start - policy.buffer_before,
        end=slot.end + policy.buffer_after,
        ignore=asked.question.ignore,
    )
    # Room resources are negative.
    return max(rooms, default=None)
