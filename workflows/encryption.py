"""What Temporal keeps of a case is encrypted: every payload, with AES-GCM, before it leaves this process.

Outside payloads stand references, kinds of messages, steps and times alone (docs/decisions/0055). What other clients
send plain is read as it is.
"""

import dataclasses
import os
from collections.abc import Sequence
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from adapters.keyring import Key, Keyring

ENCODING = b"binary/aes-gcm-1"
KEY = "key"
"""Where a payload says by which key it was encrypted."""
_NONCE = 12
"""Bytes, random for each payload: with one key for some 2**32 of them. A case has a hundred."""
_BOUND_TO = b"escalation payload 1"

log = structlog.get_logger()


class KeyMissing(Exception):  # noqa: N818 - reads as a sentence
    """Something was encrypted with a key that is not here."""

    def __init__(self, key_id: str) -> None:
        """Name the key."""
        self.key_id = key_id
        super().__init__(
            f"What Temporal answered was encrypted with the key {key_id}, which is not among those of this machine: "
            "put it into the file of keys (ESCALATION_ENCRYPTION_KEYS), below the first line. "
            "`escalate keys check` says which there are. What you typed may be on the record: look "
            "(`escalate history`) before you type it again."
        )


class Encryption(PayloadCodec):
    """Encrypts payloads with the newest key of a ring, and decrypts with any of them."""

    def __init__(self, keyring: Keyring | None, *, strict: bool) -> None:
        """Take the keys.

        Args:
            keyring: Read anew where a key is not known. None leaves payloads in clear, and reads none that are not.
            strict: True to raise KeyMissing; a worker leaves what it cannot read to whoever converts it, so that one
                message under a strange key is refused and its case goes on.
        """
        self._keyring = keyring
        self._strict = strict
        self._ciphers: dict[str, AESGCM] = {}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return payloads as Temporal keeps them."""
        if self._keyring is None:
            return list(payloads)
        key = self._keyring.current
        return [self._sealed(payload, key) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return payloads as they were before."""
        return [
            self._opened(payload) if payload.metadata.get("encoding") == ENCODING else payload for payload in payloads
        ]

    def _sealed(self, payload: Payload, key: Key) -> Payload:
        nonce = os.urandom(_NONCE)
        data = nonce + self._cipher(key).encrypt(nonce, payload.SerializeToString(), _BOUND_TO)
        return Payload(metadata={"encoding": ENCODING, KEY: key.id.encode()}, data=data)

    def _opened(self, payload: Payload) -> Payload:
        key_id = payload.metadata.get(KEY, b"").decode("ascii", "replace")
        key = self._keyring.of(key_id) if self._keyring else None
        if key is not None:
            try:
                whole = self._cipher(key).decrypt(payload.data[:_NONCE], payload.data[_NONCE:], _BOUND_TO)
                return Payload.FromString(whole)
            except (InvalidTag, ValueError):
                pass  # somebody changed it on the way: it is nothing of ours
        if self._strict:
            raise KeyMissing(key_id)
        log.error("payload_unreadable", key=key_id[:8])
        return payload

    def _cipher(self, key: Key) -> AESGCM:
        if key.id not in self._ciphers:
            self._ciphers[key.id] = AESGCM(key.secret)
        return self._ciphers[key.id]


def encrypted(converter: DataConverter, keyring: Keyring | None, *, strict: bool) -> DataConverter:
    """Return a converter by which payloads are encrypted, those of failures too."""
    codec = Encryption(keyring, strict=strict)
    if keyring is None:
        return dataclasses.replace(converter, payload_codec=codec)
    failures = DefaultFailureConverterWithEncodedAttributes
    return dataclasses.replace(converter, payload_codec=codec, failure_converter_class=failures)


def key_of(payload: Any) -> str:
    """Return the id of the key by which a payload was encrypted; empty for one that is plain."""
    if payload.metadata.get("encoding") != ENCODING:
        return ""
    said: bytes = payload.metadata.get(KEY, b"")
    return said.decode("ascii", "replace")
