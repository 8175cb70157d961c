import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory

from cms.graphql.tokens import Viewer, viewer_of
from cms.views import example_documents
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def page_data(page: bytes) -> dict[str, object]:
    found = re.search(
        r'<script id="graphiql-data" type="application/json">(.*?)</script>',
        page.decode(),
        re.DOTALL,
    )
    assert found
    return json.loads(found[1])


class Elements(HTMLParser):
    """Collects the addresses that a page loads from, and its scripts and styles without one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        address = values.get("src") or values.get("href")
        if address:
            self.addresses.append(address)
        elif tag in ("script", "style") and values.get("type") != "application/json":
            self.inline.append(tag)
        self.inline += [name for name in values if name == "style" or name.startswith("on")]


def test_graphiql_anonymous_goes_to_login(client: Client) -> None:
    response = client.get("/graphiql/")

    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/graphiql/")


def test_graphiql_without_access_to_the_admin_goes_to_login(client: Client) -> None:
    client.force_login(make_staff(is_superuser=False))

    response = client.get("/graphiql/")

    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/graphiql/")


def test_graphiql_refuses_post(client: Client) -> None:
    client.force_login(make_staff())

    assert client.post("/graphiql/").status_code == 405


def test_graphiql_needs_no_more_than_access_to_the_admin(client: Client) -> None:
    user = make_staff(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)

    assert client.get("/graphiql/").status_code == 200


def test_graphiql_hands_over_a_token_of_the_user_and_the_examples(client: Client) -> None:
    user = make_staff()
    client.force_login(user)

    data = page_data(client.get("/graphiql/").content)

    token, nonce = data.pop("token"), data.pop("styleNonce")
    request = RequestFactory().post("/graphql/", headers={"Authorization": f"Bearer {token}"})
    assert viewer_of(request) == Viewer(user=user, is_developer=True)
    assert re.fullmatch(r"[\w-]{22}", str(nonce))
    assert data == {"endpoint": "/graphql/", "examples": example_documents()}


def test_graphiql_headers_keep_it_private_and_strict(client: Client) -> None:
    client.force_login(make_staff())

    response = client.get("/graphiql/")

    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' 'nonce-{page_data(response.content)['styleNonce']}'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]


def test_graphiql_nonce_is_new_in_every_answer(client: Client) -> None:
    client.force_login(make_staff())

    nonces = {page_data(client.get("/graphiql/").content)["styleNonce"] for _ in range(3)}

    assert len(nonces) == 3


def test_graphiql_loads_own_files_only(client: Client) -> None:
    client.force_login(make_staff())

    elements = Elements(client.get("/graphiql/").content.decode())

    assert elements.inline == []
    assert elements.addresses == [
        "data:,",
        "/static/cms/graphiql/vendor/graphiql.min.css",
        "/static/cms/graphiql/page.css",
        "/static/cms/graphiql/vendor/react.production.min.js",
        "/static/cms/graphiql/vendor/react-dom.production.min.js",
        "/static/cms/graphiql/vendor/graphiql.min.js",
        "/static/cms/graphiql/page.js",
    ]


def test_third_party_files_are_those_that_the_licences_name() -> None:
    found = finders.find("cms/graphiql/vendor/LICENSES.txt")
    assert found
    licences = Path(found)
    named = dict(
        re.findall(r"^(\S+\.(?:css|js))\n  .*\n  SHA-256 (\w{64})$", licences.read_text("utf-8"), re.M)
    )

    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in licences.parent.iterdir()
        if path != licences
    }

    assert len(present) == 4
    assert named == present
