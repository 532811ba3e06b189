"""Where a case stands now, as lists and people read it: made from the case, never the other way."""

from datetime import datetime

from ..base.people import Party
from ..base.value import Instant, Value
from ..case.effects import Recipient
from ..case.plan import PlanVersion
from ..case.state import Delegation, Duty, Escalation, Risk, Visit, WrongRecipient
from ..command_table.built_in import VOID
from ..commands.acts.offer import Offer
from ..commands.acts.offers import awaited
from ..engine.draft import Draft, owner_of, say_when, title_of
from ..engine.moments import next_moment
from ..engine.telling import owning
from ..policy.act_kinds import ACT_KINDS
from ..policy.event_words import cited, ways_words
from .waiting import Waiting, waiting


class OpenStage(Value):
    """A stage that is open."""

    id: str
    title: str
    visit: int
    opened_at: Instant


class OwedNow(Value):
    """A duty that is outstanding."""

    id: int
    what: str
    by: str
    owed_by: tuple[Recipient, ...] = ()
    """The seats that owe it; none where anybody may, or only may be done, or where it was entered before this was."""
    stage: str = ""
    strength: str
    arose_at: Instant
    due: Instant | None = None
    due_words: str = ""
    how: str = ""
    """In which ways it may be done, and which do not count; empty where the policy leaves that open."""
    whose: str = ""
    """Whose number or date set the clock, where it was not the policy's."""
    target: Instant | None = None
    """A later date once it is late, to which it stays late."""
    late_from: Instant | None = None
    overdue: bool = False
    acknowledged_until: Instant | None = None
    clause: str = ""
    of_risk: bool = False
    """True for what immediate risk itself asks: nobody waives it."""
    handed: tuple[Delegation, ...] = ()
    """Who has it for a time; some may be over by now."""


class Decision(Value):
    """A decision that stands, also while it is challenged, until another takes its place (rule 34)."""

    act: str
    title: str
    entry: int
    at: Instant
    by: str = ""
    """Party id; empty where no party made it."""


class WasLate(Value):
    """A duty that was late and is owed no more: done after its time, or never done. It stays so (rule 7)."""

    id: int
    what: str
    by: str
    due: Instant | None = None
    due_words: str = ""
    state: str
    """`done`, `lapsed` or `waived`."""
    at: Instant | None = None
    """When it was done."""
    entry: int = 0
    """Number of the entry by which it was done."""
    because: str = ""
    """Why it was let go undone."""


class CaseStatus(Value):
    """The present state of a case. A cache: the entries are the record."""

    case: str
    as_of: int
    """Number of the last entry this state has taken in."""
    policy: str
    policy_title: str
    edition: str
    track: str
    opened_at: Instant
    parties: tuple[Party, ...]
    raised_by: str
    own_record: str = ""
    """The number under which the raising agency keeps it."""
    stages: tuple[OpenStage, ...]
    urgency: str
    """`immediate risk`, `urgent` or `ordinary`."""
    risks: tuple[Risk, ...] = ()
    """Immediate risk that is not dealt with; who has it is in the entries."""
    owed: tuple[OwedNow, ...]
    overdue: int
    next_due: Instant | None = None
    next_moment: Instant | None = None
    waits_for: tuple[str, ...] = ()
    """Whom the case waits for, in words."""
    plan: PlanVersion | None = None
    planned: dict[str, Instant] = {}
    seats: dict[str, str] = {}
    decisions: tuple[Decision, ...] = ()
    """Decisions that stand, by act."""
    offers: tuple[Offer, ...] = ()
    """Acts, outcomes and the plan that something waits for; what else may be said is worked out when it is asked."""
    waiting: tuple[Waiting, ...] = ()
    """What one side has said or proposed and the other has yet to answer."""
    late: tuple[WasLate, ...] = ()
    """What was late and is owed no more."""
    reopened_entry: int = 0
    """Number of the last reopening; a plan that was agreed before it ends nothing any more."""
    misdirected: tuple[WrongRecipient, ...] = ()
    """Seats whose people said that it is not theirs."""
    ended: str = ""
    ended_at: Instant | None = None
    closed_at: Instant | None = None

    @property
    def stage(self) -> str:
        """The stage for lists: the open dispute stage, else any open one, else `void`, `closed` or `ended`."""
        return self.stages[0].id if self.stages else _over(self.ended, self.closed_at)


def stage_shown(case: Escalation) -> str:
    """Return what `Standing.stage` is, without working out the rest."""
    visits = dispute_first(case)
    return visits[0].stage if visits else _over(case.ended.how if case.ended else "", case.closed_at)


def _over(how: str, closed_at: datetime | None) -> str:
    return VOID if how == VOID else "closed" if closed_at else "ended"


def overdue(case: Escalation) -> int:
    """Return how many duties are overdue."""
    return sum(1 for duty in case.outstanding if duty.is_overdue)


def agencies(case: Escalation) -> tuple[str, ...]:
    """Return the agencies of the parties, each once, in alphabetical order."""
    return tuple(sorted({party.agency for party in case.parties}))


def dispute_first(case: Escalation) -> list[Visit]:
    """Return the open visits, those of the dispute before others."""
    return sorted(case.open_visits, key=lambda visit: case.policy.stage(visit.stage).strand != "dispute")


