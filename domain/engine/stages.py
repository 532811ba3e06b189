"""Stages: opening, leaving, merging, ending, closing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ..base.people import Actor, Party
from ..base.refusals import Refusal, listed
from ..case.effects import Recipient
from ..case.state import Ended, Escalation, Happened, Risk, Visit
from ..command_table.built_in import VOID
from ..policy import Outcome, Policy, Track, graph
from ..policy.graph import DONE, END, RISK, ROUTE
from ..policy.shape import applies, holds
from .discharging import CLOSED, lapse
from .draft import OUTAGE_SECONDS, Draft
from .duties import happen
from .pauses import end_pause, go_on_after_step, stop_for_step
from .seats import ON_CALL, involved, supporters

TOGETHER = timedelta(minutes=5)
"""For so long after a notice of immediate risk what is raised again in the same case waits, to be told together."""
ROUTE_ENDS = frozenset({"stopped", "noted"})
"""Ends of one route alone, where the dispute goes on at another step."""


def open_stage(draft: Draft, stage_id: str, at: datetime, because: int = 0) -> None:
    """Open a stage: a new numbered visit, its duties, and a notice to those who sit there.

    One already open is merged into (rule 25).
    """
    stage = draft.case.policy.stage(stage_id)
    raised = any(o.entry == because and "risk.raised" in o.names for o in draft.case.occurrences)
    already = next((visit for visit in draft.case.open_visits if visit.stage == stage_id), None)
    if already is not None:
        entry = draft.enter("stage-merged", at, stage=stage_id)
        if because:
            draft.put_visit(already.but(joined_by=(*already.joined_by, because)))
        if stage.strand == RISK and not raised:
            if (told := told_just_now(draft)) is not None:
                keep_for_later(draft, entry, at, stage_id, told)
            else:
                keep_risk(draft, entry, at, stage_id)
                _tell_of_risk(draft, stage_id)
        return
    number = 1 + sum(1 for visit in draft.case.visits if visit.stage == stage_id)
    draft.change(
        visits=(*draft.case.visits, Visit(stage=stage_id, number=number, opened_at=at, opened_by_entry=because))
    )
    entry = draft.enter("stage-opened", at, stage=stage_id, visit=number, title=stage.title)
    happen(draft, Happened(entry=entry, names=("opened",), stage=stage_id, visit=number, at=at))
    if stage.formal and not any("formal.opened" in happened.names for happened in draft.case.occurrences):
        happen(draft, Happened(entry=entry, names=("formal.opened",), at=at))
    stop_for_step(draft)
    if stage.strand == RISK:
        keep_risk(draft, because if raised else entry, at, stage_id)
    tell_opened(draft, stage_id, number)


def keep_risk(draft: Draft, entry: int, at: datetime, route: str = "") -> None:
    """Keep immediate risk that was raised; whoever has acknowledged what is owed for it has not seen this one."""
    _keep(draft, Risk(entry=entry, at=at, route=route, known_at=draft.now, told=(entry,)))


def told_just_now(draft: Draft) -> Risk | None:
    """Return the open risk of which everybody was told within the last minutes, so that another may wait for more.

    Also where more waits already and its time has just come.
    """
    told = [risk for risk in draft.case.open_risks if risk.tell_at is None]
    latest = max(told, key=lambda risk: risk.known_at, default=None)
    more_waits = len(told) < len(draft.case.open_risks)
    return latest if latest is not None and (more_waits or draft.now < latest.known_at + TOGETHER) else None


def keep_for_later(draft: Draft, entry: int, at: datetime, route: str, told: Risk) -> Risk:
    """Keep immediate risk that was raised again, to be told with all that comes meanwhile; returns all of it."""
    waiting = next((risk for risk in draft.case.risks if risk.tell_at is not None), None)
    if waiting is None:
        risk = Risk(entry=entry, at=at, route=route, known_at=draft.now, tell_at=told.known_at + TOGETHER)
    else:
        latest = max(at, waiting.newest)
        risk = waiting.but(again=waiting.again + 1, latest=latest, last=entry, acknowledged_until=None)
        draft.change(risks=tuple(one for one in draft.case.risks if one != waiting))
    _keep(draft, risk)
    return risk


def _keep(draft: Draft, risk: Risk) -> None:
    untold = (one for one in draft.case.risks if one.tell_at is not None)
    draft.change(risks=(*dict.fromkeys((*draft.case.open_risks, *untold)), risk))
    for duty in draft.case.owed_for(risk):
        draft.put_duty(duty.but(acknowledged_until=None))


def tell_opened(draft: Draft, stage_id: str, number: int) -> None:
    """Tell each side's seat what it owes in a visit that has just opened."""
    stage = draft.case.policy.stage(stage_id)
    owed = [
        duty
        for duty in draft.case.outstanding
        if (duty.stage, duty.visit) == (stage_id, number) and duty.strength != "may"
    ]
    all_owed = tuple(draft.owed(duty) for duty in owed)
    if stage.strand == RISK:
        _tell_of_risk(draft, stage_id)
    for party in draft.case.parties if stage.raising or stage.receiving else ():
        theirs = tuple(draft.owed(duty) for duty in owed if duty.party in {"", party.id})
        if getattr(stage, party.side):
            draft.notify(
                "step-opened",
                (draft.seat(party, stage_id),),
                step=stage.title,
                owed=theirs,
                late=is_late(draft, draft.now),
            )
    if stage.body:
        draft.notify("step-opened", draft.seats(stage.body), step=stage.title, owed=all_owed)
    draft.notify("step-opened", supporters(draft.case), step=stage.title)


