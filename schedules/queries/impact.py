"""Which visits the hours leave outside: those of now, those that are being typed, or a day to be closed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from cms.graphql.sites import ServedSite
from schedules.core.explain import open_hours
from schedules.core.intervals import Intervals, Span
from schedules.core.slots import nearest_slots
from schedules.core.states import OPEN
from schedules.core.wall_clock import MINUTES_PER_DAY, ceil_minutes, local_date, to_minutes
from schedules.core.windows import Dates, closed_spans
from schedules.core.world import Claim as BusyTime
from schedules.core.world import DayException, Offer, OpeningRule, Question, Slot, World
from schedules.fields import minutes_of_day
from schedules.models import Appointment, Closure, ProviderException
from schedules.queries.schedules import ProcedureSchedule, load_schedules, provider_resource
from schedules.queries.search import (
    ALTERNATIVES,
    Asked,
    ClaimsByResource,
    SlotSearch,
    ask,
    load_claims,
    room_for,
    slots_in,
)

# How far from its old time a visit is offered another.
ALTERNATIVE_DAYS = 14
# Days on which visits can be: staff write 9999 for “until further notice”.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)

DraftRules = Mapping[int, Sequence[OpeningRule]]
# Exceptions as they are, and as they will be.
Change = tuple[Sequence[DayException], Sequence[DayException]]


def upcoming_visits(*, now: datetime) -> QuerySet[Appointment]:
    """Return the visits that are still to take place."""
    visits = Appointment.objects.visits().filter(status__in=OPEN, ends_at__gt=now)
    return visits.select_related("procedure", "provider", "location", "room").order_by("starts_at", "pk")


def outside_hours(
    *,
    visits: Collection[Appointment],
    site: ServedSite | None,
    now: datetime,
    drafts: DraftRules | None = None,
    change: Change | None = None,
) -> set[int]:
    """Return the keys of those upcoming visits in whose time their provider is not open at the location.

    `drafts` stand for all rules of their providers, and `change` is made to the exceptions. Two statements;
    visits of procedures that cannot be booked any more are left out, for nothing is known of their hours."""
    coming = [visit for visit in visits if visit.status in OPEN and visit.ends_at > now]
    schedules = load_schedules(procedure_ids={visit.procedure_id for visit in coming}, site=site, now=now)
    outside: set[int] = set()
    for procedure, schedule in schedules.items():
        group = [visit for visit in coming if visit.procedure_id == procedure]
        changed = _changed(schedule, change=change) if change else schedule
        outside |= _outside(visits=group, schedule=changed, drafts=drafts or {}, now=now)
    return outside


def _changed(schedule: ProcedureSchedule, *, change: Change) -> ProcedureSchedule:
    before, after = change
    exceptions = list(schedule.exceptions)
    for each in before:
        # Once: another one may say the same, and stays.
        if each in exceptions:
            exceptions.remove(each)
    return replace(schedule, exceptions=(*exceptions, *after))


def _outside(
    *, visits: Sequence[Appointment], schedule: ProcedureSchedule, drafts: DraftRules, now: datetime
) -> set[int]:
    spans = {visit.pk: _span(visit) for visit in visits}
    providers = {visit.provider_id for visit in visits}
    longest = max(end - start for start, end in spans.values())
    rules = [rule for rule in schedule.rules if rule.provider in providers and rule.provider not in drafts]
    rules += [rule for provider in providers for rule in drafts.get(provider, ())]
    world = World(
        rules=rules,
        exceptions=schedule.exceptions,
        offers=[
            Offer(provider=each, resource=provider_resource(each), duration=longest) for each in providers
        ],
        zones=schedule.zones,
    )
    question = Question(
        procedure=schedule.procedure,
        policy=schedule.policy,
        first=min(start for start, _ in spans.values()),
        last=max(end for _, end in spans.values()),
        now=now,
    )
    places = {(visit.provider_id, visit.location_id) for visit in visits}
    hours = open_hours(world=world, question=question, places=places)
    return {
        visit.pk
        for visit in visits
        if not hours[visit.provider_id, visit.location_id].contains(
            start=spans[visit.pk][0], end=spans[visit.pk][1]
        )
    }


def visits_during(*, closed: Closure | ProviderException, now: datetime) -> list[Appointment]:
    """Return the upcoming visits that a closure or absence, saved or not, falls upon. One statement."""
    if isinstance(closed, ProviderException) and closed.kind != ProviderException.Kind.CLOSED:
        return []
    return _visits_touched([day_exception(closed)], now=now)


def visits_losing_hours(
    *,
    before: Collection[ProviderException],
    after: Collection[ProviderException] = (),
    site: ServedSite | None,
    now: datetime,
) -> list[Appointment]:
    """Return the upcoming visits that lie within the hours now and will not once extra hours are gone.

    `after` is what stands in their place. At most five statements; none where `before` adds no hours."""
    extra = [day_exception(each) for each in before if each.kind == ProviderException.Kind.OPEN]
    visits = _visits_touched(extra, now=now) if extra else []
    if not visits:
        return []
    already = outside_hours(visits=visits, site=site, now=now)
    change = [day_exception(each) for each in before], [day_exception(each) for each in after]
    outside = outside_hours(visits=visits, site=site, now=now, change=change)
    return [visit for visit in visits if visit.pk in outside - already]


def day_exception(hours: Closure | ProviderException) -> DayException:
    is_open = isinstance(hours, ProviderException) and hours.kind == ProviderException.Kind.OPEN
    return DayException(
        provider=hours.provider_id if isinstance(hours, ProviderException) else None,
        location=hours.location_id,
        kind="open" if is_open else "closed",
        first=hours.starts_on,
        last=hours.ends_on,
        start_minutes=minutes_of_day(hours.start_time) if hours.start_time else None,
        end_minutes=minutes_of_day(hours.end_time) if hours.end_time else None,
    )


def _visits_touched(exceptions: Sequence[DayException], *, now: datetime) -> list[Appointment]:
    near = reduce(or_, map(_near, exceptions))
    visits = upcoming_visits(now=now).filter(near)
    return [visit for visit in visits if any(_falls_upon(each, visit=visit) for each in exceptions)]


def _near(exception: DayException) -> Q:
    first, last = max(exception.first, FIRST_DAY), min(exception.last, LAST_DAY)
    # A day of margin on both sides, for zones, and one more for hours past midnight.
    concerned = Q(local_start__gte=f"{first - timedelta(days=2)}") & Q(
        local_start__lt=f"{last + timedelta(days=3)}"
    )
    if exception.provider:
        concerned &= Q(provider=exception.provider)
    if exception.location:
        concerned &= Q(location=exception.location)
    return concerned


def _falls_upon(exception: DayException, *, visit: Appointment) -> bool:
    start, end = _span(visit)
    # The location's zone of now, as the search has it.
    dates = Dates.touching(first=start, last=end, zone=visit.location.time_zone)
    return bool(closed_spans(exceptions=[exception], dates=dates).intersect(Intervals.of([(start, end)])))


def _span(visit: Appointment) -> Span:
    return to_minutes(visit.starts_at), ceil_minutes(visit.ends_at)


def alternatives_of(
    *, visits: Collection[Appointment], site: ServedSite | None, now: datetime
) -> dict[int, list[Slot]]:
    """Return the free times nearest to each visit, the nearest first, at its location.

    Each is looked for as if the visits before had moved to their nearest times: so all can move to these in
    that order, caps included, unless one stays or somebody else books. The nearest names one provider, the
    visit's own wherever free; the others name everybody who can take the visit. Three statements."""
    schedules = load_schedules(procedure_ids={visit.procedure_id for visit in visits}, site=site, now=now)
    questions = {
        visit.pk: _elsewhen(visit, schedule=schedules[visit.procedure_id], now=now)
        for visit in visits
        if visit.procedure_id in schedules
    }
    claims = load_claims(questions.values(), all_visits=False)
    found: dict[int, list[Slot]] = {visit.pk: [] for visit in visits}
    for visit in visits:
        if visit.pk in questions:
            found[visit.pk], claims = _moved(visit, asked=questions[visit.pk], claims=claims)
    return found


