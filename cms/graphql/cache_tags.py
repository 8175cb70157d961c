"""What an answer was read from, as tags by which a CDN can be told to forget it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.db import connection

TABLE = re.compile(r'\b(?:FROM|JOIN)\s+"?(\w+)"?', re.IGNORECASE)


@lru_cache(maxsize=1_024)
def cache_tag(table: str) -> str:
    """Return the opaque tag of answers that were read from `table`: ten characters, always the same."""
    return blake2b(table.encode(), digest_size=5).hexdigest()


@lru_cache(maxsize=1_024)
def tables_in(sql: str) -> frozenset[str]:
    """Return the tables that a statement reads. A word too many costs a tag and does no harm."""
    return frozenset(TABLE.findall(sql))


_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)


def note_tables(tables: frozenset[str]) -> None:
    """Note what a statement reads whose text does not say it."""
    if (noted := _noted.get()) is not None:
        noted |= tables


@contextmanager
def noting_tables() -> Iterator[set[str]]:
    """Yield the set of all tables that statements inside have read."""
    found: set[str] = set()

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        found.update(tables_in(str(sql)))
        return execute(sql, params, many, context)

    token = _noted.set(found)
    try:
        with connection.execute_wrapper(note):
            yield found
    finally:
        _noted.reset(token)
