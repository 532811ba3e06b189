"""Stages: opening, leaving, merging, ending, closing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ..base.people import Actor, Party
from ..base.refusals import Refusal, listed
from ..case.effects import Recipient
from ..case.state import Ended, Escalation, Occurrence, Risk, Visit
from ..policy import Outcome, Policy, Track, graph
from ..policy.graph import DONE, END, RISK, ROUTE
from ..policy.shape import applies, holds
from .discharging import lapse, lapse_dispute, lapse_visit
from .draft import OUTAGE_SECONDS, Turn
from .duties import happen
from .pauses import end_pause, go_on_after_step, stop_for_step
from .seats import ON_CALL, involved, supporters

TOGETHER = timedelta(minutes=5)
"""For so long after a notice of immediate risk what is raised again in the same case waits, to be told together."""
CLOSED = "the case was closed"
ROUTE_ENDS = frozenset({"stopped", "noted"})
"""Ends of one route alone, where the dispute goes on at another step."""


def open_stage(turn: Turn, stage_id: str, at: datetime, because: int = 0) -> None:
    """Open a stage: a new numbered visit, its duties, and a notice to those who sit there.

    One already open is merged into (rule 25).
    """
    stage = turn.case.policy.stage(stage_id)
    raised = any(o.entry == because and "risk.raised" in o.names for o in turn.case.occurrences)
    already = next((visit for visit in turn.case.open_visits if visit.stage == stage_id), None)
    if already is not None:
        entry = turn.enter("stage-merged", at, stage=stage_id)
        if because:
            turn.put_visit(already.but(joined_by=(*already.joined_by, because)))
        if stage.strand == RISK and not raised:
            if (told := told_just_now(turn)) is not None:
                keep_for_later(turn, entry, at, stage_id, told)
            else:
                keep_risk(turn, entry, at, stage_id)
                _tell_of_risk(turn, stage_id)
        return
    number = 1 + sum(1 for visit in turn.case.visits if visit.stage == stage_id)
    turn.change(visits=(*turn.case.visits, Visit(stage=stage_id, number=number, opened_at=at, opened_by_entry=because)))
    entry = turn.enter("stage-opened", at, stage=stage_id, visit=number, title=stage.title)
    happen(turn, Occurrence(entry=entry, names=("opened",), stage=stage_id, visit=number, at=at))
    if stage.formal and not any("formal.opened" in happened.names for happened in turn.case.occurrences):
        happen(turn, Occurrence(entry=entry, names=("formal.opened",), at=at))
    stop_for_step(turn)
    if stage.strand == RISK:
        keep_risk(turn, because if raised else entry, at, stage_id)
    tell_opened(turn, stage_id, number)


def keep_risk(turn: Turn, entry: int, at: datetime, route: str = "") -> None:
    """Keep immediate risk that was raised; whoever has acknowledged what is owed for it has not seen this one."""
    _keep(turn, Risk(entry=entry, at=at, route=route, known_at=turn.now, told=(entry,)))


def told_just_now(turn: Turn) -> Risk | None:
    """Return the open risk of which everybody was told within the last minutes, so that another may wait for more.

    Also where more waits already and its time has just come.
    """
    told = [risk for risk in turn.case.open_risks if risk.tell_at is None]
    latest = max(told, key=lambda risk: risk.known_at, default=None)
    more_waits = len(told) < len(turn.case.open_risks)
    return latest if latest is not None and (more_waits or turn.now < latest.known_at + TOGETHER) else None


def keep_for_later(turn: Turn, entry: int, at: datetime, route: str, told: Risk) -> Risk:
    """Keep immediate risk that was raised again, to be told with all that comes meanwhile; returns all of it."""
    waiting = next((risk for risk in turn.case.risks if risk.tell_at is not None), None)
    if waiting is None:
        risk = Risk(entry=entry, at=at, route=route, known_at=turn.now, tell_at=told.known_at + TOGETHER)
    else:
        latest = max(at, waiting.newest)
        risk = waiting.but(again=waiting.again + 1, latest=latest, last=entry, acknowledged_until=None)
        turn.change(risks=tuple(one for one in turn.case.risks if one != waiting))
    _keep(turn, risk)
    return risk


def _keep(turn: Turn, risk: Risk) -> None:
    untold = (one for one in turn.case.risks if one.tell_at is not None)
    turn.change(risks=(*dict.fromkeys((*turn.case.open_risks, *untold)), risk))
    for duty in turn.case.owed_for(risk):
        turn.put_duty(duty.but(acknowledged_until=None))


def tell_opened(turn: Turn, stage_id: str, number: int) -> None:
    """Tell each side's seat what it owes in a visit that has just opened."""
    stage = turn.case.policy.stage(stage_id)
    owed = [
        duty
        for duty in turn.case.outstanding
        if (duty.stage, duty.visit) == (stage_id, number) and duty.strength != "may"
    ]
    all_owed = tuple(turn.owed(duty) for duty in owed)
    if stage.strand == RISK:
        _tell_of_risk(turn, stage_id)
    for party in turn.case.parties if stage.raising or stage.receiving else ():
        theirs = tuple(turn.owed(duty) for duty in owed if duty.party in {"", party.id})
        if getattr(stage, party.side):
            turn.notify(
                "step-opened",
                (turn.seat(party, stage_id),),
                step=stage.title,
                owed=theirs,
                late=is_late(turn, turn.now),
            )
    if stage.body:
        turn.notify("step-opened", turn.seats(stage.body), step=stage.title, owed=all_owed)
    turn.notify("step-opened", supporters(turn.case), step=stage.title)


