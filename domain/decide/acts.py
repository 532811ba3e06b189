"""Acts: something was done and is recorded.

An act discharges duties and sets meetings, and never moves the case by itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from ..escalation import Answer, Escalation, Occurrence, Visit
from ..events import ActDone
from ..people import Party
from ..policy import Act
from ..refusals import Refusal, listed
from .actions import REPLACEMENT, action_done, must_explain, replace_action
from .agreement import agreed_by_all
from .duties import happen, plan_date
from .meetings import must_be_dated, must_be_held, seat_chair
from .offers import ACTION_ACT, RISK_ACT, offered_at, roles_for, say_offers, stage_acts
from .risk import telephoned
from .senders import event_time, is_seated, must_be_fresh, must_be_known, must_have_role
from .turn import Turn

OWN_KINDS = frozenset({"record", "decision", "form"})
"""Kinds of act that only the side that owes them records; others may be entered by anyone (rule 50)."""
DEPARTURE = "departure"
"""What an act by a discouraged method is known as: it answers to no rule's name (rule 14)."""


class Recording(NamedTuple):
    """An act on its way into the record."""

    event: ActDone
    act: Act
    name: str
    """Whole: `chaired-meeting.held`."""
    party: Party | None
    at: datetime
    visit: Visit | None
    owner: str
    """Whose duties it may discharge: a party's id, the agency of an action's owner, or nobody's own."""

    @property
    def stage(self) -> str:
        return self.visit.stage if self.visit else ""

    @property
    def part(self) -> str:
        return self.name.partition(".")[2]


def act_done(turn: Turn, event: ActDone) -> Answer:
    """Record an act."""
    if event.act == RISK_ACT:
        return telephoned(turn, event)
    party = must_be_known(turn.case, event.by)
    at = event_time(turn.case, event, turn.now)
    if event.act == ACTION_ACT:
        return action_done(turn, event, party, at)
    act_id, name = _known_act(turn.case, event.act)
    owner = party.id if party else "" if is_seated(turn.case, event.by) else event.by.agency
    recording = Recording(event, turn.case.policy.acts[act_id], name, party, at, _place(turn.case, event, name), owner)
    _must_be_theirs(turn.case, recording)
    side = party.side if party else ""
    roles = roles_for(turn.case, recording.stage, name, side)
    must_have_role(turn.case, event.by, roles, turn.case.policy.act_title(name))
    return _record(turn, recording, act_id, departs=_check(turn, recording))


def _must_be_theirs(case: Escalation, recording: Recording) -> None:
    """Refuse an act that is another's to do: a side's own record, or an agency that owes but one thing (L15)."""
    by, party, title = recording.event.by, recording.party, case.policy.act_title(recording.name)
    if party is None and not is_seated(case, by):
        if not any(duty.party == by.agency and recording.name in duty.acts for duty in case.outstanding):
            raise Refusal("wrong side", f"{by.agency} is no party to this case and owes no {title} in it.")
        return
    if party is None or not recording.stage or recording.act.kind not in OWN_KINDS:
        return
    rules = case.policy.stage(recording.stage).duties
    owing = {rule.by for rule in rules if recording.name in {case.policy.whole_act(act) for act in rule.act}}
    if owing and owing <= {"raising", "receiving"} - {party.side}:
        raise Refusal("wrong side", f"{title.capitalize()} is for the {listed(sorted(owing))} side to record.")


def _record(turn: Turn, recording: Recording, act_id: str, *, departs: bool) -> Answer:
    event, at = recording.event, recording.at
    others = _taking_part(turn.case, recording)
    _enter(turn, recording, departs=departs)
    entry = turn.entry
    if recording.part == "date-set" and event.date:
        turn.change(planned={**turn.case.planned, act_id: event.date})
        seat_chair(turn, event, act_id, recording.stage)
    if recording.part == "held":
        turn.change(planned={meeting: date for meeting, date in turn.case.planned.items() if meeting != act_id})
    owed_before = {duty.id: duty for duty in turn.case.outstanding}
    happen(turn, _occurrence(turn, recording, entry, others, departs=departs), event.by)
    if recording.part == "date-set":
        plan_date(turn, act_id)
    _tell_others(turn, recording, owed_before, entry)
    if REPLACEMENT in recording.act.fields:
        replace_action(turn, _action(event), event.fields.get(REPLACEMENT, ""))
    agreed_by_all(turn, at)
    return Answer(sentence=_answer(turn, recording, owed_before), entry=entry)


def _occurrence(turn: Turn, recording: Recording, entry: int, others: tuple[str, ...], *, departs: bool) -> Occurrence:
    return Occurrence(
        entry=entry,
        names=(DEPARTURE,) if departs else turn.case.policy.act_names(recording.name),
        stage=recording.stage,
        visit=recording.visit.number if recording.visit else 0,
        side=recording.party.side if recording.party else "",
        party=recording.owner,
        at=recording.at,
        others=others,
        action=_action(recording.event),
    )


def _known_act(case: Escalation, name: str) -> tuple[str, str]:
    act_id = name.partition(".")[0]
    act = case.policy.acts.get(act_id)
    if act is None:
        raise Refusal("unknown", f"{name!r} is not an act of this policy. {say_offers(case)}")
    if act.kind == "plan":
        raise Refusal(
            "not open",
            "A plan is agreed by proposing it and confirming it: use `propose`, then `confirm` by every party.",
        )
    return act_id, case.policy.whole_act(name)


