import logging
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from adapters.register import console_tables, tables
from adapters.register.connections import Connections
from adapters.register.errors import RegisterAhead
from adapters.register.register import Register
from tests.register.made import CASE, asked, by_hand, enter, entries, standing

ROOT = Path(__file__).parents[2]


def test_the_migrations_make_the_tables_that_the_code_sees(register: Register, url: str) -> None:
    connections = Connections(url)
    with connections.reading() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": "register_version", "compare_type": True, "include_name": is_of_the_register},
        )
        differences = compare_metadata(context, tables.metadata)
    connections.engine.dispose()

    assert differences == []


def is_of_the_register(name: str | None, kind: str, _: object) -> bool:
    """Leave out what consoles remember: it stands beside the record on PostgreSQL, and is no part of it."""
    return kind != "table" or name not in console_tables.NAMES


def test_the_tables_of_the_consoles_are_as_the_code_sees_them(
    postgres_server: str, register: Register, url: str
) -> None:
    connections = Connections(url)
    with connections.reading() as connection:
        opts = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or "console" in str(name)}
        differences = compare_metadata(MigrationContext.configure(connection, opts=opts), console_tables.metadata)
        is_beside = connection.dialect.name == "postgresql"
    connections.engine.dispose()

    assert (differences == []) is is_beside, "a register in a file has none: whoever signs in holds up no entry"


def test_preparing_again_keeps_what_is_there(register: Register) -> None:
    enter(register, entries(2), standing(2))
    register.prepare()

    assert len(register.entries(CASE)) == 2


def test_several_processes_can_prepare_one_register_at_once(url: str, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from adapters.register.register import Register\n"
        "with Register(sys.argv[1]) as register: register.prepare()"
    )
    start = [sys.executable, "-W", "error", "-c", code, url]
    running = [
        subprocess.Popen(start, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60) for process in running]

    assert [process.returncode for process in running] == [0] * 4, said
    assert said == [("", "")] * 4
    with Register(url) as register:
        enter(register, entries(1), standing(1))
        assert register.verify() == []


def test_preparing_leaves_logging_as_it_was(url: str) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("sqlalchemy").level)

    with Register(url) as register:
        register.prepare()

    assert (root.level, list(root.handlers), logging.getLogger("sqlalchemy").level) == before
    assert not root.disabled
    assert not logging.getLogger("adapters").disabled


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_sqlite_file_writes_ahead_and_waits_for_the_disk(register: Register, url: str) -> None:
    connections = Connections(url)
    with connections.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
    connections.engine.dispose()

    assert asked(url, "PRAGMA journal_mode") == [("wal",)]


def test_a_register_of_a_step_that_nobody_here_knows_is_refused_in_a_sentence(register: Register, url: str) -> None:
    enter(register, entries(1), standing(1))
    by_hand(url, ["UPDATE register_version SET version_num = '9999'"])

    with pytest.raises(RegisterAhead, match="a step that this version of the program does not know"):
        register.prepare()

    assert len(register.entries(CASE)) == 1
