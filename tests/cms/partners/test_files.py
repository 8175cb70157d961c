"""Scripts and styles: for ever under their version, with checksums, and a loader that names the newest."""

import gzip
import json
import re

import brotli
import pytest
from django.core.management import call_command

from cms.partners.assets import (
    ASSETS,
    EMBED,
    INTEGRITY,
    checksum,
    checksums_of,
    listed_asset,
    newest,
    versions,
)
from tests.cms.partners.worlds import get

pytestmark = pytest.mark.django_db


def test_listed_checksums_are_those_of_the_files() -> None:
    """`manage.py embed_integrity` lists those of the newest version; the others never change again."""
    listed = json.loads(INTEGRITY.read_text())

    assert listed == {version: checksums_of(version) for version in versions()}


def test_command_lists_the_present_files(capsys: pytest.CaptureFixture[str]) -> None:
    before = INTEGRITY.read_text()
    call_command("embed_integrity")

    assert INTEGRITY.read_text() == before
    assert newest().version in capsys.readouterr().out


@pytest.mark.parametrize("name", ASSETS)
def test_file_is_served_for_ever_to_any_page(name: str) -> None:
    response = get(f"/embed/{newest().version}/{name}", origin="https://anyone.example")

    assert response.status_code == 200
    assert checksum(response.content) == newest().checksums[name]
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"].startswith("text/javascript" if name.endswith("js") else "text/css")
    assert response.cookies == {}


def test_file_travels_compressed_and_not_twice() -> None:
    path = f"/embed/{newest().version}/booking.js"
    plain = get(path)
    packed = {coding: get(path, accept_encoding=coding) for coding in ("br", "gzip")}

    assert [packed[coding]["Content-Encoding"] for coding in packed] == ["br", "gzip"]
    assert brotli.decompress(packed["br"].content) == plain.content
    assert gzip.decompress(packed["gzip"].content) == plain.content
    assert len(packed["br"].content) <= len(brotli.compress(plain.content, quality=11))
    assert len(packed["gzip"].content) <= len(gzip.compress(plain.content, compresslevel=9))
    assert len({plain["ETag"], *(each["ETag"] for each in packed.values())}) == 3
    again = get(path, accept_encoding="br", if_none_match=packed["br"]["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == plain["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "1.0.0/labels.en.json",
        "1.0.0/unknown.js",
        "1.0.0/..%2fintegrity.json",
        "1.0.0/%2e%2e/loader.js",
        "9.9.9/booking.js",
        "1.0.0/booking.js/",
        "integrity.json",
    ],
)
def test_nothing_but_listed_files_is_served(path: str) -> None:
    assert get(f"/embed/{path}").status_code == 404


def test_names_that_are_made_up_are_not_remembered() -> None:
    get(f"/embed/{newest().version}/embed.css")
    known = listed_asset.cache_info().currsize
    for number in range(20):
        assert get(f"/embed/1.0.{number}/made-up.js").status_code == 404

    assert listed_asset.cache_info().currsize == known


def test_loader_names_the_newest_elements_and_their_checksum() -> None:
    response = get("/embed/loader.js")
    text = response.content.decode()

    assert response["Cache-Control"] == "public, max-age=300"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert f"/embed/{newest().version}/clinic-elements.js" in text
    assert newest().checksums["clinic-elements.js"] in text
    assert not re.search(r"__[A-Z]+__", text)
    assert "__VERSION__" in (EMBED / "loader.js").read_text()
    assert get("/embed/loader.js", if_none_match=response["ETag"]).status_code == 304
