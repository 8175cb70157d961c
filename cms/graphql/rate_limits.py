"""How much one client may ask: points in a sliding minute, in this process or, with REDIS_URL, in all.

Each request costs a point on arrival, before anything of it is read. A document that is not known costs some
for its length, before it is parsed, and every document its cost, before it is executed. The storage holds two
counters for each client, under a keyed hash of its address.
"""

import ipaddress
import math
import threading
import time
from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage, SlidingWindowCounterSupport
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from cms.graphql.circuit import Circuit, redis_connections
from cms.graphql.errors import ErrorCode, RequestRefused

WINDOW_SECONDS = 60
SWEEP_SECONDS = 5
ARRIVAL_POINTS = 1


class WindowStorage(MemoryStorage):
    """The library's storage, sweeping once in a while: its own starts a thread for every few requests."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._swept_at = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            if now - self._swept_at > SWEEP_SECONDS:
                self._swept_at = now
                for old in [old for old, until in self.expirations.items() if until <= now]:
                    self.clear(old)
            # Before the count: whoever reads a count without an end takes it for an old one.
            self.expirations.setdefault(key, now + expiry)
            self.storage[key] += amount
            return self.storage[key]


class RateLimits:
    """The points of all clients. Safe for threads; a Redis that is away never fails a request."""

    def __init__(self) -> None:
        self._circuit = Circuit("rate limits")

    @cached_property
    def _memory(self) -> SlidingWindowCounterRateLimiter:
        return SlidingWindowCounterRateLimiter(WindowStorage())

    @cached_property
    def _shared(self) -> SlidingWindowCounterRateLimiter | None:
        pool = redis_connections()
        if pool is None:
            return None
        storage = RedisStorage(settings.REDIS_URL, connection_pool=pool, key_prefix="clinic:limits")
        return SlidingWindowCounterRateLimiter(storage)

    def charge(self, client: str, points: int) -> None:
        """Take `points` from the client's minute. Raises RequestRefused (429) where they are not left."""
        if not settings.RATE_LIMIT_ENABLED or not points:
            return
        item = RateLimitItemPerMinute(settings.RATE_LIMIT_PER_MINUTE)
        # So much is there after a minute of silence, whatever it was that costs more.
        points = min(points, max(1, item.amount - ARRIVAL_POINTS))
        if self._hit(item, client, points):
            return
        seconds = self._seconds_until(item, client, points)
        message = f"You have asked for too much within a minute. Try again in {seconds} seconds."
        headers = {"Retry-After": str(seconds)}
        raise RequestRefused(ErrorCode.RATE_LIMITED, message, status=429, headers=headers)

    def note_time(self, client: str, *, milliseconds: float, charged: int) -> None:
        """Take a point for each millisecond beyond what was `charged`: some queries look too cheap."""
        points = min(int(milliseconds) - charged, settings.RATE_LIMIT_PER_MINUTE)
        if settings.RATE_LIMIT_ENABLED and points > 0:
            self._hit(RateLimitItemPerMinute(settings.RATE_LIMIT_PER_MINUTE), client, points)

    def headers(self, client: str) -> Mapping[str, str]:
        """Return what the client has left, and in how many seconds it has all points again."""
        if not settings.RATE_LIMIT_ENABLED:
            return {}
        item = RateLimitItemPerMinute(settings.RATE_LIMIT_PER_MINUTE)
        earlier, earlier_left, current, current_left = self._window(item, client)
        spent = math.floor(earlier * earlier_left / WINDOW_SECONDS + current)
        reset = current_left if current else earlier_left if earlier else 0
        return {
            "RateLimit-Limit": str(item.amount),
            "RateLimit-Remaining": str(max(0, item.amount - spent)),
            "RateLimit-Reset": str(math.ceil(reset)),
            "RateLimit-Policy": f"{item.amount};w={WINDOW_SECONDS}",
        }

    def _hit(self, item: RateLimitItemPerMinute, client: str, points: int) -> bool:
        if self._shared and not self._circuit.is_open:
            try:
                is_left = self._shared.hit(item, client, cost=points)
            except RedisError as error:
                self._circuit.failed(error)
            else:
                self._circuit.worked()
                return is_left
        return self._memory.hit(item, client, cost=points)

    def _window(self, item: RateLimitItemPerMinute, client: str) -> tuple[int, float, int, float]:
        """Return the points of the minute before and the seconds for which they count, and of this one."""
        key = item.key_for(client)
        if self._shared and not self._circuit.is_open:
            try:
                return _storage(self._shared).get_sliding_window(key, WINDOW_SECONDS)
            except RedisError as error:
                self._circuit.failed(error)
        return _storage(self._memory).get_sliding_window(key, WINDOW_SECONDS)

    def _seconds_until(self, item: RateLimitItemPerMinute, client: str, points: int) -> int:
        """Return after how many seconds the points will be there, if the client asks for nothing else."""
        earlier, earlier_left, current, current_left = self._window(item, client)
        room = item.amount - points
        if current <= room:
            # Points of the minute before fade evenly.
            seconds = earlier_left - (room - current) * WINDOW_SECONDS / earlier if earlier else 0
        else:
            seconds = current_left - WINDOW_SECONDS * room / current
        return max(1, math.ceil(seconds))


def _storage(limiter: SlidingWindowCounterRateLimiter) -> SlidingWindowCounterSupport:
    assert isinstance(limiter.storage, SlidingWindowCounterSupport)
    return limiter.storage


def client_of(request: HttpRequest) -> str:
    """Return the pseudonym of the client's address; one for a whole /64 of IPv6, which one house gets."""
    return _pseudonym(client_network(request, trusted_proxies=settings.TRUSTED_PROXIES))


def user_client_of(user_id: int) -> str:
    """Return the pseudonym of whom a bearer token belongs to, with however many tokens."""
    return _pseudonym(f"user {user_id}")


def client_network(request: HttpRequest, *, trusted_proxies: int) -> str:
    """Return the address that the outermost of our own proxies saw. Left of it anyone can write."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if trusted_proxies else ""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    hops.append(request.META.get("REMOTE_ADDR", ""))
    return _network(hops[max(0, len(hops) - 1 - trusted_proxies)])


def _network(address: str) -> str:
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        # Some proxies add the port.
        address = address.partition(":")[0]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((int(found), 64), strict=False))


def _pseudonym(text: str) -> str:
    return blake2b(text.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()
