"""The 102 cases of the design: each is proven by at least one test that names it.

A test names its cases in the id of a parameter (`case-05`), in its own name (`test_case_05_…`) or in its
docstring (`Case 77.`).
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
CASES = range(1, 103)
NAMED = re.compile(r"\bcases?[-_ ](\d+)(?:(?:,|_and_| and| to)[-_ ]?(\d+))*", re.IGNORECASE)
NUMBER = re.compile(r"\d+")


def test_every_case_has_a_test_that_names_it() -> None:
    tests = by_case()

    assert [case for case in CASES if case not in tests] == []
    assert [case for case in tests if case not in CASES] == []


def by_case() -> dict[int, list[str]]:
    """Return the names of the tests by the numbers of their cases."""
    found = defaultdict(list)
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for case in cases_of(node):
                    found[case].append(f"{file.relative_to(TESTS)}::{node.name}")
    return found


def cases_of(test: ast.FunctionDef) -> set[int]:
    named = " ".join(texts_of(test))
    return {int(number) for match in NAMED.finditer(named) for number in NUMBER.findall(match[0])}


def texts_of(test: ast.FunctionDef) -> Iterator[str]:
    """Yield what can name a case: the name, the docstring and the ids of parameters."""
    yield test.name.removeprefix("test_")
    yield ast.get_docstring(test) or ""
    for decorator in test.decorator_list:
        for node in ast.walk(decorator):
            if isinstance(node, ast.keyword) and node.arg in ("id", "ids"):
                yield from (str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant))
