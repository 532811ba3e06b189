"""No id that a policy may choose is taken for something else: steps under words that are also the program's own."""

import re
import tomllib

import pytest

from domain.base.identities import (
    Claim,
    DateProposal,
    ExtensionProposal,
    FormerRule,
    LeavingProposal,
    OpenIssue,
    OutcomeClaim,
    PauseProposal,
    PlanAction,
    RiskCall,
    RuleKey,
)
from domain.base.people import Actor
from domain.case.plan import Residual
from domain.case.state import Escalation
from domain.commands import DateAgreed, EditionAdopted, Extended, PartyLeft, Paused
from domain.policy import Policy, check_policy, read_policy
from domain.policy.local_settings import Local
from domain.views.explanation import explain
from domain.views.forecast import forecast
from domain.views.status import status_of
from tests.domain.case import CARE, POLICE, SCHOOL, Case, england, london
from tests.domain.small import HEADER, made

WORDS = (
    "residual",
    "issue",
    "former",
    "risk",
    "action",
    "pause",
    "date",
    "extend",
    "leave",
    "plan",
    "call",
    "open-issue",
)
TABLES = """
[role]
worker = { title = "worker" }
[act]
talk = { kind = "discussion" }
letter = { kind = "notice" }
deal = { kind = "plan" }
[timescale]
date = { is = "case date", case_date = "replaces" }
[[track]]
id = "ladder"
stages = ["WORD", "two"]
[[stage]]
id = "WORD"
title = "The first step"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "talk", by = "raising", within = "2 working days", clause = "1" },
  { act = "letter", by = "receiving", within = "3 working days", clause = "2" },
  { act = "letter", by = "raising", within = "date", clause = "3" },
]
outcome = [
  { id = "agreed", said_by = "every party", needs = ["deal"], leads_to = "end: resolved" },
  { id = "settled", said_by = "every party", leads_to = "end: stopped" },
  { id = "go", said_by = "any party", leads_to = "next" },
]
[[stage]]
id = "two"
title = "The second step"
raising = ["worker"]
receiving = ["worker"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
"""
LOCAL = Local(tolerance="same working day", extensions=True, pausing=True)


def policy_of(word: str, edition: str = "1", text: str = TABLES) -> Policy:
    return made(text.replace("WORD", word)).but(edition=edition)


def opened(word: str) -> Case:
    return Case(policy=policy_of(word), local=LOCAL, raiser={"role": "worker"}, receiving=(CARE, POLICE))


@pytest.mark.parametrize("word", WORDS)
def test_a_step_of_any_name_owes_alerts_and_is_explained_like_any_other(word: str) -> None:
    case = opened(word).pass_to("2025-03-07 09:00")

    owed = {duty.origin: duty for duty in case.state.duties}
    assert [*owed] == [RuleKey(stage=word, place=n) for n in (1, 2, 3)]
    assert owed[RuleKey(stage=word, place=1)].overdue_at == london("2025-03-07 00:00")
    assert owed[RuleKey(stage=word, place=1)].due == london("2025-03-07 00:00")
    standing = status_of(case.state)
    assert (standing.urgency, standing.overdue) == ("ordinary", 1)
    assert [one.of_risk for one in standing.owed] == [False, False, False, False]
    assert [one.what for one in standing.owed] == ["talk", "letter", "letter", "letter"]
    told = {one.rule: one for one in explain(case.state)}
    assert [*told] == [f"{word}/{n}" for n in (1, 2, 3)]
    assert told[f"{word}/1"].timescale == "2 working days"
    assert told[f"{word}/1"].runs_from == "the opening of The first step"
    assert [line.duty for line in forecast(case.state.policy, england(), case.now) if line.stage == word] == [*told]
    case.does(CARE, "letter")
    assert case.duty(f"{word}/2", CARE).state == "done"
    case.replays()


@pytest.mark.parametrize("word", WORDS)
def test_what_is_agreed_at_a_step_of_any_name_owes_its_actions_and_issues_beside_it(word: str) -> None:
    case = opened(word)
    issue = Residual(what="Who pays", owner=CARE, by=london("2025-03-20 12:00").date())
    case.agree(residual=(issue,))
    case.confirms(POLICE)

    assert case.ended == "resolved"
    owed = [duty.origin for duty in case.state.outstanding]
    assert owed == [PlanAction(action=1), OpenIssue(issue=1)]
    assert [duty.state for duty in case.state.duties if duty.origin == RuleKey(stage=word, place=1)] == ["lapsed"]
    case.raises_risk()
    assert case.state.outstanding[-1].origin == RiskCall(risk=case.of_kind("risk")[0].number)
    case.takes_call()
    assert [duty.origin for duty in case.state.outstanding] == owed
    case.replays()


