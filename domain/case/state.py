"""The state of one escalation: one value, from which everything the case is and owes can be read."""

from datetime import date
from typing import Literal

from ..base.identities import Claim, ClaimKey, OpenIssue, Origin, PlanAction, RiskCall, RuleKey, Seat
from ..base.people import Actor, Party
from ..base.value import Instant, Value
from ..policy import DutyRule, Policy
from ..policy.local_settings import Local
from ..time.calendar import Calendar
from .plan import PlanVersion

NotTheirs = Literal["not-mine", "left"]
"""Why a notice did not reach the right person: it is not their case, or they have left."""


class Filled(Value):
    """A number that the policy leaves unknown, set locally."""

    within: str
    whose: str
    entry: int = 0
    """Entry that set it; 0 where it came with the opening."""


class Pause(Value):
    """The dispute's clocks stand still."""

    since: Instant
    until: Instant | None = None
    """None while a stage that pauses is open."""
    entry: int


class Delegation(Value):
    """Somebody has a duty for a time. Its owner still owes it, and is told of it as before."""

    agency: str = ""
    """Agency whose share of it this is; empty where a seat of the partnership owes it."""
    to: Actor
    until: Instant


class WrongRecipient(Value):
    """Those who usually sit in a seat said that it is not theirs; who is next there is told instead."""

    seat: Seat
    why: NotTheirs
    person: str = ""
    """Handle of who said so."""


class Happened(Value):
    """Something that happened and that rules may speak of."""

    entry: int
    names: tuple[str, ...]
    """Every name it is known under: `chaired-meeting.held` and `meeting.held`."""
    stage: str = ""
    visit: int = 0
    side: str = ""
    party: str = ""
    at: Instant
    """Event time."""
    known_at: Instant | None = None
    """Entry time, where that is another."""
    others: tuple[str, ...] = ()
    """Other parties that took part."""
    by: Actor | None = None
    """In which seat somebody did it, without who they are; None for what nobody did."""
    action: int = 0
    """For `action.overdue`: which action of the plan."""
    answer: str = ""
    """For an answer to what the policy asks about the case: what it is."""
    issue: int = 0
    """For an issue that the plan left open and that was concluded: which one."""


class Visit(Value):
    """One opening of a stage."""

    stage: str
    number: int
    """1 for the first visit of this stage."""
    opened_at: Instant
    opened_by_entry: int = 0
    """Number of the outcome's entry that opened it; 0 for the first stage of all."""
    joined_by: tuple[int, ...] = ()
    """Entries of what would have opened it later, had it not been open already."""
    left_at: Instant | None = None
    left_by_entry: int = 0
    outcome: str = ""
    struck: bool = False
    """True where what opened it was struck out, so that it never was."""

    @property
    def is_open(self) -> bool:
        """True until the stage is left."""
        return self.left_at is None

    def has(self, thing: "Happened | Duty") -> bool:
        """Does something that happened, or is owed, belong to this visit?"""
        return (thing.stage, thing.visit) == (self.stage, self.number)


class Duty(Value):
    """Something owed. It is *outstanding* until done, lapsed or waived; overdue is a mark on it, not an end."""

    id: int
    origin: Origin
    """What it sprang from: a rule of the policy, the agreed plan, or our own route for immediate risk."""
    acts: tuple[str, ...]
    """Any one of these discharges it."""
    by: str
    """`raising`, `together`, a party's id where each owes its own, or a role."""
    party: str = ""
    stage: str = ""
    visit: int = 0
    strength: Literal["must", "should", "may"] = "should"
    trigger: int
    """Number of the entry that raised it."""
    arose_at: Instant
    known_at: Instant
    """The earliest it could be known with its present clock: entry time of the trigger, or of the change."""
    anchor: str = ""
    anchor_at: Instant
    rank: int = 0
    """Place of its anchor in the rule's list; a smaller one is better."""
    due: Instant | None = None
    late_from: Instant | None = None
    """From when it counts as overdue and alerts; None means it never does."""
    waits: str = ""
    """What its clock waits for, where it has none: `set locally – not yet known`."""
    whose: str = ""
    """Whose number or date set the clock, where it was not the policy's."""
    held_at: Instant | None = None
    """Since when its clock stands still, in a pause."""
    held_due: Instant | None = None
    """When it would have been due without the pause."""
    target: Instant | None = None
    """A later date once it is late, to which it stays late: agreed by all, its group's next, its meeting's new one."""
    reminded: tuple[str, ...] = ()
    """Local lead times of which its owner was reminded."""
    overdue_at: Instant | None = None
    overdue_entry: int = 0
    acknowledged_until: Instant | None = None
    alerted: bool = False
    state: Literal["outstanding", "done", "lapsed", "waived"] = "outstanding"
    done_at: Instant | None = None
    done_entry: int = 0
    ended_because: str = ""
    action: int = 0
    """Which action of the plan it is, or whose lateness it explains; 0 for every other duty."""
    handed: tuple[Delegation, ...] = ()
    """Who has it for a time, at most one for each agency that owes it; some may be over."""
    under: str = ""
    """The edition by which it was judged, where the case has taken another since: it is not reckoned again (51, 52)."""

    def is_at(self, happened: Happened) -> bool:
        """Did it happen in the visit for which this is owed; for a duty of the whole case, in none?"""
        return (happened.stage, happened.visit) == (self.stage, self.visit)

    @property
    def is_of_plan(self) -> bool:
        """True for what an agreed plan asks: an action of it, or an issue that it leaves open."""
        return isinstance(self.origin, PlanAction | OpenIssue)

    @property
    def is_risk_call(self) -> bool:
        """True for the telephone call that our own route for immediate risk asks for."""
        return isinstance(self.origin, RiskCall)

    @property
    def is_outstanding(self) -> bool:
        """True while it is still owed."""
        return self.state == "outstanding"

    @property
    def is_overdue(self) -> bool:
        """True while it is owed and its overdue entry was made."""
        return self.is_outstanding and self.overdue_at is not None

    @property
    def was_late(self) -> bool:
        """True where it was done after its due moment; it stays so for ever.

        A word without a number (`immediately`, or none at all) is late only past its local tolerance (rule 16).
        """
        if self.done_at is None or self.late_from is None:
            return False
        numbered = self.due is not None and self.due > self.anchor_at
        return self.done_at > (self.due if numbered and self.due else self.late_from)


