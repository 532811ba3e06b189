"""Notices by GOV.UK Notify: its official client, over HTTP, against a stand-in of its interface."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from adapters.breaker import SLOW_SECONDS
from adapters.post import AddressRefused, NotifyPost, PostDown, PostMisconfigured, write_letter, write_text
from adapters.post.channels import notify as notify_module
from domain.case.effects import FailedAttempt
from tests.ports import free_port
from tests.standins.dripping import dripping
from tests.standins.notify import KEY, SECRET, TEXT, Notify, Refused
from tests.standins.serving import Answer

from .conftest import NOW, POLICE, clock, full, holder, minimal
from .notified import BOTH, LEAD, MOBILE, REF, mails, texts


def test_a_text_message_is_the_words_of_the_notice_under_its_reference(notify) -> None:
    receipt = texts(notify).send(full("alert"), LEAD)

    (one,) = notify.sent
    assert (one["phone_number"], one["reference"]) == (MOBILE, REF)
    assert one["body"] == write_text(full("alert"), LEAD)
    assert (receipt.ref, receipt.channel, receipt.accepted_at) == (REF, "notify-text", NOW)


def test_an_email_says_what_the_letter_says(notify) -> None:
    receipt = mails(notify).send(full("overdue"), POLICE)

    letter = write_letter(full("overdue"), POLICE)
    assert [one["email_address"] for one in notify.sent] == list(POLICE.addresses)
    assert {(one["subject"], one["body"]) for one in notify.sent} == {(letter.subject, letter.body)}
    assert receipt.channel == "notify-email"


def test_a_repeat_finds_what_notify_has_and_sends_nothing(notify) -> None:
    first = texts(notify).send(full("alert"), BOTH)
    again = texts(notify).send(full("alert"), BOTH)

    assert len(notify.sent) == 2
    assert again.accepted_at == datetime.fromisoformat(notify.sent[0]["created_at"])
    assert first.ref == again.ref


@pytest.mark.parametrize("mood", ["lose", "break", "hang", "500", "503", "429"])
def test_an_answer_that_never_came_makes_one_message_once_notify_is_well(notify, mood) -> None:
    """Taken and the answer lost, or not taken at all: only looking it up tells."""
    post = texts(notify, timeout=0.5)
    notify.moods.append(mood)
    with pytest.raises(PostDown):
        post.send(full("alert"), LEAD)

    texts(notify).send(full("alert"), LEAD)

    assert len(notify.of(REF)) == 1


def test_an_email_taken_before_is_not_taken_for_a_text(notify) -> None:
    mails(notify).send(full("alert"), POLICE)
    texts(notify).send(full("alert"), LEAD)

    assert [one["type"] for one in notify.sent] == ["email", "email", "sms"]


def test_a_number_written_otherwise_is_the_same_number(notify) -> None:
    texts(notify).send(full("alert"), POLICE.but(addresses=("07700 900123",)))
    texts(notify).send(full("alert"), LEAD)

    assert len(notify.sent) == 1


def test_a_slow_answer_is_waited_for(notify) -> None:
    notify.moods.append("slow")

    assert texts(notify).send(full("alert"), LEAD).channel == "notify-text"


def test_a_look_up_that_fails_sends_nothing(notify) -> None:
    notify.questions.append("500")
    with pytest.raises(PostDown, match=r"did not take notice ESC-7K2M-Q/12/3 \(500\); it is tried again"):
        texts(notify).send(full("alert"), LEAD)

    assert not notify.sent


@pytest.mark.parametrize("number", ["+4477009", "not a number", "+4477009001234567", "+442079460000"])
def test_a_number_that_is_none_is_refused_for_good(notify, number) -> None:
    with pytest.raises(AddressRefused, match="mend it in the directory") as refused:
        texts(notify).send(full("alert"), POLICE.but(addresses=(number,)))

    assert number not in str(refused.value)


class Abroad(Notify):
    """A service that is not set up for numbers of other countries."""

    def _take(self, kind, said):
        if str(said.get("phone_number")).startswith("+353"):
            raise Refused(400, "BadRequestError", "Cannot send to international mobile numbers")
        return super()._take(kind, said)


def test_a_number_that_this_service_does_not_send_to_is_refused_for_good_and_the_others_are_told() -> None:
    """By its type the answer is that to a faulty template: the template, which is sound, tells them apart."""
    abroad = "+353851234567"
    with Abroad().serving() as there:
        with pytest.raises(AddressRefused, match="mend it in the directory"):
            texts(there).send(full("alert"), POLICE.but(addresses=(abroad,)))
        both = POLICE.but(channels=holder(("text", abroad), ("text", MOBILE)), addresses=(abroad, MOBILE))
        receipt = texts(there).send(full("alert"), both)

    assert there.to(MOBILE) == [REF]
    assert receipt.in_vain == (FailedAttempt(channel="notify-text", why="AddressRefused", to="holder 1, number 1"),)


def test_one_who_may_be_told_later_is_named_in_the_receipt(notify) -> None:
    notify.moods += ["", "503"]
    both = BOTH.but(channels=holder(*(("text", one) for one in BOTH.addresses)))
    receipt = texts(notify).send(full("alert"), both)

    assert receipt.in_vain == (FailedAttempt(channel="notify-text", why="PostDown", to="holder 1, number 2"),)


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{"], ids=["head", "body"]
)
def test_a_service_that_drips_is_left_after_a_while_and_then_nobody_waits_for_it(monkeypatch, said) -> None:
    monkeypatch.setattr(notify_module, "CONVERSATION_SECONDS", SLOW_SECONDS)
    with dripping(said) as port:
        post = NotifyPost("text", KEY, TEXT, clock, url=f"http://127.0.0.1:{port}", timeout=10)
        begun = time.monotonic()
        with pytest.raises(PostDown):
            post.send(full("alert"), LEAD)
        assert SLOW_SECONDS <= time.monotonic() - begun < SLOW_SECONDS + 4
        with pytest.raises(PostDown, match="did not answer a moment ago"):
            post.send(full("overdue"), LEAD)


def test_an_address_that_is_none_is_refused_for_good(notify) -> None:
    with pytest.raises(AddressRefused):
        mails(notify).send(full("alert"), POLICE.but(addresses=("nobody",)))


def test_nobody_to_write_to_is_refused_for_good(notify) -> None:
    with pytest.raises(AddressRefused, match="There is no address"):
        texts(notify).send(full("alert"), POLICE.but(addresses=()))


def test_one_wrong_number_does_not_write_again_to_those_who_were_told(notify, caplog) -> None:
    with caplog.at_level(logging.WARNING, "adapters.post"):
        receipt = texts(notify).send(full("alert"), POLICE.but(addresses=("not a number", MOBILE)))

    assert (receipt.channel, len(notify.sent)) == ("notify-text", 1)
    assert [record.getMessage() for record in caplog.records] == ["notice_refused_for_some"]


def test_a_number_that_does_not_exist_is_given_up_and_a_failure_that_may_pass_is_sent_again(notify) -> None:
    texts(notify).send(full("alert"), LEAD)
    for status, sent in (("temporary-failure", 2), ("technical-failure", 3)):
        notify.becomes(REF, status)
        texts(notify).send(full("alert"), LEAD)
        assert len(notify.sent) == sent
    notify.becomes(REF, "permanent-failure")
    with pytest.raises(AddressRefused, match="does not exist"):
        texts(notify).send(full("alert"), LEAD)


def test_a_service_that_died_and_came_back_takes_the_notice() -> None:
    port, service = free_port(), Notify()
    post = NotifyPost("text", KEY, TEXT, clock, url=f"http://127.0.0.1:{port}", timeout=5)
    with pytest.raises(PostDown, match="it is tried again"):
        post.send(full("alert"), LEAD)
    with service.serving(port):
        post.send(full("alert"), LEAD)
    with pytest.raises(PostDown):
        post.send(full("overdue", ref="ESC-7K2M-Q/13/1"), LEAD)

    assert len(service.sent) == 1


def test_nobody_is_followed_elsewhere(notify) -> None:
    class Moved(Notify):
        def answer(self, asked):
            return Answer(302, None, {"Location": f"{notify.url}/v2/notifications"})

    with Moved().serving() as moved, pytest.raises(PostMisconfigured, match="ESCALATION_NOTIFY_URL"):
        texts(moved).send(full("alert"), LEAD)

    assert not notify.asked


@pytest.mark.parametrize(
    "said", [b"not json", b"[]", b'{"notifications": [{"status": 1}]}', b'{"notifications": 3}', b"{}"]
)
def test_an_answer_that_cannot_be_read_is_post_that_is_down(said) -> None:
    class Odd(Notify):
        def answer(self, asked):
            return Answer(200, said)

    with Odd().serving() as odd, pytest.raises(PostDown):
        texts(odd).send(full("alert"), LEAD)


def test_many_threads_share_one_post(notify) -> None:
    post = texts(notify)
    notices = [minimal("alert", ref=f"ESC-7K2M-Q/{n}/1") for n in range(40)]
    with ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(lambda notice: post.send(notice, LEAD), notices))

    assert [receipt.ref for receipt in receipts] == [notice.ref for notice in notices]
    assert len({one["body"] for one in notify.sent}) == 40, "no two are the same text"


def test_what_became_of_a_notice_can_be_asked(notify) -> None:
    post = texts(notify)
    refs = [f"ESC-7K2M-Q/{n}/1" for n in range(6)]
    for ref in refs[:5]:
        post.send(minimal("alert", ref=ref), LEAD)
    statuses = ("created", "sending", "delivered", "permanent-failure", "sent")
    for ref, status in zip(refs, statuses, strict=False):
        notify.becomes(ref, status)

    found = post.receipts(refs)

    assert [(fate.state, fate.told) for fate in found.values()] == [
        ("sending", "created"),
        ("sending", "sending"),
        ("delivered", "delivered"),
        ("failed", "permanent-failure"),
        ("sending", "sent"),
        ("unknown", ""),
    ]
    since = found[refs[1]].since
    assert since is not None
    assert abs(since - datetime.now(UTC)) < timedelta(minutes=1)
    assert found[refs[5]].since is None


def test_a_notice_to_two_is_delivered_where_one_has_it_and_failed_where_none_has(notify) -> None:
    post = texts(notify)
    post.send(full("alert"), BOTH)
    notify.sent[0]["status"] = "permanent-failure"
    assert post.receipts([REF])[REF].state == "sending"
    notify.sent[1]["status"] = "delivered"
    assert post.receipts([REF])[REF].state == "delivered"
    notify.sent[1]["status"] = "temporary-failure"
    assert post.receipts([REF])[REF].state == "failed"


def test_of_messages_from_before_it_counts_only_that_one_arrived(notify) -> None:
    """The first text is still under way when the notice has gone to somebody else, whose number does not exist."""
    post = texts(notify)
    post.send(full("alert"), LEAD)
    later = datetime.now(UTC) + timedelta(hours=1)
    notify.clock = lambda: later
    post.send(full("alert"), LEAD.but(addresses=("+447700900456",)))
    notify.sent[1]["status"] = "permanent-failure"

    assert post.receipts([REF])[REF].state == "sending"
    assert post.receipts([REF], later)[REF].state == "failed"
    notify.sent[0]["status"] = "delivered"
    assert post.receipts([REF], later)[REF].state == "delivered"


def test_no_error_and_no_log_repeats_an_address_a_key_or_notify_s_words(notify, caplog) -> None:
    with caplog.at_level(logging.DEBUG, "adapters.post"), caplog.at_level(logging.NOTSET):
        for mood, address in (("500", MOBILE), ("400", MOBILE), ("", "private words"), ("429", MOBILE)):
            if mood:
                notify.moods.append(mood)
            with pytest.raises((PostDown, AddressRefused)) as failed:
                texts(notify).send(full("alert"), POLICE.but(addresses=(address,)))
            assert failed.value.__suppress_context__
            for text in (str(failed.value), caplog.text):
                assert not any(said in text for said in (MOBILE, "private", SECRET, "Internal server error"))
