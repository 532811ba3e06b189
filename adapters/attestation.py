"""What shows who sent a message: a signature that only whoever has this installation's keys can make.

A client of Temporal that has no key may say whom it likes; nobody who decides believes it.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.base.canonical import canonical
from domain.base.known import LONGEST_WHO, Attested, How, Known
from domain.case.command import Command
from domain.case.decided import Decided
from domain.commands import Opening, kind_of

from .keyring import Key, KeysFault, read_keys

_LABEL = b"escalation attestation 1"
"""Of the key that is derived for this and nothing else."""
_BYTES = 12
"""Of a signature. It stands in each message, and nobody can try more than some thousand a second."""


Said = Command | Opening
"""What somebody sends."""
M = TypeVar("M", Command, Opening)


class Attestations:
    """Says who sends a message, and sees whether what one says is true. Safe to share among threads."""

    def __init__(self, path: Path) -> None:
        """Take the file of keys (see `keyring`). It is read when it is needed, and again where a key is not known."""
        self._path = path
        self._keys: tuple[Key, ...] = ()
        self._derived: dict[str, bytes] = {}

    def with_sender(self, case: str, message: M, how: How, who: str) -> M:
        """Return a message that says how its sender is known; as it was, where there is no key to show it by."""
        keys = self._keys or self._read()
        if not keys:
            return message
        who = " ".join(who.split())[:LONGEST_WHO]
        mark = self._mark(keys[0], "message", _said(case, message, how, who))
        return message.but(attested=Attested(how, who, mark))

    def known(self, case: str, message: Said) -> Known | None:
        """Return how the sender of a message was known; None where it does not say so, or it is not true."""
        attested = message.attested
        if attested is None:
            return None
        try:
            said = _said(case, message, attested.how, attested.who)
        except (ValueError, RecursionError):  # half a character, say, which no message of ours holds
            return None
        is_true = self._is_made(attested.mark, "message", said)
        return Known(attested.how, attested.who) if is_true else None

    def seal(self, case: str, decided: Iterable[Decided]) -> str:
        """Return what shows that decisions which no worker took are this installation's own; empty without a key."""
        keys = self._keys or self._read()
        return self._mark(keys[0], "decided", _whole(case, decided)) if keys else ""

    def is_sealed(self, case: str, decided: Iterable[Decided], seal: str) -> bool:
        """Say whether a seal is ours, and for these very decisions."""
        return bool(seal) and self._is_made(seal, "decided", _whole(case, decided))

    def _is_made(self, mark: str, what: str, said: bytes) -> bool:
        return any(
            hmac.compare_digest(self._mark(key, what, said).encode(), mark.encode("utf-8", "replace"))
            for key in self._all()
        )

    def _all(self) -> Iterator[Key]:
        """Yield each key, and only then those that were added to the file meanwhile."""
        before = self._keys
        yield from before
        yield from (key for key in self._read() if key not in before)

    def _read(self) -> tuple[Key, ...]:
        with suppress(KeysFault):  # somebody is at it, or there are none: what was known goes on
            self._keys = read_keys(self._path)
        return self._keys

    def _mark(self, key: Key, what: str, said: bytes) -> str:
        if key.id not in self._derived:
            self._derived[key.id] = HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(key.secret)
        signed = hmac.new(self._derived[key.id], what.encode() + b"\n" + said, sha256).digest()
        return urlsafe_b64encode(signed[:_BYTES]).decode()


Verifier = Callable[[str, Said], Known | None]
"""From a case and a message to how its sender was known; None where that is not shown."""


def nobody_is_known(case: str, message: Said) -> None:
    """Believe nothing: for an installation without keys."""


def _said(case: str, message: Said, how: str, who: str) -> bytes:
    """Raises ValueError where it holds what canonical JSON cannot."""
    kind = kind_of(message) if isinstance(message, Command) else "opening"
    return canonical([case, message.id, kind, message.content, how, who])


def _whole(case: str, decided: Iterable[Decided]) -> bytes:
    return canonical([case, *(one.model_dump_json(exclude={"follows"}) for one in decided)])
