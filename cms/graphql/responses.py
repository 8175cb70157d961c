"""From an answer to HTTP: statuses, headers, what caches and scripts of other origins may do with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from cms.graphql.answers import Answer, PublicAnswer
from cms.graphql.errors import ErrorCode
from cms.graphql.http_caching import cache_headers, chosen_coding, is_known, tag_headers
from cms.graphql.requests import GRAPHQL_JSON, JSON

STATUS_WITHOUT_DATA = {
    ErrorCode.BAD_INPUT: 400,
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.TIMEOUT: 504,
}
NOT_KEPT = "private, no-store"
ALLOWED_HEADERS = "Content-Type, Authorization, Accept, If-None-Match, Clinic-Partner"
EXPOSED_HEADERS = (
    "X-Request-Id, ETag, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, RateLimit-Policy"
)


class GraphQLResponse(HttpResponse):
    """`public_answer` is what it was made of, where every GET of the address may be answered with it.

    `public_type` is its content type, which a 304 leaves out. From `origin_until` on its origin may not be
    allowed any more; None where time does not matter."""

    public_answer: PublicAnswer | None = None
    public_type = ""
    origin_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """Origins beside those of the settings, and the instant from which time alone may take some away."""

    origins: frozenset[str]
    until: datetime | None = None


def no_origins(now: datetime) -> AllowedOrigins:
    return AllowedOrigins(frozenset())


# Called with the present instant.
MoreOrigins = Callable[[datetime], AllowedOrigins]


def preferred_type(request: HttpRequest) -> str | None:
    return _preferred_type(request.META.get("HTTP_ACCEPT", "*/*"))


@lru_cache(maxsize=256)
def _preferred_type(accept: str) -> str | None:
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accept
    return request.get_preferred_type([JSON, GRAPHQL_JSON])


def response_of(
    answer: Answer | PublicAnswer,
    request: HttpRequest,
    *,
    now: datetime,
    rate_limit: Mapping[str, str],
) -> HttpResponse:
    if isinstance(answer, Answer):
        return _private(
            orjson.dumps(answer.body),
            request,
            status=_status(answer, preferred_type(request)),
            headers={**rate_limit, **answer.headers},
        )
    if request.method == "POST":
        encoded = answer.encoded(_coding(request))
        coding = {"Content-Encoding": encoded.coding} if encoded.coding != "identity" else {}
        response = _private(encoded.body, request, headers={**rate_limit, **coding})
        patch_vary_headers(response, ["Accept-Encoding"])
        return response
    return _public(answer, request, now=now)


def preflight(request: HttpRequest, *, now: datetime, more_origins: MoreOrigins) -> HttpResponse:
    response = HttpResponse(status=204, headers={"Cache-Control": NOT_KEPT})
    allow_origin(request, response, now=now, more_origins=more_origins)
    if response.has_header("Access-Control-Allow-Origin"):
        response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
        response["Access-Control-Max-Age"] = "86400"
    return response


def _private(
    body: bytes, request: HttpRequest, *, status: int = 200, headers: Mapping[str, str]
) -> HttpResponse:
    response = HttpResponse(body, status=status, headers=dict(headers), content_type=_content_type(request))
    response["Cache-Control"] = NOT_KEPT
    patch_vary_headers(response, ["Accept", "Authorization"])
    return response


def _public(answer: PublicAnswer, request: HttpRequest, *, now: datetime) -> HttpResponse:
    """No header of it may depend on the client: caches give it to others."""
    encoded = answer.encoded(_coding(request))
    response = GraphQLResponse(encoded.body, content_type=_content_type(request))
    if is_known(encoded, request.headers.get("If-None-Match", "")):
        response = GraphQLResponse(status=304)
        del response["Content-Type"]
    if answer.version is not None:
        response.public_answer, response.public_type = answer, _content_type(request)
    for name, value in {**cache_headers(answer, encoded=encoded, now=now), **tag_headers(answer)}.items():
        response[name] = value
    if response.status_code == 304:
        del response["Content-Encoding"]
    patch_vary_headers(response, ["Accept", "Accept-Encoding"])
    return response


def _coding(request: HttpRequest) -> str:
    return chosen_coding(request.headers.get("Accept-Encoding", ""))


def _content_type(request: HttpRequest) -> str:
    return f"{preferred_type(request) or JSON}; charset=utf-8"


def _status(answer: Answer, media_type: str | None) -> int:
    """Return the status: the newer media type tells an answer without data by it, the older one says 200."""
    if media_type != GRAPHQL_JSON or answer.status != 200 or answer.body.get("data") is not None:
        return answer.status
    code = answer.body["errors"][0]["extensions"]["code"]
    return STATUS_WITHOUT_DATA.get(code, 500)


def allow_origin(
    request: HttpRequest, response: HttpResponse, *, now: datetime, more_origins: MoreOrigins
) -> None:
    """Let browsers of the allowed origins read the answer, never with credentials.

    `more_origins` is asked for those that the settings do not name. A database that is away allows none."""
    allowed = getattr(settings, "CORS_ALLOWED_ORIGINS", [])
    origin = request.headers.get("Origin", "")
    if "*" in allowed:
        response["Access-Control-Allow-Origin"] = "*"
    else:
        patch_vary_headers(response, ["Origin"])
        if origin not in allowed and not _is_more(origin, response, now=now, more_origins=more_origins):
            return
        response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Expose-Headers"] = EXPOSED_HEADERS


def _is_more(origin: str, response: HttpResponse, *, now: datetime, more_origins: MoreOrigins) -> bool:
    if not origin:
        return False
    try:
        found = more_origins(now)
    except (OperationalError, InterfaceError):
        return False
    if isinstance(response, GraphQLResponse):
        response.origin_until = found.until
    return origin in found.origins
