"""Duties: how they arise, are discharged, lapse, and get better clocks."""

from collections.abc import Iterator

from ..escalation import Duty, Occurrence
from ..people import Actor
from ..policy import DutyRule
from ..policy.names import ANY
from .clocks import planned, reckon, rewound, wound
from .lasting import KEPT, is_over
from .lookup import applies, matches
from .turn import ON_CALL, Turn

CASE = "case"


def happen(turn: Turn, happened: Occurrence, by: Actor | None = None) -> None:
    """Let something have happened: it discharges, re-winds clocks, lapses and raises duties, in that order."""
    turn.remember(happened)
    discharge(turn, happened, by)
    _rewind(turn)
    _lapse_until(turn, happened)
    _arise(turn, happened)


# --- arising


def _arise(turn: Turn, happened: Occurrence) -> None:
    """Raise one duty for each rule, triggering entry and party (rule 10)."""
    case = turn.case
    for key, rule in case.policy.rules.items():
        owner = key.partition("/")[0]
        stage = "" if owner == CASE else owner
        visit = max((v.number for v in case.visits if v.stage == stage), default=0) if stage else 0
        if stage and not visit:
            continue
        if not any(
            matches(case.policy.event(text), happened, stage, visit) for text in rule.when or (f"{stage}.opened",)
        ):
            continue
        if not applies(case.facts, rule.if_, rule.unless) or is_over(case, rule, stage, visit):
            continue
        if "overdue" in happened.names and _sprang_from(turn, happened.entry, key):
            continue
        repeats = any(case.policy.event(text).stage == ANY or text == "action.overdue" for text in rule.when)
        for by, party in _owners(turn, rule, happened):
            if repeats or not _stands_already(turn, key, happened, visit, party):
                _raise(turn, key, rule, happened, stage, visit, by, party)


def _stands_already(turn: Turn, key: str, happened: Occurrence, visit: int, party: str) -> bool:
    """A rule that does not repeat has raised its duty in this visit (for the whole case: from this trigger)."""
    return any(
        duty.rule == key and duty.party == party and (duty.visit == visit if visit else True)
        for duty in turn.case.duties
        if visit or duty.trigger == happened.entry or not happened.stage
    )


def _sprang_from(turn: Turn, entry: int, key: str) -> bool:
    """Did this lateness come of the rule's own, straight or by others? Then it raises it no more, or it never ended."""
    late = {duty.overdue_entry: duty for duty in turn.case.duties if duty.overdue_entry}
    while entry in late:
        if late[entry].rule == key:
            return True
        entry = late[entry].trigger
    return False


def _owners(turn: Turn, rule: DutyRule, happened: Occurrence) -> Iterator[tuple[str, str]]:
    """Yield who owes it: the word for it, and the party where one party does."""
    parties = turn.case.parties
    match rule.by:
        case "each party":
            yield from (("each party", party.id) for party in parties)
        case "raising" | "receiving":
            yield from ((rule.by, party.id) for party in parties if party.side == rule.by)
        case "raiser":
            yield from (("raiser", party.id) for party in parties[:1])
        case "action owner":
            yield "action owner", happened.party
        case _:
            yield rule.by, ""


def _raise(
    turn: Turn, key: str, rule: DutyRule, happened: Occurrence, stage: str, visit: int, by: str, party: str
) -> None:
    duty = Duty(
        id=len(turn.case.duties) + 1,
        rule=key,
        acts=tuple(turn.case.policy.whole_act(act) for act in rule.act),
        by=by,
        party=party,
        stage=stage,
        visit=visit,
        strength=rule.strength,
        trigger=happened.entry,
        arose_at=happened.at,
        known_at=turn.now,
        anchor_at=happened.at,
        action=happened.action if rule.by == "action owner" else 0,
    )
    duty = wound(duty, reckon(turn.case, rule, duty, turn.now), turn.now)
    for act in duty.acts:
        meeting, _, aspect = act.partition(".")
        if aspect == "held" and turn.case.planned.get(meeting, happened.at) > happened.at:
            duty = planned(duty, turn.case.planned[meeting], turn.now)
    turn.put_duty(duty)
    turn.note("arose", duty.id, happened.entry)


# --- being discharged


def discharge(turn: Turn, happened: Occurrence, by: Actor | None) -> None:
    """Discharge every duty that names the act, for that visit and owner (rule 13)."""
    for duty in turn.case.duties:
        if _answers(turn, duty, happened, by):
            done(turn, duty, happened)


def _answers(turn: Turn, duty: Duty, happened: Occurrence, by: Actor | None) -> bool:
    if duty.is_outstanding and _is_settled(turn, duty, happened):
        return True
    if happened.names[0] not in duty.acts or not _may_still(turn, duty, happened):
        return False
    if duty.action and duty.action != happened.action:
        return False
    if duty.stage:
        in_place = happened.stage == duty.stage and happened.visit == duty.visit
    else:
        in_place = happened.at >= duty.arose_at
    if not in_place:
        return False
    if duty.party:
        return happened.party == duty.party
    if duty.by == "together" and happened.party and happened.names[0].partition(".")[2] != "date-set":
        return all(p.id in {happened.party, *happened.others} for p in turn.case.parties)
    if duty.by in turn.case.policy.roles:
        return by is not None and by.role == duty.by
    return True


