from pathlib import Path

import pytest

from cms.clinic_file.problems import UnreadableFile
from cms.clinic_file.reading import MAX_BYTES, parse_clinic_text, read_clinic_file

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("09:00", "09:00"),
        ("9:00", "9:00"),
        ("2027-01-05", "2027-01-05"),
        ("2027-01-05T10:00", "2027-01-05T10:00"),
        ("no", "no"),
        ("02134", "02134"),
        ("80202", 80202),
        ("45.0", 45),
        ("-104.9935", -104.9935),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("true", True),
        ("null", None),
        ("", None),
        ('"45"', "45"),
    ],
)
def test_yaml_scalars_are_those_of_json(text: str, value: object) -> None:
    tree = parse_clinic_text(f"key: {text}").tree

    assert repr(tree) == repr({"key": value})


def test_aliases_become_copies() -> None:
    assert parse_clinic_text("a: &a {b: [1, 2]}\nc: *a").tree == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}


def test_json_gives_the_same_tree() -> None:
    assert parse_clinic_text('{"a": [1, 2.5, 3.0, true, null, "x"]}', is_json=True).tree == {
        "a": [1, 2.5, 3, True, None, "x"]
    }


@pytest.mark.parametrize("is_json", [False, True])
def test_repeated_keys_are_problems(is_json: bool) -> None:
    document = parse_clinic_text('{"a": [{"b": 1, "b": 2}], "a": 3}', is_json=is_json)

    assert [str(problem) for problem in document.problems] == [
        "a[0].b: the key is given twice",
        "a: the key is given twice",
    ]


@pytest.mark.parametrize("text", [r'{"a": "\u0000"}', r'{"a": "\ud800"}'])
def test_characters_that_no_database_stores_are_problems(text: str) -> None:
    document = parse_clinic_text(text, is_json=True)

    assert [str(problem) for problem in document.problems] == [
        "a: contains a character that is not text (a NUL or half a surrogate pair)"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "line 1, column 6: not valid YAML: expected ',' or ']', but got '<stream end>'."),
        (
            "a: 1\n\tb: 2",
            "line 2, column 1: not valid YAML: found character '\\t' that cannot start any token.",
        ),
        ("a: *b", "line 1, column 4: not valid YAML: found undefined alias 'b'."),
        ("a: 1\n---\nb: 2", "line 2, column 1: not valid YAML: but found another document."),
        ("a: 1\nb: \x01", "line 2: not valid YAML: special characters are not allowed."),
        ("a: 1\n? [x]\n: 1", "line 2: a key must be plain text."),
        (
            "a: 1\nb: !!python/name:os.getcwd x",
            "line 2: the tag tag:yaml.org,2002:python/name:os.getcwd is not accepted. Write plain values.",
        ),
        (
            "a: !!timestamp 2027-01-05",
            "line 1: the tag tag:yaml.org,2002:timestamp is not accepted. Write plain values.",
        ),
        ("a: &a [*a]", "The file is nested deeper than 40 levels."),
        ("[" * 5000, "The file is nested deeper than 40 levels."),
        (BOMB, "The file holds more than 500,000 values, counting aliases each time."),
    ],
    ids=["open", "tab", "alias", "documents", "control", "key", "python", "tag", "cycle", "deep", "bomb"],
)
def test_unreadable_yaml_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        parse_clinic_text(text)

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"a": }', "line 2, column 6: not valid JSON: Expecting value."),
        ("[" * 100_000, "The file is nested deeper than 40 levels."),
    ],
    ids=["syntax", "deep"],
)
def test_unreadable_json_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        parse_clinic_text(text, is_json=True)

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b" \n", "The file is empty."),
        (b"a: 1\nb: caf\xe9", "line 2: not UTF-8 text. Save the file in the encoding UTF-8."),
        ("a: 1".encode("utf-16"), "line 1: not UTF-8 text. Save the file in the encoding UTF-8."),
        (b"#" * (MAX_BYTES + 1), "The file is larger than 5 MB."),
    ],
    ids=["empty", "blank", "latin-1", "utf-16", "large"],
)
def test_files_that_are_no_text_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "clinic.yaml"
    file.write_bytes(content)

    with pytest.raises(UnreadableFile) as refusal:
        read_clinic_file(file)

    assert str(refusal.value) == f"{file}: {message}"


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for file, reason in [(tmp_path / "none.yaml", "No such file or directory"), (tmp_path, "Is a directory")]:
        with pytest.raises(UnreadableFile) as refusal:
            read_clinic_file(file)
        assert str(refusal.value) == f"{file}: {reason}"


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "clinic.json"
    file.write_bytes(b'\xef\xbb\xbf{"a": "\xc3\xa9"}')

    assert read_clinic_file(file).tree == {"a": "é"}
