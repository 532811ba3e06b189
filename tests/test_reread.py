"""A running worker follows its files: changed ones are read again, broken ones leave what was last good."""

import os
from pathlib import Path

import pytest

from adapters.reread import Reread


class BrokenError(Exception):
    """What the reader here raises."""


def reading(path: Path) -> str:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if text in {"", "broken"}:
        raise BrokenError(text)
    return text


def write(path: Path, text: str, at: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(at, at))


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    path, read = tmp_path / "file", []
    reread = Reread(lambda file: read.append(file) or reading(file), BrokenError)  # type: ignore[func-returns-value]
    write(path, "one", 1)

    assert [reread(path), reread(path)] == ["one", "one"]
    write(path, "two", 2)
    assert reread(path) == "two"
    assert len(read) == 2


def test_a_file_that_has_become_unusable_leaves_the_last_good_reading_until_it_is_mended(tmp_path: Path) -> None:
    path, reread = tmp_path / "file", Reread(reading, BrokenError)
    write(path, "one", 1)
    reread(path)
    write(path, "broken", 2)

    assert reread(path) == "one"
    path.unlink()
    assert reread(path) == "one"
    write(path, "two", 3)
    assert reread(path) == "two"


def test_a_file_that_was_never_usable_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenError):
        Reread(reading, BrokenError)(tmp_path / "none")
