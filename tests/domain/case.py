"""A case for tests: opens one, lets people act in one line each, lets time pass from moment to moment.

Two invented parties disagree: a school raises, social care receives. Times are London times.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest

from adapters.calendars import load_calendar
from adapters.policies import load_policy
from adapters.register.editions import Editions
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.decided import Decided
from domain.case.effects import Entry, Notice
from domain.case.patch import State, case_of, state_of, with_changes
from domain.case.plan import Action
from domain.case.state import Answer, Duty, Escalation
from domain.commands import (
    ActDone,
    AlertAcknowledged,
    ConfirmationWithdrawn,
    Contested,
    Event,
    MomentPassed,
    Opening,
    OutcomeSaid,
    PlanConfirmed,
    PlanProposed,
    Reopened,
    RiskRaised,
)
from domain.decide import Decision, decide, decided_of, open_case
from domain.engine.moments import next_moment
from domain.policy import Policy
from domain.policy.local_settings import Local
from domain.time.calendar import Calendar
from domain.views.replay import decided_today, otherwise
from domain.views.status import waits_for

SCHOOL, CARE, POLICE, TRUST = "hill-school", "social-care", "police", "nhs-trust"
PARTNERS = (SCHOOL, CARE, POLICE, TRUST)
LONDON = ZoneInfo("Europe/London")
TOLERANT = Local(tolerance="same working day", untimed="5 working days")
"""Settings with which every duty but a `may` one is late some day."""
TUESDAY = "2025-03-04 10:00"


def london(text: str) -> dt.datetime:
    """Return the instant at which London's clocks show *text*."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(dt.UTC)


@cache
def lincolnshire() -> Policy:
    """Return the shipped policy."""
    return load_policy(Path(__file__).parents[2] / "policies" / "lincolnshire.toml")[0]


@cache
def england() -> Calendar:
    """Return the calendar of England and Wales."""
    return load_calendar("england-and-wales", window=(2024, 2031))


def must_be_decided_alike(decided: Iterable[Decided], editions: Editions) -> None:
    """See that today's rules, asked about each decision on the case as it was kept before, take the same."""
    state: State = {}
    before: Escalation | None = None
    for one in decided:
        state = with_changes(state, one.changes)
        after = editions.case(state)
        what = otherwise(one, after, decided_today(before, one.entries, after.policy, after.calendar))
        assert not what, f"entry {one.entries[0].number}: today's rules {what}"
        before = after


class Kept:
    """What the record keeps of a case: each decision that made an entry, with all that changed since the one before."""

    def __init__(self) -> None:
        self.decided: list[Decided] = []
        self.case: Escalation | None = None
        """As the last of them left it."""
        self.editions = Editions(lambda _: None)

    def add(self, decision: Decision) -> Decided | None:
        """Take a decision and return what is kept of it; one without an entry is left to the next that makes any."""
        assert decision.entries or not decision.notices, "somebody is told of what is in no entry"
        decided = decided_of(decision, self.case)
        if decided is None:
            return None
        self.decided.append(decided)
        self.case = decision.escalation
        self.editions.know(self.case.policy)
        self.editions.know(self.case.calendar)
        return decided

    def state(self) -> State:
        """Return the fold of all that was kept, each read back from JSON."""
        state: State = {}
        for one in self.decided:
            state = with_changes(state, Decided.model_validate_json(one.model_dump_json()).changes)
        return state

    def is_decided_alike(self) -> None:
        """Each decision, asked of today's rules on the case as it was kept before, is the same."""
        must_be_decided_alike(self.decided, self.editions)

    def folds(self) -> None:
        """The changes alone give the case, down to the order of what is kept by name."""
        assert self.case is not None
        state = self.state()
        assert state == state_of(self.case)
        again = case_of(state, self.case.policy, self.case.calendar)
        assert again == self.case
        assert repr(again) == repr(self.case)


