"""The planned date of a meeting: something that happens ahead, from which clocks run and back from which they count."""

from ...escalation import Occurrence
from ..duties.arising import happen
from ..turn import Turn
from .rewinding import date_held, rewind


def plan_date(turn: Turn, meeting: str) -> None:
    """Let a meeting have its date: in place of the old one, if it had one (rules 19 and 20)."""
    set_by = next((o for o in reversed(turn.case.occurrences) if o.names[0] == f"{meeting}.date-set"), None)
    if set_by is not None:
        happened = Occurrence(
            entry=set_by.entry,
            names=(f"{meeting}.date", "meeting.date"),
            stage=set_by.stage,
            visit=set_by.visit,
            at=turn.case.planned[meeting],
        )
        others = tuple(o for o in turn.case.occurrences if not _is_of(o, happened))
        moves = len(others) < len(turn.case.occurrences)
        turn.change(occurrences=others)
        if moves:
            turn.remember(happened)
            rewind(turn)
        else:
            happen(turn, happened)
    date_held(turn, meeting)


def _is_of(old: Occurrence, new: Occurrence) -> bool:
    return (old.names[0], old.stage, old.visit) == (new.names[0], new.stage, new.visit)
