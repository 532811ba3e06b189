"""A link and a code: asked once a device and day, sent to the seat's own addresses, and nothing typed is lost by it."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from activities.contacts import Contacts
from adapters.directory import Contact
from adapters.links import Linked
from adapters.post import PostDown
from console.confirming.codes import MOST_SENT, MOST_WRONG, TRIES, Codes, TooMany, Typed
from console.confirming.confirming import Confirming
from console.confirming.devices import Devices
from console.forms import form_of
from domain.case.effects import Notice, Receipt

from .conftest import store_in

KEYS = ("k" * 32,)
MORNING = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
LINKED = Linked(ref="ESC-7K2M-9QX4/12/1", role="practitioner", agency="police")


class Desk:
    """A page behind the code, what was sent, and whether the post works."""

    def __init__(self, folder: Path) -> None:
        self.now = MORNING
        self.store = store_in(folder, lambda: self.now)
        self.sent: list[Notice] = []
        self.is_down = False
        self.recorded: list[dict[str, str]] = []
        self.linked = LINKED
        self.contact = Contact(addresses=("slo@police.example.org",), titles=("practitioner",))
        self.confirming = self.made()

    def made(self) -> Confirming:
        desk = self

        class Known(Contacts):
            def __init__(self) -> None:
                pass

            def of(self, policy: str, notice: Notice) -> tuple[Contact, ...]:
                return (desk.contact,)

        return Confirming(
            Codes(self.store), Devices(KEYS, lambda: self.now), Known(), lambda _: "lincolnshire", self.send,
            lambda: self.now, base="", is_safe=False,
        )  # fmt: skip

    def send(self, policy: str, notice: Notice) -> Receipt:
        if self.is_down:
            raise PostDown("The mail host is away.")
        assert policy == "lincolnshire"
        self.sent.append(notice)
        return Receipt(ref=notice.ref, channel="smtp", accepted_at=self.now)

    @property
    def code(self) -> str:
        return self.sent[-1].fact

    @property
    def wrong(self) -> str:
        return f"{(int(self.code) + 1) % 1_000_000:06}"

    async def record(self, request: Request) -> Response:
        form: FormData = await form_of(request)
        if page := await self.confirming.asked(request, self.linked, form):
            return page
        self.recorded.append({name: str(said) for name, said in form.items()})
        return self.confirming.give(request, PlainTextResponse("recorded"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[Route("/", desk.record, methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


def fields(answer: httpx.Response) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))


SAID = {"do": "not-agreed", "reason": "we differ"}


async def test_whoever_acts_by_a_link_is_asked_for_the_code_and_nothing_typed_is_lost(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    asked = await browser.post("/", data=SAID)

    assert asked.status_code == 200
    assert desk.recorded == []
    assert fields(asked) == SAID
    assert desk.code not in asked.text
    assert (desk.sent[0].to.role, desk.sent[0].to.agency) == ("practitioner", "police")

    done = await browser.post("/", data={**fields(asked), "code": f" {desk.code[:3]} {desk.code[3:]} "})

    assert done.text == "recorded"
    assert {**desk.recorded[0], "code": ""} == {**SAID, "code": ""}


async def test_on_one_device_it_is_asked_once_a_day(desk: Desk, browser: httpx.AsyncClient) -> None:
    await confirm(desk, browser)

    assert (await browser.post("/", data=SAID)).text == "recorded"
    desk.now = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
    assert (await browser.post("/", data=SAID)).text == "recorded"
    desk.now = datetime(2026, 12, 2, 0, 1, tzinfo=UTC)
    assert (await browser.post("/", data=SAID)).text != "recorded"
    assert len(desk.sent) == 2


async def test_a_code_typed_late_in_the_evening_is_not_asked_for_again_at_midnight(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    desk.now = datetime(2026, 12, 1, 23, 50, tzinfo=UTC)
    await confirm(desk, browser)

    desk.now += timedelta(hours=3, minutes=50)
    assert (await browser.post("/", data=SAID)).text == "recorded"
    desk.now += timedelta(minutes=20)
    assert (await browser.post("/", data=SAID)).text != "recorded"


async def test_another_device_another_seat_and_another_holder_are_asked_anew(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    await confirm(desk, browser)
    mine = dict(browser.cookies)

    browser.cookies.clear()
    assert (await browser.post("/", data=SAID)).text != "recorded"
    browser.cookies.update(mine)
    desk.linked = LINKED.but(agency="schools")
    assert (await browser.post("/", data=SAID)).text != "recorded"
    desk.linked = LINKED
    desk.contact = Contact(addresses=("new@police.example.org",), titles=("practitioner",))
    assert (await browser.post("/", data=SAID)).text != "recorded"


async def test_two_seats_confirmed_on_one_device_both_hold(desk: Desk, browser: httpx.AsyncClient) -> None:
    await confirm(desk, browser)
    desk.linked = LINKED.but(agency="schools")
    await confirm(desk, browser)

    assert (await browser.post("/", data=SAID)).text == "recorded"
    desk.linked = LINKED
    assert (await browser.post("/", data=SAID)).text == "recorded"


async def test_a_wrong_code_records_nothing_and_says_how_often_it_may_be_typed(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    asked = await browser.post("/", data=SAID)
    answer = await browser.post("/", data={**fields(asked), "code": desk.wrong})

    assert answer.status_code == 403
    assert f"That is not the code we sent. You can type it {TRIES - 1} more times." in answer.text
    assert fields(answer) == SAID
    assert desk.recorded == []
    assert (await browser.post("/", data={**SAID, "code": desk.code})).text == "recorded"


async def test_a_code_is_used_up_by_being_typed_wrongly_too_often_and_a_new_one_counts(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    await browser.post("/", data=SAID)
    first = desk.code
    for _ in range(TRIES):
        last = await browser.post("/", data={**SAID, "code": desk.wrong})

    assert "That code cannot be used any more" in last.text
    assert (await browser.post("/", data={**SAID, "code": first})).status_code == 403
    await browser.post("/", data={**SAID, "new-code": "yes"})
    assert (await browser.post("/", data={**SAID, "code": desk.code})).text == "recorded"


async def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(desk: Desk, browser: httpx.AsyncClient) -> None:
    await confirm(desk, browser)
    browser.cookies.clear()
    assert (await browser.post("/", data={**SAID, "code": desk.code})).status_code == 403

    await browser.post("/", data={**SAID, "new-code": "yes"})
    desk.now += timedelta(minutes=16)
    assert (await browser.post("/", data={**SAID, "code": desk.code})).status_code == 403


async def test_opening_the_form_again_while_a_code_waits_sends_no_second_one(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    """A scanner that posts every form floods nobody's mailbox."""
    for _ in range(4):
        await browser.post("/", data=SAID)

    assert len(desk.sent) == 1


