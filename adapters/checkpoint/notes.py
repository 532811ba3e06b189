"""Signed notes as c2sp.org/signed-note has them, and the cosignatures of c2sp.org/tlog-cosignature, by Ed25519."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, COSIGNER = 1, 4
"""Types of signature: of whoever makes a checkpoint, and the timed one of whoever cosigns it."""
SEED_BYTES = 32
_ID, _TIME, _SIGNATURE = 4, 8, 64
"""Bytes of a key's id, of the time in a cosignature, and of a signature."""
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
MOST_SIGNATURES = 64


class NoteFaulty(ValueError):  # noqa: N818 - reads as a sentence
    """A note or a key that cannot be used: one sentence."""


class VerifierKey(NamedTuple):
    """The public half of a key, by which others see who signed."""

    name: str
    kind: int
    """LOG or COSIGNER."""
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each signature by it."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:_ID]

    def __str__(self) -> str:
        """Write it as a vkey: `example.org+bd4f3c1a+AWZ…`."""
        return f"{self.name}+{self.id.hex()}+{_in_base64(bytes([self.kind]) + self.public)}"


class Signed(NamedTuple):
    """Whose signature stands under a note."""

    key: VerifierKey
    at: datetime | None
    """When it was cosigned, by the cosigner's clock; None for whoever made it."""


class Note(NamedTuple):
    """A text and the signatures under it; whose they are, and that they are good, is not known yet."""

    body: str
    """With its last line end."""
    lines: tuple[str, ...]
    """One signature each."""

    def __str__(self) -> str:
        """Write it as it is signed and sent."""
        under = "\n".join(self.lines)
        return f"{self.body}\n{under}\n"


class Signer:
    """A name and its secret key."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the 32 bytes that the key is made of. Raises NoteFaulty for a name that no key can have."""
        self._name = _named(name)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def __repr__(self) -> str:
        """Its name alone: a key is in no log."""
        return f"Signer({self._name})"

    def verifier(self, kind: int) -> VerifierKey:
        """Return the public half, as the maker of checkpoints or as a cosigner."""
        return VerifierKey(self._name, kind, self._key.public_key().public_bytes_raw())

    def sign(self, body: str) -> str:
        """Return the line of the maker's signature."""
        return _line(self.verifier(LOG), self._key.sign(body.encode()))

    def cosign(self, body: str, at: datetime) -> str:
        """Return the line of a cosignature of that time, to the second."""
        time = int(at.timestamp())
        return _line(self.verifier(COSIGNER), time.to_bytes(_TIME, "big") + self._key.sign(_cosigned(body, time)))


def read_note(text: str) -> Note:
    """Take a note apart. Raises NoteFaulty."""
    body, gap, under = text.replace("\r\n", "\n").rpartition("\n\n")
    lines = tuple(under.removesuffix("\n").split("\n"))
    if not gap or not under.endswith("\n") or not all(map(_LINE.fullmatch, lines)):
        raise NoteFaulty("It is no signed note: a text, an empty line, and a line for each signature.")
    if len(lines) > MOST_SIGNATURES:
        raise NoteFaulty(f"It bears more than {MOST_SIGNATURES} signatures.")
    return Note(f"{body}\n", lines)


def signatures(note: Note, known: Iterable[VerifierKey]) -> list[Signed]:
    """Return whose of the known keys signed a note, in the order of its lines; others' signatures are left aside.

    Raises NoteFaulty where a signature that bears a known key's name and id is not by that key.
    """
    keys = {(key.name, key.id): key for key in known}
    return list(_signatures(note, keys))


def _signatures(note: Note, keys: dict[tuple[str, bytes], VerifierKey]) -> Iterator[Signed]:
    for line in note.lines:
        found = _LINE.fullmatch(line)
        assert found is not None  # noqa: S101 - the note was read
        signed = _from_base64(found[2])
        key = keys.get((found[1], signed[:_ID]))
        if key is None:
            continue
        at, message, signature = None, note.body.encode(), signed[_ID:]
        if key.kind == COSIGNER:
            time, signature = int.from_bytes(signature[:_TIME], "big"), signature[_TIME:]
            message = _cosigned(note.body, time)
        if len(signature) != _SIGNATURE or not _is_by(key, signature, message):
            raise NoteFaulty(f"The signature of {key.name} is not by its key: the note was changed, or is another's.")
        if key.kind == COSIGNER:
            try:
                at = datetime.fromtimestamp(time, UTC)
            except (OverflowError, ValueError, OSError):
                raise NoteFaulty(f"The signature of {key.name} bears a time that no clock shows.") from None
        yield Signed(key, at)


def read_vkeys(text: str) -> tuple[VerifierKey, ...]:
    """Return the keys of a file of lines; empty lines and those that begin with `#` are left out. Raises NoteFaulty."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(read_vkey(line) for line in lines if line and not line.startswith("#"))


def read_vkey(text: str) -> VerifierKey:
    """Read a vkey. Raises NoteFaulty."""
    found = _VKEY.fullmatch(text)
    if not found:
        raise NoteFaulty(f"{text[:60]!r} is no public key: copy the whole line, such as example.org+bd4f3c1a+AWZ….")
    held = _from_base64(found[3])
    key = VerifierKey(found[1], held[0] if held else 0, held[1:])
    if key.kind not in {LOG, COSIGNER} or len(key.public) != SEED_BYTES:
        raise NoteFaulty(f"The public key of {key.name} is of a kind that this program does not know.")
    if key.id.hex() != found[2]:
        raise NoteFaulty(f"The public key of {key.name} was not copied as it was: its parts do not fit together.")
    return key


def _named(name: str) -> str:
    if not _NAME.fullmatch(name) or not name.isprintable():
        raise NoteFaulty(f"{name[:60]!r} is no name of a key: write a domain such as example.org, without spaces or +.")
    return name


def _cosigned(body: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{body}".encode()


def _is_by(key: VerifierKey, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"— {key.name} {_in_base64(key.id + signature)}"


def _in_base64(held: bytes) -> str:
    return b64encode(held).decode()


def _from_base64(said: str) -> bytes:
    try:
        return b64decode(said, validate=True)
    except (NotBase64, ValueError):
        raise NoteFaulty("It holds what is no base64.") from None
