"""`python -m adapters.register prepare`: what it makes, and what the role it names may do and may not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from adapters.console_store.held import Limit
from adapters.console_store.store import ConsoleStore
from adapters.register.__main__ import main
from adapters.register.address import postgres_address
from adapters.register.console_tables import NAMES
from adapters.register.register import Register

PASSWORD = "p@ss:/?#[]% word"


@pytest.fixture
def owned(postgres_server: str, tmp_path: Path) -> str:
    """The address, without a password, of an empty database whose owner has a password of odd characters."""
    admin = postgres_address(f"{postgres_server}/postgres", "postgresql")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS owned")
        connection.execute("DROP ROLE IF EXISTS owner, clerk")
        connection.execute(f"CREATE ROLE owner LOGIN PASSWORD '{PASSWORD}'".encode())
        connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'secret'")
        connection.execute("CREATE DATABASE owned OWNER owner")
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return f"postgresql+psycopg://owner@{postgres_server.rpartition('@')[2]}/owned"


def rights(server: str, role: str) -> set[tuple[str, str]]:
    with psycopg.connect(postgres_address(f"{server}/owned", "postgresql")) as connection:
        query = "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s"
        return {(table, right) for table, right in connection.execute(query, [role])}


def of_the_record(rights: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(table, right) for table, right in rights if table not in NAMES}


def test_what_consoles_remember_stands_beside_the_record_and_the_named_role_may_take_it_away_again(
    owned: str, postgres_server: str, tmp_path: Path
) -> None:
    main(["prepare", owned, f"--password-file={tmp_path / 'password'}", "--grant=clerk"])
    clock = [datetime(2026, 12, 1, tzinfo=UTC)]
    store = ConsoleStore(owned.replace("//owner@", "//clerk:secret@"), ["k" * 32], lambda: clock[0])

    assert [store.once("pass", "one", timedelta(minutes=5)) for _ in range(2)] == [True, False]
    clock[0] += timedelta(days=3)
    assert store.hit("try", "one", Limit(1, timedelta(minutes=5)))
    assert not store.has("pass", "one"), "what is long over goes"
    store.close()
    found = {(table, right) for table, right in rights(postgres_server, "clerk") if table in NAMES}
    assert found == {(table, right) for table in NAMES for right in ("SELECT", "INSERT", "DELETE")}


def test_the_named_role_may_read_and_add_and_change_standings_alone_however_often_it_is_granted(
    owned: str, postgres_server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["prepare", owned, f"--password-file={tmp_path / 'password'}", "--grant=clerk"]
    assert (main(words), main(words)) == (0, 0)

    may = of_the_record(rights(postgres_server, "clerk"))
    changes, adds = {"standing", "case_key"}, {"entry", "attempt", "edition", "ledger", "read", "disposal"}
    assert {table for table, right in may if right == "INSERT"} == adds | changes
    assert {table for table, right in may if right == "UPDATE"} == changes
    assert {right for _, right in may} == {"SELECT", "INSERT", "UPDATE"}
    with Register(owned.replace("//owner@", "//clerk:secret@")) as register:
        register.prepare()
        assert register.is_empty()
    said = capsys.readouterr()
    assert "The register is prepared: PostgreSQL at 127.0.0.1" in said.out
    assert "p@ss" not in said.out + said.err


def test_rights_beyond_these_are_taken_away(owned: str, postgres_server: str, tmp_path: Path) -> None:
    words = ["prepare", owned, f"--password-file={tmp_path / 'password'}", "--grant=clerk"]
    main(words)
    with psycopg.connect(postgres_address(f"{postgres_server}/owned", "postgresql"), autocommit=True) as connection:
        connection.execute("GRANT DELETE, TRUNCATE ON entry TO clerk")

    main(words)

    assert {right for _, right in of_the_record(rights(postgres_server, "clerk"))} == {"SELECT", "INSERT", "UPDATE"}


@pytest.mark.parametrize(
    ("role", "says"), [("owner", "owner owns the register: name another role"), ("nobody-there", "did not answer")]
)
def test_a_role_that_cannot_be_granted_is_refused_in_one_sentence(
    owned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], role: str, says: str
) -> None:
    assert main(["prepare", owned, f"--password-file={tmp_path / 'password'}", f"--grant={role}"]) == 1
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


def test_a_register_in_a_file_is_prepared_and_knows_no_roles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"sqlite:///{tmp_path}/register.db"
    assert main(["prepare", address]) == 0
    with Register(address) as register:
        assert register.is_empty()

    assert main(["prepare", address, "--grant=clerk"]) == 1
    assert "knows no roles" in capsys.readouterr().err


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "not-there"
    assert main(["prepare", "postgresql+psycopg://owner@127.0.0.1:1/x", f"--password-file={missing}"]) == 1
    assert str(missing) in capsys.readouterr().err
