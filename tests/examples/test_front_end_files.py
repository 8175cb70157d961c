"""The tracked files of examples/ fit each other and the API. `make check-front-end` builds them anew."""

import html
import json
import re
from pathlib import Path

from django.conf import settings

from cms.graphql.documents import Documents
from cms.graphql.limits import Limits, check_cost
from cms.graphql.requests import document_id_of
from cms.schema import schema

EXAMPLES = Path(settings.BASE_DIR) / "examples"
FRONT_END = EXAMPLES / "front-end"
DIST = FRONT_END / "dist"
# Names of XML vocabularies and licences; nothing is fetched from them.
NOT_FETCHED = ("http://www.w3.org/", "http://here", "https://developer.mozilla.org/")


def documents() -> dict[str, str]:
    return {path.stem: path.read_bytes().decode() for path in (FRONT_END / "documents").glob("*.graphql")}


def built_text() -> str:
    files = [path for path in DIST.rglob("*") if path.is_file() and path.suffix != ".woff2"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_documents_are_those_whose_ids_the_client_sends() -> None:
    generated = (FRONT_END / "src" / "api" / "generated" / "graphql.ts").read_text(encoding="utf-8")

    assert set(re.findall(r"sha256:[0-9a-f]{64}", generated)) == set(
        map(document_id_of, documents().values())
    )


def test_built_files_send_documents_that_can_be_loaded() -> None:
    ids = {document_id_of(text) for name, text in documents().items() if name != "Paths"}

    # The list of all paths is asked for by the prerendering alone.
    assert set(re.findall(r"sha256:[0-9a-f]{64}", built_text())) == ids


def test_documents_fit_the_schema_and_the_limits() -> None:
    limits = Limits.from_settings()
    checked = Documents(schema.graphql_schema, limits=limits)

    assert len(documents()) > 10
    for text in documents().values():
        check_cost(checked.get(text).shape.cost({}), limits=limits)


def test_page_names_files_that_are_there() -> None:
    page = (DIST / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="/demo/([^"]+)"', page)

    assert len(named) == 4
    assert [name for name in named if not (DIST / name).is_file()] == []
    assert "screen" not in page


def test_built_files_name_no_other_host() -> None:
    addresses = re.findall(r"https?://[^\s\"'`)]+", built_text())

    assert [address for address in addresses if not address.startswith(NOT_FETCHED)] == []


def test_packages_are_exact_and_come_from_whichever_registry_is_set_up() -> None:
    package = json.loads((FRONT_END / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((FRONT_END / "package-lock.json").read_text(encoding="utf-8"))
    versions = package["dependencies"] | package["devDependencies"] | package["overrides"]

    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert [name for name, entry in lock["packages"].items() if name and "integrity" not in entry] == []


def test_every_package_is_explained() -> None:
    package = json.loads((FRONT_END / "package.json").read_text(encoding="utf-8"))
    guide = (Path(settings.BASE_DIR) / "docs" / "frontend.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([@\w/-]+)`", guide.partition("## Packages")[2], re.MULTILINE))

    assert rows == {*package["dependencies"], *package["devDependencies"]}


def test_code_on_the_partners_page_is_what_the_page_itself_does() -> None:
    page = (EXAMPLES / "partner-page" / "index.html").read_text(encoding="utf-8")
    shown = [html.unescape(code) for code in re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)]
    lines = {line.strip() for line in page.splitlines()}

    assert len(shown) == 5
    assert [line for code in shown for line in code.split("\n") if line and line not in lines] == []