async def test_a_seat_is_sent_a_few_codes_an_hour_and_no_more(desk: Desk, browser: httpx.AsyncClient) -> None:
    for _ in range(MOST_SENT + 3):
        answer = await browser.post("/", data={**SAID, "new-code": "yes"})

    assert len(desk.sent) == MOST_SENT
    assert answer.status_code == 429
    assert "Ring your partnership" in answer.text
    desk.now += timedelta(minutes=61)
    assert (await browser.post("/", data={**SAID, "new-code": "yes"})).status_code == 200


async def test_where_no_code_can_be_sent_nothing_is_recorded_or_lost_and_it_counts_for_nothing(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    desk.is_down = True
    for _ in range(MOST_SENT + 1):
        answer = await browser.post("/", data=SAID)

    assert answer.status_code == 503
    assert "Nothing was recorded" in answer.text
    assert fields(answer) == SAID
    desk.is_down = False
    assert (await browser.post("/", data={**fields(answer), "new-code": "yes"})).status_code == 200


def test_after_many_wrong_codes_none_is_taken_for_an_hour_not_even_the_right_one(desk: Desk) -> None:
    codes = Codes(desk.store)
    for _ in range(MOST_WRONG // TRIES):
        code = codes.made("seat")
        for _ in range(TRIES):
            codes.typed("seat", f"{(int(code) + 1) % 1_000_000:06}")

    with pytest.raises(TooMany):
        codes.made("seat")
    assert codes.typed("seat", code).typed is Typed.LOCKED
    assert codes.made("other")
    desk.now += timedelta(minutes=61)
    assert codes.made("seat")


@pytest.mark.parametrize("cookie", ["", "x", "e30.x", "bnVsbA.AAAA"])
def test_a_cookie_that_is_none_of_ours_confirms_nothing(cookie: str) -> None:
    assert not Devices(KEYS, lambda: MORNING).has(cookie, "seat")


def test_a_cookie_holds_under_an_older_key_too() -> None:
    before = Devices(KEYS, lambda: MORNING).with_seat("", "seat")

    assert Devices(("n" * 32, *KEYS), lambda: MORNING).has(before, "seat")
    assert not Devices(("n" * 32,), lambda: MORNING).has(before, "seat")


def test_a_cookie_names_no_address() -> None:
    seat = Devices(KEYS, lambda: MORNING).seat("lincolnshire", LINKED, ["slo@police.example.org"])

    assert re.fullmatch(r"[0-9a-f]{20}", seat)


async def confirm(desk: Desk, browser: httpx.AsyncClient) -> None:
    await browser.post("/", data=SAID)
    assert (await browser.post("/", data={**SAID, "code": desk.code})).text == "recorded"
