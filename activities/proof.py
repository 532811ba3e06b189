"""Proving the record: the chains are whole, each case is the fold of what was decided, and lists show that."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from adapters.register.editions import Editions
from adapters.register.reading import read_edition
from adapters.register.register import Register
from adapters.register.rows import Fault, StandingRow
from adapters.register.verification import End, Locked
from domain.case.patch import State
from domain.views.status import status_of

from .entries import standing_row


class Proof:
    """Proves the record at one address; an edition that several cases share is read once. No rule is asked."""

    def __init__(self, register: Register, url: str) -> None:
        self._register = register
        self._editions = Editions(lambda digest: read_edition(url, digest))

    def faults(
        self,
        only: str | None,
        now: datetime,
        known: End | None = None,
        goes_on: Callable[[], bool] = lambda: True,
        locked: Locked = lambda _: None,
    ) -> Iterator[Fault]:
        """Yield what is wrong with one case, or with all and what they stand on. Raises RegisterDown alone.

        *known* is where the ledger of cases ended at an earlier time. *goes_on* is asked after each case; a proof that
        does not go on proves nothing. *locked* is told of each case of which a text cannot be decrypted here.
        """
        return self._register.faults(only, shown=self._shown, now=now, known=known, goes_on=goes_on, locked=locked)

    def end_of_ledger(self) -> End | None:
        """Return where the ledger of cases ends. Raises RegisterDown."""
        return self._register.end_of_ledger()

    def cases(self) -> int:
        """Return of how many cases anything stands. Raises RegisterError."""
        return len(self._register.references())

    def rebuild(self, refs: Iterable[str]) -> int:
        """Write what lists show of each case anew from its record, and return of how many.

        A case whose record is at fault is left as it is: what lists show may be the only trace of what is gone.
        """
        done = 0
        for ref in refs:
            if all(one.of in {"copy", "sending"} for one in self._register.faults(ref, shown=self._shown)):
                self._register.show_anew(ref, self._shown)
                done += 1
        return done

    def _shown(self, state: State) -> StandingRow:
        return standing_row(status_of(self._editions.case(state)))
