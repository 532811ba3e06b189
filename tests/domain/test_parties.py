"""Parties that join a dispute or leave it (rule 37)."""

import tomllib
from typing import Any

import pytest

from domain.base.people import Actor, Side
from domain.commands import ConfirmationWithdrawn, PartyCorrected, PartyJoined, PartyLeft
from domain.policy import Policy, check_policy, read_policy
from domain.views.waiting import waiting
from tests.domain.case import CARE, POLICE, SCHOOL, TRUST, Case, london, refused

TEXT = """
[policy]
id = "made"
title = "A made policy"
edition = "1"
nation = "england-and-wales"
effective = 2025-01-01

[role]
worker = { title = "worker" }
lead = { title = "lead" }

[act]
talk = { kind = "discussion" }
checked = { kind = "record" }
answered = { kind = "record" }
told = { kind = "notice" }
plan = { kind = "plan" }
welcome = { kind = "record" }

[[track]]
id = "ladder"
stages = ["one", "two"]

[[stage]]
id = "one"
title = "Step one"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "talk", by = "together", within = "5 working days", clause = "1" },
  { act = "checked", by = "each party", within = "2 working days", of = ["one.talk", "one.opened"], clause = "2" },
  { act = "answered", by = "receiving", within = "3 working days", clause = "3" },
  { act = "plan", by = "together", within = "10 working days", clause = "4" },
]
outcome = [
  { id = "agreed", said_by = "every party", needs = ["plan"], leads_to = "end: resolved" },
  { id = "settled", said_by = "every party", leads_to = "end: resolved" },
  { id = "go", said_by = "any party", leads_to = "next" },
]
[[stage]]
id = "two"
title = "Step two"
raising = ["lead"]
receiving = ["lead"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
[[duty]]
when = "case.opened"
act = "told"
by = "each party"
within = "4 working days"
clause = "5"
[[duty]]
when = "any.talk"
act = "told"
by = "each party"
clause = "6"
[[duty]]
when = "party.joined"
act = "welcome"
by = "raising"
within = "1 working day"
clause = "7"
"""


def policy() -> Policy:
    return read_policy(tomllib.loads(TEXT))


class Sides(Case):
    """A case of the made policy whose parties change."""

    def __init__(self, **said: Any) -> None:
        super().__init__(policy=policy(), raiser=Actor(role="worker"), **said)

    def joins(self, agency: str, side: Side = "receiving", reason: str = "it is theirs too", **said: Any) -> Any:
        return self.takes(PartyJoined(by=self.seat(SCHOOL), agency=agency, side=side, reason=reason, **said))

    def leaves(self, party: str, reason: str = "it is not theirs") -> Any:
        return self.takes(PartyLeft(by=self.seat(party), party=party, reason=reason))


def test_the_made_policy_is_one() -> None:
    assert not [fault for fault in check_policy(policy()) if fault.severity == "fault"]


def test_rule_37_who_joins_owes_its_own_duties_from_its_joining_on() -> None:
    case = Sides()
    case.does(SCHOOL, "talk")
    case.sleep_to("2025-03-05 11:00")

    case.joins(POLICE)

    checked = case.duty("one/2", POLICE)
    assert checked.arose_at == checked.anchor_at == london("2025-03-05 11:00")
    assert checked.due == london("2025-03-08 00:00")
    assert case.duty("one/2", SCHOOL).due == london("2025-03-07 00:00")
    assert case.duty("one/3", POLICE).due == london("2025-03-11 00:00")
    assert case.duty("case/1", POLICE).due == london("2025-03-12 00:00")
    assert [d.party for d in case.duties("case/2")] == [SCHOOL, CARE]
    assert case.duty("case/3").party == SCHOOL
    case.replays()


def test_rule_37_what_starts_a_clock_after_the_joining_starts_that_of_the_new_party_too() -> None:
    case = Sides()
    case.joins(POLICE)
    case.sleep_to("2025-03-05 11:00")

    case.does(SCHOOL, "talk", with_parties=(CARE, POLICE))

    assert case.duty("one/2", POLICE).anchor_at == london("2025-03-05 11:00")
    case.replays()


