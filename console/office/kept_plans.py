"""Plans for many cases at once: who made them, what would change, and what became of each part.

Each is a file of its own in the data folder, encrypted like other small files that hold what people wrote.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from adapters.encrypted_file import CannotDecrypt, decrypted, encrypted
from adapters.files import NotWritten, one_at_a_time, write_whole
from adapters.given import TooLarge, read_text
from adapters.keyring import Keyring, KeysFault
from adapters.private import make_folder
from domain.base.value import Instant, Value
from services.errors import AWAY, REFUSED, Trouble

FOLDER = "plans"
Act = Literal["acknowledge", "hand-over", "extend"]
State = Literal["to do", "done", "refused", "not known"]
_NUMBER = re.compile(r"[0-9a-f]{8}")
_LARGEST = 2_000_000
"""Bytes of a file."""


class Part(Value):
    """What one message of a plan would change in one case, and what became of it."""

    case: str
    does: str
    """In words."""
    kind: str
    message: dict[str, Any]
    """As it is sent; its id is the same for every try."""
    state: State = "to do"
    says: str = ""
    """What the case answered, or why it did not take it."""
    by: str = ""
    """Who carried it out, in words."""
    at: Instant | None = None


class Plan(Value):
    """One plan."""

    number: str
    act: Act
    made_by: str
    made_at: Instant
    parts: tuple[Part, ...]
    left_out: tuple[str, ...] = ()
    """Sentences about cases and duties that are not in it, and why."""

    @property
    def is_open(self) -> bool:
        """Is any of it still to be done, or not known to be?"""
        return any(one.state in {"to do", "not known"} for one in self.parts)

    def count(self, state: State) -> int:
        """Return how many parts are in a state."""
        return sum(one.state == state for one in self.parts)


def new_number() -> str:
    """Return a number for a plan; it says nothing."""
    return secrets.token_hex(4)


class BeingCarriedOut(Trouble):
    """Somebody carries a plan out at this moment."""


class KeptPlans:
    """The plans of one installation."""

    def __init__(self, data: Path, keys: Path) -> None:
        """Take the data folder, and the file of keys."""
        self._folder = data / FOLDER
        self._keys = keys

    def put(self, plan: Plan) -> None:
        """Keep a plan as it stands now. Raises Trouble."""
        try:
            make_folder(self._folder)
            write_whole(self._file(plan.number), encrypted(plan.model_dump_json(), plan.number, Keyring(self._keys)))
        except (OSError, NotWritten, KeysFault):
            raise Trouble("The plan cannot be kept: tell whoever looks after this installation.", AWAY) from None

    def get(self, number: str) -> Plan:
        """Return a plan. Raises Trouble where there is none that can be read."""
        if not _NUMBER.fullmatch(number):
            raise Trouble("There is no such plan.")
        try:
            kept = read_text(self._file(number), _LARGEST)
            return Plan.model_validate_json(decrypted(kept, number, Keyring(self._keys)))
        except FileNotFoundError:
            raise Trouble("There is no such plan.") from None
        except (OSError, TooLarge, ValidationError, CannotDecrypt, KeysFault):
            raise Trouble("The plan cannot be read: tell whoever looks after this installation.", AWAY) from None

    def every(self) -> list[Plan]:
        """Return every plan that can be read, the newest first."""
        found = []
        for file in self._folder.glob("*.plan") if self._folder.is_dir() else ():
            try:
                found.append(self.get(file.stem))
            except Trouble:
                continue
        return sorted(found, key=lambda one: one.made_at, reverse=True)

    @contextmanager
    def carrying_out(self, number: str) -> Iterator[Callable[[Plan], None]]:
        """Let nobody else carry a plan out meanwhile. Raises BeingCarriedOut where somebody does."""
        try:
            with one_at_a_time(self._file(number), patience=0.2):
                yield self.put
        except NotWritten:
            raise BeingCarriedOut("This plan is being carried out: look again in a minute.", REFUSED) from None

    def _file(self, number: str) -> Path:
        return self._folder / f"{number}.plan"
