"""What clients hand in, checked, and answered once however often it is sent."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import OperationalError, connection, transaction
from django.utils.crypto import salted_hmac
from psycopg2 import errorcodes

from cms.graphql.sites import ServedSite
from schedules.models import (
    Appointment,
    IdempotencyKey,
    WaitlistEntry,
)
from schedules.operations.refusals import (
    Busy,
    IdempotencyConflict,
    InvalidInput,
)

Result = TypeVar("Result")
Answer = TypeVar("Answer", bound=Appointment | WaitlistEntry)
LOCK_TIMEOUT = "10s"
KEY_LIFE = timedelta(days=7)
WAITED_TOO_LONG = {errorcodes.LOCK_NOT_AVAILABLE, errorcodes.DEADLOCK_DETECTED}
PHONE = re.compile(r"[0-9+()./ \-]{3,40}")
LANGUAGE = re.compile(r"(?=.{2,12}$)[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
CLAIM_KEY = """
INSERT INTO schedules_idempotencykey (site_id, key, operation, request_hash, created_at)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (site_id, key) DO UPDATE SET operation = schedules_idempotencykey.operation
RETURNING *
"""
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# A line break in a name could pass for a header of its own in a mail.
LINE_BREAKS = re.compile(r"[\t\n\r\u2028\u2029]")
# They turn the direction of the text that follows, on whatever page shows it.
DIRECTION_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Patient:
    name: str
    email: str
    phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with its idempotency key. `payload` is everything that makes it this request."""

    site: ServedSite
    operation: str
    key: str
    payload: Mapping[str, Any]
    # The partner that it came through; empty for the site itself.
    source: str = ""

    @property
    def visit_source(self) -> str:
        """What the visit is marked with."""
        return self.source or self.site.name

    @property
    def hash(self) -> str:
        # Keyed, since a plain hash of patient details could be guessed back.
        text = json.dumps([self.operation, self.payload], sort_keys=True, default=str)
        return salted_hmac("schedules.request", text, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Done:
    """The visit as it is now. The manage token is there only where the request made it a visit."""

    appointment: Appointment
    manage_token: str | None = None


def check_patient(patient: Patient, *, needs_email: bool = True) -> None:
    """Raise InvalidInput for details that cannot be right."""
    is_readable = is_one_line(patient.name) and any(map(str.isalnum, patient.name))
    if len(patient.name) > 120 or not is_readable:
        raise InvalidInput(field="patient.name", message="Enter a name of at most 120 characters.")
    if patient.email or needs_email:
        _check_email(patient.email)
    digits = sum(map(str.isdigit, patient.phone))
    if patient.phone and (digits < 3 or not PHONE.fullmatch(patient.phone)):
        raise InvalidInput(field="patient.phone", message="Enter a phone number such as +1 303 555 0100.")
    if len(patient.note) > 1000 or CONTROL_CHARACTERS.search(patient.note):
        raise InvalidInput(field="note", message="Keep the note below 1,001 characters of plain text.")


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(
            field="patient.email", message="Enter an email address such as name@example.com."
        ) from error
    if len(email) > 254:
        raise InvalidInput(field="patient.email", message="Enter an email address below 255 characters.")


def check_reason(reason: str) -> None:
    if len(reason) > 250 or not is_one_line(reason):
        raise InvalidInput(field="reason", message="Keep the reason below 251 characters, on one line.")


def is_one_line(text: str) -> bool:
    patterns = (CONTROL_CHARACTERS, LINE_BREAKS, DIRECTION_OVERRIDES)
    return not any(pattern.search(text) for pattern in patterns)


def check_key(key: str) -> None:
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise InvalidInput(
            field="idempotencyKey", message="Send a random key of at most 255 characters, such as a UUID."
        )


def check_language(language: str) -> None:
    if language and not LANGUAGE.fullmatch(language):
        raise InvalidInput(field="language", message="Use a language code such as en or es-MX.")


def answer_once(*, request: KeyedRequest, act: Callable[[IdempotencyKey], Answer], now: datetime) -> Answer:
    """Run `act` in a transaction that also keeps the key, or return what an earlier run made.

    A parallel repeat waits for the first to commit. Refusals are not kept, so a later try may succeed."""

    def once() -> Answer:
        row = _claim_key(request=request, now=now)
        earlier = _made_earlier(row)
        if earlier is not None:
            return earlier
        answer = act(row)
        field = "appointment" if isinstance(answer, Appointment) else "waitlist_entry"
        # A new visit is noted on the journey that stores it.
        if getattr(row, f"{field}_id") != answer.pk:
            IdempotencyKey.objects.filter(pk=row.pk).update(**{field: answer})
        return answer

    return in_transaction(once)


def _made_earlier(row: IdempotencyKey) -> Any:
    if row.appointment_id is not None:
        return Appointment.objects.select_related("patient").get(pk=row.appointment_id)
    return row.waitlist_entry


def _claim_key(*, request: KeyedRequest, now: datetime) -> IdempotencyKey:
    """Return the row of the key. Without a visit or entry it is ours: others commit theirs with one."""
    # Waits where a parallel request with the same key is under way. Updating nothing locks the row, so that
    # nobody deletes it as expired before it is read.
    values = [request.site.pk, request.key, request.operation, request.hash, now]
    [row] = IdempotencyKey.objects.raw(CLAIM_KEY, values)
    if row.created_at < now - KEY_LIFE:
        row.request_hash, row.operation, row.created_at = request.hash, request.operation, now
        row.appointment = row.waitlist_entry = None
        row.save()
    elif row.request_hash != request.hash:
        raise IdempotencyConflict("This idempotency key was used for another request. Send a new key.")
    return row


def in_transaction(act: Callable[[], Result]) -> Result:
    """Run `act` in a transaction, once more if it waited too long for a lock. Raises Busy after that."""
    for _ in range(2):
        try:
            with transaction.atomic():
                _limit_lock_wait()
                return act()
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) not in WAITED_TOO_LONG:
                raise
    raise Busy("Many people are booking at this moment. Please try again.")


def _limit_lock_wait() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])


def take_turns(*names: str) -> None:
    """Wait for others who take turns under one of these names, until their transactions end.

    These locks are the last that any transaction takes, so nobody waits in a circle, and nobody who waits
    for something else keeps others from their turn."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
