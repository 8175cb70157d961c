"""Words as searches see them, and passages as readers do. Values only; the standard library."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape

MAX_ASKED = 200
# Private characters, which `cleaned` keeps out of texts and questions.
MARK, UNMARK = "\ue000", "\ue001"
HIGHLIGHT_LENGTH = 240
# Of difflib: "wite" and "white" have 0.89, "wite" and "with" 0.75.
ALIKE = 0.76
MAX_WORDS_ALIKE = 10
SEPARATOR = " · "

# Languages for which PostgreSQL 15 and later know word stems. Others are searched by whole words.
STEMMED = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
UNSTEMMED = "search_simple"


def configuration(language: str) -> str:
    """Return the text search configuration of a language code such as `es` or `pt-br`."""
    name = STEMMED.get(language.lower().partition("-")[0])
    return f"search_{name}" if name else UNSTEMMED


def cleaned(text: str) -> str:
    """Return the text composed, on one line, without control characters, lone surrogates and private ones."""
    composed = unicodedata.normalize("NFC", text)
    kept = (
        " " if unicodedata.category(character) in ("Cc", "Co", "Cs") else character for character in composed
    )
    return " ".join("".join(kept).split())


def folded(text: str) -> str:
    """Return the text without accents and in lower case."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def split_last_word(asked: str) -> tuple[str, str]:
    """Return what is complete, and the last word if a reader may still be typing it, else nothing."""
    found = re.search(r"(?:^|\s)(\w+)$", asked)
    if found is None or asked.count('"') % 2:
        return asked, ""
    return asked[: found.start(1)], found[1]


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_marked: bool


def highlight(passage: str, *, asked: str) -> str:
    """Return the passage as safe HTML in which <mark> is the only tag, about HIGHLIGHT_LENGTH long.

    What stands between MARK and UNMARK is marked; where nothing does, the words that are spelled almost as
    those `asked`."""
    pieces = (
        _marked(passage)
        if MARK in passage
        else _alike(passage, asked=folded(asked).split()[:MAX_WORDS_ALIKE])
    )
    return "".join(
        f"<mark>{escape(piece.text)}</mark>" if piece.is_marked else escape(piece.text)
        for piece in _around_first_mark(pieces)
    )


def _marked(passage: str) -> list[Piece]:
    parts = re.split(f"{MARK}(.*?){UNMARK}", passage, flags=re.DOTALL)
    return [Piece(text, is_marked=bool(index % 2)) for index, text in enumerate(parts) if text]


def _alike(passage: str, *, asked: list[str]) -> list[Piece]:
    parts = re.split(r"(\w+)", passage)
    return [
        Piece(text, is_marked=bool(index % 2 and get_close_matches(folded(text), asked, n=1, cutoff=ALIKE)))
        for index, text in enumerate(parts)
        if text
    ]


def _around_first_mark(pieces: list[Piece]) -> list[Piece]:
    """Cut the pieces to HIGHLIGHT_LENGTH, from the start if the first mark fits in then."""
    before = 0
    for piece in pieces:
        if piece.is_marked:
            break
        before += len(piece.text)
    skip = before - HIGHLIGHT_LENGTH // 4 if before > HIGHLIGHT_LENGTH // 2 else 0
    left, kept = HIGHLIGHT_LENGTH, []
    for piece in pieces:
        text = piece.text[skip:][:left]
        skip = max(0, skip - len(piece.text))
        if text:
            kept.append(Piece(text, is_marked=piece.is_marked))
        left -= len(text)
    return kept
