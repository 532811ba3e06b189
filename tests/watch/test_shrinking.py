"""A register that was put back or made anew holds less than the watch has seen in it."""

import json
from pathlib import Path

import pytest

from adapters.private import database_files
from adapters.register.address import sqlite_path
from adapters.register.copying import copy_register
from adapters.register.register import Register
from adapters.watch.notebook import Notebook, read_notebook
from adapters.watch.rounds import Watch
from adapters.watch.shrinking import entries_kept
from tests.watch.conftest import Ear, Place


@pytest.fixture
def notebook(place: Place) -> Notebook:
    return read_notebook(place.settings.watch.heartbeat)


def go_round(place: Place, ear: Ear) -> list[tuple[str, str]]:
    """Go round once, as a process that was started anew each time."""
    kept = read_notebook(place.settings.watch.heartbeat)
    Watch([entries_kept(place.settings.register, kept)], [ear], kept).round(place.now)
    return ear.new()


def file_of(place: Place) -> Path:
    path = sqlite_path(place.settings.register)
    assert path is not None
    return path


def is_put_back(place: Place, copy: Path | None) -> None:
    for file in database_files(file_of(place)):
        file.unlink(missing_ok=True)
    if copy is not None:
        copy.replace(file_of(place))


async def test_an_older_copy_that_was_put_back_is_told_until_it_has_again_what_it_lost(
    place: Place, ear: Ear, tmp_path: Path
) -> None:
    await place.opens()
    older, newest = tmp_path / "older.db", tmp_path / "newest.db"
    copy_register(place.settings.register, older, lambda _: None)
    await place.opens("ESC-2026-0002")
    copy_register(place.settings.register, newest, lambda _: None)
    assert go_round(place, ear) == []

    is_put_back(place, older)

    assert go_round(place, ear) == [("found", "record")]
    assert go_round(place, ear) == [], "it is told again each hour"
    is_put_back(place, newest)
    assert go_round(place, ear) == [("mended", "record")]


async def test_a_register_that_was_made_anew_is_told_though_no_case_in_it_is_amiss(place: Place, ear: Ear) -> None:
    await place.opens()
    assert go_round(place, ear) == []
    is_put_back(place, None)
    assert go_round(place, ear) == [], "that nothing can be read there is told of otherwise"
    with Register(place.settings.register) as register:
        register.prepare()

    kept = read_notebook(place.settings.watch.heartbeat)
    (found,) = entries_kept(place.settings.register, kept)(place.now)

    assert found.says.startswith("The register holds 0 entries of 0 cases, and the watch has seen ")
    assert "`escalate register rebuild`" in found.mend
    assert str(place.settings.watch.heartbeat) in found.mend


async def test_another_register_begins_anew(place: Place, ear: Ear, tmp_path: Path) -> None:
    await place.opens()
    assert go_round(place, ear) == []
    other = f"sqlite:///{tmp_path / 'other.db'}"
    with Register(other) as register:
        register.prepare()
    kept = read_notebook(place.settings.watch.heartbeat)

    assert list(entries_kept(other, kept)(place.now)) == []
    assert kept.entries == 0


async def test_what_an_earlier_version_remembered_is_read(place: Place, notebook: Notebook) -> None:
    notebook.last_round = place.now.isoformat()
    notebook.save()
    file = place.settings.watch.heartbeat
    kept = json.loads(file.read_text())
    del kept["register"], kept["entries"]
    file.write_text(json.dumps(kept))

    assert read_notebook(file).last_round == place.now.isoformat()
    assert read_notebook(file).entries == 0
