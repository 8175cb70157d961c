"""`make prove`: random worlds against the slow second implementation, in parts with a seed each."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, seed, settings

from schedules.core.world import Question, World
from tests.schedules.core import oracle
from tests.schedules.core.test_slots_against_oracle import asked, situations

pytestmark = pytest.mark.prove

WORLDS = int(os.environ.get("WORLDS", "100_000"))
SEED = int(os.environ.get("SEED", "1"))
PROCESSES = 2
WORLDS_PER_PART = 1_000


def compare(number: int) -> int:
    """Compare worlds made from this seed; return in how many of them something was free."""
    tried = offered = 0

    @seed(number)
    @settings(
        max_examples=WORLDS_PER_PART,
        derandomize=False,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(situations())
    def search_agrees_with_oracle(situation: tuple[World, Question]) -> None:
        nonlocal tried, offered
        found = asked(*situation)
        tried += 1
        offered += bool(found)
        assert found == oracle.find(*situation)

    search_agrees_with_oracle()
    assert tried >= WORLDS_PER_PART
    return offered


def test_search_agrees_with_oracle_in_random_worlds() -> None:
    connections.close_all()
    seeds = range(SEED, SEED + -(-WORLDS // WORLDS_PER_PART))
    offered = 0
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        for number, count in zip(seeds, pool.map(compare, seeds), strict=True):
            offered += count
            done = (number - SEED + 1) * WORLDS_PER_PART
            print(
                f"seed {number}: {done:,} worlds agree, something was free in {offered:,}. "
                f"SEED={number + 1} goes on from here.",
                flush=True,
            )
