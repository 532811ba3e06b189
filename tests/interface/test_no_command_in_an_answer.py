"""No answer of the interface tells a program to type a command or names a file of the machine."""

from collections.abc import Callable
from typing import Any

import pytest

from settings import Settings
from tests.console.test_no_command_on_a_page import AWAY, breaks_file, fails
from workflows.caseload import NoAnswer, NoSuchCase
from workflows.caseload import _not_found as not_found
from workflows.encryption import KeyMissing

from .conftest import DISCUSSION, REFERRAL, Api

BROKEN: dict[str, Callable[[Settings, pytest.MonkeyPatch], None]] = {
    "nothing": lambda *_: None,
    "the register": breaks_file("data", "register.db"),
    "Temporal is away": fails(AWAY, at_once=True),
    "nobody answers": fails(NoAnswer("Nobody answered: is a worker running (`escalate worker`)?")),
    "the case is lost": fails(NoSuchCase(not_found("ESC-0000-0000"))),
    "a key is missing": fails(KeyMissing("0123")),
}
READS = ("", "/cases", "/cases/{ref}", "/cases/{ref}/history", "/cases/{ref}/explanation", "/cases/{ref}/reads",
         "/cases/{ref}/bundle", "/cases/ESC-0000-0000", "/cases/nonsense", "/policies", "/policies/nothing",
         "/policies/lincolnshire", "/openapi.json", "/nothing")  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("account", ["", "operations", "police-lead", "nspcc-lead", "auditor"])
async def test_no_answer_names_a_command_or_a_file(
    api: Api, opened: str, account: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: dict[str, dict[str, Any]] = {
        f"/cases/{opened}/discussion": DISCUSSION,
        f"/cases/{opened}/adopt": {},
        f"/cases/{opened}/hand-over": {"by": "police", "role": "practitioner", "duty": 99, "reason": "x"},
        f"/cases/{opened}/risk": {},
        f"/cases/{opened}/link": {"other": "ESC-0000-0000", "by": "schools", "role": "practitioner"},
        "/cases": REFERRAL,
        "/cases/ESC-0000-0000/discussion": DISCUSSION,
    }
    async with api.as_(account) if account else api.client({}) as program:
        BROKEN[broken](api.settings, monkeypatch)
        answers = [await program.get(f"/api/v1{path.format(ref=opened)}") for path in READS]
        answers += [await program.post(f"/api/v1{path}", json=body) for path, body in bodies.items()]

    for answer in answers:
        is_whole = answer.headers["content-type"] != "application/zip"
        assert not is_whole or "escalate " not in answer.text, (answer.url, answer.text[:3000])
        assert str(api.settings.data.parent) not in answer.text, (answer.url, answer.text[:3000])
