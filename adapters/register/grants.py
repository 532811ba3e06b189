"""What the role that a worker signs in as may do in a register on PostgreSQL: read, and add.

What consoles remember stands beside the record and is no part of it: from there it may take rows away.
"""

from sqlalchemy import text

from . import console_tables
from .connections import Connections

_MAY = {
    "SELECT": ("register_version",),
    "SELECT, INSERT": ("entry", "attempt", "edition", "ledger", "read", "disposal"),
    "SELECT, INSERT, UPDATE": ("standing", "case_key"),
    "SELECT, INSERT, DELETE": console_tables.NAMES,
}


def grant(connections: Connections, role: str) -> None:
    """Give *role* these rights on a prepared register and no other; harmless to repeat.

    Raises:
        ValueError: the register is no PostgreSQL one, or *role* is the owner itself.
        RegisterDown: it cannot be reached, or there is no such role.
    """
    if connections.engine.dialect.name != "postgresql":
        raise ValueError("A register in SQLite knows no roles: leave the role out.")
    with connections.writing() as connection:
        if connection.scalar(text("SELECT current_user = :role"), {"role": role}):
            raise ValueError(f"{role} owns the register: name another role, which owns nothing.")
        name = connection.dialect.identifier_preparer.quote_identifier(role)
        connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}"))
        for rights, tables in _MAY.items():
            connection.execute(text(f"GRANT {rights} ON {', '.join(tables)} TO {name}"))
        connection.execute(text(f"GRANT USAGE ON SEQUENCE {', '.join(console_tables.SEQUENCES)} TO {name}"))
