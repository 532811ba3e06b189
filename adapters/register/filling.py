"""Fills what standings of older versions lack: the columns of what is on hand, by the views that stand beside them."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Text, and_, cast, not_, or_, select

from . import chain, on_hand, tables
from .case_keys import CaseKeys
from .connections import Connections
from .errors import TextLocked
from .limits import USUAL
from .plain import text_in_clear

AT_ONCE = 200
"""Standings in one transaction: writers of entries wait no longer for it than for one another."""


def fill(connections: Connections, keys: CaseKeys, goes_on: Callable[[], bool]) -> int:
    """Fill the columns of every open case that lacks them, or that an older version has written since.

    Returns how many these were.

    *goes_on* is asked before each transaction: on False it ends there. It may be done again, by several at once and
    while others write. A standing that cannot be decrypted or read here, or is not as it was written, is left as it is.
    """
    table, key = tables.standing, tables.case_key
    columns = (*table.columns, *(column.label(f"key_{column.name}") for column in key.columns))
    query = select(*columns).outerjoin_from(table, key, key.c.case_ref == table.c.case_ref)
    is_of_it = table.c.owed.like("[" + cast(table.c.as_of_number, Text) + ",%")
    query = query.where(table.c.open, or_(table.c.owed.is_(None), not_(is_of_it)))
    query = query.order_by(table.c.case_ref).limit(AT_ONCE)
    done, after = 0, ""
    while True:
        with connections.reading() as connection:
            rows = [row._asdict() for row in connection.execute(query.where(table.c.case_ref > after))]
        if not rows or not goes_on():
            return done
        after = rows[-1]["case_ref"]
        filled = [(row, new) for row in rows if (new := _filled(row, keys)) is not None]
        with connections.writing(USUAL) as connection:
            for row, new in filled:
                # Where the case has gone on meanwhile, its standing was written whole.
                where = and_(table.c.case_ref == row["case_ref"], table.c.hash == row["hash"])
                connection.execute(table.update().where(where).values(new))
        done += len(filled)


def _filled(row: Mapping[str, Any], keys: CaseKeys) -> dict[str, Any] | None:
    """Return the columns of a standing, with the sum that it bears with them; None where nobody can say."""
    kept = {column.name: row[column.name] for column in tables.standing.columns} | dict.fromkeys(on_hand.NAMES)
    if not chain.is_as_shown(kept):
        return None
    ref = kept["case_ref"]
    row_of_key = None
    if row["key_case_ref"] is not None:
        row_of_key = {name: row[f"key_{name}"] for name in ("key_id", "wrapped_by", "wrapped")}
    with suppress(TextLocked, ValueError, TypeError, RecursionError):
        view = text_in_clear("view", kept["as_of_number"], kept["view"], lambda: keys.of_row(ref, row_of_key))
        new: dict[str, Any] = on_hand.columns_of_view(json.loads(view))
        return new | {"hash": chain.hash_of_standing(kept | new)}
    return None
