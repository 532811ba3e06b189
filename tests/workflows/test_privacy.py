"""What people wrote stays in payloads and in the register: no id, attribute, summary, notice or log holds it."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.plan import Action, Residual
from domain.commands import Contested, PartyJoined, PlanConfirmed
from tests.workflows.histories import events_of
from tests.workflows.story import Story, by
from workflows.attributes import AGENCIES

NAME = "Zebedee Quux"
PLANTED = {"reason": NAME, "interim-safety": NAME, NAME: NAME}


def planted(agency: str, role: str) -> Actor:
    return Actor(agency=agency, role=role, person=NAME)


async def a_case_with_a_name_in_every_free_text(story: Story) -> None:
    await story.opens(
        facts={"concern": "difference", "ground": NAME},
        words={"disagreement": NAME, "outcome-sought": NAME, NAME: NAME},
        own_record=NAME,
        recorded_by=NAME,
        raiser=planted("schools", "practitioner"),
    )
    said: dict[str, Any] = {"recorded_by": NAME, "evidence": NAME}
    await story.act("schools", "practitioner", "discussion", method="telephone", fields={NAME: NAME}, **said)
    await story.outcome("schools", "practitioner", "not-agreed", fields=PLANTED, **said)
    await story.act("schools", "line-manager", "justified", fields={"reason": NAME}, **said)
    await story.caseload.record(story.case, Contested(by=by("police", "line-manager"), entry=3, reason=NAME, id=NAME))
    with pytest.raises(Refusal):
        await story.outcome("police", "line-manager", NAME)
    tomorrow = (await story.now() + timedelta(days=1)).date()
    await story.propose(
        "schools",
        "line-manager",
        actions=(Action(what=NAME, owner="schools", by=tomorrow),),
        residual=(Residual(what=NAME, owner="police", by=tomorrow),),
        fields={"fits-existing-plan": NAME},
        **said,
    )
    await story.raises_risk(Actor(agency=NAME, role=NAME, person=NAME), NAME)
    outsider = {"agency": NAME, "role": NAME, "person": NAME}
    for name, message in (
        ("outcome", {"by": outsider, "outcome": NAME, "fields": PLANTED}),
        ("outcome", {"by": {**outsider, "role": "practitioner"}, "outcome": "not-agreed"}),
        ("act", {"by": outsider, NAME: NAME}),
        (NAME, {NAME: NAME}),
        ("risk", {"by": outsider, "wording": NAME}),
    ):
        await story.handle.signal(name, message)
    confirmed = PlanConfirmed(by=planted("police", "line-manager"), version=1, id="p", evidence=NAME)
    await story.caseload.record(story.case, confirmed)
    await story.outcome("schools", "slo", "learning-too", fields=PLANTED, **said)


async def test_a_childs_name_in_any_field_reaches_no_id_attribute_summary_notice_or_log(
    story: Story, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Section 8."""
    caplog.set_level("INFO")  # at DEBUG the SDK prints whole payloads; ours is WARNING
    await a_case_with_a_name_in_every_free_text(story)
    await story.is_quiet()

    described = await story.handle.describe()
    shown = str(described.raw_description.workflow_execution_info)
    shown += str(described.raw_description.execution_config.user_metadata) + (await story.current_details())
    assert "Zebedee" not in shown
    for event in await events_of(story.server.client, story.case):
        summary = event.user_metadata.summary.data + event.user_metadata.details.data
        assert b"Zebedee" not in summary
        accepted = event.workflow_execution_update_accepted_event_attributes
        assert "Zebedee" not in accepted.protocol_instance_id + accepted.accepted_request.meta.update_id
        assert "Zebedee" not in event.workflow_execution_update_completed_event_attributes.meta.update_id
    for notice in story.postbag.of(story.case):
        assert "Zebedee" not in notice.model_dump_json()
        assert "Zebedee" not in story.postbag.contacts[notice.ref].model_dump_json()
    assert "Zebedee" not in str(story.register.attempts(story.case))
    assert "Zebedee" not in caplog.text
    assert "Zebedee" not in "".join(capfd.readouterr())
    story.everything_is_read()


async def test_a_chair_with_a_made_up_role_or_agency_reaches_no_notice(story: Story) -> None:
    await story.climbs_to_step_4()
    date = await story.now() + timedelta(days=1)
    for chair in (Actor(agency="nspcc", role=NAME), Actor(agency=NAME, role="slo", person=NAME)):
        try:
            await story.act(
                "schools",
                "slo",
                "chaired-meeting.date-set",
                date=date,
                chair=chair,
                fields={"override-reason": NAME},
            )
        except Refusal:
            continue
    await story.is_quiet()
    for notice in story.postbag.of(story.case):
        assert "Zebedee" not in notice.model_dump_json()
    assert "Zebedee" not in await story.current_details()
    story.everything_is_read()


async def test_an_agency_that_a_sender_has_named_is_no_word_in_a_list_of_cases(story: Story) -> None:
    """Anybody who may look into Temporal reads search attributes; those of the partnership are found by their ids."""
    await story.opens_at_step_1()
    joined = PartyJoined(
        by=by("schools", "practitioner"), agency="zebedee-quux", side="receiving", reason="They visit.", id="join"
    )
    await story.caseload.record(story.case, joined)
    await story.is_quiet()

    agencies = (await story.handle.describe()).typed_search_attributes[AGENCIES]
    assert set(agencies) == {"police", "schools", f"another-{sha256(b'zebedee-quux').hexdigest()[:8]}"}
    story.everything_is_read()
