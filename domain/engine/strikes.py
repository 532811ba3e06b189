"""Striking out: what was entered did not happen, so what sprang from it goes, and what it had done is owed again."""

from ..base.refusals import Refusal, listed
from ..case.happened import answers_in, at_time
from ..case.state import Escalation, Visit
from ..policy.graph import targets
from .draft import Draft
from .pauses import go_on_after_step, stop_for_step
from .refold import refold


def strike(draft: Draft, entry: int) -> None:
    """Take what an entry says off the case, and all that came of it.

    A struck outcome takes the case back only if nothing was done in the visit it opened: it never undoes a later move
    by a person (rule 8).

    Raises:
        Refusal: something was done since; the sentence names the outcomes that lead back.
    """
    case = draft.case
    must_be_struck(case, entry)
    gone = _came_of(case, entry)
    struck = [o.names[0] for o in case.occurrences if o.entry == entry]
    undated = {name.partition(".")[0] for name in struck if name.endswith(".date-set")}
    _take_off(draft, entry, gone, undated)
    refold(draft, case, "its start was struck out")
    stop_for_step(draft)
    go_on_after_step(draft)


def must_be_struck(case: Escalation, entry: int) -> None:
    """Refuse to strike an entry on the strength of which something was done since. Raises Refusal."""
    for visit in _closing_with(case, entry):
        _must_be_untouched(case, visit)
    for visit in case.visits:
        if visit.left_by_entry == entry:
            _must_stand_open(case, visit, entry)


def _closing_with(case: Escalation, entry: int) -> list[Visit]:
    """Return the visits that an entry alone opened: what would have opened them later too keeps them open."""
    return [visit for visit in case.visits if visit.opened_by_entry == entry and not visit.joined_by]


def _came_of(case: Escalation, entry: int) -> frozenset[int]:
    """Return the numbers of an entry and of all that followed from it by itself: steps opened, an end, lateness."""
    opened = _closing_with(case, entry)
    ended = case.ended is not None and case.ended.entry == entry
    followed = (o for o in case.occurrences if any(visit.has(o) for visit in opened) or (ended and "ended" in o.names))
    gone = {entry, *(o.entry for o in followed)}
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
    forgotten = answers_in(o for o in case.occurrences if o.entry in gone)
    stand = answers_in(o for o in case.occurrences if o.entry not in gone)
    draft.change(
        facts={**{name: one for name, one in case.facts.items() if name not in forgotten}, **stand},
        ended=None if case.ended is not None and case.ended.entry in gone else case.ended,
        occurrences=tuple(o for o in draft.case.occurrences if o.entry not in gone),
        planned={meeting: at for meeting, at in case.planned.items() if meeting not in undated},
        joint={number: duty for number, duty in case.joint.items() if number not in gone},
        awaiting={number: answer for number, answer in case.awaiting.items() if number not in gone},
    )


def _open_later(draft: Draft, visit: Visit) -> None:
    """Let a visit have been opened by the next that would have opened it, at that time."""
    by, *later = visit.joined_by
    at = next((o.at for o in draft.case.occurrences if o.entry == by), visit.opened_at)
    draft.put_visit(visit.but(opened_by_entry=by, joined_by=tuple(later), opened_at=at))
    opening = [o for o in draft.case.occurrences if visit.has(o) and "opened" in o.names]
    others = [o for o in draft.case.occurrences if o not in opening]
    after = 1 + max((place for place, other in enumerate(others) if other.entry <= by), default=-1)
    while after < len(others) and others[after].names[0] == "opened":  # what it opened besides
        after += 1
    draft.change(occurrences=(*others[:after], *(at_time(o, at) for o in opening), *others[after:]))


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
