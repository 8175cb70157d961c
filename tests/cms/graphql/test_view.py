import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import connection
from django.test import Client, RequestFactory
from graphql import build_client_schema, execute_sync, get_introspection_query, parse, print_schema
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import APIToken

from cms.graphql.context import GraphQLContext
from cms.graphql.timeouts import DeadlineExecutionContext, DeadlinePassed
from cms.graphql.tokens import DEVELOPER_TOKEN_PREFIX, SALT, issue_developer_token
from tests.cms.graphql.small_schema import moon_loads, schema
from tests.cms.graphql.world import NOW

INTROSPECTION = "{ __schema { queryType { name } } }"


@pytest.fixture(autouse=True)
def _small_site(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.cms.graphql.small_schema"


@pytest.fixture
def public() -> Client:
    return Client(raise_request_exception=True)


def ask(client: Client, query: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> Any:
    return client.post(
        "/graphql/", {"query": query, **members}, content_type="application/json", headers=dict(headers or {})
    )


def answer(response: Any) -> Any:
    return json.loads(response.content)


def codes(response: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer(response)["errors"]]


def test_query_is_answered_without_cookies(public: Client) -> None:
    public.cookies["sessionid"] = "anything"
    response = ask(public, "query ($n: Int) { planet(pk: $n) { name } }", variables={"n": 2})

    assert (response.status_code, answer(response)) == (200, {"data": {"planet": {"name": "Planet 2"}}})
    assert response.cookies == {}
    assert "Cookie" not in response["Vary"]
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        (None, 200, "application/json"),
        ("*/*", 200, "application/json"),
        ("application/*", 200, "application/json"),
        ("application/graphql-response+json", 200, "application/graphql-response+json"),
        (
            "application/graphql-response+json, application/json;q=0.9",
            200,
            "application/graphql-response+json",
        ),
        ("text/html", 406, "application/json"),
    ],
)
def test_media_type_follows_accept(public: Client, accept: str | None, status: int, media_type: str) -> None:
    response = ask(public, "{ __typename }", headers={"Accept": accept} if accept else {})
    assert (response.status_code, response["Content-Type"]) == (status, f"{media_type}; charset=utf-8")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
        "application/json; charset=latin-1",
    ],
)
def test_other_content_types_are_refused(public: Client, content_type: str) -> None:
    response = public.generic("POST", "/graphql/", b'{"query": "{ __typename }"}', content_type=content_type)
    assert (response.status_code, codes(response)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/graphql/", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/graphql/?query={__typename}", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/graphql/?documentId=sha256:00", 400, "UNKNOWN_DOCUMENT"),
        ("PUT", "/graphql/", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/graphql/", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_other_methods_are_refused(public: Client, method: str, path: str, status: int, code: str) -> None:
    response = public.generic(method, path)
    assert (response.status_code, codes(response)) == (status, [code])


MALFORMED = {
    "blank": b" ",
    "not JSON": b"{",
    "not UTF-8": b'{"query": "\xff"}',
    "lone surrogate": b'{"query": "\\ud800"}',
    "batch": b'[{"query": "{ __typename }"}]',
    "text": b'"{ __typename }"',
    "no query": b"{}",
    "empty query": b'{"query": ""}',
    "query of another type": b'{"query": {}}',
    "variables of another type": b'{"query": "{ __typename }", "variables": []}',
    "operation name of another type": b'{"query": "{ __typename }", "operationName": 1}',
    "extensions of another type": b'{"query": "{ __typename }", "extensions": "cost"}',
    "deep JSON": b'{"query": "{ __typename }", "variables": {"x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}",
    "NUL": b'{"query": "{ __typename }", "variables": {"x": "\\u0000"}}',
    "NUL behind two escapes": b'{"query": "{ launch(name: \\"a\\u005cu0000b\\") { name } }"}',
    "NUL in GraphQL": b'{"query": "{ launch(name: \\"\\\\u{0}\\") { name } }"}',
    "unknown operation": b'{"query": "query A { __typename }", "operationName": "B"}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_malformed_request_is_refused(public: Client, body: bytes) -> None:
    response = public.generic("POST", "/graphql/", body, content_type="application/json")
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("{ planet ", 400, "SYNTAX_ERROR"),
        ("{ nothing }", 422, "INVALID"),
        ("{ echoDay(day: 5) }", 422, "INVALID"),
        ("{ planets(first: 101) { totalCount } }", 400, "BAD_INPUT"),
        (
            "{ planets(first: 100) { nodes { moons(first: 100) { nodes { name } } } } }",
            400,
            "TOO_COMPLEX",
        ),
        ("{ " + "planet { moonList { " * 7 + "name" + " } }" * 7 + " }", 400, "TOO_DEEP"),
        ("#" * 20_000, 413, "TOO_LARGE"),
        ("#" * 200_000, 413, "TOO_LARGE"),
        (INTROSPECTION, 400, "INTROSPECTION_DISABLED"),
    ],
)
@pytest.mark.parametrize("media_type", ["application/json", "application/graphql-response+json"])
@pytest.mark.django_db
def test_refused_before_execution_without_queries(
    public: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    settings: Settings,
    query: str,
    status: int,
    code: str,
    media_type: str,
) -> None:
    settings.GRAPHQL_INTROSPECTION = False
    with django_assert_num_queries(0):
        response = ask(public, query, headers={"Accept": media_type})

    assert (response.status_code, codes(response)) == (status, [code])
    assert "data" not in answer(response)
    assert [error["extensions"]["requestId"] for error in answer(response)["errors"]] == [
        response["X-Request-Id"]
    ]


@pytest.mark.parametrize("value", ["jane@example.com", {"day": 1}, None, 2**70])
def test_wrong_variable_is_named_and_not_repeated(public: Client, value: Any) -> None:
    response = ask(public, "query ($day: Date!) { echoDay(day: $day) }", variables={"day": value})

    assert response.status_code == 422
    assert [error["message"] for error in answer(response)["errors"]] == [
        "Variable `$day`: the value of `day` is missing or does not fit its type."
    ]


def test_wrong_variable_is_named_by_its_place(public: Client) -> None:
    response = ask(
        public, "query ($i: DaysInput!) { calendar(input: $i) { name } }", variables={"i": {"days": "many"}}
    )
    assert [error["message"] for error in answer(response)["errors"]] == [
        "Variable `$i`: the value of `i.days` is missing or does not fit its type."
    ]


def test_bad_input_of_a_resolver_is_told_with_its_field(public: Client) -> None:
    response = ask(public, "{ refuses }")

    assert answer(response) == {
        "data": {"refuses": None},
        "errors": [
            {
                "message": "`planet` is too far away. Choose a nearer one.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["refuses"],
                "extensions": {
                    "code": "BAD_INPUT",
                    "field": "planet",
                    "requestId": response["X-Request-Id"],
                },
            }
        ],
    }


@pytest.mark.parametrize("query", ["{ patient: breaks }", "{ planet { patient: never } }"])
def test_bug_is_masked_and_logged_without_what_was_said(
    public: Client, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    with caplog.at_level(logging.ERROR, logger="cms.graphql"):
        response = ask(public, query)

    request_id = response["X-Request-Id"]
    assert codes(response) == ["INTERNAL"]
    assert answer(response)["errors"][0]["message"] == f"Something went wrong. Quote {request_id} to us."
    assert request_id in caplog.text
    for secret in ("Jane", "SELECT", "/srv/secret", "patient"):
        assert secret not in caplog.text
        assert secret not in response.content.decode().replace('"path":["patient"]', "").replace(
            '"patient"', ""
        )


def test_cost_is_told_on_request_only(public: Client) -> None:
    query = "{ planets(first: 2) { nodes { moonList { name } } } }"
    assert "extensions" not in answer(ask(public, query))
    assert answer(ask(public, query, extensions={"cost": True}))["extensions"] == {"cost": 4}


@pytest.mark.parametrize("first", [1, 3, 20])
def test_nested_list_is_loaded_once_for_any_number_of_rows(public: Client, first: int) -> None:
    moon_loads.clear()
    ask(public, f"{{ planets(first: {first}) {{ nodes {{ moonList {{ name }} moons {{ totalCount }} }} }} }}")
    assert moon_loads == [first]


def test_mutation_is_executed(public: Client) -> None:
    response = ask(public, 'mutation { launch(name: "Ariel") { name } }')
    assert answer(response) == {"data": {"launch": {"name": "Ariel"}}}


def test_look_ahead_sees_what_is_selected_on_the_type(public: Client) -> None:
    query = """query ($no: Boolean!) {
        selected {
            name
            ...F
            ... on Planet { moonList { planet { moons { totalCount } } } }
            never @skip(if: true)
            moons @include(if: $no) { totalCount }
        }
    } fragment F on Planet { __typename }"""
    response = ask(public, query, variables={"no": False})
    assert answer(response)["data"]["selected"]["name"] == "__typename,moon_list,name"


# Origins ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "origin", "told", "varies"),
    [
        (["*"], "https://front.example", "*", False),
        (["https://front.example"], "https://front.example", "https://front.example", True),
        (["https://front.example"], "https://other.example", None, True),
        ([], "https://front.example", None, True),
    ],
)
def test_allowed_origins(
    public: Client, settings: Settings, allowed: list[str], origin: str, told: str | None, varies: bool
) -> None:
    settings.CORS_ALLOWED_ORIGINS = allowed
    preflight = public.options("/graphql/", headers={"Origin": origin})
    response = ask(public, "{ __typename }", headers={"Origin": origin})

    assert preflight.status_code == 204
    for reply in (preflight, response):
        assert reply.get("Access-Control-Allow-Origin") == told
        assert reply.get("Access-Control-Allow-Credentials") is None
        assert ("Origin" in reply.get("Vary", "")) is varies
    assert preflight.get("Access-Control-Allow-Headers") == (
        "Content-Type, Authorization, Accept, If-None-Match, Clinic-Partner" if told else None
    )


# Tokens -------------------------------------------------------------------------------------------


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def editor(db: None) -> Any:
    return get_user_model()._default_manager.create(username="editor")


def test_api_token_names_the_viewer(public: Client, editor: Any) -> None:
    _, token = APIToken.create_token(user=editor, name="integration")
    assert answer(ask(public, "{ viewer }", headers=bearer(token))) == {"data": {"viewer": "editor"}}
    assert answer(ask(public, "{ viewer }")) == {"data": {"viewer": None}}


def test_revoked_token_is_refused(public: Client, editor: Any) -> None:
    row, token = APIToken.create_token(user=editor, name="integration")
    row.revoke()
    response = ask(public, "{ viewer }", headers=bearer(token))
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])
    assert response["WWW-Authenticate"] == "Bearer"


