"""Answers that everybody may see, kept while they are true.

An answer is kept under the content version that was committed before it was made, and counts only while that
version is the current one, which is looked up for every request, and until the instant from which time alone
may change it. So it is never older than the last commit, in however many processes it is kept.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from wagtail.models import Page

from cms.delivery.shared_answers import SharedAnswers
from cms.graphql.answers import Answer, PublicAnswer
from cms.graphql.versions import content_version

MEGABYTE = 1_000_000
# What a kept answer takes beside its body: objects, tables, key.
OVERHEAD_BYTES = 2_000
# Longer than any query may take; who has waited so long goes ahead.
LEADER_SECONDS = 3.0

Make = Callable[[], Answer | PublicAnswer]


class Answers:
    """The answers of this process, those used last; behind them those in Redis. Safe for threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, PublicAnswer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        # One event for each key that is being made.
        self._making: dict[bytes, threading.Event] = {}
        self._shared = SharedAnswers()
        self._expiry = NextExpiry()

    def get_or_make(self, key: bytes, *, now: datetime, make: Make) -> Answer | PublicAnswer:
        """Return the answer of `key` as of the present content version; equal requests make it once.

        One statement for the version. Raises what `make` raises, and django.db.Error."""
        if not settings.ANSWER_CACHE_MB:
            return make()
        mine = threading.Event()
        patience_ends = time.monotonic() + LEADER_SECONDS
        while True:
            # Read anew after each wait: a leader that started before a commit made nothing for this request.
            version = content_version()
            if found := self._current(key, version=version, now=now):
                return found
            leader = self._leader(key, mine)
            if leader is mine or not leader.wait(max(0, patience_ends - time.monotonic())):
                break
        try:
            return self._made(key, version=version, now=now, make=make)
        finally:
            self._step_down(key, mine)

    def _current(self, key: bytes, *, version: int, now: datetime) -> PublicAnswer | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None or not found.is_current(version=version, now=now):
                return None
            self._kept.move_to_end(key)
            return found

    def _made(self, key: bytes, *, version: int, now: datetime, make: Make) -> Answer | PublicAnswer:
        answer = self._shared.get(key, version=version)
        if answer is None or not answer.is_current(version=version, now=now):
            made = make()
            if not isinstance(made, PublicAnswer):
                return made
            answer = made
            answer.version = version
            expiry = self._expiry.after(now, version=version)
            if expiry and (answer.fresh_until is None or expiry < answer.fresh_until):
                answer.fresh_until = expiry
            self._shared.keep(key, answer, now=now)
        self._keep(key, answer)
        return answer

    def _keep(self, key: bytes, answer: PublicAnswer) -> None:
        with self._lock:
            if replaced := self._kept.pop(key, None):
                self._bytes -= _size(key, replaced)
            self._kept[key] = answer
            self._bytes += _size(key, answer)
            while self._bytes > settings.ANSWER_CACHE_MB * MEGABYTE:
                evicted_key, evicted = self._kept.popitem(last=False)
                self._bytes -= _size(evicted_key, evicted)

    def _leader(self, key: bytes, mine: threading.Event) -> threading.Event:
        with self._lock:
            return self._making.setdefault(key, mine)

    def _step_down(self, key: bytes, mine: threading.Event) -> None:
        with self._lock:
            if self._making.get(key) is mine:
                del self._making[key]
        mine.set()


class NextExpiry:
    """When the next live page expires: an instant at which content changes without a commit."""

    def __init__(self) -> None:
        # The version, the instant looked from, and what was found.
        self._known: tuple[int, datetime, datetime | None] | None = None

    def after(self, now: datetime, *, version: int) -> datetime | None:
        """Return the instant, None where no page will expire. One query for each version and expiry."""
        known = self._known
        if known and known[0] == version and known[1] <= now and (known[2] is None or now < known[2]):
            return known[2]
        live = Page.objects.filter(live=True, expire_at__gt=now).order_by("expire_at")
        found = live.values_list("expire_at", flat=True).first()
        # A request that began before the last look, and was slow, looks for itself.
        self._known = version, now, found
        return found


def _size(key: bytes, answer: PublicAnswer) -> int:
    # The body, and at most as much again for its compressed forms.
    return len(key) + 2 * len(answer.body) + OVERHEAD_BYTES
