"""Recording over the interface: what is sent reaches the case as from a terminal, counts once, is refused in words."""

import asyncio
from typing import Any

import httpx
import pytest

from adapters.register.reading import read_entries
from domain.case.state import Answer
from domain.commands import ActDone, FactSaid, MeetingsPlanned, Message, PlanProposed
from services import temporal_client
from services.errors import AWAY, NotAnswered, Trouble
from tests.starter.cases_in_memory import CasesInMemory

from .conftest import DISCUSSION, Api

ONE = {"Idempotency-Key": "one"}


async def say(client: httpx.AsyncClient, case: str, name: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    return await client.post(f"/cases/{case}/commands/{name}", json=body, headers=headers)


async def test_the_message_that_is_sent_is_attested_as_signed_in(api: Api, cases: CasesInMemory, opened: str) -> None:
    token, text = api.made("police-lead")
    async with api.client({"Authorization": f"Bearer {text}"}) as client:
        await say(client, opened, "discussion", {**DISCUSSION, "role": "line-manager"})
        await say(client, opened, "discussion", DISCUSSION)

    own, other = [one.attested for one in cases.received]
    assert own is not None
    assert other is not None
    assert (own.how, own.who) == ("s", f"a trial, token {token.id} (police-lead)")
    assert other.how == "o", "in another seat than that of the file of people"


async def test_an_agency_manager_speaks_for_their_own_agency_alone(api: Api, cases: CasesInMemory, opened: str) -> None:
    async with api.as_("police-lead") as client:
        answer = await say(client, opened, "discussion", {**DISCUSSION, "by": "schools"})

    assert answer.status_code == 403
    assert "speaks for police and not for schools" in answer.json()["detail"]
    assert cases.received == []


async def test_the_same_id_with_the_same_content_answers_the_same_and_with_other_content_is_refused(
    office: httpx.AsyncClient, api: Api, opened: str
) -> None:
    first = await say(office, opened, "discussion", DISCUSSION, **ONE)
    again = await say(office, opened, "discussion", {**DISCUSSION, "id": "one"}, **{"Idempotency-Key": '"one"'})
    other = await say(office, opened, "discussion", {**DISCUSSION, "method": "letter"}, **ONE)

    assert first.json() == again.json()
    assert (other.status_code, other.json()["why"]) == (409, "used id")
    assert len(read_entries(api.settings.register, opened)) == 3


async def test_two_at_once_under_one_id_count_once(office: httpx.AsyncClient, api: Api, opened: str) -> None:
    both = await asyncio.gather(*(say(office, opened, "discussion", DISCUSSION, **ONE) for _ in range(2)))

    assert [one.status_code for one in both] == [200, 200]
    assert both[0].json() == both[1].json()
    assert len(read_entries(api.settings.register, opened)) == 3


async def test_the_header_and_the_body_are_not_to_give_two_ids(office: httpx.AsyncClient, opened: str) -> None:
    answer = await say(office, opened, "discussion", {**DISCUSSION, "id": "two"}, **ONE)

    assert (answer.status_code, answer.json()["faults"][0]["field"]) == (422, "id")


async def test_what_the_rules_refuse_is_their_sentence(office: httpx.AsyncClient, opened: str) -> None:
    answer = await say(office, opened, "discussion", {**DISCUSSION, "role": "caretaker"})

    assert answer.headers["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (answer.status_code, said["code"], said["why"]) == (409, "refused", "unknown")
    assert said["detail"].startswith("caretaker is not a role of this policy")


async def test_every_field_that_cannot_be_read_is_named_at_once(office: httpx.AsyncClient, opened: str) -> None:
    body = {"duty": "four", "until": "friday", "reason": 5, "to": {"role": "a b"}, "by": "police", "colour": "red"}
    answer = await say(office, opened, "hand-over", body)

    assert answer.status_code == 422
    faults = {one["field"]: one["says"] for one in answer.json()["faults"]}
    assert {"duty", "until", "to.role", "reason", "role", "colour"} == set(faults)
    assert faults["until"] == "It must be a day, which then ends it, or a time with its offset."
    assert "friday" not in answer.text


@pytest.mark.parametrize(
    ("body", "content", "status"),
    [
        (b"{", "application/json", 422),
        (b'{"by": "\\ud800"}', "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"[]", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b'{"reason": "' + b"x" * 600_000 + b'"}', "application/json", 413),
    ],
)
async def test_what_is_no_form_is_told_so(
    office: httpx.AsyncClient, opened: str, body: bytes, content: str, status: int
) -> None:
    answer = await office.post(f"/cases/{opened}/commands/discussion", content=body, headers={"Content-Type": content})

    assert answer.status_code == status
    assert answer.json()["status"] == status


async def test_what_looks_as_if_it_named_a_child_is_not_sent_unless_somebody_says_that_it_names_nobody(
    office: httpx.AsyncClient, cases: CasesInMemory, opened: str
) -> None:
    body = {**DISCUSSION, "note": "Born 3 May 2015."}
    refused = await say(office, opened, "discussion", body)
    taken = await say(office, opened, "discussion", {**body, "yes": True})

    assert (refused.status_code, refused.json()["faults"][0]["field"]) == (422, "note")
    assert "2015" not in refused.text
    assert (taken.status_code, len(cases.received)) == (200, 1)


SAID: list[tuple[str, dict[str, Any], type[Message], dict[str, Any]]] = [
    (
        "propose",
        {
            "action": [{"what": "Visit; together", "owner": "Lincolnshire Police", "by": "2027-01-04"}],
            "no_residual": True,
            "fits_existing_plan": "yes",
        },
        PlanProposed,
        {"residual": (), "fields": {"fits-existing-plan": "yes"}},
    ),
    (
        "chaired-meeting.date-set",
        {
            "date": "2027-01-04T10:00:00+00:00",
            "chair": {"agency": "nspcc"},
            "appoint": [{"role": "slo", "agency": "police", "person": "staff-0042"}],
            "field": {"where": "the town hall"},
        },
        ActDone,
        {"fields": {"where": "the town hall"}},
    ),
    ("fact", {"fact": {"consent": "given"}}, FactSaid, {"fact": "consent", "value": "given"}),
    (
        "meetings",
        {"group": "quality-group", "meeting": ["2027-01-11T10:00:00Z", "2027-01-04T10:00:00Z"]},
        MeetingsPlanned,
        {"of": "quality-group"},
    ),
]


@pytest.mark.parametrize(("name", "body", "message", "holds"), SAID, ids=[one[0] for one in SAID])
async def test_each_kind_of_field_reaches_the_case_as_from_a_terminal(
    name: str, body: dict[str, Any], message: type[Message], holds: dict[str, Any], sent: list[Message], api: Api,
    opened: str,
) -> None:  # fmt: skip
    async with api.as_("coordinator") as client:
        answer = await say(client, opened, name, {"by": "police", "role": "practitioner", **body})

    assert answer.status_code == 200, answer.text
    (one,) = sent
    assert type(one) is message
    assert {key: getattr(one, key) for key in holds} == holds
    if isinstance(one, PlanProposed):
        assert one.actions[0].owner in {"police", "Lincolnshire Police"}
        assert one.actions[0].what == "Visit; together"
    if isinstance(one, ActDone):
        assert (str(one.chair), one.appointees[0].person) == ("nspcc", "staff-0042")
    if isinstance(one, MeetingsPlanned):
        assert [at.day for at in one.at_times] == [4, 11]


@pytest.mark.parametrize("name", ["adopt", "adopt-calendar", "guest", "link"])
async def test_what_is_said_by_a_command_of_its_own_is_told_so(
    office: httpx.AsyncClient, opened: str, name: str
) -> None:
    answer = await say(office, opened, name, {})

    assert answer.status_code == 404
    assert f"{name} is not recorded here" in answer.json()["detail"]


async def test_a_dispute_that_had_ended_goes_on(office: httpx.AsyncClient, sent: list[Message], opened: str) -> None:
    answer = await say(office, opened, "reopen", {"by": "schools", "role": "practitioner", "reason": "It fell apart."})

    assert answer.status_code == 200
    assert sent[-1].kind == "reopen"  # type: ignore[attr-defined]


async def test_two_cases_are_linked_by_one_who_may_see_both(
    office: httpx.AsyncClient, api: Api, cases: CasesInMemory, opened: str
) -> None:
    other = (await office.post("/cases", json={**_OTHER, "request": "another"})).json()["case"]
    body = {"other": other, "by": "schools", "role": "slo", "reason": "The same person."}
    answer = await office.post(f"/cases/{opened}/links", json=body, headers=ONE)
    again = await office.post(f"/cases/{opened}/links", json=body, headers=ONE)
    async with api.as_("nspcc-lead") as stranger:
        refused = await stranger.post(f"/cases/{opened}/links", json=body)

    assert [one["case"] for one in answer.json()["answers"]] == [opened, other]
    assert again.json()["answers"][0]["entry"] == answer.json()["answers"][0]["entry"]
    assert (await office.get(f"/cases/{opened}")).json()["links"] == [other]
    assert refused.status_code == 403


async def test_nobody_who_answers_in_time_is_202_and_the_same_again_counts_once(
    api: Api, cases: CasesInMemory, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.here.__dict__["answer_within"] = 0.01
    free = asyncio.Event()
    record = cases.record

    async def slow(case: str, message: Message) -> Answer:
        await free.wait()
        return await record(case, message)

    monkeypatch.setattr(cases, "record", slow)
    async with api.as_("coordinator") as client:
        waits = await say(client, opened, "discussion", DISCUSSION, **ONE)
        free.set()
        api.here.__dict__["answer_within"] = 20
        again = await say(client, opened, "discussion", DISCUSSION, **ONE)

    assert (waits.status_code, waits.json()["id"]) == (202, "one")
    assert "counts once" in waits.json()["detail"]
    assert (again.status_code, again.json()["entry"]) == (200, 3)
    assert len(read_entries(api.settings.register, opened)) == 3


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(Trouble("Temporal does not answer.", AWAY), 503), (NotAnswered("Nobody answered.", AWAY), 202)],
    ids=["away", "not answered"],
)
async def test_temporal_that_is_away_or_does_not_answer_is_told_apart(
    office: httpx.AsyncClient, opened: str, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, status: int
) -> None:
    def away(_: object) -> None:
        raise trouble

    monkeypatch.setattr(temporal_client, "caseload", away)
    answer = await say(office, opened, "discussion", DISCUSSION)

    assert answer.status_code == status
    assert (answer.headers.get("Retry-After") == "30") == (status == 503)


async def test_a_mistake_of_ours_shows_nothing_of_what_was_sent(
    office: httpx.AsyncClient, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(_: object) -> None:
        raise KeyError("private words")

    monkeypatch.setattr(temporal_client, "caseload", mistaken)
    answer = await say(office, opened, "discussion", DISCUSSION)

    assert (answer.status_code, answer.json()["code"]) == (500, "mistake")
    assert "private" not in answer.text


_OTHER = {
    "policy": "lincolnshire",
    "raising": "schools",
    "receiving": ["police"],
    "raised_by": "practitioner",
    "facts": {"concern": "difference"},
}
