"""A small clinic file as a tree, and short ways to change, check and load it."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cms.clinic_file.consistency import consistency_problems
from cms.clinic_file.format_problems import format_problems
from cms.clinic_file.load import LoadOptions, load_clinic
from cms.clinic_file.problems import InvalidClinicFile, in_file_order
from cms.clinic_file.reading import ClinicDocument

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)

Tree = dict[str, Any]
Change = Callable[[Tree], object]

SMALL_CLINIC: Tree = {
    "clinic": {"name": "Test Clinic", "time_zone": "America/Denver"},
    "locations": [
        {
            "slug": "denver",
            "name": "Denver",
            "rooms": [{"slug": "one", "name": "Room one", "kind": "quiet"}],
            "closures": [{"from": "2027-12-24", "until": "2027-12-26", "label": "Holiday"}],
        },
        {"slug": "phoenix", "name": "Phoenix", "time_zone": "America/Phoenix"},
    ],
    "categories": [{"slug": "skin", "name": "Skin"}],
    "procedures": [
        {
            "slug": "needling",
            "title": "Needling",
            "summary": "Fine needles.",
            "category": "skin",
            "benefits": [
                {"title": "Texture", "description": "Smoother."},
                {"title": "Tone", "description": "More even."},
            ],
            "risks": [{"title": "Redness", "description": "For a day.", "severity": "minor"}],
            "last_reviewed_on": "2026-09-15",
            "reviewed_by": "sarah",
            "booking": {"duration_minutes": 45, "durations": [30]},
        },
        {
            "slug": "rest",
            "title": "Rest",
            "summary": "Lie down.",
            "booking": {"duration_minutes": 30, "room_kind": "quiet"},
        },
        {"slug": "talk", "title": "Talk", "summary": "By telephone."},
    ],
    "providers": [
        {
            "slug": "sarah",
            "name": "Sarah White",
            "honorific": "Dr.",
            "offers": [{"procedure": "needling"}, {"procedure": "rest", "duration_minutes": 20}],
            "availability": [
                {
                    "location": "denver",
                    "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=TU",
                    "valid_from": "2026-01-06",
                    "start_time": "09:00",
                    "end_time": "17:00",
                    "procedures": ["needling"],
                }
            ],
            "exceptions": [{"from": "2027-02-02", "kind": "closed", "label": "Away"}],
        },
        {"slug": "tom", "name": "Tom Green", "offers": [{"procedure": "rest"}]},
    ],
    "appointments": [
        {
            "reference": "OLD-1",
            "procedure": "needling",
            "provider": "sarah",
            "location": "denver",
            "starts_at": "2027-01-05T10:00",
            "patient": {"name": "Pat Example", "email": "pat@example.com"},
        }
    ],
}


def small_clinic(change: Change | None = None) -> Tree:
    tree = copy.deepcopy(SMALL_CLINIC)
    if change:
        change(tree)
    return tree


def visit(**values: object) -> Tree:
    """Another visit of the small clinic, with the patient and places of the first."""
    return {**copy.deepcopy(SMALL_CLINIC["appointments"][0]), **values}


def checks(change: Change) -> list[str]:
    """The problems that are found without the database."""
    tree = small_clinic(change)
    return [str(problem) for problem in in_file_order([*format_problems(tree), *consistency_problems(tree)])]


def load(tree: Tree, *, prune: bool = False, dry_run: bool = False) -> list[str]:
    options = LoadOptions(prune=prune, dry_run=dry_run)
    document = ClinicDocument(tree=tree, problems=())
    return [
        str(change) for change in load_clinic(document=document, options=options, now=NOW, progress=ignore)
    ]


def refusals(tree: Tree) -> list[str]:
    """The problems of a file that must not load; an empty list if it did."""
    try:
        load(tree)
    except InvalidClinicFile as error:
        return [str(problem) for problem in error.problems]
    return []


def ignore(text: str) -> None:
    """Progress that nobody watches."""
