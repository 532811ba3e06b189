"""Text messages that came in: fetched page by page, and which of them plainly say yes."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.post import PostDown, PostMisconfigured
from adapters.post.channels.notify import MOST_PAGES
from adapters.post.replies import Received, same_number
from domain.base.reference import make_reference
from tests.standins.notify import Notify
from tests.standins.serving import Answer

from .conftest import full, minimal
from .notified import BOTH, LEAD, MOBILE, OTHER, REF, mails, texts

NOW = datetime.now(UTC)
CASE = make_reference(31_415_926_535)


def said(words: str) -> Received:
    return Received(id="1", user_number=MOBILE, content=words, created_at=NOW)


@pytest.mark.parametrize(
    "words",
    [
        *("YES", "yes", "Yes.", " ok", "OK.", "Okay", "ACK", "Acknowledge", "acknowledged.", "Y", "y.", "I have it"),
        *("Yes thanks, ringing them now", "OK ESC-7K2M-9QX4", "Y esc7k2m9qx4", "'Yes'", "YES!"),
    ],
)
def test_a_plain_yes_counts(words) -> None:
    assert said(words).says_yes


@pytest.mark.parametrize(
    "words",
    [
        *("", "no", "STOP", "yesterday", "oks", "who is this", "I am busy", "in a meeting, yes later", "👍"),
        *("yes?", "Yes but I can't", "ok, wrong number", "OK not me", "yes I don’t have it", "Why", "y did this come"),
    ],
)
def test_what_is_no_plain_yes_does_not(words) -> None:
    assert not said(words).says_yes


@pytest.mark.parametrize("typed", [CASE, CASE.lower(), CASE.replace("-", ""), CASE.replace("-", " "), f"{CASE}."])
def test_a_case_that_it_names_is_read_however_it_is_typed(typed) -> None:
    assert said(f"Yes {typed} thanks").case == CASE
    assert not said("yes").case


def test_a_reference_with_a_mistake_in_it_names_no_case() -> None:
    with pytest.raises(ValueError, match="has a mistake in it"):
        assert said(f"yes {CASE[:-1]}A").case


def test_a_number_is_the_same_however_it_is_written_and_a_word_is_nobodys() -> None:
    assert same_number("447700900123", "+44 7700 900123")
    assert same_number("07700900123", MOBILE)
    assert not same_number("447700900124", MOBILE)
    assert not same_number("EMERGENCY", "EMERGENCY")
    assert not same_number("", "")


def test_what_came_in_is_fetched_back_to_an_instant_the_newest_first(notify) -> None:
    for hours in (30, 20, 3, 2, 1):
        notify.comes_in(MOBILE, f"{hours} hours ago", NOW - timedelta(hours=hours))
    notify.a_page = 2

    came = texts(notify).received(NOW - timedelta(hours=24))

    assert [one.content for one in came] == ["1 hours ago", "2 hours ago", "3 hours ago", "20 hours ago"]
    assert len(notify.asked) == 3


def test_where_nothing_came_in_it_is_asked_once(notify) -> None:
    assert texts(notify).received(NOW) == ()
    assert len(notify.asked) == 1


def test_what_went_out_to_each_number_is_found_with_its_reference_and_no_email(notify) -> None:
    texts(notify).send(full("alert"), BOTH)
    mails(notify).send(full("overdue", ref="ESC-7K2M-Q/13/1"), LEAD.but(addresses=("a@example.org",)))

    sent = texts(notify).sent(NOW - timedelta(minutes=1))

    assert [(one.phone_number, one.reference) for one in sent] == [(OTHER, REF), (MOBILE, REF)]
    assert texts(notify).sent(NOW + timedelta(days=1)) == ()


def test_a_listing_that_never_ends_is_left(notify) -> None:
    class Endless(Notify):
        def answer(self, asked):
            return Answer(200, {"received_text_messages": self.came_in})

    with Endless().serving() as endless:
        endless.comes_in(MOBILE, "yes")
        assert len(texts(endless).received(NOW - timedelta(hours=1))) == MOST_PAGES


@pytest.mark.parametrize("said", [b"not json", b"[]", b'{"received_text_messages": [{"id": 1}]}', b"{}"])
def test_an_answer_that_cannot_be_read_is_post_that_is_down(said) -> None:
    class Odd(Notify):
        def answer(self, asked):
            return Answer(200, said)

    with Odd().serving() as odd, pytest.raises(PostDown) as failed:
        texts(odd).received(NOW)

    assert failed.value.__suppress_context__


def test_a_key_that_is_not_in_force_names_the_setting(notify) -> None:
    notify.clock_ahead = 31
    with pytest.raises(PostMisconfigured, match="ESCALATION_NOTIFY_KEY_FILE"):
        texts(notify).received(NOW)


def test_where_replies_are_fetched_an_alert_says_so_and_no_other_text_does(notify) -> None:
    post = texts(notify, replies=True)
    post.send(full("alert"), LEAD)
    post.send(minimal("overdue", ref="ESC-7K2M-Q/13/1"), LEAD)
    texts(notify).send(full("alert", ref="ESC-7K2M-Q/14/1"), LEAD)

    assert ["Reply YES to acknowledge. " in one["body"] for one in notify.sent] == [True, False, False]
