"""The keys of cases as a register keeps them, unwrapped with the keys of this installation."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from adapters.keyring import Keyring, KeysFault

from .case_key import CaseKey
from .errors import TextLocked
from .wrapping import CannotUnwrap, WrappedKey, unwrapped

_REMEMBERED = 20_000
_GONE = (
    "its key is not in the register any more. Where it was erased, what stands in clear is all there is; else put it "
    "back from a copy of the register"
)
_CHANGED = "somebody has changed its key in the register: put it back from a copy of the register"


class CaseKeys:
    """Unwraps keys of cases, each once. Safe to share between threads.

    The file of keys is read where something is encrypted, and not before; what it once held goes on being known.
    """

    def __init__(self, file: Path | None) -> None:
        """Take the file of keys; None where none is known."""
        self._file = file
        self._ring: Keyring | None = None
        self._known: dict[tuple[str, WrappedKey], CaseKey] = {}

    def of_row(self, case_ref: str, row: Mapping[str, Any] | None) -> CaseKey:
        """Return the key that a row of `case_key` holds. Raises TextLocked where there is none, or it does not open."""
        if row is None:
            raise TextLocked(case_ref, f"{_GONE}.")
        by, data = row["wrapped_by"], row["wrapped"]
        if not isinstance(by, str) or not isinstance(data, bytes):
            raise TextLocked(case_ref, f"{_CHANGED}.", is_damage=True)
        key = self.of(case_ref, WrappedKey(by, data))
        if key.id != row["key_id"]:
            raise TextLocked(case_ref, f"{_CHANGED}.", is_damage=True)
        return key

    def of(self, case_ref: str, kept: WrappedKey) -> CaseKey:
        """Return a key of a case. Raises TextLocked."""
        place = (case_ref, kept)
        if place not in self._known:
            try:
                key = unwrapped(case_ref, kept, self._keyring(case_ref, kept))
            except CannotUnwrap as why:
                raise TextLocked(case_ref, f"{why}.", is_damage=why.is_damage) from None
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[place] = key
        return self._known[place]

    def read(self, case_ref: str, said: str) -> CaseKey:
        """Return the key of a case that is wrapped as one word. Raises TextLocked."""
        try:
            return self.of(case_ref, WrappedKey.read(said))
        except CannotUnwrap as why:
            raise TextLocked(case_ref, f"{why}.", is_damage=why.is_damage) from None

    def _keyring(self, case_ref: str, kept: WrappedKey) -> Keyring:
        if self._ring is None:
            if self._file is None:
                raise TextLocked(case_ref, f"it needs the key {kept.by}, and no file of keys is known here.")
            try:
                self._ring = Keyring(self._file)
            except KeysFault as fault:
                raise TextLocked(case_ref, f"it needs the key {kept.by}. {fault}") from None
        return self._ring


@lru_cache(maxsize=8)
def case_keys(file: Path | None) -> CaseKeys:
    """Return what unwraps with the keys of a file: one for all that read in this process."""
    return CaseKeys(file)


def given(case_ref: str, key: CaseKey | None) -> Callable[[], CaseKey]:
    """Return what gives a key that was looked up already. Asked where there is none, it raises TextLocked."""

    def asked() -> CaseKey:
        if key is None:
            raise TextLocked(case_ref, f"{_GONE}.")
        return key

    return asked
