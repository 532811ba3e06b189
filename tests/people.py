"""People for tests: a file of them, and a way to type as one."""

import shutil
from pathlib import Path

import pytest

from adapters.people.roles import ROLES
from settings import HERE, Settings
from starter import access

ACCOUNTS = {
    "operations": "coordinator",
    "agency manager": "police-lead",
    "on-call lead": "duty-lead",
    "auditor": "inspector",
    "administrator": "keeper",
    "": "somebody",
}
"""Role to the account of examples/people.toml that has it; empty for nobody's."""
assert set(ACCOUNTS) == {*ROLES, ""}


def with_people(settings: Settings, more: str = "") -> None:
    """Put the example's people into the installation, and *more*, as TOML."""
    settings.people.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "examples" / "people.toml", settings.people)
    with settings.people.open("a", encoding="utf-8") as file:
        file.write(more)


def types_as(monkeypatch: pytest.MonkeyPatch, account: str) -> None:
    """Let an account of the machine type from now on."""
    monkeypatch.setattr(access, "account", lambda: account)


def administrator_in(folder: Path) -> Path:
    """Write a file in which whoever runs the tests is administrator, and return it (ESCALATION_PEOPLE)."""
    file = folder / "people.toml"
    file.write_text(f'["{access.account()}"]\ntitle = "administrator"\nrole = "administrator"\n')
    return file
