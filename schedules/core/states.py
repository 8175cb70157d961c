"""The states of a visit and the steps between them. The values are those of the FHIR Appointment mapping in
docs/glossary.md."""

from __future__ import annotations

from datetime import datetime, timedelta

REQUESTED = "requested"
BOOKED = "booked"
ARRIVED = "arrived"
FULFILLED = "fulfilled"
CANCELLED = "cancelled"
DECLINED = "declined"
NO_SHOW = "no_show"

STEPS = {
    REQUESTED: frozenset({BOOKED, DECLINED, CANCELLED}),
    BOOKED: frozenset({ARRIVED, CANCELLED, NO_SHOW}),
    ARRIVED: frozenset({FULFILLED}),
}
# In these states the time of the visit stays taken.
HOLDING_TIME = frozenset({REQUESTED, BOOKED, ARRIVED, FULFILLED})
# In these states the patient may still move or cancel.
OPEN = frozenset({REQUESTED, BOOKED})


def allowed_transitions(status: str) -> frozenset[str]:
    return STEPS.get(status, frozenset())


# People come early, but not on another day.
EARLIEST_ARRIVAL = timedelta(hours=12)


def can_happen(*, to: str, starts_at: datetime, now: datetime) -> bool:
    """Say whether the step is possible at `now`: no visit was missed or took place before it began."""
    if to == ARRIVED:
        return now >= starts_at - EARLIEST_ARRIVAL
    return to not in (NO_SHOW, FULFILLED) or now >= starts_at
