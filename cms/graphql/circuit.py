"""Doing without Redis while it is away: short waits, a pause after a failure, one line in the log."""

import logging
import time

from django.conf import settings
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.retry import Retry

logger = logging.getLogger("cms.graphql")
PATIENCE_SECONDS = 0.2
PAUSE_SECONDS = 5.0


def redis_connections() -> ConnectionPool | None:
    """Return a pool of connections that give up soon, None where no Redis is set up. Connects to nothing."""
    if not settings.REDIS_URL:
        return None
    return ConnectionPool.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


class Circuit:
    """Whether one use of Redis works at present."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._closed_again_at = 0.0
        self._is_away = False

    @property
    def is_open(self) -> bool:
        """Whether the server failed so recently that it is not asked."""
        return time.monotonic() < self._closed_again_at

    def failed(self, error: BaseException) -> None:
        # The type only: messages name hosts.
        if not self._is_away:
            logger.warning("Redis is away (%s): %s go on without it.", type(error).__name__, self.purpose)
        self._is_away = True
        self._closed_again_at = time.monotonic() + PAUSE_SECONDS

    def worked(self) -> None:
        if self._is_away:
            logger.warning("Redis is back: %s use it again.", self.purpose)
        self._is_away = False
