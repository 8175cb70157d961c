"""Slots: free times, as `availability` offers them, and taken ones."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q

from cms.feeds.core.fhir import BLOCKED, BUSY, HELD, ScheduleRow, SlotRow
from cms.feeds.core.fhir_search import Refused, Search
from cms.feeds.queries.fhir.reading import Found, Reader, one_page, unknown
from cms.feeds.queries.fhir.schedules import pair_filter, pairs_of, schedule_rows
from schedules.core.wall_clock import ceil_minutes, to_datetime, to_minutes
from schedules.models import Claim
from schedules.queries import (
    Asked,
    ProcedureSchedule,
    SlotSearch,
    ask,
    in_force,
    load_claims,
    load_schedules,
    slots_in,
)

# A page of slots is about so many schedules at most: enough to fill it, and bounded work.
SCHEDULES_AT_ONCE = 10
DEFAULT_SLOTS = timedelta(days=7)
LONGEST_SLOTS = timedelta(days=92)
# Nothing is offered so far ahead.
FARTHEST = timedelta(days=3650)
FREE = "free"
SLOT_ID = re.compile(r"(\d{1,18})-(\d{1,18})-(?:(\d{1,18})-(\d{1,10})-(\d{1,4})|c(\d{1,18}))", re.ASCII)
# Behind every slot of a schedule.
BEHIND = (1 << 62, "")


@dataclass(frozen=True, slots=True)
class Window:
    """Which starts of slots are looked for: from `since` on, before `until`."""

    since: datetime
    until: datetime


def find_slots(search: Search, reader: Reader) -> Found:
    """Return free times as `availability` offers them, and taken ones. Six statements at most."""
    statuses = _statuses(search, reader)
    span = _slot_span(search, reader)
    pairs = pairs_of(pair_filter(search, is_begun=True), reader, limit=SCHEDULES_AT_ONCE + 1)
    shown = schedule_rows(pairs[:SCHEDULES_AT_ONCE], reader)
    services = search.keys("service-type")
    rows = _free(shown, services, span, reader) if FREE in statuses else []
    if services is None and statuses - {FREE}:
        rows += [row for row in _taken(shown, span, reader) if row.status in statuses]
    rows.sort(key=lambda row: row.key)
    if search.after:
        rows = [row for row in rows if row.key > tuple(search.after)]
    page = one_page(rows, count=search.count, key=lambda row: row.key)
    if page.following is None and len(pairs) > SCHEDULES_AT_ONCE:
        return replace(page, following=(*shown[-1].key, *BEHIND))
    return page


def _statuses(search: Search, reader: Reader) -> frozenset[str]:
    """Return which slots to show. Raises Refused where the reader may not know what is taken."""
    asked = search.choice("status")
    if reader.sees_visits:
        return frozenset([FREE, BUSY, HELD, BLOCKED]) if asked is None else asked
    if asked is not None and asked - {FREE}:
        raise Refused("Taken times need the permission to view appointments.", status=403, issue="forbidden")
    return frozenset([FREE])


def _slot_span(search: Search, reader: Reader) -> Window:
    asked = search.span("start")
    since = max(asked.since or reader.now, reader.now - LONGEST_SLOTS)
    # The calendar ends with the year 9999: nothing is looked for after a start past the farthest one.
    until = asked.until or min(since, reader.now + FARTHEST) + DEFAULT_SLOTS
    if until - since > LONGEST_SLOTS + timedelta(hours=1):
        raise Refused("`start` spans more than 92 days: ask for a part of it.", issue="too-costly")
    return Window(since, until)


def _free(
    shown: Iterable[ScheduleRow], services: frozenset[int] | None, span: Window, reader: Reader
) -> list[SlotRow]:
    """Three statements."""
    places: dict[int, set[int]] = {}
    offered: dict[int, dict[int, str]] = {}
    for row in shown:
        places.setdefault(row.provider_id, set()).add(row.location_id)
        offered[row.provider_id] = {
            key: title for key, title in row.procedures if services is None or key in services
        }
    wanted = {key for procedures in offered.values() for key in procedures}
    schedules = load_schedules(procedure_ids=wanted, site=reader.site, now=reader.now) if wanted else {}
    asked = [
        (provider, (key, title), ask_for(schedules[key], provider, span, reader))
        for provider, procedures in offered.items()
        for key, title in procedures.items()
        if key in schedules
    ]
    claims = load_claims([question for *_, question in asked], all_visits=False)
    return [
        SlotRow(
            schedule=(provider, slot.location),
            name=f"{procedure[0]}-{slot.start}-{slot.end - slot.start}",
            status=FREE,
            starts_at=to_datetime(slot.start),
            ends_at=to_datetime(slot.end),
            procedure=procedure,
        )
        for provider, procedure, question in asked
        for slot in slots_in(question, claims)
        if slot.location in places[provider]
    ]


def ask_for(schedule: ProcedureSchedule, provider: int, span: Window, reader: Reader) -> Asked:
    """Return the question about one provider's free times in a span."""
    return ask(
        schedule=schedule,
        search=SlotSearch(providers=frozenset([provider])),
        # Starts are whole minutes: a bound within one leaves it out, or lets it in.
        first=ceil_minutes(span.since),
        last=ceil_minutes(span.until),
        now=reader.now,
    )


def _taken(shown: Iterable[ScheduleRow], span: Window, reader: Reader) -> list[SlotRow]:
    """Return what is claimed of providers, buffers included, in each of their schedules. One statement."""
    places: dict[int, list[int]] = {}
    for row in shown:
        places.setdefault(row.provider_id, []).append(row.location_id)
    claims = Claim.objects.filter(
        in_force(now=reader.now),
        resource__provider_id__in=places,
        starts_at__gte=span.since,
        starts_at__lt=span.until,
    ).values_list(
        "pk",
        "resource__provider_id",
        "starts_at",
        "ends_at",
        "block_id",
        "appointment__hold_expires_at",
    )
    return [
        SlotRow((provider, place), f"c{pk}", _claim_status(block, hold), starts_at, ends_at)
        for pk, provider, starts_at, ends_at, block, hold in claims
        for place in places[provider]
    ]


def _claim_status(block: int | None, hold_expires_at: datetime | None) -> str:
    if block is not None:
        return BLOCKED
    return HELD if hold_expires_at else BUSY


def read_slot(slot_id: str, reader: Reader) -> SlotRow:
    """Return the slot. Raises Refused: 404 for an unknown one, 410 for one that is not there any more."""
    named = SLOT_ID.fullmatch(slot_id)
    if named is None:
        raise unknown("Slot")
    provider, place, procedure, start, _, claim = named.groups()
    pairs = pairs_of(Q(owner=int(provider), place=int(place)), reader, limit=1)
    if not pairs or (claim and not reader.sees_visits):
        raise unknown("Slot")
    shown = schedule_rows(pairs, reader)
    if claim:
        rows = _claimed(int(claim), shown, reader)
    else:
        starts_at = to_datetime(min(int(start), to_minutes(reader.now + FARTHEST)))
        span = Window(starts_at, starts_at + timedelta(minutes=1))
        rows = _free(shown, frozenset([int(procedure)]), span, reader)
    found = next((row for row in rows if row.id == slot_id), None)
    if found is None:
        raise Refused("The slot is not there any more: it was taken or is past.", status=410, issue="deleted")
    return found


def _claimed(claim: int, shown: list[ScheduleRow], reader: Reader) -> list[SlotRow]:
    found = Claim.objects.filter(pk=claim).values_list("starts_at", flat=True).first()
    if found is None:
        return []
    return _taken(shown, Window(found, found + timedelta(microseconds=1)), reader)
