"""What a draft lacks: filled, so that every promise of the schema holds, and listed.

Places are named in the words of the API: `risks.0.severity` was filled, `offerings` lost one of its rows.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.choices import flatten_choices
from django.utils.html import escape, strip_tags
from django.utils.text import capfirst
from graphene.utils.str_converters import to_camel_case
from wagtail import blocks
from wagtail.fields import StreamField

TEXTS_OF_PAGES = {"title": "Untitled", "slug": "preview"}
WORDS = (blocks.CharBlock, blocks.TextBlock)
# Each field has its own way to refuse what is not of its kind.
UNREADABLE = (AttributeError, TypeError, ValidationError, ValueError)
PATTERNS = (blocks.EmailBlock, blocks.RawHTMLBlock, blocks.RegexBlock, blocks.URLBlock)


class Unfillable(Exception):
    """The field needs a value and there is none that could stand in for it."""


@dataclass(slots=True)
class Gaps:
    """The places that were filled or left out, in the order of the page."""

    places: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        if place not in self.places:
            self.places.append(place)


def place_of(name: str, *, below: str = "") -> str:
    return f"{below}.{to_camel_case(name)}" if below else to_camel_case(name)


# Fields of models ---------------------------------------------------------------------------------


def filled_field(model_field: "models.Field[Any, Any]", value: Any, *, place: str, gaps: Gaps) -> Any:
    """Return the stored `value` as the model holds it, or what stands in for it. Raises Unfillable.

    A key of something that is gone is a gap too: one query for each key."""
    try:
        if isinstance(model_field, StreamField):
            value = json.loads(value or "[]")
            stored = filled_block(model_field.stream_block, value, place=place, gaps=gaps)
            return model_field.to_python(json.dumps(stored))
        return model_field.clean(value, None)
    except UNREADABLE:
        if not model_field.blank or value not in model_field.empty_values:
            gaps.add(place)
        return _stand_in(model_field)


def _stand_in(model_field: "models.Field[Any, Any]") -> Any:
    if model_field.null:
        return None
    if model_field.has_default():
        return model_field.get_default()
    if not isinstance(model_field, models.CharField | models.TextField):
        raise Unfillable(model_field.name)
    if model_field.blank:
        return ""
    text = TEXTS_OF_PAGES.get(model_field.name, f"[{capfirst(model_field.verbose_name)}]")
    try:
        # A local time, for one, is text that no words can stand in for.
        return model_field.clean(text, None)
    except ValidationError:
        raise Unfillable(model_field.name) from None


# Blocks -------------------------------------------------------------------------------------------


def filled_block(block: blocks.Block, value: Any, *, place: str, gaps: Gaps) -> Any:
    """Return the stored `value` of a block with its gaps filled, in the form in which it is stored."""
    fill = next((fill for kind, fill in FILLS.items() if isinstance(block, kind)), _filled_plain)
    return fill(block, value, place, gaps)


def _filled_struct(block: blocks.StructBlock, value: Any, place: str, gaps: Gaps) -> dict[str, Any]:
    stored = value if isinstance(value, dict) else {}
    return {
        name: filled_block(child, stored.get(name), place=place_of(name, below=place), gaps=gaps)
        for name, child in block.child_blocks.items()
    }


def _filled_stream(block: blocks.StreamBlock, value: Any, place: str, gaps: Gaps) -> list[dict[str, Any]]:
    filled: list[dict[str, Any]] = []
    for item in _items(value, place, gaps):
        name = item.get("type") if isinstance(item, dict) else None
        if not isinstance(name, str) or name not in block.child_blocks:
            gaps.add(place)
            continue
        child = block.child_blocks[name]
        stored = filled_block(child, item.get("value"), place=f"{place}.{len(filled)}", gaps=gaps)
        filled.append({"type": name, "value": stored, "id": _id_of(item)})
    return filled


def _items(value: Any, place: str, gaps: Gaps) -> list[Any]:
    if value and not isinstance(value, list):
        gaps.add(place)
    return value if isinstance(value, list) else []


def _id_of(item: dict[str, Any]) -> str:
    stored = item.get("id")
    return stored if stored and isinstance(stored, str) else str(uuid.uuid4())


def _filled_list(block: blocks.ListBlock, value: Any, place: str, gaps: Gaps) -> list[dict[str, Any]]:
    filled = []
    for index, item in enumerate(_items(value, place, gaps)):
        wrapped = item if isinstance(item, dict) and item.get("type") == "item" else {"value": item}
        inside = f"{place}.{index}"
        stored = filled_block(block.child_block, wrapped.get("value"), place=inside, gaps=gaps)
        filled.append({"type": "item", "value": stored, "id": _id_of(wrapped)})
    return filled


def _filled_choice(block: blocks.ChoiceBlock, value: Any, place: str, gaps: Gaps) -> str:
    choices = [key for key, _ in flatten_choices(block.field.choices) if key]
    if value in choices:
        return value
    if not value and not block.required:
        return ""
    gaps.add(place)
    default = block.get_default()
    return default if default in choices else choices[0]


def _filled_text(block: blocks.FieldBlock, value: Any, place: str, gaps: Gaps) -> str:
    text = value if isinstance(value, str) else ""
    is_rich = isinstance(block, blocks.RichTextBlock)
    if not block.required or (strip_tags(text) if is_rich else text).strip():
        return text
    gaps.add(place)
    words = f"[{block.label}]" if isinstance(block, (*WORDS, blocks.RichTextBlock)) else ""
    return f"<p>{escape(words)}</p>" if is_rich else words


def _filled_flag(block: blocks.BooleanBlock, value: Any, place: str, gaps: Gaps) -> bool:
    return bool(value)


def _filled_key(block: blocks.ChooserBlock, value: Any, place: str, gaps: Gaps) -> int | None:
    if isinstance(value, int):
        return value
    if block.required:
        gaps.add(place)
    return None


def _filled_plain(block: blocks.FieldBlock, value: Any, place: str, gaps: Gaps) -> Any:
    """Numbers and days: what cannot be read counts as missing."""
    try:
        is_missing = block.field.to_python(value) is None
    except UNREADABLE:
        is_missing = True
    if is_missing and (block.required or value):
        gaps.add(place)
    return None if is_missing else value


FILLS: dict[Any, Callable[[Any, Any, str, Gaps], Any]] = {
    blocks.StructBlock: _filled_struct,
    blocks.StreamBlock: _filled_stream,
    blocks.ListBlock: _filled_list,
    blocks.ChoiceBlock: _filled_choice,
    blocks.RichTextBlock: _filled_text,
    WORDS: _filled_text,
    PATTERNS: _filled_text,
    blocks.BooleanBlock: _filled_flag,
    blocks.ChooserBlock: _filled_key,
}
