"""How a CDN is told to forget answers by their tags. Another provider is one more entry of PROVIDERS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import requests

PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Account:
    """Where to purge: `zone` is Fastly's service id or Cloudflare's zone id. `token` appears in no log."""

    provider: str
    zone: str
    token: str
    api_url: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    api_url: str
    tags_per_call: int
    purge: Callable[[str, Account, Sequence[str]], requests.Response]


class PurgeFailed(Exception):
    """The CDN did not take the order; it has to be repeated."""


def _purge_fastly(api_url: str, account: Account, tags: Sequence[str]) -> requests.Response:
    # Soft: what is marked stale may still be served while the origin is asked, or is down.
    headers = {"Fastly-Key": account.token, "Fastly-Soft-Purge": "1", "Surrogate-Key": " ".join(tags)}
    return _post(f"{api_url}/service/{account.zone}/purge", headers=headers)


def _purge_cloudflare(api_url: str, account: Account, tags: Sequence[str]) -> requests.Response:
    headers = {"Authorization": f"Bearer {account.token}"}
    return _post(f"{api_url}/zones/{account.zone}/purge_cache", headers=headers, json={"tags": list(tags)})


def _post(url: str, *, headers: dict[str, str], json: Any = None) -> requests.Response:
    # A redirect would carry the token to another host.
    return requests.post(url, headers=headers, json=json, timeout=PATIENCE_SECONDS, allow_redirects=False)


PROVIDERS = {
    "cloudflare": Provider("https://api.cloudflare.com/client/v4", 100, _purge_cloudflare),
    "fastly": Provider("https://api.fastly.com", 256, _purge_fastly),
}


def purge_tags(tags: Sequence[str], *, account: Account) -> None:
    """Make the CDN forget everything that bears one of `tags`. Raises PurgeFailed."""
    provider = PROVIDERS[account.provider]
    for start in range(0, len(tags), provider.tags_per_call):
        batch = tags[start : start + provider.tags_per_call]
        try:
            answer = provider.purge(account.api_url or provider.api_url, account, batch)
        except requests.RequestException as error:
            raise PurgeFailed(f"The CDN cannot be reached ({type(error).__name__}).") from None
        if answer.status_code != 200:
            raise PurgeFailed(f"The CDN answered with status {answer.status_code}.")
