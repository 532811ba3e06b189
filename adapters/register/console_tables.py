"""Two small tables of the consoles, which are no part of the record: nothing is proved of them, and rows go again.

On PostgreSQL they stand beside the register's, so that consoles on several machines share them. Where the register is a
file they stand in a file of their own: whoever tries in vain to sign in must not hold up what is entered.
"""

from sqlalchemy import Column, Connection, Float, Index, Integer, MetaData, Table, Text, inspect, text
from sqlalchemy.exc import ProgrammingError

metadata = MetaData()

value = Table(
    "console_value",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("value", Text, nullable=False),
    Column("ends", Float, nullable=False),
    Index("console_value_by_end", "ends"),
)
count = Table(
    "console_count",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("ends", Float, nullable=False),
    Index("console_count_by_name", "name", "at"),
    Index("console_count_by_end", "ends"),
)
NAMES = tuple(table.name for table in metadata.sorted_tables)
SEQUENCES = tuple(f"{name}_id_seq" for name in NAMES)
"""By which PostgreSQL numbers their rows."""


def make(connection: Connection) -> None:
    """Make the tables that are not there yet."""
    metadata.create_all(connection)


def make_beside(connection: Connection) -> None:
    """Make them in a register on PostgreSQL. Where the role may not, it is left: the console says that they lack."""
    if connection.dialect.name != "postgresql" or set(NAMES) <= set(inspect(connection).get_table_names()):
        return
    connection.execute(text("SAVEPOINT console_tables"))
    try:
        make(connection)
    except ProgrammingError:
        connection.execute(text("ROLLBACK TO SAVEPOINT console_tables"))
