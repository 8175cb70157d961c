"""`manage.py load_documents`: all or nothing, the same ids again, errors by file and line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client

from cms.delivery.models import StoredDocument
from cms.graphql.requests import document_id_of

pytestmark = pytest.mark.django_db

LIST = "query List {\n  procedures { nodes { title } }\n}\n"
CLINIC = "query Clinic { clinic { name } }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    # Bytes with the line ends of Windows: the id is that of what front ends send.
    (tmp_path / "pages" / "list.graphql").write_bytes(LIST.replace("\n", "\r\n").encode())
    (tmp_path / "clinic.graphql").write_text(CLINIC, encoding="utf-8")
    (tmp_path / "readme.md").write_text("Not a document.", encoding="utf-8")
    return tmp_path


def load(path: Path, **options: bool) -> list[str]:
    out = StringIO()
    call_command("load_documents", str(path), stdout=out, **options)
    return out.getvalue().splitlines()


def stored() -> dict[str, str]:
    return dict(StoredDocument.objects.values_list("pk", "name"))


def test_folder_is_loaded_and_each_id_printed(folder: Path) -> None:
    ids = {"Clinic": document_id_of(CLINIC), "List": document_id_of(LIST.replace("\n", "\r\n"))}

    assert load(folder) == [
        f"{ids['Clinic']}  {folder / 'clinic.graphql'}",
        f"{ids['List']}  {folder / 'pages' / 'list.graphql'}",
    ]
    assert stored() == {key: name for name, key in ids.items()}


def test_loaded_document_is_answered(folder: Path) -> None:
    load(folder / "clinic.graphql")
    answer = Client().get("/graphql/", {"documentId": document_id_of(CLINIC)}, headers={"host": "localhost"})
    assert answer.json()["data"]["clinic"] is not None


def test_loading_again_changes_nothing(folder: Path) -> None:
    load(folder)
    before = list(StoredDocument.objects.values_list("pk", "loaded_at"))
    load(folder)
    assert list(StoredDocument.objects.values_list("pk", "loaded_at")) == before


def test_others_are_removed_on_request_only(folder: Path) -> None:
    load(folder)
    load(folder / "clinic.graphql")
    assert len(stored()) == 2

    lines = load(folder / "clinic.graphql", prune=True)
    assert stored() == {document_id_of(CLINIC): "Clinic"}
    assert lines[-1] == "1 removed. Running processes forget them when they are restarted."


PROBLEMS = {
    "syntax": ("query {\n  clinic {", "wrong.graphql:2: Syntax Error: Expected Name, found <EOF>."),
    "schema": (
        "{\n  clinic {\n    nam\n  }\n}",
        "wrong.graphql:3: Cannot query field 'nam' on type 'Clinic'.",
    ),
    "two operations": (
        "query A { clinic { name } } query B { clinic { name } }",
        "wrong.graphql: Send exactly one operation in a document.",
    ),
    "cost": (
        "{ procedures(first: 100) { nodes { providers(first: 100) { nodes { id } } } } }",
        "wrong.graphql: The query costs 10100, more than 5000. Ask for fewer rows at once.",
    ),
}


@pytest.mark.parametrize(("text", "problem"), PROBLEMS.values(), ids=PROBLEMS)
def test_one_wrong_document_stops_all(folder: Path, text: str, problem: str) -> None:
    (folder / "wrong.graphql").write_text(text, encoding="utf-8")

    with pytest.raises(CommandError) as refusal:
        load(folder)

    assert str(refusal.value) == f"{folder}/{problem}\nNothing was stored."
    assert stored() == {}


def test_unreadable_paths_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"holds no \.graphql file"):
        load(tmp_path)
    with pytest.raises(CommandError, match=r"missing\.graphql cannot be read: No such file"):
        load(tmp_path / "missing.graphql")
    (tmp_path / "latin.graphql").write_bytes(b"# caf\xe9")
    with pytest.raises(CommandError, match=r"latin\.graphql is not UTF-8"):
        load(tmp_path)


def test_id_is_a_hash() -> None:
    with pytest.raises(IntegrityError, match="delivery_storeddocument_id_is_a_hash"):
        StoredDocument.objects.create(id="sha256:1", name="", text="", loaded_at="2027-01-01T00:00:00Z")
