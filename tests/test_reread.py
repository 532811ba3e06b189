"""A running worker follows its files: changed ones are read again, broken ones leave what was last good."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.reread import Reread
from domain.case.effects import Recipient
from settings import HERE, read_settings
from wiring.people import directories, rotas


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


def test_a_file_that_stands_for_another_is_read_again_when_that_one_has_changed(tmp_path: Path) -> None:
    path, other = tmp_path / "file", tmp_path / "other"
    reread = Reread(lambda _: reading(other), BrokenError, lambda _: other)
    write(path, "same as other", 1)
    write(other, "one", 1)

    assert reread(path) == "one"
    write(other, "two", 2)
    assert reread(path) == "two"


def test_a_file_that_took_the_place_of_another_of_its_age_and_size_is_read_again(tmp_path: Path) -> None:
    path, reread = tmp_path / "file", Reread(reading, BrokenError)
    write(path, "one", 1)
    reread(path)
    write(tmp_path / "new", "two", 1)
    (tmp_path / "new").replace(path)

    assert reread(path) == "two"


def test_a_running_worker_follows_its_directory_and_its_rota_and_those_that_others_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As policies/README.md and docs/settings.md say: nothing is started again."""
    shutil.copytree(HERE / "directories", tmp_path / "directories")
    monkeypatch.setenv("ESCALATION_DIRECTORIES", str(tmp_path / "directories"))
    directory, rota = directories(read_settings()), rotas(read_settings())
    to = Recipient(role="ppet", title="PPET")
    noon = datetime(2026, 11, 26, 12, tzinfo=UTC)

    def told() -> list[tuple[tuple[str, ...], str]]:
        found = []
        for policy in ("lincolnshire", "lincolnshire-school"):
            on_call = rota(policy)
            assert on_call
            first = on_call.holders("first", noon)[0].title
            found.append((directory(policy).contact_for(to, noon.date()).addresses, first))
        return found

    before = told()
    for name, old, new in (
        ("lincolnshire.toml", "ppet@lincs", "new-ppet@lincs"),
        ("lincolnshire.rota.toml", f'title = "{before[0][1]}"', 'title = "Somebody new"'),
    ):
        file = tmp_path / "directories" / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    assert told() == [(("new-ppet@lincs.example.org",), "Somebody new")] * 2
    assert before == [(("ppet@lincs.example.org",), before[0][1])] * 2


def test_a_file_that_was_never_usable_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenError):
        Reread(reading, BrokenError)(tmp_path / "none")
