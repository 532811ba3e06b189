"""Acts: something was done and is recorded.

An act discharges duties and sets meetings, and never moves the case by itself.
"""

from collections.abc import Mapping

from ...base.refusals import Refusal, began, listed, meant, one_of
from ...base.words import say_instant
from ...case.state import Answer, Escalation, Occurrence, Visit
from ...command_table.built_in import ACTION_ACT, ISSUE_ACT, RISK_ACT
from ...engine.agreement import agreed_by_all
from ...engine.allowed import BY_PARTIES, offered_at, roles_for, stage_acts
from ...engine.draft import Turn
from ...engine.duties import happen
from ...engine.risk import owe_call
from ...engine.seats import has_here, party_in_whose_place
from ...engine.senders import event_time, flag_hand, is_seated, must_be_fresh, must_be_known, must_have_role
from ...engine.stages import where
from ...engine.telling import tell_addressed
from ...policy.act_kinds import ACT_KINDS, APPROVED
from ..facts import answer_fact
from .act_done import ActDone
from .actions import REPLACEMENT, action_done, issue_concluded, replace_action
from .kinds import of_kind
from .offers import say_offers
from .recording import Recording, action_number, must_be_recordable
from .signing import keep_author, say_unsigned, sign, submission

DEPARTURE = "departure"
"""What an act by a discouraged method is known as: it answers to no rule's name (rule 14)."""


def telephoned(turn: Turn, event: ActDone) -> Answer:
    """Record that the statutory services were telephoned; anyone may, whatever route the policy has beside."""
    at = min(event.at or turn.now, turn.now)
    if not turn.case.open_risks:
        raise Refusal(
            "not open", "No immediate risk is waiting for a telephone call in this case. To raise one, record `risk`."
        )
    turn.enter_said(
        "act",
        at,
        event,
        act=RISK_ACT,
    )
    entry = turn.entry
    later = [risk for risk in turn.case.open_risks if not risk.route and risk.newest > at]
    happen(turn, Occurrence(entry=entry, names=(RISK_ACT,), at=at), event.by)
    if later and not any(duty.is_risk_call for duty in turn.case.outstanding):
        first = min(later, key=lambda risk: risk.entry)
        owe_call(turn, first.entry, first.newest, first.known_at)
    still = [duty for duty in turn.case.outstanding if duty.is_risk_call]
    if still:
        raised = say_instant(still[0].arose_at, turn.case.policy.zone)
        return Answer(
            sentence=f"Recorded, but this call came before the risk was raised ({raised}): "
            "a call about it is still owed.",
            entry=entry,
        )
    said = "Recorded: the statutory services were telephoned."
    owed = [turn.title_of(duty) for risk in turn.case.open_risks for duty in turn.case.owed_for(risk)]
    if owed:
        titles = listed(list(dict.fromkeys(owed)))
        said += f" The policy asks for more, each recorded by its own name: {titles}."
    return Answer(sentence=said, entry=entry)


def act_done(turn: Turn, event: ActDone) -> Answer:
    """Record an act."""
    if event.act == RISK_ACT:
        return telephoned(turn, event)
    party = must_be_known(turn.case, event.by, anyone=_is_for_anyone(turn.case, event.act))
    at = event_time(turn.case, event, turn.now)
    party = party or party_in_whose_place(turn.case, turn.case.policy.whole_act(event.act), event.by, at)
    if event.act == ACTION_ACT:
        return action_done(turn, event, party, at)
    if event.act == ISSUE_ACT:
        return issue_concluded(turn, event, party, at)
    act_id, name = _known_act(turn.case, event.act)
    owner = party.id if party else "" if is_seated(turn.case, event.by) else event.by.agency
    visit = _place(turn.case, event, name, owner)
    recording = Recording(event, turn.case.policy.acts[act_id], name, party, at, visit, owner)
    _must_be_theirs(turn.case, recording)
    side = party.side if party else ""
    if not has_here(turn.case, visit, name, event.by, at):
        roles = roles_for(turn.case, recording.stage, name, side)
        must_have_role(turn.case, event.by, roles, turn.case.policy.act_title(name))
    departs = must_be_recordable(turn, recording, of_kind(recording.act.kind).must_fit)
    return _record(turn, recording, departs=departs)


