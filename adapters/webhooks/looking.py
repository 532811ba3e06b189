"""Looking into the register for what has come, once for all programs that are told of it."""

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from adapters.register import reading
from adapters.register.errors import RegisterError

GOOD_FOR_SECONDS = 1.5
"""For so long a look serves whoever asks; programs ask every few seconds, most of them in the same moment."""
RESTS = 19
"""Times as long as a look has taken none is made: however large the register, looking takes a twentieth of the time."""
LONGEST_SECONDS = 60.0
"""For so long a look serves at most, however long it took: a disk may have been busy for once."""
AT_ONCE = 200
"""Entries of one case that are read at once."""
_MOST_KEPT = 2000
"""Answers between two looks; beyond that each program asks the register itself."""

Rows = Sequence[Mapping[str, Any]]


class Look:
    """What the register holds, as it was a moment ago. Safe to share between threads.

    Every question raises RegisterError where the register cannot answer.
    """

    def __init__(
        self, register: str, good_for: float = GOOD_FOR_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the register's address; *good_for* is in seconds, and *clock* gives seconds that only go on."""
        self._register = register
        self._good_for = good_for
        self._clock = clock
        self._looking, self._reading = threading.Lock(), threading.Lock()
        self._good_until = float("-inf")
        self._found: Mapping[str, int] | RegisterError = {}
        self._kept: dict[Hashable, Rows] = {}

    def last_numbers(self) -> Mapping[str, int]:
        """Return the number of the last entry of every case. An outage is told to all who ask in that moment."""
        with self._looking:
            begun = self._clock()
            if begun >= self._good_until:
                rests = 0.0
                try:
                    self._found = reading.last_numbers(self._register)
                    rests = min(RESTS * (self._clock() - begun), LONGEST_SECONDS)
                except RegisterError as error:
                    self._found = error
                self._good_until = self._clock() + max(self._good_for, rests)
                with self._reading:
                    self._kept.clear()
            if isinstance(self._found, RegisterError):
                raise self._found
            return self._found

    def entries(self, case: str, after: int, last: int) -> Rows:
        """Return entries of a case after a number, up to *last*, at most AT_ONCE."""
        found = self._once((case, after), lambda: reading.entry_kinds(self._register, case, after, AT_ONCE))
        return [one for one in found if one["number"] <= last]  # what came since is told by the next look

    def accepted(self, cases: Sequence[str]) -> Rows:
        """Return the tries by which notices of some cases were taken, by time."""
        asked = tuple(sorted(set(cases)))
        return self._once(asked, lambda: reading.accepted_of(self._register, asked))

    def _once(self, asked: Hashable, read: Callable[[], Rows]) -> Rows:
        """Ask the register once for all who ask the same."""
        with self._reading:
            if asked not in self._kept:
                found = read()
                if len(self._kept) >= _MOST_KEPT:
                    return found
                self._kept[asked] = found
            return self._kept[asked]
