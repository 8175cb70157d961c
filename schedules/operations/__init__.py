"""Writes: book, move and cancel a visit, and what the front desk does with it.

Every operation is one transaction. Locks are taken in one order: the idempotency key, the visit, then
resources by id. The exclusion constraint on claims stands behind every path (docs/adr/0004).
"""

from schedules.operations.front_desk import change_status
from schedules.operations.imports import ImportedVisit, ImportOverlap, import_appointment
from schedules.operations.patients import book_appointment, cancel_appointment, reschedule_appointment
from schedules.operations.refusals import (
    Busy,
    CutoffPassed,
    DailyLimit,
    IdempotencyConflict,
    InvalidInput,
    InvalidState,
    NotFound,
    NotOffered,
    Refused,
    SlotTaken,
    TooEarly,
    TooFar,
    TooSoon,
)
from schedules.operations.requests import Done, KeyedRequest, Patient, delete_expired_keys

__all__ = [
    "Busy",
    "CutoffPassed",
    "DailyLimit",
    "Done",
    "IdempotencyConflict",
    "ImportOverlap",
    "ImportedVisit",
    "InvalidInput",
    "InvalidState",
    "KeyedRequest",
    "NotFound",
    "NotOffered",
    "Patient",
    "Refused",
    "SlotTaken",
    "TooEarly",
    "TooFar",
    "TooSoon",
    "book_appointment",
    "cancel_appointment",
    "change_status",
    "delete_expired_keys",
    "import_appointment",
    "reschedule_appointment",
]
