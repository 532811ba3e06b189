"""A provider's "sending" is not "delivered": what does not arrive goes by the next channel, then to the next person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.bundles import Done
from activities.patience import AGAIN, LATEST, SOONEST
from adapters.directory import Contact
from adapters.register.rows import Attempt
from domain.case.effects import Notice, Receipt
from tests.activities.installed import (
    CASE,
    DEPUTY,
    DUTY,
    FIRST,
    FIRST_MAIL,
    LEAD,
    SECOND,
    SECOND_MAIL,
    Installed,
    alert,
    installed,
    told,
)
from tests.standins.gateway import registered

REF = f"{CASE}/3/1"
BY_FIRST, BY_SECOND = "by rota edition 2026-3, turn 1", "by rota edition 2026-3, turn 2"
LATE = "no receipt in 15 minutes"
GONE = "permanent-failure"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installed]:
    with installed(tmp_path) as place:
        yield place


def test_a_text_that_arrives_is_a_row_and_the_end_of_it(here: Installed) -> None:
    here.sends(alert())
    assert here.follows() == SOONEST
    here.notify.becomes(REF, "delivered")

    assert here.follows(seconds=30) is None
    assert here.rows()[1:] == [("notify-text", "delivered", BY_FIRST)]
    assert here.mails == []


def test_a_channel_of_ones_own_is_followed_as_any_other(here: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    here.texts = ""
    with registered(monkeypatch) as gateway:
        here.more_channels = {"gateway": {"url": gateway.url}}
        here.sends(alert())
        assert set(gateway.taken) == {FIRST}
        here.follows(minutes=14, seconds=59)
        assert here.mails == []

        assert here.follows(seconds=1) is None
    assert here.mails == [[FIRST_MAIL]]
    assert [row[:2] for row in here.rows()] == [
        ("gateway-text", "accepted"),
        ("gateway-text", "undelivered"),
        ("smtp", "accepted"),
    ]


def test_mail_by_a_mail_server_is_not_followed_for_it_gives_no_receipt(here: Installed) -> None:
    here.notify.moods.append("503")

    assert here.sends(alert()) == Done()
    assert here.under_way == []


def test_the_longer_nothing_is_heard_the_later_it_is_asked_again_and_never_past_the_time_out(here: Installed) -> None:
    here.sends(alert())
    pauses: list[timedelta] = []
    pause = here.follows()
    while pause and not here.mails:
        pauses.append(pause)
        pause = here.follows(seconds=pause.total_seconds())

    assert pauses == sorted(pauses[:-1]) + pauses[-1:]
    assert max(pauses) <= LATEST
    assert sum(pauses, timedelta()) == timedelta(minutes=15)
    assert len(pauses) < 10


def test_an_alert_without_a_receipt_for_15_minutes_goes_by_the_next_channel(here: Installed) -> None:
    here.sends(alert())
    here.follows(minutes=14, seconds=59)
    assert here.mails == []

    assert here.follows(seconds=1) is None
    assert here.mails == [[FIRST_MAIL]]
    assert here.rows() == [
        ("notify-text", "accepted", BY_FIRST),
        ("notify-text", "undelivered", f"{LATE}; {BY_FIRST}"),
        ("smtp", "accepted", BY_FIRST),
    ]


def test_an_ordinary_notice_has_two_hours(here: Installed) -> None:
    here.sends(told())
    assert here.follows(minutes=119) == timedelta(minutes=1)
    assert here.follows(minutes=1) == SOONEST
    assert here.notify.to(DEPUTY) == [REF]


def test_a_failed_text_goes_on_at_once_and_so_on_to_the_duty_inbox_each_once(here: Installed) -> None:
    here.notify.fates = {FIRST: GONE, SECOND: GONE}
    for address in (FIRST_MAIL, SECOND_MAIL):
        here.mailbox.answers[address] = "550 nobody here"
    here.sends(alert())

    assert here.follows() == SOONEST, "the second lead has a text now"
    assert here.follows(seconds=30) is None
    assert here.mails == [[DUTY]]
    assert [(channel, result) for channel, result, _ in here.rows()] == [
        ("notify-text", "accepted"),
        ("notify-text", "undelivered"),
        ("smtp", "refused"),
        ("notify-text", "accepted"),
        ("notify-text", "undelivered"),
        ("smtp", "refused"),
        ("smtp", "accepted"),
    ]
    assert [one.fallback for one in here.shelf.tries(REF)] == [False] * 6 + [True]
    assert (len(here.notify.to(FIRST)), len(here.notify.to(SECOND))) == (1, 1)


def test_an_old_text_still_under_way_does_not_hide_that_a_later_one_failed(here: Installed) -> None:
    here.mailbox.answers[FIRST_MAIL] = "550 nobody here"
    here.sends(alert())
    here.follows(minutes=15)
    assert here.notify.to(SECOND) == [REF]
    here.notify.sent[-1]["status"] = GONE

    assert here.follows(seconds=30) is None
    assert here.mails == [[SECOND_MAIL]]


def test_a_text_that_arrives_after_all_ends_it_though_another_way_was_begun(here: Installed) -> None:
    here.mailbox.answers[FIRST_MAIL] = "550 nobody here"
    here.sends(alert())
    here.follows(minutes=15)
    here.notify.sent[0]["status"] = "delivered"

    assert here.follows(seconds=30) is None
    assert here.rows()[-1][1] == "delivered"


def test_where_every_way_was_tried_the_record_says_so_once(here: Installed) -> None:
    here.notify.fates = {FIRST: GONE, SECOND: GONE}
    here.mailbox.answers["*"] = "550 nobody here"
    here.sends(alert())
    here.follows()

    assert here.follows(seconds=30) is None
    assert here.rows()[-1] == ("none", "undelivered", "every way was tried")
    rows = here.rows()
    assert here.follows(seconds=30) is None
    assert here.rows() == rows


def test_a_way_that_is_down_is_tried_again_and_the_text_is_not_asked_about_any_more(here: Installed) -> None:
    here.sends(told())
    here.mail_host = "127.0.0.9"
    here.notify.wrong = {DEPUTY}
    assert here.follows(hours=2) == AGAIN
    asked = len(here.notify.asked)
    here.mail_host = "127.0.0.1"

    assert here.follows(minutes=1) is None
    assert here.mails == [[DUTY]]
    assert [result for _, result, _ in here.rows()].count("undelivered") == 1
    assert len(here.notify.asked) == asked, "the deputy's number was refused for good"


def test_a_notify_that_does_not_answer_is_waited_for_and_not_for_ever(here: Installed) -> None:
    here.sends(alert())
    here.notify.questions += ["503", "503"]
    assert here.follows(minutes=5) == timedelta(minutes=2, seconds=30)

    assert here.follows(minutes=10) is None
    assert here.mails == [[FIRST_MAIL]]


class Killed(BaseException):
    """The end of a worker."""


class Dying:
    """A post whose worker dies when the notice has gone, before anybody has heard of it."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        self._real.send(notice, contact)
        raise Killed


