"""What a run of the workflow begins with."""

from typing import ClassVar

from pydantic import JsonValue

from activities.bundles import Bundle
from domain.base.value import Instant, Value
from domain.case.patch import Changes, changes_between, state_of
from domain.case.state import Escalation
from domain.commands import Box, Opening
from domain.policy import Policy
from domain.time.calendar import Calendar
from domain.views.shown import Shown, shown_of

AT_ONCE = 100
"""While a store is down each is tried every minute; what is decided meanwhile gathers."""
LONGEST = 1_000
"""Events, some 120 messages: a worker that is new to the case goes through them in about a second."""


class Carried(Value):
    """A case that goes on in another run, or that comes back from its record."""

    case: str
    policy: Policy
    calendar: Calendar
    state: dict[str, JsonValue]
    """As of its last entry."""
    loose: Changes | None = None
    """What has changed since."""
    mark: str = ""
    """Of the last entry; empty where it is not known."""
    case_key: str = ""
    """With which its record is encrypted, wrapped; empty where it is in clear."""
    shown: Shown | None = None
    told_at: Instant | None = None
    """When it was last told that deciding fails."""
    unrecordable: str = ""
    """Why the record does not take its entries, as a sentence; empty while it does."""

    @classmethod
    def of(cls, recorded: Escalation, present: Escalation, case_key: str) -> "Carried":
        """Carry a case as it is at *present*, which was so *recorded* at its last entry, with its wrapped key."""
        return cls(
            case=present.case,
            policy=present.policy,
            calendar=present.calendar,
            state=state_of(recorded),
            loose=None if present is recorded else changes_between(recorded, present),
            case_key=case_key,
            shown=shown_of(present),
        )


class Run(Value):
    """A new case, or one carried over from the run before."""

    IS_COMPRESSED: ClassVar = True
    opening: Opening | None = None
    carried: Carried | None = None
    unfinished: tuple[Bundle, ...] = ()
    """Decided, and not certainly entered and sent when the run before ended."""
    refused: tuple[Bundle, ...] = ()
    """Entries that the register did not take, to be entered again when that is mended."""
    undecided: tuple[Box, ...] = ()
    """Messages that a mistake of ours has kept from being decided."""
    at_once: int = AT_ONCE
    """Bundles under way at once, the urgent ones apart."""
    longest_history: int = LONGEST
    """Events after which a new run begins; 0 leaves it to the server's suggestion."""

    @property
    def _given(self) -> Opening | Carried:
        given = self.carried or self.opening
        if given is None:
            raise ValueError("A run begins with an opening or with a case carried over.")
        return given

    @property
    def case(self) -> str:
        """The case's reference. Raises ValueError where the run begins with nothing."""
        return self._given.case

    @property
    def policy(self) -> Policy:
        """The policy that the case goes by as the run begins."""
        return self._given.policy

    @property
    def calendar(self) -> Calendar:
        """The calendar that the case goes by as the run begins."""
        return self._given.calendar
