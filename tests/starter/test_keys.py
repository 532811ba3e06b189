"""`escalate keys`: makes the first key, rotates, and says which keys running cases need."""

import json
from collections import Counter
from pathlib import Path

import pytest

from adapters.keyring import Keyring, add_key, make_keys, read_keys
from adapters.register import rewrapping
from adapters.register.case_keys import case_keys
from adapters.register.register import Register
from settings import Settings
from starter.commands import keys
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run


@pytest.fixture
def needed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """By which keys Temporal's running cases were begun, in the place of Temporal."""
    counted: Counter[str] = Counter()

    async def asked(_settings: Settings) -> dict[str, int]:
        return dict(counted)

    monkeypatch.setattr(keys, "_needed", asked)
    return counted


def test_the_first_key_is_made_and_never_made_over(run: Run, installation: Settings) -> None:
    made = run("keys", "new")
    again = run("keys", "new")

    (key,) = read_keys(installation.encryption_keys)
    assert made.exit_code == 0
    assert key.id in made.output
    assert key.secret.hex() not in made.output
    assert again.exit_code == 2
    assert "is there already" in again.output
    assert read_keys(installation.encryption_keys) == (key,)


def test_rotating_puts_a_new_key_first(run: Run, installation: Settings) -> None:
    nothing = run("keys", "rotate")
    run("keys", "new")
    (old,) = read_keys(installation.encryption_keys)

    rotated = run("keys", "rotate")

    assert nothing.exit_code != 0
    assert "escalate keys new" in nothing.output
    assert rotated.exit_code == 0
    assert read_keys(installation.encryption_keys)[1] == old


def test_check_names_a_key_that_a_running_case_needs_and_that_is_not_there(
    run: Run, installation: Settings, needed: Counter[str]
) -> None:
    run("keys", "new")
    (key,) = read_keys(installation.encryption_keys)
    needed[key.id] = 3
    whole = run("keys", "check")
    needed["0badcafe"] = 2

    missing = run("keys", "check")
    machine = run("keys", "check", "--json")

    assert whole.exit_code == 0
    assert key.id in whole.output
    assert missing.exit_code == 1
    assert "0badcafe" in missing.output
    assert "MISSING" in missing.output
    assert json.loads(machine.stdout) == {
        "keys": [key.id],
        "needed": {key.id: 3, "0badcafe": 2},
        "register": {},
        "guests": {},
        "missing": ["0badcafe"],
    }


# --- keys of cases in the register


@pytest.fixture
def other_machine(opened: str, installation: Settings, tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has the register, and a key that is not the one."""
    make_keys(tmp_path / "other.keys")
    return {"ESCALATION_ENCRYPTION_KEYS": str(tmp_path / "other.keys")}


def test_rotating_wraps_the_keys_of_cases_and_the_old_line_can_go(
    run: Run, opened: str, installation: Settings, needed: Counter[str]
) -> None:
    (old,) = read_keys(installation.encryption_keys)
    before = run("history", opened, "--words").stdout
    assert json.loads(run("keys", "check", "--json").stdout)["register"] == {old.id: 1}

    rotated = run("keys", "rotate")

    new, _ = read_keys(installation.encryption_keys)
    assert rotated.exit_code == 0
    assert f"The keys of 1 case are wrapped with {new.id}." in rotated.stdout
    assert json.loads(run("keys", "check", "--json").stdout)["register"] == {new.id: 1}
    installation.encryption_keys.write_text(f"{new.secret.hex()}\n")
    case_keys.cache_clear()
    assert run("history", opened, "--words").stdout == before
    assert run("verify").exit_code == 0


def test_wrapping_that_was_broken_off_is_gone_on_with_and_a_repeat_does_nothing(
    run: Run, cases: CasesInMemory, register: Register, installation: Settings, needed: Counter[str]
) -> None:
    for request in ("one", "two", "three"):
        run("start", str(EXAMPLES / "referral.toml"), "--request", request)
    add_key(installation.encryption_keys)
    new, old = read_keys(installation.encryption_keys)

    def broken_off() -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rewrapping, "AT_ONCE", 2)
        with pytest.raises(KeyboardInterrupt):
            register.rewrap(Keyring(installation.encryption_keys), broken_off)
    assert json.loads(run("keys", "check", "--json").stdout)["register"] == {new.id: 2, old.id: 1}
    assert "keys rewrap" in run("keys", "check").stderr

    assert f"The keys of 1 case are wrapped with {new.id}." in run("keys", "rewrap").stdout
    assert run("keys", "rewrap").stdout == f"Every case in the register that has a key has it wrapped with {new.id}.\n"
    assert run("verify").exit_code == 0


def test_a_key_of_the_register_that_is_missing_is_named_by_check_and_every_reader(
    run: Run, opened: str, other_machine: dict[str, str], installation: Settings, needed: Counter[str]
) -> None:
    (key,) = read_keys(installation.encryption_keys)

    check = run("keys", "check", env=other_machine)
    rewrapped = run("keys", "rewrap", env=other_machine)

    assert (check.exit_code, rewrapped.exit_code) == (1, 1)
    assert f"encrypted with {key.id}" in check.stderr
    assert key.id in rewrapped.stderr
    for words in (("show", opened), ("history", opened), ("explain", opened)):
        result = run(*words, env=other_machine)
        assert result.exit_code == 1
        assert result.stderr.count("\n") == 1
        assert key.id in result.stderr
        assert "other.keys" in result.stderr
        assert "Put its line back" in result.stderr
    assert run("list", env=other_machine).exit_code == 0
    assert opened in run("list", env=other_machine).stdout


def test_verify_proves_the_chains_without_the_key_and_says_in_a_line_what_it_could_not_read(
    run: Run, opened: str, other_machine: dict[str, str], installation: Settings
) -> None:
    result = run("verify", env=other_machine)
    machine = json.loads(run("verify", "--json", env=other_machine).stdout)

    assert result.exit_code == 0
    assert result.stdout.startswith("The chains of 1 case are whole: nothing was changed or taken out.\n")
    assert f"The text of {opened} could not be read" in " ".join(result.stdout.split())
    assert (machine["sound"], [one["case"] for one in machine["unread"]]) == (True, [opened])
