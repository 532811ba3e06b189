"""Rows as they stand in the database, whatever somebody has put there: no type is taken for granted.

On SQLite a column holds what was put in: text where bytes are meant, or bytes that are no UTF-8 under the name of text.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Boolean, Connection, Table, text

Row = dict[str, Any]
_AT_A_TIME = 500
_LONGEST = 80


@contextmanager
def as_it_stands(connection: Connection) -> Iterator[None]:
    """Let text that is no UTF-8 come back as bytes while the block lasts, and not as an error."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.text_factory = _text
    try:
        yield
    finally:
        driver.text_factory = str


def rows(
    connection: Connection, table: Table, where: str = "", values: Mapping[str, Any] | None = None, order: str = ""
) -> Iterator[Row]:
    """Yield the rows of a table by the names of its columns; *where* and *order* are SQL of ours.

    A column that the register has not got yet is None in each.
    """
    names = [column.name for column in table.columns]
    query = f'SELECT * FROM "{table.name}"'  # noqa: S608 - a name of ours
    query += f" WHERE {where}" * bool(where) + f" ORDER BY {order}" * bool(order)
    truths = [column.name for column in table.columns if isinstance(column.type, Boolean)]
    options = connection.execution_options(yield_per=_AT_A_TIME)
    for row in options.execute(text(query), dict(values or {})):
        found = row._asdict()
        yield _with_truths({name: found.get(name) for name in names}, truths)


def asked(connection: Connection, query: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Return what SQL of ours finds."""
    return [tuple(row) for row in connection.execute(text(query), dict(values or {}))]


def shown(value: Any) -> str:
    """Return whatever stands in a column in a few characters, for a sentence."""
    said = str(value) if isinstance(value, str | int | float) else ascii(value)
    if not said.isprintable():
        said = ascii(said)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def _text(stored: bytes) -> str | bytes:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


def _with_truths(row: Row, names: Iterable[str]) -> Row:
    """SQLite keeps true as 1 and false as 0; any other number is neither."""
    for name in names:
        if type(row[name]) is int and row[name] in (0, 1):
            row[name] = bool(row[name])
    return row
