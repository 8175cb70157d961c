"""A practice loads its file beside the running site."""

from pathlib import Path

from tests.journeys.demo import ROOT, Demo

WRONG = r"""
clinic: {name: Another clinic, time_zone: America/Denver, colour: blue}
locations:
  - {slug: denver, name: Another name, time_zone: America/Denver}
procedures:
  - {slug: micro-needling, title: Another title, summary: Another summary.}
providers:
  - slug: sarah-white
    name: Another person
    availability:
      - location: denver
        recurrence: "RRULE:FREQ=WEEKLY;BYDAY=TU\nEXDATE:20270309T000000"
        valid_from: 2026-01-06
        start_time: "09:00"
        end_time: "17:00"
      - location: boulder
        recurrence: "RRULE:FREQ=WEEKLY;BYDAY=WE"
        valid_from: 2026-01-06
        start_time: "09:00"
        end_time: "17:00"
"""

CONTENT = """{ clinic { name } locations { slug name }
  procedures(first: 100) { nodes { title updatedAt } } providers(first: 100) { nodes { name } } }"""


def test_wrong_file_names_every_problem_and_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG)
    before = demo.ask(CONTENT)

    result = demo.manage("load_clinic", str(file))

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.splitlines()[-4:] == [
        f"CommandError: {file}: 3 problems. Nothing was changed.",
        "clinic.colour: unknown key; known are name, time_zone, phone, email, welcome, languages",
        "providers[0].availability[0].recurrence: "
        "EXDATE is not supported: add an exception that closes the dates instead.",
        "providers[0].availability[1].location: the file has no location with the slug “boulder”",
    ]
    assert demo.ask(CONTENT) == before


def test_dry_run_finds_the_clinic_of_the_running_site_and_leaves_it_running(
    demo: Demo, tmp_path: Path
) -> None:
    """All but one name is in the database already: it is the one that the demo works on."""
    file = tmp_path / "changed.yaml"
    original = (ROOT / "cms" / "demo" / "clinic.yaml").read_text()
    file.write_text(original.replace("name: Larkspur Denver", "name: Larkspur Uptown"))
    before = demo.ask(CONTENT)

    result = demo.manage("load_clinic", "--dry-run", str(file))

    assert (result.returncode, result.stdout.splitlines()[:-1]) == (
        0,
        # The demo let its partner embed on the port on which it runs.
        ["would have updated location denver", "would have updated partner demo-partner"],
    )
    assert demo.ask(CONTENT) == before
