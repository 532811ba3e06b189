"""A case made again from its record alone: no Temporal, no running worker."""

from typing import Any

from pydantic import ValidationError

from adapters.register import reading
from domain.calendar import Calendar
from domain.effects import Entry
from domain.escalation import Escalation
from domain.policy import Policy
from domain.replay import NotReplayable, replay

from .exits import PROBLEM, Trouble


class Replayer:
    """Replays cases of one register; an edition that several share is read once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._policies: dict[str, Policy] = {}
        self._calendars: dict[str, Calendar] = {}

    def case(self, ref: str) -> Escalation | None:
        """Return the case as its entries tell it; None where the register knows no such case.

        Raises:
            NotReplayable: the entries, the editions or today's rules do not give it; one sentence says where.
            RegisterError: the register cannot be read.
        """
        rows = reading.read_entries(self._url, ref)
        if not rows:
            return None
        if locked := [row["number"] for row in rows if row["body"] is None]:
            raise NotReplayable(f"What entry {locked[0]} says is kept under a key.")
        try:
            made = [_entry(row) for row in rows]
            policy, calendar = self._editions(made[0])
            return replay(made, policy, calendar)
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
        body = reading.read_edition(self._url, digest)
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


def replayed(url: str, ref: str) -> Escalation:
    """Return the case as its record tells it.

    Raises:
        Trouble: the register knows no such case, or what it holds does not give one.
    """
    try:
        case = Replayer(url).case(ref)
    except NotReplayable as error:
        raise Trouble(
            f"The record of {ref} does not give the case: {error} See `escalate verify {ref}`.", PROBLEM
        ) from None
    if case is None:
        raise Trouble(f"The register knows no case {ref}. `escalate list --all` shows those it knows.")
    return case
