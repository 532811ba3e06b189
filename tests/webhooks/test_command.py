"""`escalate webhook`, what the doctor says of webhooks, and what is wrong with their file."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.webhooks.cursor import FILE, Cursor
from adapters.webhooks.file import WebhooksFaulty, load_hooks
from settings import HERE, Settings
from tests.starter.conftest import Run, installation, run
from tests.watch.listening import Listening, listening

from .test_following import _is_ours

__all__ = ["installation", "run"]


@pytest.fixture
def hook(installation: Settings) -> Iterator[Listening]:
    installation.data.mkdir()
    with listening() as made:
        said = f'[records]\naddress = "{made.url}"\nsecret_file = "records.secret"\n'
        installation.webhooks.write_text(said)
        yield made


def test_a_secret_is_made_shown_and_signs_a_test(run: Run, hook: Listening, installation: Settings) -> None:
    assert run("webhook", "test", "records").exit_code == 2, "there is no secret yet"
    made = run("webhook", "secret", "records")
    result = run("webhook", "test", "records")

    assert (made.exit_code, result.exit_code, result.stdout) == (0, 0, "records took it.\n")
    (asked,) = hook.asked
    assert json.loads(asked.body)["type"] == "test"
    assert _is_ours(made.stdout.splitlines()[0], asked)
    assert stat.S_IMODE((installation.data / "records.secret").stat().st_mode) == 0o600


def test_a_program_that_does_not_take_it_is_told(run: Run, hook: Listening) -> None:
    run("webhook", "secret", "records")
    hook.status = 500
    result = run("webhook", "test", "records")

    assert result.exit_code == 4
    assert result.stderr == "records did not take it (status 500): see that program, and its address.\n"
    assert "names no program 'x': it has records" in run("webhook", "test", "x").stderr


def test_in_training_nothing_leaves_this_machine(run: Run, hook: Listening, installation: Settings) -> None:
    run("webhook", "secret", "records")
    text = installation.webhooks.read_text().replace(hook.url, "https://records.example.org/x")
    installation.webhooks.write_text(text)
    result = run("webhook", "test", "records", env={"ESCALATION_TRAINING": "yes"})

    assert "nothing leaves this machine" in result.stderr


def test_the_check_and_the_doctor_say_how_far_each_was_told(run: Run, hook: Listening, installation: Settings) -> None:
    without = run("webhook", "check")
    run("webhook", "secret", "records")
    before = run("webhook", "check")
    cursor = Cursor(installation.data / FILE)
    cursor.begin("records", {})
    well = run("webhook", "check")
    from services.times import now

    cursor.failed("records", "status 500", now())
    fails = run("webhook", "check", "--json")

    assert (without.exit_code, before.exit_code, well.exit_code, fails.exit_code) == (1, 0, 0, 1)
    assert "its secret cannot be read" in without.stdout
    assert "is not followed yet" in before.stdout
    assert "takes what it is told" in well.stdout
    assert "takes nothing since 2026-11-23T10:00:00+00:00 (status 500)" in fails.stdout
    doctor = run("doctor", "--json", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout
    (found,) = [one for one in json.loads(doctor)["found"] if one["what"] == "webhooks"]
    assert found["state"] == "problem"


def test_the_example_can_be_used_as_it_stands() -> None:
    hooks = load_hooks(HERE / "examples" / "webhooks.toml")

    assert [one.name for one in hooks] == ["records", "pager"]
    assert hooks[0].secret_file == HERE / "examples" / "records.secret"
    assert load_hooks(Path("/nowhere")) == ()


GOOD = 'address = "https://x.example.org"\nsecret_file = "s"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[a", "is not TOML"),
        ("a = 1\n", "write a table with a name in small letters"),
        (f"[A]\n{GOOD}", "write a table with a name in small letters"),
        (f'[a]\n{GOOD}adress = "x"\n', "there is no such key. Did you mean address?"),
        ('[a]\naddress = "http://x.example.org"\nsecret_file = "s"\n', "It must begin with https"),
        ('[a]\naddress = "https://u:p@x.example.org"\nsecret_file = "s"\n', "It holds a name or a password"),
        ('[a]\naddress = "https://x.example.org"\n', "name the file of its secret"),
        (f"[a]\n{GOOD}types = []\n", "write a list of"),
        (f'[a]\n{GOOD}types = ["test"]\n', "write a list of"),
        (f'[a]\n{GOOD}types = "case.opened"\n', "write a list of"),
        ("".join(f"[a{n}]\n{GOOD}" for n in range(21)), "20 are told at most"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "webhooks.toml"
    path.write_text(text)

    with pytest.raises(WebhooksFaulty, match=says.replace("?", r"\?")):
        load_hooks(path)


@pytest.mark.parametrize("secret", ["", "x", "whsec_", "whsec_AAAA", f"whsec_{'A' * 200}", f"{'A' * 44}"])
def test_a_secret_that_is_none_is_told_and_not_shown(tmp_path: Path, secret: str) -> None:
    path = tmp_path / "webhooks.toml"
    path.write_text(f"[a]\n{GOOD}")
    (tmp_path / "s").write_text(secret)

    with pytest.raises(WebhooksFaulty) as told:
        load_hooks(path)[0].secrets()
    assert "A" * 20 not in str(told.value)
