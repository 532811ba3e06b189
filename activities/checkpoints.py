"""Checkpoints of the register: made beside the nightly proof, and held against it before the next one is made."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from adapters.checkpoint.checkpoint import made
from adapters.checkpoint.keeping import Kept, keep, newest
from adapters.checkpoint.keys import KeyFault, note_own, read_signer
from adapters.checkpoint.notes import NoteFaulty, Signer, VerifierKey
from adapters.files import NotWritten
from adapters.register.register import Register
from adapters.register.rows import Fault


class NotMade(Exception):  # noqa: N818 - reads as a sentence
    """No checkpoint was made: one sentence says why, and the mend."""


class Place(NamedTuple):
    """Where an installation has what its checkpoints need."""

    folder: Path
    key: Path
    vkeys: Path
    """File of public keys, our own and those of cosigners."""
    name: str
    """The origin: a domain of the partnership's."""


class Checkpoints:
    """Makes the checkpoints of one register."""

    def __init__(self, register: Register, place: Place, first_key: Callable[[], object] = lambda: None) -> None:
        """Take *first_key*, which makes a key where there is none and one may be made by itself. Raises KeyFault."""
        self._register = register
        self._place = place
        self.first_key = first_key

    def faults(self) -> Iterator[Fault]:
        """Yield what the newest of ours has and the register has not. Raises RegisterDown alone."""
        try:
            last = newest(self._place.folder)
        except NoteFaulty as fault:
            yield Fault(case_ref="", place="the newest checkpoint", what=f"cannot be used: {fault}")
            return
        if last is not None:
            yield from self._register.faults_against([last])

    def make(self, now: datetime, *, despite_loss: bool = False) -> Kept:
        """Make one and keep it.

        A register that does not hold what the newest one has is not signed, unless somebody says *despite_loss*: a copy
        was put back, and it is known what is gone. The older ones stay, and go on showing it.

        Raises NotMade, and RegisterDown.
        """
        if not despite_loss and (found := next(self.faults(), None)):
            raise NotMade(
                f"No checkpoint was made, for the newest one does not fit the register: {found}. Where a copy of the "
                "register was put back, and you know what is gone, `escalate checkpoint make --despite-loss` signs it."
            )
        try:
            signer = self._signer()
            heads = self._register.heads()
            checkpoint = made(signer, heads, now)
            return Kept(checkpoint, heads, keep(self._place.folder, checkpoint, heads))
        except (KeyFault, NotWritten) as fault:
            raise NotMade(f"No checkpoint was made. {fault}") from None

    def _signer(self) -> Signer:
        self.first_key()
        signer = read_signer(self._place.key, self._place.name)
        note_own(self._place.vkeys, signer)
        return signer


def faults_against(
    register: Register, known: Iterable[VerifierKey], kept: Iterable[Kept], only: str | None
) -> Iterator[Fault]:
    """Yield what is wrong with checkpoints by the public keys that are *known*, and what they have and the register has
    not, of one case where *only* names it.

    Raises RegisterDown alone.
    """
    keys, trusted = tuple(known), []
    for one in kept:
        try:
            one.checkpoint.whose(keys)
        except NoteFaulty as fault:
            yield Fault(case_ref="", place=f"checkpoint {one.file.name}", what=f"cannot be trusted: {fault}")
        else:
            trusted.append(one)
    yield from register.faults_against(trusted, only)