@pytest.mark.parametrize("word", WORDS)
def test_what_waits_for_the_others_at_a_step_of_any_name_is_told_apart(word: str) -> None:
    case, until = opened(word), london("2025-03-20 12:00")
    who = case.seat(SCHOOL)
    case.says(SCHOOL, "settled")
    case.takes(Paused(by=who, until=until, reason="so"))
    case.takes(Extended(by=who, duty=1, until=until, reason="so"))
    case.takes(DateAgreed(by=who, timescale="date", until=london("2025-03-06 12:00")))
    case.takes(PartyLeft(by=who, party=POLICE, reason="so"))
    kept = (
        Claim(about=OutcomeClaim(stage=word, visit=1, outcome="settled"), said=(SCHOOL,)),
        Claim(about=PauseProposal(pause_until=until), said=(SCHOOL,)),
        Claim(about=ExtensionProposal(duty=1, until=until), said=(SCHOOL,)),
        Claim(about=LeavingProposal(leaver=POLICE), said=(SCHOOL,)),
    )
    assert case.state.claims == kept
    assert case.state.case_dates == {"date": london("2025-03-06 12:00")}

    asked = [(one.kind, one.waits_for) for one in status_of(case.state).waiting]

    others = (CARE, POLICE)
    assert asked == [
        ("claim", others),
        ("pause-proposed", others),
        ("extension-proposed", others),
        ("leave-proposed", (POLICE,)),
    ]
    again = Escalation.model_validate_json(case.state.model_dump_json(exclude_defaults=True))
    assert again == case.state
    case.says(CARE, "settled")
    case.says(POLICE, "settled")
    assert case.ended == "stopped"
    case.replays()


def test_a_later_date_that_one_side_proposes_waits_and_takes_the_place_of_its_last() -> None:
    case = opened("date")
    who = case.seat(SCHOOL)
    case.takes(DateAgreed(by=who, timescale="date", until=london("2025-03-06 12:00")))
    for day in ("2025-03-10 12:00", "2025-03-11 12:00"):
        case.takes(DateAgreed(by=who, timescale="date", until=london(day)))

    assert case.state.claims == (
        Claim(about=DateProposal(timescale="date", date=london("2025-03-11 12:00")), said=(SCHOOL,)),
    )


@pytest.mark.parametrize("word", WORDS)
def test_a_step_of_any_name_takes_another_edition_of_it_and_loses_what_that_leaves_out(word: str) -> None:
    case = opened(word)
    case.says(SCHOOL, "settled")
    shorter = re.sub(r'  \{ act = "letter", by = "receiving".*\n', "", TABLES).replace(
        "2 working days", "4 working days"
    )

    office = Actor(role="operations", person="office-7")
    case.takes(EditionAdopted(by=office, policy=policy_of(word, "2", shorter), reason="a new edition"))

    owed = {duty.origin: duty.state for duty in case.state.duties}
    assert owed == {
        RuleKey(stage=word, place=1): "outstanding",
        FormerRule(former=RuleKey(stage=word, place=2)): "lapsed",
        RuleKey(stage=word, place=2): "outstanding",
    }
    assert case.duty(f"{word}/1").due == london("2025-03-11 00:00")
    assert [claim.about for claim in case.state.claims] == [OutcomeClaim(stage=word, visit=1, outcome="settled")]
    gone = next(one for one in explain(case.state) if one.state == "lapsed")
    assert (gone.rule, gone.timescale) == (f"former {word}/2", "as an earlier edition had it")
    case.replays()


def test_a_duty_that_has_the_name_of_a_timescale_it_does_not_go_by_is_a_fault_of_the_policy() -> None:
    """A number is set, and a date agreed, under the name of one of the two."""
    text = TABLES.replace("WORD", "one")

    def faults(id_: str) -> list[str]:
        named = text.replace('act = "talk", by', f'id = "{id_}", act = "talk", by')
        return [str(fault) for fault in check_policy(read_policy(tomllib.loads(HEADER + named)))]

    assert faults("call") == []
    assert [fault for fault in faults("date") if "stage one, duty 1, id" in fault and "for both" in fault]