def _place(case: Escalation, event: ActDone, name: str) -> Visit | None:
    """Find the visit an act belongs to; None for a duty of the whole case (rules 24, 30 and 50)."""
    title = case.policy.act_title(name)
    if event.stage:
        visits = [visit for visit in case.visits if visit.stage == event.stage]
        if not visits or not offered_at(case, event.stage, name):
            raise Refusal("not open", f"{title} is not recorded at {event.stage}. {say_offers(case)}")
        must_be_fresh(case, event, visits)
        return visits[-1]
    named = [visit for visit in case.open_visits if name in stage_acts(case, visit.stage)]
    if len(named) > 1:
        stages = listed([visit.stage for visit in named], "or")
        raise Refusal("not open", f"Several open steps ask for {title}: say which with the step's id, {stages}.")
    if named:
        return named[0]
    kept = [duty for duty in case.outstanding if name in duty.acts]
    if any(not duty.stage for duty in kept):
        return None
    if kept:
        return next(v for v in case.visits if (v.stage, v.number) == (kept[-1].stage, kept[-1].visit))
    must_be_fresh(case, event, [visit for visit in case.visits if name in stage_acts(case, visit.stage)])
    free = [visit for visit in case.open_visits if offered_at(case, visit.stage, name)]
    free.sort(key=lambda visit: case.policy.stage(visit.stage).strand != "dispute")
    if not free:
        raise Refusal("not open", f"{title} is not open now. {say_offers(case)}")
    return free[0]


def _check(turn: Turn, recording: Recording) -> bool:
    """Refuse what is missing; return True where the method departs from the policy (L9)."""
    event, act, part = recording.event, recording.act, recording.part
    asked = act.fields
    if REPLACEMENT in asked and not must_explain(turn.case, _action(event), recording.owner):
        asked = tuple(field for field in asked if field != REPLACEMENT)
    missing = [field.replace("-", " ") for field in asked if not event.fields.get(field, "").strip()]
    if missing:
        raise Refusal("missing", f"{turn.case.policy.act_title(recording.name)} also needs: {listed(missing)}.")
    if part == "date-set":
        must_be_dated(turn.case, event, recording.at)
    if part in {"held", "minutes"}:
        must_be_held(turn.case, event, act, recording.name, recording.party, recording.visit)
    allowed = [*act.methods, *act.discouraged]
    if allowed and not event.method and part != "date-set":
        raise Refusal("missing", f"Say how it was done: {listed(allowed, 'or')}.")
    if allowed and event.method and event.method not in allowed:
        raise Refusal(
            "not allowed", f"{event.method} is not a method this policy knows here: use {listed(allowed, 'or')}."
        )
    if event.method not in act.discouraged:
        return False
    turn.warnings.append(
        f"The policy advises against {event.method} for this. It is recorded as a departure and does not count: "
        f"{listed(list(act.methods), 'or')} is still owed."
    )
    return True


def _taking_part(case: Escalation, recording: Recording) -> tuple[str, ...]:
    """Return the other parties said to have taken part; with one other party it need not be named (rule 15)."""
    others = [p for p in case.parties if p != recording.party]
    for name in recording.event.with_parties:
        if not any(name in {p.id, p.agency} for p in others):
            known = listed([p.id for p in others], "or")
            raise Refusal(
                "unknown", f"{name} is not another party to this case, so it cannot have taken part as one: {known}."
            )
    if not recording.event.with_parties:
        return (others[0].id,) if len(others) == 1 else ()
    return tuple(p.id for p in others if {p.id, p.agency} & set(recording.event.with_parties))


def _enter(turn: Turn, recording: Recording, *, departs: bool) -> None:
    event, visit = recording.event, recording.visit
    turn.enter_said(
        "act",
        recording.at,
        event,
        act=recording.name,
        stage=recording.stage,
        visit=visit.number if visit else 0,
        departure=departs,
        before_opening=recording.at < turn.case.opened_at,
    )


def _action(event: ActDone) -> int:
    number = event.fields.get("action", "")
    return int(number) if number.isdecimal() and len(number) < 4 else 0


def _tell_others(turn: Turn, recording: Recording, owed_before: Mapping[int, object], entry: int) -> None:
    """Tell the other parties of an act entered for all; each may contest it (rule 15)."""
    joint = [
        d
        for d in turn.case.duties
        if d.id in owed_before and d.by == "together" and d.state == "done" and d.done_entry == entry
    ]
    if not joint:
        return
    turn.change(joint={**turn.case.joint, entry: joint[0].id})
    stage = joint[0].stage
    turn.notify(
        "act-recorded",
        [turn.seat(p, stage) for p in turn.case.parties if p != recording.party],
        step=turn.case.policy.stage(stage).title if stage else "",
        fact=turn.case.policy.act_title(recording.name),
        by=recording.party.id if recording.party else turn.case.policy.role_title(recording.event.by.role),
    )


def _answer(turn: Turn, recording: Recording, owed_before: Mapping[int, object]) -> str:
    done = [turn.title_of(d) for d in turn.case.duties if d.id in owed_before and d.state == "done"]
    where = f" at {turn.case.policy.stage(recording.stage).title}" if recording.stage else ""
    met = f" Done by it: {listed(list(dict.fromkeys(done)))}." if done else " Nothing that was owed is done by it."
    return f"Recorded: {turn.case.policy.act_title(recording.name)}{where}.{met}"