def _tell_of_risk(turn: Turn, stage_id: str) -> None:
    """Tell the lead on call and the raiser of the immediate risk that was kept last, before anybody else is told."""
    risk = turn.case.open_risks[-1]
    owed = tuple(turn.owed(duty) for duty in turn.case.owed_for(risk))
    step = turn.case.policy.stage(stage_id).title
    turn.notify("risk", (ON_CALL, turn.raiser()), entry=risk.entry, step=step, owed=owed)


def is_late(turn: Turn, due: datetime) -> bool:
    """Did the case notice a moment long after it passed?"""
    return (turn.now - due).total_seconds() > OUTAGE_SECONDS


def leave(turn: Turn, visit: Visit, at: datetime, outcome: str, entry: int) -> None:
    """Close a visit: what it still owed lapses, but for duties kept until done."""
    turn.put_visit(visit.but(left_at=at, outcome=outcome, left_by_entry=entry))
    lapse_visit(turn, visit.stage, visit.number)
    happen(turn, Occurrence(entry=entry, names=("left",), stage=visit.stage, visit=visit.number, at=at))
    go_on_after_step(turn)


def declare(
    turn: Turn,
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
    happened = Occurrence(
        entry=entry,
        names=(outcome.id, "outcome"),
        stage=stage,
        visit=visit.number if visit else 0,
        side=party.side if party else "",
        party=party.id if party else "",
        at=at,
    )
    happen(turn, happened, by)
    seats = [turn.raiser(), *(turn.seat(p, stage) for p in involved(turn.case)), *supporters(turn.case)]
    if outcome.said_by in turn.case.policy.bodies:
        seats += turn.seats(outcome.said_by)
    step = turn.case.policy.stage(stage).title if stage else turn.case.policy.title
    sayer = str(turn.known(by)) if by else "every party"
    turn.notify("outcome", seats, step=step, fact=turn.case.policy.outcome_title(outcome), by=sayer)
    follow(turn, visit, outcome, at, entry, chosen)


def follow(turn: Turn, visit: Visit | None, outcome: Outcome, at: datetime, entry: int, chosen: str = "") -> None:
    """Go where an outcome leads: leave its stage, open others, end the dispute, or stay (a finding)."""
    if visit is not None and outcome.leads_to:
        leave(turn, visit, at, outcome.id, entry)
    for target in outcome.leads_to:
        if target.startswith(END) and not _goes_on_elsewhere(turn.case, visit, target.removeprefix(END)):
            end(turn, target.removeprefix(END), outcome.id, visit.stage if visit else "", at, entry)
    steps = steps_of(turn.case, visit, outcome, chosen)
    if ROUTE in outcome.leads_to:
        turn.change(track=other_route(turn.case).id)
    for target in steps:
        open_stage(turn, target, at, entry)


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


def end(turn: Turn, how: str, outcome: str, stage: str, at: datetime, entry: int) -> None:
    """End the dispute: every open dispute stage closes; other strands and duties kept until done go on (rule 27).

    What has ended stays ended as it did.
    """
    if turn.case.ended is not None:
        return
    for visit in turn.case.open_visits:
        if turn.case.policy.stage(visit.stage).strand == "dispute":
            leave(turn, visit, at, outcome, entry)
    turn.change(ended=Ended(how=how, outcome=outcome, stage=stage, at=at, entry=entry))
    lapse_dispute(turn)
    end_pause(turn, turn.now, "the dispute ended")
    policy = turn.case.policy
    turn.change(seats={role: seat for role, seat in turn.case.seats.items() if not policy.roles[role].seat})
    number = turn.enter("ended", at, how=how, outcome=outcome)
    happen(turn, Occurrence(entry=number, names=("ended", f"ended.{how}"), at=at))


def close_if_done(turn: Turn) -> None:
    """Close the case once the dispute has ended and nothing is owed any more (rule 48)."""
    case = turn.case
    owes = bool(case.open_visits) or any(duty.strength != "may" for duty in case.outstanding)
    owes |= any(risk.tell_at is not None for risk in case.risks)
    if case.closed_at is not None and owes:  # immediate risk after the end, or an act entered very late
        turn.change(closed_at=None)
    if case.ended is None or case.closed_at is not None or owes:
        return
    turn.enter("closed", turn.now, how=case.ended.how)
    for duty in turn.case.outstanding:
        lapse(turn, duty, CLOSED)
    turn.change(closed_at=turn.now)
    turn.notify("closed", _everyone(turn), step=case.policy.title)


def _everyone(turn: Turn) -> Iterable[Recipient]:
    last = turn.case.ended.stage if turn.case.ended else ""
    return tuple(dict.fromkeys((turn.raiser(), *(turn.seat(party, last) for party in involved(turn.case)))))


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
