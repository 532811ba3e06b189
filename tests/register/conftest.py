from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from adapters.keyring import make_keys
from adapters.register.address import postgres_address
from adapters.register.register import Register
from settings import RegisterAddress
from tests.register import postgres

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a register that nobody has prepared yet, on each engine in turn, with keys as by default."""
    make_keys(tmp_path / "encryption.keys")
    return RegisterAddress(_place(request, tmp_path), tmp_path / "encryption.keys")


def _place(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder}/register.db"
    address = request.getfixturevalue("postgres_server")
    name = f"register_{next(_NUMBERS)}"
    with psycopg.connect(postgres_address(f"{address}/postgres", "postgresql"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{address}/{name}"


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    with Register(url) as register:
        register.prepare()
        yield register
