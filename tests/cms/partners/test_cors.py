"""Scripts of partners' pages may ask the API, by the partner's record and no longer than it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.urls import path
from pytest_django import Settings

from cms import wsgi as cms_wsgi
from cms.delivery.answers import Answers
from cms.delivery.wsgi import AnsweredFirst
from cms.graphql.requests import document_id_of
from cms.graphql.view import graphql_view
from cms.partners.models import Partner
from cms.partners.queries import PartnerOrigins, active_origins, source_called
from cms.schema import schema
from tests import factories, wsgi
from tests.cms.partners.worlds import CONTENT, NOW, ORIGIN, get, make_clinic, make_partner

TEXT = "{ clinic { name } }"
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture(autouse=True)
def clock(settings: Settings) -> Iterator[Any]:
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def asked_from(origin: str, **headers: str) -> Any:
    client = Client(headers={"host": "localhost", "origin": origin, **headers})
    return client.post("/graphql/", {"query": TEXT}, content_type="application/json")


@pytest.mark.django_db
def test_partner_may_read_the_api_and_others_may_not() -> None:
    factories.make_site()
    make_partner()
    allowed = {
        origin: asked_from(origin).get(ALLOWED)
        for origin in (ORIGIN, "https://front.example", "https://thief.example", "null", "")
    }
    assert allowed == {
        ORIGIN: ORIGIN,
        "https://front.example": "https://front.example",
        "https://thief.example": None,
        "null": None,
        "": None,
    }
    answer = asked_from(ORIGIN)
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.django_db
def test_preflight_lets_the_partner_name_itself() -> None:
    make_partner()
    headers = {"host": "localhost", "access-control-request-method": "POST"}
    allowed = Client(headers={**headers, "origin": ORIGIN}).options("/graphql/")
    refused = Client(headers={**headers, "origin": "https://thief.example"}).options("/graphql/")

    assert allowed[ALLOWED] == ORIGIN
    assert "Clinic-Partner" in allowed["Access-Control-Allow-Headers"]
    assert not any(name.startswith("Access-Control") for name in refused.headers)


@pytest.mark.django_db
def test_origins_are_those_of_partners_in_force(clock: Any) -> None:
    factories.make_site()
    make_partner()
    make_partner(slug="until", origins=("https://until.example",), expires_on="2027-03-01")
    make_partner(slug="past", origins=("https://past.example",), expires_on="2027-02-28")
    make_partner(slug="off", origins=("https://off.example",), is_active=False)
    found = active_origins(now=NOW)

    assert found.origins == {ORIGIN, "https://until.example"}
    assert found.until is not None
    assert found.until.isoformat() == "2027-03-02T07:00:00+00:00"
    assert active_origins(now=found.until).origins == {ORIGIN}


@pytest.mark.django_db
def test_content_is_for_the_partners_own_pages() -> None:
    make_clinic()
    make_partner()
    mine, foreign, plain = (
        get(CONTENT, origin=ORIGIN),
        get(CONTENT, origin="https://thief.example"),
        get(CONTENT),
    )

    assert [each.status_code for each in (mine, foreign, plain)] == [200, 404, 200]
    assert (mine[ALLOWED], foreign.get(ALLOWED), plain.get(ALLOWED)) == (ORIGIN, None, None)
    assert all("Origin" in each["Vary"] for each in (mine, foreign, plain))
    assert not any("Credentials" in name for each in (mine, foreign) for name in each.headers)


@pytest.mark.django_db
def test_preflight_of_content_allows_revalidation() -> None:
    make_partner()
    allowed = Client(headers={"host": "localhost", "origin": ORIGIN}).options(CONTENT)
    refused = Client(headers={"host": "localhost", "origin": "https://thief.example"}).options(CONTENT)

    assert (allowed.status_code, allowed[ALLOWED]) == (204, ORIGIN)
    assert "If-None-Match" in allowed["Access-Control-Allow-Headers"]
    assert ALLOWED not in refused


# Answers that are kept ----------------------------------------------------------------------------


@pytest.fixture
def application(settings: Settings, transactional_db: None) -> AnsweredFirst:
    """As it is deployed: answers, origins and headers are all kept."""
    document = {document_id_of(TEXT): TEXT}
    view = graphql_view(
        schema,
        stored_documents=document.get,
        answers=Answers(),
        more_origins=PartnerOrigins(),
        source_of=source_called,
    )
    settings.ROOT_URLCONF = (path("graphql/", view),)
    settings.ANSWER_CACHE_MB = 8
    factories.make_site()
    return AnsweredFirst(WSGIHandler(), clock=cms_wsgi.application.clock)


def kept_for(application: AnsweredFirst, origin: str = ORIGIN) -> set[str | None]:
    """Return what an answer allows that was asked for before."""
    replies = [wsgi.get(application, TEXT, HTTP_ORIGIN=origin) for _ in range(3)]
    replies.append(wsgi.post(application, TEXT, HTTP_ORIGIN=origin))
    return {reply.headers.get(ALLOWED) for reply in replies}


def test_kept_answer_forgets_a_partner_at_once(application: AnsweredFirst) -> None:
    assert kept_for(application) == {None}
    make_partner()
    assert kept_for(application) == {ORIGIN}
    Partner.objects.update(is_active=False)
    assert kept_for(application) == {None}
    Partner.objects.update(is_active=True)
    assert kept_for(application) == {ORIGIN}
    Partner.objects.update(allowed_origins=["https://other.example"])
    assert kept_for(application) == {None}
    Partner.objects.all().delete()
    assert kept_for(application, "https://other.example") == {None}


def test_kept_answer_forgets_an_expired_partner(application: AnsweredFirst, clock: Any) -> None:
    make_partner(expires_on="2027-03-01")
    assert kept_for(application) == {ORIGIN}
    clock.move_to("2027-03-02T06:59:59Z")
    assert kept_for(application) == {ORIGIN}
    clock.move_to("2027-03-02T07:00:01Z")

    assert kept_for(application) == {None}


def test_api_answers_without_origins_where_the_database_is_away(application: AnsweredFirst) -> None:
    make_partner()
    known = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        reply = wsgi.get(application, TEXT, HTTP_ORIGIN=ORIGIN)
    finally:
        connection.close()
        connection.settings_dict.update(known)

    assert (reply.status, reply.headers.get(ALLOWED)) == (503, None)
