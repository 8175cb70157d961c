from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.core.intervals import Intervals, Span

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)
deterministic = settings(max_examples=200, derandomize=True, deadline=None)


def minutes(given_spans: Intervals | list[Span]) -> set[int]:
    return {minute for start, end in given_spans for minute in range(start, end)}


def normal(members: set[int]) -> tuple[Span, ...]:
    """Return the spans of a set of minutes."""
    starts = sorted(minute for minute in members if minute - 1 not in members)
    ends = sorted(minute + 1 for minute in members if minute + 1 not in members)
    return tuple(zip(starts, ends, strict=True))


@pytest.mark.parametrize(
    ("unsorted", "expected"),
    [
        pytest.param([], (), id="none"),
        pytest.param([(5, 5), (9, 3)], (), id="empty-and-inverted-dropped"),
        pytest.param([(7, 9), (1, 3)], ((1, 3), (7, 9)), id="sorted"),
        pytest.param([(1, 3), (3, 5)], ((1, 5),), id="touching-merged"),
        pytest.param([(1, 9), (2, 4)], ((1, 9),), id="inside"),
    ],
)
def test_of(unsorted: list[Span], expected: tuple[Span, ...]) -> None:
    assert Intervals.of(unsorted).spans == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (10, 20, True),
        (12, 15, True),
        (9, 12, False),
        (15, 21, False),
        (19, 31, False),
        (30, 40, True),
        (15, 15, False),
        (15, 12, False),
        (0, 1, False),
        (50, 51, False),
    ],
)
def test_contains(start: int, end: int, expected: bool) -> None:
    assert Intervals.of([(10, 20), (30, 40)]).contains(start=start, end=end) is expected


@deterministic
@given(spans, spans)
def test_algebra_is_that_of_sets_of_minutes(mine: list[Span], theirs: list[Span]) -> None:
    left, right = Intervals.of(mine), Intervals.of(theirs)

    assert (left.spans, right.spans) == (normal(minutes(mine)), normal(minutes(theirs)))
    assert left.union(right).spans == normal(minutes(mine) | minutes(theirs))
    assert left.minus(right).spans == normal(minutes(mine) - minutes(theirs))
    assert left.intersect(right).spans == normal(minutes(mine) & minutes(theirs))
    assert bool(left) is bool(minutes(mine))
