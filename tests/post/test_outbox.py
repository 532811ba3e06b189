"""Notices as files."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest

from adapters.post import OutboxPost, PostDown, UnknownNotice

from .conftest import FALLBACK, NOW, POLICE, clock, full, holder, minimal, reached_by


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_notice_is_one_file_with_a_readable_name(tmp_path: Path) -> None:
    receipt = OutboxPost(tmp_path / "out", clock).send(full("overdue"), POLICE)

    assert files(tmp_path / "out") == ["2026-11-23T0915Z ESC-7K2M-Q-12-3 overdue to line-manager, police.txt"]
    assert (receipt.ref, receipt.channel, receipt.accepted_at, receipt.fallback) == (
        "ESC-7K2M-Q/12/3",
        "outbox",
        NOW,
        False,
    )
    page = (tmp_path / "out" / files(tmp_path / "out")[0]).read_text(encoding="utf-8")
    assert page.splitlines()[:2] == [
        "To: line-manager.police@lincs.example.org, deputy.police@lincs.example.org",
        "Sent: 2026-11-23 09:15:07 UTC",
    ]
    assert page.splitlines()[2].startswith("Subject: ESC-7K2M-Q, overdue: ")


def test_a_fallback_is_on_the_receipt(tmp_path: Path) -> None:
    assert OutboxPost(tmp_path, clock).send(minimal("overdue"), FALLBACK).fallback


def test_a_repeat_finds_the_first_file_and_its_time(tmp_path: Path) -> None:
    minutes = count()
    post = OutboxPost(tmp_path, lambda: NOW + timedelta(minutes=next(minutes)))

    first, again = post.send(full("overdue"), POLICE), post.send(full("overdue"), POLICE)

    assert first == again
    assert len(files(tmp_path)) == 1


def test_two_threads_at_once_make_one_file(tmp_path: Path) -> None:
    minutes, together = count(), Barrier(8)

    def moment():
        together.wait(timeout=10)
        return NOW + timedelta(minutes=next(minutes))

    with ThreadPoolExecutor(8) as pool:
        sends = [pool.submit(OutboxPost(tmp_path, moment).send, full("alert"), POLICE) for _ in range(8)]
        receipts = {send.result().accepted_at for send in sends}

    assert len(files(tmp_path)) == 1
    assert len(receipts) == 1
    assert not list(tmp_path.rglob("*.part"))


def test_a_crash_before_the_file_was_written_is_mended_by_the_repeat(tmp_path: Path) -> None:
    post = OutboxPost(tmp_path, clock)
    post.send(full("alert"), POLICE)
    (tmp_path / files(tmp_path)[0]).unlink()

    post.send(full("alert"), POLICE)

    assert len(files(tmp_path)) == 1


def test_two_notices_of_one_minute_are_two_files(tmp_path: Path) -> None:
    post = OutboxPost(tmp_path, clock)
    for index in (1, 2):
        post.send(minimal("alert", ref=f"ESC-7K2M-Q/12/{index}"), POLICE)

    assert len(files(tmp_path)) == 2


def test_a_name_never_leaves_the_folder(tmp_path: Path) -> None:
    """The signs of a path, and line breaks, become underscores."""
    sly = minimal("alert").to.but(role="../../etc/x\n", agency="a/b\\c:d*é")

    OutboxPost(tmp_path / "out", clock).send(minimal("alert", to=sly, ref="../../up/1/1"), POLICE)

    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert files(tmp_path / "out") == ["2026-11-23T0915Z ..-..-up-1-1 alert to .._.._etc_x_, a_b_c_d__.txt"]


def test_a_folder_that_cannot_be_written_is_post_that_is_down(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    with pytest.raises(
        PostDown, match=r"Notice ESC-7K2M-Q/12/3 cannot be written to the outbox .*file \(.+\); mend that folder"
    ):
        OutboxPost(blocked, clock).send(full("alert"), POLICE)


def test_a_contact_without_email_is_shown_by_number_and_no_web_address_is_written(tmp_path: Path) -> None:
    contact = reached_by(*holder(("text", "+447700900123"), ("webhook", "https://hooks.example.org/secret")))

    OutboxPost(tmp_path, clock).send(full("alert"), contact)

    page = (tmp_path / files(tmp_path)[0]).read_text(encoding="utf-8")
    assert page.startswith("To: +447700900123, webhook\n")
    assert "secret" not in page


def test_an_unknown_kind_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnknownNotice):
        OutboxPost(tmp_path, clock).send(minimal("nonsense"), POLICE)

    assert not list(tmp_path.iterdir())
