import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.clinic_file.format import CLINIC_FILE
from services.models import ProcedurePage
from tests.cms.clinic_file.worlds import small_clinic, visit

YAML = """
clinic: {name: Small, time_zone: America/Denver}
locations:
  - slug: denver
    name: Denver
    closures: [{from: 2027-12-24, until: 2027-12-26, start_time: 09:00, end_time: 10:00}]
procedures:
  - {slug: rest, title: Rest, summary: Lie down., booking: {duration_minutes: 30}}
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(file: Path, *options: str, stdout: io.StringIO | None = None) -> str:
    stdout = stdout or io.StringIO()
    call_command("load_clinic", str(file), *options, stdout=stdout)
    return stdout.getvalue()


def json_file(folder: Path, tree: dict[str, Any]) -> Path:
    file = folder / "clinic.json"
    file.write_text(json.dumps(tree))
    return file


@pytest.mark.django_db
def test_a_yaml_file_is_loaded_and_reported(tmp_path: Path) -> None:
    file = tmp_path / "clinic.yaml"
    file.write_text(YAML)

    assert run(file) == (
        "created clinic Small\n"
        "created location denver\n"
        "updated closures of denver\n"
        "created procedure rest\n"
        "Changes made: 4.\n"
    )
    assert run(file) == "Everything is as the file says already: nothing to change.\n"
    assert ProcedurePage.objects.get().live


@pytest.mark.django_db
def test_dry_run_changes_nothing_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "clinic.yaml"
    file.write_text(YAML)

    assert run(file, "--dry-run") == (
        "would have created clinic Small\n"
        "would have created location denver\n"
        "would have updated closures of denver\n"
        "would have created procedure rest\n"
        "Changes to make: 4. Nothing was changed.\n"
    )
    assert not ProcedurePage.objects.exists()


@pytest.mark.django_db
def test_prune_is_an_option(tmp_path: Path) -> None:
    run(json_file(tmp_path, small_clinic()))
    tree = small_clinic(lambda f: f["procedures"].pop(2))

    assert run(json_file(tmp_path, tree)) == "Everything is as the file says already: nothing to change.\n"
    assert run(json_file(tmp_path, tree), "--prune") == "unpublished procedure talk\nChanges made: 1.\n"


@pytest.mark.django_db
def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    file = tmp_path / "clinic.yaml"
    file.write_text(YAML)

    assert "\r\x1b[Kprocedures: rest" in run(file, "--dry-run", stdout=Terminal())
    assert "\r" not in run(file, "--dry-run")


@pytest.mark.django_db
def test_a_wrong_file_fails_with_every_problem_and_no_patient_details(tmp_path: Path) -> None:
    wrong = visit(reference="OLD-2", starts_at="soon", patient={"name": "Pat\nExample", "email": "pat"})
    file = json_file(tmp_path, small_clinic(lambda f: f["appointments"].append(wrong)))

    with pytest.raises(CommandError) as refusal:
        run(file)

    assert str(refusal.value).splitlines() == [
        f"{file}: 3 problems. Nothing was changed.",
        "appointments[1].patient.email: must be an e-mail address such as someone@example.com",
        "appointments[1].patient.name: must be one line of text that is not blank",
        "appointments[1].starts_at: must be a local time without zone such as 2027-01-05T10:00",
    ]
    assert refusal.value.returncode == 1
    assert not ProcedurePage.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory"),
        (
            b"clinic: [",
            "line 1, column 10: not valid YAML: expected the node content, but found '<stream end>'.",
        ),
        (b"clinic: \xff", "line 1: not UTF-8 text. Save the file in the encoding UTF-8."),
    ],
    ids=["missing", "syntax", "encoding"],
)
def test_an_unreadable_file_fails_with_one_line(tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "clinic.yaml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CommandError) as refusal:
        run(file)

    assert (str(refusal.value), refusal.value.returncode) == (f"{file}: {message}", 1)


def test_the_schema_is_printed_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("load_clinic", "--print-schema")

    assert end.value.code == 0
    assert json.loads(capsys.readouterr().out) == CLINIC_FILE