def _tell_of_risk(draft: Draft, stage_id: str) -> None:
    """Tell the lead on call and the raiser of the immediate risk that was kept last, before anybody else is told."""
    risk = draft.case.open_risks[-1]
    owed = tuple(draft.owed(duty) for duty in draft.case.owed_for(risk))
    step = draft.case.policy.stage(stage_id).title
    draft.notify("risk", (ON_CALL, draft.raiser()), entry=risk.entry, step=step, owed=owed)


def is_late(draft: Draft, due: datetime) -> bool:
    """Did the case notice a moment long after it passed?"""
    return (draft.now - due).total_seconds() > OUTAGE_SECONDS


def leave(draft: Draft, visit: Visit, at: datetime, outcome: str, entry: int) -> None:
    """Close a visit: what it still owed lapses, but for duties kept until done."""
    draft.put_visit(visit.but(left_at=at, outcome=outcome, left_by_entry=entry))
    left = Happened(entry=entry, names=("left",), stage=visit.stage, visit=visit.number, at=at)
    happen(draft, left)
    go_on_after_step(draft)


def declare(
    draft: Draft,
    visit: Visit | None,
    outcome: Outcome,
    at: datetime,
    entry: int,
    by: Actor | None,
    party: Party | None,
    chosen: str = "",
) -> None:
    """Let an outcome have happened: tell everybody concerned, and go where it leads."""
    stage = visit.stage if visit else ""
    happened = Happened(
        entry=entry,
        names=(outcome.id, "outcome"),
        stage=stage,
        visit=visit.number if visit else 0,
        side=party.side if party else "",
        party=party.id if party else "",
        at=at,
    )
    happen(draft, happened, by)
    seats = [draft.raiser(), *(draft.seat(p, stage) for p in involved(draft.case)), *supporters(draft.case)]
    if outcome.said_by in draft.case.policy.bodies:
        seats += draft.seats(outcome.said_by)
    step = draft.case.policy.stage(stage).title if stage else draft.case.policy.title
    sayer = str(draft.known(by)) if by else "every party"
    draft.notify("outcome", seats, step=step, fact=draft.case.policy.outcome_title(outcome), by=sayer)
    follow(draft, visit, outcome, at, entry, chosen)


def follow(draft: Draft, visit: Visit | None, outcome: Outcome, at: datetime, entry: int, chosen: str = "") -> None:
    """Go where an outcome leads: leave its stage, open others, end the dispute, or stay (a finding)."""
    if visit is not None and outcome.leads_to:
        leave(draft, visit, at, outcome.id, entry)
    for target in outcome.leads_to:
        if target.startswith(END) and not _goes_on_elsewhere(draft.case, visit, target.removeprefix(END)):
            end(draft, target.removeprefix(END), outcome.id, visit.stage if visit else "", at, entry)
    steps = steps_of(draft.case, visit, outcome, chosen)
    if ROUTE in outcome.leads_to:
        draft.change(track=other_route(draft.case).id)
    for target in steps:
        open_stage(draft, target, at, entry)


def _goes_on_elsewhere(case: Escalation, visit: Visit | None, how: str) -> bool:
    """Does the dispute go on at another step, so that this route alone has failed (rule 27)?"""
    if how not in ROUTE_ENDS or visit is None or case.policy.stage(visit.stage).strand != "dispute":
        return False
    return any(case.policy.stage(visit.stage).strand == "dispute" for visit in case.open_visits)


def steps_of(case: Escalation, visit: Visit | None, outcome: Outcome, chosen: str) -> tuple[str, ...]:
    """Return the ids of the stages that an outcome opens: where it leads to, then what it opens beside."""
    ways = [target for target in outcome.leads_to if target != DONE and not target.startswith(END)]
    return (*(_stage_of(case, visit, target, chosen) for target in ways), *outcome.opens)


