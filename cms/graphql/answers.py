"""Answers for everybody: what they are, and what a cache of them has to do."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol

import brotli

from cms.graphql.freshness import Freshness

# Below, compressing saves no packet.
SMALLEST_COMPRESSED = 1_000
COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
    "identity": lambda body: body,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer for the one who asked: errors, private data, what a mutation did."""

    body: dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Encoded:
    """The bytes that travel, and the strong ETag that stands for exactly them."""

    body: bytes
    coding: str
    etag: str


@dataclass(slots=True, eq=False, weakref_slot=True)
class PublicAnswer:
    """An answer without errors that depends on nothing but the address, the document and its variables.

    `fresh_until` is the instant from which time alone may change it. `version` is the content version under
    which it is kept, None for one that is not.
    """

    body: bytes
    freshness: Freshness
    fresh_until: datetime | None
    tables: frozenset[str]
    version: int | None = None
    _encoded: dict[str, Encoded] = field(default_factory=dict)

    def is_current(self, *, version: int, now: datetime) -> bool:
        return self.version == version and (self.fresh_until is None or now < self.fresh_until)

    def encoded(self, coding: str) -> Encoded:
        """Return the answer in one of COMPRESS, or as it is where that is not worth it. Compressed once."""
        if self.version is None or len(self.body) < SMALLEST_COMPRESSED:
            coding = "identity"
        if coding not in self._encoded:
            body = COMPRESS[coding](self.body)
            self._encoded[coding] = Encoded(body, coding, f'"{blake2b(body, digest_size=12).hexdigest()}"')
        return self._encoded[coding]


class AnswerCache(Protocol):
    def get_or_make(
        self, key: bytes, *, now: datetime, make: Callable[[], Answer | PublicAnswer]
    ) -> Answer | PublicAnswer:
        """Return the kept answer of `key` if it shows what is committed now, else what `make` gives."""
