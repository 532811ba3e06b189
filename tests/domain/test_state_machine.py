"""Cases driven by random hands, on the shipped policy and on policies that nobody wrote: what must hold always, holds.

Set HYPOTHESIS_PROFILE=soak to drive many more of them.
"""

import datetime as dt
import os
from collections.abc import Sequence
from typing import Any, Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.effects import Entry
from domain.case.plan import Action
from domain.case.state import Escalation
from domain.commands import (
    ActDone,
    AlertAcknowledged,
    ConfirmationWithdrawn,
    Contested,
    Corrected,
    DutyHandedOver,
    Event,
    GuestAdded,
    Linked,
    MessageRefused,
    Misdirected,
    MomentPassed,
    Opening,
    OutcomeSaid,
    PlanConfirmed,
    PlanProposed,
    Reopened,
    RiskRaised,
    SeatMended,
    Waived,
)
from domain.decide import Decision, decide, open_case
from domain.engine.moments import next_moment
from domain.policy import Policy
from domain.policy.event_names import KEPT
from domain.policy.local_settings import Local
from domain.views.status import status_of
from tests.domain.case import CARE, PARTNERS, POLICE, SCHOOL, TOLERANT, TRUST, Kept, england, lincolnshire, london
from tests.domain.policies_made import policies

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
PICK = st.integers(0, 30)
AGO = st.sampled_from([0, 0, 0, 1, 30, 200, -5])
LOCALS = (
    Local(),
    TOLERANT,
    Local(tolerance="4 working hours", alerts_a_day=1, meetings={"group": (london("2025-03-20 14:00"),)}),
    Local(untimed="1 working days", alert_every_minutes=1440, acknowledgement_hours=1),
)
WORDS = dict.fromkeys(
    ["reason", "interim-safety", "risk-considered", "written", "fits", "fits-existing-plan"], "as said"
) | dict.fromkeys(["procedure", "with-whom", "override-reason", "absence", "ground"], "as said")


