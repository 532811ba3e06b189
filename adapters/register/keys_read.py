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
    from collections.abc import Sequence

    from .case_key import CaseKey
    from .plain import KeyOf

_ALL = "SELECT * FROM case_key"


class KeysRead:
    """The keys of a register at an address: of one case, or of some or all, which are then read in one go."""

    def __init__(self, url: str, ref: str | None = None, *, of: Sequence[str] | None = None) -> None:
        """Take the address, and the one case that is read, or those *of* which some are; of all where neither is
        given.
        """
        self._url = url
        self._refs = [ref] if ref is not None else of
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
            self._rows = {row["case_ref"]: row for row in self._read()}
        return self._rows

    def _read(self) -> list[dict[str, Any]]:
        if self._refs is None:
            return rows(self._url, _ALL, {})
        values = {f"ref{number}": ref for number, ref in enumerate(self._refs)}
        names = ", ".join(f":{name}" for name in values)
        return rows(self._url, f"{_ALL} WHERE case_ref IN ({names})", values) if values else []
