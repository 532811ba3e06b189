"""Each holder is told by the first of their channels that works."""

import logging
from typing import Any

import pytest

from adapters.directory import Contact
from adapters.post import (
    AddressRefused,
    Channels,
    PostDown,
    PostMisconfigured,
    UnknownNotice,
)
from domain.case.effects import Notice, Receipt

from .conftest import NOW, POLICE, full, holder, reached_by

MOBILE, OTHER = "+447700900123", "+447700900456"
A, B, C = "a@lincs.example.org", "b@lincs.example.org", "c@lincs.example.org"
HOOK = "https://hooks.example.org/x"
SENDER = "escalations@lincs.example.org"


class Told:
    """A post that does as it is told, and knows whom it told."""

    def __init__(self, channel: str, fails: type[Exception] | None = None) -> None:
        self.channel = channel
        self.fails = fails
        self.told: list[tuple[str, ...]] = []
        self.tried = 0

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        self.tried += 1
        if self.fails:
            raise self.fails(self.channel)
        self.told.append(contact.addresses)
        return Receipt(ref=notice.ref, channel=self.channel, accepted_at=NOW, fallback=contact.fallback)


def three(**fails: type[Exception]) -> dict[Any, list[Told]]:
    return {kind: [Told(kind, fails.get(kind))] for kind in ("email", "text", "webhook")}


def told(posts: dict[Any, list[Told]]) -> dict[str, list[tuple[str, ...]]]:
    return {post.channel: post.told for row in posts.values() for post in row if post.told}


LEAD = reached_by(*holder(("text", MOBILE), ("webhook", HOOK), ("email", A)))


@pytest.mark.parametrize(
    ("fails", "by"),
    [
        ({}, "text"),
        ({"text": PostDown}, "webhook"),
        ({"text": AddressRefused}, "webhook"),
        ({"text": PostMisconfigured, "webhook": PostDown}, "email"),
        ({"text": AddressRefused, "webhook": AddressRefused}, "email"),
    ],
)
def test_the_first_channel_that_takes_it_is_the_last_one_tried(fails, by) -> None:
    posts = three(**fails)

    receipt = Channels(posts).send(full("alert"), LEAD)

    assert receipt.channel == by
    assert list(told(posts)) == [by]


def test_every_channel_down_is_post_that_is_down() -> None:
    with pytest.raises(PostDown):
        Channels(three(text=PostDown, webhook=PostDown, email=PostDown)).send(full("alert"), LEAD)


def test_one_that_may_work_later_is_waited_for_though_the_others_refused() -> None:
    with pytest.raises(PostDown, match=r"^webhook$"):
        Channels(three(text=AddressRefused, webhook=PostDown, email=AddressRefused)).send(full("alert"), LEAD)


def test_every_channel_refusing_is_hopeless() -> None:
    with pytest.raises(AddressRefused):
        Channels(three(text=AddressRefused, webhook=AddressRefused, email=AddressRefused)).send(full("alert"), LEAD)


def test_an_unknown_kind_is_not_tried_by_channel_after_channel() -> None:
    posts = three(text=UnknownNotice)
    with pytest.raises(UnknownNotice):
        Channels(posts).send(full("alert"), LEAD)

    assert not posts["webhook"][0].tried


def test_a_contact_without_channels_is_told_by_one_email_to_all_its_addresses() -> None:
    posts = three()
    Channels(posts).send(full("alert"), POLICE)

    assert told(posts) == {"email": [POLICE.addresses]}


def test_email_is_the_last_resort_though_no_channel_names_it() -> None:
    posts = three(text=PostDown)
    receipt = Channels(posts).send(full("alert"), LEAD.but(channels=holder(("text", MOBILE))))

    assert (receipt.channel, told(posts)) == ("email", {"email": [(A,)]})


def test_an_address_that_was_tried_is_not_tried_again_as_the_last_resort() -> None:
    posts = three(text=PostDown, email=PostDown)
    with pytest.raises(PostDown):
        Channels(posts).send(full("alert"), reached_by(*holder(("text", MOBILE), ("email", A))))

    assert posts["email"][0].tried == 1


def test_each_holder_is_told_once_by_their_own_first_channel() -> None:
    posts = three()
    contact = reached_by(
        *holder(("text", MOBILE), ("email", A)),
        *holder(("email", B), number=2),
        *holder(("email", C), number=3),
        *holder(("text", OTHER), ("email", A), number=4),
    )
    receipt = Channels(posts).send(full("alert"), contact)

    assert told(posts) == {"email": [(B, C)], "text": [(MOBILE,), (OTHER,)]}
    assert receipt.channel == "email, text"


def test_one_holder_whom_nothing_reaches_does_not_write_again_to_the_others(caplog) -> None:
    posts = three(text=PostDown)
    contact = reached_by(*holder(("text", MOBILE)), *holder(("email", B), number=2))
    with caplog.at_level(logging.WARNING, "adapters.post"):
        receipt = Channels(posts).send(full("alert"), contact)

    assert (receipt.channel, told(posts)) == ("email", {"email": [(B,)]})
    assert [record.getMessage() for record in caplog.records] == ["channel_failed", "notice_not_taken_for_all"]
    assert MOBILE not in caplog.text


def test_addresses_of_one_kind_side_by_side_are_tried_together() -> None:
    posts = three()
    Channels(posts).send(full("alert"), reached_by(*holder(("text", MOBILE), ("text", OTHER), ("email", A))))

    assert told(posts) == {"text": [(MOBILE, OTHER)]}


def test_a_second_post_of_a_kind_stands_in_for_the_first() -> None:
    posts = three(email=PostDown)
    posts["email"].append(Told("notify-email"))

    assert Channels(posts).send(full("alert"), POLICE).channel == "notify-email"


def test_a_kind_for_which_nothing_is_set_up_is_passed_over() -> None:
    posts: dict[Any, list[Told]] = {"email": three()["email"]}

    assert Channels(posts).send(full("alert"), LEAD).channel == "email"


def test_where_nothing_at_all_is_set_up_for_a_contact_it_waits_and_says_so() -> None:
    with pytest.raises(PostMisconfigured, match="nothing is set up"):
        Channels({"email": three()["email"]}).send(full("alert"), reached_by(*holder(("text", MOBILE))))
    with pytest.raises(AddressRefused, match="There is no address"):
        Channels(three()).send(full("alert"), reached_by())


def test_an_outbox_stands_in_only_where_nothing_is_set_up() -> None:
    """A text that is down is not done by writing a file."""
    posts: dict[Any, list[Told]] = {"text": three(text=PostDown)["text"]}
    outbox = Told("outbox")
    channels = Channels(posts, outbox)

    assert channels.send(full("alert"), POLICE).channel == "outbox"
    with pytest.raises(PostDown):
        channels.send(full("alert"), LEAD)
