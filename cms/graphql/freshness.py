"""How long an answer may be kept, and by whom. Fields say it; the strictest field of a document decides."""

from enum import IntEnum


class Freshness(IntEnum):
    """In order: the greater is the stricter.

    CONTENT changes with the content version and may be kept under it. LIVE depends on bookings and the clock:
    clients may keep it for seconds, the server never. PRIVATE is for the one who asked.
    """

    CONTENT = 0
    LIVE = 1
    PRIVATE = 2


_declared: dict[tuple[str, str], Freshness] = {}


def declare_freshness(type_name: str, field_name: str, freshness: Freshness) -> None:
    """Let documents that select a field, by its name in the schema, be no fresher kept than `freshness`."""
    _declared[type_name, field_name] = freshness


def freshness_of(type_name: str, field_name: str) -> Freshness:
    return _declared.get((type_name, field_name), Freshness.CONTENT)