def test_a_worker_that_dies_between_the_second_way_and_its_note_loses_nothing(here: Installed) -> None:
    here.sends(alert())
    with pytest.raises(Killed):
        here.follows(Dying, minutes=15)
    here.heartbeats = ()

    assert here.follows(seconds=1) is None
    assert [result for _, result, _ in here.rows()] == ["accepted", "undelivered", "accepted"]
    ids = {mail.partition(b"Message-ID: ")[2].partition(b"\r")[0] for mail in here.mailbox.mails}
    assert (here.mails, len(ids)) == ([[FIRST_MAIL]] * 2, 1), "a repeat is sent with the same Message-ID"


def test_a_second_text_whose_worker_died_is_found_and_not_sent_again(here: Installed) -> None:
    here.sends(told())
    with pytest.raises(Killed):
        here.follows(Dying, hours=2)

    assert here.follows(seconds=1) == SOONEST
    assert (here.notify.to(LEAD), here.notify.to(DEPUTY)) == ([REF], [REF])


def test_with_the_register_down_the_heartbeat_remembers_and_all_is_noted_when_it_is_back(here: Installed) -> None:
    here.shelf.down.add(CASE)
    here.sends(alert())
    assert [one.recorded for one in here.under_way] == [False]
    assert here.follows(minutes=15), "it waits for the register"
    assert here.follows(minutes=1), "still"
    assert here.mails == [[FIRST_MAIL]]
    here.shelf.down.discard(CASE)

    assert here.follows(minutes=1) is None
    assert here.mails == [[FIRST_MAIL]]
    assert here.rows() == [
        ("notify-text", "accepted", BY_FIRST),
        ("notify-text", "undelivered", f"{LATE}; {BY_FIRST}"),
        ("smtp", "accepted", BY_FIRST),
    ]


@pytest.mark.parametrize(
    ("owed", "goes_on"),
    [
        ({"overdue": True, "acknowledged_until": None}, True),
        ({"overdue": True, "acknowledged_until": "2026-11-24T10:00:00Z"}, False),
        ({"overdue": False, "acknowledged_until": None}, False),
    ],
)
def test_an_alert_that_was_answered_in_the_meantime_wakes_nobody_else(
    here: Installed, monkeypatch: pytest.MonkeyPatch, owed: dict[str, object], goes_on: bool
) -> None:
    monkeypatch.setattr(here.shelf, "view", lambda case: {"as_of": 3, "owed": [owed]})
    here.sends(alert())

    assert here.follows(minutes=15) is None
    assert bool(here.mails) is goes_on
    assert here.rows()[1] == ("notify-text", "undelivered", f"{LATE}; {BY_FIRST}")


def test_a_standing_from_before_the_alert_says_nothing_about_it(
    here: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here.shelf, "view", lambda case: {"as_of": 2, "owed": []})
    here.sends(alert())
    here.follows(minutes=15)

    assert here.mails == [[FIRST_MAIL]]


def test_a_retry_after_the_register_noted_it_still_has_it_followed(here: Installed) -> None:
    """The worker died between noting what was accepted and saying so; or another notice of the bundle waited."""
    here.sends(alert())

    here.sends(alert())
    assert [one.ref for one in here.under_way] == [REF]


def test_what_goes_together_is_followed_as_one_message_and_noted_for_each(here: Installed) -> None:
    other = Notice(ref="ESC-2026-0002/5/1", case="ESC-2026-0002", kind="alert", to=alert().to)
    here.sends(alert(together=(other,)))
    here.follows(minutes=15)

    assert [row[:2] for row in here.rows(other.ref)] == [row[:2] for row in here.rows()]
    assert here.mails == [[FIRST_MAIL]]


def test_nothing_of_a_person_is_in_what_is_noted_or_remembered(here: Installed) -> None:
    here.notify.fates = {FIRST: GONE}
    here.sends(alert())
    here.follows()

    noted: list[Attempt] = here.shelf.tries(REF)
    for secret in (FIRST, FIRST[3:], FIRST_MAIL, "First lead"):
        assert secret not in str(noted)
        assert secret not in str(here.heartbeats)
