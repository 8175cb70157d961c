"""What the addresses of the embeds share: who asks, what may be kept by whom, and the neutral refusals."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from typing import Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from cms.graphql.answers import Answer, AnswerCache, PublicAnswer
from cms.graphql.context import GraphQLContext
from cms.graphql.errors import RequestRefused
from cms.graphql.http_caching import STALE_IF_ERROR_SECONDS, chosen_coding, is_known, tag_headers
from cms.graphql.rate_limits import ARRIVAL_POINTS, RateLimits, client_of
from cms.graphql.sites import LocaleRoot, ServedSite
from cms.partners.assets import FALLBACK_LANGUAGE, fingerprint, labels, newest
from cms.partners.core import frame_ancestors, origin_of
from cms.partners.models import PartnerViews
from cms.partners.operations import count_view
from cms.partners.queries import Grant, Today, find_grant

# What was unpublished or revoked is gone from caches by then, whatever CDN stands before them.
SHARED_SECONDS = 5
NOT_KEPT = "private, no-store"
RETRY_SECONDS = 5
POLICY = ["default-src 'none'", "base-uri 'none'", "form-action 'none'"]
NEVER_FRAMED = "frame-ancestors 'none'"
RATE_LIMITS = RateLimits()


class NotServed(Exception):
    """The embed shows nothing. The reader is told no more than that; the status is for machines."""

    status = 404
    headers: Mapping[str, str] = {}


class DeadKey(NotServed):
    """The key is unknown, switched off or expired."""


class NotShown(NotServed):
    """There is nothing public at the address, or this partner may not show it."""


class QuotaSpent(NotServed):
    status = 429

    def __init__(self, *, seconds: int) -> None:
        self.headers = {"Retry-After": str(seconds)}


class AskedTooMuch(NotServed):
    """The client's minute is used up."""

    status = 429

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.headers = headers


