"""Opaque global ids: the kind and primary key of a thing, in URL-safe base64."""

import base64
import binascii

BIGGEST_KEY = 2**63 - 1


def encode_id(kind: str, pk: int) -> str:
    return base64.urlsafe_b64encode(f"{kind}:{pk}".encode()).decode().rstrip("=")


def decode_id(kind: str, value: str) -> int | None:
    """Return the primary key, or None where no thing of this kind can have such an id."""
    try:
        text = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return None
    found_kind, _, key = text.partition(":")
    if found_kind != kind or not key.isascii() or not key.isdigit():
        return None
    pk = int(key) if len(key) < 20 else BIGGEST_KEY + 1
    return pk if pk <= BIGGEST_KEY and encode_id(kind, pk) == value else None
