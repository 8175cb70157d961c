"""Words and passages, as values."""

import pytest

from cms.search.core import (
    HIGHLIGHT_LENGTH,
    MARK,
    UNMARK,
    cleaned,
    configuration,
    folded,
    highlight,
    split_last_word,
)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "search_english"),
        ("es", "search_spanish"),
        ("pt-br", "search_portuguese"),
        ("zh-hans", "search_simple"),
        ("", "search_simple"),
    ],
)
def test_configuration_is_of_the_language_or_simple(language: str, expected: str) -> None:
    assert configuration(language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\n words\t", "two words"),
        ("nul\x00bell\x07", "nul bell"),
        (f"{MARK}private{UNMARK}", "private"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("cafe\u0301", "café"),
        ("\u202eכאב", "\u202eכאב"),
        ("", ""),
    ],
)
def test_cleaned_keeps_text_alone(text: str, expected: str) -> None:
    assert cleaned(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Crème Brûlée", "creme brulee"), ("STRASSE ß", "strasse ss"), ("Ñandú", "nandu")]
)
def test_folded_has_no_accents_and_no_capitals(text: str, expected: str) -> None:
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("micro needl", ("micro ", "needl")),
        ("needl", ("", "needl")),
        ("needling!", ("needling!", "")),
        ("-needling", ("-needling", "")),
        ("well-known", ("well-known", "")),
        ('"micro needl', ('"micro needl', "")),
        ('"micro needling" pa', ('"micro needling" ', "pa")),
        ("o'hara", ("o'hara", "")),
    ],
)
def test_last_word_is_split_off_where_it_may_be_half_typed(asked: str, expected: tuple[str, str]) -> None:
    assert split_last_word(asked) == expected


def marked(text: str) -> str:
    return f"{MARK}{text}{UNMARK}"


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        (f"Micro {marked('needling')} now", "Micro <mark>needling</mark> now"),
        (
            f"<script>{marked('alert')}(1)</script>",
            "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;",
        ),
        (f"</mark>{marked('<b>')}&amp;", "&lt;/mark&gt;<mark>&lt;b&gt;</mark>&amp;amp;"),
        (f"\" onload='x' {marked('x')}", "&quot; onload=&#x27;x&#x27; <mark>x</mark>"),
        ("Dr. Sarah White", "Dr. <mark>Sarah</mark> <mark>White</mark>"),
        ("Nothing alike", "Nothing alike"),
        ("", ""),
    ],
)
def test_highlight_is_escaped_text_with_marks(passage: str, expected: str) -> None:
    assert highlight(passage, asked="sara wite") == expected


def test_highlight_is_cut_around_its_first_mark() -> None:
    passage = f"{'word ' * 200}{marked('needling')}{' word' * 200}"

    found = highlight(passage, asked="needling")

    assert "<mark>needling</mark>" in found
    assert len(found.replace("<mark>", "").replace("</mark>", "")) == HIGHLIGHT_LENGTH
