"""A case as its record alone tells it, and what was decided in it and is not done: no Temporal, no running worker.

It takes the register's address and raises as `reading` does.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from domain.calendar import Calendar
from domain.effects import Entry
from domain.policy import Policy
from domain.replay import NotReplayable, Replayed, replay_whole

from . import reading

T = TypeVar("T")


class Recorded:
    """Cases of one register; an edition that several share is read once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._policies: dict[str, Policy] = {}
        self._calendars: dict[str, Calendar] = {}

    def kept(self, ref: str) -> Replayed | None:
        """Return the case with what was decided in it and is not done: entries and notices, these marked late.

        A notice is not done while no channel has accepted it, or what one had accepted came back; but for one of which
        the record says that no way will take it. None where the register knows no such case.

        Raises:
            NotReplayable: the entries, the editions or today's rules do not give it; one sentence says where.
            RegisterError: the register cannot be read.
        """
        rows = reading.read_entries(self.url, ref)
        if not rows:
            return None
        whole = self.made(rows, replay_whole)
        settled = {str(row["body"]["ref"]) for row in rows if row["kind"] in {"notice-sent", "notice-failed"}}
        for one in reading.read_attempts(self.url, ref):
            if one["result"] == "accepted":
                settled.add(one["notice_ref"])
            elif one["result"] == "undelivered":
                settled.discard(one["notice_ref"])
        return whole._replace(notices=tuple(one.but(late=True) for one in whole.notices if one.ref not in settled))

    def made(self, rows: list[dict[str, Any]], make: Callable[[list[Entry], Policy, Calendar], T]) -> T:
        """Make something of a case's entries and the editions it is pinned to. Raises NotReplayable."""
        if locked := [row["number"] for row in rows if row["body"] is None]:
            raise NotReplayable(f"What entry {locked[0]} says is kept under a key.")
        try:
            made = [_entry(row) for row in rows]
            policy, calendar = self._editions(made[0])
            return make(made, policy, calendar)
        except ValidationError as error:
            shape = error.title
            raise NotReplayable(f"Something in the record does not fit its shape ({shape}).") from None
        except (KeyError, TypeError, IndexError, StopIteration) as error:
            raise NotReplayable(f"An entry names what is not there ({type(error).__name__}).") from None

    def _editions(self, opened: Entry) -> tuple[Policy, Calendar]:
        digests = opened.body.get("editions")
        if not isinstance(digests, dict):
            raise NotReplayable("The first entry does not name the policy and the calendar of the case.")
        policy, calendar = str(digests.get("policy", "")), str(digests.get("calendar", ""))
        if policy not in self._policies:
            self._policies[policy] = Policy.model_validate(self._kept("policy", policy))
        if calendar not in self._calendars:
            self._calendars[calendar] = Calendar.model_validate(self._kept("calendar", calendar))
        return self._policies[policy], self._calendars[calendar]

    def _kept(self, kind: str, digest: str) -> dict[str, Any]:
        body = reading.read_edition(self.url, digest)
        if body is None:
            raise NotReplayable(f"The {kind} that the case is pinned to ({digest[:12]}…) is not in the register.")
        return body


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        case=row["case_ref"],
        number=row["number"],
        kind=row["kind"],
        at=row["event_time"],
        entered_at=row["entry_time"],
        by=row["by"],
        on_behalf_of=row["on_behalf_of"],
        body=row["body"],
    )
