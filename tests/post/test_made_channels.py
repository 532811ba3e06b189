"""The post as settings make it, with real servers of every kind."""

from pathlib import Path
from typing import Any

import pytest

from adapters.post import Common, CopiedPost, OutboxPost, make_post
from settings import SettingsFaulty, read_settings
from tests.standins.notify import EMAIL, KEY, TEXT, Notify
from tests.standins.webhook import Receiver
from wiring import real_post

from .conftest import NOW, POLICE, Mailbox, clock, full, holder, minimal, reached_by

MOBILE, A = "+447700900123", "a@lincs.example.org"
SENDER = "escalations@lincs.example.org"
LEAD = reached_by(*holder(("text", MOBILE), ("webhook", "https://hooks.example.org/x"), ("email", A)))


def everything(tmp_path: Path, service: Notify, smtp_port: int, *, training: bool = False, **more: Any):
    chosen: dict[str, Any] = {
        "smtp": {"host": "127.0.0.1", "port": smtp_port, "timeout": 5.0},
        "notify": {"key": KEY, "url": service.url, "text_template": TEXT, "email_template": EMAIL},
        "webhook": {"key": "word"},
    }
    return make_post(tmp_path, Common(clock, SENDER), chosen | more, training=training)


def test_channels_fall_to_the_next_as_each_dies_and_the_copy_names_the_one_that_took_it(
    serving, port, tmp_path: Path
) -> None:
    notify, hook, mailbox = Notify(), Receiver("word", NOW.timestamp()), Mailbox()
    refs = [f"ESC-7K2M-Q/{n}/1" for n in range(5)]
    with notify.serving():
        post = everything(tmp_path, notify, port)
    ways = {"text": MOBILE, "webhook": "", "email": A}
    by = []

    def tell(ref: str) -> None:
        contact = reached_by(*holder(*((kind, address) for kind, address in ways.items())))  # type: ignore[arg-type]
        by.append(post.send(minimal("alert", ref=ref), contact).channel)
        assert post.send(minimal("alert", ref=ref), contact).channel == by[-1], "a repeat"

    notify_port = int(notify.url.rpartition(":")[2])
    with hook.serving() as there, serving(mailbox, port):
        ways["webhook"] = there.url
        with notify.serving(notify_port):
            tell(refs[0])
            notify.moods.append("500")
            tell(refs[1])
        tell(refs[2])
    with serving(mailbox, port):
        tell(refs[3])
    with notify.serving(notify_port):
        del ways["text"]
        tell(refs[4])

    assert by == ["notify-text", "webhook", "webhook", "smtp", "notify-email"]
    assert (len(notify.sent), len(hook.taken), len(mailbox.mails)) == (2, 2, 1)
    assert len(list(tmp_path.glob("*.txt"))) == 5


def test_while_training_no_real_address_is_reached_whatever_is_set(serving, port, tmp_path: Path) -> None:
    hook, mailbox = Receiver("word"), Mailbox()
    with Notify().serving() as notify, hook.serving(), serving(mailbox, port):
        contact = reached_by(*holder(("text", MOBILE), ("webhook", hook.url), ("email", A)))
        training = everything(tmp_path, notify, port, training=True)
        assert isinstance(training, OutboxPost)
        assert training.send(full("alert"), contact).channel == "outbox"
        invented = full("alert", case="TRN-7K2M-Q", ref="TRN-7K2M-Q/1/1")
        real = everything(tmp_path, notify, port)
        assert isinstance(real, CopiedPost)
        assert real.send(invented, contact).channel == "outbox"

    assert (notify.asked, hook.asked, mailbox.mails) == ([], [], [])


def test_settings_of_the_post_that_do_not_go_together_are_said_in_one_sentence(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(f"{KEY}\n")
    chosen = {"ESCALATION_DATA": str(tmp_path), "ESCALATION_NOTIFY_KEY_FILE": str(key)}

    with pytest.raises(SettingsFaulty, match=r"with these settings: GOV.UK Notify has a key and no"):
        real_post(read_settings(chosen))
    made = real_post(read_settings({**chosen, "ESCALATION_NOTIFY_TEXT_TEMPLATE": TEXT}))
    assert isinstance(made, CopiedPost)
    assert isinstance(real_post(read_settings({**chosen, "ESCALATION_TRAINING": "yes"})), OutboxPost)


@pytest.mark.parametrize("said", ["alert", "3f0c1d52", f"{TEXT}x"])
def test_what_is_no_id_of_a_template_is_refused_by_name(said) -> None:
    with pytest.raises(SettingsFaulty, match=r"^ESCALATION_NOTIFY_TEXT_TEMPLATE is not the id of a template"):
        read_settings({"ESCALATION_NOTIFY_TEXT_TEMPLATE": said})


def test_text_alone_sends_texts_and_keeps_the_rest_in_the_outbox(tmp_path: Path) -> None:
    with Notify().serving() as notify:
        texts_alone = {"key": KEY, "url": notify.url, "text_template": TEXT}
        post = everything(tmp_path, notify, 25, smtp={}, webhook={}, notify=texts_alone)
        by = [post.send(minimal("alert", ref=f"ESC-7K2M-Q/{n}/1"), c).channel for n, c in enumerate((LEAD, POLICE))]

    assert by == ["notify-text", "outbox"]
    assert len(list(tmp_path.glob("*.txt"))) == 2
