"""Enter what was decided into the register, with how its case is shown from then on."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from pydantic import JsonValue

from adapters.register.editions import Editions
from adapters.register.errors import EntryGap
from adapters.register.register import Register
from adapters.register.rows import Edition, StandingRow
from domain.case.decided import Decided
from domain.case.patch import State
from domain.policy import Policy
from domain.time.calendar import Calendar
from domain.views.owed_times import all_times, awaited
from domain.views.status import CaseStatus, status_of

TRIES = 5
PATIENCE_SECONDS = 2.0
"""How long what came before its turn waits in this process; then it is tried again later."""
MOST_WAITING = 20
"""Threads that may wait so: far fewer than there are."""
REMEMBERED = 1_000
"""Cases."""

log = structlog.get_logger()


class Entries:
    """Writes the record. Safe to share between threads."""

    def __init__(self, register: Register, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._register = register
        self._editions = Editions(self._edition)
        self._turns = _Turns(patience_seconds)

    def enter(
        self,
        decided: Sequence[Decided],
        policy: Mapping[str, JsonValue] | None = None,
        calendar: Mapping[str, JsonValue] | None = None,
        case_key: str = "",
    ) -> None:
        """Write decisions of one case, all or nothing, and the *policy* or *calendar* that is new to it.

        They are encrypted with the key that the register has of the case, or else with *case_key*, wrapped. Repeats are
        harmless. Raises as `Register.enter` does.
        """
        editions = self._known([policy] if policy is not None else [], [calendar] if calendar is not None else [])
        case, last = decided[-1].entries[-1].case, decided[-1].entries[-1].number
        for waits in range(TRIES + 1):
            try:
                self._register.enter(decided, editions, self._shown, case_key)
            except EntryGap as gap:
                if waits == TRIES or not self._turns.comes(case, gap.missing):
                    raise
            else:
                self._turns.came(case, last)
                return

    def enter_whole(
        self,
        decided: Sequence[Decided],
        policies: Iterable[Mapping[str, JsonValue]],
        calendars: Iterable[Mapping[str, JsonValue]],
        case_key: str = "",
    ) -> None:
        """Write all decisions of one case, with every edition that it ever went by; nobody else is waited for.

        Raises as `Register.enter` does.
        """
        self._register.enter(decided, self._known(policies, calendars), self._shown, case_key)

    def _known(
        self, policies: Iterable[Mapping[str, JsonValue]], calendars: Iterable[Mapping[str, JsonValue]]
    ) -> list[Edition]:
        editions: list[Edition] = []
        for policy in policies:
            self._editions.know(Policy.model_validate(policy))
            editions.append(Edition(kind="policy", body=dict(policy)))
        for calendar in calendars:
            self._editions.know(Calendar.model_validate(calendar))
            editions.append(Edition(kind="calendar", body=dict(calendar)))
        return editions

    def _shown(self, state: State) -> StandingRow | None:
        try:
            return standing_row(status_of(self._editions.case(state)))
        except Exception as error:  # a mistake of ours holds up no entry: lists show what they showed
            log.error("standing_not_shown", reason=type(error).__name__)
            return None

    def _edition(self, digest: str) -> Mapping[str, Any] | None:
        edition = self._register.edition(digest)
        return edition.body if edition else None


class _Turns:
    """Lets what came before its turn wait a moment for the one before it, which is mostly being entered beside it."""

    def __init__(self, patience_seconds: float) -> None:
        self._patience = patience_seconds
        self._changed = threading.Condition()
        self._last: dict[str, int] = {}
        self._waiting = 0

    def came(self, case: str, number: int) -> None:
        """The case has been entered up to that number."""
        with self._changed:
            self._last[case] = max(number, self._last.pop(case, 0))
            while len(self._last) > REMEMBERED:
                self._last.pop(next(iter(self._last)))
            self._changed.notify_all()

    def comes(self, case: str, number: int) -> bool:
        """Wait for that entry; False where it does not come soon, or too many wait already."""
        with self._changed:
            if self._waiting >= MOST_WAITING:
                return False
            self._waiting += 1
            try:
                return self._changed.wait_for(lambda: self._last.get(case, 0) >= number, self._patience)
            finally:
                self._waiting -= 1


def standing_row(standing: CaseStatus) -> StandingRow:
    """Return where a case stands as the register keeps it."""
    return StandingRow(
        case_ref=standing.case,
        as_of_number=standing.as_of,
        policy=standing.policy,
        stage=standing.stage,
        urgency=standing.urgency,
        opened_at=standing.opened_at,
        next_due=standing.next_due,
        overdue=standing.overdue,
        open=standing.closed_at is None,
        agencies=tuple(sorted({party.agency for party in standing.parties})),
        view=standing.model_dump(mode="json"),
        owed=all_times(standing),
        awaited=awaited(standing),
        next_moment=standing.next_moment,
    )
