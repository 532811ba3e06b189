"""Passes: links by which somebody who has signed in to this machine signs in to a page of it. Each is good once."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.keyring import Key, Keyring

from .file import Person

GOOD_FOR = timedelta(minutes=5)
Door = Literal["decrypt", "console"]
"""What a pass opens: one for Temporal's page does not open the office's, nor the other way round."""
_LABEL = "escalation pass 1"


def new_pass(keyring: Keyring, person: Person, door: Door, now: datetime) -> str:
    """Return a pass for somebody, good for five minutes from *now* (aware); letters, figures, `-` and `_`."""
    ends = str(int((now + GOOD_FOR).timestamp()))
    said = "\n".join((person.account, person.title, person.role, person.agency, ends, secrets.token_hex(8))).encode()
    return urlsafe_b64encode(_mark(keyring.current, said, door) + said).decode().rstrip("=")


class Passes:
    """Reads passes for one door, and remembers which were used. Safe to share between tasks of one process."""

    def __init__(self, keyring: Keyring, door: Door) -> None:
        self._keyring = keyring
        self._door = door
        self._used: dict[str, datetime] = {}

    def holder(self, text: str, now: datetime) -> Person | None:
        """Return whose pass it is; None for one that is used, over, or none of ours."""
        return None if text in self._used else _read(self._keyring, text, self._door, now)

    def use(self, text: str, now: datetime) -> Person | None:
        """Return whose pass it is, for the first time alone; None as above."""
        person = self.holder(text, now)
        self._used = {one: at for one, at in self._used.items() if now - at <= GOOD_FOR}
        if person is not None:
            self._used[text] = now
        return person


def _read(keyring: Keyring, text: str, door: Door, now: datetime) -> Person | None:
    try:
        held = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if urlsafe_b64encode(held).decode().rstrip("=") != text:
            return None  # written in another way, it would be good once more
        mark, said = held[:32], held[32:]
        account, title, role, agency, ends, _ = said.decode().split("\n")
        is_over = datetime.fromtimestamp(int(ends), UTC) < now
    except (ValueError, OverflowError, OSError):
        return None
    known = (keyring.of(key_id) for key_id in keyring.ids)
    if is_over or not any(key is not None and hmac.compare_digest(_mark(key, said, door), mark) for key in known):
        return None
    return Person(account, title, role, agency)


def _mark(key: Key, said: bytes, door: Door) -> bytes:
    label = _LABEL if door == "decrypt" else f"{_LABEL} {door}"
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode()).derive(key.secret)
    return hmac.digest(derived, said, sha256)
