"""What all feeds share: limits for each client, conditional requests, and headers."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from cms.graphql.errors import RequestRefused
from cms.graphql.rate_limits import ARRIVAL_POINTS, RateLimits, client_of
from cms.graphql.sites import ServedSite, site_of

View = Callable[..., HttpResponseBase]
NO_BROWSING = "default-src 'none'; frame-ancestors 'none'"
RATE_LIMITS = RateLimits()
AWAY = "The service is not available just now. Try again in a few seconds."
COME_BACK = {"Retry-After": "5"}


def limited(view: View) -> View:
    """Let the view cost each client what it takes, in milliseconds of its minute.

    Without the database it is a plain 503."""

    @wraps(view)
    def charged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        client, began = client_of(request), timezone.now()
        try:
            RATE_LIMITS.charge(client, ARRIVAL_POINTS)
        except RequestRefused as refusal:
            return _plain(str(refusal), status=refusal.status, headers=refusal.headers)
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            return _plain(AWAY, status=503, headers=COME_BACK)
        finally:
            milliseconds = (timezone.now() - began).total_seconds() * 1000
            RATE_LIMITS.note_time(client, milliseconds=milliseconds, charged=ARRIVAL_POINTS)

    return charged


def _plain(message: str, *, status: int, headers: Mapping[str, str]) -> HttpResponse:
    response = HttpResponse(f"{message}\n", status=status, headers=dict(headers), content_type="text/plain")
    response["Cache-Control"] = "no-store"
    return response


def served_site(request: HttpRequest) -> ServedSite:
    """Return the site of the host asked for. Raises Http404 without one. Runs one query."""
    site = site_of(request)
    if site is None:
        raise Http404
    return site


def base_url(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def etag_of(*parts: bytes) -> str:
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return f'"{digest.hexdigest()[:32]}"'


def conditional(
    request: HttpRequest,
    content: Callable[[], bytes | Iterable[bytes]],
    *,
    etag: str,
    content_type: str,
    cache_control: str,
) -> HttpResponseBase:
    """Answer with `content()`, or with 304 and without calling it where the client has it already."""
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        body = content()
        response = (
            HttpResponse(body, content_type=content_type)
            if isinstance(body, bytes)
            else StreamingHttpResponse(body, content_type=content_type)
        )
    response["ETag"] = etag
    response["Cache-Control"] = cache_control
    response["Content-Security-Policy"] = NO_BROWSING
    response["X-Content-Type-Options"] = "nosniff"
    return response
