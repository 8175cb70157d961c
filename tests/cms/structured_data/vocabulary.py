"""Whether a document keeps to schema.org: known types, allowed properties, values in their ranges.

`vocabulary.json` holds the facts of release 30.0 about the types that we use: the parents of each, on which
types each property stands, what it takes, and the members of enumerations."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FACTS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
TYPES: dict[str, list[str]] = FACTS["types"]
PROPERTIES: dict[str, dict[str, list[str]]] = FACTS["properties"]
MEMBERS: dict[str, list[str]] = FACTS["members"]
PREFIX = "https://schema.org/"
TEXTS = {
    "Date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "DateTime": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:00"),
    "Time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
    "Text": re.compile(r".+", re.DOTALL),
}


def problems(document: dict[str, Any]) -> list[str]:
    """Return what is wrong with a document, in words; nothing for a good one."""
    if document.get("@context") != "https://schema.org":
        return ["no context"]
    known = {node["@id"]: node for node in nodes(document) if "@id" in node and "@type" in node}
    found = []
    for node in nodes(document):
        if "@type" in node:
            found += [*_of_node(node, known)]
        elif set(node) != {"@id"}:
            found.append(f"a node without a type: {sorted(node)}")
    return found


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a document, those within others too, but not the document itself."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    for each in inner:
        if isinstance(each, dict):
            yield each
        yield from nodes(each)


def _of_node(node: dict[str, Any], known: dict[str, Any]) -> Iterator[str]:
    kinds = _as_list(node["@type"])
    unknown = [kind for kind in kinds if kind not in TYPES]
    if unknown:
        yield f"unknown type {unknown[0]}"
        return
    all_kinds = {each for kind in kinds for each in _ancestry(kind)}
    for name, value in node.items():
        if name.startswith("@"):
            continue
        if name not in PROPERTIES:
            yield f"{kinds[0]}.{name} is no property"
        elif not all_kinds & set(PROPERTIES[name]["on"]):
            yield f"{name} does not stand on {kinds[0]}"
        else:
            for each in _as_list(value):
                if not any(_fits(each, taken, known) for taken in PROPERTIES[name]["takes"]):
                    yield f"{kinds[0]}.{name} does not take {each!r}"


def _fits(value: Any, taken: str, known: dict[str, Any]) -> bool:
    if isinstance(value, dict):
        return _is_node(value, taken, known)
    if isinstance(value, bool):
        return taken == "Boolean"
    if isinstance(value, int | float):
        return taken == "Number" or (taken == "Integer" and isinstance(value, int))
    return isinstance(value, str) and _is_text(value, taken)


def _is_text(value: str, taken: str) -> bool:
    if taken in MEMBERS:
        return value.startswith(PREFIX) and value.removeprefix(PREFIX) in MEMBERS[taken]
    if taken == "URL":
        return bool(urlsplit(value).scheme and urlsplit(value).netloc)
    return taken in TEXTS and bool(TEXTS[taken].fullmatch(value))


def _is_node(value: dict[str, Any], taken: str, known: dict[str, Any]) -> bool:
    """Tell whether a node, or the one elsewhere in the document that it names, is of the kind `taken`.

    A page that is named and not described is a Thing."""
    told = value if "@type" in value else known.get(value.get("@id", ""), {"@type": "Thing"})
    return any(taken in _ancestry(kind) for kind in _as_list(told["@type"]))


def _ancestry(kind: str) -> set[str]:
    return {kind, *(each for parent in TYPES.get(kind, []) for each in _ancestry(parent))}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
