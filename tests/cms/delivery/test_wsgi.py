"""Answers that never reach Django: the same bytes and headers as Django's, while they are current."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.urls import path
from pytest_django import Settings

from cms import wsgi as cms_wsgi
from cms.delivery.answers import Answers
from cms.delivery.wsgi import AnsweredFirst
from cms.graphql.cache_tags import cache_tag
from cms.graphql.requests import document_id_of
from cms.graphql.view import graphql_view
from cms.schema import schema
from tests import factories, wsgi

LIST = "{ procedures { nodes { title summary path } } }"
FREE = "{ procedures { nodes { nextAvailable { startsAt } } } }"
VISIT = '{ appointment(manageToken: "none") { reference } }'
BROKEN = "{ page { title } }"
DOCUMENTS = {document_id_of(text): text for text in (LIST, FREE, VISIT, BROKEN)}
CHANGING = {"X-Request-Id", "Date"}

pytestmark = pytest.mark.django_db


class CountedDjango:
    """Django's application, and how often it was asked."""

    def __init__(self) -> None:
        self.django = WSGIHandler()
        self.count = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.count += 1
        return self.django(environ, start_response)


@pytest.fixture
def django(settings: Settings) -> CountedDjango:
    view = graphql_view(schema, stored_documents=DOCUMENTS.get, answers=Answers())
    settings.ROOT_URLCONF = (path("graphql/", view),)
    settings.ANSWER_CACHE_MB = 8
    factories.make_site()
    for number in range(4):
        factories.make_procedure(title=f"Procedure {number}", summary=f"Summary {number} " * 20)
    return CountedDjango()


@pytest.fixture
def application(django: CountedDjango) -> AnsweredFirst:
    return AnsweredFirst(django, clock=cms_wsgi.application.clock)


def lasting(reply: wsgi.Reply) -> tuple[int, dict[str, str], bytes]:
    return reply.status, {key: reply.headers[key] for key in set(reply.headers) - CHANGING}, reply.body


VARIANTS: dict[str, dict[str, str]] = {
    "plain": {},
    "br": {"HTTP_ACCEPT_ENCODING": "gzip, br"},
    "gzip": {"HTTP_ACCEPT_ENCODING": "gzip"},
    "media type": {"HTTP_ACCEPT": "application/graphql-response+json"},
    "origin": {"HTTP_ORIGIN": "https://front.example"},
    "known": {"HTTP_IF_NONE_MATCH": "*"},
    "HEAD": {"method": "HEAD"},
    "cookie": {"HTTP_COOKIE": "sessionid=1"},
}


def test_answers_are_those_that_django_gives(application: AnsweredFirst, django: CountedDjango) -> None:
    for variant in VARIANTS.values():
        wsgi.get(application, LIST, **{key: value for key, value in variant.items() if "MATCH" not in key})
        from_django = wsgi.get(django, LIST, **variant)
        asked_before = django.count
        reply = wsgi.get(application, LIST, **variant)

        assert django.count == asked_before
        status, headers, body = lasting(from_django)
        if status == 304:
            del headers["Content-Length"]
        if variant.get("method") == "HEAD":
            # Servers leave the body out.
            body = b""
        assert lasting(reply) == (status, headers, body)
        assert len(reply.headers["X-Request-Id"]) == 32
        assert reply.headers["X-Request-Id"] != from_django.headers["X-Request-Id"]


def test_answer_that_only_caches_ask_for_again_is_remembered(django: CountedDjango) -> None:
    """They send If-None-Match each time, so Django never says more than 304."""
    whole = wsgi.get(django, LIST)
    application = AnsweredFirst(django, clock=cms_wsgi.application.clock)
    statuses = [
        wsgi.get(application, LIST, HTTP_IF_NONE_MATCH=whole.headers["ETag"]).status for _ in range(3)
    ]

    assert (statuses, django.count) == ([304, 304, 304], 2)
    assert lasting(wsgi.get(application, LIST)) == lasting(whole)
    assert django.count == 2


def test_codings_hold_the_same_answer(application: AnsweredFirst) -> None:
    plain, gzipped, br = (
        [wsgi.get(application, LIST, HTTP_ACCEPT_ENCODING=coding) for _ in range(2)][-1]
        for coding in ("identity", "gzip", "br")
    )
    assert gzip.decompress(gzipped.body) == brotli.decompress(br.body) == plain.body
    assert [reply.headers.get("Content-Encoding") for reply in (plain, gzipped, br)] == [None, "gzip", "br"]
    assert len({reply.headers["ETag"] for reply in (plain, gzipped, br)}) == 3
    assert int(br.headers["Content-Length"]) == len(br.body) < len(plain.body)


def test_answer_carries_the_tags_of_its_tables(application: AnsweredFirst) -> None:
    tags = [wsgi.get(application, LIST).headers["Cache-Tag"].split(",") for _ in range(2)]
    wanted = {
        "services_procedurepage",
        "wagtailcore_page",
        "wagtailcore_pageviewrestriction",
        "wagtailcore_site",
    }

    assert tags[0] == tags[1]
    assert {cache_tag(table) for table in wanted} <= set(tags[0])


def test_one_host_is_not_given_the_answer_of_another(application: AnsweredFirst) -> None:
    first, second = (wsgi.get(application, LIST, HTTP_HOST=host) for host in ("localhost", "127.0.0.1"))
    refused = wsgi.get(application, LIST, HTTP_HOST="elsewhere.example")
    assert (first.status, second.status, refused.status) == (200, 200, 400)


@pytest.mark.parametrize("text", [FREE, VISIT, BROKEN])
def test_live_private_and_failed_answers_are_always_djangos(
    application: AnsweredFirst, django: CountedDjango, text: str
) -> None:
    replies = [wsgi.get(application, text) for _ in range(3)]
    assert django.count == 3
    control = "public, max-age=5" if text == FREE else "private, no-store"
    assert {reply.headers["Cache-Control"] for reply in replies} == {control}


def test_requests_with_a_token_are_djangos(application: AnsweredFirst) -> None:
    wsgi.get(application, LIST)
    refused = wsgi.get(application, LIST, HTTP_AUTHORIZATION="Bearer unknown")
    assert (refused.status, refused.headers["Cache-Control"]) == (401, "private, no-store")


@pytest.mark.django_db(transaction=True)
def test_database_that_is_away_is_told_and_nothing_old_given(application: AnsweredFirst) -> None:
    wsgi.get(application, LIST)
    known = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        away = [wsgi.get(application, LIST), wsgi.post(application, LIST)]
    finally:
        connection.close()
        connection.settings_dict.update(known)

    assert [reply.status for reply in away] == [503, 503]
    assert [reply.headers["Cache-Control"] for reply in away] == ["private, no-store"] * 2
    assert b"127.0.0.1" not in away[0].body + away[1].body
    assert wsgi.get(application, LIST).status == 200
