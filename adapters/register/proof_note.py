"""What is remembered of the last proof of the record, in a small file outside the database."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from adapters.files import NotWritten, write_whole
from adapters.given import read_text
from adapters.private import keep_private, make_folder

from .rows import Fault
from .verification import End


@dataclass
class ProofNote:
    """When it was, what it found, and where the ledger of cases ended."""

    file: Path
    since: str = ""
    """When a worker first looked; empty before."""
    last: str = ""
    """When the last proof began that went to its end; empty before the first."""
    cases: int = 0
    faults: int = 0
    says: str = ""
    """What it found, in a sentence."""
    digest: str = ""
    """Of the set of faults that it found."""
    told: str = ""
    """That of which somebody was told last."""
    end: End | None = None
    unread: int = 0
    """In how many cases what people wrote could not be read."""
    unread_says: str = ""
    """In which, in a sentence."""
    unread_told: bool = False
    """Was somebody told of that?"""

    @staticmethod
    def digest_of(faults: Iterable[Fault]) -> str:
        """Return the digest of a set of faults; empty for none."""
        said = sorted(map(str, faults))
        return hashlib.sha256("\n".join(said).encode()).hexdigest() if said else ""

    def save(self) -> None:
        """Write the file completely or not at all. Raises NotWritten."""
        kept = {
            "since": self.since,
            "last": self.last,
            "cases": self.cases,
            "faults": self.faults,
            "says": self.says,
            "digest": self.digest,
            "told": self.told,
            "ledger": list(self.end) if self.end else None,
            "unread": self.unread,
            "unread_says": self.unread_says,
            "unread_told": self.unread_told,
        }
        try:
            make_folder(self.file.parent)
        except OSError as error:
            raise NotWritten(f"{self.file}: its folder cannot be made ({type(error).__name__}).") from None
        write_whole(self.file, json.dumps(kept, indent=1))
        keep_private(self.file)


def read_note(file: Path) -> ProofNote:
    """Read the file. If it cannot be read, begin anew: at worst something is told twice, or a case not missed."""
    try:
        kept = json.loads(read_text(file))
        return ProofNote(
            file,
            since=str(kept["since"]),
            last=str(kept["last"]),
            cases=int(kept["cases"]),
            faults=int(kept["faults"]),
            says=str(kept["says"]),
            digest=str(kept["digest"]),
            told=str(kept["told"]),
            end=End(int(kept["ledger"][0]), str(kept["ledger"][1])) if kept["ledger"] else None,
            unread=int(kept.get("unread", 0)),  # an older worker wrote none
            unread_says=str(kept.get("unread_says", "")),
            unread_told=kept.get("unread_told", False) is True,
        )
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ProofNote(file)
