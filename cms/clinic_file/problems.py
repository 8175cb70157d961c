"""What is wrong with a clinic file, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]

# The order in which the file is described; problems are listed in it.
SECTIONS = ("clinic", "locations", "categories", "procedures", "providers", "partners", "appointments")


class UnreadableFile(Exception):
    """The file is not text, not YAML or JSON, or too large; the message says what and where."""


class InvalidClinicFile(Exception):
    """The file was read and refused. Nothing was changed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Problem:
    path: Path
    message: str

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.message}"


def path_text(path: Path) -> str:
    """Return the path as `providers[0].availability[2].recurrence`; the whole file is `(file)`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".") or "(file)"


def in_file_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by section, then by position, each problem once."""
    return tuple(sorted(dict.fromkeys(problems), key=_position))


def _position(problem: Problem) -> tuple[int, tuple[tuple[int, str], ...], str]:
    section = problem.path[0] if problem.path else ""
    rank = SECTIONS.index(section) if section in SECTIONS else -1
    steps = tuple((step, "") if isinstance(step, int) else (-1, step) for step in problem.path)
    return rank, steps, problem.message