class Signature(Value):
    """One signature or approval under an act."""

    act: str
    under: int
    """Number of the entry that is signed: a new version needs new signatures."""
    role: str
    party: str = ""
    person: str


class EnteredFor(Value):
    """What somebody else entered in a party's name, while the party may contest it."""

    party: str
    through: int = 0
    """Last entry of the decision that took it."""
    version: int = 0
    """Version of the plan that it confirmed for the party."""
    claims: tuple[ClaimKey, ...] = ()
    """Claims to which it added the party."""


class Ended(Value):
    """How the dispute ended. Ended is not closed: the case may still owe things."""

    how: str
    outcome: str
    stage: str
    at: Instant
    entry: int


class AlertState(Value):
    """Where the alerts of a case stand."""

    next_at: Instant | None = None
    window_from: Instant | None = None
    sent_in_window: int = 0
    climbed: int = 0
    """How many rungs the present alarm has climbed without an answer."""
    told: tuple[str, ...] = ()
    """Rungs of the rota that the present alarm has reached."""


class Risk(Value):
    """Immediate risk that was raised, once or by several of whom the leads are told together, and who has it."""

    entry: int
    """Number of the entry whose notices tell of it; until then of the first by which it was raised."""
    at: Instant
    """Event time; of the first by entry."""
    route: str = ""
    """The policy's stage for it; empty where the built-in call is owed."""
    known_at: Instant
    """Entry time; of the first."""
    again: int = 0
    """How many times more it was raised, of which the same notices tell."""
    latest: Instant | None = None
    """Latest event time of these; None where it was raised once."""
    last: int = 0
    """Entry of the last of these; 0 where it was raised once."""
    told: tuple[int, ...] = ()
    """Numbers of the entries whose notices told the leads of it."""
    tell_at: Instant | None = None
    """When they are told, where that is still to come."""
    acknowledged_until: Instant | None = None

    @property
    def newest(self) -> Instant:
        """Event time of the latest danger in it: what was done before does not answer it."""
        return self.at if self.latest is None else max(self.at, self.latest)


class Answer(Value):
    """What a message's sender is told."""

    sentence: str
    entry: int
    stages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    told: int = 0
    """Number of the entry whose notices tell of it, where that is another one."""


class Answered(Value):
    """A message that was answered: a digest of what it said, and the answer."""

    content: str
    answer: Answer


