"""The signature of a message, as *Standard Webhooks* has it: HMAC-SHA256 over id, time and body."""

import hmac
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
"""Header: seconds since 1970, when this try was made. A receiver refuses one that is more than minutes old."""
SIGNATURE = "webhook-signature"
"""Header: `v1,` and the signature in base64, once for each secret, with a blank between."""


def headers_of(id_: str, seconds: int, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """Return the headers of one try of a message, made at so many seconds since 1970."""
    signed = f"{id_}.{seconds}.".encode() + body
    marks = (b64encode(hmac.digest(secret, signed, sha256)).decode() for secret in secrets)
    return {
        "Content-Type": "application/json",
        ID: id_,
        TIMESTAMP: str(seconds),
        SIGNATURE: " ".join(f"v1,{mark}" for mark in marks),
    }
