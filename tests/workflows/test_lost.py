"""A case that Temporal lost is found, and runs on from its record."""

from datetime import timedelta

import pytest
from temporalio.client import Client

from adapters.register.recorded import Recorded
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.case.state import Escalation
from domain.commands import Linked, RiskRaised
from tests.workflows.story import Story, both, by
from workflows.caseload import Caseload, NoAnswer
from workflows.connection import DATA_CONVERTER, ServerAway
from workflows.revival import CasesOnRecord, StillRunning, resume
from workflows.soundness import unsound


async def test_a_case_terminated_in_temporal_is_found_lost_and_runs_on_from_its_record(story: Story) -> None:
    """The register stays true: it says the case is open, and holds all that the case needs to go on."""
    await story.opens_at_step_1()
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.notices("act-recorded to practitioner of police")
    assert await story.entries() == ["opened", "stage-opened", "act"]
    assert (await unsound(story.server.client, [story.case])) == ([], [], [])
    before = await story.stands()

    await story.handle.terminate("a test")

    assert (await unsound(story.server.client, [story.case, "ESC-never"])) == ([story.case, "ESC-never"], [], [])
    await resume(story.server.client, story.queue, on_record(story))
    assert await story.stands() == before
    assert (await unsound(story.server.client, [story.case])) == ([], [], [])
    with pytest.raises(StillRunning):
        await resume(story.server.client, story.queue, on_record(story))
    await story.goes_up_from(1)
    assert await story.entries() == ["opened", "stage-opened", "act", "outcome", "stage-opened"]


def on_record(story: Story) -> Escalation:
    case = Recorded(story.register.url).case(story.case)
    assert case is not None
    return case


async def test_immediate_risk_that_no_worker_takes_waits_in_temporal_and_counts_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update that nobody takes is forgotten when its server stops; what is left for a worker is not."""
    monkeypatch.setattr("workflows.caseload.ANSWER_WITHIN", timedelta(milliseconds=300))
    nobody = Caseload(story.server.client, f"nobody-{story.case}")
    assert await nobody.open(story.opening())
    risk = RiskRaised(by=Actor(agency="police", role="practitioner"), id="one")

    with pytest.raises(NoAnswer, match="It waits in Temporal until one runs"):
        await nobody.record(story.case, risk)

    history = await story.handle.fetch_history()
    signals = [event.workflow_execution_signaled_event_attributes for event in history.events]
    left = [one for one in signals if one.signal_name == "record"]
    assert len(left) == 1
    said: dict[str, object] = DATA_CONVERTER.payload_converter.from_payload(left[0].input.payloads[0], dict)
    assert RiskRaised.model_validate(said) == risk
    await story.handle.terminate("a test")


async def test_a_namespace_that_temporal_does_not_know_is_no_word_about_a_case(story: Story) -> None:
    client = await Client.connect(
        story.server.client.service_client.config.target_host, namespace="none", data_converter=DATA_CONVERTER
    )
    with pytest.raises(ServerAway):
        await Caseload(client, story.queue).record(story.case, RiskRaised(id="one"))


async def test_a_closed_case_answers_what_makes_no_entry_and_takes_the_next_word(story: Story) -> None:
    """It is linked as it was already: nothing is entered, and nothing stands in the way of what is."""
    await story.opens_at_step_1()
    await story.agrees("practitioner")
    await story.files_everything()
    await story.does_actions("schools", 1)
    await story.notices(*both("closed", "practitioner"))
    await story.closes()
    on_record = CasesOnRecord(story.server.client, story.queue, Recorded(story.register.url).kept)
    for number, id_, sentence in ((7, "a", "is linked"), (7, "b", "was linked"), (8, "c", "is linked")):
        said = Linked(by=by("schools", "practitioner"), other=make_reference(number), id=id_)
        assert sentence in (await on_record.record(story.case, said)).sentence
        await story.handle.result()
    kinds = [stored.entry.kind for stored in story.register.entries(story.case)]
    assert kinds[kinds.index("closed") + 1 :] == ["linked", "linked"]
