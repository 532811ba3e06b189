"""Acts: something was done and is recorded.

An act discharges duties and sets meetings, and never moves the case by itself.
"""

from collections.abc import Mapping

from ...base.refusals import Refusal, began, listed, meant, one_of
from ...base.words import say_instant
from ...case.state import Answer, Escalation, Happened, Visit
from ...command_table.built_in import ACTION_ACT, ISSUE_ACT, RISK_ACT
from ...engine.agreement import agreed_by_all
from ...engine.allowed import BY_PARTIES, offered_at, roles_for, stage_acts
from ...engine.draft import Draft
from ...engine.duties import happen
from ...engine.risk import owe_call
from ...engine.seats import has_here, party_in_whose_place
from ...engine.senders import event_time, flag_same_person, is_seated, must_be_fresh, must_be_known, must_have_role
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


def act_done(draft: Draft, event: ActDone) -> Answer:
    """Record an act."""
    if event.act == RISK_ACT:
        return _telephoned(draft, event)
    party = must_be_known(draft.case, event.by, anyone=_is_for_anyone(draft.case, event.act))
    at = event_time(draft.case, event, draft.now)
    party = party or party_in_whose_place(draft.case, draft.case.policy.whole_act(event.act), event.by, at)
    if event.act == ACTION_ACT:
        return action_done(draft, event, party, at)
    if event.act == ISSUE_ACT:
        return issue_concluded(draft, event, party, at)
    act_id, name = _known_act(draft.case, event.act)
    owner = party.id if party else "" if is_seated(draft.case, event.by) else event.by.agency
    visit = _place(draft.case, event, name, owner)
    recording = Recording(event, draft.case.policy.acts[act_id], name, party, at, visit, owner)
    _must_be_theirs(draft.case, recording)
    side = party.side if party else ""
    if not has_here(draft.case, visit, name, event.by, at):
        roles = roles_for(draft.case, recording.stage, name, side)
        must_have_role(draft.case, event.by, roles, draft.case.policy.act_title(name))
    departs = must_be_recordable(draft, recording, of_kind(recording.act.kind).must_fit)
    return _record(draft, recording, departs=departs)


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


def _record(draft: Draft, recording: Recording, *, departs: bool) -> Answer:
    event, at = recording.event, recording.at
    others = _taking_part(draft.case, recording)
    _enter(draft, recording, departs=departs)
    entry = draft.entry
    flag_same_person(draft, event.by, recording.stage)
    before, kind = draft.case, of_kind(recording.act.kind)
    kind.enter(draft, recording)
    owed_before = {duty.id: duty for duty in draft.case.outstanding}
    stood = where(draft.case)
    names = _names(draft, recording, departs=departs)
    if recording.part == "signed" and recording.act.signed_by == (BY_PARTIES,):
        others = tuple(party.id for party in draft.case.parties if party != recording.party)
    happen(draft, _occurrence(recording, names, entry, others), event.by)
    _follow_up(draft, recording, entry)
    _tell_others(draft, recording, owed_before, entry)
    kind.tell(draft, recording, before)
    if REPLACEMENT in recording.act.fields:
        replace_action(draft, action_number(event), event.fields.get(REPLACEMENT, ""))
    agreed_by_all(draft, at)
    stands = where(draft.case)
    moved = f" {stands}" if stands != stood else ""
    return Answer(sentence=f"{_answer(draft, recording, owed_before)}{moved}", entry=entry)


def _names(draft: Draft, recording: Recording, *, departs: bool) -> tuple[str, ...]:
    """Return what the act is known as: a departure answers to no rule's name, a form is signed when all have."""
    if departs:
        return (DEPARTURE,)
    if recording.comes_under and not sign(draft, recording.event, recording.act, recording.name, recording.party):
        return (f"{recording.act_id}.signature",)
    return draft.case.policy.act_names(recording.name)


def _follow_up(draft: Draft, recording: Recording, entry: int) -> None:
    """Do what the policy ties to an act: a seat is filled, a fact answered, people are told."""
    event, act = recording.event, recording.act
    if recording.is_main:
        keep_author(draft, event, recording.act_id, entry, recording.party)
    of_kind(act.kind).follow(draft, recording)
    if recording.is_main:
        if act.sets and act.approved_by:
            draft.change(awaiting={**draft.case.awaiting, entry: event.fields[act.sets].strip()})
        elif act.sets:
            answer_fact(draft, act.sets, event.fields[act.sets].strip(), recording.at, event.by, recording.party)
    if recording.part == APPROVED and act.sets:
        _answer_approved(draft, recording)
    tell_addressed(draft, entry, recording.name, event.by, recording.party)


