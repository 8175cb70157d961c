from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from schedules.core.policy import VisitPolicy, cutoff_instant, is_before_cutoff

# The clock goes forward in the night before this visit, so a day earlier is Saturday 12:00.
SUNDAY_VISIT = datetime(2027, 3, 14, 13, tzinfo=ZoneInfo("America/Denver"))


def test_cutoff_is_elapsed_time() -> None:
    assert cutoff_instant(starts_at=SUNDAY_VISIT, cutoff_minutes=1440) == datetime(
        2027, 3, 13, 19, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(datetime(2027, 3, 13, 18, 59, 59, tzinfo=UTC), True, id="case-95-before"),
        pytest.param(datetime(2027, 3, 13, 19, tzinfo=UTC), True, id="case-95-at"),
        pytest.param(datetime(2027, 3, 13, 19, 0, 0, 1, tzinfo=UTC), False, id="case-95-after"),
    ],
)
def test_is_before_cutoff(now: datetime, expected: bool) -> None:
    assert is_before_cutoff(starts_at=SUNDAY_VISIT, cutoff_minutes=1440, now=now) is expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration": 0},
        {"step": 0},
        {"step": 1441},
        {"buffer_before": -1},
        {"buffer_after": -1},
        {"min_notice": -1},
        {"horizon_days": -1},
        {"horizon_days": 36501},
        {"max_per_provider_per_day": 0},
        {"max_per_provider_per_week": 0},
    ],
    ids=str,
)
def test_policy_out_of_range_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"at least 1|not negative|horizon"):
        VisitPolicy(**{"duration": 45, "step": 15, **wrong})
