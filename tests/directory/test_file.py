"""A file that is wrong is answered with one sentence."""

import re
from pathlib import Path

import pytest

from adapters.directory import DirectoryFault, load_directory

GOOD = """
[directory]
id = "area"
title = "Area"
edition = "1"

[fallback]
title = "Desk"
email = ["desk@example.org"]

[[agency]]
id = "police"
title = "Police"
holder = [
  { role = "slo", title = "Head", email = ["slo@example.org"], verified_on = 2026-01-31 },
]
"""

BREAKAGES = {
    "not TOML": ('id = "area"', "id = area", r"this is not TOML: .*line 3.*mend the file there"),
    "unknown key": (
        'role = "slo",',
        'role = "slo", emial = [],',
        r", agency 1 \(police\), holder 1, emial: `emial` is no key of a directory; write `email`",
    ),
    "unknown table": ("[fallback]", "[fall-back]", r", fallback: `fallback` is missing; add it"),
    "missing key": ('title = "Police"', "", r", agency 1 \(police\), title: `title` is missing; add it"),
    "id with capitals": (
        'id = "police"',
        'id = "The Police"',
        r", agency 1 \(The Police\), id: an id is small letters",
    ),
    "address not in a list": ('["slo@example.org"]', '"slo@example.org"', r"holder 1, email: this must be a list"),
    "fallback that cannot work": (
        '"desk@example.org"',
        '"desk"',
        r", fallback, email: this is the last resort, so every address",
    ),
    "no fallback address": ('["desk@example.org"]', "[]", r", fallback, email: this is empty; fill it in"),
    "date in quotes": ("2026-01-31", '"January"', r"verified_on: this must be a date like 2025-02-28, without quotes"),
    "ends before it starts": (
        "verified_on = 2026-01-31",
        "from = 2026-02-01, until = 2026-01-01",
        r"holder 1: the seat ends before it starts; put the earlier",
    ),
    "not yes or no": (
        'role = "slo"',
        'role = "slo", deputy = "perhaps"',
        r"deputy: this must be true or false, without quotes",
    ),
    "number for text": ('title = "Head"', "title = 7", r"holder 1, title: this must be text in quotes"),
    "holder is text": (
        "[\n  {",
        '[ "Head",\n  {',
        r"agency 1 \(police\), holder 1: this must be a table of keys and values",
    ),
    "one agency only": ("[[agency]]", "[agency]", r", agency: this must be a list; put it in \[square brackets\]"),
    "empty title": ('title = "Police"', 'title = " "', r"title: this is empty; fill it in"),
}


def refusal(file: Path) -> str:
    with pytest.raises(DirectoryFault) as fault:
        load_directory(file)
    assert fault.value.__cause__ is None
    return str(fault.value)


@pytest.mark.parametrize(("old", "new", "expected"), BREAKAGES.values(), ids=list(BREAKAGES))
def test_a_broken_file_is_answered_with_file_place_and_mend(tmp_path: Path, old, new, expected) -> None:
    assert old in GOOD
    file = tmp_path / "area.toml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")

    sentence = refusal(file)

    assert sentence.startswith(str(file))
    assert "\n" not in sentence
    assert "pydantic" not in sentence
    assert re.search(expected, sentence), sentence


def test_the_good_file_is_good(tmp_path: Path) -> None:
    (tmp_path / "area.toml").write_text(GOOD, encoding="utf-8")

    assert load_directory(tmp_path / "area.toml").agency("police").title == "Police"


def test_an_empty_file_says_what_is_missing_and_how_much_more(tmp_path: Path) -> None:
    (tmp_path / "area.toml").write_text("")

    assert refusal(tmp_path / "area.toml").endswith(
        "directory: `directory` is missing; add it. (2 more after this one)"
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert (
        refusal(tmp_path / "no.toml")
        == f"{tmp_path / 'no.toml'}: there is no such file; give the path of a directory file."
    )


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "the file cannot be read (is a directory); give a file" in refusal(tmp_path)


def test_text_that_is_not_utf8_is_named_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "area.toml").write_bytes(b'title = "caf\xe9"')

    assert "byte 13: this is not UTF-8 text; save the file as UTF-8" in refusal(tmp_path / "area.toml")
