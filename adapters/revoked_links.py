"""Links that open nothing any more: called back for one seat of a case, up to the letters that it had had by then."""

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from .files import write_new
from .given import read_text
from .links import Linked, Links
from .private import make_folder

FOLDER = "links-revoked"
"""In the data folder: a file for each revocation, and for each letter that was sent again since."""
_LARGEST = 4_000
"""Bytes of one file."""


class Revoked(Exception):  # noqa: N818 - reads as a sentence
    """A link is ours and was called back."""

    def __init__(self, linked: Linked) -> None:
        super().__init__("This link was called back.")
        self.linked = linked


class Revocation(NamedTuple):
    """Every link of a seat's letters up to an entry was called back; or one letter was sent again after that."""

    case: str
    role: str
    agency: str
    entry: int
    """The last entry of the case then; 0 for a letter sent again."""
    at: str
    """ISO 8601, in UTC."""
    by: str
    """Who did it, as a role title and account."""
    again: str = ""
    """Reference of the letter that was sent again, whose link opens."""


class RevokedLinks:
    """The revocations of one installation. Whoever reads them sees those of another process at once."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self.folder = data / FOLDER

    def keep(self, said: Revocation) -> None:
        """Keep a revocation, or a letter sent again. Raises NotWritten, and OSError for the folder."""
        make_folder(self.folder)
        write_new(self.folder / f"{said.case}.{secrets.token_hex(8)}.json", json.dumps(said._asdict()))

    def is_revoked(self, linked: Linked) -> bool:
        """Was a link called back? Where a file of its case cannot be read, it is taken to have been."""
        every = [_read(file) for file in self.folder.glob(f"{linked.case}.*.json")]
        found = [one for one in every if one is not None]
        if len(found) < len(every):
            return True
        seat = (linked.role, linked.agency)
        mine = [one for one in found if (one.role, one.agency) == seat]
        if any(one.again == linked.ref for one in mine):
            last = max(one.at for one in mine if one.again == linked.ref)
            mine = [one for one in mine if one.at > last]
        return any(not one.again and linked.entry <= one.entry for one in mine)

    def forget(self, case: str) -> None:
        """Take out what is kept of a case. Raises OSError."""
        for file in self.folder.glob(f"{case}.*.json"):
            file.unlink(missing_ok=True)


class StandingLinks(Links):
    """Reads those links alone that were not called back."""

    def __init__(self, address: str, keys: Sequence[str], revoked: RevokedLinks) -> None:
        """Take what links are made with, and what is known of those called back. Raises ValueError."""
        super().__init__(address, keys)
        self._revoked = revoked

    def read(self, path: str) -> Linked:
        """Return what a link opens. Raises NoSuchLink, and Revoked."""
        linked = super().read(path)
        if self._revoked.is_revoked(linked):
            raise Revoked(linked)
        return linked


def _read(file: Path) -> Revocation | None:
    with suppress(OSError, ValueError, TypeError):
        said = Revocation(**json.loads(read_text(file, _LARGEST)))
        datetime.fromisoformat(said.at)
        if isinstance(said.entry, int) and all(isinstance(one, str) for one in (said.role, said.agency, said.again)):
            return said
    return None
