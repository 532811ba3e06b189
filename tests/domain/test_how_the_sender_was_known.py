"""How the sender of a message was known stands on its entry, and what a partnership takes from known senders alone."""

import pytest

from domain.base.known import Known, known_in, read_attested, sender_of
from domain.base.people import Actor
from domain.case.command import Command
from domain.commands import ActDone, AlertAcknowledged, PlanConfirmed, RiskRaised
from domain.commands.unknown_sender import may_ask_for_sender
from domain.decide import decide, open_case
from tests.domain.case import CARE, SCHOOL, TOLERANT, Case, lincolnshire, refused

LEAD = Known("s", "safeguarding lead (account lead-1)")
FORGED = ["s", "somebody else", "x" * 16]


def knows(case: Case, event: Command, sender: Known | None) -> None:
    case._keep(decide(case.state, event, case.now, sender))


def words_of(case: Case) -> list[tuple[str, str]]:
    return [(entry.kind, sender_of(entry.kind, entry.body).words) for entry in case.entries]


def discussion(case: Case) -> ActDone:
    return ActDone(by=case.seat(SCHOOL), act="discussion", method="telephone", id="one")


def test_a_message_says_on_its_entry_how_its_sender_was_known() -> None:
    case = Case()

    knows(case, discussion(case), LEAD)

    assert known_in(case.of_kind("act")[0].body) == LEAD
    assert words_of(case)[-1] == ("act", "signed in: safeguarding lead (account lead-1)")
    case.replays()


def test_what_a_message_itself_says_of_its_sender_is_believed_by_no_rule() -> None:
    case = Case()

    case.takes(discussion(case).but(attested=read_attested(FORGED)))

    assert words_of(case)[-1] == ("act", "the sender was not shown")
    assert "attested" not in str(case.entries[-1].body)


def test_what_nobody_said_was_made_by_the_program() -> None:
    case = Case().pass_to("2025-03-10 10:00")

    made = dict(words_of(case))
    assert made["opened"] == "the sender was not shown"
    for kind in ("stage-opened", "overdue", "alert"):
        assert made[kind] == "made by the program"


def test_a_case_that_opens_with_risk_says_of_both_who_opened_it() -> None:
    case = Case(immediate_risk=True)
    decision = open_case(case.opening, case.now, LEAD)

    assert [known_in(entry.body) for entry in decision.entries if entry.kind in {"opened", "risk"}] == [LEAD, LEAD]


def test_what_is_kept_under_a_key_says_so_of_its_sender_too() -> None:
    assert sender_of("act", None).words == "kept under a key"
    assert sender_of("act", None).brief == ""


def test_risk_without_a_word_or_a_sender_is_a_message_all_the_same() -> None:
    case = Case()
    case.raises_risk()
    case.raises_risk()

    said = [words for kind, words in words_of(case) if kind in {"risk", "risk-again"}]
    assert said == ["the sender was not shown"] * 2


@pytest.mark.parametrize("said", ["x", 5, [], ["s", "who"], ["z", "who", "m"], ["s", "w" * 500, "m"], [1, 2, 3]])
def test_what_is_no_attestation_holds_up_no_message(said: object) -> None:
    assert RiskRaised.model_validate({"attested": said}).attested is None


def test_the_content_of_a_message_is_the_same_whoever_is_said_to_send_it() -> None:
    plain = RiskRaised(wording="x")

    assert plain.content == plain.but(attested=read_attested(FORGED)).content


def asking(*words: str) -> Case:
    return Case(local=TOLERANT.but(must_be_known=words))


def test_what_asks_for_a_known_sender_is_refused_from_an_unknown_one_with_what_to_do() -> None:
    case = asking("discussion", "confirm")

    why = refused(case, lambda: case.takes(discussion(case)))

    assert why.why == "not allowed"
    assert "Record it on a machine of the partnership that has its keys" in why.sentence
    knows(case, discussion(case), LEAD)
    assert case.kinds().count("act") == 1
    case.proposes(SCHOOL)
    refused(case, lambda: case.takes(PlanConfirmed(by=case.seat(CARE), version=1)))
    case.replays()


def test_what_was_taken_before_is_answered_alike_to_an_unknown_sender() -> None:
    case = asking("discussion")
    knows(case, discussion(case), LEAD)

    assert case.takes(discussion(case)).entry == case.of_kind("act")[0].number


def test_nothing_about_danger_ever_waits_for_a_sender_to_be_known() -> None:
    """Not even where somebody has written it past the check of the settings."""
    case = asking("risk", "acknowledge", "statutory-services-telephoned", "discussion").pass_to("2025-03-10 10:00")

    case.raises_risk()
    case.takes(AlertAcknowledged(by=Actor(role="on-call")))
    case.takes_call()

    assert {"risk", "acknowledged"} <= set(case.kinds())
    words = may_ask_for_sender(lincolnshire())
    assert {"risk", "acknowledge", "statutory-services-telephoned"}.isdisjoint(words)
    assert {"discussion", "confirm", "not-agreed"} <= set(words)
