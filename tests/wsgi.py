"""A client that speaks to a WSGI application as a server does, past Django's test client."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from cms.graphql.requests import document_id_of

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@contextmanager
def connection_left_open() -> Iterator[None]:
    """Keep Django from closing the connection around a request: the transaction of the test is in it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def call(application: Application, environ: dict[str, Any]) -> Reply:
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *args: Any) -> None:
        started.update(status=int(status.split(maxsplit=1)[0]), headers=dict(headers))

    with connection_left_open():
        response = application(environ, start_response)
        body = b"".join(response)
        getattr(response, "close", lambda: None)()
    return Reply(started["status"], started["headers"], body)


def environ_of(method: str, path: str, body: bytes, **headers: str) -> dict[str, Any]:
    environ = RequestFactory().generic(method, path, body, content_type="application/json").environ
    environ.update({"SERVER_NAME": "localhost", "HTTP_HOST": "localhost", **headers})
    environ["wsgi.input"] = BytesIO(body)
    return environ


def get(application: Application, text: str, *, method: str = "GET", **headers: str) -> Reply:
    """Ask for a stored document by its text. Headers are named as in CGI: HTTP_ACCEPT."""
    query = urlencode({"documentId": document_id_of(text)})
    return call(application, environ_of(method, f"/graphql/?{query}", b"", **headers))


def post(application: Application, text: str, **headers: str) -> Reply:
    return call(application, environ_of("POST", "/graphql/", orjson.dumps({"query": text}), **headers))
