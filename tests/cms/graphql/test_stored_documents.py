"""Documents that are sent by their id: by GET and POST, as queries and mutations, known and unknown."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import path
from pytest_django import Settings
from wagtail.models import APIToken

from cms.graphql.requests import document_id_of
from cms.graphql.view import graphql_view
from tests.cms.graphql.small_schema import schema

PLANET = "query Planet($n: Int) { planet(pk: $n) { name } }"
LAUNCH = 'mutation { launch(name: "Ariel") { name } }'
OUTGROWN = "{ pluto { name } }"
TOO_DEEP = "{ planet { " + "moonList { planet { " * 6 + "name" + " } }" * 6 + " } }"
REFUSES = "{ refuses }"
INTROSPECTION = "{ __schema { queryType { name } } }"
STORED = {document_id_of(text): text for text in (PLANET, LAUNCH, OUTGROWN, REFUSES, TOO_DEEP, INTROSPECTION)}
asked_for: list[str] = []


def text_of(document_id: str) -> str | None:
    asked_for.append(document_id)
    return STORED.get(document_id)


@pytest.fixture(autouse=True)
def _site_with_documents(settings: Settings) -> None:
    asked_for.clear()
    settings.ROOT_URLCONF = (path("graphql/", graphql_view(schema, stored_documents=text_of)),)


def get(text: str, **parameters: Any) -> Any:
    return Client().get("/graphql/", {"documentId": document_id_of(text), **parameters})


def post(**members: Any) -> Any:
    return Client().post("/graphql/", members, content_type="application/json")


def told(response: Any) -> Any:
    return json.loads(response.content)


def outcome(response: Any) -> tuple[int, list[str]]:
    return response.status_code, [error["extensions"]["code"] for error in told(response)["errors"]]


def test_get_and_post_answer_by_id_with_variables() -> None:
    expected = {"data": {"planet": {"name": "Planet 7"}}}
    variables = {"n": 7}

    assert told(get(PLANET, variables=json.dumps(variables), operationName="Planet")) == expected
    assert told(post(documentId=document_id_of(PLANET), variables=variables)) == expected
    assert told(post(documentId=document_id_of(PLANET), query=PLANET, variables=variables)) == expected


def test_cost_is_told_by_get_too() -> None:
    response = get(PLANET, extensions='{"cost": true}')
    assert told(response)["extensions"] == {"cost": 1}


def test_document_is_looked_up_once() -> None:
    for _ in range(3):
        assert get(PLANET).status_code == 200
    assert asked_for == [document_id_of(PLANET)]


def test_text_that_was_sent_is_not_thereby_stored() -> None:
    text = "{ planet { name } }"
    assert post(query=text).status_code == 200
    assert outcome(get(text)) == (400, ["UNKNOWN_DOCUMENT"])


@pytest.mark.parametrize("document_id", ["sha256:00", "sha256:" + "0" * 64, "md5:1", document_id_of("{ a }")])
def test_unknown_document_is_refused(document_id: str) -> None:
    query = urlencode({"documentId": document_id})
    assert outcome(Client().get(f"/graphql/?{query}")) == (400, ["UNKNOWN_DOCUMENT"])
    assert outcome(post(documentId=document_id)) == (400, ["UNKNOWN_DOCUMENT"])


def test_get_never_changes_anything() -> None:
    refused = get(LAUNCH)
    assert (outcome(refused), refused["Allow"]) == ((405, ["METHOD_NOT_ALLOWED"]), "GET, HEAD, POST, OPTIONS")
    assert told(post(documentId=document_id_of(LAUNCH))) == {"data": {"launch": {"name": "Ariel"}}}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"variables": "{"}, (400, ["BAD_REQUEST"])),
        ({"variables": "[]"}, (400, ["BAD_REQUEST"])),
        ({"extensions": "1"}, (400, ["BAD_REQUEST"])),
        ({"operationName": "Other"}, (400, ["BAD_REQUEST"])),
        ({"variables": '{"n": "many"}'}, (422, ["INVALID"])),
        ({"query": PLANET}, (405, ["METHOD_NOT_ALLOWED"])),
        ({"variables": json.dumps({"n": "x" * 9_000})}, (414, ["TOO_LARGE"])),
    ],
)
def test_malformed_parameters_are_refused(
    parameters: dict[str, str], expected: tuple[int, list[str]]
) -> None:
    assert outcome(get(PLANET, **parameters)) == expected


def test_id_of_another_text_is_refused() -> None:
    assert outcome(post(documentId=document_id_of(PLANET), query="{ __typename }")) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    ("text", "expected"), [(OUTGROWN, (422, ["INVALID"])), (TOO_DEEP, (400, ["TOO_DEEP"]))]
)
def test_stored_document_that_no_longer_fits_is_refused(text: str, expected: tuple[int, list[str]]) -> None:
    assert outcome(get(text)) == expected


def test_stored_introspection_is_refused_like_any(settings: Settings) -> None:
    settings.GRAPHQL_INTROSPECTION = False
    assert outcome(get(INTROSPECTION)) == (400, ["INTROSPECTION_DISABLED"])


# Stored documents only ----------------------------------------------------------------------------


@pytest.fixture
def stored_only(settings: Settings) -> None:
    settings.GRAPHQL_STORED_DOCUMENTS_ONLY = True


@pytest.mark.usefixtures("stored_only")
def test_others_are_refused_to_strangers() -> None:
    assert outcome(post(query="{ __typename }")) == (403, ["STORED_DOCUMENTS_ONLY"])
    text = "{ planet { name } }"
    assert outcome(post(query=text, documentId=document_id_of(text))) == (400, ["UNKNOWN_DOCUMENT"])


@pytest.mark.usefixtures("stored_only")
def test_stored_ones_are_answered_mutations_too() -> None:
    assert get(PLANET).status_code == 200
    assert post(documentId=document_id_of(PLANET), query=PLANET).status_code == 200
    assert told(post(documentId=document_id_of(LAUNCH))) == {"data": {"launch": {"name": "Ariel"}}}


@pytest.mark.usefixtures("stored_only", "db")
def test_others_are_answered_to_holders_of_a_token() -> None:
    editor = get_user_model()._default_manager.create(username="editor")
    _, token = APIToken.create_token(user=editor, name="integration")
    response = Client().post(
        "/graphql/",
        {"query": "{ viewer }"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert told(response) == {"data": {"viewer": "editor"}}


# What caches are told -----------------------------------------------------------------------------


def test_get_may_be_kept_and_post_may_not(settings: Settings) -> None:
    settings.CDN_MAX_AGE = 600
    kept, sent = get(PLANET), post(documentId=document_id_of(PLANET))

    assert kept["Cache-Control"] == (
        "public, max-age=0, s-maxage=600, stale-while-revalidate=600, stale-if-error=86400"
    )
    assert (kept["Vary"], "Set-Cookie" in kept.headers) == ("Accept, Accept-Encoding", False)
    assert (sent["Cache-Control"], sent.has_header("ETag")) == ("private, no-store", False)


def test_refusals_are_not_kept() -> None:
    for refused in (get("{ a }"), get(PLANET, variables='{"n": "many"}'), get(LAUNCH)):
        assert (refused["Cache-Control"], refused.has_header("ETag")) == ("private, no-store", False)


def test_error_of_a_field_is_not_kept() -> None:
    response = get(REFUSES)
    assert (outcome(response), response["Cache-Control"]) == ((200, ["BAD_INPUT"]), "private, no-store")


def test_known_etag_is_answered_without_a_body() -> None:
    first = get(PLANET)
    query = urlencode({"documentId": document_id_of(PLANET)})
    again = Client().get(f"/graphql/?{query}", headers={"If-None-Match": f'"other", W/{first["ETag"]}'})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"]
    assert Client().get(f"/graphql/?{query}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_tells_the_length_alone() -> None:
    query = urlencode({"documentId": document_id_of(PLANET)})
    head = Client().head(f"/graphql/?{query}")
    assert (head.status_code, head.content) == (200, b"")
    assert (head["ETag"], head["Content-Length"]) == (get(PLANET)["ETag"], get(PLANET)["Content-Length"])


def test_origin_varies_where_only_some_may_read(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    assert get(PLANET)["Vary"] == "Accept, Accept-Encoding, Origin"