def test_rule_37_a_duty_of_all_together_needs_the_new_party_too() -> None:
    case = Sides()
    case.joins(POLICE)

    case.does(SCHOOL, "talk", with_parties=(CARE,))
    assert case.duty("one/1").is_outstanding
    case.does(SCHOOL, "talk", with_parties=(CARE, POLICE))
    assert case.duty("one/1").state == "done"


def test_rule_37_who_joins_confirms_a_plan_that_is_not_agreed_yet() -> None:
    case = Sides()
    case.proposes(SCHOOL, fields={})

    answer = case.joins(POLICE)
    case.confirms(CARE)

    assert "must confirm version 1" in answer.sentence
    assert case.ended == ""
    case.confirms(POLICE)
    assert case.ended == "resolved"
    case.replays()


def test_rule_37_the_others_are_told_and_the_new_party_where_the_case_stands() -> None:
    case = Sides()
    before = len(case.notices)

    case.joins(POLICE)

    assert case.told("party-joined") == [("worker", SCHOOL), ("worker", CARE)]
    step = [n for n in case.notices[before:] if n.kind == "step-opened"]
    assert [(n.to.agency, n.step) for n in step] == [(POLICE, "Step one")]
    assert {owed.what for owed in step[0].owed} == {"talk", "checked", "answered", "plan", "told"}


def test_rule_37_an_agency_on_both_sides_is_told_apart_by_its_side() -> None:
    case = Sides()
    case.proposes(SCHOOL, fields={})

    case.joins(SCHOOL)

    assert [p.id for p in case.state.parties] == [f"{SCHOOL}.raising", CARE, f"{SCHOOL}.receiving"]
    assert case.duty("one/2", f"{SCHOOL}.raising").is_outstanding
    assert case.state.plan is not None
    assert list(case.state.plan.confirmed) == [f"{SCHOOL}.raising"]
    case.replays()


def test_rule_37_who_is_a_party_already_does_not_join_again() -> None:
    case = Sides()

    assert refused(case, lambda: case.joins(CARE)).why == "not allowed"
    assert refused(case, lambda: case.joins(POLICE, reason="")).why == "missing"


def test_rule_37_a_name_that_clashes_is_refused() -> None:
    case = Sides(receiving=(f"{SCHOOL}.receiving",))

    assert refused(case, lambda: case.joins(SCHOOL)).why == "unknown"


def test_rule_37_who_leaves_owes_nothing_by_itself_any_more() -> None:
    case = Sides(receiving=(CARE, POLICE))

    case.leaves(POLICE)

    assert case.duty("one/2", POLICE).state == "lapsed"
    assert case.duty("one/2", POLICE).ended_because == "the party left the dispute"
    assert case.duty("one/2", CARE).is_outstanding
    assert case.duty("one/1").is_outstanding
    assert case.told("party-left") == [("worker", SCHOOL), ("worker", CARE), ("worker", POLICE)]
    assert refused(case, lambda: case.does(POLICE, "checked", role="worker")).why == "wrong side"
    case.replays()


OFFICE = Actor(role="operations", person="staff-1")


@pytest.mark.parametrize(
    ("by", "recorded_by", "said"),
    [
        (Actor(agency=SCHOOL, role="worker"), "", SCHOOL),
        (Actor(agency=CARE, role="worker"), "", CARE),
        (OFFICE, "", "the partnership's office"),
        (Actor(agency=POLICE, role="worker"), "the office", "somebody else, in its name"),
    ],
    ids=["the other side", "its own side", "the office", "in its name"],
)
def test_rule_37_nobody_but_the_party_itself_makes_it_leave(by: Actor, recorded_by: str, said: str) -> None:
    """S30: a party leaves by an entry with reason; it is asked, and who asks is named as what they are."""
    case = Sides(receiving=(CARE, POLICE))
    case.proposes(SCHOOL, fields={})
    case.confirms(CARE)

    answer = case.takes(PartyLeft(by=by, recorded_by=recorded_by, party=POLICE, reason="it is not theirs"))

    assert answer.sentence == f"Proposed: {POLICE} leaves. It is asked, and stays a party until it says so itself."
    assert case.kinds()[-1] == "leave-proposed"
    assert [p.id for p in case.state.parties] == [SCHOOL, CARE, POLICE]
    assert (case.ended, case.duty("one/2", POLICE).is_outstanding) == ("", True)
    (asked,) = [notice for notice in case.notices if notice.kind in {"proposed", "recorded-for-you", "party-left"}]
    assert (asked.kind, asked.to.agency, asked.by) == ("proposed", POLICE, said)
    (one,) = [one for one in waiting(case.state) if one.kind == "leave-proposed"]
    assert (one.by, one.waits_for) == ((said,), (POLICE,))
    case.replays()

    case.leaves(POLICE)
    (told, *_) = [notice for notice in case.notices if notice.kind == "party-left"]
    assert (told.fact, told.by) == (POLICE, POLICE)
    assert not [one for one in waiting(case.state) if one.kind == "leave-proposed"]
    case.replays()


