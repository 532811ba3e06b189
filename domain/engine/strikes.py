"""Striking out: what was entered did not happen, so what sprang from it goes, and what it had done is owed again."""

from datetime import datetime

from ..base.identities import RuleKey
from ..base.refusals import Refusal, listed
from ..case.happened import opened_at
from ..case.state import Duty, Escalation, Happened, Visit
from ..policy import DutyRule
from ..policy.graph import targets
from .discharging import ENDED, LEFT, OVER, answers, tell_alerted, undone, withdraw
from .draft import Draft
from .duties import AGAIN, is_trigger, place_of, repeats
from .pauses import go_on_after_step, stop_for_step
from .recompute import recompute_from_start, recompute_without_start, undate
from .retroactive import live_again, raise_for
from .stages import CLOSED

STRUCK = "what it sprang from was struck out"


def strike(draft: Draft, entry: int) -> None:
    """Take what an entry says off the case, and all that came of it.

    A struck outcome takes the case back only if nothing was done in the visit it opened: it never undoes a later move
    by a person (rule 8).

    Raises:
        Refusal: something was done since; the sentence names the outcomes that lead back.
    """
    case = draft.case
    left = [visit for visit in case.visits if visit.left_by_entry == entry]
    for visit in _closing_with(case, entry):
        _must_be_untouched(case, visit)
    for visit in left:
        _must_stand_open(case, visit, entry)
    gone = _came_of(case, entry)
    struck = [o.names[0] for o in case.occurrences if o.entry == entry]
    undated = {name.partition(".")[0] for name in struck if name.endswith(".date-set")}
    _take_off(draft, entry, gone, undated)
    for duty in draft.case.duties:
        if duty.state != "waived" and (duty.trigger in gone or _came_by_joining(draft.case, duty, gone_before=case)):
            _raise_otherwise(draft, duty)
    for duty in draft.case.duties:
        if (duty.state == "done" and duty.done_entry in gone) or (
            duty.state == "lapsed" and _let_go_by(case, duty, left)
        ):
            live_again(draft, duty)
    for joined in [o for o in draft.case.occurrences if "party.joined" in o.names and o.entry > entry]:
        if any(party.id == joined.party for party in draft.case.parties):  # they have come to a step that is open again
            raise_for(draft, joined.party, joined)
    recompute_without_start(draft, "its start was struck out")
    for meeting in undated:
        undate(draft, meeting)
    stop_for_step(draft)
    go_on_after_step(draft)


def _closing_with(case: Escalation, entry: int) -> list[Visit]:
    """Return the visits that an entry alone opened: what would have opened them later too keeps them open."""
    return [visit for visit in case.visits if visit.opened_by_entry == entry and not visit.joined_by]


def _came_of(case: Escalation, entry: int) -> frozenset[int]:
    """Return the numbers of an entry and of all that followed from it by itself: steps opened, an end, lateness."""
    opened = _closing_with(case, entry)
    ended = case.ended is not None and case.ended.entry == entry
    followed = (o for o in case.occurrences if any(visit.has(o) for visit in opened) or (ended and "ended" in o.names))
    gone = {entry, *(o.entry for o in followed)}
    for duty in case.duties:  # in order of arising, so that what sprang from a lateness comes after it
        if duty.trigger in gone and duty.overdue_entry:
            gone.add(duty.overdue_entry)
    return frozenset(gone)


def _take_off(draft: Draft, entry: int, gone: frozenset[int], undated: set[str]) -> None:
    """Close the visits that an entry opened, open again those it left, and forget what happened by it."""
    case = draft.case
    for visit in case.visits:
        if entry in visit.joined_by:
            draft.put_visit(visit.but(joined_by=tuple(other for other in visit.joined_by if other != entry)))
        elif visit.opened_by_entry == entry and visit.joined_by:
            _open_later(draft, visit)
        elif visit.opened_by_entry == entry:
            draft.put_visit(visit.but(left_at=draft.now, left_by_entry=draft.entry, struck=True))
        elif visit.left_by_entry == entry:
            draft.put_visit(visit.but(left_at=None, left_by_entry=0, outcome=""))
    draft.change(
        ended=None if case.ended is not None and case.ended.entry in gone else case.ended,
        occurrences=tuple(o for o in draft.case.occurrences if o.entry not in gone),
        planned={meeting: at for meeting, at in case.planned.items() if meeting not in undated},
        joint={number: duty for number, duty in case.joint.items() if number not in gone},
        awaiting={number: answer for number, answer in case.awaiting.items() if number not in gone},
    )


def _open_later(draft: Draft, visit: Visit) -> None:
    """Let a visit have been opened by the next that would have opened it, at that time."""
    by, *others = visit.joined_by
    at = next((o.at for o in draft.case.occurrences if o.entry == by), visit.opened_at)
    draft.put_visit(visit.but(opened_by_entry=by, joined_by=tuple(others), opened_at=at))
    opened = [o.entry for o in draft.case.occurrences if visit.has(o) and "opened" in o.names]
    draft.change(occurrences=tuple(o.but(at=at) if o.entry in opened else o for o in draft.case.occurrences))
    for duty in draft.case.duties:
        if duty.trigger in opened:
            draft.put_duty(duty.but(arose_at=at))
            recompute_from_start(draft, draft.case.duties[duty.id - 1], "its step was opened later")
        if duty.state == "done" and duty.done_entry in opened:
            judge_again(draft, draft.case.duties[duty.id - 1], at)


