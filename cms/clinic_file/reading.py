"""From bytes to plain lists, mappings and scalars. Dates and times stay text, as JSON has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path as FilePath

import yaml

from cms.clinic_file.problems import Path, Problem, UnreadableFile

MAX_BYTES = 5 * 1024 * 1024
# Aliases can expand a few lines to gigabytes, so what counts is the expanded size.
MAX_VALUES = 500_000
MAX_DEPTH = 40

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None

_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")
_BOOLEAN = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$")
_DECIMAL = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class PlainLoader(yaml.SafeLoader):
    """YAML with the scalars of JSON: `09:00`, `2027-01-05`, `no` and `02134` are text.

    The stock loader reads them as 540 minutes, a date, False and an octal number."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", _NULL, ["~", "n", "N", ""])
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOLEAN, list("tTfF"))
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, list("-+0123456789"))
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:float", _DECIMAL, list("-+0123456789"))


class _JsonObject(list[tuple[str, object]]):
    """The pairs of a JSON object, repeated keys included."""


@dataclass(frozen=True, slots=True)
class ClinicDocument:
    tree: Plain
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Walk:
    """Turns YAML nodes or JSON values into plain ones and counts them on the way."""

    problems: list[Problem] = field(default_factory=list)
    values: int = 0

    def plain(self, value: object, path: Path) -> Plain:
        self.values += 1
        if self.values > MAX_VALUES:
            raise UnreadableFile(
                f"The file holds more than {MAX_VALUES:,} values, counting aliases each time."
            )
        if len(path) > MAX_DEPTH:
            raise UnreadableFile(f"The file is nested deeper than {MAX_DEPTH} levels.")
        if isinstance(value, yaml.MappingNode | _JsonObject):
            return self.mapping(_pairs(value), path)
        if isinstance(value, yaml.SequenceNode | list):
            items = value.value if isinstance(value, yaml.SequenceNode) else value
            return [self.plain(item, (*path, index)) for index, item in enumerate(items)]
        return self.scalar(_scalar(value), path)

    def mapping(self, pairs: Iterable[tuple[str, object]], path: Path) -> Plain:
        found: dict[str, Plain] = {}
        for key, value in pairs:
            if key in found:
                self.problems.append(Problem((*path, key), "the key is given twice"))
            found[key] = self.plain(value, (*path, key))
        return found

    def scalar(self, value: Plain, path: Path) -> Plain:
        if isinstance(value, str) and _UNSTORABLE.search(value):
            self.problems.append(
                Problem(path, "contains a character that is not text (a NUL or half a surrogate pair)")
            )
        return value


def read_clinic_file(file: FilePath) -> ClinicDocument:
    """Raises UnreadableFile. Files that end in .json are read as JSON, all others as YAML."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(f"{file}: {error.strerror or error}") from error
    try:
        return parse_clinic_text(decoded(content), is_json=file.suffix.lower() == ".json")
    except UnreadableFile as error:
        raise UnreadableFile(f"{file}: {error}") from error


def decoded(content: bytes) -> str:
    """Raises UnreadableFile for more than MAX_BYTES and for anything but UTF-8."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(f"line {line}: not UTF-8 text. Save the file in the encoding UTF-8.") from error
    if not text.strip():
        raise UnreadableFile("The file is empty.")
    return text


def parse_clinic_text(text: str, *, is_json: bool = False) -> ClinicDocument:
    """Raises UnreadableFile for a syntax error, with the line."""
    walk = _Walk()
    try:
        tree = walk.plain(_json(text) if is_json else _yaml(text), ())
    except RecursionError as error:
        raise UnreadableFile(f"The file is nested deeper than {MAX_DEPTH} levels.") from error
    return ClinicDocument(tree=tree, problems=tuple(walk.problems))


def _yaml(text: str) -> object:
    try:
        return yaml.compose(text, Loader=PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise UnreadableFile(f"{where}not valid YAML: {error.problem or error.context}.") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableFile(f"line {line}: not valid YAML: {error.reason}.") from error


def _json(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_JsonObject,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_number,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnreadableFile(f"{where}: not valid JSON: {error.msg}.") from error


def _pairs(value: yaml.MappingNode | _JsonObject) -> Iterable[tuple[str, object]]:
    if isinstance(value, _JsonObject):
        yield from value
        return
    for key, item in value.value:
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadableFile(f"line {key.start_mark.line + 1}: a key must be plain text.")
        yield key.value, item


def _scalar(value: object) -> Plain:
    if isinstance(value, yaml.ScalarNode):
        return _yaml_scalar(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"Neither YAML nor JSON gives a {type(value).__name__}.")


def _yaml_scalar(node: yaml.ScalarNode) -> Plain:
    text: str = node.value
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind == "str":
        return text
    if kind == "null" and _NULL.match(text):
        return None
    if kind == "bool" and _BOOLEAN.match(text):
        return text.lower() == "true"
    if (kind == "int" and _INTEGER.match(text)) or (kind == "float" and _DECIMAL.match(text)):
        return _number(text)
    raise UnreadableFile(
        f"line {node.start_mark.line + 1}: the tag {node.tag} is not accepted. Write plain values."
    )


def _number(text: str) -> int | float | str:
    """Whole numbers come back as int, also from 45.0. What is no sensible number stays text."""
    if _INTEGER.match(text):
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and abs(number) < 10**15 else number
