"""Compare what clients were told with what is stored: nothing lost, doubled, made up or overlapping."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db import connection

from schedules.core.states import HELD, HOLDING_TIME
from schedules.models import (
    Appointment,
    AppointmentEvent,
    Block,
    BookingPolicy,
    Claim,
    IdempotencyKey,
    ManageToken,
    OutboxEvent,
    PatientDetails,
)
from tests.races.mixing import State, Told

# What makes a row of its own.
MAKING = {"book", "hold", "replace_hold"}


def overlapping_claims() -> list[tuple[int, int]]:
    """Return pairs of active claims of one resource that share time: an own sweep, past the constraint."""
    claims = Claim.objects.filter(is_active=True).order_by("resource_id", "starts_at")
    rows = claims.values_list("resource_id", "starts_at", "ends_at", "pk")
    return [(one[3], two[3]) for one, two in pairwise(rows) if one[0] == two[0] and two[1] < one[2]]


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        [count] = cursor.fetchone() or [0]
    return int(count)


def contradictions(told: Sequence[Told]) -> list[str]:
    """Return what the answers and the stored rows disagree about; empty if the history is sound."""
    stored = {row.pk: row for row in Appointment.objects.all()}
    answers: dict[int, dict[int, set[State]]] = defaultdict(lambda: defaultdict(set))
    for each in told:
        for state in each.states:
            answers[state.visit][state.version].add(state)
    made = Counter(state.visit for each in told if each.attempt in MAKING for state in each.states)
    return [
        *(f"overlap of claims {pair}" for pair in overlapping_claims()),
        *(f"visit {key} was made {count} times" for key, count in made.items() if count > 1),
        *(f"visit {key} is stored and was never told of" for key in stored.keys() - answers.keys()),
        *(f"visit {key} was told of and is not stored" for key in answers.keys() - stored.keys()),
        *(
            line
            for key, row in stored.items()
            if key in answers
            for line in _of_visit(row, versions=answers[key])
        ),
        *_of_rows(told),
        *_of_blocks(told),
        *_misplaced_claims(),
    ]


def _of_visit(row: Appointment, *, versions: dict[int, set[State]]) -> list[str]:
    """Each version was told of, all agree on it, and the last one is what is stored."""
    found = []
    if sorted(versions) != list(range(1, row.version + 1)):
        found.append(f"visit {row.pk} has versions 1 to {row.version}, told were {sorted(versions)}")
    found += [
        f"visit {row.pk}, version {version} was told in {len(states)} ways"
        for version, states in versions.items()
        if len(states) > 1
    ]
    # A hold that was replaced ends without an answer of its own.
    was_replaced = row.hold_expires_at is not None and row.status == "cancelled"
    told = {replace(state, status="cancelled") if was_replaced else state for state in versions[row.version]}
    if told != {State.of(row)}:
        found.append(f"visit {row.pk} is stored otherwise than it was told")
    return found


def _of_rows(told: Sequence[Told]) -> list[str]:
    """What hangs on visits is there exactly once, and refused requests left nothing."""
    events = set(AppointmentEvent.objects.values_list("appointment_id", "version"))
    steps = {(state.visit, state.version) for each in told for state in each.states if state.status != HELD}
    patients = list(PatientDetails.objects.values_list("appointment_id", flat=True))
    tokens = list(ManageToken.objects.values_list("appointment_id", flat=True))
    booked = sorted({visit for visit, _ in events})
    keys = set(IdempotencyKey.objects.values_list("key", "appointment_id"))
    granted = {(each.key, each.states[0].visit) for each in told if each.key}
    outbox = list(OutboxEvent.objects.values_list("appointment_id", "data__version"))
    checks = {
        "events": events == steps,
        "messages": sorted(outbox) == sorted(events),
        "patients": sorted(patients) == booked,
        "manage tokens": sorted(tokens) == booked,
        "keys": keys == granted,
    }
    return [f"{name} do not fit the answers" for name, is_sound in checks.items() if not is_sound]


def _of_blocks(told: Sequence[Told]) -> list[str]:
    made = {each.block for each in told if each.block and not each.is_gone}
    gone = {each.block for each in told if each.is_gone}
    stored = set(Block.objects.values_list("pk", flat=True))
    claimed = set(Claim.objects.filter(block__isnull=False).values_list("block_id", flat=True))
    if stored == made - gone and claimed == stored:
        return []
    return ["blocks do not fit the answers"]


def _misplaced_claims() -> list[str]:
    """Return visits whose active claims are not exactly those of their provider and room, with buffers."""
    buffers = {
        policy.page_id: (
            timedelta(minutes=policy.buffer_before_minutes),
            timedelta(minutes=policy.buffer_after_minutes),
        )
        for policy in BookingPolicy.objects.all()
    }
    claims = defaultdict(list)
    active = Claim.objects.filter(is_active=True, appointment__isnull=False)
    for row in active.values_list(
        "appointment_id", "resource__provider_id", "resource__room_id", "starts_at", "ends_at", "expires_at"
    ):
        claims[row[0]].append(row[1:])
    found = []
    for visit in Appointment.objects.all():
        before, after = buffers[visit.procedure_id]
        span = (visit.starts_at - before, visit.ends_at + after, visit.hold_expires_at)
        expected: list[Any] = [(visit.provider_id, None, *span)]
        if visit.room_id:
            expected.append((None, visit.room_id, *span))
        if visit.status not in HOLDING_TIME:
            expected = []
        stored = claims[visit.pk]
        # Each claim of a hold that lapsed may be out of force: who locks its provider need not lock its room.
        is_sound = all(each in expected for each in stored)
        if not is_sound or (visit.status != HELD and len(stored) != len(expected)):
            found.append(f"claims of visit {visit.pk}, {visit.status}, are {stored} in place of {expected}")
    return found
