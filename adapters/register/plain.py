"""Rows of the register as they were before what people wrote in them was encrypted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .encrypted_text import is_encrypted
from .errors import TextLocked, TextUnfit

if TYPE_CHECKING:
    from .case_key import CaseKey

_ODD = (
    "what stands there was not written with the case's key, so somebody has laid hands on it. `escalate verify` says "
    "what else is not as it was written."
)
KeyOf = Callable[[], "CaseKey"]
"""Gives the key of the case; asked only where something is encrypted. Raises TextLocked."""


def sealed_body(by: str, on_behalf_of: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is encrypted as an entry's body, as an object of JSON: who it was may be in words of their own."""
    return {"body": body, "by": by, "on_behalf_of": on_behalf_of}


def entry_in_clear(row: Mapping[str, Any], key_of: KeyOf) -> dict[str, Any]:
    """Return the row of an entry with its `by`, `on_behalf_of` and `changes`, and its `body` as an object of JSON.

    A row that has no column of one of these is returned without it.

    Raises:
        TextLocked: its key is not to be had, or it was not encrypted with it.
        ValueError, TypeError, RecursionError: its body stands in clear and is no object of JSON.
    """
    plain = dict(row)
    if row["body_key_id"] is None:
        return plain | {"body": dict(json.loads(row["body"]))} if "body" in row else plain
    key = key_of()
    if key.id != row["body_key_id"]:
        raise TextLocked(key.case_ref, f"it needs the case's key {row['body_key_id']}, and another one is kept.")
    try:
        if "body" in row:
            whole = json.loads(key.decrypted("body", row["number"], row["body"]))
            plain |= {"by": whole["by"], "on_behalf_of": whole["on_behalf_of"], "body": dict(whole["body"])}
        if row.get("changes") is not None:
            plain["changes"] = key.decrypted("changes", row["number"], row["changes"])
    except (TextUnfit, ValueError, LookupError, TypeError, RecursionError):
        raise TextLocked(key.case_ref, _ODD) from None
    return plain


def body_text(row: Mapping[str, Any], key_of: KeyOf) -> str:
    """Return what stands as the body of an entry, in clear and still as JSON: with `by` and `on_behalf_of` around it
    where it was encrypted.

    Raises TextLocked as `entry_in_clear` does, and ValueError where it stands in clear and is no text.
    """
    if row["body_key_id"] is None:
        body = row["body"]
        return body.decode() if isinstance(body, bytes) else str(body)
    key = key_of()
    if key.id != row["body_key_id"]:
        raise TextLocked(key.case_ref, f"it needs the case's key {row['body_key_id']}, and another one is kept.")
    try:
        return key.decrypted("body", row["number"], row["body"]).decode()
    except (TextUnfit, ValueError):
        raise TextLocked(key.case_ref, _ODD) from None


def text_in_clear(column: str, number: int, stored: Any, key_of: KeyOf) -> Any:
    """Return what lists show, `view` or `state` of a standing as of an entry's *number*, in clear.

    Raises TextLocked as `entry_in_clear` does.
    """
    if not is_encrypted(stored):
        return stored
    key = key_of()
    try:
        return key.decrypted_text(column, number, stored)
    except TextUnfit:
        raise TextLocked(key.case_ref, _ODD) from None
