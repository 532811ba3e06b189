"""Passes: links by which somebody who has signed in to this machine signs in to a page of it. Each is good once."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.keyring import Key, Keyring

from .file import Person

GOOD_FOR = timedelta(minutes=5)
_LABEL = b"escalation pass 1"


def new_pass(keyring: Keyring, person: Person, now: datetime) -> str:
    """Return a pass for somebody, good for five minutes from *now* (aware); letters, figures, `-` and `_`."""
    ends = str(int((now + GOOD_FOR).timestamp()))
    said = "\n".join((person.account, person.title, person.role, person.agency, ends, secrets.token_hex(8))).encode()
    return urlsafe_b64encode(_mark(keyring.current, said) + said).decode().rstrip("=")


def read_pass(keyring: Keyring, text: str, now: datetime) -> Person | None:
    """Return whose pass it is; None for one that is over, or none of ours. That it is used once sees whoever asks."""
    try:
        held = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        mark, said = held[:32], held[32:]
        account, title, role, agency, ends, _ = said.decode().split("\n")
        is_over = datetime.fromtimestamp(int(ends), UTC) < now
    except (ValueError, OverflowError, OSError):
        return None
    known = (keyring.of(key_id) for key_id in keyring.ids)
    if is_over or not any(key is not None and hmac.compare_digest(_mark(key, said), mark) for key in known):
        return None
    return Person(account, title, role, agency)


def _mark(key: Key, said: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(key.secret)
    return hmac.digest(derived, said, sha256)