def _elsewhen(visit: Appointment, *, schedule: ProcedureSchedule, now: datetime) -> Asked:
    start, end = _span(visit)
    reach = ALTERNATIVE_DAYS * MINUTES_PER_DAY
    return ask(
        schedule=schedule,
        search=visit_search(minutes=end - start, schedule=schedule, location=visit.location_id),
        first=start - reach,
        last=start + reach,
        now=now,
    )


def _moved(
    visit: Appointment, *, asked: Asked, claims: ClaimsByResource
) -> tuple[list[Slot], ClaimsByResource]:
    """Return the times nearest to the visit, and the claims once it has moved to the first of them."""
    wanted, _ = _span(visit)
    others = {
        resource: [claim for claim in group if claim.appointment != visit.pk]
        for resource, group in claims.items()
    }
    slots = nearest_slots(slots=slots_in(asked, others), wanted=wanted, count=ALTERNATIVES)
    if not slots:
        return [], claims
    first, *rest = sorted(slots, key=lambda slot: abs(slot.start - wanted))
    provider = min(
        first.providers,
        key=lambda each: (each != visit.provider_id, len(others.get(provider_resource(each), ())), each),
    )
    first = first._replace(providers=(provider,))
    for claim in _claims_at(first, asked=asked, claims=others):
        others.setdefault(claim.resource, []).append(claim)
    return [first, *rest], others


def _claims_at(slot: Slot, *, asked: Asked, claims: ClaimsByResource) -> list[BusyTime]:
    """Return what a visit with its one provider takes, and the room that a move would find."""
    policy, [provider] = asked.schedule.policy, slot.providers
    start, end = slot.start - policy.buffer_before, slot.end + policy.buffer_after
    visit_on = local_date(minutes=slot.start, zone=asked.schedule.zones[slot.location])
    room = room_for(slot, asked=asked, claims=claims)
    resources = [provider_resource(provider), *([] if room is None else [room])]
    return [BusyTime(each, start, end, asked.question.procedure, visit_on) for each in resources]


def visit_search(
    *,
    minutes: int,
    schedule: ProcedureSchedule,
    provider: int | None = None,
    location: int | None = None,
    ignore: frozenset[int] = frozenset(),
) -> SlotSearch:
    """Return the search for another time of a visit that keeps its length."""
    everybody = {each.provider for each in schedule.performers}
    able = schedule.performers_of(
        duration=minutes, providers=everybody if provider is None else everybody & {provider}
    )
    return SlotSearch(providers=frozenset(able), location=location, duration=minutes, ignore=ignore)