def _must_be_theirs(case: Escalation, recording: Recording) -> None:
    """Refuse an act that is another's to do: a side's own record, or an agency that owes but one thing (L15)."""
    by, party, title = recording.event.by, recording.party, case.policy.act_title(recording.name)
    if party is None and not is_seated(case, by):
        owed = (duty for duty in case.outstanding if recording.name in duty.acts)
        if not any(duty.party == by.agency or duty.by == "anyone" for duty in owed):
            raise Refusal("wrong side", f"{by.agency} is no party to this case and owes no {title} in it.")
        return
    is_own = ACT_KINDS[recording.act.kind].is_own
    if party is None or not recording.stage or not is_own or recording.comes_under:
        return
    owing = {rule.by for rule in case.policy.asking(recording.stage, recording.name)}
    if owing and owing <= {"raising", "receiving"} - {party.side}:
        raise Refusal("wrong side", f"{began(title)} is for the {listed(sorted(owing))} side to record.")


def _is_for_anyone(case: Escalation, act: str) -> bool:
    """May anybody at all do this act, because a duty that is owed says so?"""
    name = case.policy.whole_act(act)
    return any(duty.by == "anyone" and name in duty.acts for duty in case.outstanding)


def _record(turn: Turn, recording: Recording, *, departs: bool) -> Answer:
    event, at = recording.event, recording.at
    others = _taking_part(turn.case, recording)
    _enter(turn, recording, departs=departs)
    entry = turn.entry
    flag_hand(turn, event.by, recording.stage)
    before, kind = turn.case, of_kind(recording.act.kind)
    kind.enter(turn, recording)
    owed_before = {duty.id: duty for duty in turn.case.outstanding}
    stood = where(turn.case)
    names = _names(turn, recording, departs=departs)
    if recording.part == "signed" and recording.act.signed_by == (BY_PARTIES,):
        others = tuple(party.id for party in turn.case.parties if party != recording.party)
    happen(turn, _occurrence(recording, names, entry, others), event.by)
    _follow_up(turn, recording, entry)
    _tell_others(turn, recording, owed_before, entry)
    kind.tell(turn, recording, before)
    if REPLACEMENT in recording.act.fields:
        replace_action(turn, action_number(event), event.fields.get(REPLACEMENT, ""))
    agreed_by_all(turn, at)
    stands = where(turn.case)
    moved = f" {stands}" if stands != stood else ""
    return Answer(sentence=f"{_answer(turn, recording, owed_before)}{moved}", entry=entry)


def _names(turn: Turn, recording: Recording, *, departs: bool) -> tuple[str, ...]:
    """Return what the act is known as: a departure answers to no rule's name, a form is signed when all have."""
    if departs:
        return (DEPARTURE,)
    if recording.comes_under and not sign(turn, recording.event, recording.act, recording.name, recording.party):
        return (f"{recording.act_id}.signature",)
    return turn.case.policy.act_names(recording.name)


def _follow_up(turn: Turn, recording: Recording, entry: int) -> None:
    """Do what the policy ties to an act: a seat is filled, a fact answered, people are told."""
    event, act = recording.event, recording.act
    if recording.is_main:
        keep_author(turn, event, recording.act_id, entry, recording.party)
    of_kind(act.kind).follow(turn, recording)
    if recording.is_main:
        if act.sets and act.approved_by:
            turn.change(awaiting={**turn.case.awaiting, entry: event.fields[act.sets].strip()})
        elif act.sets:
            answer_fact(turn, act.sets, event.fields[act.sets].strip(), recording.at, event.by, recording.party)
    if recording.part == APPROVED and act.sets:
        _answer_approved(turn, recording)
    tell_addressed(turn, entry, recording.name, event.by, recording.party)


def _answer_approved(turn: Turn, recording: Recording) -> None:
    """Let an approved act's answer count from now on."""
    under = submission(turn.case, recording.name)
    answer = turn.case.awaiting.get(under.entry, "") if under else ""
    if under is None or not answer:
        return
    turn.change(awaiting={entry: said for entry, said in turn.case.awaiting.items() if entry != under.entry})
    answer_fact(turn, recording.act.sets, answer, recording.at, recording.event.by, recording.party)


def _occurrence(recording: Recording, names: tuple[str, ...], entry: int, others: tuple[str, ...]) -> Occurrence:
    return Occurrence(
        entry=entry,
        names=names,
        stage=recording.stage,
        visit=recording.visit.number if recording.visit else 0,
        side=recording.party.side if recording.party else "",
        party=recording.owner,
        at=recording.at,
        others=others,
        action=action_number(recording.event),
    )


