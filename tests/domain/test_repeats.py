"""Rule 41: a message that comes again counts once; another one under its id is not taken for it."""

from typing import Any

import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.command import Command
from domain.commands import ActDone, AlertAcknowledged, RiskRaised, repeats
from domain.commands.repeats import answer_before

from .case import CARE, SCHOOL, Case, refused

TEACHER = Actor(agency=SCHOOL, role="practitioner")


def discussion(**said: Any) -> ActDone:
    return ActDone(by=TEACHER, act="discussion", method="telephone", **said)


def test_a_message_that_comes_again_gets_its_first_answer_and_changes_nothing() -> None:
    case = Case()
    first = case.takes(discussion(id="m1"))
    state = case.state

    assert case.takes(discussion(id="m1")) == first
    assert case.state is state
    assert case.kinds().count("act") == 1


def test_what_its_sender_had_seen_is_no_part_of_what_a_message_says() -> None:
    """A press that is repeated on a page opened anew is the same press."""
    case = Case()
    first = case.takes(discussion(id="m1", seen=2))

    assert case.takes(discussion(id="m1", seen=3)) == first


@pytest.mark.parametrize(
    "other",
    [
        ActDone(by=TEACHER, act="acknowledgement", id="m1"),
        discussion(id="m1", with_parties=(CARE,)),
        ActDone(by=TEACHER.but(role="line-manager"), act="discussion", method="telephone", id="m1"),
        discussion(id="m1", recorded_by="the office", evidence="a letter"),
        AlertAcknowledged(by=Actor(role="on-call"), id="m1"),
    ],
    ids=["another act", "other words", "another role", "entered by somebody else", "another command"],
)
def test_another_message_under_a_used_id_is_refused_in_a_sentence(other: Command) -> None:
    """The answer of the first would say that it was recorded, and it was not."""
    case = Case()
    case.takes(discussion(id="m1"))

    refusal = refused(case, lambda: case.takes(other))

    assert refusal.why == "used id"
    assert refusal.sentence == (
        "Nothing was recorded: under this message's id the case has taken another message, with other content. "
        "Send it again with an id of its own."
    )
    with pytest.raises(Refusal):
        answer_before(case.state, other)


def test_what_was_refused_leaves_its_id_free() -> None:
    case = Case()
    refused(case, lambda: case.takes(ActDone(by=TEACHER, act="discussion", id="m1")))

    assert case.takes(discussion(id="m1")).entry == 3


def test_immediate_risk_under_a_used_id_is_taken_and_counts_once() -> None:
    """Rule 44: nothing refuses it, and nothing swallows it."""
    case = Case()
    case.takes(discussion(id="m1"))
    cry = RiskRaised(by=TEACHER, wording="now", id="m1")

    first = case.takes(cry)
    again = case.takes(cry)
    another = case.takes(cry.but(wording="and again"))

    assert first == again == answer_before(case.state, cry)
    assert first.entry < another.entry
    assert [kind for kind in case.kinds() if "risk" in kind] == ["risk", "risk-again"]
    assert len(case.told("risk")) > 0
    case.replays()


def test_a_role_by_another_of_its_names_is_the_same_role() -> None:
    case = Case()
    names = case.state.policy.roles["slo"].also
    first = case.takes(ActDone(by=Actor(agency=SCHOOL, role="slo"), act="filed", id="m1"))

    for name in names:
        assert case.takes(ActDone(by=Actor(agency=SCHOOL, role=name), act="filed", id="m1")) == first


def test_a_case_carries_the_newest_answers_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes again after that is decided anew, as any message is."""
    monkeypatch.setattr(repeats, "KEPT", 5)
    case = Case()
    first = case.takes(discussion(id="first"))
    case.raises_risk(id="risk")
    for number in range(5):
        case.takes(RiskRaised(id=f"m{number}", wording=str(number)))

    assert len(case.state.answered) == 5
    assert next(iter(case.state.answered)) == "m0"
    assert answer_before(case.state, discussion(id="first")) is None
    assert case.takes(discussion(id="first")).entry > first.entry
    case.kept.folds()
