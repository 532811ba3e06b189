"""Files that people and programs write: nothing that was told as written is lost, and nothing is written over."""

import errno
import os
import stat
import subprocess
import sys
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from adapters.directory.guests import added, change_guests, guest_of, load_guests, restored
from adapters.files import NotWritten, one_at_a_time, write_new, write_whole
from adapters.watch.found import Found
from adapters.watch.notebook import read_notebook
from settings import HERE

SEAT = {"role": "practitioner", "title": "Childminder", "email": ["minder@example.org"]}


def test_hand_overs_in_one_second_are_all_kept(tmp_path: Path) -> None:
    folder = tmp_path / "directories"
    copytree(HERE / "directories", folder)
    env = os.environ | {"ESCALATION_DIRECTORIES": str(folder), "ESCALATION_DATA": str(tmp_path / "data")}
    hours = range(9, 13)

    def hand_over(hour: int) -> subprocess.CompletedProcess[str]:
        words = ["--rank", "first", "--to", "staff-1004", "--why", f"hour {hour}"]
        times = ["--from", f"2130-06-01 {hour:02}:00", "--until", f"2130-06-01 {hour + 1:02}:00"]
        command = [sys.executable, "-m", "starter", "rota", "hand-over", "lincolnshire", *words, *times]
        return subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(len(hours)) as pool:
        told = list(pool.map(hand_over, hours))

    kept = tomllib.loads((folder / "lincolnshire.rota.toml").read_text(encoding="utf-8"))["override"]
    assert [one.returncode for one in told] == [0] * len(hours), [one.stderr for one in told]
    assert {one["why"] for one in kept} >= {f"hour {hour}" for hour in hours}
    assert not [one for one in folder.iterdir() if one.name.startswith(".")]


def test_what_somebody_wrote_meanwhile_with_an_editor_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "area.toml"
    path.write_text("by an editor")

    with pytest.raises(
        NotWritten, match=r"area\.toml: nothing was written, for somebody has changed the file meanwhile"
    ):
        write_whole(path, "by a program", instead_of="as it was read")

    assert path.read_text() == "by an editor"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_mode_and_the_link_that_leads_to_it(tmp_path: Path) -> None:
    path, link = tmp_path / "area.toml", tmp_path / "link.toml"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)

    write_whole(link, "new", instead_of="old")

    assert (path.read_text(), path.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to another account")
def test_a_file_stays_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "area.toml"
    path.write_text("old")
    os.chown(path, 4321, 4322)

    write_whole(path, "new")

    assert (path.stat().st_uid, path.stat().st_gid) == (4321, 4322)


def test_one_who_waits_too_long_is_told_and_may_write_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "area.toml"
    with one_at_a_time(path), pytest.raises(NotWritten, match="another one is writing it"), one_at_a_time(path, 0.0):
        pass
    with one_at_a_time(path, 0.0):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_a_killed_program_left_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / ".area.toml.lock").write_text("")

    with one_at_a_time(tmp_path / "area.toml", 0.0):
        pass


def test_many_who_count_in_one_file_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")

    def count() -> None:
        for _ in range(20):
            with one_at_a_time(path, 60.0):
                old = path.read_text()
                write_whole(path, str(int(old) + 1), instead_of=old)

    threads = [threading.Thread(target=count) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert path.read_text() == "100"


def test_a_guest_who_could_not_be_entered_takes_no_other_guest_along(tmp_path: Path) -> None:
    """The case did not take it, and meanwhile a colleague added somebody else."""
    path = tmp_path / "guests" / "ESC-0000-0000.toml"
    mine = guest_of("minder", "Childminder", SEAT)
    theirs = guest_of("over-the-border", "Care", SEAT | {"role": "slo", "title": "Head"})

    before, _ = change_guests(path, lambda there: added(there, mine))
    change_guests(path, lambda there: added(there, theirs))
    change_guests(path, lambda there: restored(there, mine, before))

    assert load_guests(path) == (theirs,)


def test_a_guest_who_was_there_before_stays_where_the_new_address_could_not_be_entered(tmp_path: Path) -> None:
    path = tmp_path / "guests" / "ESC-0000-0000.toml"
    old, new = (guest_of("minder", "Childminder", SEAT | {"email": [f"{n}@example.org"]}) for n in ("old", "new"))

    change_guests(path, lambda there: added(there, old))
    before, _ = change_guests(path, lambda there: added(there, new))
    change_guests(path, lambda there: restored(there, new, before))

    assert load_guests(path) == (old,)


def test_what_another_round_of_the_watch_told_stays_told(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    found = Found(ref="watch/x", what="moment", says="Lost.", mend="See to it.")
    first, second = read_notebook(tmp_path / "watch.json"), read_notebook(tmp_path / "watch.json")
    told = first.take(found, now)
    told.told_at, told.times = now.isoformat(), 1
    first.save()

    second.take(found, now)
    second.save()

    kept = read_notebook(tmp_path / "watch.json").known["watch/x"]
    assert (kept.told_at, kept.times, kept.is_due(now + timedelta(minutes=59))) == (now.isoformat(), 1, False)
    assert (tmp_path / "watch.json").stat().st_mode & 0o777 == 0o600


def test_a_new_file_is_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.txt"
    old = os.umask(0o777)
    try:
        write_new(path, "é\n")
    finally:
        os.umask(old)

    assert path.read_bytes() == "é\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_flushed_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(opened: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritten, match="make room there"):
        write_new(tmp_path / "new.txt", "said")

    assert list(tmp_path.iterdir()) == []
