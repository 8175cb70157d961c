"""Budgets of clients: exact, sliding, by address or token, with and without Redis."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.urls import path
from limits import RateLimitItemPerMinute
from limits.strategies import SlidingWindowCounterRateLimiter
from pytest_django import Settings
from wagtail.models import APIToken

from cms.graphql.errors import RequestRefused
from cms.graphql.rate_limits import RateLimits, WindowStorage, client_network
from cms.graphql.view import graphql_view
from tests.cms.graphql.small_schema import schema
from tests.cms.graphql.world import NOW


@pytest.fixture(autouse=True)
def _site_with_limits(settings: Settings) -> None:
    settings.ROOT_URLCONF = (path("graphql/", graphql_view(schema)),)
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMIT_PER_MINUTE = 100
    settings.REDIS_URL = ""


def ask(query: str = "{ __typename }", **headers: str) -> Any:
    body = {"query": query}
    return Client().post("/graphql/", body, content_type="application/json", headers=headers)


def code(response: Any) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


def spend(limits: RateLimits, client: str, points: int) -> bool:
    try:
        limits.charge(client, points)
    except RequestRefused:
        return False
    return True


def test_request_costs_its_arrival_and_its_document() -> None:
    with time_machine.travel(NOW, tick=False):
        answers = [ask("{ planets(first: 20) { nodes { moonList { name } } } }") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["59", "18", "17"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"100"}
    assert {answer["RateLimit-Policy"] for answer in answers} == {"100;w=60"}


def test_refusal_says_when_to_come_back_and_then_answers() -> None:
    query = "{ planets(first: 60) { nodes { name } } }"
    with time_machine.travel(NOW, tick=False) as clock:
        ask(query)
        refused = ask(query)
        seconds = int(refused["Retry-After"])
        clock.shift(seconds)
        later = ask("{ planets(first: 55) { nodes { name } } }")

    assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED")
    assert f"Try again in {seconds} seconds." in refused.json()["errors"][0]["message"]
    assert refused["Cache-Control"] == "private, no-store"
    assert later.status_code == 200


@pytest.mark.parametrize("spent", [1, 40, 99, 100])
@pytest.mark.parametrize("wanted", [1, 30, 100, 5_000])
@pytest.mark.parametrize("second", [0, 1, 30, 59])
def test_points_are_there_when_the_refusal_said_so(spent: int, wanted: int, second: int) -> None:
    limits = RateLimits()
    with time_machine.travel(NOW.replace(second=second), tick=False) as clock:
        assert spend(limits, "one", spent)
        for _ in range(2):
            try:
                limits.charge("one", wanted)
            except RequestRefused as refusal:
                clock.shift(int(refusal.headers["Retry-After"]))
                assert spend(limits, "one", wanted)
            clock.shift(7)


def test_all_points_are_back_when_the_headers_said_so() -> None:
    limits = RateLimits()
    with time_machine.travel(NOW.replace(second=50), tick=False) as clock:
        spend(limits, "one", 100)
        clock.shift(int(limits.headers("one")["RateLimit-Reset"]))
        assert limits.headers("one")["RateLimit-Remaining"] == "100"
        assert limits.headers("nobody")["RateLimit-Reset"] == "0"


@pytest.mark.parametrize("body", [b"{", b'{"query": "{ a("}', b'{"query": "{ nothing }"}'])
def test_garbage_is_counted(settings: Settings, body: bytes) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 3
    with time_machine.travel(NOW, tick=False):
        statuses = [
            Client().post("/graphql/", body, content_type="application/json").status_code for _ in range(5)
        ]
    assert statuses[3:] == [429, 429]
    assert 429 not in statuses[:3]


def test_documents_that_are_not_known_cost_their_length() -> None:
    """Checking them is what they are sent for; one that fits is checked once."""
    with time_machine.travel(NOW, tick=False):
        known = [ask("{ __typename }" + " " * 1_986)["RateLimit-Remaining"] for _ in range(2)]
        wrong = [ask("{ wrong }" + " " * 1_991)["RateLimit-Remaining"] for _ in range(2)]
    assert (known, wrong) == (["79", "78"], ["57", "36"])


def test_limits_can_be_turned_off(settings: Settings) -> None:
    settings.RATE_LIMIT_ENABLED = False
    settings.RATE_LIMIT_PER_MINUTE = 1
    answers = [ask() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "RateLimit-Limit" not in answers[0].headers


def test_count_is_exact_under_eight_threads() -> None:
    limits = RateLimits()
    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda _: spend(limits, "one", 1), range(400)))
    assert granted.count(True) == 100


def test_counts_of_clients_that_are_gone_are_swept() -> None:
    storage = WindowStorage()
    limiter = SlidingWindowCounterRateLimiter(storage)
    with time_machine.travel(NOW, tick=False) as clock:
        for number in range(100):
            limiter.hit(RateLimitItemPerMinute(10), str(number))
        clock.shift(121)
        limiter.hit(RateLimitItemPerMinute(10), "new")
    assert (len(storage.storage), len(storage.expirations)) == (1, 1)


def test_clients_have_budgets_of_their_own(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    settings.RATE_LIMIT_PER_MINUTE = 1
    with time_machine.travel(NOW, tick=False):
        statuses = [
            ask(**{"X-Forwarded-For": address}).status_code
            for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.99, 192.0.2.1")
        ]
    assert statuses == [200, 200, 429, 429]


@pytest.mark.django_db
def test_valid_token_is_a_client_of_its_own() -> None:
    editor = get_user_model()._default_manager.create(username="editor")
    _, token = APIToken.create_token(user=editor, name="integration")
    query = "{ planets(first: 60) { nodes { name } } }"
    with time_machine.travel(NOW, tick=False):
        statuses = [
            ask(query).status_code,
            ask(query).status_code,
            ask(query, Authorization=f"Bearer {token}").status_code,
            ask(query, Authorization=f"bearer   {token}").status_code,
            ask("{ __typename }", Authorization="Bearer of nothing").status_code,
        ]
    assert statuses == [200, 429, 200, 429, 401]


@pytest.mark.parametrize(("milliseconds", "left"), [(30, 100), (50, 80), (5000, 0)])
def test_slow_query_costs_its_time_beyond_its_cost(milliseconds: int, left: int) -> None:
    limits = RateLimits()
    with time_machine.travel(NOW, tick=False):
        limits.note_time("client", milliseconds=milliseconds, charged=30)
        assert limits.headers("client")["RateLimit-Remaining"] == str(left)


ADDRESSES = {
    "none trusted": (0, "192.0.2.9", "10.0.0.1", "10.0.0.1"),
    "one trusted": (1, "192.0.2.9", "10.0.0.1", "192.0.2.9"),
    "forged": (1, "198.51.100.1, 192.0.2.9", "10.0.0.1", "192.0.2.9"),
    "two trusted": (2, "198.51.100.1, 192.0.2.9, 10.0.0.2", "10.0.0.1", "192.0.2.9"),
    "fewer than trusted": (3, "192.0.2.9", "10.0.0.1", "192.0.2.9"),
    "past the proxy": (1, "", "10.0.0.1", "10.0.0.1"),
    "not an address": (1, "jane doe", "10.0.0.1", "unknown"),
    "nothing": (0, "", "", "unknown"),
    "IPv6": (1, "2001:db8:1:2:3:4:5:6", "10.0.0.1", "2001:db8:1:2::/64"),
    "IPv6 in brackets": (1, "[2001:db8:1:2::9]", "10.0.0.1", "2001:db8:1:2::/64"),
    "IPv6 with a port": (1, "[2001:db8:1:2::9]:443", "10.0.0.1", "2001:db8:1:2::/64"),
    "IPv4 with a port": (1, "192.0.2.9:4711", "10.0.0.1", "192.0.2.9"),
    "IPv4 in IPv6": (1, "::ffff:192.0.2.9", "10.0.0.1", "192.0.2.9"),
}


@pytest.mark.parametrize(("trusted", "forwarded", "peer", "client"), ADDRESSES.values(), ids=ADDRESSES)
def test_client_is_the_outermost_address_that_a_trusted_proxy_saw(
    trusted: int, forwarded: str, peer: str, client: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_network(request, trusted_proxies=trusted) == client


def test_redis_that_is_away_fails_nobody_and_is_told_once(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "redis://secret@127.0.0.1:1/0"
    with caplog.at_level(logging.WARNING), time_machine.travel(NOW, tick=False):
        answers = [ask("{ planets(first: 40) { nodes { name } } }") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    told = [record.getMessage() for record in caplog.records if record.name == "cms.graphql"]
    assert told == ["Redis is away (ConnectionError): rate limits go on without it."]
    assert "127.0.0.1" not in caplog.text


def test_clients_are_not_named_in_the_log(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 1
    with caplog.at_level(logging.DEBUG), time_machine.travel(NOW, tick=False):
        assert [ask().status_code for _ in range(2)] == [200, 429]
    assert "127.0.0.1" not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("cms.")
    )
