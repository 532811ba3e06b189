"""The rows of one case as a bundle gives them: every column as it is hashed, and beside it what it says in plain.

It reads the register as `adapters.register.reading` does, and raises the same.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from adapters.register import chain
from adapters.register.drivers import rows
from adapters.register.errors import NothingThere, RegisterSpoilt, TextUnfit
from adapters.register.keys_read import KeysRead
from adapters.register.plain import KeyOf

Row = dict[str, Any]


class Plain(NamedTuple):
    """What one entry holds, as it was before it was stored."""

    body: bytes | None
    """Canonical JSON; None where nobody can read it any more."""
    changes: bytes | None
    body_salt: str | None = None
    """In hexadecimal, where the row has a mark of its body; else None."""
    changes_salt: str | None = None


class Taken(NamedTuple):
    """All rows of one case."""

    entries: list[Row]
    plain: list[Plain]
    """What each entry holds."""
    attempts: list[Row]
    ledger: Row | None
    editions: dict[str, bytes]
    """By digest, as they are kept."""


def plain_of(row: Mapping[str, Any], key_of: KeyOf) -> Plain:
    """Return what an entry's row holds in plain, with the salts of its marks where it is encrypted.

    Raises TextLocked where it cannot be decrypted.
    """
    if row["body_key_id"] is None:
        return Plain(row["body"], row["changes"])
    key, number = key_of(), row["number"]
    try:
        body = key.decrypted("body", number, row["body"])
        changes = None if row["changes"] is None else key.decrypted("changes", number, row["changes"])
    except TextUnfit:
        raise RegisterSpoilt(f"entry {number} of {row['case_ref']}") from None
    salts = [key.salt(column, number).hex() for column in ("body", "changes")]
    return Plain(body, changes, salts[0], None if changes is None else salts[1])


def take(url: str, ref: str) -> Taken:
    """Read the rows of one case. A register from before the ledger of cases has no line in it.

    Raises RegisterError, RegisterSpoilt where an entry holds what no version wrote, TextLocked where a key is missing.
    """
    entries = rows(url, "SELECT * FROM entry WHERE case_ref = :ref ORDER BY number", {"ref": ref})
    key_of = KeysRead(url, ref).of(ref)
    plain = [plain_of(row, key_of) for row in entries]
    attempts = rows(url, "SELECT * FROM attempt WHERE case_ref = :ref ORDER BY at, notice_ref, number", {"ref": ref})
    attempts = [row | {"fallback": bool(row["fallback"])} for row in attempts]
    try:
        lines = rows(url, "SELECT * FROM ledger WHERE case_ref = :ref ORDER BY number LIMIT 1", {"ref": ref})
    except NothingThere:
        lines = []
    editions = {digest: _edition(url, digest) for digest in sorted(_named(entries, plain))}
    return Taken(entries, plain, attempts, lines[0] if lines else None, editions)


def entry_lines(taken: Taken) -> bytes:
    """Return a line of JSON for each entry."""
    return _lines(_entry(row, plain) for row, plain in zip(taken.entries, taken.plain, strict=True))


def row_lines(found: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a line of JSON for each of other rows."""
    return _lines({"columns": chain.counted(row) | {"hash": row["hash"]}} for row in found)


def _entry(row: Mapping[str, Any], plain: Plain) -> Row:
    line: Row = {"columns": chain.counted(row) | {"hash": row["hash"]}}
    line["body"] = None if plain.body is None else _json(row, plain.body)
    if plain.changes is not None:
        line["changes"] = plain.changes.decode()
    salts = {"body_salt": plain.body_salt, "changes_salt": plain.changes_salt}
    return line | {name: salt for name, salt in salts.items() if salt is not None}


def _json(row: Mapping[str, Any], held: bytes) -> Any:
    try:
        return json.loads(held)
    except (ValueError, TypeError, RecursionError):
        raise RegisterSpoilt(f"entry {row['number']} of {row['case_ref']}") from None


def _named(entries: Iterable[Mapping[str, Any]], plain: Iterable[Plain]) -> set[str]:
    """Return the digests of the policies and calendars that a case was put under."""
    found = set()
    for row, one in zip(entries, plain, strict=True):
        for op in _json(row, one.changes)["ops"] if one.changes is not None else ():
            if len(op) == 2 and op[0] in (["policy"], ["calendar"]):
                found.add(str(op[1]))
    return found


def _edition(url: str, digest: str) -> bytes:
    found = rows(url, "SELECT body FROM edition WHERE digest = :digest", {"digest": digest})
    if not found or not isinstance(found[0]["body"], bytes):
        raise RegisterSpoilt(f"the edition {digest[:12]}…")
    return bytes(found[0]["body"])


def _lines(found: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in found).encode()