class Case:
    """One case as it goes on, with all its entries and notices so far."""

    def __init__(self, opened: str = TUESDAY, *, entered: str = "", policy: Policy | None = None, **said: Any) -> None:
        self.now = london(entered or opened)
        opening = Opening(
            **{
                "case": "ESC-TEST",
                "policy": policy or lincolnshire(),
                "calendar": england(),
                "local": TOLERANT,
                "raising": SCHOOL,
                "receiving": (CARE,),
                "partners": PARTNERS,
                "raiser": Actor(role="practitioner"),
                "opened_at": london(opened),
            }
            | said
        )
        self.opening = opening
        self.entries: list[Entry] = []
        self.notices: list[Notice] = []
        self.kept = Kept()
        self.last: Decision = open_case(opening, self.now)
        self._keep(self.last)

    # --- events

    def takes(self, event: Event) -> Answer:
        """Let *event* happen now, and keep what it brings about."""
        self._keep(decide(self.state, event, self.now))
        return self.last.answer

    def _keep(self, decision: Decision) -> None:
        self.last = decision
        self.state: Escalation = decision.escalation
        self.entries += decision.entries
        self.notices += decision.notices
        self.kept.add(decision)

    def does(self, party: str, act: str, role: str = "", at: str = "", **said: Any) -> Answer:
        """Let a party do an act, with the act's own fields and first method filled in where none are given."""
        told = self.state.policy.acts.get(act.partition(".")[0])
        if told:
            said["fields"] = {**dict.fromkeys(told.fields, "as said"), **said.get("fields", {})}
            plain = act.partition(".")[2] != "date-set"
            said.setdefault("method", told.methods[0] if told.methods and plain else "")
        return self.takes(ActDone(by=self.seat(party, role), at=_instant(at), act=act, **said))

    def acts_as(self, by: Actor, act: str, **said: Any) -> Answer:
        """Let somebody do an act, whoever they are."""
        return self.takes(ActDone(by=by, act=act, **said))

    def says_as(self, by: Actor, outcome: str, **said: Any) -> Answer:
        """Let somebody say an outcome, whoever they are."""
        return self.takes(OutcomeSaid(by=by, outcome=outcome, **said))

    def reopens(self, party: str) -> Answer:
        """Let a party reopen the dispute."""
        return self.takes(Reopened(by=self.seat(party), reason="It is not settled"))

    def says(self, party: str, outcome: str, role: str = "", at: str = "", **said: Any) -> Answer:
        """Let a party say an outcome, with words for whatever it needs."""
        said.setdefault("fields", {"reason": "as said", "interim-safety": "as said"})
        return self.takes(OutcomeSaid(by=self.seat(party, role), at=_instant(at), outcome=outcome, **said))

    def proposes(self, party: str, by: str = "2025-12-01", owner: str = CARE, at: str = "", **said: Any) -> Answer:
        """Let a party propose a plan of one action."""
        role = said.pop("role", "")
        said.setdefault("actions", (Action(what="Visit the home", owner=owner, by=dt.date.fromisoformat(by)),))
        said.setdefault("fields", {"fits-existing-plan": "yes"})
        return self.takes(PlanProposed(by=self.seat(party, role), at=_instant(at), **said))

    def confirms(self, party: str, version: int = 0, at: str = "", role: str = "", **said: Any) -> Answer:
        """Let a party confirm the newest version of the plan, or the one named."""
        number = version or (self.state.plan.version if self.state.plan else 1)
        return self.takes(PlanConfirmed(by=self.seat(party, role), at=_instant(at), version=number, **said))

    def unconfirms(self, party: str, version: int) -> Answer:
        """Let a party take its confirmation back."""
        return self.takes(ConfirmationWithdrawn(by=self.seat(party), version=version))

    def contests(self, party: str, entry: int) -> Answer:
        """Let a party contest what was entered with its name in it."""
        return self.takes(Contested(by=self.seat(party), entry=entry, reason="It was not so"))

    def raises_risk(self, **said: Any) -> Answer:
        """Let somebody raise immediate risk."""
        return self.takes(RiskRaised(**said))

    def takes_call(self, at: str = "") -> Answer:
        """Let somebody say that the statutory services were telephoned."""
        return self.takes(ActDone(by=Actor(), act="statutory-services-telephoned", at=_instant(at)))

    def takes_as(self, party: str, role: str, person: str) -> Answer:
        """Let a named person discuss it."""
        by = Actor(agency=party, role=role, person=person)
        return self.takes(ActDone(by=by, act="discussion", method="telephone"))

    def acknowledges(self) -> Answer:
        """Let the lead on call say that the alert was seen."""
        return self.takes(AlertAcknowledged(by=Actor(role="slo", agency=POLICE)))

    def agree(self, at: str = "", **said: Any) -> Answer:
        """Let both parties agree on a plan."""
        self.proposes(SCHOOL, at=at, **said)
        return self.confirms(CARE, at=at)

    # --- time

    def pass_to(self, when: str) -> Self:
        """Let time pass to *when*, stopping at each moment on the way, as a worker does."""
        target = london(when)
        for _ in range(10_000):
            moment = next_moment(self.state)
            if moment is None or moment > target:
                self.now = target
                return self
            assert moment >= self.now or moment >= self.state.opened_at
            self.now = max(self.now, moment)
            before = self.state
            self.takes(MomentPassed())
            assert self.state != before, "a moment passed and changed nothing"
        raise AssertionError("moments go round in a circle")

    def sleep_to(self, when: str) -> Self:
        """Let time pass with no worker running."""
        self.now = london(when)
        return self

    # --- the ladder

    def climb_to(self, stage: str) -> Self:
        """Go up by disagreement, until *stage* is open."""
        for _ in range(5):
            if stage in self.stages:
                return self
            self.says(SCHOOL, "not-agreed")
        raise AssertionError(f"no way to {stage}")

    def set_date(self, date: str, chair: Actor | None = None, **said: Any) -> Answer:
        """Let the raising side set the chaired meeting's date, with a chair from the police unless said."""
        chair = chair or Actor(agency=POLICE, role="slo")
        return self.does(SCHOOL, "chaired-meeting.date-set", date=london(date), chair=chair, **said)

    # --- reading

    def seat(self, party: str, role: str = "") -> Actor:
        """Return who speaks for a party at the open dispute stage, or in the named role."""
        sides = {p.id: p.side for p in self.state.parties}
        if not role and party in sides:
            stages = [s for v in self.state.visits[::-1] if (s := self.state.policy.stage(v.stage)).strand == "dispute"]
            role = next(r for s in stages for r in getattr(s, sides[party])[:1])
        return Actor(agency=party, role=role or "slo")

    @property
    def stages(self) -> list[str]:
        """Ids of the open stages."""
        return [visit.stage for visit in self.state.open_visits]

    @property
    def ended(self) -> str:
        """How the dispute ended, or an empty string."""
        return self.state.ended.how if self.state.ended else ""

    def duty(self, rule: str, party: str = "") -> Duty:
        """Return the newest duty of a rule, of one party where each has its own."""
        found = [d for d in self.state.duties if str(d.origin) == rule and party in {"", d.party}]
        assert found, f"no duty {rule} {party}"
        return found[-1]

    def duties(self, rule: str) -> list[Duty]:
        """Return every duty of a rule, in order."""
        return [duty for duty in self.state.duties if str(duty.origin) == rule]

    def kinds(self) -> list[str]:
        """Return the kinds of the entries so far."""
        return [entry.kind for entry in self.entries]

    def of_kind(self, kind: str) -> list[Entry]:
        """Return the entries of a kind."""
        return [entry for entry in self.entries if entry.kind == kind]

    def told(self, kind: str) -> list[tuple[str, str]]:
        """Return who was told by notices of a kind: role and agency."""
        return [(notice.to.role, notice.to.agency) for notice in self.notices if notice.kind == kind]

    def replays(self) -> None:
        """What is kept of it gives the same case by no rule; and the rules decide the same, asked again from that."""
        self.kept.folds()
        self.kept.is_decided_alike()

    def waits_for(self) -> tuple[str, ...]:
        """Name whom the case waits for."""
        return waits_for(self.state)


def _instant(at: str) -> dt.datetime | None:
    return london(at) if at else None


def refused(case: Case, call: Callable[[], object]) -> Refusal:
    """Return the refusal that *call* meets, having seen that it reads as a sentence and left the case as it was."""
    before = case.state
    with pytest.raises(Refusal) as caught:
        call()
    sentence = caught.value.sentence
    assert sentence.rstrip().endswith((".", ".)", "?")), sentence
    assert len(sentence) > 30, sentence
    assert before is case.state
    return caught.value


def numbers(entries: Iterable[Entry]) -> list[int]:
    """Return the numbers of entries."""
    return [entry.number for entry in entries]
