"""Striking out: what was entered did not happen, so what sprang from it goes, and what it had done is owed again."""

from ...escalation import Escalation, Visit
from ...policy.graph import targets
from ...refusals import Refusal, listed
from ..clocks.pauses import go_on_after_step, stop_for_step
from ..clocks.rewinding import owed_again, undate
from ..duties.arising import lapse, unwind
from ..duties.lasting import still_owed
from ..turn import Turn


def strike(turn: Turn, entry: int) -> None:
    """Take what an entry says off the case.

    A struck outcome takes the case back only if nothing was done in the visit it opened: it never undoes a later move
    by a person (rule 8).

    Raises:
        Refusal: something was done since; the sentence names the outcomes that lead back.
    """
    _take_back(turn, entry)
    for duty in turn.case.outstanding:
        if duty.trigger == entry:
            lapse(turn, duty, "what it sprang from was struck out")
    for duty in turn.case.duties:
        if duty.state == "done" and duty.done_entry == entry:
            _owe_again(turn, duty.id)
    struck = [o.names[0] for o in turn.case.occurrences if o.entry == entry]
    undated = {name.partition(".")[0] for name in struck if name.endswith(".date-set")}
    turn.change(
        occurrences=tuple(o for o in turn.case.occurrences if o.entry != entry),
        planned={meeting: at for meeting, at in turn.case.planned.items() if meeting not in undated},
        joint={number: duty for number, duty in turn.case.joint.items() if number != entry},
        awaiting={number: answer for number, answer in turn.case.awaiting.items() if number != entry},
    )
    unwind(turn)
    for meeting in undated:
        undate(turn, meeting)
    stop_for_step(turn)
    go_on_after_step(turn)


def _take_back(turn: Turn, entry: int) -> None:
    case = turn.case
    left = [visit for visit in case.visits if visit.left_by_entry == entry]
    opened = [visit for visit in case.visits if visit.opened_by_entry == entry]
    if not left and not opened:
        return
    for visit in opened:
        _must_be_untouched(case, visit)
    for visit in left:
        _must_stand_open(case, visit, entry)
    if case.ended is not None and case.ended.entry == entry:
        turn.change(ended=None, occurrences=tuple(o for o in turn.case.occurrences if "ended" not in o.names))
    for visit in opened:
        turn.put_visit(visit.but(left_at=turn.now, left_by_entry=turn.entry, outcome="struck out"))
        for duty in turn.case.outstanding:
            if visit.has(duty):
                lapse(turn, duty, "the move that raised it was struck out")
    for visit in left:
        turn.put_visit(visit.but(left_at=None, left_by_entry=0, outcome=""))
        for duty in turn.case.duties:
            went = duty.state == "lapsed" and duty.ended_because in {"its step was left", "the dispute ended"}
            if went and (duty.stage, duty.visit) in {(visit.stage, visit.number), ("", 0)}:
                turn.put_duty(owed_again(turn.case, duty.but(state="outstanding", ended_because="")))
                turn.note("owed-again", duty.id)


def _must_stand_open(case: Escalation, visit: Visit, entry: int) -> None:
    """Refuse to go back to a step that was opened again meanwhile, or into a dispute that has ended since."""
    title = case.policy.stage(visit.stage).title
    if any(v.stage == visit.stage and v.number > visit.number for v in case.visits):
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
    order = [v.stage for v in case.visits]
    ways = [
        outcome.id
        for outcome in case.policy.outcomes_of(at)
        if any(target in order and target != at for target in targets(case.policy, stage, outcome))
    ]
    way = f"Use the outcome {listed(ways, 'or')} instead." if ways else "The policy has no way back from here."
    raise Refusal(
        "not allowed", f"Something was done at {case.policy.stage(visit.stage).title} since, so the move stands. {way}"
    )


def _owe_again(turn: Turn, duty_id: int) -> None:
    duty = turn.case.duties[duty_id - 1]
    undone = duty.but(done_at=None, done_entry=0, state="outstanding", acknowledged_until=None)
    if not duty.was_late:  # its overdue entry, if it had one, was withdrawn: it needs a new one
        undone = undone.but(overdue_at=None, overdue_entry=0)
    owed = still_owed(turn.case, duty, turn.now)
    turn.put_duty(
        owed_again(turn.case, undone)
        if owed
        else undone.but(state="lapsed", ended_because="its time to be done has ended")
    )
    turn.note("owed-again", duty.id)
