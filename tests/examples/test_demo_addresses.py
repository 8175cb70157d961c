"""/demo/ and /demo/partner/: built files as a static host would serve them, and nothing beside them."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client

EXAMPLES = Path(settings.BASE_DIR) / "examples"
DIST = EXAMPLES / "front-end" / "dist"
INDEX = (DIST / "index.html").read_bytes()
SCRIPT = next(path for path in (DIST / "assets").glob("index-*.js"))

# The database is not asked; only pages of the CMS would be.
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["", "procedures/", "procedures/micro-needling/", "book/cupping/", "es/visit/", "a/b/c"]
)
def test_every_path_is_the_front_end(client: Client, path: str) -> None:
    response = client.get(f"/demo/{path}")

    assert (response.status_code, response.content) == (200, INDEX)
    assert response["Cache-Control"] == "no-cache"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert policy.endswith("frame-ancestors 'none'")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert dict(response.cookies) == {}


def test_assets_may_be_kept_for_good(client: Client) -> None:
    response = client.get(f"/demo/assets/{SCRIPT.name}")

    assert response.content == SCRIPT.read_bytes()
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("coding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_files_travel_compressed(client: Client, coding: str, unpack: object) -> None:
    response = client.get(f"/demo/assets/{SCRIPT.name}", headers={"Accept-Encoding": coding})

    assert (response["Content-Encoding"], response["Vary"]) == (coding, "Accept-Encoding")
    assert callable(unpack)
    assert unpack(response.content) == SCRIPT.read_bytes()
    assert len(response.content) < SCRIPT.stat().st_size / 2


def test_page_that_the_browser_has_is_not_sent_again(client: Client) -> None:
    etag = client.get("/demo/")["ETag"]

    assert client.get("/demo/", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "assets/missing.js",
        "assets/%2e%2e/%2e%2e/package.json",
        "%2e%2e/package.json",
        "..%2fpackage.json",
        "%2fetc/hosts.js",
        "partner/%2e%2e/front-end/package.json",
        "partner/missing/",
        "partner/..%2fREADME.md",
    ],
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    response = client.get(f"/demo/{path}")

    assert (response.status_code, b"devDependencies" in response.content) == (404, False)


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/demo/").status_code == 405
    assert client.head("/demo/").status_code == 200


@pytest.mark.parametrize(
    ("host", "clinic"),
    [
        ("localhost:8123", "http://127.0.0.1:8123"),
        ("127.0.0.1:8000", "http://localhost:8000"),
        ("testserver", "http://testserver"),
    ],
)
def test_partners_page_is_another_site_than_the_clinic(client: Client, host: str, clinic: str) -> None:
    response = client.get("/demo/partner/", headers={"Host": host})

    page = response.content.decode()
    assert set(re.findall(r"https?://[\w.:]+", page)) == {clinic}
    assert f'<script src="{clinic}/embed/loader.js" async>' in page
    assert f"frame-src {clinic};" in response["Content-Security-Policy"]
    for name in re.findall(r'(?:href|src)="([\w.]+)"', page):
        assert client.get(f"/demo/partner/{name}").status_code == 200


def test_production_serves_no_demo() -> None:
    urls = (Path(settings.BASE_DIR) / "cms" / "urls.py").read_text(encoding="utf-8")
    before, _, inside = urls.partition("if not settings.IS_PRODUCTION:")

    assert "demo_views." in inside
    assert "demo_views." not in before