class Away(NotServed):
    """The database cannot be asked; caches go on with what they have."""

    status = 503
    headers = {"Retry-After": str(RETRY_SECONDS)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to an embed, by the key in its address."""

    request: HttpRequest
    grant: Grant
    today: Today
    now: datetime

    @property
    def own_origin(self) -> str:
        return f"{self.request.scheme}://{self.request.get_host()}"

    @property
    def origin(self) -> str:
        """The partner's origin from which a browser asks; empty where it is not said or not one of theirs."""
        headers = self.request.headers
        said = headers.get("Origin") or origin_of(headers.get("Referer", ""))
        return said if said in self.grant.origins else ""

    @property
    def is_preview(self) -> bool:
        """Whether the admin shows what a partner's page would."""
        referer = self.request.headers.get("Referer", "")
        return referer.startswith(self.own_origin + reverse("wagtailadmin_home"))

    @property
    def is_foreign(self) -> bool:
        """Whether a script of a site asks that may not: it cannot read the answer."""
        said = self.request.headers.get("Origin", "")
        return bool(said) and said not in (*self.grant.origins, self.own_origin)

    @property
    def message_origins(self) -> list[str]:
        """The origins with which frames may talk."""
        return list(dict.fromkeys([*self.grant.origins, self.own_origin]))


class View(Protocol):
    def __call__(self, request: HttpRequest, *, key: str, **place: str) -> HttpResponse: ...


class Refuse(Protocol):
    """Makes the answer of a refusal; `grant` is None for a dead key."""

    def __call__(self, request: HttpRequest, refusal: NotServed, grant: Grant | None) -> HttpResponse: ...


def asked_by_key(
    refuse: Refuse, *, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[Callable[..., HttpResponse]], View]:
    """Decorate a view that takes `Asked` and the rest of its address, and may raise NotServed."""

    def decorate(respond: Callable[..., HttpResponse]) -> View:
        @wraps(respond)
        def view(request: HttpRequest, *, key: str, **place: str) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            now, grant = timezone.now(), None
            try:
                with limited(request):
                    grant, today = granted(key, now=now)
                    return respond(Asked(request, grant, today, now), **place)
            except RequestRefused as refusal:
                return refuse(request, AskedTooMuch(refusal.headers), None)
            except (OperationalError, InterfaceError):
                return refuse(request, Away(), None)
            except NotServed as refusal:
                return refuse(request, refusal, grant)

        return view

    return decorate


@contextmanager
def limited(request: HttpRequest) -> Iterator[None]:
    """Let what is done within cost the client its milliseconds. Raises RequestRefused where none are left."""
    client, began = client_of(request), timezone.now()
    RATE_LIMITS.charge(client, ARRIVAL_POINTS)
    try:
        yield
    finally:
        milliseconds = (timezone.now() - began).total_seconds() * 1000
        RATE_LIMITS.note_time(client, milliseconds=milliseconds, charged=ARRIVAL_POINTS)


def granted(key: str, *, now: datetime) -> tuple[Grant, Today]:
    """Return what the key opens. Raises DeadKey. At most one query."""
    found = None if "\0" in key else find_grant(key, now=now)
    if found is None:
        raise DeadKey
    return found


def check_quota(asked: Asked) -> None:
    """Raise QuotaSpent where the partner's day is used up."""
    if asked.today.views_left == 0:
        raise QuotaSpent(seconds=int((asked.today.ends_at - asked.now).total_seconds()) + 1)


def count(asked: Asked, kind: PartnerViews.Kind, *, procedure: str) -> None:
    """Count a view of a reader. One statement; none for HEAD, and for previews of a partner without a quota.

    Programs can say that they are previews, which must not get them past a quota."""
    is_free = asked.is_preview and asked.today.views_left is None
    if asked.request.method == "GET" and not is_free:
        count_view(grant=asked.grant, today=asked.today, kind=kind, procedure=procedure, origin=asked.origin)


def site_and_root(context: GraphQLContext, grant: Grant, locale: str) -> tuple[ServedSite, LocaleRoot]:
    """Return the site and the root of the locale to show: the one asked for, or the first that is allowed.

    Raises NotShown. One query."""
    site = context.site
    if site is None:
        raise NotShown
    roots = [site.root_in(locale)] if locale else list(site.roots)
    for root in roots:
        if root and grant.allows_locale(root.locale):
            return site, root
    raise NotShown


def public_answer(
    asked: Asked, *, name: str, key: tuple[str, ...], answers: AnswerCache, make: Callable[[], PublicAnswer]
) -> PublicAnswer:
    """Return a kept answer, or the one that `make` gives. Raises what `make` raises.

    Everything that the partner's record says is part of the key."""
    request = asked.request
    place = (request.scheme, request.get_host(), request.get_port(), settings.FRONTEND_BASE_URL)
    whole = repr((name, *place, fingerprint(), newest().version, asked.grant, *key)).encode()
    found = answers.get_or_make(whole, now=asked.now, make=make)
    assert not isinstance(found, Answer)
    return found


def respond(
    asked: Asked, answer: PublicAnswer, *, content_type: str, headers: Mapping[str, str]
) -> HttpResponse:
    """Return the answer as everybody gets it; `headers` may depend on the partner and the address alone."""
    request = asked.request
    encoded = answer.encoded(chosen_coding(request.headers.get("Accept-Encoding", "")))
    # Browsers keep the policy that came with the body, not the one of a 304: another policy, another body.
    mixed = blake2b(repr((encoded.etag, sorted(headers.items()))).encode(), digest_size=12).hexdigest()
    encoded = replace(encoded, etag=f'"{mixed}"')
    if is_known(encoded, request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = HttpResponse(encoded.body, content_type=content_type)
        if encoded.coding != "identity":
            response["Content-Encoding"] = encoded.coding
    for name, value in {**headers, **tag_headers(answer)}.items():
        response[name] = value
    response["ETag"] = encoded.etag
    response["Cache-Control"] = cache_control(asked, answer)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def cache_control(asked: Asked, answer: PublicAnswer) -> str:
    """Let shared caches keep it for seconds, and for a day where we are away; never past its end."""
    ends = [end for end in (answer.fresh_until, asked.grant.expires_at) if end]
    longest = SHARED_SECONDS + STALE_IF_ERROR_SECONDS
    left = max(0, int((min(ends) - asked.now).total_seconds())) if ends else longest
    shared = min(SHARED_SECONDS, left)
    failing = min(left - shared, STALE_IF_ERROR_SECONDS)
    return f"public, max-age=0, s-maxage={shared}, stale-if-error={failing}"


def page_policy(grant: Grant, *directives: str) -> str:
    return "; ".join([*POLICY, *directives, frame_ancestors(grant.origins)])


def unavailable_page(request: HttpRequest, refusal: NotServed, grant: Grant | None) -> HttpResponse:
    """Return the neutral page: the same for all reasons. Only a live partner may frame it."""
    texts = labels(language_of(request))
    html = render_to_string("partners/unavailable.html", {"texts": texts, "locale": language_of(request)})
    response = HttpResponse(html, status=refusal.status, headers=dict(refusal.headers))
    response["Cache-Control"] = NOT_KEPT
    response["X-Robots-Tag"] = "noindex"
    framing = frame_ancestors(grant.origins) if grant else NEVER_FRAMED
    response["Content-Security-Policy"] = "; ".join([*POLICY, framing])
    if grant:
        # Django would send X-Frame-Options, which knows no list.
        allow_framing(response)
    return response


def allow_framing(response: HttpResponse) -> None:
    """Leave it to the policy's frame-ancestors who may frame the page."""
    response.xframe_options_exempt = True


def language_of(request: HttpRequest) -> str:
    """Return the language in which to say that nothing is shown."""
    asked = request.GET.get("locale", "").lower()
    known = [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]
    return asked if asked in known else FALLBACK_LANGUAGE
