"""Random mixes of everything that takes and frees time, and whether the answers tell what is stored."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.races.histories import contradictions, deadlocks, overlapping_claims
from tests.races.mixing import WEIGHTS, Told, make_clinic, mix, mix_in_processes

pytestmark = pytest.mark.django_db(transaction=True)


def test_random_mix_in_two_processes_leaves_a_sound_history() -> None:
    clinic, before = make_clinic(), deadlocks()

    told = mix_in_processes(clinic=clinic, seed="mix", attempts=1200, processes=2, threads=8)

    assert contradictions(told) == []
    assert deadlocks() == before
    done = Counter(each.attempt for each in told if not each.refusal)
    # Each kind of attempt was granted at least once, and some were refused.
    assert set(done) == {act.__name__ for act in WEIGHTS}
    assert {each.refusal for each in told} >= {"", "SlotTaken", "NotOffered"}


def without_resource_locks(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
    """Leave the locks out, and leave others time between the look and the claim."""
    if 'INSERT INTO "schedules_claim"' in sql:
        execute("SELECT pg_sleep(0.5)", (), *args[1:])
    is_lock = "FROM schedules_resource" in sql
    return execute(sql.replace(" FOR NO KEY UPDATE", "") if is_lock else sql, *args)


def test_random_mix_without_lock_and_constraint_overlaps() -> None:
    """The negative control: the same clients and the same checks, and the guards taken away."""
    clinic = make_clinic()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE schedules_claim DROP CONSTRAINT schedules_claim_no_overlap")

    # One round nearly always does it; who meets whom is left to chance.
    told: list[Told] = []
    for turn in range(4):
        told += mix(
            clinic=clinic,
            seed=f"control-{turn}",
            attempts=960,
            threads=32,
            wrapper=without_resource_locks,
        )
        if overlapping_claims():
            break

    assert overlapping_claims() != []
    assert contradictions(told) != []
