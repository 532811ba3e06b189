"""The hash chain: what is hashed and how, so that anybody can do the sum again from an export.

Each entry of a case, and each attempt for a notice, carries `hash` and the `hash` of the one before it
(`previous_hash`; 64 zeros for the first). `hash` is SHA-256, in lower-case hexadecimal, over the canonical JSON
(RFC 8785) of one object: every column of the row by its name, without `hash`; a column of bytes (`body`, `changes`)
stands as `body_sha256`, `changes_sha256`, the digest of the bytes as they are stored. So a body kept under a key can
lose its key and the chain stays whole. `changes`, `body_mark` and `changes_mark` are left out where they are null, as
any later column must be. In an entry kept under a key (`body_key_id`), `by` and `on_behalf_of` count as they are
stored: empty.

What lists show of a case is no part of the record. It carries such a sum for itself alone, in which its long columns
(`view`, `state`) stand as the digests of their UTF-8, and those of its later columns that are null are left out.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from domain.base.canonical import canonical as canonical_json

from .errors import EntryUnfit

LEFT_OUT = frozenset({"changes", "body_mark", "changes_mark", "owed", "awaited", "next_moment"})
"""Columns that are no part of the sum where they are null."""
FIRST = "0" * 64
"""Stands for the hash before the first."""


def sha256(stored: bytes) -> str:
    """Return the digest of *stored* in lower-case hexadecimal."""
    return hashlib.sha256(stored).hexdigest()


def canonical(value: Any, what: str) -> bytes:
    """Return the canonical JSON of *value*; *what* names it in the refusal.

    Raises:
        EntryUnfit: *value* holds what canonical JSON cannot (a number over 2**53, NaN, a lone surrogate).
    """
    try:
        return canonical_json(value)
    except (ValueError, RecursionError) as error:
        raise EntryUnfit(f"{what} cannot be written as canonical JSON ({type(error).__name__}).") from None


def digest_of(body: Mapping[str, Any]) -> str:
    """Return the key of a policy's or calendar's edition: SHA-256 over its canonical JSON.

    Raises:
        EntryUnfit: *body* has no canonical JSON.
    """
    return sha256(canonical(dict(body), "An edition"))


def counted(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object over which the hash of *row* is taken: an entry's or attempt's columns, as JSON values."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name == "hash" or (value is None and name in LEFT_OUT):
            continue
        if isinstance(value, bytes):
            found[f"{name}_sha256"] = sha256(value)
        else:
            found[name] = value
    return found


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the hash that *row* (an entry's or attempt's columns) must carry."""
    return sha256(canonical(counted(row), "An entry"))


def hash_of_standing(row: Mapping[str, Any]) -> str:
    """Return the hash that what lists show of a case must carry."""
    long = {name: row[name].encode() for name in ("view", "state") if isinstance(row[name], str)}
    return hash_of({**row, **long})


def is_as_shown(row: Mapping[str, Any]) -> bool:
    """Is what lists show of a case as it was written there?"""
    try:
        return bool(hash_of_standing(row) == row["hash"])
    except EntryUnfit:  # somebody put in what canonical JSON cannot hold
        return False
