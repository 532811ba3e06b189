"""Opening a case over the interface: once for each id, refused in words, and with immediate risk by any token."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from adapters.register.reading import list_references
from domain.commands import RiskRaised
from services.openings import reference_for
from services.times import now
from tests.starter.cases_in_memory import CasesInMemory

from .conftest import REFERRAL, Api

ONE = {"Idempotency-Key": "one"}


async def test_a_case_is_opened_once_for_each_id(office: httpx.AsyncClient, cases: CasesInMemory) -> None:
    first = await office.post("/cases", json=REFERRAL, headers=ONE)
    again = await office.post("/cases", json={**REFERRAL, "request": "one"})
    other = await office.post("/cases", json={**REFERRAL, "own_record": "EXAMPLE-2"}, headers=ONE)

    assert (first.status_code, first.json()["new"]) == (201, True)
    assert first.json()["case"] == again.json()["case"] == reference_for("one")
    assert (again.status_code, again.json()["new"]) == (200, False)
    assert (other.status_code, other.json()["why"]) == (409, "used id")
    assert len(cases.openings) == 2


async def test_two_at_once_under_one_id_are_one_case(office: httpx.AsyncClient, cases: CasesInMemory) -> None:
    both = await asyncio.gather(*(office.post("/cases", json=REFERRAL, headers=ONE) for _ in range(2)))

    assert sorted(one.status_code for one in both) == [200, 201]
    assert len({one.json()["case"] for one in both}) == 1
    assert len(cases.openings) == 2


async def test_without_an_id_each_is_a_case_of_its_own_and_the_id_is_told(office: httpx.AsyncClient, api: Api) -> None:
    both = [await office.post("/cases", json=REFERRAL) for _ in range(2)]

    assert [one.json()["case"] for one in both] == [reference_for(one.json()["request"]) for one in both]
    assert len(list_references(api.settings.register)) == 3


@pytest.mark.parametrize(
    ("change", "status", "field", "says"),
    [
        ({"policy": "lincs"}, 404, "", "There is no policy 'lincs' here."),
        ({"policy": "../../people"}, 422, "policy", ""),
        ({"raising": "scools"}, 422, "raising", "'scools' is no agency"),
        ({"raised_by": "caretaker"}, 422, "raised_by", "'caretaker' is no role of this policy"),
        ({"facts": {"concern": "a quarrel"}}, 409, "", "concern"),
        ({"opened": "yesterday"}, 422, "opened", "It must be a time with its offset"),
        ({"opened": "2030-01-01T00:00:00Z"}, 409, "", "lies in the future"),
        ({"own_record": "Anna Smith"}, 422, "own_record", "holds what looks like a name"),
        ({"colour": "red"}, 422, "colour", "There is no such field here."),
        ({"receiving": []}, 422, "receiving", "At least one is needed."),
    ],
)
async def test_what_cannot_be_opened_is_told_by_its_field(
    office: httpx.AsyncClient, cases: CasesInMemory, change: dict[str, Any], status: int, field: str, says: str
) -> None:
    answer = await office.post("/cases", json={**REFERRAL, **change})

    assert answer.status_code == status, answer.text
    assert says in answer.json()["detail"]
    assert "--" not in answer.json()["detail"]
    if field:
        assert answer.json()["faults"][0]["field"] == field
    assert len(cases.openings) == 1


async def test_an_agency_manager_opens_for_their_own_agency_alone(api: Api, cases: CasesInMemory) -> None:
    async with api.as_("police-lead") as client:
        refused = await client.post("/cases", json=REFERRAL)
        taken = await client.post("/cases", json={**REFERRAL, "raising": "police", "receiving": ["schools"]})

    assert (refused.status_code, taken.status_code) == (403, 201)


RISK = {**REFERRAL, "immediate_risk": True}


@pytest.mark.parametrize("how", ["another scope", "an auditor", "revoked", "over", "nobody in the file", "locked out"])
async def test_with_immediate_risk_any_token_that_was_made_here_opens(how: str, api: Api, cases: CasesInMemory) -> None:
    account = {"an auditor": "inspector", "nobody in the file": "somebody"}.get(how, "coordinator")
    scopes = ("read",) if how == "another scope" else ()
    token, text = api.made(account, *scopes, days=-1 if how == "over" else 30)
    if how == "revoked":
        api.tokens.revoke(token.id, now())
    async with api.client({"Authorization": f"Bearer {text}"}) as client:
        for _ in range(20 if how == "locked out" else 0):
            await client.get("/cases", headers={"Authorization": "Bearer esct_0a1b2c3d_x"})
        answer = await client.post("/cases", json=RISK)

    assert answer.status_code == 201, answer.text
    assert cases.openings[-1].immediate_risk
    attested = cases.openings[-1].attested
    assert (attested is None) == (how in {"revoked", "over"})


async def test_what_comes_in_pieces_is_heard_as_well(api: Api, cases: CasesInMemory) -> None:
    token, text = api.made("coordinator")
    api.tokens.revoke(token.id, now())

    async def pieces() -> AsyncIterator[bytes]:
        for one in json.dumps(RISK):
            yield one.encode()

    async with api.client({"Authorization": f"Bearer {text}"}) as client:
        answer = await client.post("/cases", content=pieces())

    assert (answer.status_code, cases.openings[-1].immediate_risk) == (201, True)


async def test_what_cannot_be_read_and_is_not_needed_holds_up_no_opening_with_risk(
    office: httpx.AsyncClient, cases: CasesInMemory
) -> None:
    body = {
        **RISK,
        "opened": "yesterday",
        "colour": "red",
        "words": {"disagreement": "x" * 30_000},
        "facts": {"concern": "difference", "ground": "x"},
    }
    answer = await office.post("/cases", json=body)

    assert answer.status_code == 201, answer.text
    assert any("'colour'" in one for one in answer.json()["remarks"])
    assert cases.openings[-1].immediate_risk


async def test_where_it_cannot_be_opened_it_says_that_nobody_has_heard_of_the_risk(
    office: httpx.AsyncClient, cases: CasesInMemory
) -> None:
    answers = [
        await office.post("/cases", json={**RISK, "policy": "lincs"}),
        await office.post("/cases", json={"immediate_risk": True}),
    ]

    for one in answers:
        assert 400 <= one.status_code < 500
        assert "nobody was told of the risk" in one.json()["detail"]
        assert "999" in one.json()["detail"]
    assert len(cases.openings) == 1


async def test_the_same_again_with_immediate_risk_raises_it_anew_in_the_case(
    office: httpx.AsyncClient, cases: CasesInMemory
) -> None:
    first = await office.post("/cases", json=RISK, headers=ONE)
    again = await office.post("/cases", json=RISK, headers=ONE)

    assert first.json()["case"] == again.json()["case"]
    assert [type(one) for one in cases.received] == [RiskRaised]
    assert any("the risk is raised in it" in one for one in again.json()["remarks"])


async def test_a_stranger_opens_nothing_and_is_told_whom_to_ring(api: Api, cases: CasesInMemory) -> None:
    """A stranger cannot be told apart from a robot; in a case whose reference they know they are heard."""
    async with api.client({}) as client:
        answer = await client.post("/cases", json=RISK)

    assert answer.status_code == 401
    assert "999" in answer.json()["detail"]
    assert len(cases.openings) == 1
