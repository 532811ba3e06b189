"""Immediate risk over the interface: heard from anybody, whatever else is wrong, and nothing of it is swallowed."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from console.api.app import at_its_place
from console.api.document import PLACE
from domain.commands import RiskRaised
from services import temporal_client, waking
from services.errors import AWAY, Trouble
from services.times import now
from tests.people import ACCOUNTS
from tests.starter.cases_in_memory import CasesInMemory

from .conftest import ADDRESS, Api


async def cry(client: httpx.AsyncClient, case: str, word: str = "risk", **more: Any) -> httpx.Response:
    return await client.post(f"/cases/{case}/commands/{word}", **more)


@pytest.mark.parametrize("word", ["risk", "immediate-risk", "RISK", "immediate%20risk"])
async def test_it_is_heard_from_everybody_in_every_way_there_is_to_say_it(
    api: Api, cases: CasesInMemory, opened: str, word: str
) -> None:
    for account in (*ACCOUNTS.values(), "nspcc-lead"):
        async with api.as_(account, "read") as client:
            answer = await cry(client, opened, word, json={"note": "x", "by": "police", "role": "practitioner"})
        assert answer.status_code == 200, answer.text
        assert "999" in answer.json()["sentence"]

    assert [type(one) for one in cases.received] == [RiskRaised] * 7
    assert {one.wording for one in cases.received if isinstance(one, RiskRaised)} == {"x"}


async def test_it_is_heard_about_a_reference_that_was_sent_with_its_line_end(
    api: Api, cases: CasesInMemory, opened: str
) -> None:
    transport = httpx.ASGITransport(Starlette(routes=[at_its_place(api.app)]))
    async with httpx.AsyncClient(transport=transport, base_url=f"{ADDRESS}{PLACE}") as client:
        answer = await cry(client, f"{opened}%0A")

    assert answer.status_code == 200, answer.text
    assert [type(one) for one in cases.received] == [RiskRaised]


HEADERS: dict[str, dict[str, str]] = {
    "no token": {},
    "an unknown token": {"Authorization": "Bearer esct_0a1b2c3d_x"},
    "no bearer": {"Authorization": "\x7f"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
async def test_it_is_heard_from_nobody_known_and_the_entry_says_that_its_sender_was_not_shown(
    api: Api, cases: CasesInMemory, opened: str, headers: dict[str, str]
) -> None:
    async with api.client(headers) as client:
        answer = await cry(client, opened)

    assert answer.status_code == 200
    assert cases.received[-1].attested is None


@pytest.mark.parametrize("how", ["revoked", "over", "locked out", "no file of people", "no file of tokens"])
async def test_a_token_that_does_not_do_for_anything_else_does_for_this(
    api: Api, cases: CasesInMemory, opened: str, how: str
) -> None:
    token, text = api.made("coordinator", "export", days=-1 if how == "over" else 30)
    if how == "revoked":
        api.tokens.revoke(token.id, now())
    if how == "no file of people":
        api.settings.people.write_text("spoilt")
    async with api.client({"Authorization": f"Bearer {text}"}) as client:
        for _ in range(20 if how == "locked out" else 0):
            await client.get("/cases", headers={"Authorization": "Bearer esct_0a1b2c3d_x"})
        if how == "no file of tokens":
            (api.settings.data / "tokens.json").write_text("spoilt")
        answer = await cry(client, opened)

    assert answer.status_code == 200
    assert isinstance(cases.received[-1], RiskRaised)


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[1]",
    "half a character": b'{"note": "\\ud800x"}',
    "every field of the wrong kind": b'{"note": 5, "by": [], "role": {}, "at": "gestern", "seen": "x", "id": 7}',
    "too deep": b"[" * 100_000,
    "too much": b'{"note": "' + b"x" * 600_000 + b'"}',
    "a long text": b'{"note": "' + b"x" * 30_000 + b'"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_whatever_cannot_be_read_beside_it_is_left_out_and_that_is_said(
    office: httpx.AsyncClient, cases: CasesInMemory, opened: str, body: bytes
) -> None:
    answer = await cry(office, opened, content=body, headers={"Content-Type": "text/plain"})

    assert answer.status_code == 200, answer.text
    assert isinstance(cases.received[-1], RiskRaised)
    assert bool(answer.json()["remarks"]) == (body not in {b"", BODIES["half a character"]})


async def test_the_same_id_counts_once(office: httpx.AsyncClient, opened: str) -> None:
    both = [await cry(office, opened, json={}, headers={"Idempotency-Key": "one"}) for _ in range(2)]

    assert both[0].json()["entry"] == both[1].json()["entry"]
    assert both[0].json()["id"] == "one"


async def test_with_everything_else_down_the_lead_is_told_from_here_and_the_answer_says_who_was(
    api: Api, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> None:
        raise Trouble("Temporal does not answer.", AWAY)

    monkeypatch.setattr(temporal_client, "caseload", away)
    (api.settings.data / "tokens.json").write_text("spoilt")
    api.settings.people.write_text("spoilt")
    api.settings.data.joinpath("register.db").write_bytes(b"spoilt")
    async with api.client({"Authorization": "Bearer x"}) as client:
        answer = await cry(client, opened, json={"note": "x"})

    assert answer.status_code == 503
    detail = answer.json()["detail"]
    assert "lead on call" in detail
    assert f"NOT on the record of {opened} yet" in detail


async def test_a_case_that_answers_late_is_told_so_after_the_lead_was(
    api: Api, cases: CasesInMemory, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "WITHIN_SECONDS", 0.05)
    api.here.__dict__["risk_within"] = 1.0
    woken: list[str] = []

    def wake(*_: object) -> str:
        woken.append("lead")
        return "The lead on call was told."

    monkeypatch.setattr(waking, "_wake", wake)
    free = asyncio.Event()

    async def slow(*_: object) -> None:
        await free.wait()

    monkeypatch.setattr(cases, "record", slow)
    async with api.as_("coordinator") as client:
        answer = await cry(client, opened)
    free.set()

    assert answer.status_code == 202
    assert woken == ["lead"]
    assert "ring them yourself" in answer.json()["detail"]


async def test_a_reference_that_is_none_is_told_with_whom_to_ring(api: Api) -> None:
    async with api.client({}) as client:
        spoilt, unknown = await cry(client, "ESC-1"), await cry(client, "ESC-0000-0000")

    assert (spoilt.status_code, unknown.status_code) == (422, 404)
    assert "nobody was told of the risk" in spoilt.json()["detail"]
    assert "999" in spoilt.json()["detail"]
    assert "999" in unknown.json()["detail"]
