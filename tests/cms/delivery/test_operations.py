"""Purging against a CDN that listens on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from cms.delivery.cdn import PROVIDERS, PurgeFailed
from cms.delivery.models import ContentChange
from cms.delivery.operations import purge_changes
from cms.graphql.cache_tags import cache_tag
from tests.cms.delivery.fake_cdn import TOKEN, ZONE, Cdn, running_cdn


@pytest.fixture
def cdn(settings: Settings) -> Iterator[Cdn]:
    with running_cdn() as cdn:
        settings.CDN_API_URL, settings.CDN_ZONE, settings.CDN_TOKEN = cdn.url, ZONE, TOKEN
        yield cdn


def add_changes(*tags: str, version: int = 7) -> None:
    ContentChange.objects.bulk_create(ContentChange(tag=tag, version=version) for tag in tags)


def open_changes() -> list[str]:
    changes = ContentChange.objects.order_by("tag").values_list("tag", "version", "purged_version")
    return [tag for tag, version, purged in changes if version > purged]


@pytest.fixture(autouse=True)
def no_changes_yet(db: None) -> None:
    ContentChange.objects.all().delete()


def test_fastly_is_told_by_surrogate_key(cdn: Cdn, settings: Settings) -> None:
    settings.CDN = "fastly"
    add_changes("core_clinicimage", "wagtailcore_page")

    assert purge_changes() == 2

    [(path, headers, body)] = cdn.calls
    assert (path, body) == ("/service/zone-1/purge", None)
    assert {name: headers[name] for name in ("Fastly-Key", "Fastly-Soft-Purge", "Surrogate-Key")} == {
        "Fastly-Key": TOKEN,
        "Fastly-Soft-Purge": "1",
        "Surrogate-Key": f"{cache_tag('core_clinicimage')} {cache_tag('wagtailcore_page')}",
    }
    assert open_changes() == []


def test_cloudflare_is_told_by_tags(cdn: Cdn, settings: Settings) -> None:
    settings.CDN = "cloudflare"
    add_changes("wagtailcore_page")

    assert purge_changes() == 1

    [(path, headers, body)] = cdn.calls
    assert (path, headers["Authorization"]) == ("/zones/zone-1/purge_cache", f"Bearer {TOKEN}")
    assert body == {"tags": [cache_tag("wagtailcore_page")]}


@pytest.mark.parametrize(("provider", "sizes"), [("cloudflare", [100, 100, 70]), ("fastly", [256, 14])])
def test_many_tags_go_in_batches(cdn: Cdn, settings: Settings, provider: str, sizes: list[int]) -> None:
    settings.CDN = provider
    add_changes(*(f"table_{number}" for number in range(270)))

    assert purge_changes() == 270

    sent = [body["tags"] if body else headers["Surrogate-Key"].split() for _, headers, body in cdn.calls]
    assert [len(tags) for tags in sent] == sizes
    assert len({tag for tags in sent for tag in tags}) == 270


def test_nothing_changed_asks_nobody(cdn: Cdn, settings: Settings) -> None:
    settings.CDN = "fastly"
    add_changes("wagtailcore_page")
    purge_changes()

    assert (purge_changes(), len(cdn.calls)) == (0, 1)


@pytest.mark.parametrize("status", [302, 429, 500])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_refusal_loses_nothing_and_tells_no_secret(
    cdn: Cdn, settings: Settings, provider: str, status: int
) -> None:
    settings.CDN, cdn.status = provider, status
    add_changes("wagtailcore_page")

    with pytest.raises(PurgeFailed) as refusal:
        purge_changes()
    assert str(refusal.value) == f"The CDN answered with status {status}."
    assert (len(cdn.calls), open_changes()) == (1, ["wagtailcore_page"])

    cdn.status = 200
    assert (purge_changes(), open_changes()) == (1, [])


def test_unreachable_cdn_loses_nothing(settings: Settings) -> None:
    settings.CDN, settings.CDN_ZONE, settings.CDN_TOKEN = "fastly", "zone-1", TOKEN
    settings.CDN_API_URL = "http://127.0.0.1:9"
    add_changes("wagtailcore_page")

    with pytest.raises(PurgeFailed, match=r"^The CDN cannot be reached \(ConnectionError\)\.$"):
        purge_changes()
    assert open_changes() == ["wagtailcore_page"]


def test_change_during_the_call_stays_open(cdn: Cdn, settings: Settings) -> None:
    """Only the version that was read counts as purged."""
    settings.CDN = "fastly"
    add_changes("wagtailcore_page")
    with connection.execute_wrapper(change_before_update()):
        purge_changes()

    assert open_changes() == ["wagtailcore_page"]


def change_before_update() -> Any:
    """Return a wrapper that moves the versions just before the first UPDATE, as another process might."""
    done: list[bool] = []

    def wrapper(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and not done:
            done.append(True)
            ContentChange.objects.update(version=8)
        return execute(sql, *rest)

    return wrapper


def test_without_a_cdn_the_changes_wait_for_one(cdn: Cdn, settings: Settings) -> None:
    add_changes("wagtailcore_page")

    assert (purge_changes(), cdn.calls, open_changes()) == (0, [], ["wagtailcore_page"])
