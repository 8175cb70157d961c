"""What the public feed of free times tells: places, what is offered where, and the free slots there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cms.core.models import ClinicSettings
from cms.core.queries import RowReader, clinic_of
from cms.graphql.sites import ServedSite
from schedules.core.wall_clock import edge, local_date, to_minutes
from schedules.core.world import DayException, Slot
from schedules.queries import (
    LocationRow,
    ProcedureSchedule,
    SlotSearch,
    ask,
    load_claims,
    load_schedules,
    locations,
    slots_in,
)
from services.queries import ProcedureRow, visible_procedures

NAMED = RowReader(row_class=ProcedureRow, selected=frozenset())


@dataclass(frozen=True, slots=True)
class Offered:
    """A procedure that can be booked, and where its providers work."""

    procedure: ProcedureRow
    schedule: ProcedureSchedule
    location_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Published:
    clinic: ClinicSettings
    locations: list[LocationRow]
    offered: list[Offered]


def published_places(site: ServedSite) -> tuple[ClinicSettings, list[LocationRow]]:
    """Two statements."""
    return clinic_of(site), locations()


def published(*, site: ServedSite, now: datetime) -> Published:
    """Return what can be booked, by title. Five statements."""
    clinic, places = published_places(site)
    found = visible_procedures(site=site.only(site.default_root), now=now).order_by("title", "pk")
    procedures = NAMED.rows(found)
    schedules = load_schedules(procedure_ids=[row.source_id for row in procedures], site=site, now=now)
    everywhere = frozenset(place.pk for place in places)
    offered = [
        Offered(row, schedule, _places(schedule, everywhere=everywhere))
        for row in procedures
        if (schedule := schedules.get(row.source_id))
    ]
    return Published(clinic, places, [each for each in offered if each.location_ids])


def free_slots(
    at: LocationRow, *, offered: list[Offered], days: int, now: datetime
) -> list[tuple[Offered, list[Slot]]]:
    """Return the free slots at one place until `days` local days ahead. One statement, none for no offers.

    They are those that `availability` offers."""
    today = local_date(minutes=to_minutes(now), zone=at.time_zone)
    last = edge(day=today + timedelta(days=days), minutes=0, zone=at.time_zone)
    search = SlotSearch(location=at.pk)
    here = [each for each in offered if at.pk in each.location_ids]
    questions = [
        ask(schedule=each.schedule, search=search, first=to_minutes(now), last=last, now=now) for each in here
    ]
    claims = load_claims(questions, all_visits=False)
    return [(each, slots_in(asked, claims)) for each, asked in zip(here, questions, strict=True)]


def _places(schedule: ProcedureSchedule, *, everywhere: frozenset[int]) -> frozenset[int]:
    rules = [each for each in schedule.rules if not each.procedures or schedule.procedure in each.procedures]
    with_rules = {each.provider for each in rules}
    found = {each.location for each in rules}
    for extra in schedule.exceptions:
        if extra.kind == "open":
            found |= _extra_places(extra, with_rules=with_rules, everywhere=everywhere)
    return frozenset(found)


def _extra_places(extra: DayException, *, with_rules: set[int], everywhere: frozenset[int]) -> frozenset[int]:
    """Added hours without a place are kept wherever the provider works, or anywhere without regular hours."""
    if extra.location is not None:
        return frozenset([extra.location])
    return frozenset() if extra.provider in with_rules else everywhere
