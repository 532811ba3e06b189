"""docs/interface.md keeps up with the interface: every operation, error, type of message and limit stands in it."""

import re
from datetime import timedelta
from typing import get_args

from adapters.console_store.held import Limit
from adapters.people.tokens import SCOPES
from adapters.webhooks.happenings import DOES
from console.api.caller import FAILED, OF_A_TOKEN, OF_AN_ADDRESS
from console.api.command_bodies import SAID_HERE
from console.api.given import LARGEST_BODY
from console.api.operations import DESCRIPTION, HEALTH, OPERATIONS
from console.api.problem import CODES
from domain.base.refusals import Why
from settings import HERE

DOCUMENT = (HERE / "docs" / "interface.md").read_text(encoding="utf-8")


def test_every_operation_stands_in_the_document_with_its_scope_and_no_other() -> None:
    told = dict(re.findall(r"^\| `((?:GET|POST) /\S+)` \|.*\| (\w+) \|$", DOCUMENT, re.MULTILINE))
    commands = {f"/cases/{{ref}}/commands/{name}" for name in SAID_HERE}
    made = {f"{one.method} {one.path}": one.scope or "none" for one in OPERATIONS if one.path not in commands}

    assert told == {**made, f"GET {HEALTH}": "none", f"GET {DESCRIPTION}": "none"}
    assert set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", DOCUMENT, re.MULTILINE)) - {"test"} == set(SCOPES)


def test_every_error_stands_in_the_document_with_its_status() -> None:
    told = dict(re.findall(r"^\| `([\w-]+)` \| (\d{3}) \|", DOCUMENT, re.MULTILINE))

    assert told == {code: str(status) for code, (status, _) in CODES.items()}
    assert [why for why in get_args(Why) if f"`{why}`" not in DOCUMENT] == []


def test_the_limits_in_the_document_are_those_of_the_program() -> None:
    assert f"more than {OF_A_TOKEN.amount} requests a minute by one token" in DOCUMENT
    assert f"or {OF_AN_ADDRESS.amount:,} from one address" in DOCUMENT
    assert Limit(10, timedelta(minutes=15)) == FAILED
    assert f"more than {LARGEST_BODY // 1024} kB" in DOCUMENT


def test_every_type_of_message_stands_in_the_document() -> None:
    assert [name for name in DOES if f"`{name}`" not in DOCUMENT] == []
