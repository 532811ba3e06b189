"""GOV.UK Notify set up wrongly, or at its limit: the notice waits, and the sentence names the setting to mend."""

import logging
import sys
from datetime import timedelta

import pytest

from adapters.post import Common, NotifyPost, PostDown, PostMisconfigured, make_channels
from tests.ports import free_port
from tests.standins.notify import EMAIL, KEY, SECRET, SERVICE, TEXT, Notify

from .conftest import NOW, clock, full, minimal
from .notified import LEAD, mails, texts


def _wrong_key(service: Notify) -> NotifyPost:
    return NotifyPost("text", f"other-{SERVICE}-{SERVICE}", TEXT, clock, url=service.url)


def _wrong_service(service: Notify) -> NotifyPost:
    return NotifyPost("text", f"other-{SECRET}-{SECRET}", TEXT, clock, url=service.url)


def _clock_off(service: Notify) -> NotifyPost:
    service.clock_ahead = 31
    return texts(service)


def _unknown_template(service: Notify) -> NotifyPost:
    return NotifyPost("text", KEY, SERVICE, clock, url=service.url)


def _template_of_another_kind(service: Notify) -> NotifyPost:
    return NotifyPost("text", KEY, EMAIL, clock, url=service.url)


def _template_that_asks_for_more(service: Notify) -> NotifyPost:
    service.templates[TEXT]["body"] = "Dear ((name)), ((body))"
    return texts(service)


def _trial(service: Notify) -> NotifyPost:
    service.trial = True
    return texts(service)


def _wrong_place(service: Notify) -> NotifyPost:
    service.questions.append("404")
    return texts(service)


@pytest.mark.parametrize(
    ("make", "mend"),
    [
        (_wrong_key, "ESCALATION_NOTIFY_KEY_FILE"),
        (_wrong_service, "ESCALATION_NOTIFY_KEY_FILE"),
        (_clock_off, "this machine's clock"),
        (_unknown_template, "ESCALATION_NOTIFY_TEXT_TEMPLATE"),
        (_template_of_another_kind, "ESCALATION_NOTIFY_TEXT_TEMPLATE"),
        (_template_that_asks_for_more, "asks for our words alone"),
        (_trial, "your service is live"),
    ],
)
def test_what_is_set_up_wrongly_waits_and_names_the_setting(notify, make, mend, caplog) -> None:
    with caplog.at_level(logging.ERROR, "adapters.post"), pytest.raises(PostMisconfigured, match=mend):
        make(notify).send(full("alert"), LEAD)

    assert "notify_misconfigured" in caplog.text
    assert not notify.sent


def test_a_day_s_limit_waits_and_is_not_run_against(notify, caplog) -> None:
    notify.a_day = 1
    moment = [NOW]
    post = texts(notify, clock=lambda: moment[0])
    post.send(full("alert"), LEAD)
    later = minimal("alert", ref="ESC-7K2M-Q/13/1")
    with caplog.at_level(logging.ERROR, "adapters.post"), pytest.raises(PostDown, match="takes no more today"):
        post.send(later, LEAD)
    assert [(r.getMessage(), r.__dict__["limit"]) for r in caplog.records] == [("notify_limit_reached", "day")]

    asked = len(notify.asked)
    with pytest.raises(PostDown, match="takes no more for now"):
        post.send(later, LEAD)
    assert len(notify.asked) == asked
    moment[0] += timedelta(minutes=11)
    notify.a_day = 100

    assert post.send(later, LEAD).channel == "notify-text"


def test_a_minute_s_limit_rests_for_a_minute(notify) -> None:
    notify.a_minute = 0
    moment = [NOW]
    post = texts(notify, clock=lambda: moment[0])
    with pytest.raises(PostDown, match="takes no more this minute"):
        post.send(full("alert"), LEAD)
    notify.a_minute = 3000
    moment[0] += timedelta(seconds=60)

    post.send(full("alert"), LEAD)

    assert len(notify.sent) == 1


def test_a_service_that_is_well_has_no_fault_and_asking_sends_nothing(notify) -> None:
    assert (texts(notify).faults(), mails(notify).faults()) == ((), ())
    assert {asked.method for asked in notify.asked} == {"GET"}


@pytest.mark.parametrize("make", [_wrong_key, _wrong_service, _clock_off, _unknown_template, _wrong_place])
def test_a_key_clock_template_or_place_that_is_wrong_is_told_without_sending(notify, make) -> None:
    (fault,) = make(notify).faults()

    assert "ESCALATION_NOTIFY_" in fault


def test_a_template_that_is_no_use_is_told_without_sending(notify) -> None:
    notify.templates[EMAIL]["subject"] = "News"
    notify.templates[EMAIL]["body"] = "Nothing"

    assert _template_of_another_kind(notify).faults() == (
        "The template of ESCALATION_NOTIFY_TEXT_TEMPLATE is for another kind of message: name one for text messages.",
    )
    assert mails(notify).faults() == (
        "The template of ESCALATION_NOTIFY_EMAIL_TEMPLATE has no ((subject)) in its subject: put it there.",
        "The template of ESCALATION_NOTIFY_EMAIL_TEMPLATE has no ((body)) in its body: put it there.",
    )


def test_a_service_that_is_away_is_a_fault() -> None:
    (fault,) = NotifyPost("text", KEY, TEXT, clock, url=f"http://127.0.0.1:{free_port()}").faults()

    assert "it is tried again" in fault


@pytest.mark.parametrize(
    ("key", "template", "url", "says"),
    [
        ("", TEXT, "", "copy it whole"),
        (f"{SERVICE}-{SECRET}x", TEXT, "", "copy it whole"),
        (KEY, "alert", "", "copy it from the template"),
        (KEY, TEXT, "http://notify.example.org", "must begin with https"),
        (KEY, TEXT, "https://me:word@notify.example.org", "hold no name or password"),
    ],
)
def test_a_key_template_or_address_of_the_wrong_form_is_named_and_not_repeated(key, template, url, says) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        NotifyPost("text", key, template, clock, url=url)

    assert not any(said and said in str(refused.value) for said in (key, url))


def test_without_the_extra_it_is_named_when_the_post_is_made(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "notifications_python_client.notifications", None)
    with pytest.raises(ValueError, match="needs the extra `notify`"):
        NotifyPost("text", KEY, TEXT, clock)


def test_a_key_without_a_template_is_named() -> None:
    templates = {"email_template": EMAIL, "text_template": TEXT}
    made = make_channels("notify", {"key": KEY, **templates}, Common(clock))

    assert make_channels("notify", templates, Common(clock)) == ()
    assert [post.channel for post in made] == ["notify-email", "notify-text"]
    with pytest.raises(ValueError, match="has a key and no template"):
        make_channels("notify", {"key": KEY}, Common(clock))
