"""What docker-compose.yml starts, started as processes: its own commands, scripts and environment, on this machine.

Temporal's dev server stands in for its server image, so temporal-schema.sh is only tried with a stand-in for the tool.
"""

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from adapters.register import reading
from domain.case.effects import Notice, Recipient
from services.openings import reference_for
from settings import RegisterAddress, read_settings
from tests.composed import BIN, ROOT, SERVICES, Here
from tests.register import postgres
from wiring import links_of

WITHIN_SECONDS = 60
SECRETS = ("temporal-password", "register-owner-password", "register-password")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(says: str, file: Path, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + WITHIN_SECONDS
    while says not in file.read_text():
        assert process.poll() is None, file.read_text()
        assert time.monotonic() < ends, file.read_text()
        time.sleep(0.05)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """PostgreSQL, Temporal and the secrets."""
    folder, port = tmp_path_factory.mktemp("deployed"), free_port()
    (folder / "deploy").mkdir()
    (folder / "deploy" / "make-secrets.sh").write_bytes((ROOT / "deploy" / "make-secrets.sh").read_bytes())
    (folder / "secrets").mkdir()
    (folder / "secrets" / "postgres-password").write_text("secret\n")
    subprocess.run(["sh", folder / "deploy" / "make-secrets.sh"], check=True, capture_output=True)
    server = [str(BIN / "temporal"), *shlex.split(f"server start-dev --headless --ip 127.0.0.1 --port {port}")]
    with postgres.running() as address:
        temporal = subprocess.Popen([*server, "--log-level", "error"], stdout=subprocess.DEVNULL)
        try:
            yield Here(int(address.rpartition(":")[2]), port, folder)
        finally:
            temporal.terminate()
            temporal.wait(30)


@pytest.fixture(scope="module")
def prepared(here: Here) -> Here:
    """Everything that is waited for before a worker starts."""
    for name in ("databases", "temporal-setup", "register-setup"):
        done = here.run(name)
        assert done.returncode == 0, (name, done.stdout, done.stderr)
    return here


@pytest.fixture(scope="module")
def deployed(prepared: Here) -> Iterator[Here]:
    """A worker as well; on SIGTERM it stops cleanly."""
    printed = prepared.folder / "worker.log"
    with printed.open("wb") as out:
        worker = subprocess.Popen(
            prepared.command("worker"), env=prepared.environment("worker"), cwd=prepared.folder, stdout=out, stderr=out
        )
    try:
        until("worker_started", printed, worker)
        refused = prepared.run("worker", "list")  # until somebody says who may what
        assert (refused.returncode, "escalate people new" in refused.stderr) == (3, True)
        assert prepared.run("worker", "people", "new").returncode == 0
        yield prepared
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0, printed.read_text()


def register_address(here: Here) -> RegisterAddress:
    address = here.environment("worker")["ESCALATION_REGISTER"]
    password = (here.folder / "secrets" / "register-password").read_text().strip()
    keys = here.folder / "secrets" / "encryption-keys"
    return RegisterAddress(address.replace("register_app@", f"register_app:{password}@"), keys)


def healthy(here: Here, **more: str) -> subprocess.CompletedProcess[str]:
    words = [here.translate(word) for word in SERVICES["worker"]["healthcheck"]["test"][1:]]
    words[0] = sys.executable
    return subprocess.run(
        words, env=here.environment("worker") | more, cwd=here.folder, capture_output=True, text=True, check=False
    )


def test_secrets_are_long_different_unreadable_for_others_and_never_made_twice(here: Here) -> None:
    folder = here.folder / "secrets"
    before = {name: (folder / name).read_text() for name in SECRETS}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(set(before.values())) == len(SECRETS)
    assert all(re.fullmatch(r"[0-9a-f]{64}\n", word) for word in before.values())

    again = subprocess.run(
        ["sh", here.folder / "deploy" / "make-secrets.sh"], check=True, capture_output=True, text=True
    )

    assert {name: (folder / name).read_text() for name in SECRETS} == before
    assert not any(word.strip() in again.stdout + again.stderr for word in before.values())


def test_without_a_worker_its_container_is_not_healthy(prepared: Here) -> None:
    said = healthy(prepared, ESCALATION_TASK_QUEUE="nobody-asks-here")
    assert said.returncode == 1
    assert "has not asked Temporal for work lately" in said.stderr


def test_the_namespace_keeps_closed_cases_for_90_days(prepared: Here) -> None:
    said = subprocess.run(
        [BIN / "temporal", "operator", "namespace", "describe", "-n", "escalations", "--output", "json"],
        env=prepared.environment("temporal-setup"), capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert re.search(r'"workflowExecutionRetentionTtl": "(7776000s|2160h0m0s)"', said), said


def test_a_case_that_is_started_stands_in_the_register_on_postgresql(deployed: Here) -> None:
    opened = deployed.run("worker", "start", str(ROOT / "examples" / "referral.toml"), "--request", "deployed")
    assert opened.returncode == 0, opened.stderr
    case = reference_for("deployed")

    ends = time.monotonic() + WITHIN_SECONDS
    while (standing := reading.read_case(register_address(deployed), case)) is None:
        assert time.monotonic() < ends
        time.sleep(0.05)

    assert standing["open"]
    assert reading.read_entries(register_address(deployed), case)
    assert case in deployed.run("worker", "show", case).stdout


def test_the_installation_is_well_and_the_worker_healthy(deployed: Here) -> None:
    said = deployed.run("worker", "doctor")
    for what in ("register", "temporal", "search attributes", "worker"):
        assert re.search(rf"^\s*ok\s+{what}\s", said.stdout, re.MULTILINE), said.stdout
    assert "problem" not in said.stdout
    assert healthy(deployed).returncode == 0


def test_the_watch_may_read_what_it_looks_at(deployed: Here) -> None:
    folder = str(deployed.folder / "alarms")
    done = deployed.run("watch", "watch", "--once", "--json", ESCALATION_WATCH_FOLDER=folder)

    assert done.returncode in {0, 1}, done.stderr
    assert "register" not in {one["what"] for one in json.loads(done.stdout)["found"]}


def test_the_console_shows_the_case_behind_a_link_that_the_workers_key_has_signed(deployed: Here) -> None:
    """Here without `--in-container`, which would listen on more than loopback."""
    port, printed = free_port(), deployed.folder / "console.log"
    said = {
        "ESCALATION_CONSOLE_ADDRESS": "https://escalations.partnership.example.org",
        "ESCALATION_CONSOLE_PORT": str(port),
    }
    environment = deployed.environment("console") | said
    links = links_of(read_settings({k: v for k, v in (deployed.environment("worker") | said).items() if "ESC" in k}))
    case = reference_for("linked")
    assert (
        deployed.run("worker", "start", str(ROOT / "examples" / "referral.toml"), "--request", "linked").returncode == 0
    )
    assert links
    to = Recipient(role="practitioner", title="practitioner", agency="police")
    path = urlsplit(links.to(Notice(ref=f"{case}/2/1", case=case, kind="step-opened", to=to))).path
    ends = time.monotonic() + WITHIN_SECONDS
    while reading.read_case(register_address(deployed), case) is None:
        assert time.monotonic() < ends
        time.sleep(0.05)

    with printed.open("wb") as out:
        words = deployed.command("console", "console")
        console = subprocess.Popen(words, env=environment, cwd=deployed.folder, stdout=out, stderr=out)
    try:
        until("console_started", printed, console)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as page:
            assert f"Case {case}" in page.read().decode()
    finally:
        console.send_signal(signal.SIGTERM)
        assert console.wait(30) == 0, printed.read_text()


def test_starting_everything_again_changes_nothing(deployed: Here) -> None:
    for name in ("databases", "temporal-setup", "register-setup"):
        done = deployed.run(name)
        assert done.returncode == 0, (name, done.stdout, done.stderr)


def test_the_worker_owns_nothing_and_sees_no_database_but_its_own(prepared: Here) -> None:
    address = register_address(prepared).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        for attack in ("DELETE FROM entry", "ALTER TABLE entry DISABLE TRIGGER ALL", "CREATE TABLE mine (x int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attack.encode())
    for other in ("temporal", "temporal_visibility"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(f"{address.rpartition('/')[0]}/{other}")


def test_temporals_role_can_make_what_its_schema_needs(prepared: Here) -> None:
    password = (prepared.folder / "secrets" / "temporal-password").read_text().strip()
    with psycopg.connect(
        host="127.0.0.1", port=prepared.postgres_port, user="temporal", dbname="temporal_visibility", password=password
    ) as connection:
        connection.execute("CREATE EXTENSION btree_gin")
        connection.execute("CREATE TABLE schema_version (x int)")
        connection.rollback()


def test_a_new_password_is_taken_over_at_the_next_start(prepared: Here) -> None:
    file = prepared.folder / "secrets" / "temporal-password"
    before, mode = file.read_text(), file.stat().st_mode
    file.chmod(0o644)
    for new in ('it\'s a new "one" \\ with $odd `signs`\n', before):
        file.write_text(new)
        assert prepared.run("databases").returncode == 0

        psycopg.connect(
            host="127.0.0.1", port=prepared.postgres_port, user="temporal", dbname="temporal", password=new.strip()
        ).close()
    file.chmod(mode)


def test_postgresql_that_is_away_is_given_up_on_in_one_sentence(here: Here) -> None:
    away = here._replace(postgres_port=free_port())
    done = away.run("databases", TRIES="2", PAUSE="0")
    assert done.returncode != 0
    assert "does not let us in: tried 2 times and gave up" in done.stderr


def test_a_secret_that_is_not_there_is_named_with_the_mend(here: Here, tmp_path: Path) -> None:
    done = here.run("databases", SECRETS=str(tmp_path))
    assert done.returncode != 0
    assert "the secret postgres-password cannot be read: run deploy/make-secrets.sh" in done.stderr


def test_temporal_that_is_away_is_given_up_on_in_one_sentence(here: Here) -> None:
    away = here._replace(temporal_port=free_port())
    done = away.run("temporal-setup", TRIES="2", PAUSE="0")
    assert done.returncode != 0
    assert "is not serving: tried 2 times and gave up" in done.stderr


def test_a_search_attribute_of_another_type_stops_the_setting_up(here: Here) -> None:
    environment = here.environment("temporal-setup") | {"TEMPORAL_NAMESPACE": "taken"}
    for words in ("namespace create -n taken", "search-attribute create -n taken --name EscDue --type Text"):
        for _ in range(50):  # a new namespace is known to all of the server after a moment
            command = [str(BIN / "temporal"), "operator", *shlex.split(words)]
            done = subprocess.run(command, env=environment, capture_output=True, check=False)
            if done.returncode == 0:
                break
            time.sleep(0.2)

    done_here = here.run("temporal-setup", TEMPORAL_NAMESPACE="taken")

    assert done_here.returncode != 0
    assert "the search attribute EscDue exists as Text and must be Datetime" in done_here.stderr


def test_a_retention_that_is_no_number_is_refused(here: Here) -> None:
    done = here.run("temporal-setup", RETENTION_DAYS="0")
    assert done.returncode != 0
    assert "give a whole number of days, 1 or more" in done.stderr


@pytest.fixture
def sql_tool(here: Here, tmp_path: Path) -> dict[str, str]:
    """A stand-in for temporal-sql-tool that notes how it was called; `fail` holds words on which it fails once each."""
    (tmp_path / "fail").mkdir()
    tool = tmp_path / "temporal-sql-tool"
    tool.write_text(
        '#!/bin/sh\necho "$@" >>"$NOTES"\n[ "$SQL_PASSWORD" ] || exit 9\n'
        'for word in "$@"; do\n[ -e "$FAIL/$word" ] && { rm -f "$FAIL/$word"; echo "no: $word"; exit 1; }\ndone\n'
        "exit 0\n"
    )
    tool.chmod(0o755)
    for folder in ("temporal", "visibility"):
        (tmp_path / "schema" / folder / "versioned").mkdir(parents=True)
    path = f"{tmp_path}:{here.environment('temporal-schema')['PATH']}"
    return {
        "PATH": path, "SCHEMA": str(tmp_path / "schema"), "NOTES": str(tmp_path / "notes"),
        "FAIL": str(tmp_path / "fail"), "TRIES": "3", "PAUSE": "0",
    }  # fmt: skip


def test_both_schemas_are_set_up_then_brought_up_to_date_and_no_password_is_in_a_command(
    here: Here, sql_tool: dict[str, str]
) -> None:
    done = here.run("temporal-schema", **sql_tool)

    assert done.returncode == 0, done.stderr
    schema = sql_tool["SCHEMA"]
    assert Path(sql_tool["NOTES"]).read_text().splitlines() == [
        "--db temporal setup-schema -v 0.0",
        f"--db temporal update-schema -d {schema}/temporal/versioned",
        "--db temporal_visibility setup-schema -v 0.0",
        f"--db temporal_visibility update-schema -d {schema}/visibility/versioned",
    ]


def test_a_database_that_does_not_answer_yet_is_tried_again(here: Here, sql_tool: dict[str, str]) -> None:
    (Path(sql_tool["FAIL"]) / "setup-schema").touch()
    assert here.run("temporal-schema", **sql_tool).returncode == 0


def test_a_schema_upgrade_that_fails_is_not_tried_again(here: Here, sql_tool: dict[str, str]) -> None:
    (Path(sql_tool["FAIL"]) / "update-schema").touch()
    done = here.run("temporal-schema", **sql_tool)

    assert done.returncode != 0
    assert "the schema of temporal was not brought up to date: restore the backup" in done.stderr
    assert Path(sql_tool["NOTES"]).read_text().count("update-schema") == 1
