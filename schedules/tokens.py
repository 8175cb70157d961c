"""Tokens that clients carry: signed slots, and the secret that manages one visit."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

SLOT_SALT = "schedules.slot"
MANAGE_SALT = "schedules.manage"
HOLD_SALT = "schedules.hold"
OFFER_SALT = "schedules.offer"
WAITLIST_SALT = "schedules.waitlist"


class BadSlotToken(Exception):
    """The token was altered or is none of ours."""


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A slot as it was shown. `start` is in minutes since the Unix epoch, `duration` in minutes."""

    procedure: int
    location: int
    start: int
    duration: int
    providers: tuple[int, ...]


def sign_slot(choice: SlotChoice) -> str:
    """Return the token of a slot; the same slot has the same token."""
    fields = (choice.procedure, choice.location, choice.start, choice.duration, *choice.providers)
    return Signer(salt=SLOT_SALT).sign("-".join(map(str, fields)))


def read_slot(token: str) -> SlotChoice:
    """Return the slot of a token. Raises BadSlotToken."""
    try:
        text = Signer(salt=SLOT_SALT).unsign(token)
    except BadSignature as error:
        raise BadSlotToken from error
    procedure, location, start, duration, *providers = map(int, text.split("-"))
    return SlotChoice(
        procedure=procedure, location=location, start=start, duration=duration, providers=tuple(providers)
    )


def manage_token(*, appointment: UUID, idempotency_key: str) -> str:
    """Return the 256-bit secret of a visit: derived, so that a replayed booking can show it again."""
    return _derived(MANAGE_SALT, f"{appointment}:{idempotency_key}")


def hold_token(*, appointment: UUID, idempotency_key: str) -> str:
    """Return the secret of a held time; a repeated request can show it again."""
    return _derived(HOLD_SALT, f"{appointment}:{idempotency_key}")


def offer_token(*, appointment: UUID) -> str:
    """Return the secret of a time that is held for somebody on the waitlist.

    What tells them of it derives the token when it is sent: neither the offer nor the outbox has it."""
    return _derived(OFFER_SALT, str(appointment))


def waitlist_token(*, reference: str, idempotency_key: str) -> str:
    """Return the secret with which a patient leaves the waitlist."""
    return _derived(WAITLIST_SALT, f"{reference}:{idempotency_key}")


def _derived(salt: str, value: str) -> str:
    digest = salted_hmac(salt, value, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