def judge_again(draft: Draft, duty: Duty, at: datetime) -> None:
    """Judge a duty anew whose discharge happened at another time: it was done then, or it is owed again."""
    if not any(answers(draft, undone(duty), o) for o in draft.case.occurrences if o.entry == duty.done_entry):
        live_again(draft, duty)
        return
    mended = duty.but(done_at=at)
    draft.put_duty(mended)
    draft.note("judged-again", duty.id)
    if duty.was_late and not mended.was_late and duty.overdue_at is not None:
        withdraw(draft, mended, "corrected: it was done in time")


def _let_go_by(case: Escalation, duty: Duty, left: list[Visit]) -> bool:
    """May it have lapsed with what was struck out: a step that was left, the end, or what it was owed until?"""
    if duty.ended_because in {LEFT, ENDED}:
        return (duty.stage, duty.visit) in {("", 0), *((visit.stage, visit.number) for visit in left)} and bool(left)
    closed = duty.ended_because == CLOSED and duty.trigger >= case.reopened_entry  # else an end before that closed it
    return duty.ended_because == OVER or (bool(left) and closed)


def _raise_otherwise(draft: Draft, duty: Duty) -> None:
    """Let a duty rest on the next thing that raises it too; where there is none it never arose."""
    case, key = draft.case, duty.origin
    rule = case.rule_of(duty)
    if rule is None or not isinstance(key, RuleKey) or repeats(case, rule):
        _never_arose(draft, duty)
        return
    others = (o for o in case.occurrences if is_trigger(case, key, o) and _raises_none_of_its_own(case, duty, rule, o))
    other = next(others, None) if place_of(case, key) == (duty.stage, duty.visit) else None
    if other is None:
        _never_arose(draft, duty)
        return
    based = duty.but(trigger=other.entry, arose_at=min(other.at, draft.now))
    draft.put_duty(based)
    if based.state == "done" and based.done_entry <= other.entry:  # what raises it does not do it
        live_again(draft, based)
    recompute_from_start(draft, draft.case.duties[duty.id - 1], "what raised it was struck out")


def _came_by_joining(case: Escalation, duty: Duty, gone_before: Escalation) -> bool:
    """Did a party come by a duty when it joined, for something that is off the record now?"""
    key = duty.origin
    if not isinstance(key, RuleKey) or key not in case.policy.rules or duty.state == "lapsed":
        return False
    joined = (o for o in case.occurrences if o.entry == duty.trigger and "party.joined" in o.names)
    if not any(o.party == duty.party for o in joined):
        return False

    def raisers(of: Escalation) -> bool:
        return any(is_trigger(of, key, o) for o in of.occurrences if o.entry <= duty.trigger)

    return raisers(gone_before) and not raisers(case)


def _raises_none_of_its_own(case: Escalation, duty: Duty, rule: DutyRule, happened: Happened) -> bool:
    """Would what happened have raised this very duty, had it not stood already?"""
    if rule.by in {"whoever did it", "action owner"} and happened.party != duty.party:
        return False
    if duty.stage:  # what came before its visit raises nothing in it
        return happened.entry >= opened_at(case, duty.stage, duty.visit)
    return not (happened.stage or AGAIN.intersection(happened.names))


def _never_arose(draft: Draft, duty: Duty) -> None:
    was_late = duty.overdue_at is not None and not (duty.state == "done" and not duty.was_late)
    never = duty.but(
        state="lapsed",
        ended_because=STRUCK,
        done_at=None,
        done_entry=0,
        overdue_at=None,
        overdue_entry=0,
        acknowledged_until=None,
        target=None,
    )
    draft.put_duty(never)
    draft.note("lapsed", duty.id)
    if was_late:
        withdraw(draft, duty, STRUCK)
        tell_alerted(draft, never, f"It was not late: {STRUCK}.")


def _must_stand_open(case: Escalation, visit: Visit, entry: int) -> None:
    """Refuse to go back to a step that was opened again meanwhile, or into a dispute that has ended since."""
    title = case.policy.stage(visit.stage).title
    if any(v.stage == visit.stage and v.number > visit.number for v in case.visited):
        raise Refusal("not allowed", f"{title} was opened again since, so the move stands.")
    if case.ended is not None and case.ended.entry != entry and case.policy.stage(visit.stage).strand == "dispute":
        raise Refusal("not allowed", f"The dispute has ended since, so the move from {title} stands: reopen it.")


def _must_be_untouched(case: Escalation, visit: Visit) -> None:
    since = [
        happened
        for happened in case.occurrences
        if visit.has(happened) and happened.names[0] != "opened" and "overdue" not in happened.names
    ]
    if not since and visit.is_open:
        return
    at = next((v.stage for v in reversed(case.open_visits)), visit.stage)
    stage = case.policy.stage(at)
    order = [v.stage for v in case.visited]
    ways = [
        outcome.id
        for outcome in case.policy.outcomes_of(at)
        if any(target in order and target != at for target in targets(case.policy, stage, outcome))
    ]
    way = f"Use the outcome {listed(ways, 'or')} instead." if ways else "The policy has no way back from here."
    raise Refusal(
        "not allowed", f"Something was done at {case.policy.stage(visit.stage).title} since, so the move stands. {way}"
    )
