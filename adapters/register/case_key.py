"""The key of one case, and what is encrypted with it: AES-GCM with 256 bits, each text bound to its place.

The same text in the same place gives the same bytes, for the nonce is made from both: a register that was lost is given
back to its last hash. Beside a text stands its *mark*, from which nobody learns it: HMAC-SHA256 of the plain bytes
under a salt of that place alone. Who is shown a text and its salt can do the sum again with a standard library; the
salt opens no other text.
"""

import base64
import binascii
import hashlib
import hmac
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .encrypted_text import BEGINS
from .errors import TextUnfit

BYTES: Final = 32
_NONCE: Final = 12


class CaseKey:
    """A key. Safe to share between threads."""

    def __init__(self, case_ref: str, secret: bytes) -> None:
        """Take the case that it is of, and its 32 bytes."""
        self.case_ref = case_ref
        self.secret = secret
        self.id = hashlib.sha256(b"id of a case's key|" + secret).hexdigest()[:16]
        """Made from the key, so that it is the same wherever the key is. It says nothing of it."""
        self._cipher = AESGCM(self._derived("encrypts"))
        self._nonces = self._derived("makes nonces")

    def __repr__(self) -> str:
        """Its id alone: a key is in no log."""
        return f"CaseKey({self.id})"

    def salt(self, column: str, number: int) -> bytes:
        """Return the salt of the mark of a text: *column* (`body`, `changes`) of the entry of that *number*."""
        return self._derived(f"salt of {column}|{number}")

    def mark(self, column: str, number: int, plain: bytes) -> str:
        """Return the mark of a text in its place, in lower-case hexadecimal."""
        return hmac.new(self.salt(column, number), plain, "sha256").hexdigest()

    def encrypted(self, column: str, number: int, plain: bytes) -> tuple[bytes, str]:
        """Return a text as it is stored in its place, and its mark."""
        mark, place = self.mark(column, number, plain), self._place(column, number)
        nonce = hmac.digest(self._nonces, place + mark.encode(), "sha256")[:_NONCE]
        return nonce + self._cipher.encrypt(nonce, plain, place), mark

    def decrypted(self, column: str, number: int, stored: bytes) -> bytes:
        """Return a text as it was before. Raises TextUnfit."""
        try:
            return self._cipher.decrypt(stored[:_NONCE], stored[_NONCE:], self._place(column, number))
        except (InvalidTag, ValueError, TypeError):
            raise TextUnfit from None

    def encrypted_text(self, column: str, number: int, plain: str) -> str:
        """Return a text as a column stores it that holds text."""
        stored, _ = self.encrypted(column, number, plain.encode())
        return BEGINS + base64.b64encode(stored).decode()

    def decrypted_text(self, column: str, number: int, stored: str) -> str:
        """Return a text as it was before. Raises TextUnfit."""
        try:
            return self.decrypted(column, number, base64.b64decode(stored.removeprefix(BEGINS))).decode()
        except (binascii.Error, ValueError):
            raise TextUnfit from None

    def _derived(self, purpose: str) -> bytes:
        return hmac.digest(self.secret, purpose.encode(), "sha256")

    def _place(self, column: str, number: int) -> bytes:
        return f"escalation register 1|{column}|{number}|{self.case_ref}".encode()
