"""Several visits at the same local time, week after week: all of them, or none and a report."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

from schedules.core.policy import VisitPolicy
from schedules.core.search import REST_OF_WEEK
from schedules.core.wall_clock import edge, local_date, minute_of_day
from schedules.models import Appointment, IdempotencyKey
from schedules.operations.places import (
    NO_LONGER_OFFERED,
    asked_for,
    candidates_for,
    least_booked,
    lock_resources,
    offered_schedule,
    place_in,
    refusal_of,
    rooms_at,
)
from schedules.operations.refusals import InvalidInput, NotOffered, Refused
from schedules.operations.requests import (
    Done,
    KeyedRequest,
    Patient,
    answer_once,
    check_key,
    check_language,
    check_patient,
)
from schedules.operations.visits import create_visit
from schedules.queries import ClaimsByResource, ProcedureSchedule, load_claims, slots_in
from schedules.tokens import SlotChoice, manage_token

MIN_VISITS, MAX_VISITS = 2, 26
MAX_WEEKS_APART = 12


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """The first visit, and how it repeats. Dates are local to it; a date may take another slot, or none."""

    first: SlotChoice
    visits: int
    every_weeks: int = 1
    skip: frozenset[date] = frozenset()
    replacements: Mapping[date, SlotChoice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """One date of a series that was refused, with the provider it was asked for.

    `refusal` None: this one would have been free."""

    on: date
    choice: SlotChoice
    refusal: Refused | None


class SeriesConflict(Refused):
    """Not every date is free. Says which are, and why the others are not."""

    def __init__(self, dates: Collection[SeriesDate]) -> None:
        taken = sum(each.refusal is not None for each in dates)
        super().__init__(
            f"{taken} of {len(dates)} dates are not free. Choose another time for these, or leave them out."
        )
        self.dates = tuple(dates)


def book_series(
    *,
    plan: SeriesPlan,
    provider: int | None,
    patient: Patient,
    request: KeyedRequest,
    language: str,
    now: datetime,
) -> list[Done]:
    """Book every visit of the plan with one provider, or none. Raises SeriesConflict and other refusals.

    Without `provider`, the least booked of those who are free on all dates is taken."""
    check_key(request.key)
    check_patient(patient)
    check_language(language)
    _check_plan(plan)

    def book(key: IdempotencyKey) -> Appointment:
        series = uuid4()
        visits = []
        schedule = offered_schedule(procedure=plan.first.procedure, site=request.site, now=now)
        by_date = _choices(plan, schedule=schedule)
        choices = by_date.values()
        candidates = candidates_for(choice=plan.first, wanted=provider, schedule=schedule)
        rooms = {room for each in choices for room in rooms_at(schedule=schedule, location=each.location)}
        resources = lock_resources(providers=candidates, rooms=rooms, now=now)
        chosen = _provider_for_all(by_date, candidates=candidates, schedule=schedule, now=now)
        for choice in choices:
            # Each sees the visits before it, so that caps count them.
            asked = asked_for(choice=choice, providers=[chosen], schedule=schedule, now=now)
            visit = create_visit(
                place=place_in(asked=asked, choice=choice, wanted=chosen, resources=resources),
                patient=patient,
                key=key,
                language=language,
                source=request.visit_source,
                series=series,
                now=now,
            )
            visits.append(visit)
        return visits[0]

    first = answer_once(request=request, act=book, now=now)
    visits = Appointment.objects.filter(series=first.series).select_related("patient").order_by("pk")
    return [
        Done(visit, manage_token=manage_token(appointment=visit.uuid, idempotency_key=request.key))
        for visit in visits
    ]


def _check_plan(plan: SeriesPlan) -> None:
    if not MIN_VISITS <= plan.visits <= MAX_VISITS:
        raise InvalidInput(field="visits", message=f"Choose {MIN_VISITS} to {MAX_VISITS} visits.")
    if not 1 <= plan.every_weeks <= MAX_WEEKS_APART:
        raise InvalidInput(field="everyWeeks", message=f"Choose 1 to {MAX_WEEKS_APART} weeks.")
    kinds = {(each.procedure, each.duration) for each in (plan.first, *plan.replacements.values())}
    if len(kinds) > 1:
        raise InvalidInput(field="replacements", message="All visits are of one procedure and length.")


def _choices(plan: SeriesPlan, *, schedule: ProcedureSchedule) -> dict[date, SlotChoice]:
    """Return the slot of each date, in order: the same local time, whatever the clock does."""
    if not {each.location for each in (plan.first, *plan.replacements.values())} <= schedule.zones.keys():
        raise NotOffered(NO_LONGER_OFFERED)
    start = plan.first.start
    zone = schedule.zones[plan.first.location]
    label = minute_of_day(minutes=start, zone=zone)
    day = local_date(minutes=start, zone=zone)
    dates = [day + timedelta(weeks=plan.every_weeks * number) for number in range(plan.visits)]
    for name, named in (("skip", plan.skip), ("replacements", set(plan.replacements))):
        if not named <= set(dates):
            raise InvalidInput(field=name, message="Name dates of the series only.")
    kept = [each for each in dates if each not in plan.skip]
    if not kept:
        raise InvalidInput(field="skip", message="Leave at least one date.")
    at_label = {each: replace(plan.first, start=edge(day=each, minutes=label, zone=zone)) for each in kept}
    # What was chosen is kept exactly, also in the hour that comes twice.
    at_label[day] = plan.first
    chosen = {each: plan.replacements.get(each, at_label[each]) for each in kept}
    _require_apart(chosen.values(), policy=schedule.policy)
    return chosen


def _require_apart(choices: Collection[SlotChoice], *, policy: VisitPolicy) -> None:
    """Refuse visits of one series that get in each other's way."""
    gap = policy.buffer_before + policy.buffer_after
    for one, other in pairwise(sorted(choices, key=lambda choice: choice.start)):
        if one.start + one.duration + gap > other.start:
            raise InvalidInput(
                field="replacements", message="Two of these visits overlap. Choose another time for one."
            )


def _provider_for_all(
    choices: Mapping[date, SlotChoice],
    *,
    candidates: set[int],
    schedule: ProcedureSchedule,
    now: datetime,
) -> int:
    """Return the least booked of those who are free on all dates. Raises SeriesConflict for nobody."""
    questions = [
        asked_for(choice=each, providers=candidates, schedule=schedule, now=now) for each in choices.values()
    ]
    # Who has least to do in the first week is known from the whole week.
    claims = load_claims(questions, margin=REST_OF_WEEK)
    free = [{who for slot in slots_in(each, claims) for who in slot.providers} for each in questions]
    throughout = set.intersection(*free)
    if not throughout:
        # Reported for whoever is free most often, so that the fewest dates are left to solve.
        best = min(candidates, key=lambda who: (-sum(who in each for each in free), who))
        raise SeriesConflict(_report(choices, provider=best, schedule=schedule, claims=claims, now=now))
    return least_booked(throughout, claims=claims, day=min(choices))


def _report(
    choices: Mapping[date, SlotChoice],
    *,
    provider: int,
    schedule: ProcedureSchedule,
    claims: ClaimsByResource,
    now: datetime,
) -> list[SeriesDate]:
    dates = []
    for day, choice in choices.items():
        asked = asked_for(choice=choice, providers=[provider], schedule=schedule, now=now)
        refusal = None
        if not slots_in(asked, claims):
            refusal = refusal_of(asked=asked, claims=claims, choice=choice, wanted=provider)
        with_provider = replace(choice, providers=(provider,))
        dates.append(SeriesDate(on=day, choice=with_provider, refusal=refusal))
    return dates
