"""Kept answers in Redis, for all processes of one release on one database. Without Redis nothing is there."""

import hashlib
import zlib
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path

import orjson
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from cms.graphql.answers import PublicAnswer
from cms.graphql.circuit import Circuit, redis_connections
from cms.graphql.freshness import Freshness

LONGEST_SECONDS = 600
COMPRESSION_LEVEL = 1


class SharedAnswers:
    """Keys hold the content version, so that nothing is ever deleted: what is old is not asked for again."""

    def __init__(self) -> None:
        self._circuit = Circuit("kept answers")

    @cached_property
    def _redis(self) -> Redis | None:
        pool = redis_connections()
        return Redis(connection_pool=pool) if pool else None

    def get(self, key: bytes, *, version: int) -> PublicAnswer | None:
        if self._redis is None or self._circuit.is_open:
            return None
        try:
            packed = self._redis.get(_name(key, version))
        except RedisError as error:
            self._circuit.failed(error)
            return None
        self._circuit.worked()
        if not isinstance(packed, bytes):
            return None
        try:
            return unpacked(packed, version=version)
        except (zlib.error, ValueError):
            # Damaged: it is made anew and takes this one's place. Redis itself is well.
            return None

    def keep(self, key: bytes, answer: PublicAnswer, *, now: datetime) -> None:
        if self._redis is None or self._circuit.is_open or answer.version is None:
            return
        left = LONGEST_SECONDS
        if answer.fresh_until is not None:
            left = min(left, int((answer.fresh_until - now).total_seconds()))
        if left < 1:
            return
        try:
            self._redis.set(_name(key, answer.version), packed(answer), ex=left)
        except RedisError as error:
            self._circuit.failed(error)


def packed(answer: PublicAnswer) -> bytes:
    until = answer.fresh_until.isoformat() if answer.fresh_until else None
    head = orjson.dumps([until, sorted(answer.tables)])
    return zlib.compress(head + b"\n" + answer.body, COMPRESSION_LEVEL)


def unpacked(packed: bytes, *, version: int) -> PublicAnswer:
    head, _, body = zlib.decompress(packed).partition(b"\n")
    until, tables = orjson.loads(head)
    return PublicAnswer(
        body=body,
        freshness=Freshness.CONTENT,
        fresh_until=datetime.fromisoformat(until) if until else None,
        tables=frozenset(tables),
        version=version,
    )


def _name(key: bytes, version: int) -> str:
    return f"clinic:answer:{release()}:{version}:{hashlib.sha256(key).hexdigest()}"


@cache
def release() -> str:
    """Return a fingerprint of all that shapes answers beside the content: code, schema, settings, database.

    Reads the project's source files once."""
    digest = hashlib.sha256()
    project = Path(settings.BASE_DIR)
    folders = [project / name for name in ("cms", "services", "providers", "schedules")]
    files = [
        path for folder in folders for pattern in ("*.py", "*.graphql") for path in folder.rglob(pattern)
    ]
    for path in sorted([*files, *project.glob("requirements.txt")]):
        digest.update(path.read_bytes())
    database = settings.DATABASES["default"]
    places = [database.get(name, "") for name in ("HOST", "PORT", "NAME")]
    names = ("SECRET_KEY", "FRONTEND_BASE_URL", "MEDIA_URL", "LANGUAGE_CODE", "WAGTAIL_CONTENT_LANGUAGES")
    shaping = [getattr(settings, name) for name in names]
    digest.update(repr([places, shaping]).encode())
    return digest.hexdigest()[:16]
