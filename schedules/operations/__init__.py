"""Writes: book, hold, move and cancel visits, wait for one, and what the front desk does with them.

Every operation is one transaction. Locks are taken in one order: the idempotency key, visits by id, the entry
of the waitlist, resources by id, then the counting of holds or of waits. The exclusion constraint on claims
stands behind every path (docs/adr/0004).
"""

from schedules.operations.blocks import Occupied, block_time, unblock
from schedules.operations.front_desk import (
    book_by_phone,
    change_status,
    move_by_staff,
    overbook,
    swap_visits,
)
from schedules.operations.holds import Held, book_held, hold_slot
from schedules.operations.imports import ImportedVisit, ImportOverlap, import_appointment
from schedules.operations.patients import book_appointment, cancel_appointment, reschedule_appointment
from schedules.operations.refusals import (
    Busy,
    CutoffPassed,
    DailyLimit,
    HeldTooLong,
    HoldExpired,
    IdempotencyConflict,
    InvalidInput,
    InvalidState,
    NotFound,
    NotOffered,
    Refused,
    SlotTaken,
    TooEarly,
    TooFar,
    TooManyHolds,
    TooManyWaits,
    TooSoon,
)
from schedules.operations.requests import Done, KeyedRequest, Patient
from schedules.operations.series import SeriesConflict, SeriesDate, SeriesPlan, book_series
from schedules.operations.upkeep import (
    delete_dead_manage_tokens,
    delete_ended_waits,
    delete_old_holds,
    delete_old_keys,
    delete_old_messages,
    expire_requests,
)
from schedules.operations.waitlist import (
    Waiting,
    Wish,
    join_waitlist,
    leave_waitlist,
    offer_freed_times,
    take_off_waitlist,
)

__all__ = [
    "Busy",
    "CutoffPassed",
    "DailyLimit",
    "Done",
    "Held",
    "HeldTooLong",
    "HoldExpired",
    "IdempotencyConflict",
    "ImportOverlap",
    "ImportedVisit",
    "InvalidInput",
    "InvalidState",
    "KeyedRequest",
    "NotFound",
    "NotOffered",
    "Occupied",
    "Patient",
    "Refused",
    "SeriesConflict",
    "SeriesDate",
    "SeriesPlan",
    "SlotTaken",
    "TooEarly",
    "TooFar",
    "TooManyHolds",
    "TooManyWaits",
    "TooSoon",
    "Waiting",
    "Wish",
    "block_time",
    "book_appointment",
    "book_by_phone",
    "book_held",
    "book_series",
    "cancel_appointment",
    "change_status",
    "delete_dead_manage_tokens",
    "delete_ended_waits",
    "delete_old_holds",
    "delete_old_keys",
    "delete_old_messages",
    "expire_requests",
    "hold_slot",
    "import_appointment",
    "join_waitlist",
    "leave_waitlist",
    "move_by_staff",
    "offer_freed_times",
    "overbook",
    "reschedule_appointment",
    "swap_visits",
    "take_off_waitlist",
    "unblock",
]