def _answer_approved(draft: Draft, recording: Recording) -> None:
    """Let an approved act's answer count from now on."""
    under = submission(draft.case, recording.name)
    answer = draft.case.awaiting.get(under.entry, "") if under else ""
    if under is None or not answer:
        return
    draft.change(awaiting={entry: said for entry, said in draft.case.awaiting.items() if entry != under.entry})
    answer_fact(draft, recording.act.sets, answer, recording.at, recording.event.by, recording.party)


def _occurrence(recording: Recording, names: tuple[str, ...], entry: int, others: tuple[str, ...]) -> Happened:
    return Happened(
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


def _enter(draft: Draft, recording: Recording, *, departs: bool) -> None:
    event, visit = recording.event, recording.visit
    draft.enter_command(
        "act",
        recording.at,
        event,
        act=recording.name,
        stage=recording.stage,
        visit=visit.number if visit else 0,
        departure=departs,
        before_opening=recording.at < draft.case.opened_at,
    )


def _tell_others(draft: Draft, recording: Recording, owed_before: Mapping[int, object], entry: int) -> None:
    """Tell the other parties of an act entered for all; each may contest it (rule 15)."""
    joint = [
        d
        for d in draft.case.duties
        if d.id in owed_before and d.by == "together" and d.state == "done" and d.done_entry == entry
    ]
    if not joint:
        return
    draft.change(joint={**draft.case.joint, entry: joint[0].id})
    stage = joint[0].stage
    draft.notify(
        "act-recorded",
        [draft.seat(p, stage) for p in draft.case.parties if p != recording.party],
        step=draft.case.policy.stage(stage).title if stage else "",
        fact=draft.case.policy.act_title(recording.name),
        by=recording.party.id if recording.party else draft.case.policy.role_title(recording.event.by.role),
    )


def _answer(draft: Draft, recording: Recording, owed_before: Mapping[int, object]) -> str:
    done = [draft.title_of(d) for d in draft.case.duties if d.id in owed_before and d.state == "done"]
    step = draft.case.policy.stage(recording.stage).title.rstrip("?.") if recording.stage else ""
    where = f" at {step}" if step else ""
    met = f" Done by it: {listed(list(dict.fromkeys(done)))}." if done else " Nothing that was owed is done by it."
    joint = any(d.by == "together" and d.is_outstanding and recording.name in d.acts for d in draft.case.duties)
    if not done and joint and recording.party and len(draft.case.parties) > 2:
        met += " It counts for all once everybody who owes it took part: name them."
    if recording.part == "signed":
        met = say_unsigned(draft.case, recording.act_id)
    if recording.is_main and recording.act.sets and recording.act.approved_by:
        approvers = listed([draft.case.policy.role_title(role) for role in recording.act.approved_by], "or")
        met += f" Its answer counts once it is approved: by another person, {one_of(approvers)}."
    return f"Recorded: {draft.case.policy.act_title(recording.name)}{where}.{met}"


def _telephoned(draft: Draft, event: ActDone) -> Answer:
    """Record that the statutory services were telephoned; anyone may, whatever route the policy has beside."""
    at = min(event.at or draft.now, draft.now)
    if not draft.case.open_risks:
        raise Refusal(
            "not open", "No immediate risk is waiting for a telephone call in this case. To raise one, record `risk`."
        )
    entry = draft.enter_command("act", at, event, act=RISK_ACT)
    later = [risk for risk in draft.case.open_risks if not risk.route and risk.newest > at]
    happen(draft, Happened(entry=entry, names=(RISK_ACT,), at=at), event.by)
    if later and not any(duty.is_risk_call for duty in draft.case.outstanding):
        first = min(later, key=lambda risk: risk.entry)
        owe_call(draft, first.entry, first.newest, first.known_at)
    still = [duty for duty in draft.case.outstanding if duty.is_risk_call]
    if still:
        raised = say_instant(still[0].arose_at, draft.case.policy.zone)
        return Answer(
            sentence=f"Recorded, but this call came before the risk was raised ({raised}): "
            "a call about it is still owed.",
            entry=entry,
        )
    said = "Recorded: the statutory services were telephoned."
    owed = [draft.title_of(duty) for risk in draft.case.open_risks for duty in draft.case.owed_for(risk)]
    if owed:
        titles = listed(list(dict.fromkeys(owed)))
        said += f" The policy asks for more, each recorded by its own name: {titles}."
    return Answer(sentence=said, entry=entry)
