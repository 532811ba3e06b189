"""The text of a small file that this program alone reads, encrypted with a key of the installation.

AES-GCM with a key that HKDF makes of the installation's under a label of its own, bound to the name that the file has
for us. The nonce is made from name and text, so that a change which is taken back leaves the file as it was.
"""

import base64
import binascii
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .keyring import Keyring

_BEGINS = "aes-gcm-1:"
_LABEL = b"safeguarding-escalation: encrypts small files 1"
_NONCE = 12


class CannotDecrypt(Exception):  # noqa: N818 - reads as a clause
    """A text cannot be read with the keys that are here: why, as a clause without its full stop."""


def encrypted(text: str, name: str, keyring: Keyring) -> str:
    """Return a text as it is kept under a name, encrypted with the newest key of the ring."""
    key, plain = keyring.current, text.encode()
    nonce = hmac.digest(_derived(key.secret, b"nonces"), name.encode() + b"|" + plain, "sha256")[:_NONCE]
    data = nonce + _cipher(key.secret).encrypt(nonce, plain, name.encode())
    return f"{_BEGINS}{key.id}:{base64.b64encode(data).decode()}\n"


def key_of(kept: str) -> str:
    """Return the id of the key with which a text was encrypted; empty for one in clear."""
    return kept.removeprefix(_BEGINS).partition(":")[0] if kept.startswith(_BEGINS) else ""


def decrypted(kept: str, name: str, keyring: Keyring) -> str:
    """Return a text that was encrypted under a name. Raises CannotDecrypt."""
    key_id, _, data = kept.removeprefix(_BEGINS).partition(":")
    key = keyring.of(key_id)
    if key is None:
        raise CannotDecrypt(f"it needs the key {key_id[:16]}, which is not in {keyring.path}")
    try:
        whole = base64.b64decode(data.strip(), validate=True)
        return _cipher(key.secret).decrypt(whole[:_NONCE], whole[_NONCE:], name.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise CannotDecrypt(f"the key {key_id} does not open it, so somebody has changed it") from None


@lru_cache(maxsize=64)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(_derived(secret, b"encrypts"))


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, _LABEL + b"|" + purpose).derive(secret)
