"""The states of a visit and the steps between them. The values are those of the FHIR Appointment mapping in
docs/glossary.md."""

from __future__ import annotations

from datetime import datetime, timedelta

HELD = "held"
REQUESTED = "requested"
BOOKED = "booked"
ARRIVED = "arrived"
FULFILLED = "fulfilled"
CANCELLED = "cancelled"
DECLINED = "declined"
NO_SHOW = "no_show"
EXPIRED = "expired"

# Steps of a visit, which people take, but for expiry.
STEPS = {
    REQUESTED: frozenset({BOOKED, DECLINED, CANCELLED, EXPIRED}),
    BOOKED: frozenset({ARRIVED, CANCELLED, NO_SHOW}),
    ARRIVED: frozenset({FULFILLED}),
}
# Steps of a hold: it becomes a visit, in time or late, is released, or lapses.
HOLD_STEPS = {
    HELD: frozenset({REQUESTED, BOOKED, CANCELLED, EXPIRED}),
    EXPIRED: frozenset({REQUESTED, BOOKED}),
}
# In these states the time of the visit stays taken.
HOLDING_TIME = frozenset({HELD, REQUESTED, BOOKED, ARRIVED, FULFILLED})
# In these states the patient may still move or cancel.
OPEN = frozenset({REQUESTED, BOOKED})


def allowed_transitions(status: str) -> frozenset[str]:
    """Return the steps that people may take with a visit; only time makes one expire."""
    return STEPS.get(status, frozenset()) - {EXPIRED}


def state_of_request(status: str, *, starts_at: datetime, now: datetime) -> str:
    """Return the state at `now`: a request that nobody answered before its start counts as expired."""
    return EXPIRED if status == REQUESTED and starts_at <= now else status


def state_of_hold(status: str, *, expires_at: datetime, now: datetime) -> str:
    """Return the state at `now`: a hold lapses by itself."""
    return EXPIRED if status == HELD and expires_at <= now else status


# People come early, but not on another day.
EARLIEST_ARRIVAL = timedelta(hours=12)


def can_happen(*, to: str, starts_at: datetime, now: datetime) -> bool:
    """Say whether the step is possible at `now`: no visit was missed or took place before it began."""
    if to == ARRIVED:
        return now >= starts_at - EARLIEST_ARRIVAL
    return to not in (NO_SHOW, FULFILLED) or now >= starts_at
