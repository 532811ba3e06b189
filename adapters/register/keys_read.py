"""The keys of cases for a plain reading: looked up where something is encrypted, and not before."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from adapters.keyring import Keyring

from .address import keys_of
from .destroyed import must_not_be_destroyed
from .drivers import rows
from .errors import NothingThere

if TYPE_CHECKING:
    from .case_key import CaseKey
    from .plain import KeyOf

_ONE = "SELECT * FROM case_key WHERE case_ref = :ref"
_ALL = "SELECT * FROM case_key"


class KeysRead:
    """The keys of a register at an address: of one case, or of all, which are then read in one go."""

    def __init__(self, url: str, ref: str | None = None) -> None:
        """Take the address, and the one case that is read."""
        self._url = url
        self._ref = ref
        self._rows: dict[str, dict[str, Any]] | None = None
        self._of = cache(self._found)

    def of(self, ref: str) -> KeyOf:
        """Return what looks the key of a case up, once it is asked for; it raises TextLocked, and as `drivers.rows`."""
        return lambda: self._of(ref)

    def wrapped(self, ref: str) -> str:
        """Return the key of a case as it is kept, as one word; a new one where it has none.

        Empty where there is no file of keys, and where no worker of this version has prepared the register.
        """
        from .wrapping import WrappedKey, new_wrapped

        try:
            row = self._kept().get(ref)
        except NothingThere:  # so it is said too where that table alone is not there
            return ""
        if row is not None:
            return str(WrappedKey(row["wrapped_by"], row["wrapped"]))
        file = keys_of(self._url)
        return new_wrapped(ref, Keyring(file)) if file is not None and file.exists() else ""

    def _found(self, ref: str) -> CaseKey:
        from .case_keys import case_keys  # what reads only what is clear loads no cipher

        kept = self._kept().get(ref)
        if kept is None:
            must_not_be_destroyed(self._url, ref)
        return case_keys(keys_of(self._url)).of_row(ref, kept)

    def _kept(self) -> dict[str, dict[str, Any]]:
        if self._rows is None:
            found = rows(self._url, _ALL, {}) if self._ref is None else rows(self._url, _ONE, {"ref": self._ref})
            self._rows = {row["case_ref"]: row for row in found}
        return self._rows
