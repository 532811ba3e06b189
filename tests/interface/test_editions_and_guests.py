"""Another edition is adopted over the interface, and guests come and go: the same words and checks as at a terminal."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.directory.guests import load_guests
from adapters.register.reading import read_entries
from domain.commands import EditionAdopted, GuestAdded
from services.errors import NotAnswered
from settings import HERE
from tests.starter.cases_in_memory import CasesInMemory

from .conftest import Api

ADDRESS = "someone@example.org"
CARER: dict[str, Any] = {
    "agency": "childminder",
    "title": "Childminder",
    "role": "practitioner",
    "person": "staff-0007",
    "email": [ADDRESS],
}
TAKES = {"policy": "lincolnshire", "by": "schools", "role": "slo", "reason": "The new edition is in force."}
ONE = {"Idempotency-Key": "one"}


@pytest.fixture
def newer(api: Api, tmp_path: Path) -> Api:
    """The interface of the same installation, which has a newer edition of the case's policy."""
    text = (HERE / "policies" / "lincolnshire.toml").read_text(encoding="utf-8")
    text = text.replace('edition = "2025-02"', 'edition = "2026-11"', 1).replace("48 hours on", "72 hours on")
    folder = tmp_path / "newer"
    folder.mkdir()
    (folder / "lincolnshire.toml").write_text(text, encoding="utf-8")
    return Api(replace(api.settings, policies=folder))


def file(api: Api, case: str) -> Path:
    return api.settings.data / "guests" / f"{case}.toml"


def kept(api: Api, case: str) -> list[str]:
    (guest,) = load_guests(file(api, case), api.settings.encryption_keys)
    return [address for seat in guest.holder for address in seat.email]


async def test_what_would_move_is_shown_and_nothing_is_done(newer: Api, cases: CasesInMemory, opened: str) -> None:
    async with newer.as_("coordinator") as office:
        answer = await office.post(f"/cases/{opened}/adoptions", json={**TAKES, "show_only": True})

    said = answer.json()
    assert (answer.status_code, said["adopted"], said["answer"]) == (200, False, None)
    assert {"duty", "what", "by", "how", "before", "after"} == set(said["changes"][0])
    assert cases.received == []


async def test_an_edition_is_adopted_and_the_same_id_gets_the_same_answer(
    newer: Api, cases: CasesInMemory, opened: str
) -> None:
    async with newer.as_("coordinator") as office:
        first = await office.post(f"/cases/{opened}/adoptions", json=TAKES, headers=ONE)
        again = await office.post(f"/cases/{opened}/adoptions", json=TAKES, headers=ONE)
        other = await office.post(f"/cases/{opened}/adoptions", json={**TAKES, "reason": "Another."}, headers=ONE)
        once_more = await office.post(f"/cases/{opened}/adoptions", json=TAKES)

    assert (first.json()["adopted"], again.json()["adopted"]) == (True, True)
    assert first.json()["answer"] == again.json()["answer"]
    assert "The case runs under edition 2026-11 now" in first.json()["answer"]["sentence"]
    assert (other.status_code, other.json()["why"]) == (409, "used id")
    assert (once_more.status_code, once_more.json()["code"]) == (422, "unreadable")
    assert "has this edition already (2026-11)" in once_more.json()["detail"]
    assert [type(one) for one in cases.received] == [EditionAdopted]


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"role": "slo", "by": "schools"}, 422, "Say which edition is taken: policy or calendar, one at a time."),
        ({**TAKES, "calendar": True}, 422, "Say which edition is taken: policy or calendar, one at a time."),
        ({**TAKES, "reason": ""}, 422, "Say why the case takes another edition of its policy: reason."),
        ({**TAKES, "policy": "sutton"}, 404, "There is no policy"),
        ({**TAKES, "policy": "../../etc/passwd"}, 422, "policy"),
        ({**TAKES, "by": None, "role": "operations"}, 409, "Say which person of the office enters it"),
        ({"calendar": True, "by": "schools", "role": "slo"}, 422, "has this calendar already"),
    ],
)
async def test_what_cannot_be_adopted_is_told_and_nothing_is_sent(
    newer: Api, cases: CasesInMemory, opened: str, body: dict[str, Any], status: int, sentence: str
) -> None:
    async with newer.as_("coordinator") as office:
        answer = await office.post(f"/cases/{opened}/adoptions", json=body)

    assert answer.status_code == status
    assert sentence in answer.json()["detail"]
    assert cases.received == []