def test_token_of_an_inactive_user_is_refused(public: Client, editor: Any) -> None:
    _, token = APIToken.create_token(user=editor, name="integration")
    editor.is_active = False
    editor.save()
    for value in (token, issue_developer_token(editor)):
        assert ask(public, "{ viewer }", headers=bearer(value)).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Basic x", "Bearer developer_x", "Bearer developer_", "x"]
)
def test_malformed_token_is_refused_without_queries(
    public: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries, header: str
) -> None:
    with django_assert_num_queries(0):
        response = ask(public, "{ viewer }", headers={"Authorization": header})
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])


def test_tools_read_the_whole_schema_where_introspection_is_open(public: Client, settings: Settings) -> None:
    settings.GRAPHQL_INTROSPECTION = True
    response = ask(public, get_introspection_query(input_value_deprecation=True))
    assert print_schema(build_client_schema(answer(response)["data"])) == print_schema(schema.graphql_schema)


class OldSigner(signing.TimestampSigner):
    def timestamp(self) -> str:
        return signing.b62_encode(0)


def test_developer_token_of_long_ago_is_refused(public: Client, editor: Any) -> None:
    old = DEVELOPER_TOKEN_PREFIX + OldSigner(salt=SALT).sign_object(editor.pk)
    response = ask(public, "{ viewer }", headers=bearer(old))
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])


