"""Rich text of a clinic file: the HTML that the editor of the same field produces, nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

TAGS_BY_FEATURE = {
    "bold": ("b",),
    "italic": ("i",),
    "link": ("a",),
    "ol": ("ol", "li"),
    "ul": ("ul", "li"),
    "h3": ("h3",),
    "h4": ("h4",),
    "hr": ("hr",),
}
EDITOR_NAMES = {"strong": "b", "em": "i"}
VOID_TAGS = ("br", "hr")
BLOCK_TAG = re.compile(r"<(?:p|ul|ol|h[1-6]|hr|div|table)\b", re.IGNORECASE)
LINK_TARGET = re.compile(r"^(?:https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
# The editor gives each paragraph a random key; texts that differ only there are the same.
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


@dataclass(frozen=True, slots=True)
class RichText:
    html: str
    refusals: tuple[str, ...]


def read_rich_text(source: str, *, features: Sequence[str]) -> RichText:
    """Return `source` as the editor would store it. Text without tags becomes paragraphs at blank lines."""
    if not BLOCK_TAG.search(source):
        paragraphs = re.split(r"\n[ \t]*\n", source.strip())
        source = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph.strip())
    allowed = {"p", "br", *(tag for feature in features for tag in TAGS_BY_FEATURE.get(feature, ()))}
    reader = _Reader(allowed)
    reader.feed(source)
    reader.close()
    refusals = [*reader.refusals, *(f"<{tag}> is not closed" for tag in reader.open_tags)]
    return RichText(html="".join(reader.parts).strip(), refusals=tuple(dict.fromkeys(refusals)))


def is_same_rich_text(one: str, other: str) -> bool:
    return BLOCK_KEY.sub("", one) == BLOCK_KEY.sub("", other)


class _Reader(HTMLParser):
    def __init__(self, allowed: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.allowed = allowed
        self.parts: list[str] = []
        self.refusals: list[str] = []
        self.open_tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = EDITOR_NAMES.get(tag, tag)
        if name not in self.allowed:
            self.refusals.append(f"<{tag}> is not accepted here; use {', '.join(sorted(self.allowed))}")
        if name not in VOID_TAGS:
            self.open_tags.append(name)
        closing = "/" if name in VOID_TAGS else ""
        self.parts.append(f"<{name}{self.attributes(tag, attrs)}{closing}>")

    def attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        kept = ""
        for name, value in attrs:
            if name == "data-block-key":
                continue
            if (tag, name) != ("a", "href"):
                self.refusals.append(f"the attribute {name} of <{tag}> is not accepted")
            elif not LINK_TARGET.match(value or ""):
                self.refusals.append(
                    "a link must lead to https://, http://, mailto:, tel: or a path of this site"
                )
            else:
                kept = f' href="{html.escape(value or "")}"'
        return kept

    def handle_endtag(self, tag: str) -> None:
        name = EDITOR_NAMES.get(tag, tag)
        if name in VOID_TAGS:
            return
        if not self.open_tags or self.open_tags.pop() != name:
            self.refusals.append(f"</{tag}> does not close the tag before it")
        self.parts.append(f"</{name}>")

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        at_block_level = not self.open_tags or self.open_tags[-1] in ("ul", "ol")
        if not (at_block_level and text == " "):
            self.parts.append(html.escape(text, quote=False))

    def handle_comment(self, data: str) -> None:
        self.refusals.append("comments are not accepted")
