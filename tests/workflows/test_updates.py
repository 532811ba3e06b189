"""Updates: yes, or no and why; a refusal leaves nothing; a repeat counts once."""

import time
from datetime import datetime, tzinfo

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.base.refusals import Refusal
from domain.commands import ActDone, Box
from tests.workflows.histories import kinds_of
from tests.workflows.story import Story, both, by
from workflows import caseload
from workflows.caseload import NoSuchCase


async def test_a_refused_update_leaves_nothing_in_history_and_nothing_in_the_register(story: Story) -> None:
    """Rule 43: the sender hears why; nobody else sees anything."""
    await story.opens_at_step_1()
    await story.is_quiet()
    before = await kinds_of(story.server.client, story.case)
    for outcome in ("not-agreed", "agreed-twice"):
        with pytest.raises(Refusal):
            await story.outcome("schools", "practitioner", outcome, fields={})
    with pytest.raises(Refusal, match="discussion here: it is for"):
        await story.act("schools", "slo", "discussion", method="telephone")
    assert await kinds_of(story.server.client, story.case) == before
    assert await story.entries() == ["opened", "stage-opened"]


async def test_an_update_sent_twice_with_one_id_acts_once_and_answers_the_same(story: Story) -> None:
    await story.opens_at_step_1()
    first = await story.act("schools", "practitioner", "discussion", method="telephone", id="once")
    second = await story.act("schools", "practitioner", "discussion", method="telephone", id="once")
    assert first == second
    await story.notices("act-recorded to practitioner of police")
    assert (await story.entries()).count("act") == 1


async def test_an_update_without_an_id_of_ours_is_known_by_temporals(story: Story) -> None:
    """A client of another language gives the update an id, and repeats it as a signal's."""
    await story.opens_at_step_1()
    said = ActDone(by=by("schools", "practitioner"), act="discussion", method="telephone")
    await story.handle.execute_update("record", Box(said), id="their-own")
    await story.notices("act-recorded to practitioner of police")
    await story.handle.signal("act", {**said.model_dump(mode="json", exclude={"kind"}), "id": "their-own"})
    await story.agrees("practitioner")
    assert (await story.entries()).count("act") == 1


@pytest.mark.parametrize("payload", ["Zebedee Quux", {"kind": "outcome"}, {"kind": "act", "Zebedee Quux": 1}, None, 7])
async def test_an_update_that_does_not_fit_its_form_is_rejected_and_leaves_nothing(
    story: Story, payload: object, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    await story.opens_at_step_1()
    await story.is_quiet()
    before = await kinds_of(story.server.client, story.case)
    with pytest.raises(WorkflowUpdateFailedError):
        await story.handle.execute_update("record", payload)
    assert await kinds_of(story.server.client, story.case) == before
    assert "Zebedee" not in caplog.text + "".join(capfd.readouterr())
    await story.agrees("practitioner")


async def test_nothing_is_recorded_in_a_case_that_never_was(story: Story) -> None:
    with pytest.raises(NoSuchCase, match="escalate list"):
        await story.outcome("schools", "practitioner", "not-agreed")
    with pytest.raises(NoSuchCase):
        await story.stands()


async def test_a_reference_is_opened_once(story: Story) -> None:
    await story.opens_at_step_1()
    assert await story.caseload.open(story.opening()) is False
    await story.outcome("schools", "practitioner", "not-agreed")
    await story.notices(*both("outcome", "practitioner"), *both("step-opened", "line-manager"))


async def test_a_message_too_long_to_be_carried_is_refused_with_the_mend(story: Story) -> None:
    """Temporal takes 2 MB at once: several such entries in one batch would let the case stand still."""
    await story.opens_at_step_1()
    fields = {f"field-{number}": "x" * 20_000 for number in range(11)}
    with pytest.raises(Refusal, match="keep the documents on your own record"):
        await story.act("schools", "practitioner", "discussion", method="telephone", fields=fields)


async def test_many_long_messages_reach_a_register_that_was_down(story: Story) -> None:
    """One batch holds what Temporal will carry, and no more."""
    await story.opens_at_step_1()
    await story.entries()
    story.register.down.add(story.case)
    for number in range(12):
        fields = {f"field-{part}": "x" * 19_000 for part in range(10)}
        said = await story.act("schools", "practitioner", "filed", stage="", fields=fields)
        assert said.entry == 3 + number
    story.register.down.discard(story.case)
    await story.passes(minutes=2)
    assert len(await story.entries()) == 14
    await story.agrees("practitioner")


async def test_a_client_whose_clock_is_ahead_opens_a_case_all_the_same(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case opens by the server's clock; by the client's it would lie in the future, and stand still."""

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Ahead":
            return cls.fromtimestamp(time.time() + 3600, tz)

    monkeypatch.setattr(caseload, "datetime", Ahead)
    await story.opens_at_step_1()
    assert (await story.stands()).opened_at <= await story.now()


async def test_another_message_under_a_used_id_is_refused_and_immediate_risk_is_taken(story: Story) -> None:
    """Neither Temporal, which knows updates by their ids, nor the case answers it with the answer to the first."""
    await story.opens_at_step_1()
    await story.act("schools", "practitioner", "discussion", method="telephone", id="once")
    with pytest.raises(Refusal, match="another message, with other content"):
        await story.act("schools", "practitioner", "acknowledgement", id="once")
    answers = [await story.raises_risk(by("schools", "practitioner"), same="once") for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0].sentence.startswith("Immediate risk is on the record")
    await story.until(lambda: "risk" in [notice.kind for notice in story.unread()], "the lead on call was told")
    story.everything_is_read()
    assert (await story.entries()).count("risk") == 1
    await story.is_quiet()
    story.everything_is_read()
