"""The booking page: a shell with everything that its script needs to know."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from graphql import parse, validate
from pytest_django import Settings

from cms.graphql.requests import document_id_of
from cms.partners.assets import FOLDER, document_ids, documents, element_labels
from cms.partners.models import Partner
from cms.partners.queries import document_text
from cms.schema import schema
from tests import factories, hiding, translating
from tests.cms.partners.worlds import BOOKING, KEY, ORIGIN, get, make_clinic, make_partner, tree

pytestmark = pytest.mark.django_db


def soup_of(query: str = "") -> Any:
    response = get(f"{BOOKING}?{query}")
    assert response.status_code == 200, response.content
    return tree(response.content)


def config(query: str = "") -> Any:
    return json.loads(soup_of(query).select_one("script#booking").string)


def test_shell_holds_what_the_script_needs() -> None:
    make_clinic()
    make_partner(accent="#d6336c")
    found = config("procedure=micro-needling&provider=sarah-white&location=denver")

    assert found.pop("labels") == element_labels("en")["booking"]
    assert found == {
        "endpoint": "/graphql/",
        "partner": KEY,
        "locale": "en",
        "procedure": {"slug": "micro-needling", "title": "Micro needling"},
        "provider": {"slug": "sarah-white", "title": "Dr. Sarah White"},
        "location": {"slug": "denver", "name": "Denver"},
        "clinic": {
            "name": "Mile High Chiropractic",
            "phone": "+1 303 555 0142",
            "timeZone": "America/Denver",
        },
        "documents": document_ids(),
        "origins": [ORIGIN, "http://localhost"],
        "theme": {
            "accent": "#d6336c",
            "onAccent": "#ffffff",
            "radius": "8px",
            "font": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
            "scheme": "auto",
        },
        "manageUrl": None,
    }


def test_visits_are_managed_on_the_front_end_where_there_is_one(settings: Settings) -> None:
    settings.FRONTEND_BASE_URL = "https://clinic.example"
    translating.translate(make_clinic())
    make_partner()

    assert config()["manageUrl"] == "https://clinic.example/visit/"
    assert config("locale=es")["manageUrl"] == "https://clinic.example/es/visit/"


def test_page_says_what_to_do_without_scripts() -> None:
    make_clinic()
    make_partner()
    page = soup_of("procedure=micro-needling")

    assert page.noscript.text.strip()
    assert "+1 303 555 0142" in page.footer.text
    assert page.html["lang"] == "en"
    assert "Micro needling" in page.title.text
    assert page.select("form, input") == []


def test_nothing_needs_to_be_chosen() -> None:
    make_clinic()
    make_partner()
    found = config()

    assert (found["procedure"], found["provider"], found["location"]) == (None, None, None)


def test_locale_is_that_asked_for_or_the_first_that_is_allowed() -> None:
    translating.translate(make_clinic(), title="Micropunción")
    make_partner()
    spanish = config("locale=es&procedure=micro-needling")
    assert (spanish["locale"], spanish["procedure"]["title"]) == ("es", "Micropunción")
    assert spanish["labels"] == element_labels("es")["booking"] != element_labels("en")["booking"]
    Partner.objects.update(locales=["es"])

    assert config()["locale"] == "es"


@pytest.mark.parametrize(
    "query",
    [
        "procedure=unknown",
        "provider=unknown",
        "location=unknown",
        "locale=tlh",
        "procedure=%00",
        "provider=%00",
        "location=%00",
        "procedure=micro-needling&provider=%F0%9F%92%89",
    ],
)
def test_what_is_not_there_cannot_be_chosen(query: str) -> None:
    make_clinic()
    make_partner()

    assert get(f"{BOOKING}?{query}").status_code == 404


@pytest.mark.parametrize("way", hiding.WAYS_TO_HIDE)
def test_hidden_procedure_cannot_be_chosen(way: str) -> None:
    page = make_clinic()
    make_partner()
    assert config("procedure=micro-needling")["procedure"]
    hiding.WAYS_TO_HIDE[way](page)

    assert get(f"{BOOKING}?procedure=micro-needling").status_code == 404


def test_procedure_that_the_partner_may_not_show_cannot_be_chosen() -> None:
    make_clinic()
    other = factories.make_procedure(title="Other")
    make_partner(content="chosen", procedures=[other])

    assert get(f"{BOOKING}?procedure=micro-needling").status_code == 404
    assert config("procedure=other")["procedure"]["slug"] == "other"


def test_names_cannot_end_the_script_element() -> None:
    title = "</script><script>alert(1)</script>"
    factories.make_procedure(title=title, slug="micro-needling")
    make_partner()

    assert config("procedure=micro-needling")["procedure"]["title"] == title
    assert "</script><script>alert" not in get(f"{BOOKING}?procedure=micro-needling").content.decode()


def test_policy_lets_the_page_ask_this_api_alone() -> None:
    make_clinic()
    make_partner()
    policy = get(BOOKING)["Content-Security-Policy"].split("; ")

    assert {"connect-src 'self'", "form-action 'none'", "require-trusted-types-for 'script'"} <= {*policy}
    assert f"frame-ancestors 'self' {ORIGIN}" in policy


def test_documents_of_the_page_are_known_without_being_loaded() -> None:
    files = sorted((FOLDER / "documents").glob("*.graphql"))
    texts = {document_id_of(file.read_text()): file.read_text() for file in files}

    assert documents() == texts
    assert {key: document_text(key) for key in texts} == texts
    assert set(document_ids().values()) == set(texts)
    assert [error for text in texts.values() for error in validate(schema.graphql_schema, parse(text))] == []
    assert document_text("sha256:" + "0" * 64) is None


def test_document_is_answered_by_its_id() -> None:
    make_clinic()
    make_partner()
    asked = {
        "documentId": document_ids()["BookingProcedures"],
        "variables": json.dumps({"partner": KEY, "locale": "en"}),
    }
    answer = get(f"/graphql/?{urlencode(asked)}")

    assert answer.status_code == 200
    assert [each["slug"] for each in answer.json()["data"]["procedures"]["nodes"]] == ["micro-needling"]
