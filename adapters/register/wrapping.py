"""The key of a case as it is kept: wrapped with a key of the installation, bound to its case.

The wrapping key is made by HKDF from a key of the file with which Temporal's payloads are encrypted too, under a label
of its own. Kept so it stands in the register, and in Temporal's history of the case, from which a register that was
lost gets it back.
"""

import base64
import binascii
import os
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.keyring import Key, Keyring

from .case_key import BYTES, CaseKey

_LABEL = b"safeguarding-escalation: wraps the keys of cases 1"
_NONCE = 12


class WrappedKey(NamedTuple):
    """A case's key, wrapped."""

    by: str
    """Id of the key of the installation that wraps it."""
    data: bytes

    def __str__(self) -> str:
        """Write it as one word."""
        return f"{self.by}:{base64.b64encode(self.data).decode()}"

    @classmethod
    def read(cls, said: str) -> "WrappedKey":
        """Read it again. Raises CannotUnwrap where it is none."""
        by, _, data = said.partition(":")
        try:
            return cls(by, base64.b64decode(data, validate=True))
        except (binascii.Error, ValueError):
            raise CannotUnwrap("what stands for its key is none", is_damage=True) from None


class CannotUnwrap(Exception):  # noqa: N818 - reads as a clause
    """A key of a case cannot be had from what is kept of it: why, as a clause without its full stop."""

    def __init__(self, why: str, *, is_damage: bool = False) -> None:
        """Take why, and whether somebody has laid hands on what is kept."""
        super().__init__(why)
        self.is_damage = is_damage


def new_wrapped(case_ref: str, keyring: Keyring) -> str:
    """Make a key for a case, and return it wrapped with the newest key of the ring, as one word."""
    return str(wrapped(CaseKey(case_ref, os.urandom(BYTES)), keyring.current))


def wrapped(key: CaseKey, by: Key) -> WrappedKey:
    """Wrap the key of a case."""
    nonce = os.urandom(_NONCE)
    return WrappedKey(by.id, nonce + _cipher(by.secret).encrypt(nonce, key.secret, _bound_to(key.case_ref)))


def unwrapped(case_ref: str, kept: WrappedKey, keyring: Keyring) -> CaseKey:
    """Return the key of a case. Raises CannotUnwrap where the ring lacks the key, or it was changed."""
    by = keyring.of(kept.by)
    if by is None:
        raise CannotUnwrap(
            f"it needs the key {kept.by}, which is not in {keyring.path}. Put its line back there, below the first, "
            "from where its copy is kept; `escalate keys check` says which keys are needed"
        )
    try:
        secret = _cipher(by.secret).decrypt(kept.data[:_NONCE], kept.data[_NONCE:], _bound_to(case_ref))
    except (InvalidTag, ValueError):
        raise CannotUnwrap(
            f"the key {kept.by} in {keyring.path} does not open what is kept of the case's own key, which somebody "
            "has changed: put it back from a copy of the register",
            is_damage=True,
        ) from None
    return CaseKey(case_ref, secret)


def wrapped_anew(case_ref: str, said: str, keyring: Keyring) -> str:
    """Return a wrapped key, as one word, wrapped with the newest key of the ring; the same where it is so already.

    Where it cannot be unwrapped it is returned as it is: a newer file of keys may open it.
    """
    try:
        kept = WrappedKey.read(said)
        if kept.by == keyring.current.id:
            return said
        return str(wrapped(unwrapped(case_ref, kept, keyring), keyring.current))
    except CannotUnwrap:
        return said


@lru_cache(maxsize=64)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, _LABEL).derive(secret))


def _bound_to(case_ref: str) -> bytes:
    return f"escalation case key 1|{case_ref}".encode()
