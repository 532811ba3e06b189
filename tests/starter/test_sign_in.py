"""`escalate sign-in`: a link for whoever types."""

import json

import pytest

from adapters.keyring import Keyring, make_keys
from adapters.people.passes import Passes
from settings import Settings
from tests.console.conftest import store_in
from tests.people import ACCOUNTS, types_as, with_people

from .conftest import NOW, Run


def test_the_link_is_for_the_account_that_typed_it_and_opens_the_console_alone(
    installation: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_keys(installation.encryption_keys)
    with_people(installation)
    types_as(monkeypatch, ACCOUNTS["auditor"])
    result = run("sign-in", "--json")
    address, _, given = json.loads(result.stdout)["link"].rpartition("/")
    keyring = Keyring(installation.encryption_keys)
    store = store_in(installation.data, lambda: NOW)

    assert result.exit_code == 0
    assert address == f"http://127.0.0.1:{installation.console.port}/sign-in/once"
    assert Passes(keyring, "decrypt", store, lambda: NOW).holder(given) is None
    assert Passes(keyring, "console", store, lambda: NOW).use(given) == ACCOUNTS["auditor"]
    store.close()


def test_without_keys_it_says_so_and_prints_no_link(installation: Settings, run: Run) -> None:
    installation.encryption_keys.unlink(missing_ok=True)
    result = run("sign-in")

    assert result.exit_code == 2
    assert "/sign-in/" not in result.stdout + result.stderr
