import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from adapters.console_store.store import FILE as CONSOLE_STORE
from adapters.keyring import make_keys, read_keys
from adapters.register import connections
from adapters.register.address import sqlite_path
from adapters.register.proof_note import read_note
from adapters.register.register import Register
from adapters.watch.found import Found
from adapters.watch.notebook import Notebook
from services import times
from settings import HERE, Settings
from starter.checks import Finding, machine
from starter.checks import all as checks
from tests.ports import free_port
from tests.post.conftest import Mailbox
from tests.standins.notify import KEY, TEXT, Notify
from tests.starter.conftest import NOW, Run
from tests.starter.test_verify import lay_hands_on
from wiring import console_store


@pytest.fixture(autouse=True)
def _no_temporal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")


def found(run: Run, **environment: str) -> dict[str, Finding]:
    return found_with(run, (), **environment)


def found_with(run: Run, words: tuple[str, ...], **environment: str) -> dict[str, Finding]:
    report = json.loads(run("doctor", "--json", *words, env=environment).stdout)
    return {one["what"]: Finding(**one) for one in report["found"]}


def test_a_fresh_installation_is_told_what_is_missing(run: Run) -> None:
    result = run("doctor")

    assert result.exit_code == 1
    assert "ok        settings" in result.stdout
    assert "There is no register at" in result.stdout
    assert "problem   temporal" in result.stdout
    assert "Nobody answers at 127.0.0.1:1" in result.stdout


def test_each_thing_has_its_line(run: Run, register: Register) -> None:
    seen = found(run)

    assert seen["register"].state == "ok"
    assert seen["outbox"].state == "ok"
    assert seen["on call"].state == "warning"
    assert seen["policy lincolnshire"].says == "edition 2025-02 was due for review on 2026-02-01."
    assert seen["directory lincolnshire"].state == "warning"
    assert re.search(r"\d+ agencies, edition 2025-02: \d+ things to look at; ", seen["directory lincolnshire"].says)
    assert seen["watch"].state == "warning"
    assert "No watch is set up" in seen["watch"].says
    assert seen["calendar lincolnshire"].state == "ok"
    assert seen["temporal"].state == "problem"


