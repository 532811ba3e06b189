"""Signed cookies: each use has a key of its own, derived from those that links are signed with."""

from collections.abc import Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import URLSafeSerializer


def derived(key: str, use: str) -> bytes:
    """Return the key of one use."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"escalation console {use} 1".encode()).derive(
        key.encode()
    )


def signers(keys: Sequence[str], use: str) -> list[URLSafeSerializer]:
    """Return what signs and reads for one use: the first signs, all of them read."""
    how = {"digest_method": sha256, "key_derivation": "hmac"}
    return [URLSafeSerializer(derived(key, use), salt=use, signer_kwargs=how) for key in keys]
