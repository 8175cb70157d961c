"""`make bench`: what attacks cost the server, and what an answer costs that is given again.

Nothing here fails for being slow."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.urls import path
from pytest_django import Settings

from cms import wsgi as cms_wsgi
from cms.delivery.answers import Answers
from cms.delivery.wsgi import AnsweredFirst
from cms.graphql.documents import Documents
from cms.graphql.errors import RequestRefused
from cms.graphql.limits import Limits, check_cost
from cms.graphql.requests import document_id_of
from cms.graphql.versions import content_version
from cms.graphql.view import graphql_view
from cms.schema import schema
from tests import factories, wsgi
from tests.cms.graphql.attacks import ATTACKS

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db]
LIST = "{ procedures { nodes { title summary path } } }"


def cpu_microseconds(act: Callable[[], Any], *, times: int) -> float:
    """Return the processor time of one call, the best of five rounds."""
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(times):
            act()
        rounds.append((time.process_time() - start) / times * 1e6)
    return min(rounds)


def test_attacks(capsys: pytest.CaptureFixture[str]) -> None:
    documents = Documents(schema.graphql_schema, limits=Limits())

    def refuse(text: str) -> None:
        with pytest.raises(RequestRefused):
            check_cost(documents.get(text).shape.cost({}), limits=documents.limits)

    with capsys.disabled():
        print(f"\n{'attack':32} {'bytes':>9} {'ms of CPU':>10}  refused as")
        for name, (text, code) in ATTACKS.items():
            spent = cpu_microseconds(partial(refuse, text), times=1) / 1_000
            print(f"{name:32} {len(text):9,} {spent:10.1f}  {code}")


def test_kept_answers(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    view = graphql_view(schema, stored_documents={document_id_of(LIST): LIST}.get, answers=Answers())
    settings.ROOT_URLCONF = (path("graphql/", view),)
    settings.ANSWER_CACHE_MB = 8
    for number in range(20):
        factories.make_procedure(title=f"Procedure {number}", summary="Summary " * 20)
    application = AnsweredFirst(WSGIHandler(), clock=cms_wsgi.application.clock)
    headers = {"HTTP_ACCEPT": "*/*", "HTTP_ACCEPT_ENCODING": "gzip, br"}
    tag = [wsgi.get(application, LIST, **headers) for _ in range(2)][-1].headers["ETag"]
    address = f"/graphql/?documentId={document_id_of(LIST)}"
    first = wsgi.environ_of("GET", address, b"", **headers)
    again = wsgi.environ_of("GET", address, b"", **headers, HTTP_IF_NONE_MATCH=tag)
    wsgi.call(application, dict(first))

    acts: dict[str, tuple[Callable[[], Any], int]] = {
        "kept answer, in front of Django": (lambda: application(first, lambda *args: None), 1_000),
        "304, in front of Django": (lambda: application(again, lambda *args: None), 1_000),
        "the content version alone": (content_version, 1_000),
        "kept answer, through Django": (lambda: wsgi.get(application.application, LIST, **headers), 100),
    }
    with capsys.disabled():
        print(f"\n{'answer':32} {'microseconds of CPU':>20}")
        for name, (act, times) in acts.items():
            print(f"{name:32} {cpu_microseconds(act, times=times):20.0f}")
