"""Corrections: an entry that was wrong is mended by another one, and what followed is judged again (rule 8)."""

from datetime import datetime

from ...escalation import Answer, Duty, Escalation, Occurrence, Visit
from ...events import Corrected
from ...refusals import Refusal
from ...spoken import say_instant
from ..clocks.rewinding import reckon_again
from ..duties.belated import catch_up
from ..duties.discharging import answers, withdraw
from ..lookup import is_dated
from ..people.senders import event_time, must_be_known
from ..turn import Turn
from .strikes import owe_again, strike

MADE_BY_THE_CASE = frozenset({"case.opened", "opened", "left", "overdue", "ended", "reopened"})
SAID_ANEW = ("fact.", "party.")
"""What is mended by saying it anew: an answer, who is in the case."""


def corrected(turn: Turn, event: Corrected) -> Answer:
    """Take a correction: another event time, or that it did not happen at all. No entry is changed."""
    party = must_be_known(turn.case, event.by)
    at = event_time(turn.case, event, turn.now)
    happened = _mended(turn.case, event.entry)
    if happened.party and (party is None or party.id != happened.party):
        raise Refusal("wrong side", f"{happened.party} entered it, and corrects it: another party contests it instead.")
    if "risk.raised" in happened.names:
        raise Refusal(
            "not allowed",
            "Immediate risk that was raised stands, whoever raised it: ring the services, and record that you did.",
        )
    if not event.reason.strip():
        raise Refusal("missing", "A correction says why.")
    if event.strike == (event.happened_at is not None):
        raise Refusal("missing", "Say one of two: when it really happened, or that it is struck out.")
    if event.strike and any(plan.agreed_entry == event.entry for plan in turn.case.plans):
        raise Refusal(
            "not allowed",
            "With it every party had agreed the plan, so it is not struck out: a change is a new version of the plan.",
        )
    if event.happened_at is not None:
        _must_fit(turn, happened, event.happened_at)
    entry = turn.enter_said("corrected", at, event, corrects=event.entry)
    if event.happened_at is None:
        strike(turn, event.entry)
    else:
        _move(turn, event.entry, event.happened_at)
    others = [p for p in turn.case.parties if p != party]
    stage = happened.stage
    step = turn.case.policy.stage(stage).title if stage else ""
    by = party.id if party else turn.case.policy.role_title(event.by.role)
    turn.notify("corrected", [turn.seat(p, stage) for p in others], step=step, by=by)
    return Answer(
        sentence=f"Corrected: entry {event.entry}. The entry stays as it was, with this one beside it.", entry=entry
    )


def _mended(case: Escalation, entry: int) -> Occurrence:
    for happened in case.occurrences:
        name = happened.names[0]
        if happened.entry == entry and name not in MADE_BY_THE_CASE and not name.startswith(SAID_ANEW):
            return happened
    raise Refusal(
        "not open", f"Entry {entry} is not an act or an outcome that stands, so there is nothing to correct in it."
    )


def _must_fit(turn: Turn, happened: Occurrence, at: datetime) -> None:
    zone = turn.case.policy.zone
    if at > turn.now:
        raise Refusal("time", f"{say_instant(at, zone)} lies in the future: it cannot have happened then.")
    if turn.case.day_of(at) < turn.case.calendar.covers_from:
        raise Refusal("time", f"{say_instant(at, zone)} lies before the calendar of this case begins: check the year.")
    said_at = "outcome" in happened.names
    for visit in turn.case.visits:
        if not (visit.left_by_entry == happened.entry or (said_at and visit.has(happened))):
            continue
        if at < visit.opened_at:
            began = say_instant(visit.opened_at, zone)
            raise Refusal("time", f"That step began on {began}: it cannot have been left before.")
    for visit in turn.case.visits:
        if visit.opened_by_entry == happened.entry and visit.left_at is not None and visit.left_at < at:
            title = turn.case.policy.stage(visit.stage).title
            over = say_instant(visit.left_at, zone)
            raise Refusal("time", f"{title}, which it opened, was left on {over}: it cannot have been opened after.")


def _move(turn: Turn, entry: int, at: datetime) -> None:
    """Give what an entry says another event time: clocks that ran from it run anew, what it did is judged again."""
    case = turn.case
    opened = [visit for visit in case.visits if visit.opened_by_entry == entry]
    ends = case.ended is not None and case.ended.entry == entry
    at_once = (o for o in case.occurrences if "overdue" not in o.names and any(visit.has(o) for visit in opened))
    opening = {o.entry for o in at_once if "opened" in o.names}
    ending = {o.entry for o in case.occurrences if ends and "ended" in o.names}
    moved = {entry, *opening, *ending}
    turn.change(
        occurrences=tuple(
            o.but(at=at) if o.entry in moved and not is_dated(case.policy, o) else o for o in case.occurrences
        ),
        visits=tuple(_moved(visit, entry, at) for visit in case.visits),
        ended=case.ended.but(at=at) if ends and case.ended else case.ended,
    )
    for duty in turn.case.duties:
        if duty.trigger in moved:
            turn.put_duty(duty.but(arose_at=at))
    for duty in turn.case.duties:
        reckon_again(turn, duty, "its start was corrected")
    for duty in turn.case.duties:
        if duty.state == "done" and duty.done_entry in moved:
            _judge_again(turn, duty, at)
    for duty in turn.case.outstanding:
        catch_up(turn, duty)


def _moved(visit: Visit, entry: int, at: datetime) -> Visit:
    if visit.opened_by_entry == entry:
        visit = visit.but(opened_at=at)
    return visit.but(left_at=at) if visit.left_by_entry == entry and visit.left_at else visit


def _judge_again(turn: Turn, duty: Duty, at: datetime) -> None:
    undone = duty.but(state="outstanding", done_at=None, done_entry=0)
    if not any(answers(turn, undone, o) for o in turn.case.occurrences if o.entry == duty.done_entry):
        owe_again(turn, duty)
        return
    mended = duty.but(done_at=at)
    turn.put_duty(mended)
    turn.note("judged-again", duty.id)
    if duty.was_late and not mended.was_late and duty.overdue_at is not None:
        withdraw(turn, mended, "corrected: it was done in time")
