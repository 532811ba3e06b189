"""Passes: links by which somebody who has signed in to this machine signs in to a page of it. Each is good once.

A pass is encrypted with a key of the installation, so that no address, log or history of a browser says whose it is.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.console_store.store import ConsoleStore
from adapters.keyring import Key, Keyring

GOOD_FOR = timedelta(minutes=5)
AHEAD = timedelta(minutes=1)
"""By which the clock of whoever made a pass may be ahead of ours."""
Door = Literal["decrypt", "console"]
"""What a pass opens: one for Temporal's page does not open the office's, nor the other way round."""
_LABEL = b"escalation pass 2"
_USED = "pass"
_NONCE = 12
_WHOLE = 64
"""Bytes to a multiple of which an account is filled up, so that the length of a pass names nobody either."""


def new_pass(keyring: Keyring, account: str, door: Door, now: datetime) -> str:
    """Return a pass for an account, good for five minutes from *now* (aware); letters, figures, `-` and `_`."""
    said = json.dumps([account, int(now.timestamp())]).encode()
    said += b" " * (-len(said) % _WHOLE)
    nonce = secrets.token_bytes(_NONCE)
    return _written(nonce + _cipher(keyring.current).encrypt(nonce, said, door.encode()))


class Passes:
    """Reads passes for one door; the store knows which were used. Safe to share between threads."""

    def __init__(self, keyring: Keyring, door: Door, store: ConsoleStore, clock: Callable[[], datetime]) -> None:
        """Take the keys, what it opens, where it is kept what was used, and what gives the present, aware."""
        self._keyring = keyring
        self._door: Door = door
        self._store = store
        self._clock = clock

    def holder(self, text: str) -> str | None:
        """Return whose pass it is, as an account; None for one that is used, over, or none of ours. Raises StoreAway.

        That it can be asked at all says that the pass can be used.
        """
        account = self._read(text)
        return None if account is None or self._store.has(_USED, text) else account

    def use(self, text: str) -> str | None:
        """Return whose pass it is, for the first time alone, whoever asks; None as above. Raises StoreAway."""
        account = self._read(text)
        return account if account is not None and self._store.once(_USED, text, GOOD_FOR) else None

    def _read(self, text: str) -> str | None:
        try:
            held = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return None
        if _written(held) != text:
            return None  # written in another way, it would be good once more
        for key_id in self._keyring.ids:
            if (key := self._keyring.of(key_id)) and (said := _opened(key, held, self._door)):
                account, made = json.loads(said)
                age = timedelta(seconds=self._clock().timestamp() - made)
                return str(account) if -AHEAD <= age <= GOOD_FOR else None
        return None


def _opened(key: Key, held: bytes, door: Door) -> bytes | None:
    try:
        return _cipher(key).decrypt(held[:_NONCE], held[_NONCE:], door.encode())
    except (InvalidTag, ValueError):
        return None


def _written(held: bytes) -> str:
    return urlsafe_b64encode(held).decode().rstrip("=")


def _cipher(key: Key) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(key.secret))
