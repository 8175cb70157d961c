"""The documentation is true where a machine can tell: links, paths, queries, codes, variables, tests."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLError, parse, validate

from cms.graphql.errors import ErrorCode
from cms.schema import schema

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:cms|services|providers|schedules|tests|docs)/[\w./-]*)`")
GRAPHQL_IN_JS = re.compile(r"/\* GraphQL \*/ `([^`]*)`")
JSON_IN_SHELL = re.compile(r"-d '(\{.*?\})'$", re.MULTILINE | re.DOTALL)
READERS = r"(?:env(?:\.\w+)?|production_value|switch|whole_number|address)"
SETTING = re.compile(READERS + r"""\(\s*["']([A-Z_]+)["']""")

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))


def prose(path: Path) -> str:
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def graphql_texts(path: Path) -> Iterator[str]:
    """Yield what a reader may copy: GraphQL, and the queries inside JavaScript and curl."""
    for language, text in FENCE.findall(path.read_text(encoding="utf-8")):
        if language == "graphql":
            yield text
        elif language == "js":
            yield from GRAPHQL_IN_JS.findall(text)
        elif language == "sh":
            yield from (json.loads(body)["query"] for body in JSON_IN_SHELL.findall(text))


def problems(text: str) -> list[str]:
    try:
        return [error.message for error in validate(schema.graphql_schema, parse(text))]
    except GraphQLError as error:
        return [error.message]


def documented_variables() -> set[str]:
    operations = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", operations, re.MULTILINE))


def test_readme_is_short() -> None:
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


def test_every_kind_of_document_and_example_is_looked_at() -> None:
    """The other tests would pass if nothing were found."""
    guide = PROJECT / "docs" / "graphql.md"
    found = FENCE.findall(guide.read_text(encoding="utf-8"))

    assert {path.name for path in DOCUMENTS} >= {"README.md", "CONTRIBUTING.md", "graphql.md", "glossary.md"}
    assert {language for language, _ in found} == {"graphql", "js", "json", "sh"}
    assert len(list(graphql_texts(guide))) > 10
    assert len(list(graphql_texts(PROJECT / "README.md"))) > 1
    assert problems("{ nothing }") != []


@each_document
def test_relative_links_lead_to_files_and_headings(path: Path) -> None:
    broken = []
    for link in LINK.findall(prose(path)):
        target, _, anchor = link.partition("#")
        if "://" in link:
            continue
        file = (path.parent / target).resolve() if target else path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(link)

    assert broken == []


@each_document
def test_paths_named_in_the_text_exist(path: Path) -> None:
    named = PATH.findall(path.read_text(encoding="utf-8"))

    assert [name for name in named if not (PROJECT / name).exists()] == []


@each_document
def test_graphql_fits_the_schema(path: Path) -> None:
    assert [(text, found) for text in graphql_texts(path) if (found := problems(text))] == []


@each_document
def test_tests_named_in_the_text_exist(path: Path) -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in (PROJECT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", path.read_text(encoding="utf-8"))

    assert [name for name in named if f"def {name}(" not in code] == []


def test_error_and_refusal_codes_are_those_of_the_api() -> None:
    guide = (PROJECT / "docs" / "graphql.md").read_text(encoding="utf-8")
    refusals = schema.graphql_schema.type_map["BookingRefusal"]
    assert isinstance(refusals, GraphQLEnumType)
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", guide, re.MULTILINE)

    documented = {code for row in rows for code in re.findall(r"[A-Z_]+", row)}

    assert documented == {*ErrorCode, *refusals.values}


def test_variables_of_the_example_are_documented() -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")

    assert documented_variables() == set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))


def test_variables_of_the_settings_are_documented() -> None:
    settings = (PROJECT / "cms" / "settings.py").read_text(encoding="utf-8")

    assert documented_variables() == set(SETTING.findall(settings))