async def test_a_guest_is_reached_and_no_answer_entry_or_message_holds_their_address(
    api: Api, office: httpx.AsyncClient, cases: CasesInMemory, opened: str
) -> None:
    answer = await office.post(f"/cases/{opened}/guests", json=CARER)

    assert answer.status_code == 200
    assert answer.json()["sentence"].startswith("Childminder is reached as practitioner@childminder in this case")
    assert kept(api, opened) == [ADDRESS]
    assert isinstance(cases.received[0], GuestAdded)
    for text in (answer.text, cases.received[0].model_dump_json(), str(read_entries(api.settings.register, opened))):
        assert ADDRESS not in text


async def test_a_guest_sent_twice_counts_once_and_another_address_under_the_same_id_is_refused(
    api: Api, office: httpx.AsyncClient, opened: str
) -> None:
    first = await office.post(f"/cases/{opened}/guests", json=CARER, headers=ONE)
    again = await office.post(f"/cases/{opened}/guests", json=CARER, headers=ONE)
    other = await office.post(f"/cases/{opened}/guests", json={**CARER, "email": ["new@example.org"]}, headers=ONE)

    assert first.json() == again.json()
    assert (other.status_code, other.json()["why"]) == (409, "used id")
    assert kept(api, opened) == [ADDRESS]
    assert len(read_entries(api.settings.register, opened)) == 3


async def test_a_guest_who_was_deleted_is_not_brought_back_by_what_comes_again(
    api: Api, office: httpx.AsyncClient, opened: str
) -> None:
    await office.post(f"/cases/{opened}/guests", json=CARER, headers=ONE)
    gone = await office.post(f"/cases/{opened}/guests/delete", json={"agency": "childminder"})
    again = await office.post(f"/cases/{opened}/guests", json=CARER, headers=ONE)
    nobody = await office.post(f"/cases/{opened}/guests/delete", json={})

    assert (gone.json()["deleted"], gone.json()["left"]) == (1, [])
    assert again.status_code == 200
    assert not file(api, opened).exists()
    assert (nobody.status_code, nobody.json()["deleted"]) == (200, 0)
    assert "There is nothing to delete" in nobody.json()["remarks"][0]


async def test_where_the_case_takes_it_and_its_answer_is_lost_the_address_is_kept(
    api: Api, office: httpx.AsyncClient, cases: CasesInMemory, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = cases.record
    with monkeypatch.context() as away:

        async def silent(case: str, message: Any) -> None:
            await takes(case, message)
            raise NotAnswered("Nobody answered.")

        away.setattr(cases, "record", silent)
        waits = await office.post(f"/cases/{opened}/guests", json=CARER, headers=ONE)
    again = await office.post(f"/cases/{opened}/guests", json=CARER, headers=ONE)

    assert (waits.status_code, waits.json()["id"]) == (202, "one")
    assert again.status_code == 200
    assert kept(api, opened) == [ADDRESS]


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"email": ["someone"]}, 422, "email 1: this address cannot work"),
        ({"email": []}, 422, "Nobody could be reached"),
        ({"role": "admiral"}, 422, "'admiral' is no role of this policy"),
        ({"agency": "lpct"}, 422, "no longer exists"),
        ({"agency": "Mrs Childminder"}, 422, "an id is small letters, digits and single hyphens"),
        ({"title": "Sam Example, dob 02/03/14"}, 422, "holds what looks like"),
    ],
)
async def test_what_cannot_be_used_of_a_guest_is_told_and_nothing_is_kept(
    api: Api,
    office: httpx.AsyncClient,
    cases: CasesInMemory,
    opened: str,
    said: dict[str, Any],
    status: int,
    sentence: str,
) -> None:
    answer = await office.post(f"/cases/{opened}/guests", json={**CARER, **said})

    assert answer.status_code == status
    assert sentence in answer.json()["detail"]
    assert not file(api, opened).exists()
    assert cases.received == []


@pytest.mark.parametrize("place", ["adoptions", "guests", "guests/delete"])
async def test_only_a_token_of_the_scope_and_a_role_that_may_gets_in(api: Api, opened: str, place: str) -> None:
    body = {"adoptions": TAKES, "guests": CARER, "guests/delete": {}}[place]
    async with api.as_("coordinator", "read") as narrow, api.as_("inspector") as auditor:
        answers = [await client.post(f"/cases/{opened}/{place}", json=body) for client in (narrow, auditor)]

    assert [one.status_code for one in answers] == [403, 403]
