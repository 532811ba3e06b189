"""Looks that the register could not take: kept aside, a file each, until it can."""

import json
from contextlib import suppress
from pathlib import Path

from adapters.files import NotWritten, write_first
from adapters.given import read_text
from adapters.private import make_folder
from adapters.register.errors import RegisterError
from adapters.register.reads import Read, note_reads

FOLDER = "reads-kept-aside"
"""In the data folder."""
_AT_ONCE = 200
_LARGEST = 10_000
"""Bytes of one look."""


class ReadsAside:
    """The looks that one installation keeps aside. Whoever notes them twice notes them once: each has an id."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self.folder = data / FOLDER

    def keep(self, read: Read) -> bool:
        """Keep a look; False where it cannot be kept."""
        try:
            make_folder(self.folder)
            write_first(self.folder / f"{read.id}.json", json.dumps(read._asdict()))
        except (OSError, NotWritten):
            return False
        return True

    def count(self) -> int:
        """Return how many are kept."""
        return len(self._files())

    def note(self, url: str) -> int:
        """Note in the register what was kept aside, and return how many; those that it does not take stay.

        One that cannot be read stays too, for somebody to look at. Never raises.
        """
        noted = 0
        while found := [(file, read) for file in self._files() if (read := _read_of(file))][:_AT_ONCE]:
            try:
                note_reads(url, [read for _, read in found])
            except RegisterError:
                break
            for file, _ in found:
                try:
                    file.unlink(missing_ok=True)
                except OSError:
                    return noted  # they are noted, and so they are when this is said again
                noted += 1
        return noted

    def _files(self) -> list[Path]:
        with suppress(OSError):
            return sorted(self.folder.glob("*.json"))
        return []


def _read_of(file: Path) -> Read | None:
    try:
        said = json.loads(read_text(file, _LARGEST))
        read = Read(**said)
    except (OSError, ValueError, TypeError):
        return None
    of_party = read.of_party
    texts = [one for name, one in said.items() if name != "of_party"]
    return read if isinstance(of_party, bool) and all(isinstance(one, str) for one in texts) else None
