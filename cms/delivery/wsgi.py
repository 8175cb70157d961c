"""In front of Django: stored documents that were answered before, for the price of one look at the version.

What Django answered to a GET of a stored document is remembered with its headers, under all that Django's
answer depends on. Whatever is not found here, or not current, goes on to Django.
"""

import threading
import uuid
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import Error

from cms.graphql.answers import PublicAnswer
from cms.graphql.http_caching import cache_headers, chosen_coding, is_known
from cms.graphql.responses import GraphQLResponse
from cms.graphql.versions import content_version

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
PATH = "/graphql/"
REMEMBERED = 4_096
LONGEST_QUERY_STRING = 8_192
# Browsers send far less; strangers could fill the memory with longer ones.
LONGEST_HEADER = 200
# Made anew for each answer.
OWN_HEADERS = {
    "x-request-id",
    "etag",
    "cache-control",
    "content-type",
    "content-encoding",
    "content-length",
    "date",
}


@dataclass(frozen=True, slots=True)
class Remembered:
    """The headers of Django's answer, and the answer as long as the cache of answers keeps it.

    From `until` on the origin that the headers allow may be allowed no more."""

    headers: list[tuple[str, str]]
    content_type: str
    answer: "weakref.ref[PublicAnswer]"
    until: datetime | None

    def current_answer(self, *, now: datetime) -> PublicAnswer | None:
        """Return the answer while it is kept and what it shows is committed. One look at the version."""
        answer = self.answer()
        if answer is None or (self.until is not None and now >= self.until):
            return None
        return answer if _is_current(answer, now=now) else None


class AnsweredFirst:
    """A WSGI application around Django's."""

    def __init__(self, application: Application, *, clock: Callable[[], datetime]) -> None:
        self.application = application
        self.clock = clock
        self._remembered: OrderedDict[tuple[str, ...], Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None:
            return self.application(environ, start_response)
        remembered = self._remembered.get(key)
        now = self.clock()
        answer = remembered.current_answer(now=now) if remembered else None
        if remembered and answer:
            with self._lock:
                if key in self._remembered:
                    self._remembered.move_to_end(key)
            return _respond(environ, start_response, remembered, answer, now=now)
        response = self.application(environ, start_response)
        if isinstance(response, GraphQLResponse) and response.public_answer:
            self._remember(key, response)
        return response

    def _remember(self, key: tuple[str, ...], response: GraphQLResponse) -> None:
        assert response.public_answer is not None
        headers = [(name, value) for name, value in response.items() if name.lower() not in OWN_HEADERS]
        with self._lock:
            self._remembered[key] = Remembered(
                headers, response.public_type, weakref.ref(response.public_answer), response.origin_until
            )
            self._remembered.move_to_end(key)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)


def key_of(environ: Environ) -> tuple[str, ...] | None:
    """Return all that Django's answer to a GET of a stored document depends on; None for other requests."""
    query = environ.get("QUERY_STRING", "")
    if (
        environ.get("PATH_INFO") != PATH
        or environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or "documentId=" not in query
        or len(query) > LONGEST_QUERY_STRING
        or len(environ.get("HTTP_ACCEPT", "")) > LONGEST_HEADER
        or len(environ.get("HTTP_ORIGIN", "")) > LONGEST_HEADER
        or "HTTP_AUTHORIZATION" in environ
        or "HTTP_HOST" not in environ
    ):
        return None
    origin = "" if "*" in settings.CORS_ALLOWED_ORIGINS else environ.get("HTTP_ORIGIN", "")
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_X_FORWARDED_PROTO", "") if settings.SECURE_PROXY_SSL_HEADER else "",
        environ["HTTP_HOST"],
        query,
        environ.get("HTTP_ACCEPT", ""),
        origin,
    )


def _is_current(answer: PublicAnswer, *, now: datetime) -> bool:
    try:
        return answer.is_current(version=content_version(), now=now)
    except Error:
        # Django says it, in the words of the API.
        return False


def _respond(
    environ: Environ,
    start_response: Callable[..., Any],
    remembered: Remembered,
    answer: PublicAnswer,
    *,
    now: datetime,
) -> Iterable[bytes]:
    encoded = answer.encoded(chosen_coding(environ.get("HTTP_ACCEPT_ENCODING", "")))
    own = cache_headers(answer, encoded=encoded, now=now)
    own["X-Request-Id"] = uuid.uuid4().hex
    if is_known(encoded, environ.get("HTTP_IF_NONE_MATCH", "")):
        own.pop("Content-Encoding", None)
        start_response("304 Not Modified", [*remembered.headers, *own.items()])
        return []
    own["Content-Type"] = remembered.content_type
    own["Content-Length"] = str(len(encoded.body))
    start_response("200 OK", [*remembered.headers, *own.items()])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [encoded.body]
