"""What people wrote in one case, decrypted as far as this machine can, to be proved."""

import json
from collections.abc import Sequence
from typing import NamedTuple, Self

from . import raw
from .case_key import CaseKey
from .case_keys import CaseKeys
from .encrypted_text import is_encrypted
from .errors import TextLocked, TextUnfit


class CaseTexts(NamedTuple):
    """The rows of a case in clear, whatever somebody has put there."""

    entries: Sequence[raw.Row]
    """But for what could not be decrypted, which is left out with all of its entry."""
    standings: Sequence[raw.Row | None]
    """None for one that could not be decrypted."""
    unfit: Sequence[str]
    """Numbers of entries that hold what the case's key has not encrypted there."""
    locked: TextLocked | None
    """Why something could not be tried; None where all was."""

    @classmethod
    def read(
        cls,
        ref: str,
        keys: CaseKeys,
        kept: Sequence[raw.Row],
        entries: Sequence[raw.Row],
        standings: Sequence[raw.Row],
    ) -> Self:
        """Decrypt entries and standings with the case's key, of which *kept* are the rows."""
        is_needed = any(row["body_key_id"] is not None for row in entries)
        is_needed |= any(is_encrypted(row[name]) for row in standings for name in ("view", "state"))
        if not is_needed:
            return cls(entries, standings, (), None)
        try:
            key = keys.of_row(ref, next(iter(kept), None))
        except TextLocked as locked:
            shown = [row if not is_encrypted(row["view"]) else None for row in standings]
            return cls([row for row in entries if row["body_key_id"] is None], shown, (), locked)
        plain, unfit = [], []
        for row in entries:
            try:
                plain.append(row if row["body_key_id"] is None else _entry(row, key))
            except (TextUnfit, ValueError, LookupError, TypeError, RecursionError):
                unfit.append(raw.shown(row["number"]))
        return cls(plain, [_standing(row, key) for row in standings], unfit, None)


def _entry(row: raw.Row, key: CaseKey) -> raw.Row:
    """Return an entry in clear, its body as JSON. Raises whatever there is where it is not as it was written."""
    number, body = row["number"], key.decrypted("body", row["number"], row["body"])
    changes = None if row["changes"] is None else key.decrypted("changes", number, row["changes"])
    if row["body_key_id"] != key.id or row["body_mark"] != key.mark("body", number, body):
        raise TextUnfit
    if changes is not None and row["changes_mark"] != key.mark("changes", number, changes):
        raise TextUnfit
    whole = json.loads(body)
    said = {"by": whole["by"], "on_behalf_of": whole["on_behalf_of"], "body": json.dumps(whole["body"]).encode()}
    return row | said | {"changes": changes}


def _standing(row: raw.Row, key: CaseKey) -> raw.Row | None:
    plain = dict(row)
    try:
        for name in ("view", "state"):
            if is_encrypted(row[name]):
                plain[name] = key.decrypted_text(name, row["as_of_number"], row[name])
    except TextUnfit:
        return None
    return plain
