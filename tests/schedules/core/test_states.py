from datetime import UTC, datetime, timedelta

import pytest

from schedules.core.states import (
    HOLDING_TIME,
    OPEN,
    STEPS,
    allowed_transitions,
    can_happen,
    state_of_hold,
    state_of_request,
)

START = datetime(2027, 3, 9, 16, tzinfo=UTC)


def test_states_without_a_way_out_allow_nothing() -> None:
    reached = {state for steps in STEPS.values() for state in steps}
    final = {"fulfilled", "cancelled", "declined", "no_show", "expired"}

    assert {state: allowed_transitions(state) for state in reached - set(STEPS)} == dict.fromkeys(
        final, frozenset()
    )


def test_nobody_lets_a_visit_expire() -> None:
    assert not any("expired" in allowed_transitions(state) for state in STEPS)


@pytest.mark.parametrize(
    ("status", "after", "expected"),
    [
        ("requested", timedelta(seconds=-1), "requested"),
        ("requested", timedelta(), "expired"),
        ("booked", timedelta(), "booked"),
        ("declined", timedelta(), "declined"),
    ],
)
def test_request_expires_at_its_start(status: str, after: timedelta, expected: str) -> None:
    assert state_of_request(status, starts_at=START, now=START + after) == expected


@pytest.mark.parametrize(
    ("status", "after", "expected"),
    [
        ("held", timedelta(microseconds=-1), "held"),
        ("held", timedelta(), "expired"),
        ("cancelled", timedelta(), "cancelled"),
    ],
)
def test_hold_lapses_at_its_expiry(status: str, after: timedelta, expected: str) -> None:
    """Case 86."""
    assert state_of_hold(status, expires_at=START, now=START + after) == expected


def test_open_states_hold_their_time() -> None:
    assert OPEN < HOLDING_TIME


EARLIEST = [("no_show", timedelta()), ("fulfilled", timedelta()), ("arrived", timedelta(hours=-12))]


@pytest.mark.parametrize(("to", "earliest"), EARLIEST)
def test_step_is_possible_from_its_time_on(to: str, earliest: timedelta) -> None:
    assert not can_happen(to=to, starts_at=START, now=START + earliest - timedelta(seconds=1))
    assert can_happen(to=to, starts_at=START, now=START + earliest)


def test_visit_can_be_cancelled_at_any_time() -> None:
    assert can_happen(to="cancelled", starts_at=START, now=START - timedelta(days=300))
