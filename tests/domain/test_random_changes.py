"""Facts, parties, editions and contests in any order, on policies that nobody wrote: always a case that replays."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.plan import Action, Residual
from domain.case.state import Escalation
from domain.commands import (
    ActDone,
    CalendarAdopted,
    Contested,
    Corrected,
    DutyHandedOver,
    EditionAdopted,
    Event,
    FactSaid,
    Misdirected,
    MomentPassed,
    OutcomeSaid,
    PartyJoined,
    PartyLeft,
    PlanConfirmed,
    PlanProposed,
    Reopened,
    SeatMended,
)
from domain.policy import Policy
from domain.views.explanation import explain
from domain.views.status import status_of
from tests.domain.case import CARE, POLICE, SCHOOL, TRUST, Case, england, london
from tests.domain.policies_made import policies

OFFICE = Actor(role="operations", person="office-7")
WORDS = dict.fromkeys(["reason", "interim-safety", "risk-considered", "written", "fits", "how"], "so") | {
    "action": "1",
    "issue": "1",
    "replacement": "2026-01-01",
}
SUMMER = dt.date(2025, 6, 1)


class Hand:
    """Makes one message after another, most of which fit."""

    def __init__(self, rng: random.Random, editions: list[Policy]) -> None:
        self.one = rng.choice
        self.editions = editions

    def message(self, case: Escalation) -> Event:
        made: Callable[[Escalation, dict[str, Any]], Event] = self.one(
            [
                *(self.fact, self.party, self.edition, self.contest, self.plan, self.act, self.act, self.way),
                *(self.handing, self.seat),
            ]
        )
        return made(case, {"by": self.actor(case), "recorded_by": self.one(["", "", "office-7"])})

    def actor(self, case: Escalation) -> Actor:
        party = self.one(case.parties)
        stages = [case.policy.stage(v.stage) for v in case.open_visits]
        roles = [role for stage in stages for role in getattr(stage, party.side)] or [*case.policy.roles]
        return Actor(agency=self.one([party.id] * 5 + [TRUST]), role=self.one(roles), person="p")

    def fact(self, case: Escalation, said: dict[str, Any]) -> Event:
        return FactSaid(
            **said, fact=self.one([*case.policy.facts, "x"]), value=self.one(["one", "two", "no"]), reason="so"
        )

    def party(self, case: Escalation, said: dict[str, Any]) -> Event:
        if self.one([True, False]):
            return PartyLeft(**said, party=self.one(case.parties).id, reason="so")
        agency, side = self.one([POLICE, TRUST, SCHOOL, CARE]), self.one(["raising", "receiving"])
        return PartyJoined(**said, agency=agency, side=side, reason="so")

    def edition(self, case: Escalation, said: dict[str, Any]) -> Event:
        if self.one([True, False]):
            return EditionAdopted(by=OFFICE, policy=self.one(self.editions), reason="so")
        off = tuple(day for day in england().days_off if self.one([True, True, False]))
        return CalendarAdopted(by=OFFICE, calendar=england().but(edition=f"e{len(off)}", days_off=off))

    def contest(self, case: Escalation, said: dict[str, Any]) -> Event:
        entry = self.one([*case.behalf] * 3 + [*range(1, case.entries + 1)])
        if entry in case.behalf:
            said["by"] = said["by"].but(agency=case.behalf[entry].party)
            return Contested(**said, entry=entry, reason="so")
        return Corrected(**said, entry=entry, reason="so", strike=True)

    def plan(self, case: Escalation, said: dict[str, Any]) -> Event:
        if case.plan and self.one([True, True, False]):
            return PlanConfirmed(**said, version=case.plan.version)
        actions = (Action(what="Visit", owner=self.one([SCHOOL, CARE]), by=SUMMER),)
        left = self.one([None, (), (Residual(what="Who pays", owner=self.one([CARE, TRUST]), by=SUMMER),)])
        return PlanProposed(**said, actions=actions, fields={"fits": "so"}, residual=left)

    def act(self, case: Escalation, said: dict[str, Any]) -> Event:
        act = self.one([name for duty in case.outstanding for name in duty.acts] + [*case.policy.acts])
        told = case.policy.acts.get(act.partition(".")[0])
        method = told.methods[0] if told and told.methods else ""
        return ActDone(**said, act=act, fields=WORDS, method=method)

    def handing(self, case: Escalation, said: dict[str, Any]) -> Event:
        duty = self.one([duty.id for duty in case.outstanding] or [1])
        to = said["by"].but(role=self.one([*case.policy.roles]), person="")
        until = case.entered_at + dt.timedelta(hours=self.one([5, 200, 2000]))
        return DutyHandedOver(**said, duty=duty, to=to, until=until, reason="so")

    def seat(self, case: Escalation, said: dict[str, Any]) -> Event:
        if self.one([True, False]) and case.misdirected:
            seat = self.one(case.misdirected).seat
            return SeatMended(by=OFFICE, seat=Actor(role=seat.role, agency=seat.agency))
        return Misdirected(**said, why=self.one(["not-mine", "left"]))

    def way(self, case: Escalation, said: dict[str, Any]) -> Event:
        if case.ended:
            return Reopened(**said, reason="so")
        ways = [way.id for visit in case.open_visits for way in case.policy.outcomes_of(visit.stage)]
        return OutcomeSaid(**said, outcome=self.one(ways or ["x"]), fields=WORDS, to=self.one(["", "step-1"]))


def _loose(policy: Policy, edition: str) -> Policy:
    return policy.but(edition=edition, facts={n: fact.but(may_change=True) for n, fact in policy.facts.items()})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(policies(), min_size=3, max_size=3), st.integers(0, 10**9))
def test_rule_02_whatever_changes_in_a_case_its_entries_give_it_again(made: list[Policy], seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - for choices that can be repeated
    first, *others = [_loose(policy, str(n)) for n, policy in enumerate(made, 1)]
    hand = Hand(rng, [*others, first.but(edition="4")])
    receiving = rng.choice([(CARE,), (CARE, POLICE), (SCHOOL,)])
    case = Case(policy=first, receiving=receiving, raiser=Actor(role="worker"))
    sentences: list[str] = []
    for _ in range(25):
        case.now += dt.timedelta(hours=rng.choice([0, 1, 5, 30]))
        try:
            case.takes(hand.message(case.state))
        except Refusal as refusal:
            sentences.append(refusal.sentence.rstrip())
            continue
        status_of(case.state)
        explain(case.state)
        assert Escalation.model_validate_json(case.state.model_dump_json()) == case.state
    case.now = max(case.now, london("2025-04-20 10:00"))
    case.takes(MomentPassed())

    case.replays()
    assert [sentence for sentence in sentences if not sentence.endswith((".", ".)", "?"))] == []
