from html import unescape

import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories import make_procedure, make_site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/procedures/", "/procedures/micro-needling/"])
def test_headless_page_shows_the_query_that_reads_it(client: Client, path: str) -> None:
    make_site()
    make_procedure(title="Micro needling")

    html = unescape(client.get(path).content.decode())

    assert "curl http://testserver/graphql/ " in html
    assert f'page(urlPath: \\"{path}\\")' in html


def test_headless_page_leads_to_the_admin_and_graphiql(client: Client) -> None:
    make_site(name="Mile High Chiropractic")

    html = client.get("/").content.decode()

    assert "<h1>Mile High Chiropractic</h1>" in html
    assert '<a href="/admin/">' in html
    assert '<a href="/graphiql/">' in html


def test_headless_page_sets_no_cookie(client: Client) -> None:
    make_site()

    response = client.get("/")

    assert (response.status_code, dict(response.cookies)) == (200, {})


def test_page_with_a_front_end_leads_there(client: Client, settings: Settings) -> None:
    settings.FRONTEND_BASE_URL = "https://clinic.example"
    make_site()
    make_procedure(title="Micro needling")

    response = client.get("/procedures/micro-needling/")

    assert response.status_code == 302
    assert response["Location"] == "https://clinic.example/procedures/micro-needling/"
