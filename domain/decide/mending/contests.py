"""Contests: of what one side entered for all (rule 15), and of what somebody else entered in a party's name (39)."""

from datetime import datetime

from ...escalation import Answer
from ...events import Contested
from ...people import Party
from ...refusals import Refusal, began
from ..clocks.rewinding import owed_again
from ..duties.arising import unwind
from ..duties.belated import catch_up
from ..duties.lasting import still_owed
from ..people.behalf import contest_own
from ..people.senders import event_time, must_be_known
from ..turn import Turn


def contested(turn: Turn, event: Contested) -> Answer:
    """Take a contested act's discharge back: the duty is owed again on its old clock until both say the same."""
    party = must_be_known(turn.case, event.by)
    at = event_time(turn.case, event, turn.now)
    kept = turn.case.behalf.get(event.entry)
    if party is not None and kept is not None and kept.party == party.id:
        return _own(turn, event, party, at)
    duty_id = turn.case.joint.get(event.entry)
    if party is None or duty_id is None:
        raise Refusal(
            "not open",
            f"Entry {event.entry} is nothing that you can contest: only what another side entered for all, "
            "or what somebody else entered in your own name.",
        )
    made_by = next((o.party for o in turn.case.occurrences if o.entry == event.entry), "")
    if made_by == party.id:
        raise Refusal("wrong side", "Your own side entered it: only another party contests it.")
    turn.enter_said("contested", at, event, contests=event.entry)
    duty = turn.case.duties[duty_id - 1]
    taken = _take_back(turn, event.entry)
    turn.change(
        joint={number: joint for number, joint in turn.case.joint.items() if number != event.entry},
        occurrences=tuple(o for o in turn.case.occurrences if o.entry != event.entry or o.names[0] not in duty.acts),
    )
    unwind(turn, "its start was contested")
    for number in taken:  # another that all have said the same of may be on the record
        catch_up(turn, turn.case.duties[number - 1])
    makers = [turn.seat(p, duty.stage) for p in turn.case.parties if p.id == made_by]
    turn.notify("contested", makers, fact=turn.title_of(duty), by=party.id)
    title = began(turn.title_of(duty))
    now = turn.case.duties[duty_id - 1]
    if now.state == "done":
        turn.change(joint={**turn.case.joint, now.done_entry: duty_id})
        sentence = f"Contested. {title} counts as done all the same, by entry {now.done_entry}."
    elif now.is_outstanding:
        sentence = f"Contested. {title} is owed again, on the old clock, until both sides say the same."
    else:
        sentence = f"Contested. {title} counts as not done; its step has been left, so it is not owed any more."
    return Answer(sentence=sentence, entry=turn.entry)


def _own(turn: Turn, event: Contested, party: Party, at: datetime) -> Answer:
    """Undo what was entered in the party's own name, and tell the others that it is not so."""
    entry = turn.enter_said("contested", at, event, contests=event.entry)
    stage = next((o.stage for o in turn.case.occurrences if o.entry == event.entry), "")
    said = contest_own(turn, event, party)
    others = [turn.seat(p, stage) for p in turn.case.parties if p != party]
    turn.notify("contested", others, fact="what was entered in its name", by=party.id)
    return Answer(sentence=f"Contested. {said}", entry=entry)


def _take_back(turn: Turn, entry: int) -> list[int]:
    """Undo every discharge together that an entry brought about, and return the numbers of the duties.

    An alert that it had stopped starts again.
    """
    taken = []
    for duty in turn.case.duties:
        if duty.by != "together" or duty.state != "done" or duty.done_entry != entry:
            continue
        again = duty.but(state="outstanding", done_at=None, done_entry=0, acknowledged_until=None)
        if not duty.was_late:  # its overdue entry, if it had one, was withdrawn: it needs a new one
            again = again.but(overdue_at=None, overdue_entry=0)
        if not still_owed(turn.case, duty, turn.now):
            again = again.but(state="lapsed", ended_because="contested after its step was left")
        turn.put_duty(owed_again(turn.case, again))
        taken.append(duty.id)
    return taken
