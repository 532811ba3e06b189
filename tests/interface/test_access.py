"""Who may ask for what: every operation as each role, as nobody, and with each scope missing; need-to-know; looks."""

from typing import Any

import httpx
import pytest

from adapters.people.tokens import SCOPES
from adapters.register.reads import list_reads
from console.api.asked import Operation
from console.api.operations import OPERATIONS
from services.times import now
from tests.people import ACCOUNTS

from .conftest import DISCUSSION, REFERRAL, Api

ASKED = [one for one in OPERATIONS if one.scope]
BODIES: dict[str, dict[str, Any]] = {
    "open-case": {**REFERRAL, "raising": "police", "receiving": ["schools"]},
    "find-cases": {"words": ["visits"]},
    "link-cases": {"other": "ESC-0000-0000", "by": "police", "role": "line-manager"},
    "record-of-policy": DISCUSSION,
}
"""What is sent where an empty form does not do. It need not be what the rules take: 403 comes before."""


async def ask(client: httpx.AsyncClient, one: Operation, case: str) -> httpx.Response:
    path = one.path.replace("{ref}", case).replace("{name}", "discussion").replace("{policy}", "lincolnshire")
    if one.method == "GET":
        return await client.get(path)
    needed = one.body.model_json_schema().get("required", []) if one.body else []
    by = {"by": "police"} if one.body and "by" in one.body.model_fields else {}
    said = BODIES.get(one.name) or {**by, **{name: _SOME.get(name, "x") for name in needed}}
    return await client.post(path, json=said)


_SOME: dict[str, Any] = {
    "role": "line-manager",
    "duty": 1,
    "entry": 1,
    "until": "2027-01-04",
    "side": "raising",
    "seat": {"role": "x"},
    "to": {"role": "practitioner", "agency": "police"},
    "fact": {"concern": "difference"},
    "meeting": ["2027-01-04T10:00:00Z"],
}


EACH = pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)


@EACH
async def test_every_operation_as_each_role_and_as_nobody(one: Operation, api: Api, opened: str) -> None:
    """As the table of commands has it: the on-call lead of this test has no case that has alerted, and no agency."""
    right = one.right
    for role, account in ACCOUNTS.items():
        async with api.as_(account) as client:
            answer = await ask(client, one, opened)
        may = right is None or (role in right.roles and not (role == "on-call lead" and one.name not in _OF_ALL))

        assert (answer.status_code == 403) == (not may), (role, answer.text)
        assert answer.status_code < 500
        if not may:
            assert answer.json()["code"] == "not-allowed"
            assert "interim" not in answer.text


_OF_ALL = frozenset({"list-cases", "find-cases", "list-policies", "show-policy"})


@EACH
async def test_every_operation_with_each_scope_missing(one: Operation, api: Api, opened: str) -> None:
    for missing in SCOPES:
        async with api.as_("keeper", *(scope for scope in SCOPES if scope != missing)) as client:
            answer = await ask(client, one, opened)

        assert (answer.status_code == 403 and f"has not the scope {missing}" in answer.text) == (one.scope == missing)


@EACH
async def test_nothing_is_shown_or_recorded_without_a_token_that_is_known(
    one: Operation, api: Api, opened: str
) -> None:
    for headers in ({}, {"Authorization": "Bearer esct_0a1b2c3d_x"}, {"Authorization": "Basic eDp5"}):
        async with api.client(headers) as client:
            answer = await ask(client, one, opened)

        assert (answer.status_code, answer.json()["code"]) == (401, "unknown-token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert opened not in answer.text
    assert list_reads(api.settings.register) == []


async def test_a_case_of_others_is_neither_listed_nor_found_nor_shown(api: Api, opened: str) -> None:
    async with api.as_("nspcc-lead") as client:
        listed, found = await client.get("/cases"), await client.post("/search", json={"words": ["visits"]})
        shown = await client.get(f"/cases/{opened}")

    assert (listed.json()["cases"], found.json()["found"]) == ([], [])
    assert shown.status_code == 403
    assert "Break-Glass" in shown.json()["detail"]


async def test_each_look_is_in_the_record_of_reads_with_the_token(api: Api, opened: str) -> None:
    token, text = api.made("inspector")
    async with api.client({"Authorization": f"Bearer {text}"}) as client:
        await client.get(f"/cases/{opened}")
        await client.get("/cases?agency=police")
        await client.get(f"/cases/{opened}/bundle")
    async with api.as_("nspcc-lead") as client:
        await client.get(f"/cases/{opened}/history")
        await client.get(f"/cases/{opened}/bundle")

    looks = [(one["account"], one["what"], one["known"]) for one in list_reads(api.settings.register)]
    by = "by a token"
    assert sorted(looks) == sorted(
        [
            *(("inspector", "exported", by) for _ in range(3)),
            *(("nspcc-lead", "failed to open", by) for _ in range(2)),
        ]
    )
    details = {one["detail"] for one in list_reads(api.settings.register, account="inspector")}
    assert details == {f"show (token {token.id})", f"list (agency police): 1 case (token {token.id})",
                       f"export (token {token.id})"}  # fmt: skip


async def test_glass_is_broken_by_a_header_alone_and_the_office_is_told(api: Api, opened: str) -> None:
    async with api.as_("nspcc-lead", **{"Break-Glass": "The child%C2%B9 is here now."}) as client:
        shown = await client.get(f"/cases/{opened}")
        taken = await client.get(f"/cases/{opened}/bundle")

    assert shown.status_code == 200
    assert any("The office was told" in one for one in shown.json()["remarks"])
    (look,) = [one for one in list_reads(api.settings.register, case=opened) if one["reason"]]
    assert look["reason"] == "The child¹ is here now."
    assert taken.status_code == 403, "what leaves the building is opened by no glass"


async def test_whoever_is_taken_out_of_the_file_of_people_is_out_here_at_once(api: Api, opened: str) -> None:
    async with api.as_("coordinator") as client:
        assert (await client.get(f"/cases/{opened}")).status_code == 200
        people = api.settings.people
        people.write_text(people.read_text().replace("[coordinator]", "[another]"))
        answer = await client.get(f"/cases/{opened}")

    assert answer.status_code == 403
    assert "does not stand in" in answer.json()["detail"]


async def test_a_token_is_revoked_while_it_is_in_use(api: Api, opened: str) -> None:
    token, text = api.made("coordinator")
    async with api.client({"Authorization": f"Bearer {text}"}) as client:
        assert (await client.get("/cases")).status_code == 200
        api.tokens.revoke(token.id, now())
        answer = await client.get("/cases")

    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]


async def test_a_token_that_is_over_is_told_so(api: Api) -> None:
    async with api.client({"Authorization": f"Bearer {api.token('coordinator', days=-1)}"}) as client:
        answer = await client.get("/cases")

    assert (answer.status_code, "over" in answer.json()["detail"]) == (401, True)


async def test_tokens_that_cannot_be_read_are_a_fault_of_ours_and_no_open_door(api: Api) -> None:
    async with api.as_("coordinator") as client:
        (api.settings.data / "tokens.json").write_text("spoilt")
        answer = await client.get("/cases")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