def test_rule_37_who_enters_that_a_party_joins_is_named_and_not_the_new_party() -> None:
    case = Sides()

    case.joins(POLICE)

    told = [(notice.fact, notice.by) for notice in case.notices if notice.kind == "party-joined"]
    assert told == [(POLICE, f"worker, {SCHOOL}")] * 2


def test_rule_37_every_side_is_told_of_a_confirmation_that_is_given_or_taken_back() -> None:
    """L16: a plan counts once everybody has confirmed it, so each must know who has."""
    case = Sides(receiving=(CARE, POLICE))
    case.proposes(SCHOOL, fields={})
    count = len(case.notices)

    case.confirms(CARE)
    case.takes(ConfirmationWithdrawn(by=case.seat(CARE), version=1))
    case.takes(ConfirmationWithdrawn(by=case.seat(SCHOOL), version=1, recorded_by="the office"))

    told = [(one.to.agency, one.fact, one.by) for one in case.notices[count:] if one.kind == "told"]
    given, back = "version 1 of the plan is confirmed", "a confirmation of version 1 of the plan is taken back"
    others = [(agency, fact, f"worker, {CARE}") for fact in (given, back) for agency in (SCHOOL, POLICE)]
    assert told == [*others, *((agency, back, f"worker, {SCHOOL}") for agency in (SCHOOL, CARE, POLICE))]
    case.replays()


def test_rule_37_with_the_last_who_had_not_confirmed_gone_the_plan_is_agreed() -> None:
    case = Sides(receiving=(CARE, POLICE))
    case.proposes(SCHOOL, fields={})
    case.confirms(CARE)
    case.sleep_to("2025-03-04 12:00")

    case.leaves(POLICE)

    assert case.state.plan is not None
    assert case.state.plan.agreed_at == london("2025-03-04 12:00")
    assert case.ended == "resolved"
    case.replays()


def test_rule_37_with_the_last_who_had_not_said_it_gone_the_claim_counts() -> None:
    case = Sides(receiving=(CARE, POLICE))
    case.says(SCHOOL, "settled")
    case.says(CARE, "settled")

    case.leaves(POLICE)

    assert case.ended == "resolved"
    case.replays()


def test_rule_37_what_an_agreed_plan_asks_of_an_agency_stays_when_it_leaves() -> None:
    text = TEXT.replace('{ id = "agreed", said_by = "every party", needs = ["plan"], leads_to = "end: resolved" },', "")
    case = Sides(receiving=(CARE, POLICE))
    case.state = case.state.but(policy=read_policy(tomllib.loads(text)))
    case.proposes(SCHOOL, owner=POLICE, fields={})
    case.confirms(CARE)
    case.confirms(POLICE)

    case.leaves(POLICE)

    assert case.duty("plan action 1", POLICE).is_outstanding
    case.does(POLICE, "action-done", role="worker", fields={"action": "1"})
    assert case.duty("plan action 1").state == "done"


def test_rule_37_the_last_of_a_side_does_not_leave() -> None:
    case = Sides()

    assert refused(case, lambda: case.leaves(CARE)).why == "not allowed"
    assert refused(case, lambda: case.leaves(SCHOOL)).why == "not allowed"
    assert refused(case, lambda: case.leaves(TRUST)).why == "unknown"


