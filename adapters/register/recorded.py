"""A case as its record alone tells it, and what was decided in it and is not done: no Temporal, no running worker.

It takes the register's address and raises as `reading` does. No rule is asked: a case is the fold of what was decided.
"""

from collections.abc import Iterator

from pydantic import ValidationError

from domain.case.decided import Decided, OnRecord
from domain.case.effects import Entry
from domain.case.patch import State, Unreadable
from domain.case.state import Escalation

from . import reading
from .decisions import Step, entry_of, folded, steps_of
from .editions import Editions
from .keys_read import KeysRead


class Recorded:
    """Cases of one register; an edition that several share is read once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.editions = Editions(lambda digest: reading.read_edition(url, digest))

    def case(self, ref: str) -> Escalation | None:
        """Return the case; None where the register knows no such case.

        Raises:
            Unreadable: what is kept does not give it; one sentence says where.
            RegisterError: the register cannot be read.
        """
        steps = self._steps(ref)
        return self.editions.case(folded({}, steps)) if steps else None

    def kept(self, ref: str) -> OnRecord | None:
        """Return the case with the notices that were decided in it and are not done.

        A notice is not done while no channel has accepted it, or what one had accepted came back; but for one of which
        the record says that no way will take it. A case from before cases had keys gets one with it. None where the
        register knows no such case. Raises as `case` does.
        """
        steps = self._steps(ref)
        if not steps:
            return None
        entries = reading.read_entries(self.url, ref)
        settled = {str(row["body"]["ref"]) for row in entries if row["kind"] == "notice-failed"}
        for one in reading.read_attempts(self.url, ref):
            if one["result"] == "accepted":
                settled.add(one["notice_ref"])
            elif one["result"] == "undelivered":
                settled.discard(one["notice_ref"])
        decided = (notice for step in steps for notice in step.notices)
        left = tuple(notice.but(late=True) for notice in decided if notice.ref not in settled)
        return OnRecord(self.editions.case(folded({}, steps)), left, KeysRead(self.url, ref).wrapped(ref))

    def decisions(self, ref: str) -> Iterator[tuple[Decided, State]]:
        """Yield each decision of a case in order, with the state it left. Raises as `case` does."""
        entries, state, begun = self.entries(ref), State(), 0
        for step in self._steps(ref):
            state = folded(state, [step])
            made = tuple(entry for entry in entries if begun < entry.number <= step.number)
            if not made or made[-1].number != step.number:
                raise Unreadable(f"Entry {step.number} is not in its place.")
            begun = step.number
            yield Decided(entries=made, changes=step.changes, notices=step.notices), state

    def entries(self, ref: str) -> list[Entry]:
        """Return the entries of a case in order. Raises as `case` does."""
        try:
            return [entry_of(row, row["body"]) for row in reading.read_entries(self.url, ref)]
        except ValidationError as error:
            raise Unreadable(f"An entry in the record does not fit its shape ({error.title}).") from None

    def _steps(self, ref: str) -> list[Step]:
        return steps_of(reading.read_changes(self.url, ref))
