"""Every notice reaches somebody: whoever cannot be told is passed over for the next, and every try is noted."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities import heartbeat
from activities.bundles import Done
from activities.on_call import SET
from adapters.directory import Contact
from adapters.post import PostDown
from domain.case.effects import Notice, Receipt
from tests.activities.installed import (
    CASE,
    DEPUTY,
    DIRECTORY,
    DUTY,
    FIRST,
    FIRST_MAIL,
    LEAD,
    ROTA,
    SECOND,
    Installed,
    alert,
    installed,
    told,
)

BY_FIRST, BY_SECOND = "by rota edition 2026-3, turn 1", "by rota edition 2026-3, turn 2"
BY_DEPUTIES = "by the deputies in the directory"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installed]:
    with installed(tmp_path) as place:
        yield place


def test_an_accepted_alert_says_by_which_rota_edition_and_turn_it_went(here: Installed) -> None:
    here.sends(alert())

    assert here.notify.to(FIRST) == [f"{CASE}/3/1"]
    assert here.rows() == [("notify-text", "accepted", BY_FIRST)]


def test_a_number_alone_where_texts_are_not_set_up_is_passed_over_for_the_duty_inbox(here: Installed) -> None:
    here.texts = ""

    assert here.sends(told()) == Done()
    assert here.mails == [[DUTY]]
    assert here.rows() == [
        ("none", "failed", "NothingSetUp"),
        ("none", "failed", f"NothingSetUp; {BY_DEPUTIES}"),
        ("smtp", "accepted", ""),
    ]
    assert [one.fallback for one in here.shelf.tries(f"{CASE}/3/1")] == [False, False, True]


def test_a_holder_refused_for_good_is_passed_over_for_the_deputy(here: Installed) -> None:
    here.notify.wrong = {LEAD}
    here.sends(told())

    assert here.notify.to(DEPUTY) == [f"{CASE}/3/1"]
    assert here.rows() == [
        ("notify-text", "refused", "AddressRefused"),
        ("notify-text", "accepted", BY_DEPUTIES),
    ]


def test_every_channel_that_was_tried_is_a_row(here: Installed) -> None:
    here.notify.moods.append("503")
    here.sends(alert())

    assert here.mails == [[FIRST_MAIL]]
    assert here.rows() == [
        ("notify-text", "failed", f"PostDown; {BY_FIRST}"),
        ("smtp", "accepted", BY_FIRST),
    ]


def test_an_alert_goes_to_the_next_rung_at_once_while_the_first_cannot_be_told(here: Installed) -> None:
    """An alert always goes out, even when the mail host is down."""
    here.mail_host = "127.0.0.9"
    here.notify.moods.append("503")

    here.sends(alert())
    assert [one.ref for one in here.under_way] == [f"{CASE}/3/1"]
    assert here.notify.to(SECOND) == [f"{CASE}/3/1"]
    assert [(channel, result) for channel, result, _ in here.rows()] == [
        ("notify-text", "failed"),
        ("smtp", "failed"),
        ("notify-text", "accepted"),
    ]
    here.mail_host = "127.0.0.1"
    here.sends(alert())
    assert (here.notify.to(FIRST), here.mails) == ([], []), "somebody has it: nobody is told for the sake of another"


def test_an_urgent_notice_goes_on_at_once_and_an_ordinary_one_waits_for_its_seat(here: Installed) -> None:
    here.notify.moods += ["503", "503", "503"]
    with pytest.raises(ApplicationError, match="wait"):
        here.sends(told())
    assert here.sends(told(4, urgent=True)) == Done()

    assert here.mails == [[DUTY]]
    here.sends(told())
    assert here.notify.to(LEAD) == [f"{CASE}/3/1"]


def test_where_nobody_at_all_can_be_told_an_alert_waits_and_everybody_is_tried_again(here: Installed) -> None:
    here.mail_host = "127.0.0.9"
    here.notify.moods += ["503", "503"]
    with pytest.raises(ApplicationError, match="wait"):
        here.sends(alert())

    assert len(here.rows()) == 5, "two by text and e-mail, and the duty inbox"
    here.sends(alert())
    assert here.notify.to(FIRST) == [f"{CASE}/3/1"]


def test_a_notice_that_everybody_refuses_is_hopeless_and_each_was_tried_once(here: Installed) -> None:
    here.mailbox.answers["*"] = "550 nobody here"
    here.notify.wrong = {FIRST, SECOND}

    assert here.sends(alert()).hopeless == (f"{CASE}/3/1",)
    assert [result for _, result, _ in here.rows()] == ["refused"] * 5


def test_one_person_in_two_ranks_is_tried_once(here: Installed) -> None:
    (here.folder / "area.rota.toml").write_text(ROTA.replace('persons = ["two"]', 'persons = ["one"]'))
    here.mailbox.answers[FIRST_MAIL] = "550 nobody here"
    here.notify.moods.append("503")
    here.sends(alert())

    assert [(channel, result) for channel, result, _ in here.rows()] == [
        ("notify-text", "failed"),
        ("smtp", "refused"),
        ("smtp", "accepted"),
    ]
    assert here.mails == [[DUTY]]


def test_after_the_rota_comes_the_contact_that_is_set_then_the_directory(here: Installed) -> None:
    chain = here.on_call(Contact(addresses=("set@example.org",), titles=("Lead",))).contacts("area", alert().to)

    assert [contact.why or contact.stands_in for contact in chain[:3]] == [
        "rota edition 2026-3, turn 1",
        "rota edition 2026-3, turn 2",
        SET,
    ]
    assert [contact.fallback for contact in chain] == [False, False, False, True]
    assert {contact.names["police"] for contact in chain} == {"Police"}


def test_what_goes_together_in_one_message_is_noted_for_each(here: Installed) -> None:
    other = alert(5, ref="ESC-2026-0002/5/1", case="ESC-2026-0002")
    here.sends(alert(together=(other,)))

    assert here.rows(other.ref) == here.rows() == [("notify-text", "accepted", BY_FIRST)]
    assert here.shelf.attempts("ESC-2026-0002")[0].attempt.notice_ref == other.ref


def test_nobody_is_in_a_chain_twice_by_the_same_address(here: Installed) -> None:
    (here.folder / "area.toml").write_text(DIRECTORY.replace(DEPUTY, LEAD), encoding="utf-8")
    here.texts = ""
    here.sends(told())

    assert [result for _, result, _ in here.rows()] == ["failed", "accepted"]
    assert here.mails == [[DUTY]]


def test_hosts_that_hang_do_not_make_a_living_worker_seem_dead(here: Installed) -> None:
    """A minute without a heartbeat and the server gives the activity to another, which would send beside this one."""

    class Hangs:
        def __init__(self, real: object) -> None:
            self.real = real

        def send(self, notice: Notice, contact: Contact) -> Receipt:
            here.now += timedelta(seconds=40)
            raise PostDown("It hangs.")

    with pytest.raises(ApplicationError, match="wait"):
        here.sends(alert(), post=Hangs)

    assert here.beats == 2, "before the second contact and the third"


def test_a_host_that_hangs_for_long_is_beaten_through(here: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    """One contact may have several hosts, and each may hang for half a minute before the next is tried."""
    monkeypatch.setattr(heartbeat, "BEAT_EVERY", timedelta(milliseconds=20))
    beaten = threading.Event()
    count = here._beat

    def counted(*details: object) -> None:
        count(*details)
        if here.beats >= 3:
            beaten.set()

    monkeypatch.setattr(here, "_beat", counted)

    class Hangs:
        def __init__(self, real: object) -> None:
            self.real = real

        def send(self, notice: Notice, contact: Contact) -> Receipt:
            assert beaten.wait(30), "nobody beats while a host hangs"
            return Receipt(ref=notice.ref, channel="smtp", accepted_at=here.now)

    assert here.sends(alert(), post=Hangs) == Done()
