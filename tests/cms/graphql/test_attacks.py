"""Attacks are refused before anything is executed: without a statement, whatever they are sent as."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from cms.graphql.errors import ErrorCode
from tests.cms.graphql.attacks import ATTACKS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _closed_schema(settings: Settings) -> None:
    settings.GRAPHQL_INTROSPECTION = False


def send(body: bytes) -> Any:
    return Client().generic(
        "POST", "/graphql/", body, content_type="application/json", headers={"host": "localhost"}
    )


def codes(response: Any) -> set[str]:
    return {error["extensions"]["code"] for error in response.json()["errors"]}


@pytest.mark.parametrize(("text", "code"), ATTACKS.values(), ids=ATTACKS)
def test_attack_is_refused_without_a_statement(
    django_assert_num_queries: DjangoAssertNumQueries, text: str, code: ErrorCode
) -> None:
    with django_assert_num_queries(0):
        response = send(json.dumps({"query": text}).encode())

    assert codes(response) == {code}
    assert response.status_code in (400, 413, 422)
    assert "Did you mean" not in response.content.decode()
    assert "data" not in response.json()


VALUES = {
    "lists in lists": ("[" * 900 + "]" * 900, 400, "TOO_DEEP"),
    "lists in more lists": ("[" * 30_000 + "]" * 30_000, 400, "BAD_REQUEST"),
    "objects in objects": ('{"a":' * 600 + "1" + "}" * 600, 400, "TOO_DEEP"),
    "just too deep": ("[" * 11 + "]" * 11, 400, "TOO_DEEP"),
    "many values": ("[" + "1," * 30_000 + "1]", 400, "TOO_LARGE"),
    "many names": ("{" + ",".join(f'"{n}":1' for n in range(2_000)) + "}", 400, "TOO_LARGE"),
    "long text": ('"' + "a" * 200_000 + '"', 413, "TOO_LARGE"),
    "huge number": ("1" * 400, 400, "BAD_REQUEST"),
    "NUL deep inside": ('[[["\\u0000"]]]', 400, "BAD_REQUEST"),
}


@pytest.mark.parametrize(("value", "status", "code"), VALUES.values(), ids=VALUES)
def test_variables_are_bounded(
    django_assert_num_queries: DjangoAssertNumQueries, value: str, status: int, code: str
) -> None:
    body = '{"query": "query ($x: Int) { procedures(first: $x) { totalCount } }", "variables": {"x": %s}}'
    with django_assert_num_queries(0):
        response = send((body % value).encode())
    assert (response.status_code, codes(response)) == (status, {code})


def test_typename_is_answered_where_introspection_is_closed() -> None:
    response = send(b'{"query": "{ __typename clinic { __typename } }"}')
    assert response.json() == {"data": {"__typename": "Query", "clinic": {"__typename": "Clinic"}}}
