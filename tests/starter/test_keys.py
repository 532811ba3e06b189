"""`escalate keys`: makes the first key, rotates, and says which keys running cases need."""

import json
from collections import Counter

import pytest

from adapters.keyring import read_keys
from settings import Settings
from starter.commands import keys
from tests.starter.conftest import Run


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
        "missing": ["0badcafe"],
    }