def test_introspection_is_for_developers_and_staff(public: Client, editor: Any, settings: Settings) -> None:
    settings.GRAPHQL_INTROSPECTION = False
    _, token = APIToken.create_token(user=editor, name="integration")
    told = {"data": {"__schema": {"queryType": {"name": "Query"}}}}

    assert codes(ask(public, INTROSPECTION, headers=bearer(token))) == ["INTROSPECTION_DISABLED"]
    assert answer(ask(public, INTROSPECTION, headers=bearer(issue_developer_token(editor)))) == told
    editor.is_superuser = True
    editor.save()
    assert answer(ask(public, INTROSPECTION, headers=bearer(token))) == told


# Time and outages ---------------------------------------------------------------------------------


def test_deadline_ends_the_whole_query() -> None:
    late = GraphQLContext(request=RequestFactory().get("/"), now=NOW, deadline=0.0)
    with pytest.raises(DeadlinePassed):
        execute_sync(
            schema.graphql_schema,
            parse("{ planet { name } }"),
            context_value=late,
            execution_context_class=DeadlineExecutionContext,
        )


def statement_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_slow_statement_is_cancelled_and_the_limit_taken_back(public: Client, settings: Settings) -> None:
    before = statement_timeout()
    response = ask(public, "{ sleeps(seconds: 30) }")

    assert (response.status_code, codes(response)) == (200, ["TIMEOUT"])
    assert answer(response)["data"] is None
    assert statement_timeout() == before
    assert answer(ask(public, "{ users }")) == {"data": {"users": 0}}


@pytest.mark.django_db
def test_timeout_is_no_statement_of_the_request(
    public: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        ask(public, "{ users }")


@pytest.mark.django_db(transaction=True)
def test_database_away_is_told_without_its_address(public: Client, settings: Settings) -> None:
    port = connection.settings_dict["PORT"]
    host = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        response = ask(public, "{ planet { name } users }")
        healthy = ask(public, "{ planet { name } }")
    finally:
        connection.close()
        connection.settings_dict.update(HOST=host, PORT=port)

    assert (response.status_code, codes(response)) == (503, ["UNAVAILABLE"])
    assert response["Retry-After"] == "5"
    assert "127.0.0.1" not in response.content.decode()
    assert healthy.status_code == 200
    assert answer(ask(public, "{ users }")) == {"data": {"users": 0}}
