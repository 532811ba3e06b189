"""Temporal's page asks to read what is encrypted: who is answered, what is noted, and what nobody gets."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf import json_format
from starlette.types import ASGIApp
from temporalio.api.common.v1 import Payload

from adapters.keyring import Keyring, make_keys
from adapters.people.file import Person
from adapters.people.passes import Passes, new_pass
from console.decrypting import make_decrypting_app
from workflows.encryption import Encryption
from workflows.payloads import compressed

from .conftest import store_in

PAGE, HERE = "http://127.0.0.1:8233", "http://127.0.0.1:8310"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
AUDITOR = Person("inspector", "auditor of the board", "auditor")
SECRET = "a word about ESC-1000-0002"


class Asked:
    """The server, as a browser sees it, and what it has noted."""

    def __init__(self, folder: Path) -> None:
        self.now, self.folder = NOW, folder
        self.noted: list[tuple[Person, str, str]] = []
        make_keys(folder / "keys")
        self.keyring = Keyring(folder / "keys")
        self.people = {AUDITOR.account: AUDITOR}
        self.store = store_in(folder, lambda: self.now)
        self.app = self.made()
        self.cookies = httpx.Cookies()

    def made(self) -> ASGIApp:
        """The server, as each start makes it anew."""

        def note(*said: Any) -> None:
            self.noted.append(said)

        return make_decrypting_app(self.keyring, [PAGE], note, lambda: self.now, self.store, self.people.get)

    def passes(self) -> Passes:
        return Passes(self.keyring, "decrypt", self.store, lambda: self.now)

    def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=HERE, cookies=self.cookies) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    def signs_in(self, person: Person = AUDITOR) -> Any:
        self.people[person.account] = person
        return self.asks("GET", f"/sign-in/{new_pass(self.keyring, person.account, 'decrypt', self.now)}")

    def decodes(self, *texts: str, origin: str = PAGE) -> Any:
        plain = [Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(text).encode()) for text in texts]
        return self.sends(*plain, origin=origin)

    def sends(self, *plain: Payload, origin: str = PAGE) -> Any:
        sealed = asyncio.run(Encryption(self.keyring, strict=True).encode(plain))
        assert all(SECRET.encode() not in one.data for one in sealed)
        body = json.dumps({"payloads": [json_format.MessageToDict(one) for one in sealed]})
        return self.asks("POST", "/decode", content=body, headers={"Origin": origin, "X-Namespace": "default"})


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    made = Asked(tmp_path)
    yield made
    made.store.close()


def texts(answer: Any) -> list[str]:
    found = [json_format.ParseDict(one, Payload()) for one in answer.json()["payloads"]]
    return [json.loads(one.data) for one in found]


def test_whoever_has_signed_in_reads_and_the_case_is_noted(asked: Asked) -> None:
    assert asked.signs_in().status_code == 200

    answer = asked.decodes(SECRET, "nothing of a case")

    assert texts(answer) == [SECRET, "nothing of a case"]
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert asked.noted == [(AUDITOR, "ESC-1000-0002", "decrypt for Temporal's page")]


def test_one_page_that_asks_dozens_of_times_is_one_look(asked: Asked) -> None:
    asked.signs_in()
    for _ in range(3):
        asked.decodes(SECRET)
    assert len(asked.noted) == 1

    asked.now = NOW + timedelta(minutes=5)
    asked.decodes(SECRET)

    assert len(asked.noted) == 2


def test_what_our_own_programs_have_compressed_is_unpacked(asked: Asked) -> None:
    asked.signs_in()
    text = f"{SECRET}, {'and more of it ' * 60}"
    packed = compressed(Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(text).encode()))
    assert packed.metadata["encoding"] != b"json/plain"

    assert texts(asked.sends(packed)) == [text]
    spoilt = Payload(metadata=packed.metadata, data=b"x" + packed.data)
    assert asked.sends(spoilt).status_code == 200


def test_what_is_of_no_known_case_is_noted_all_the_same(asked: Asked) -> None:
    asked.signs_in()

    asked.decodes("x")

    assert [case for _, case, _ in asked.noted] == [""]


def test_nobody_reads_who_has_not_signed_in(asked: Asked) -> None:
    answer = asked.decodes(SECRET)

    assert answer.status_code == 401
    assert "escalate decrypt link" in answer.json()["message"]
    assert asked.noted == []


@pytest.mark.parametrize("origin", ["http://127.0.0.1:9999", "https://evil.example.org", "null", ""])
def test_no_other_page_is_answered_whoever_has_signed_in(asked: Asked, origin: str) -> None:
    asked.signs_in()

    answer = asked.decodes(SECRET, origin=origin)
    before = asked.asks("OPTIONS", "/decode", headers={"Origin": origin})

    assert (answer.status_code, before.status_code) == (403, 403)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert asked.noted == []


def test_temporals_page_may_ask_beforehand(asked: Asked) -> None:
    answer = asked.asks("OPTIONS", "/decode", headers={"Origin": PAGE, "Access-Control-Request-Method": "POST"})

    assert answer.status_code == 204
    assert "x-namespace" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("role", ["agency manager", "on-call lead", ""])
def test_a_role_that_does_not_see_every_case_is_not_let_in(asked: Asked, role: str) -> None:
    assert asked.signs_in(Person("somebody", "somebody", role)).status_code == 403
    assert asked.decodes(SECRET).status_code == 401


def test_a_pass_is_good_once_and_for_five_minutes(asked: Asked) -> None:
    given = new_pass(asked.keyring, AUDITOR.account, "decrypt", NOW)

    assert asked.asks("GET", f"/sign-in/{given}").status_code == 200
    asked.cookies.clear()
    assert asked.asks("GET", f"/sign-in/{given}").status_code == 403
    late = new_pass(asked.keyring, AUDITOR.account, "decrypt", NOW)
    asked.now = NOW + timedelta(minutes=5, seconds=1)
    assert asked.asks("GET", f"/sign-in/{late}").status_code == 403


def test_a_pass_of_the_offices_pages_does_not_open_this_door(asked: Asked) -> None:
    given = new_pass(asked.keyring, AUDITOR.account, "console", NOW)

    assert asked.asks("GET", f"/sign-in/{given}").status_code == 403


def test_a_pass_that_is_written_in_another_way_is_not_good_once_more(asked: Asked) -> None:
    given = new_pass(asked.keyring, AUDITOR.account, "decrypt", NOW)
    passes = asked.passes()

    assert passes.use(given) == AUDITOR.account
    assert [passes.use(given + more) for more in ("", "=", "==", "A", "!")] == [None] * 5


def test_a_session_ends_after_eight_hours(asked: Asked) -> None:
    asked.signs_in()
    asked.now = NOW + timedelta(hours=8, seconds=1)

    assert asked.decodes(SECRET).status_code == 401


def test_the_cookie_is_no_scripts_and_no_other_sites(asked: Asked) -> None:
    said = asked.signs_in().headers["Set-Cookie"].lower()

    assert "httponly" in said
    assert "samesite=strict" in said
    assert "path=/decode" in said


def altered(given: str) -> str:
    place = len(given) // 2
    return given[:place] + ("A" if given[place] != "A" else "B") + given[place + 1 :]


@pytest.mark.parametrize(
    "change", [altered, lambda given: given[:-4], lambda _: "x", lambda _: "é", lambda _: "A" * 90]
)
def test_a_pass_that_was_changed_or_made_up_is_none(asked: Asked, change: Callable[[str], str]) -> None:
    assert asked.passes().holder(change(new_pass(asked.keyring, AUDITOR.account, "decrypt", NOW))) is None


def test_a_pass_of_another_installation_is_none(asked: Asked, tmp_path: Path) -> None:
    make_keys(tmp_path / "other")

    given = new_pass(Keyring(tmp_path / "other"), AUDITOR.account, "decrypt", NOW)

    assert asked.passes().holder(given) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"payloads": 7}', b"[" * 5000, b"\xff"])
def test_rubbish_is_refused_and_ends_nothing(asked: Asked, body: bytes) -> None:
    asked.signs_in()

    answer = asked.asks("POST", "/decode", content=body, headers={"Origin": PAGE})

    assert answer.status_code in {200, 400}
    assert texts(asked.decodes("x")) == ["x"]


def test_what_a_strange_key_has_encrypted_stays_as_it_is(asked: Asked, tmp_path: Path) -> None:
    asked.signs_in()
    make_keys(tmp_path / "other")
    [sealed] = asyncio.run(Encryption(Keyring(tmp_path / "other"), strict=True).encode([Payload(data=b"x")]))
    body = json.dumps({"payloads": [json_format.MessageToDict(sealed)]})

    answer = asked.asks("POST", "/decode", content=body, headers={"Origin": PAGE})

    assert json_format.ParseDict(answer.json()["payloads"][0], Payload()) == sealed
