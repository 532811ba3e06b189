"""Statements put together once: SQLAlchemy would look at each anew, which costs more than to carry it out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, CursorResult, Dialect, bindparam
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


class Statement:
    """A statement as the driver takes it. Values go to it as they are, and rows come back so: text, numbers, bytes."""

    def __init__(self, made: Callable[[str], ClauseElement]) -> None:
        """Take what makes it for a dialect: `sqlite` or `postgresql`."""
        self._made = made
        self._prepared: dict[str, _Prepared] = {}

    def on(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Carry it out with the values of its parameters."""
        prepared = self._for(connection.dialect)
        return connection.exec_driver_sql(prepared.text, prepared.values(values))

    def on_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Carry it out for each of several rows."""
        prepared = self._for(connection.dialect)
        connection.exec_driver_sql(prepared.text, [prepared.values(row) for row in rows])

    def _for(self, dialect: Dialect) -> "_Prepared":
        if dialect.name not in self._prepared:
            compiled = self._made(dialect.name).compile(dialect=dialect)
            order = compiled.positiontup if isinstance(compiled, SQLCompiler) and compiled.positional else None
            fixed = {name: value for name, value in compiled.params.items() if value is not None}
            self._prepared[dialect.name] = _Prepared(str(compiled), fixed, order)
        return self._prepared[dialect.name]


class _Prepared(NamedTuple):
    text: str
    fixed: Mapping[str, Any]
    """Values that stand in the statement itself."""
    order: Sequence[str] | None
    """Names of its parameters; None where the driver goes by the names."""

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return values as the driver wants them."""
        whole = {**self.fixed, **given}
        return whole if self.order is None else tuple(whole[name] for name in self.order)


def parameters(many: int) -> list[BindParameter[Any]]:
    """Return parameters for so many values, to be given by `named`."""
    return [bindparam(f"value_{place}") for place in range(many)]


def named(values: Sequence[Any]) -> dict[str, Any]:
    """Return values under the names of `parameters`."""
    return {f"value_{place}": value for place, value in enumerate(values)}