def test_rule_37_leaving_has_a_reason() -> None:
    case = Sides(receiving=(CARE, POLICE))

    assert refused(case, lambda: case.leaves(POLICE, reason=" ")).why == "missing"


def test_rule_37_the_raising_side_goes_on_with_another_party() -> None:
    case = Sides()
    case.joins(TRUST, side="raising")
    assert [p.id for p in case.state.parties] == [SCHOOL, TRUST, CARE]

    case.leaves(SCHOOL)
    case.says(TRUST, "go")

    assert case.stages == ["two"]
    case.replays()


def test_rule_37_nobody_joins_or_leaves_a_dispute_that_has_ended() -> None:
    case = Sides()
    case.says(SCHOOL, "go")
    case.says(SCHOOL, "over")

    assert refused(case, lambda: case.joins(POLICE)).why == "not open"
    assert refused(case, lambda: case.leaves(CARE)).why == "not open"


# --- entered by mistake


OFFICE = Actor(role="operations", person="staff-7")


def corrects(case: Case, wrong: str, right: str, by: Actor = OFFICE, reason: str = "Another trust was meant.") -> Any:
    return case.takes(PartyCorrected(by=by, party=wrong, agency=right, reason=reason))


def test_the_agency_that_was_meant_takes_the_place_of_the_wrong_one() -> None:
    case = Case(policy=policy(), raiser=Actor(role="worker"))
    case.now = london("2025-03-06 09:00")

    corrects(case, CARE, TRUST)

    assert [(party.id, party.side) for party in case.state.parties] == [(SCHOOL, "raising"), (TRUST, "receiving")]
    assert {duty.party for duty in case.state.outstanding} == {"", SCHOOL, TRUST}
    lapsed = [duty for duty in case.state.duties if duty.state == "lapsed"]
    assert {duty.party for duty in lapsed} == {CARE}
    assert all(duty.anchor_at >= case.now for duty in case.state.outstanding if duty.party == TRUST)
    assert set(case.told("party-corrected")) == {("worker", SCHOOL), ("worker", CARE)}
    assert case.told("step-opened")[-1] == ("worker", TRUST)
    assert case.kinds()[-1] == "party-corrected"
    case.replays()


def test_the_diary_of_the_wrong_agency_is_emptied() -> None:
    case = Case(policy=policy(), raiser=Actor(role="worker"))

    corrects(case, CARE, TRUST)

    [theirs] = [n for n in case.notices if n.kind == "party-corrected" and n.to.agency == CARE]
    assert theirs.deadlines
    assert all(one.over for one in theirs.deadlines)


def test_an_agency_that_has_said_something_was_no_mere_mistake() -> None:
    case = Case(policy=policy(), raiser=Actor(role="worker"))
    case.does(CARE, "answered", role="worker")

    assert "leave" in refused(case, lambda: corrects(case, CARE, TRUST)).sentence


def test_where_the_raising_agency_was_wrong_whoever_raised_it_is_of_the_right_one() -> None:
    case = Case(policy=policy(), raiser=Actor(role="worker"))

    corrects(case, SCHOOL, POLICE)

    assert case.state.raiser.agency == POLICE
    assert case.state.parties[0].id == POLICE
    case.replays()


@pytest.mark.parametrize(
    ("by", "wrong", "right", "reason", "why"),
    [
        (Actor(agency=SCHOOL, role="worker"), CARE, TRUST, "So.", "wrong role"),
        (Actor(role="operations"), CARE, TRUST, "So.", "missing"),
        (OFFICE, CARE, TRUST, " ", "missing"),
        (OFFICE, POLICE, TRUST, "So.", "unknown"),
        (OFFICE, CARE, CARE, "So.", "not allowed"),
    ],
    ids=["a party", "nobody of the office", "no reason", "no party", "itself"],
)
def test_a_correction_of_a_party_that_cannot_be_taken(by: Actor, wrong: str, right: str, reason: str, why: str) -> None:
    case = Case(policy=policy(), raiser=Actor(role="worker"))

    assert refused(case, lambda: corrects(case, wrong, right, by, reason)).why == why