class Escalation(Value):
    """One case. Changed only by `decide`."""

    case: str
    policy: Policy
    calendar: Calendar
    local: Local
    track: str
    facts: dict[str, str]
    parties: tuple[Party, ...]
    partners: tuple[str, ...]
    kinds: dict[str, str] = {}
    """Agency id to its kind, where roles differ by kind."""
    raiser: Actor
    opened_at: Instant
    entered_at: Instant
    entries: int = 0
    """Number of the last entry made."""
    visits: tuple[Visit, ...] = ()
    occurrences: tuple[Happened, ...] = ()
    duties: tuple[Duty, ...] = ()
    plans: tuple[PlanVersion, ...] = ()
    planned: dict[str, Instant] = {}
    """Act id of a meeting to the date that was set for it."""
    seats: dict[str, Actor] = {}
    """Seats filled for this case, the independent chair's for one."""
    bodies: dict[str, tuple[Actor, ...]] = {}
    """Who sits in each body that was composed for this case."""
    signatures: tuple[Signature, ...] = ()
    hands: dict[str, tuple[str, ...]] = {}
    """Handle of a person to the steps of the dispute at which they acted."""
    filled: dict[str, Filled] = {}
    """Timescale to the number that was set for it locally."""
    case_dates: dict[str, Instant] = {}
    """Timescale to the date agreed for this case."""
    pause: Pause | None = None
    stood_still: tuple[Pause, ...] = ()
    """Pauses that are over: from when and until when the dispute's clocks stood still."""
    claims: tuple[Claim, ...] = ()
    """What some have said and others have yet to say, where it counts only by all: outcomes, dates, delays, pauses."""
    joint: dict[int, int] = {}
    """Entry number of an act done together to the duty it discharged, while it may be contested."""
    awaiting: dict[int, str] = {}
    """Entry number of an act that answers a fact once it is approved, to the answer."""
    behalf: dict[int, EnteredFor] = {}
    """Entry number to what was entered there in a party's name."""
    pace: AlertState = AlertState()
    risks: tuple[Risk, ...] = ()
    """Immediate risk in the order it was raised; some may be dealt with."""
    answered: dict[str, Answered] = {}
    """Id of a message to what it was answered, the newest last; of so many as `decide` keeps."""
    ended: Ended | None = None
    reopened_entry: int = 0
    """Number of the last reopening; a plan from before it ends nothing any more."""
    own_record: str = ""
    """The number under which the raising agency keeps it."""
    links: tuple[str, ...] = ()
    """References of other cases of the same person."""
    told: tuple[Seat, ...] = ()
    """Every seat that has been told anything of the case, in the order in which it first was."""
    misdirected: tuple[WrongRecipient, ...] = ()
    """Seats, each once, whose people said that it is not theirs."""
    closed_at: Instant | None = None

    @property
    def visited(self) -> tuple[Visit, ...]:
        """Visits in order of opening, but for those that were struck out."""
        return tuple(visit for visit in self.visits if not visit.struck)

    @property
    def open_visits(self) -> tuple[Visit, ...]:
        """Visits not left yet, in order of opening."""
        return tuple(visit for visit in self.visits if visit.is_open)

    @property
    def outstanding(self) -> tuple[Duty, ...]:
        """Duties still owed."""
        return tuple(duty for duty in self.duties if duty.is_outstanding)

    @property
    def open_risks(self) -> tuple[Risk, ...]:
        """Immediate risk that is not dealt with: its call is owed, or the policy's stage for it is open."""
        return tuple(risk for risk in self.risks if self._is_open(risk))

    def _is_open(self, risk: Risk) -> bool:
        if risk.route:
            return any(visit.stage == risk.route for visit in self.open_visits)
        call = self._call_for(risk)
        return call is not None and call.is_outstanding

    def _call_for(self, risk: Risk) -> Duty | None:
        """Return the telephone call that is owed or was made for a risk: one call stands for all that is open."""
        calls = (d for d in self.duties if isinstance(d.origin, RiskCall) and d.origin.risk <= risk.entry)
        return max(calls, key=lambda duty: duty.id, default=None)

    def is_for_risk(self, duty: Duty) -> bool:
        """Is a duty owed because of an immediate risk that is not dealt with?"""
        return any(duty in self.owed_for(risk) for risk in self.open_risks)

    def owed_for(self, risk: Risk) -> tuple[Duty, ...]:
        """Return what is still owed because of an immediate risk."""
        call = None if risk.route else self._call_for(risk)
        return tuple(
            duty
            for duty in self.outstanding
            if duty is call or (duty.stage == risk.route != "" and duty.strength != "may")
        )

    @property
    def plan(self) -> PlanVersion | None:
        """The newest version of the plan."""
        return self.plans[-1] if self.plans else None

    @property
    def agreed_plan(self) -> PlanVersion | None:
        """The newest version that every party has agreed, which may have a newer one proposed beside it."""
        return next((plan for plan in reversed(self.plans) if plan.agreed_at), None)

    def party(self, party_id: str) -> Party:
        """Return the party of that id; KeyError where there is none."""
        for party in self.parties:
            if party.id == party_id:
                return party
        raise KeyError(party_id)

    def rule_of(self, duty: Duty) -> DutyRule | None:
        """Return the rule a duty sprang from; None for plan actions and built-in duties."""
        return self.policy.rules.get(duty.origin) if isinstance(duty.origin, RuleKey) else None

    def said(self, about: ClaimKey) -> tuple[str, ...]:
        """Return who has said a claim so far."""
        return next((claim.said for claim in self.claims if claim.about == about), ())

    def day_of(self, instant: Instant) -> date:
        """Return the local date of an instant."""
        return self.calendar.date_of(instant)
