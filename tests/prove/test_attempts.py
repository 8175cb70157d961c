"""`make prove`: many attempts at once, in rounds with a seed each, and every history checked."""

import os
import time
from collections import Counter

import pytest
from django.db import connection

from tests.benchmarks.measuring import analyze
from tests.races.histories import contradictions, deadlocks
from tests.races.mixing import make_clinic, mix_in_processes

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

ATTEMPTS = int(os.environ.get("ATTEMPTS", "1_000_000"))
SEED = int(os.environ.get("SEED", "1"))
PROCESSES, THREADS = 2, 8
ATTEMPTS_PER_ROUND = 20_000
WRITTEN = "appointment", "claim", "block", "closure", "providerexception", "idempotencykey", "outboxevent"


def test_concurrent_attempts_leave_sound_histories() -> None:
    clinic, before = make_clinic(), deadlocks()
    analyze()
    rounds = -(-ATTEMPTS // ATTEMPTS_PER_ROUND)
    total: Counter[str] = Counter()
    for seed in range(SEED, SEED + rounds):
        begun = time.perf_counter()
        told = mix_in_processes(
            clinic=clinic,
            seed=f"{seed}",
            attempts=min(ATTEMPTS, ATTEMPTS_PER_ROUND),
            processes=PROCESSES,
            threads=THREADS,
        )
        seconds = time.perf_counter() - begun
        outcomes = Counter(each.refusal or f"{each.attempt} done" for each in told)
        assert contradictions(told) == [], f"seed {seed}"
        assert deadlocks() == before, f"seed {seed}"
        total += outcomes
        print(
            f"seed {seed}: {len(told):,} attempts, {len(told) / seconds:.0f} a second, history sound; "
            f"{total.total():,} in all. SEED={seed + 1} goes on from here.",
            flush=True,
        )
        forget_visits()
    print(dict(total.most_common()))


def forget_visits() -> None:
    tables = ", ".join(f"schedules_{name}" for name in WRITTEN)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")
