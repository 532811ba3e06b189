"""Policies and calendars by their digest, and the cases of states that name them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from domain.case.editions import digest_of
from domain.case.patch import State, Unreadable, case_of
from domain.case.state import Escalation
from domain.policy import Policy
from domain.time.calendar import Calendar

E = TypeVar("E", Policy, Calendar)


class Editions:
    """Makes cases of states. An edition that several share is read and made once; safe to share between threads."""

    def __init__(self, read: Callable[[str], Mapping[str, Any] | None]) -> None:
        """Take what reads the body of an edition by its digest; None where it is not kept."""
        self._read = read
        self._policies: dict[str, Policy] = {}
        self._calendars: dict[str, Calendar] = {}

    def know(self, edition: Policy | Calendar) -> None:
        """Take an edition as it is, so that it is not looked for: it may not be kept yet."""
        if isinstance(edition, Policy):
            self._policies.setdefault(digest_of(edition), edition)
        else:
            self._calendars.setdefault(digest_of(edition), edition)

    def policy(self, digest: str) -> Policy:
        """Return a policy. Raises Unreadable where it is not kept or does not fit its shape."""
        return self._made("policy", digest, Policy, self._policies)

    def calendar(self, digest: str) -> Calendar:
        """Return a calendar. Raises Unreadable where it is not kept or does not fit its shape."""
        return self._made("calendar", digest, Calendar, self._calendars)

    def case(self, state: State) -> Escalation:
        """Return the case of a state, under the editions it names. Raises Unreadable."""
        policy, calendar = (str(state.get(name, "")) for name in ("policy", "calendar"))
        return case_of(state, self.policy(policy), self.calendar(calendar))

    def _made(self, what: str, digest: str, kind: type[E], known: dict[str, E]) -> E:
        if digest not in known:
            which = f"The {what} that the case is under ({f'{digest[:12]}…' if digest else 'nowhere said'})"
            body = self._read(digest)
            if body is None:
                raise Unreadable(f"{which} is not in the register.")
            try:
                known[digest] = kind.model_validate(body)
            except ValidationError:
                raise Unreadable(f"{which} does not fit its shape.") from None
        return known[digest]
