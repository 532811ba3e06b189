"""The same messages as signals, from any Temporal client: accepted like updates, or entered as refused and answered."""

from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue

from domain.commands import MESSAGES
from tests.workflows.histories import kinds_of
from tests.workflows.story import SAFE, Story, both, by
from workflows.signals import NAMES

BY = {"agency": "schools", "role": "practitioner"}
SECRET = "Zebedee Quux"


async def refused(story: Story) -> dict[str, Any]:
    """The body of the last entry, which says that a message was refused."""
    assert (await story.entries())[-1] == "refused"
    return story.register.entries(story.case)[-1].entry.body


async def test_signals_of_a_plain_temporal_client_run_a_case_to_its_end(story: Story) -> None:
    """A client without our data converter, as any program in any language would be."""
    await story.opens_at_step_1()
    plain = await Client.connect(story.server.client.service_client.config.target_host)
    handle = plain.get_workflow_handle(story.case)
    await handle.signal("act", {"by": BY, "act": "discussion", "method": "telephone"})
    await story.notices("act-recorded to practitioner of police")
    await handle.signal("outcome", {"by": BY, "outcome": "not-agreed", "fields": SAFE})
    await story.notices(*both("outcome", "practitioner"), *both("step-opened", "line-manager"))
    manager = {"agency": "schools", "role": "line-manager"}
    await handle.signal("record", {"kind": "outcome", "by": manager, "outcome": "not-justified", "fields": SAFE})
    await story.notices("outcome to practitioner of schools", *both("outcome", "line-manager"))
    assert (await story.stands()).ended == "stopped"


async def test_a_signal_may_be_of_any_kind_that_a_message_may_be(story: Story) -> None:
    """The names are those of the messages: a new kind of message is a new signal without more being done."""
    await story.opens_at_step_1()
    said = {"by": BY, "agency": "nspcc", "side": "receiving", "reason": "It works with the family too."}
    await story.handle.signal("join", said)
    await story.until(lambda: bool(story.unread()), "somebody was told")
    story.everything_is_read()
    assert "nspcc" in [party.id for party in (await story.stands()).parties]
    assert "party-joined" in await story.entries()
    await story.is_quiet()
    story.everything_is_read()


async def test_every_kind_of_message_has_a_name_that_a_signal_may_go_by() -> None:
    assert {"record", *MESSAGES} == set(NAMES)


async def test_a_signal_that_is_sent_twice_with_one_id_counts_once(story: Story) -> None:
    await story.opens_at_step_1()
    for _ in range(2):
        await story.handle.signal("risk", {"id": "the-same", "by": BY})
    await story.notices("risk to on-call", *both("risk", "practitioner"))
    await story.raises_risk(by(**BY), same="the-same")
    assert (await story.entries()).count("risk") == 1


async def test_a_refused_signal_is_entered_as_refused_and_its_sender_is_told(story: Story) -> None:
    """Rule 43: a signal cannot say no."""
    await story.opens_at_step_1()
    await story.handle.signal("outcome", {"by": BY, "outcome": "not-agreed"})
    (told,) = await story.notices("refused to practitioner of schools")
    assert told.fact == "Something it needs was left out, or could not be read."
    body = await refused(story)
    assert (body["name"], body["why"]) == ("outcome", "missing")
    assert (await story.stands()).stage == "step-1"


UNREADABLE: dict[str, tuple[str, list[Any]]] = {
    "an unknown name": (SECRET, [{"by": BY}]),
    "raw bytes": ("outcome", [SECRET.encode()]),
    "no payload at all": ("outcome", []),
    "two payloads": ("outcome", [{"by": BY, "outcome": "not-agreed"}, SECRET]),
    "a list": ("outcome", [[SECRET]]),
    "a bare string": ("record", [SECRET]),
    "a number": ("confirm", [7]),
    "nothing": ("acknowledge", [None]),
    "an extra key": ("outcome", [{"by": BY, "outcome": "not-agreed", SECRET: "x"}]),
    "a key too long inside": ("outcome", [{"by": BY, "outcome": "agreed", "fields": {SECRET * 9: "x"}}]),
    "an unknown kind": ("record", [{"kind": SECRET, "by": BY}]),
    "a wrong type": ("propose", [{"by": BY, "actions": SECRET}]),
    "a time without a zone": ("act", [{"by": BY, "act": "discussion", "at": "2026-11-02T10:00:00"}]),
    "half a surrogate": ("act", [RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b'{"act":"\\ud800"}'))]),
    "broken JSON": ("act", [RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b'{"act": "Zebedee Quux'))]),
    "an unknown encoding": ("act", [RawValue(Payload(metadata={"encoding": b"made/up"}, data=SECRET.encode()))]),
    "deep nesting": ("act", [RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"[" * 100_000))]),
    "a megabyte of text": ("contest", [{"by": BY, "entry": 1, "reason": (SECRET + " ") * 76_000}]),
    "a megabyte of fields": (
        "act",
        [{"by": BY, "act": "discussion", "method": "telephone", "fields": {f"f{n}": SECRET * 1600 for n in range(52)}}],
    ),
}
READ_BUT_TOO_LONG = {"a megabyte of fields"}


@pytest.mark.parametrize("what", UNREADABLE)
async def test_a_signal_that_cannot_be_read_is_refused_without_its_text_and_the_case_goes_on(
    story: Story, what: str
) -> None:
    """The SDK would drop it and log its text."""
    name, args = UNREADABLE[what]
    await story.opens_at_step_1()
    await story.handle.signal(name, args=args)
    told = "refused to practitioner of schools" if what in READ_BUT_TOO_LONG else "refused to on-call"
    await story.notices(told)
    body = await refused(story)
    assert SECRET not in str(body)
    assert body["name"] in {name, "unknown"}

    await story.agrees("practitioner")
    assert "workflow_task_failed" not in await kinds_of(story.server.client, story.case)


@pytest.mark.parametrize("args", [[], [7], [{"wording": 1}], [{"by": BY, SECRET: SECRET}], [b"\xff"], [None, None]])
async def test_a_cry_of_immediate_risk_is_heard_however_it_is_put(story: Story, args: list[Any]) -> None:
    """Rule 44: any wording or none; nothing can refuse it."""
    await story.opens_at_step_1()
    await story.handle.signal("risk", args=args)
    (told, *_) = await story.notices("risk to on-call", *both("risk", "practitioner"))
    assert told.by == ""
    assert (await story.stands()).urgency == "immediate risk"
