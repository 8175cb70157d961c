"""Schema violations in plain words. Values are never repeated: they may be patient data."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import ValidationError

from cms.clinic_file.format import VALIDATOR
from cms.clinic_file.problems import Path, Problem
from cms.clinic_file.reading import Plain

TYPE_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of keys to values",
}


LIMITS = {
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "maxLength": "must have at most {limit} characters",
    "minItems": "must have at least {limit} item(s)",
    "maxItems": "must have at most {limit} items",
    "uniqueItems": "lists the same item twice",
}


def format_problems(tree: Plain) -> Iterator[Problem]:
    for error in VALIDATOR.iter_errors(tree):
        path: Path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            yield from _unknown_keys(error, path)
        elif error.validator == "required":
            yield from _missing_keys(error, path)
        else:
            yield Problem(path, _message(error))


def _unknown_keys(error: ValidationError, path: Path) -> Iterator[Problem]:
    schema: Any = error.schema
    known = schema["properties"]
    given: Any = error.instance
    for key in given:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else f"; known are {', '.join(known)}"
            yield Problem((*path, key), f"unknown key{hint}")


def _missing_keys(error: ValidationError, path: Path) -> Iterator[Problem]:
    needed: Any = error.validator_value
    given: Any = error.instance
    yield from (Problem((*path, key), "is required") for key in needed if key not in given)


def _message(error: ValidationError) -> str:
    limit: Any = error.validator_value
    if error.validator == "type":
        return _type_message(limit, error.instance)
    if error.validator == "enum":
        return f"must be one of {', '.join(value for value in limit if value is not None)}"
    if error.validator in LIMITS:
        return LIMITS[error.validator].format(limit=limit)
    schema: Any = error.schema
    return f"must be {schema['description']}"


def _type_message(expected: str | list[str], instance: object) -> str:
    kinds = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(TYPE_NAMES[kind] for kind in kinds if kind != "null")
    if kinds[0] == "string" and isinstance(instance, int | float):
        return f"must be {wanted}: put it in quotes"
    return f"must be {wanted}"
