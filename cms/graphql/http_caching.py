"""HTTP caching of GET: which bytes travel, whether the client has them already, and how long they last."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from cms.graphql.answers import Encoded, PublicAnswer
from cms.graphql.cache_tags import cache_tag
from cms.graphql.freshness import Freshness

LIVE_SECONDS = 5
STALE_IF_ERROR_SECONDS = 86_400
PREFERRED_CODINGS = ("br", "gzip")


@lru_cache(maxsize=256)
def chosen_coding(accept_encoding: str) -> str:
    """Return br, gzip or identity, whichever the client weighs highest; br before gzip where it is even."""
    weights = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        weights[name.strip()] = _weight(parameter)
    others = weights.get("*", 0.0)
    best = max(PREFERRED_CODINGS, key=lambda coding: weights.get(coding, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else "identity"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def is_known(encoded: Encoded, if_none_match: str) -> bool:
    """Tell whether the client has these bytes. Proxies may have weakened the tag."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return encoded.etag in tags or "*" in tags


def cache_headers(answer: PublicAnswer, *, encoded: Encoded, now: datetime) -> dict[str, str]:
    """Return the headers of a 200 and of a 304 that vary with the bytes and with the time left."""
    headers = {"ETag": encoded.etag, "Cache-Control": cache_control(answer, now=now)}
    if encoded.coding != "identity":
        headers["Content-Encoding"] = encoded.coding
    return headers


def cache_control(answer: PublicAnswer, *, now: datetime) -> str:
    if answer.freshness is Freshness.LIVE:
        return f"public, max-age={LIVE_SECONDS}"
    if answer.fresh_until is None:
        return _content_control(settings.CDN_MAX_AGE, settings.CDN_MAX_AGE, STALE_IF_ERROR_SECONDS)
    left = max(0, int((answer.fresh_until - now).total_seconds()))
    shared = min(left, settings.CDN_MAX_AGE)
    return _content_control(
        shared, min(left - shared, settings.CDN_MAX_AGE), min(left - shared, STALE_IF_ERROR_SECONDS)
    )


def _content_control(shared: int, revalidating: int, failing: int) -> str:
    return (
        f"public, max-age=0, s-maxage={shared}, "
        f"stale-while-revalidate={revalidating}, stale-if-error={failing}"
    )


def tag_headers(answer: PublicAnswer) -> Mapping[str, str]:
    """Return the answer's cache tags, as Cloudflare and as Fastly read them."""
    tags = sorted(map(cache_tag, answer.tables))
    return {"Cache-Tag": ",".join(tags), "Surrogate-Key": " ".join(tags)} if tags else {}
