"""Noting who opened a page behind a link. Nobody who looks waits for it, or is turned away by it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from adapters.links import Linked
from adapters.people.aside import ReadsAside
from adapters.people.file import Person
from adapters.people.roles import is_of_party
from adapters.register.errors import NothingThere, RegisterError
from adapters.register.reads import Read, note_reads

KNOWN = "by a link alone"
SIGNED_IN = "by a pass made under the account of the machine"
ROLE = "link"
"""What stands in the place of a role: whoever holds a link may see its page, and no other."""

log = structlog.get_logger()


class Looks:
    """The record of reads, as the page writes it. Safe to share between threads."""

    def __init__(self, register: str, data: Path, clock: Callable[[], datetime]) -> None:
        """Take the register's address, the data folder, and what gives the present as an aware instant."""
        self._register = register
        self._aside = ReadsAside(data)
        self._clock = clock

    def note(self, linked: Linked, what: str, case: Mapping[str, Any] | None) -> None:
        """Note a look by a link at its case, as the register lists that; None where it is not there. Never raises."""
        read = Read.made(
            self._clock(),
            what,
            case_ref=linked.case,
            detail=f"page of notice {linked.ref}",
            title=", ".join(filter(None, (linked.role, linked.agency))),
            role=ROLE,
            agency=linked.agency,
            known=KNOWN,
            of_party=case is not None and is_of_party(linked.agency, case),
        )
        self._note(read)

    def note_of(self, person: Person, case: str, detail: str) -> None:
        """Note that somebody who has signed in read a case, or what is of a case that is not known. Never raises."""
        more = {"account": person.account, "title": person.title, "role": person.role, "agency": person.agency}
        self._note(Read.made(self._clock(), "showed", case_ref=case, detail=detail, known=SIGNED_IN, **more))

    def _note(self, read: Read) -> None:
        try:
            note_reads(self._register, [read])
        except NothingThere:
            self._aside.keep(read)
        except RegisterError:
            log.warning("look_kept_aside", case=read.case_ref, kept=self._aside.keep(read))
        else:
            self._aside.note(self._register)
