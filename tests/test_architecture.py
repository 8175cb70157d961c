"""What import-linter cannot see: references between models by name, the driver, names of files and rules."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.backends.postgresql import psycopg_any
from django.db.models import CheckConstraint, Model, UniqueConstraint
from django.db.models.constraints import BaseConstraint

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("cms", "services", "providers", "schedules")
# The import line, from the floor up. Models may refer to their own level and below.
LEVELS = {
    "cms.core": 0,
    "cms.delivery": 0,
    "cms.previews": 0,
    "services": 1,
    "providers": 2,
    "schedules": 3,
    "cms": 4,
    "cms.feeds": 4,
    "cms.partners": 4,
    "cms.search": 4,
}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "services"}


def our_models() -> Iterator[type[Model]]:
    for config in apps.get_app_configs():
        if config.name in LEVELS:
            yield from config.get_models(include_auto_created=True)


def our_modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (PROJECT / package).rglob("*.py"))


def level_of(model: type[Model]) -> int:
    """Return the model's level; Django, Wagtail and other packages lie below our floor."""
    return LEVELS.get(apps.get_app_config(model._meta.app_label).name, -1)


def test_every_app_of_ours_has_a_level() -> None:
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).is_relative_to(PROJECT)}
    installed_in_project = {name for name in ours if name.partition(".")[0] in PACKAGES}

    assert installed_in_project == set(LEVELS)


def test_relations_between_models_go_down_the_import_line() -> None:
    relations = [
        (model, field.name, field.related_model)
        for model in our_models()
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and not field.auto_created and field.related_model
    ]
    upward = [
        f"{model._meta.label}.{name} -> {related._meta.label}"
        for model, name, related in relations
        if level_of(related) > level_of(model)
    ]

    assert len(relations) > 20
    assert upward == []


def test_constraints_are_named_by_app_model_and_rule() -> None:
    checked = (CheckConstraint, UniqueConstraint, ExclusionConstraint)
    constraints: list[tuple[type[Model], BaseConstraint]] = [
        (model, constraint)
        for model in our_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, checked)
    ]
    misnamed = [
        constraint.name
        for model, constraint in constraints
        if not re.fullmatch(rf"{model._meta.app_label}_{model._meta.model_name}_[a-z0-9_]+", constraint.name)
    ]

    assert len(constraints) > 5
    assert misnamed == []


def test_no_file_is_a_drawer() -> None:
    # The app `services` is a folder at the top; the word stands for no file.
    assert [str(path) for path in our_modules() if path.stem in DRAWERS] == []


def test_driver_is_psycopg2() -> None:
    """Django takes psycopg 3 as soon as any package brings it along."""
    assert psycopg_any.is_psycopg3 is False
    assert find_spec("psycopg") is None


@pytest.mark.parametrize("entrance", ["cms.urls", "cms.schema"])
def test_grapples_schema_and_urls_stay_unimported(entrance: str) -> None:
    """Their import turns off a validation rule of graphql-core for the whole process."""
    code = (
        "import sys, django; from importlib import import_module; django.setup();"
        f"import_module('{entrance}');"
        "print(sorted({'grapple.registry', 'grapple.schema', 'grapple.urls'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=PROJECT,
        env={"DJANGO_SETTINGS_MODULE": "cms.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.stderr, result.stdout) == ("", "['grapple.registry']\n")


def test_scheduling_core_imports_the_standard_library_and_dateutil_only() -> None:
    allowed = {*sys.stdlib_module_names, "dateutil"}
    foreign = [
        f"{path.name}: {name}"
        for path in sorted((PROJECT / "schedules" / "core").rglob("*.py"))
        for name in imported_modules(path)
        if name.partition(".")[0] not in allowed and not name.startswith("schedules.core")
    ]

    assert foreign == []


def test_imports_stand_at_the_top_of_their_file() -> None:
    """An import inside a function hides an edge that the import contracts would refuse."""
    nested = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in our_modules()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert nested == []


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
