from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from cms.graphql.answers import PublicAnswer
from cms.graphql.cache_tags import cache_tag, tables_in
from cms.graphql.freshness import Freshness
from cms.graphql.http_caching import cache_control, chosen_coding, is_known, tag_headers

NOW = datetime(2027, 3, 9, 16, tzinfo=UTC)


def answer(
    body: bytes = b"{}",
    *,
    freshness: Freshness = Freshness.CONTENT,
    fresh_for: float | None = None,
    version: int | None = None,
) -> PublicAnswer:
    until = None if fresh_for is None else NOW + timedelta(seconds=fresh_for)
    return PublicAnswer(
        body, freshness=freshness, fresh_until=until, tables=frozenset({"b", "a"}), version=version
    )


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.9", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("br;q=0, *", "gzip"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip", "gzip"),
        ("BR ; Q=1", "br"),
        ("gzip;q=high", "identity"),
        ("deflate", "identity"),
    ],
)
def test_coding_is_the_one_the_client_weighs_highest(accepted: str, coding: str) -> None:
    assert chosen_coding(accepted) == coding


@pytest.mark.parametrize(
    ("fresh_for", "expected"),
    [
        (None, (600, 600, 86_400)),
        (100_000, (600, 600, 86_400)),
        (700, (600, 100, 100)),
        (20.9, (20, 0, 0)),
        (0.5, (0, 0, 0)),
        (-1, (0, 0, 0)),
    ],
)
def test_nobody_keeps_content_past_its_end(
    settings: Settings, fresh_for: float | None, expected: tuple[int, int, int]
) -> None:
    settings.CDN_MAX_AGE = 600
    shared, revalidating, failing = expected
    assert cache_control(answer(fresh_for=fresh_for), now=NOW) == (
        f"public, max-age=0, s-maxage={shared}, "
        f"stale-while-revalidate={revalidating}, stale-if-error={failing}"
    )


def test_free_times_are_kept_for_seconds_by_clients_alone() -> None:
    assert cache_control(answer(freshness=Freshness.LIVE), now=NOW) == "public, max-age=5"


def test_each_coding_has_its_own_strong_tag_and_is_made_once() -> None:
    found = answer(b"x" * 2_000, version=1)
    tags = {found.encoded(coding).etag for coding in ("br", "gzip", "identity")}

    assert len(tags) == 3
    assert not any(tag.startswith("W/") for tag in tags)
    assert found.encoded("br") is found.encoded("br")


@pytest.mark.parametrize(
    ("body", "version", "coding"),
    [(b"x" * 999, 1, "identity"), (b"x" * 1_000, 1, "br"), (b"x" * 5_000, None, "identity")],
)
def test_only_kept_answers_of_some_size_are_compressed(body: bytes, version: int | None, coding: str) -> None:
    assert answer(body, version=version).encoded("br").coding == coding


def test_tags_are_opaque_and_the_same_for_both_cdns() -> None:
    headers = tag_headers(answer())
    tags = sorted([cache_tag("a"), cache_tag("b")])

    assert headers == {"Cache-Tag": ",".join(tags), "Surrogate-Key": " ".join(tags)}
    assert all(len(tag) == 10 for tag in tags)


def test_etags_match_weakly() -> None:
    encoded = answer().encoded("identity")
    assert is_known(encoded, encoded.etag)
    assert is_known(encoded, f'"a", W/{encoded.etag}')
    assert is_known(encoded, "*")
    assert not is_known(encoded, "")
    assert not is_known(encoded, encoded.etag.strip('"'))


def test_tables_of_a_statement_are_found_wherever_they_are_read() -> None:
    sql = (
        'SELECT a."id", (SELECT 1 FROM "three" U0) FROM "one" a INNER JOIN "two" ON (a."id" = "two"."a_id") '
        'WHERE NOT EXISTS(SELECT 1 AS "a" FROM "four" V0) UNION SELECT 1 from five'
    )
    assert tables_in(sql) == {"one", "two", "three", "four", "five"}