def _known_act(case: Escalation, name: str) -> tuple[str, str]:
    act_id = name.partition(".")[0]
    act = case.policy.acts.get(act_id)
    if act is None:
        known = (*case.policy.acts, *case.policy.outcome_ids)
        raise Refusal("unknown", f"{name!r} is not an act of this policy.{meant(name, known)} {say_offers(case)}")
    if ACT_KINDS[act.kind].is_agreed:
        raise Refusal(
            "not open",
            "A plan is agreed by proposing it and confirming it: use `propose`, then `confirm` by every party.",
        )
    return act_id, case.policy.whole_act(name)


def _place(case: Escalation, event: ActDone, name: str, owner: str) -> Visit | None:
    """Find the visit an act belongs to; None for a duty of the whole case (rules 24, 30 and 50).

    First where its sender owes it, then where a step names it, then any open step that takes it.
    """
    title = case.policy.act_title(name)
    theirs = [duty for duty in case.outstanding if name in duty.acts and duty.party in {"", owner}]
    owing = [visit for visit in case.visits if any(visit.has(duty) for duty in theirs)]
    if event.stage:
        return _at_named_stage(case, event, name, owing)
    named = [visit for visit in case.open_visits if name in stage_acts(case, visit.stage)]
    asked = [visit for visit in owing if visit.is_open] or ([] if owing else named)
    if len(asked) > 1:
        stages = listed([visit.stage for visit in asked], "or")
        raise Refusal("not open", f"Several open steps ask for {title}: say which with the step's id, {stages}.")
    if found := asked or owing:
        if event.seen is not None and found[0].opened_by_entry > event.seen:  # it is not the step the sender saw
            must_be_fresh(case, event, [visit for visit in case.visits if name in stage_acts(case, visit.stage)])
        return found[0]
    if any(name in duty.acts and not duty.stage for duty in case.outstanding):
        return None
    must_be_fresh(case, event, [visit for visit in case.visits if name in stage_acts(case, visit.stage)])
    free = [visit for visit in case.open_visits if offered_at(case, visit.stage, name)]
    free.sort(key=lambda visit: case.policy.stage(visit.stage).strand != "dispute")
    if not free:
        raise Refusal("not open", f"{began(title)} is not open now. {say_offers(case)}")
    return free[0]


def _at_named_stage(case: Escalation, event: ActDone, name: str, owing: list[Visit]) -> Visit:
    """Return the newest visit of the stage the sender names; an earlier one where only that one is owed the act."""
    visits = [visit for visit in case.visited if visit.stage == event.stage]
    if not visits or not offered_at(case, event.stage, name):
        title = began(case.policy.act_title(name))
        near = "" if event.stage in case.policy.stage_ids else meant(event.stage, case.policy.stage_ids)
        raise Refusal("not open", f"{title} is not recorded at {event.stage}.{near} {say_offers(case)}")
    must_be_fresh(case, event, visits)
    return ([visit for visit in visits if visit in owing] or visits)[-1]


def _taking_part(case: Escalation, recording: Recording) -> tuple[str, ...]:
    """Return the other parties said to have taken part; with one other party it need not be named (rule 15)."""
    others = [p for p in case.parties if p != recording.party]
    for name in recording.event.with_parties:
        if not any(name in {p.id, p.agency} for p in others):
            known = listed([p.id for p in others], "or")
            raise Refusal(
                "unknown",
                f"{name} is not another party to this case, so it cannot have taken part as one: {known}."
                f"{meant(name, [p.id for p in others])}",
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
    step = turn.case.policy.stage(recording.stage).title.rstrip("?.") if recording.stage else ""
    where = f" at {step}" if step else ""
    met = f" Done by it: {listed(list(dict.fromkeys(done)))}." if done else " Nothing that was owed is done by it."
    joint = any(d.by == "together" and d.is_outstanding and recording.name in d.acts for d in turn.case.duties)
    if not done and joint and recording.party and len(turn.case.parties) > 2:
        met += " It counts for all once everybody who owes it took part: name them."
    if recording.part == "signed":
        met = say_unsigned(turn.case, recording.act_id)
    if recording.is_main and recording.act.sets and recording.act.approved_by:
        approvers = listed([turn.case.policy.role_title(role) for role in recording.act.approved_by], "or")
        met += f" Its answer counts once it is approved: by another person, {one_of(approvers)}."
    return f"Recorded: {turn.case.policy.act_title(recording.name)}{where}.{met}"