def revives(case: Escalation, visit: Visit | None, outcome: Outcome, chosen: str = "") -> str:
    """Return the step of the dispute that an outcome would open though the dispute has ended, or nothing.

    From beside the dispute no way leads back into one that has ended: that is what reopening is for (rule 33).
    """
    if case.ended is None:
        return ""
    steps = steps_of(case, visit, outcome, chosen)
    return next((step for step in steps if case.policy.stage(step).strand == "dispute"), "")


def _stage_of(case: Escalation, visit: Visit | None, target: str, chosen: str) -> str:
    if target == "chosen":
        return chosen
    if target == ROUTE:
        return other_route(case).stages[0]
    if target in {"next", "previous"} and visit is not None:
        return beside(case, visit.stage, 1 if target == "next" else -1) or visit.stage
    return target


def other_route(case: Escalation) -> Track:
    """Return the first other track whose conditions hold by now; the case's own where none does."""
    own = case.policy.track(case.track)
    fitting = (track for track in case.policy.tracks if applies(case.facts, track.if_, track.unless))
    return next((track for track in fitting if track != own), own)


def beside(case: Escalation, stage: str, step: int) -> str:
    """Return the stage that many places on in the order of the case's track, or of a track that has one.

    Empty if none has.
    """
    tracks = sorted(
        case.policy.tracks,
        key=lambda track: (track.id != case.track, not applies(case.facts, track.if_, track.unless)),
    )
    return graph.beside(tracks, stage, step)


def end(draft: Draft, how: str, outcome: str, stage: str, at: datetime, entry: int) -> None:
    """End the dispute: every open dispute stage closes; other strands and duties kept until done go on (rule 27).

    What has ended stays ended as it did.
    """
    if draft.case.ended is not None:
        return
    for visit in draft.case.open_visits:
        if draft.case.policy.stage(visit.stage).strand == "dispute":
            leave(draft, visit, at, outcome, entry)
    draft.change(ended=Ended(how=how, outcome=outcome, stage=stage, at=at, entry=entry))
    ended = Happened(entry=entry, names=("ended", f"ended.{how}"), at=at)
    policy = draft.case.policy
    draft.change(seats={role: seat for role, seat in draft.case.seats.items() if not policy.roles[role].seat})
    number = draft.enter("ended", at, how=how, outcome=outcome)
    happen(draft, ended.but(entry=number))
    end_pause(draft, draft.now, "the dispute ended")


def close_if_done(draft: Draft) -> None:
    """Close the case once the dispute has ended and nothing is owed any more (rule 48)."""
    case = draft.case
    owes = owes_still(case) or any(risk.tell_at is not None for risk in case.risks)
    if case.closed_at is not None and owes:  # immediate risk after the end, or an act entered very late
        draft.change(closed_at=None)
    if case.ended is None or case.closed_at is not None or owes:
        return
    draft.enter("closed", draft.now, how=case.ended.how)
    let_go_at_close(draft)
    draft.change(closed_at=draft.now)
    if case.ended.how != VOID or case.ended.entry not in draft.numbers:  # else they were just told more
        draft.notify("closed", _everyone(draft), step=case.policy.title)


def let_go_at_close(draft: Draft) -> None:
    """Let go what may be done, once nothing else is owed."""
    for duty in draft.case.outstanding:
        lapse(draft, duty, CLOSED)


def owes_still(case: Escalation) -> bool:
    """Is a step open, or anything owed that must or should be done?"""
    return bool(case.open_visits) or any(duty.strength != "may" for duty in case.outstanding)


def _everyone(draft: Draft) -> Iterable[Recipient]:
    last = draft.case.ended.stage if draft.case.ended else ""
    return tuple(dict.fromkeys((draft.raiser(), *(draft.seat(party, last) for party in involved(draft.case)))))


def where(case: Escalation) -> str:
    """Say where a case now is."""
    stages = [case.policy.stage(visit.stage).title.rstrip("?.") for visit in case.open_visits]
    if stages:
        return f"The case is at: {listed(stages)}."
    return f"The dispute has ended: {case.ended.how}." if case.ended else "No step is open."


def choose_track(policy: Policy, facts: dict[str, str]) -> Track:
    """Return the first track whose conditions hold. Raises Refusal, naming the fact that would decide."""
    for track in policy.tracks:
        if applies(facts, track.if_, track.unless):
            return track
    asked = sorted({fact for track in policy.tracks for fact in _still_open(track, facts)})
    raise Refusal("missing", f"No track of {policy.title} fits what was said: give {listed(asked, 'or')}.")


def _still_open(track: Track, facts: dict[str, str]) -> set[str]:
    """Return the facts that a track asks for and nobody has answered; none where an answer already rules it out."""
    asked = {*track.if_, *track.unless}
    answered = {name: wanted for name, wanted in track.if_.items() if name in facts}
    return {name for name in asked if name not in facts} if holds(facts, answered) else set()
