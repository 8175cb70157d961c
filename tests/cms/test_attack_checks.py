"""What scanners of GraphQL endpoints try, one test for each check, with the settings of production.

The thirteen are those of graphql-cop: a scanner that finds nothing here has nothing to report there.
"""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.api import post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def production(settings: Settings) -> None:
    settings.GRAPHQL_INTROSPECTION = False
    settings.CORS_ALLOWED_ORIGINS = []


def send(
    method: str = "POST", path: str = "/graphql/", *, body: str = "", kind: str = "", accept: str = "*/*"
) -> Any:
    headers = {"host": "localhost", "accept": accept}
    return Client().generic(method, path, body, content_type=kind, headers=headers)


def codes(response: Any) -> list[str]:
    answer = response.json()
    assert "data" not in answer
    return [error["extensions"]["code"] for error in answer["errors"]]


# Overload -----------------------------------------------------------------------------------------


def test_alias_overloading(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        found = post(f"{{ {' '.join(f'alias{n}: __typename' for n in range(101))} }}")
    assert codes(found) == ["TOO_MANY_ALIASES"]


def test_array_based_batching() -> None:
    body = "[" + ", ".join(['{"query": "{ __typename }"}'] * 10) + "]"
    assert codes(send(body=body, kind="application/json")) == ["BAD_REQUEST"]


@pytest.mark.parametrize("count", [10, 20, 21, 500])
def test_directive_overloading(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """A refusal names only some of the mistakes: to find them all costs the server more than the client."""
    with django_assert_num_queries(0):
        found = codes(post(f"{{ __typename {'@aa' * count} }}"))
    assert len(found) <= 5


def test_field_duplication(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        found = post(f"{{ {'__typename ' * 500} }}")
    assert codes(found) == ["TOO_MANY_ROOT_FIELDS"]


def test_circular_introspection() -> None:
    inner = "fields { type { " * 5 + "name" + " } }" * 5
    assert codes(post(f"{{ __schema {{ types {{ {inner} }} }} }}")) == ["INVALID"]


# What strangers learn -----------------------------------------------------------------------------


def test_introspection() -> None:
    assert codes(post("{ __schema { types { name fields { name } } } }")) == ["INTROSPECTION_DISABLED"]


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { directive } }",
        "{ procedure_ { title } }",
        "{ procedures(orderBy: TITEL) { totalCount } }",
        "{ procedures(frist: 1) { totalCount } }",
        "{ pages { nodes { ... on ProcedurPage { title } } } }",
    ],
)
def test_field_suggestions(query: str) -> None:
    response = post(query)
    assert response.status_code == 422
    assert "Did you mean" not in response.content.decode()


def test_graphql_ide() -> None:
    """The page for developers stands under the admin login, and the endpoint serves no page at all."""
    endpoint, ide = send("GET", accept="text/html"), send("GET", "/graphiql/", accept="text/html")

    assert (endpoint.status_code, codes(endpoint)) == (406, ["NOT_ACCEPTABLE"])
    assert (ide.status_code, ide["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_trace_mode() -> None:
    assert "extensions" not in post("{ __typename }").json()
    body = '{"query": "{ __typename }", "extensions": {"tracing": true}}'
    assert send(body=body, kind="application/json").json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "query", ["qwerty cop { abc }", "{", "query { a(b: }", "fragment a on b { c }", "\ud800"]
)
def test_unhandled_errors(query: str) -> None:
    response = post(query)
    assert 400 <= response.status_code < 500
    for error in response.json()["errors"]:
        assert set(error) <= {"message", "locations", "path", "extensions"}
        assert set(error["extensions"]) == {"code", "requestId"}


# Requests that other sites can make a browser send ------------------------------------------------


def test_get_method_query() -> None:
    assert codes(send("GET", "/graphql/?query={__typename}")) == ["METHOD_NOT_ALLOWED"]


def test_get_based_mutation() -> None:
    assert codes(send("GET", "/graphql/?query=mutation{__typename}")) == ["METHOD_NOT_ALLOWED"]


def test_urlencoded_post() -> None:
    found = send(body="query=query+cop+{__typename}", kind="application/x-www-form-urlencoded")
    assert (found.status_code, codes(found)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


def test_no_origin_is_allowed_to_read() -> None:
    response = Client().post(
        "/graphql/",
        {"query": "{ __typename }"},
        content_type="application/json",
        headers={"host": "localhost", "origin": "https://elsewhere.example"},
    )
    assert "Access-Control-Allow-Origin" not in response.headers