def status_of(case: Escalation) -> CaseStatus:
    """Read off where a case stands."""
    policy = case.policy
    draft = Draft(case, case.opened_at)
    owed = tuple(_owed(draft, duty) for duty in case.outstanding)
    return CaseStatus(
        case=case.case,
        as_of=case.entries,
        policy=policy.id,
        policy_title=policy.title,
        edition=policy.edition_in_full,
        track=case.track,
        opened_at=case.opened_at,
        parties=case.parties,
        raised_by=str(case.raiser),
        own_record=case.own_record,
        stages=tuple(
            OpenStage(id=v.stage, title=policy.stage(v.stage).title, visit=v.number, opened_at=v.opened_at)
            for v in dispute_first(case)
        ),
        urgency=urgency(case),
        risks=tuple(risk.but(acknowledged_until=None) for risk in case.open_risks),
        owed=owed,
        overdue=overdue(case),
        next_due=next_due(case),
        next_moment=next_moment(case),
        waits_for=waits_for(case),
        plan=case.plan,
        planned=case.planned,
        seats={role: seat.agency for role, seat in case.seats.items()},
        decisions=decisions(case),
        misdirected=case.misdirected,
        offers=() if case.closed_at else awaited(case),
        waiting=waiting(case),
        late=was_late(case),
        reopened_entry=case.reopened_entry,
        ended=case.ended.how if case.ended else "",
        ended_at=case.ended.at if case.ended else None,
        closed_at=case.closed_at,
    )


def as_known_then(today: CaseStatus, then: CaseStatus) -> CaseStatus:
    """Return *today* as it would have been entered when *then* was: without what was not kept at that time."""
    if "risks" not in then.model_fields_set:
        today = today.but(risks=())
    if any("sayers" not in one.model_fields_set for one in then.offers):
        today = today.but(offers=then.offers)
    if any("of_risk" not in one.model_fields_set for one in then.owed):
        today = today.but(owed=tuple(one.but(of_risk=False) for one in today.owed))
    if "waiting" not in then.model_fields_set:
        today = today.but(waiting=(), late=(), reopened_entry=0)
    if not any("how" in one.model_fields_set for one in then.owed):
        today = today.but(owed=tuple(one.but(how="") for one in today.owed))
    if any("owed_by" in one.model_fields_set for one in then.owed):
        return today
    return today.but(owed=tuple(one.but(owed_by=()) for one in today.owed))


def was_late(case: Escalation) -> tuple[WasLate, ...]:
    """Return what was late and is owed no more, in order of arising."""
    return tuple(
        WasLate(
            id=duty.id,
            what=title_of(case, duty),
            by=owner_of(case, duty),
            due=duty.due,
            due_words=say_when(case, duty),
            state=duty.state,
            at=duty.done_at,
            entry=duty.done_entry,
            because=duty.ended_because,
        )
        for duty in case.duties
        if duty.was_late or (duty.done_at is None and not duty.is_outstanding and duty.overdue_at is not None)
    )


def decisions(case: Escalation) -> tuple[Decision, ...]:
    """Return the newest decision of each kind the policy knows."""
    newest: dict[str, Decision] = {}
    for happened in case.occurrences:
        act = happened.names[0]
        if act in case.policy.acts and ACT_KINDS[case.policy.acts[act].kind].is_judgement:
            newest[act] = Decision(
                act=act,
                title=case.policy.act_title(act),
                entry=happened.entry,
                at=happened.at,
                by=happened.party,
            )
    return tuple(newest.values())


def urgency(case: Escalation) -> str:
    """Say how urgent a case is."""
    open_now = [case.policy.stage(visit.stage) for visit in case.open_visits]
    if any(s.strand == "risk" for s in open_now) or any(d.is_risk_call for d in case.outstanding):
        return "immediate risk"
    if any(stage.urgent for stage in open_now):
        return "urgent"
    return "ordinary"


def next_due(case: Escalation) -> datetime | None:
    """Return the earliest due moment that is still owed and can be late."""
    return min((d.due for d in case.outstanding if d.due is not None and d.late_from is not None), default=None)


def waits_for(case: Escalation) -> tuple[str, ...]:
    """Name whom a case waits for: who owes something, else who sits at the open stages."""
    owing = dict.fromkeys(owner_of(case, duty) for duty in case.outstanding if duty.strength != "may")
    if owing or case.closed_at is not None:
        return tuple(owing)
    seats = {}
    for visit in case.open_visits:
        stage = case.policy.stage(visit.stage)
        if stage.body:
            seats[case.policy.role_title(stage.body)] = True
        for party in case.parties:
            for role in getattr(stage, party.side)[:1]:
                seats[f"{case.policy.role_title(role)} of {party.id}"] = True
    return tuple(seats)


def _owed_by(draft: Draft, duty: Duty) -> tuple[Recipient, ...]:
    if duty.strength == "may":
        return ()
    return tuple(dict.fromkeys(draft.towards(seat) for seat in owning(draft, duty)))


def _owed(draft: Draft, duty: Duty) -> OwedNow:
    case = draft.case
    rule = case.rule_of(duty)
    rows = rule.rows if rule else ()
    stage = case.policy.stage(duty.stage).clause if duty.stage else ""
    places = cited(stage, *rows)
    return OwedNow(
        id=duty.id,
        what=title_of(case, duty),
        by=owner_of(case, duty),
        owed_by=_owed_by(draft, duty),
        stage=duty.stage,
        strength=duty.strength,
        arose_at=duty.arose_at,
        due=duty.due,
        due_words=say_when(case, duty),
        how=ways_words(case.policy, duty.acts),
        whose=duty.whose,
        target=duty.target,
        late_from=duty.late_from,
        overdue=duty.is_overdue,
        acknowledged_until=duty.acknowledged_until,
        clause=" – ".join(filter(None, (stage * (stage in places), ", ".join(r for r in places if r != stage)))),
        of_risk=duty.is_risk_call,
        handed=duty.handed,
    )
