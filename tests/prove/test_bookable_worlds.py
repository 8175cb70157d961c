"""`make prove`: every slot of random worlds books, and what is not shown is refused with the right reason."""

import os

import pytest
from hypothesis import HealthCheck, given, seed, settings

from schedules.core.world import Question, World
from tests.schedules.core.test_slots_against_oracle import situations
from tests.schedules.test_offered_and_bookable import check_world, make_pages

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

STORED_WORLDS = int(os.environ.get("STORED_WORLDS", "1_000"))
SEED = int(os.environ.get("SEED", "1"))


def test_every_slot_of_random_worlds_books_and_no_other_time() -> None:
    pages, tried = make_pages(), 0

    @seed(SEED)
    @settings(
        max_examples=STORED_WORLDS,
        derandomize=False,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(situations())
    def check(situation: tuple[World, Question]) -> None:
        nonlocal tried
        tried += 1
        check_world(*situation, pages, refusals=60)

    check()
    print(f"seed {SEED}: {tried:,} stored worlds, every slot of them booked.")
