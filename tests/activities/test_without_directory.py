"""A directory that is gone, as after a restart of the worker: nothing is lost in silence, and somebody is told."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities.bundles import Done
from adapters.directory import Contact
from tests.activities.installed import CASE, DIRECTORY, FIRST, LEAD, PATIENCE, ROTA, Installed, alert, installed, told

OFFICE = "office@partnership.example.org"
GONE = ("none", "failed", "DirectoryGone")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installed]:
    with installed(tmp_path) as place:
        place.office = Contact(addresses=(OFFICE,), titles=("partnership's office",))
        (tmp_path / "area.toml").unlink()
        yield place


def subjects(here: Installed) -> list[str]:
    return [str(message_from_bytes(mail, policy=policy.default)["Subject"]) for mail in here.mailbox.mails]


def test_an_ordinary_notice_waits_for_the_directory_and_the_office_is_told_why(here: Installed) -> None:
    with pytest.raises(ApplicationError, match="1 of them for a directory that can be read"):
        here.sends(told())

    assert here.mails == [[OFFICE]]
    assert subjects(here) == ["the directory cannot be read"]
    body = here.mailbox.mails[0].decode()
    assert "area.toml" in body.replace("=\r\n", "")
    assert here.rows() == [GONE]

    (here.folder / "area.toml").write_text(DIRECTORY, encoding="utf-8")
    here.sends(told())
    assert [one.ref for one in here.under_way] == [f"{CASE}/3/1"]
    assert here.notify.to(LEAD) == [f"{CASE}/3/1"]


def test_it_is_told_once_an_hour_however_many_notices_wait(here: Installed) -> None:
    sender = here.sender()
    for number, later in ((3, timedelta()), (4, timedelta(minutes=20)), (5, timedelta(minutes=45))):
        here.now += later
        with pytest.raises(Exception, match="waits for the directory of area that can be read"):
            sender.send("area", told(number))

    assert here.mails == [[OFFICE], [OFFICE]]


def test_what_has_waited_long_enough_goes_to_the_office_to_be_passed_on(here: Installed) -> None:
    assert here.sends(told(), waited=PATIENCE.waiting) == Done()

    assert here.mails == [[OFFICE], [OFFICE]]
    assert "PLEASE PASS THIS ON" in here.mailbox.mails[1].decode()
    assert here.rows() == [("smtp", "accepted", "by partnership's office")]
    assert here.shelf.tries(f"{CASE}/3/1")[0].fallback


def test_what_is_urgent_goes_to_the_office_at_once(here: Installed) -> None:
    """Immediate risk is never held up: whoever can be told is told, and asked to pass it on."""
    here.sends(told(kind="risk", urgent=True))

    assert subjects(here)[1].startswith(f"{CASE}, immediate risk")


def test_where_no_office_is_set_it_goes_to_whoever_is_on_call(here: Installed) -> None:
    here.office = None
    here.sends(told(kind="risk", urgent=True))

    assert [ref.partition("/")[0] for ref in here.notify.to(FIRST)] == ["directory", CASE]


def test_an_alert_goes_by_the_rota_as_ever(here: Installed) -> None:
    here.sends(alert())

    assert here.notify.to(FIRST) == [f"{CASE}/3/1"]
    assert here.mails == []


def test_where_nobody_else_is_known_everything_waits_and_nothing_is_given_up(here: Installed) -> None:
    here.office = None
    (here.folder / "area.rota.toml").write_text(ROTA.replace("2026-11-02", "2030-11-04"), encoding="utf-8")
    for notice in (told(), told(4, urgent=True), alert(5)):
        with pytest.raises(ApplicationError, match="for a directory"):
            here.sends(notice, waited=PATIENCE.waiting)

    assert here.rows() == [GONE]