class Hands(RuleBasedStateMachine):
    """One case, and everything that people, time and outages may do to it."""

    policy_of: st.SearchStrategy[Policy] | None = None

    @initialize(data=st.data(), local=st.sampled_from(LOCALS), sides=PICK, topic=st.sampled_from(["one", "two"]))
    def begin(self, data: st.DataObject, local: Local, sides: int, topic: str) -> None:
        policy = lincolnshire() if self.policy_of is None else data.draw(self.policy_of)
        receiving = ((CARE,), (CARE,), (CARE,), (CARE, TRUST), (SCHOOL,))[sides % 5]
        conduct = {"concern": "conduct"} if topic == "two" and not sides % 3 else {}
        facts = {"topic": topic} if "topic" in policy.facts else conduct
        opening = Opening(
            case="ESC-TEST",
            policy=policy,
            calendar=england(),
            local=local,
            facts=facts,
            raising=SCHOOL,
            receiving=receiving,
            partners=PARTNERS,
            raiser=Actor(role=next(iter(policy.roles))),
            opened_at=london("2025-03-04 10:00"),
        )
        self.now = london(("2025-03-04 10:00", "2025-03-08 09:00")[sides % 2])
        self.entries: list[Entry] = []
        self.refs: set[str] = set()
        self.kept = Kept()
        self.keep(open_case(opening, self.now))

    # --- what happens to it

    def keep(self, decision: Decision) -> None:
        self.case: Escalation = decision.escalation
        self.kept.add(decision)
        new, notices = decision.entries, decision.notices
        self.entries += new
        assert [entry.number for entry in self.entries] == list(range(1, self.case.entries + 1))
        assert {notice.ref for notice in notices}.isdisjoint(self.refs), "two notices of one reference"
        assert len({notice.ref for notice in notices}) == len(notices), "two notices of one reference"
        assert {int(notice.ref.split("/")[1]) for notice in notices} <= {entry.number for entry in new}
        self.refs |= {notice.ref for notice in notices}
        passed_over = {notice.to.but(title="") for notice in notices if notice.to.next_person}
        assert {(to.role, to.agency) for to in passed_over} <= {
            (one.seat.role, one.seat.agency) for one in self.case.misdirected
        }

    def happens(self, event: Event) -> None:
        try:
            decision = decide(self.case, event, self.now)
        except Refusal as refusal:
            if isinstance(event, RiskRaised | MomentPassed | MessageRefused) or not refusal.sentence.strip():
                raise AssertionError("nothing refuses it, and nothing is refused without a word") from None
            return
        assert decide(self.case, event, self.now) == decision, "the same input gave two answers"
        self.keep(decision)

    def at(self, ago: int) -> dt.datetime | None:
        return self.now - dt.timedelta(hours=ago) if ago else None

    def somebody(self, sayers: Sequence[Actor], pick: int) -> Actor:
        """Somebody who may well say it: of the seats that are offered it."""
        by = sayers[pick % len(sayers)] if sayers else self.party(pick)
        return by.but(person=f"staff-{pick}")

    def party(self, pick: int) -> Actor:
        """Somebody of a party, in a role that sits at an open step."""
        party = self.case.parties[pick % len(self.case.parties)]
        stages = [self.case.policy.stage(visit.stage) for visit in self.case.open_visits]
        roles = [role for stage in stages for role in getattr(stage, party.side)] or list(self.case.policy.roles)
        return Actor(agency=party.id, role=roles[pick % len(roles)], person=f"staff-{pick}")

    def others(self, by: Actor) -> tuple[str, ...]:
        return tuple(party.id for party in self.case.parties if by.agency != party.id)

    @rule(acts=st.lists(st.tuples(PICK, PICK, AGO, st.integers(1, 200)), min_size=1, max_size=5))
    def do_what_is_offered(self, acts: list[tuple[int, int, int, int]]) -> None:
        for act in acts:
            self.does_what_is_offered(*act)

    def does_what_is_offered(self, pick: int, other: int, ago: int, ahead: int) -> None:
        offers = [offer for offer in status_of(self.case).offers if offer.kind == "act"]
        if not offers:
            return
        offer = offers[pick % len(offers)]
        by = self.somebody(offer.sayers, other)
        actions = [duty for duty in self.case.outstanding if duty.action]
        if offer.name in {"action-done", "explained"} and actions:
            by = by.but(agency=actions[other % len(actions)].party)
        chosen = str(actions[other % len(actions)].action if actions else other)
        replacement = (self.case.day_of(self.now) + dt.timedelta(days=ahead)).isoformat()
        self.happens(
            ActDone(
                by=by,
                at=self.at(ago),
                act=offer.name,
                stage=offer.stage if other % 3 else "",
                method=offer.methods[0] if offer.methods else "",
                with_parties=self.others(by),
                fields={**WORDS, "action": chosen, "replacement": replacement},
                date=self.now + dt.timedelta(hours=ahead),
                chair=Actor(agency=POLICE, role="manager" if "manager" in self.case.policy.roles else "slo"),
                seen=None if other % 2 else self.case.entries,
            )
        )

    @rule(pick=PICK, other=PICK, ago=AGO)
    def does_something(self, pick: int, other: int, ago: int) -> None:
        """Record any act of the policy at any step, by anybody."""
        policy = self.case.policy
        act, told = list(policy.acts.items())[pick % len(policy.acts)]
        part = {"meeting": (".held", ".minutes", ""), "notice": ("", ".received")}.get(told.kind, ("",))
        stages = [*(visit.stage for visit in self.case.visits), "", *sorted(policy.stage_ids)]
        methods = [*told.methods, *told.discouraged] or [""]
        said = ActDone(
            by=self.party(other),
            at=self.at(ago),
            act=f"{act}{part[other % len(part)]}",
            stage=stages[other % len(stages)],
            method=methods[other % len(methods)],
            with_parties=self.others(self.party(other)) if pick % 2 else (),
            fields=WORDS,
        )
        self.happens(said)

    @rule(pick=PICK, other=PICK, ago=AGO, all_say=st.booleans())
    def say_an_outcome(self, pick: int, other: int, ago: int, all_say: bool) -> None:
        for party in range(len(self.case.parties) if all_say else 1):
            self.says_an_outcome(pick, other + party, ago)

    def says_an_outcome(self, pick: int, other: int, ago: int) -> None:
        offers = [offer for offer in status_of(self.case).offers if offer.kind == "outcome"]
        if not offers:
            return
        offer = offers[pick % len(offers)]
        by = self.somebody(offer.sayers, other)
        steps = sorted(self.case.policy.stage_ids)
        to = [o.one_of for o in self.case.policy.outcomes_of(offer.stage or "ended") if o.id == offer.name and o.one_of]
        chosen = to[0][other % len(to[0])] if to else steps[other % len(steps)]
        self.happens(
            OutcomeSaid(by=by, at=self.at(ago), outcome=offer.name, stage=offer.stage, fields=WORDS, to=chosen)
        )

    @rule(pick=PICK, other=PICK, ago=AGO)
    def says_it_late(self, pick: int, other: int, ago: int) -> None:
        """Say an outcome of a step that was left."""
        visit = self.case.visits[pick % len(self.case.visits)]
        ways = self.case.policy.outcomes_of(visit.stage)
        if ways:
            way = ways[other % len(ways)].id
            self.happens(OutcomeSaid(by=self.party(pick), at=self.at(ago), outcome=way, stage=visit.stage))

    @rule(pick=PICK, days=st.lists(st.integers(0, 12), min_size=1, max_size=2), ago=AGO)
    def proposes(self, pick: int, days: list[int], ago: int) -> None:
        day = self.case.day_of(self.now)
        owners = (SCHOOL, CARE, POLICE)
        actions = tuple(Action(what="Visit", owner=owners[(pick + n) % 3], by=day + dt.timedelta(days=n)) for n in days)
        self.happens(PlanProposed(by=self.party(pick), at=self.at(ago), actions=actions, fields=WORDS))

    @precondition(lambda self: self.case.plan)
    @rule(pick=PICK, ago=AGO, who=st.sampled_from(["one", "all", "all", "not"]))
    def confirm(self, pick: int, ago: int, who: str) -> None:
        version = self.case.plan.version if self.case.plan else 0
        if who == "not":
            self.happens(ConfirmationWithdrawn(by=self.party(pick), version=version))
            return
        for party in range(len(self.case.parties) if who == "all" else 1):
            self.happens(PlanConfirmed(by=self.party(pick + party), at=self.at(ago), version=version))

    @rule(pick=PICK, ago=AGO)
    def raises_risk_or_telephones(self, pick: int, ago: int) -> None:
        call = ActDone(by=Actor(), act="statutory-services-telephoned", at=self.at(ago))
        self.happens(RiskRaised(at=self.at(ago)) if pick % 2 else call)

    @precondition(lambda self: any(duty.is_overdue for duty in self.case.outstanding))
    @rule()
    def acknowledges(self) -> None:
        self.happens(AlertAcknowledged(by=Actor(role="on-call")))

    @precondition(lambda self: self.case.joint)
    @rule(pick=PICK, other=PICK)
    def contests(self, pick: int, other: int) -> None:
        joint = sorted(self.case.joint)
        self.happens(Contested(by=self.party(other), entry=joint[pick % len(joint)], reason="Not so"))

    @rule(pick=PICK, ago=st.sampled_from([0, 1, 3, 30, 300]), strike=st.booleans())
    def corrects(self, pick: int, ago: int, strike: bool) -> None:
        made = [entry for entry in self.entries if entry.kind in {"act", "outcome"}] or self.entries
        entry = made[-1 - pick % len(made)]
        happened = next((o for o in self.case.occurrences if o.entry == entry.number), None)
        by = self.party(pick)
        if happened and happened.party in {party.id for party in self.case.parties}:
            by = by.but(agency=happened.party)
        at = None if strike else entry.at + dt.timedelta(hours=ago - 3)
        self.happens(Corrected(by=by, entry=entry.number, reason="Mistyped", happened_at=at, strike=strike))

    @precondition(lambda self: self.case.ended)
    @rule(pick=PICK, ago=AGO)
    def reopens(self, pick: int, ago: int) -> None:
        self.happens(Reopened(by=self.party(pick), at=self.at(ago), reason="It fell apart"))

    @precondition(lambda self: self.case.ended)
    @rule(pick=PICK)
    def waives(self, pick: int) -> None:
        for duty in self.case.outstanding[: 1 + pick]:
            self.happens(Waived(by=self.party(pick), duty=duty.id, reason="The agency was dissolved"))

    @precondition(lambda self: len(self.entries) % 4 == 0)
    @rule(pick=PICK)
    def links_or_is_refused(self, pick: int) -> None:
        refused = MessageRefused(name="act", why="unknown", sentence="No.")
        self.happens(refused if pick % 2 else Linked(by=self.party(pick), other=f"ESC-{pick % 3}"))

    # --- who does it, and who is told

    @precondition(lambda self: self.case.outstanding)
    @rule(pick=PICK, other=PICK, hours=st.sampled_from([-1, 2, 30, 300, None]))
    def hands_over(self, pick: int, other: int, hours: int | None) -> None:
        duty = self.case.outstanding[pick % len(self.case.outstanding)]
        by = Actor(role="operations", person="office-7") if not other % 4 else self.party(other)
        roles = [*self.case.policy.roles]
        agency = (by.agency or CARE, by.agency, "", TRUST)[pick % 4]
        to = Actor(agency=agency, role=roles[other % len(roles)])
        until = None if hours is None else self.now + dt.timedelta(hours=hours)
        self.happens(DutyHandedOver(by=by, duty=duty.id, to=to, until=until, reason="On leave"))

    @precondition(lambda self: any(duty.handed for duty in self.case.outstanding))
    @rule(pick=PICK)
    def does_what_was_handed_over(self, pick: int) -> None:
        having = [(duty, one) for duty in self.case.outstanding for one in duty.handed]
        duty, one = having[pick % len(having)]
        act = duty.acts[pick % len(duty.acts)]
        told = self.case.policy.acts.get(act.partition(".")[0])
        method = told.methods[0] if told and told.methods else ""
        fields = {**WORDS, "action": str(duty.action)}
        self.happens(ActDone(by=one.to, act=act, stage=duty.stage, method=method, fields=fields))

    @rule(pick=PICK, why=st.sampled_from(["not-mine", "left"]), mended=st.booleans())
    def says_that_it_is_not_theirs(self, pick: int, why: Literal["not-mine", "left"], mended: bool) -> None:
        by = self.party(pick)
        if pick % 3 == 0:
            by = Actor(role=("on-call", "on-call.second", "on-call.duty-manager")[pick % 2])
        self.happens(Misdirected(by=by, why=why))
        if mended:
            self.happens(SeatMended(by=Actor(role="operations", person="office-7"), seat=by))

    @precondition(lambda self: len(self.entries) % 5 == 0)
    @rule(pick=PICK)
    def adds_a_contact(self, pick: int) -> None:
        role = [*self.case.policy.roles][pick % len(self.case.policy.roles)]
        self.happens(GuestAdded(by=self.party(pick), agency="childminder", role=role, title="Childminder"))

    # --- time

    @rule(hours=st.sampled_from([1, 5, 24, 60, 200]))
    def passes(self, hours: int) -> None:
        """Let time pass, stopping at each moment on the way, as a worker does."""
        target = self.now + dt.timedelta(hours=hours)
        for _ in range(2000):
            moment = next_moment(self.case)
            if moment is None or moment > target:
                self.now = target
                return
            self.now = max(self.now, moment)
            before = self.case
            self.keep(decide(self.case, MomentPassed(), self.now))
            assert self.case != before, "a moment passed and changed nothing"
        raise AssertionError("moments go round in a circle")

    @rule(hours=st.sampled_from([1, 30, 300]))
    def sleeps(self, hours: int) -> None:
        """Let time pass with no worker running."""
        self.now += dt.timedelta(hours=hours)

    # --- what must hold

    @invariant()
    def somebody_is_awaited(self) -> None:
        if self.case.closed_at is None:
            standing = status_of(self.case)
            assert standing.next_moment or standing.waits_for, "the case waits for nobody and nothing"

    @invariant()
    def what_is_overdue_alerts_again(self) -> None:
        alerting = [d for d in self.case.outstanding if d.is_overdue and d.acknowledged_until is None]
        assert not alerting or self.case.pace.next_at is not None, "an overdue duty will never alert again"

    @invariant()
    def duties_rest_on_entries(self) -> None:
        kinds = {entry.number: entry.kind for entry in self.entries}
        overdue = {(entry.number, entry.body["duty"]) for entry in self.entries if entry.kind == "overdue"}
        for number, duty in enumerate(self.case.duties, 1):
            assert duty.id == number
            assert kinds[duty.trigger]
            assert (duty.state == "done") == (duty.done_at is not None) == bool(duty.done_entry), duty
            assert not duty.done_entry or kinds[duty.done_entry]
            assert (duty.state in {"lapsed", "waived"}) == bool(duty.ended_because), duty
            assert duty.overdue_at is None or (duty.overdue_entry, duty.id) in overdue, "an overdue entry was lost"
            assert duty.strength != "may" or duty.overdue_at is None, "a `may` was overdue"
            if duty.is_outstanding and duty.late_from is not None and duty.due is not None:
                assert duty.late_from >= duty.due, "late before it was due"

    @invariant()
    def nothing_is_owed_where_nobody_is(self) -> None:
        open_now = {(visit.stage, visit.number) for visit in self.case.open_visits}
        for duty in self.case.outstanding:
            told = self.case.rule_of(duty)
            if duty.stage and told is not None and KEPT not in told.until:
                assert (duty.stage, duty.visit) in open_now, "a step that was left still asks for something"
            if not duty.stage and told is not None and not told.until:
                assert self.case.ended is None, "the dispute ended and still asks for something"

    @invariant()
    def visits_are_in_order(self) -> None:
        for stage in {visit.stage for visit in self.case.visits}:
            visits = [visit for visit in self.case.visits if visit.stage == stage]
            assert [visit.number for visit in visits] == list(range(1, len(visits) + 1))
            assert not any(visit.is_open for visit in visits if visit.struck), "what never happened is open"
            stood = [visit for visit in visits if not visit.struck]
            assert not any(visit.is_open for visit in stood[:-1]), "one step is open twice"

    @invariant()
    def a_dispute_is_somewhere_or_has_ended(self) -> None:
        strands = [self.case.policy.stage(visit.stage).strand for visit in self.case.open_visits]
        assert ("dispute" in strands) == (self.case.ended is None)

    @invariant()
    def closed_is_nothing_owed(self) -> None:
        owed = [duty for duty in self.case.outstanding if duty.strength != "may"]
        told = all(risk.tell_at is None for risk in self.case.risks)
        closed = self.case.ended is not None and not owed and not self.case.open_visits and told
        assert closed == (self.case.closed_at is not None)

    def teardown(self) -> None:
        if not hasattr(self, "case"):
            return
        again = Escalation.model_validate_json(self.case.model_dump_json())
        assert again == self.case
        assert status_of(again) == status_of(self.case)
        self.kept.folds()


class OnTheShippedPolicy(Hands):
    pass


class OnMadePolicies(Hands):
    policy_of = policies()


PROFILE = settings(
    max_examples=1500 if SOAK else 60,
    stateful_step_count=50 if SOAK else 30,
    derandomize=not SOAK,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestOnTheShippedPolicy: Any = OnTheShippedPolicy.TestCase
TestOnTheShippedPolicy.settings = PROFILE
TestOnMadePolicies: Any = OnMadePolicies.TestCase
TestOnMadePolicies.settings = PROFILE