def _is_settled(turn: Turn, duty: Duty, happened: Occurrence) -> bool:
    """Is it an event that the rule takes for the act: `done_by`, such as the opening of the next stage?

    An event that is one party's own settles that party's duty alone; one that is nobody's settles everybody's.
    """
    rule = turn.case.rule_of(duty)
    if rule is None or happened.at < duty.arose_at or happened.entry == duty.trigger:
        return False
    if duty.party and happened.party and duty.party != happened.party:
        return False
    events = (turn.case.policy.event(text) for text in rule.done_by)
    return any(matches(event, happened, duty.stage, duty.visit) for event in events)


def _may_still(turn: Turn, duty: Duty, happened: Occurrence) -> bool:
    """An act entered for a visit already left re-judges the duties that lapsed with it (rule 30)."""
    if duty.is_outstanding:
        return True
    if duty.state != "lapsed" or not duty.stage:
        return False
    left = next((v.left_at for v in turn.case.visits if (v.stage, v.number) == (duty.stage, duty.visit)), None)
    return left is not None and happened.at <= left


def done(turn: Turn, duty: Duty, happened: Occurrence) -> None:
    """Mark a duty done, in time or late; stop its alert and tell those alerted, once (rules 6 and 7)."""
    finished = duty.but(state="done", done_at=happened.at, done_entry=happened.entry, ended_because="")
    turn.put_duty(finished)
    turn.note("done", duty.id, happened.entry)
    if duty.overdue_at is None:
        return
    if finished.was_late:
        _tell_alerted(turn, finished, "It was done late, and that stays on the record.")
    else:
        withdraw(turn, finished, "done in time, entered late")
        _tell_alerted(turn, finished, "It was done in time and entered late.")


def withdraw(turn: Turn, duty: Duty, because: str) -> None:
    """Enter that a duty was not overdue after all; the overdue entry stays, what sprang from it lapses (rule 6)."""
    turn.enter("overdue-withdrawn", turn.now, duty=duty.id, what=turn.title_of(duty), because=because)
    for sprung in turn.case.outstanding:
        if sprung.trigger == duty.overdue_entry:
            lapse(turn, sprung, "the duty it sprang from was not overdue")


def _tell_alerted(turn: Turn, duty: Duty, fact: str) -> None:
    if duty.alerted:
        turn.notify("alert-withdrawn", (ON_CALL,), owed=(turn.owed(duty),), fact=fact)


def lapse(turn: Turn, duty: Duty, because: str) -> None:
    """Let an undone duty go; it is counted as not done (rule 21)."""
    turn.put_duty(duty.but(state="lapsed", ended_because=because))
    turn.note("lapsed", duty.id)


def lapse_visit(turn: Turn, stage: str, visit: int) -> None:
    """Let go what was still owed in a visit that was left, but for duties kept until done."""
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        if (duty.stage, duty.visit) == (stage, visit) and not (rule and KEPT in rule.until):
            lapse(turn, duty, "its step was left")


def lapse_dispute(turn: Turn) -> None:
    """Let go the duties of the whole case that end with the dispute."""
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        if not duty.stage and rule is not None and not rule.until:
            lapse(turn, duty, "the dispute ended")


def _lapse_until(turn: Turn, happened: Occurrence) -> None:
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        ends = [text for text in rule.until if text != KEPT] if rule else []
        if any(matches(turn.case.policy.event(text), happened, duty.stage, duty.visit) for text in ends):
            lapse(turn, duty, "its time to be done has ended")


# --- better clocks


def _rewind(turn: Turn) -> None:
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        if rule is None:
            continue
        better = rewound(turn.case, rule, duty, turn.now)
        if better is duty:
            continue
        put_rewound(turn, better, "a better start was recorded")


def unwind(turn: Turn) -> None:
    """Reckon again every clock whose start has been taken off the record (rule 15)."""
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        if rule is None or not duty.anchor or not rule.of:
            continue
        clock = reckon(turn.case, rule, duty, turn.now)
        if (clock.anchor, clock.anchor_at) != (duty.anchor, duty.anchor_at) and duty.anchor in rule.of:
            put_rewound(turn, wound(duty, clock, turn.now), "its start was contested")


def put_rewound(turn: Turn, duty: Duty, because: str) -> None:
    """Put a duty with its new clock in place; where that leaves it not overdue any more, say so."""
    turn.put_duty(duty)
    turn.note("rewound", duty.id)
    if duty.overdue_at and duty.late_from and duty.late_from > turn.now:
        withdraw(turn, duty, because)
        turn.put_duty(
            duty.but(overdue_at=None, acknowledged_until=None, overdue_entry=0, alerted=False),
        )
        _tell_alerted(turn, duty, f"It is not late after all: {because}.")


def plan_date(turn: Turn, meeting: str) -> None:
    """Give every outstanding `.held` of a meeting its date; a date that moves takes its lateness along."""
    for duty in turn.case.outstanding:
        if f"{meeting}.held" in duty.acts:
            moved = planned(duty, turn.case.planned[meeting], turn.now)
            put_rewound(turn, moved, "it has a new date")