def test_what_is_wrong_is_a_problem_with_its_mend(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    seen = found(
        run,
        ESCALATION_OUTBOX=str(tmp_path / "file" / "outbox"),
        ESCALATION_REGISTER="mysql://x/y",
        ESCALATION_DIRECTORIES=str(tmp_path),
        ESCALATION_ON_CALL="lead@partnership.example.com",
        ESCALATION_SMTP_HOST="127.0.0.1",
        ESCALATION_SMTP_PORT="1",
    )

    assert (seen["outbox"].state, seen["register"].state) == ("problem", "problem")
    assert seen["directory lincolnshire"].says.startswith("The directory of lincolnshire cannot be used.")
    assert (seen["on call"].state, seen["mail"].state) == ("ok", "problem")
    assert "does not let us in (ConnectionRefusedError)" in seen["mail"].says


@pytest.mark.parametrize(
    ("name", "value"),
    [("TOLERANCE", "soon"), ("MEETINGS", "ppet=next week"), ("MEETINGS", "ppet=2026-10-25T01:30")],
)
def test_a_setting_that_cannot_be_used_is_named(run: Run, name: str, value: str) -> None:
    assert f"ESCALATION_{name} cannot be" in found(run, **{f"ESCALATION_{name}": value})["policy lincolnshire"].says


def test_a_variable_nobody_knows_is_the_first_problem(run: Run) -> None:
    result = run("doctor", env={"ESCALATION_REGISTRE": "x"})
    listing = run("list", env={"ESCALATION_REGISTRE": "x"})

    assert (result.exit_code, result.stdout.count("\n")) == (1, 1)
    assert "ESCALATION_REGISTRE is not a setting" in result.stdout
    assert (listing.exit_code, listing.stdout) == (2, "")


@pytest.mark.parametrize("words", [["list"], ["show", "ESC-0000-0000"], ["record", "ESC-0000-0000", "risk"]])
def test_a_register_of_no_known_kind_is_told_by_every_command(run: Run, words: list[str]) -> None:
    result = run(*words, env={"ESCALATION_REGISTER": "mysql://x/y"})

    assert (result.exit_code, result.stdout) == (2, "")
    assert "ESCALATION_REGISTER: The register's address must be sqlite:///" in result.stderr


def test_with_nothing_wrong_the_exit_code_is_0(
    run: Run, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_CHECKS", {"mail": lambda _: iter([Finding("mail", "warning", "none")])})

    assert run("doctor").exit_code == 0
    assert json.loads(run("doctor", "--json").stdout)["well"]


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()


def by_mail(port: int, tmp_path: Path, **more: str) -> dict[str, str]:
    (tmp_path / "policies").mkdir()
    for policy in ("lincolnshire", "sutton"):
        shutil.copy(HERE / "policies" / f"{policy}.toml", tmp_path / "policies")
    shutil.copytree(HERE / "directories", tmp_path / "directories", ignore=shutil.ignore_patterns("*.rota.toml"))
    return {
        "ESCALATION_POLICIES": str(tmp_path / "policies"),
        "ESCALATION_DIRECTORIES": str(tmp_path / "directories"),
        "ESCALATION_SMTP_HOST": "127.0.0.1",
        "ESCALATION_SMTP_PORT": str(port),
        "ESCALATION_ON_CALL": "lead@partnership.example.com",
        **more,
    }


def test_a_mail_host_is_knocked_at_and_sent_nothing(run: Run, mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, port = mailbox
    seen = found(run, **by_mail(port, tmp_path))

    assert (seen["mail"].state, box.mails) == ("ok", [])


def test_with_send_a_real_message_reaches_the_contact_on_call_once(
    run: Run, mailbox: tuple[Mailbox, int], tmp_path: Path
) -> None:
    box, port = mailbox
    report = json.loads(run("doctor", "--json", "--send", "on-call", env=by_mail(port, tmp_path)).stdout)
    (one,) = [Finding(**line) for line in report["found"] if line["what"] == "test message"]

    assert one.state == "ok"
    assert one.says.startswith("taken by smtp for the safeguarding lead on call of lincolnshire (")
    assert box.recipients == [["lead@partnership.example.com"]]
    assert b"TEST-MESSAGE" in box.mails[0]
    assert b"nothing to do but to say that it arrived" in box.mails[0].replace(b"=\r\n", b"").replace(b"\r\n", b" ")


def test_a_test_message_that_does_not_leave_is_a_problem(run: Run, tmp_path: Path) -> None:
    result = run("doctor", "--send", "second", env=by_mail(1, tmp_path))

    assert result.exit_code == 1
    assert "problem   test message" in result.stdout
    assert "It did not reach the second safeguarding lead on call of lincolnshire" in result.stdout


def test_while_training_a_test_message_stays_in_the_outbox(
    run: Run, installation: Settings, mailbox: tuple[Mailbox, int], tmp_path: Path
) -> None:
    box, port = mailbox
    seen = found_with(run, ("--send", "on-call"), **by_mail(port, tmp_path, ESCALATION_TRAINING="yes"))

    assert seen["test message"].says.startswith("taken by outbox")
    assert box.mails == []


def test_a_role_that_is_no_rung_is_refused(run: Run) -> None:
    result = run("doctor", "--send", "chair")

    assert result.exit_code == 2
    assert "--send 'chair' is no rung of the rota: say on-call, or second, deputy, duty-manager." in result.stderr


def test_a_rota_is_summed_up(run: Run, mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    environment = by_mail(mailbox[1], tmp_path)
    rota = tmp_path / "directories" / "lincolnshire.rota.toml"
    rota.write_text(ROTA)
    seen = found(run, **environment)
    assert seen["rota lincolnshire"].state == "problem"
    assert "nobody is on call from" in seen["rota lincolnshire"].says

    rota.write_text(ROTA.replace("until = 2026-11-30", ""))
    assert found(run, **environment)["rota lincolnshire"].state == "ok"
    rota.write_text("nonsense")
    assert found(run, **environment)["rota lincolnshire"].says.startswith(
        "It cannot be used, so nobody is woken by it."
    )


def test_a_secret_that_others_can_read_is_a_warning(run: Run, tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_text("open sesame")
    word.chmod(0o644)
    seen = [
        Finding(**one)
        for one in json.loads(run("doctor", "--json", env={"ESCALATION_SMTP_PASSWORD_FILE": str(word)}).stdout)["found"]
        if one["what"] == "secret files"
    ]

    assert [one.state for one in seen] == ["warning", "ok"]
    assert seen[0].says == "Others on this machine can read the file of ESCALATION_SMTP_PASSWORD_FILE."
    word.chmod(0o600)
    assert found(run, ESCALATION_SMTP_PASSWORD_FILE=str(word))["secret files"].state == "ok"


# --- the watch


def heartbeat(installation: Settings, at: datetime, **more: object) -> None:
    installation.data.mkdir(exist_ok=True)
    notebook = Notebook(installation.watch.heartbeat, last_round=at.isoformat(), every_seconds=30)
    if more:
        notebook.take(Found(ref="watch/x", what="moment", says="In ESC-X a moment came.", mend="See to it."), at)
    notebook.save()


def test_a_watch_that_went_round_is_well_and_one_that_is_silent_is_a_warning(run: Run, installation: Settings) -> None:
    heartbeat(installation, NOW - timedelta(minutes=4, seconds=59))
    assert found(run)["watch"].state == "ok"

    heartbeat(installation, NOW - timedelta(minutes=5, seconds=1))
    silent = found(run)["watch"]
    assert (silent.state, silent.mend) == ("warning", "Start `escalate watch` again, and see its log.")
    assert "it is silent" in silent.says


def test_a_watch_that_is_set_up_and_never_went_round_is_a_warning(run: Run, tmp_path: Path) -> None:
    seen = found(run, ESCALATION_WATCH_FOLDER=str(tmp_path / "alarms"))

    assert seen["watch"].says == "The watch is set up and has not gone round yet."


def test_what_the_watch_has_found_is_a_problem(run: Run, installation: Settings) -> None:
    heartbeat(installation, NOW, found=True)

    assert found(run)["watch"] == Finding("watch", "problem", "In ESC-X a moment came.", "See to it.")


# --- the clocks


@pytest.mark.parametrize(
    ("seconds", "state", "says"),
    [
        (3, "ok", "agrees with that of the database"),
        (-30, "warning", "This machine's clock is 30 seconds ahead of that of the database."),
        (61, "problem", "This machine's clock is 61 seconds behind that of the database."),
    ],
)
def test_clocks_are_compared(seconds: int, state: str, says: str) -> None:
    seen = machine.compared("the database", NOW + timedelta(seconds=seconds), NOW, NOW)

    assert (seen.state, seen.says) == (state, says)


def test_a_worker_that_temporal_saw_in_the_future_shows_that_our_clock_is_behind() -> None:
    assert list(machine.of_pollers([NOW, NOW - timedelta(minutes=1)], NOW)) == []
    (seen,) = machine.of_pollers([NOW + timedelta(minutes=2)], NOW)

    assert (seen.state, seen.says) == ("problem", "This machine's clock is 120 seconds behind that of Temporal.")


ROTA = """
[rota]
edition = "2026-11"
hands_over = "09:00"
ranks = ["first"]

[[person]]
handle = "staff-0001"
title = "Safeguarding lead"
email = ["lead@partnership.example.org"]

[[turn]]
rank = "first"
persons = ["staff-0001"]
starting = 2026-11-02
until = 2026-11-30
"""


@pytest.fixture
def notify() -> Iterator[Notify]:
    with Notify().serving() as service:
        yield service


def by_text(notify: Notify, tmp_path: Path, **more: str) -> dict[str, str]:
    (tmp_path / "key").write_text(KEY)
    return {
        "ESCALATION_NOTIFY_KEY_FILE": str(tmp_path / "key"),
        "ESCALATION_NOTIFY_TEXT_TEMPLATE": TEXT,
        "ESCALATION_NOTIFY_URL": notify.url,
        "ESCALATION_TEXT_REPLIES": "yes",
        **more,
    }


def test_it_is_told_whether_replies_to_texts_can_be_fetched(run: Run, notify: Notify, tmp_path: Path) -> None:
    notify.comes_in("+447700900123", "YES", NOW)
    well = found(run, **by_text(notify, tmp_path))["text replies"]
    without = found(run, **by_text(notify, tmp_path, ESCALATION_NOTIFY_TEXT_TEMPLATE=""))
    notify.clock_ahead = 31
    ill = found(run, **by_text(notify, tmp_path))["text replies"]

    assert (well.state, well.says) == ("ok", "can be fetched; 1 came in the last seven days")
    assert (ill.state, "ESCALATION_NOTIFY_KEY_FILE" in ill.says) == ("problem", True)
    assert "text replies" not in found(run, **by_text(notify, tmp_path, ESCALATION_TEXT_REPLIES="no"))
    assert without["post"].state == "problem", "a key without a template cannot send at all"
    assert not notify.sent


def test_replies_without_text_messages_are_a_warning(run: Run) -> None:
    assert found(run, ESCALATION_TEXT_REPLIES="yes")["text replies"].state == "warning"


@pytest.mark.parametrize(
    ("ail", "mend"),
    [
        (lambda service, _: service.questions.extend(["403", "403"]), "did not take a question (403)"),
        (lambda _, key: key.write_text(KEY[:-12] + "0" * 12), "the key in ESCALATION_NOTIFY_KEY_FILE is in force"),
        (lambda service, _: setattr(service, "trial", True), "that your service is live and not in trial mode"),
        (lambda service, _: service.templates[TEXT].update(body="Dear ((name))"), "has no ((body)) in its body"),
        (lambda service, _: service.templates.clear(), "names a template of your service"),
    ],
)
def test_what_keeps_notify_from_taking_our_texts_is_a_problem(
    run: Run, notify: Notify, tmp_path: Path, ail: Callable[[Notify, Path], object], mend: str
) -> None:
    environment = by_text(notify, tmp_path, ESCALATION_TEXT_REPLIES="no")
    well = found(run, **environment)["text messages"]
    ail(notify, tmp_path / "key")
    result = run("doctor", "--json", env=environment)
    (ill,) = [one for one in json.loads(result.stdout)["found"] if one["what"] == "text messages"]

    assert well.state == "ok"
    assert (ill["state"], mend in ill["says"]) == ("problem", True), ill["says"]
    assert (result.exit_code, notify.sent) == (1, [])


# --- what open cases need


def test_the_directory_of_open_cases_that_is_gone_is_a_problem_though_its_policy_is_gone_too(
    run: Run, opened: str, tmp_path: Path
) -> None:
    (tmp_path / "policies").mkdir()
    shutil.copy(HERE / "policies" / "sutton.toml", tmp_path / "policies")
    (tmp_path / "directories").mkdir()
    shutil.copy(HERE / "directories" / "sutton.toml", tmp_path / "directories")
    seen = found(
        run,
        ESCALATION_POLICIES=str(tmp_path / "policies"),
        ESCALATION_DIRECTORIES=str(tmp_path / "directories"),
    )

    assert seen["open cases lincolnshire"].state == "problem"
    assert "One open case goes by it, and its directory cannot be read" in seen["open cases lincolnshire"].says
    assert str(tmp_path / "directories" / "lincolnshire.toml") in seen["open cases lincolnshire"].mend
    assert "no rota for lincolnshire, sutton" in seen["on call"].says


def test_a_seat_that_owes_something_and_cannot_be_reached_is_a_warning(run: Run, opened: str, tmp_path: Path) -> None:
    shutil.copytree(HERE / "directories", tmp_path / "directories")
    file = tmp_path / "directories" / "lincolnshire.toml"
    well = found(run, ESCALATION_DIRECTORIES=str(tmp_path / "directories"))["open cases lincolnshire"]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"practitioner.police@lincs.example.org"', '"siân@lincs.example.org"'))
    ill = found(run, ESCALATION_DIRECTORIES=str(tmp_path / "directories"))["open cases lincolnshire"]

    assert well.state == "ok"
    assert ill.state == "warning"
    assert f"frontline professional of police ({opened})" in ill.says


def test_without_a_case_nothing_is_said_of_open_cases(run: Run, register: Register) -> None:
    assert not [what for what in found(run) if what.startswith("open cases")]


# --- where things are written


def test_a_register_that_can_only_be_read_is_a_problem(run: Run, opened: str, installation: Settings) -> None:
    path = sqlite_path(installation.register)
    assert path is not None
    before = path.read_bytes()
    assert found(run)["register"] == Finding("register", "ok", f"{path}, can be written")
    assert path.read_bytes() == before, "what is written for a trial is taken back"

    lay_hands_on(
        installation, "CREATE TRIGGER shut BEFORE INSERT ON edition BEGIN SELECT RAISE(ABORT, 'attempt to write'); END"
    )
    seen = found(run)["register"]

    assert seen.state == "problem"
    assert seen.says.startswith("Nothing can be entered in it, so nothing that happens in a case reaches the record.")


def test_a_register_that_another_holds_for_good_is_a_problem(
    run: Run, opened: str, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sqlite_path(installation.register)
    assert path is not None
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(path)) as held:
        held.execute("BEGIN IMMEDIATE")
        seen = found(run)["register"]

    assert (seen.state, "SQLITE_BUSY" in seen.says) == ("problem", True)


def test_what_consoles_remember_is_looked_at_and_left_as_it_is(run: Run, opened: str, installation: Settings) -> None:
    assert found(run)["consoles"] == Finding("consoles", "ok", "remember nothing yet; the first that is started begins")
    file = installation.data / CONSOLE_STORE
    with closing(console_store(installation, ["k" * 32])) as store:
        store.once("pass", "one", timedelta(minutes=5))
    before = file.read_bytes()
    seen = found(run)["consoles"]
    assert (seen.state, str(file) in seen.says, "worth nothing in a backup" in seen.says) == ("ok", True, True)
    assert file.read_bytes() == before

    file.write_bytes(b"no database" * 500)
    seen = found(run)["consoles"]

    assert seen.state == "problem"
    assert seen.says.startswith("Nobody can sign in to the pages")
    assert "move the file away: people sign in again" in seen.says


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("what", ["register", "outbox"])
def test_a_full_disk_is_a_problem(run: Run, opened: str, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(machine, "TemporaryFile", lambda **_: Path("/dev/full").open("wb", buffering=0))  # noqa: SIM115
    seen = found(run)[what]

    assert (seen.state, "(no space left on device)" in seen.says) == ("problem", True)


def test_a_disk_that_is_nearly_full_is_a_warning(run: Run, opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=199 * 1024 * 1024))

    assert found(run)["register"].state == "warning"
    assert found(run)["outbox"].says.endswith("is nearly full: 199 MB are left.")


def noted(installation: Settings, **note: object) -> None:
    """Leave what a worker noted of its last proof."""
    note = {"last": "2026-11-23T03:20:00+00:00", "cases": 3} | note
    for name, value in note.items():
        setattr(kept := read_note(installation.proof_note), name, value)
        kept.save()


def test_it_says_when_the_record_was_proved_last_and_what_was_found(
    run: Run, register: Register, installation: Settings
) -> None:
    assert found(run)["proof"] == Finding("proof", "ok", "no worker has proved the record yet")

    noted(installation, says="The record of 3 cases is whole.")
    assert found(run)["proof"] == Finding(
        "proof", "ok", "The record of 3 cases is whole. That was on Monday 23 November 2026, 3:20am."
    )

    noted(installation, faults=2, says="The record of 3 cases was proved, and 2 faults were found in ESC-1000-0002.")
    seen = found(run)["proof"]
    assert seen.state == "problem"
    assert "2 faults were found in ESC-1000-0002. That was on Monday 23 November 2026, 3:20am." in seen.says
    assert "escalate verify" in seen.mend


def test_a_record_that_could_not_be_read_in_all_is_a_warning_with_the_command_that_names_the_key(
    run: Run, register: Register, installation: Settings
) -> None:
    noted(installation, unread=2, says="The record of 3 cases is whole, as far as it could be read.")

    seen = found(run)["proof"]
    assert (seen.state, seen.says.partition(".")[0]) == (
        "warning",
        "The record of 3 cases is whole, as far as it could be read",
    )
    assert "`escalate keys check`" in seen.mend


def test_a_proof_that_was_not_made_for_two_nights_is_a_warning(
    run: Run, register: Register, installation: Settings
) -> None:
    noted(installation, last="2026-11-20T03:20:00+00:00", says="The record of 3 cases is whole.")

    assert found(run)["proof"].state == "warning"


def test_the_doctor_says_when_the_newest_checkpoint_was_made_and_what_keeps_the_next_from_being_made(
    run: Run, register: Register, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(run)["checkpoint"].state == "warning"
    assert "there is no key in " in found(run)["checkpoint"].says
    assert run("checkpoint", "key", "--new").exit_code == 0
    assert found(run)["checkpoint"] == Finding(
        "checkpoint", "ok", "none was made yet; `escalate checkpoint make` makes one"
    )
    assert run("checkpoint", "make").exit_code == 0

    unnamed = found(run)["checkpoint"]
    monkeypatch.setenv("ESCALATION_CHECKPOINT_ORIGIN", "safeguarding.example.org")
    named = found(run)["checkpoint"]
    monkeypatch.setattr(times, "clock", lambda: NOW + timedelta(days=3))
    old = found(run)["checkpoint"]

    assert (unnamed.state, unnamed.says) == ("warning", "Checkpoints are signed under a name that is nobody's.")
    assert (named.state, named.says) == ("ok", "the newest is of Monday 23 November 2026, 10:00am")
    assert (old.state, old.says) == ("warning", "The newest checkpoint is of Monday 23 November 2026, 10:00am.")


def test_a_proof_that_nobody_wants_is_said_to_be_none(
    run: Run, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_PROVE_AT", "no")

    assert found(run)["proof"].says.startswith("no worker proves the record")


def test_a_key_that_the_register_needs_and_that_is_not_here_is_a_problem_that_names_it(
    run: Run, opened: str, installation: Settings, tmp_path: Path
) -> None:
    (key,) = read_keys(installation.encryption_keys)
    make_keys(tmp_path / "other.keys")

    here = found(run)["register"]
    elsewhere = found(run, ESCALATION_ENCRYPTION_KEYS=str(tmp_path / "other.keys"))["register"]
    nowhere = found(run, ESCALATION_ENCRYPTION_KEYS=str(tmp_path / "none.keys"))["register"]

    assert here.state == "ok"
    assert elsewhere.state == nowhere.state == "problem"
    assert f"other.keys lacks {key.id}" in elsewhere.says
    assert "Put the line back" in elsewhere.mend
    assert "none.keys" in nowhere.says
