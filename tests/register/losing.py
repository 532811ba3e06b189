"""A register that is lost, and a copy of it that is put back, as an operator does it: in a file and on PostgreSQL.

On PostgreSQL as docker-compose.yml has it: one role owns the tables, and the worker signs in as another.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from adapters.private import database_files
from adapters.register.address import postgres_address
from adapters.register.connections import Connections
from adapters.register.grants import grant
from adapters.register.register import Register
from tests.register import postgres

OWNER, CLERK = "keeper", "clerk"
_NUMBERS = count(1)


class Store(Protocol):
    """Where a register is."""

    url: str
    """As the worker and the commands are given it."""

    def is_lost(self) -> None:
        """Take it away altogether, while others have it open, and make room for a new one."""

    def is_prepared(self) -> None:
        """Do what is done once for a register, where that is not the worker's own doing."""

    def copied(self, to: Path) -> Path:
        """Copy it, and return where the copy is."""

    def put_back(self, copy: Path) -> None:
        """Put a copy in its place, while others have it open."""


class InAFile:
    """SQLite."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "register.db"
        self.url = f"sqlite:///{self.file}"

    def is_lost(self) -> None:
        for file in database_files(self.file):
            file.unlink(missing_ok=True)

    def is_prepared(self) -> None:
        """A worker prepares it."""

    def copied(self, to: Path) -> Path:
        with closing(sqlite3.connect(self.file)) as here, closing(sqlite3.connect(to)) as there:
            here.backup(there)
        return to

    def put_back(self, copy: Path) -> None:
        self.is_lost()
        shutil.copy(copy, self.file)


class OnPostgres:
    """A database of its own on a server."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._name = f"lost_{next(_NUMBERS)}"
        host = server.rpartition("@")[2]
        self.url = f"postgresql+psycopg://{CLERK}:secret@{host}/{self._name}"
        self._owned = f"postgresql+psycopg://{OWNER}:secret@{host}/{self._name}"
        for role in (OWNER, CLERK):
            self._says(
                f"DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD 'secret'; "
                "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            )
        self.is_lost()
        self.is_prepared()

    def _says(self, *statements: str) -> None:
        admin = postgres_address(f"{self._server}/postgres", "postgresql")
        with psycopg.connect(admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def is_lost(self) -> None:
        self._says(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)", f"CREATE DATABASE {self._name} OWNER {OWNER}")

    def is_prepared(self) -> None:
        with Register(self._owned) as register:
            register.prepare()
        connections = Connections(self._owned)
        grant(connections, CLERK)
        connections.engine.dispose()

    def copied(self, to: Path) -> Path:
        self._runs("pg_dump", "--format=custom", f"--file={to}")
        return to

    def put_back(self, copy: Path) -> None:
        self.is_lost()
        self._runs("pg_restore", "--exit-on-error", "--single-transaction", str(copy))

    def _runs(self, program: str, *words: str) -> None:
        folder = postgres.programs()
        assert folder is not None
        whole = [str(folder / program), f"--dbname={postgres_address(self._owned, 'postgresql')}", *words]
        done = subprocess.run(whole, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A register that can be lost, on each engine in turn."""
    if request.param == "sqlite":
        return InAFile(tmp_path)
    return OnPostgres(request.getfixturevalue("postgres_server"))
