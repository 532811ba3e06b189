"""One client cannot shut the page: whoever keeps it waiting gives way, and is let go after a while."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from adapters.links import Links
from console import connections, serving
from console.alive import ALIVE
from domain.case.effects import Notice
from domain.engine.seats import ON_CALL
from settings import Settings, read_settings
from tests.ports import free_port

HALF_A_HEAD = b"GET /n/"
SIGNED = Links("http://127.0.0.1", ("k" * 64,)).to(Notice(ref="ESC-1/1/1", case="ESC-1", kind="alert", to=ON_CALL))
HALF_A_BODY = f"POST {SIGNED[16:]} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npress=".encode()
WAITED_SECONDS = 20


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    key = tmp_path / "key"
    key.write_text("k" * 64)
    port = str(free_port())
    said = {"DATA": str(tmp_path), "CONSOLE_ADDRESS": f"http://127.0.0.1:{port}", "CONSOLE_PORT": port}
    return read_settings({f"ESCALATION_{k}": v for k, v in {**said, "LINK_KEY_FILE": str(key)}.items()})


@pytest.fixture
async def page(settings: Settings) -> AsyncIterator[str]:
    async with serving.serving(settings):
        yield settings.console.address


class Held:
    """Connections that are opened and kept."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, data: bytes) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.open.append((reader, writer))
        writer.write(data)
        await writer.drain()
        return reader


@pytest.fixture
async def held(settings: Settings) -> AsyncIterator[Held]:
    held = Held(settings.console.port)
    yield held
    for _, writer in held.open:
        writer.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    """Wait until the other side has let go, without an answer."""
    async with asyncio.timeout(WAITED_SECONDS):
        try:
            return await reader.read() == b""
        except ConnectionResetError:
            return True


async def get(address: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=WAITED_SECONDS) as browser:
        return await browser.get(address)


@pytest.mark.parametrize("half", [b"", HALF_A_HEAD, HALF_A_BODY], ids=["nothing", "half a head", "half a body"])
async def test_more_half_sent_requests_than_there_are_places_shut_nobody_out(
    page: str, held: Held, half: bytes
) -> None:
    for _ in range(connections.MOST_AT_ONCE + 20):
        await held.send(half)
    answer = await get(f"{page}/health")

    assert (answer.status_code, answer.text) == (200, ALIVE)
    assert await ended(held.open[0][0]), "whoever has kept us waiting longest gives way"


@pytest.mark.parametrize("half", [b"", HALF_A_HEAD, HALF_A_BODY], ids=["nothing", "half a head", "half a body"])
async def test_whoever_keeps_the_page_waiting_is_let_go(
    page: str, held: Held, half: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_WITHIN_SECONDS", 0.2)

    assert await ended(await held.send(half))
    assert (await get(f"{page}/health")).status_code == 200


async def test_a_request_that_comes_bit_by_bit_gets_no_more_time_for_it(
    page: str, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_WITHIN_SECONDS", 0.3)
    reader = await held.send(HALF_A_HEAD)
    over = asyncio.create_task(ended(reader))
    while not over.done():  # a letter as often as the loop turns
        held.open[0][1].write(b"a")
        await asyncio.wait({over}, timeout=0.02)

    assert await over
    assert (await get(f"{page}/health")).status_code == 200


async def test_a_second_request_on_a_connection_has_its_own_time(
    page: str, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_WITHIN_SECONDS", 0.2)
    reader = await held.send(f"GET /health HTTP/1.1\r\nHost: {page}\r\n\r\n".encode())
    await reader.readuntil(ALIVE.encode())
    held.open[0][1].write(HALF_A_HEAD)

    assert await ended(reader)


async def test_who_is_being_answered_gives_way_to_nobody(
    settings: Settings, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A press waits for the case: those who only hold a place must not cut it off."""
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow(_: Scope, __: Receive, send: Send) -> None:
        asked.set()
        await answer.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    monkeypatch.setattr(serving, "make_app", lambda *_: slow)
    async with serving.serving(settings):
        pressed = await held.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asked.wait()
        for _ in range(connections.MOST_AT_ONCE + 20):
            await held.send(HALF_A_HEAD)
        answer.set()

        assert await pressed.readline() == b"HTTP/1.1 204 No Content\r\n"


async def test_a_client_that_does_not_take_its_answer_is_let_go(
    settings: Settings, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = asyncio.Event()

    async def endless(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _piece in range(400):
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
        await receive()
        gone.set()

    monkeypatch.setattr(connections, "ANSWER_WITHIN_SECONDS", 0.3)
    monkeypatch.setattr(serving, "make_app", lambda *_: endless)
    async with serving.serving(settings):
        await held.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(WAITED_SECONDS):
            await gone.wait()


@pytest.mark.parametrize("path", ["/n", "/n/", "/health/", "/static", "//n", "/n/x", "/health"])
async def test_a_host_that_the_request_names_is_never_repeated(page: str, path: str) -> None:
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(f"{page}{path}", headers={"Host": "elsewhere.example.org"})

    assert "Location" not in answer.headers
    assert "elsewhere" not in f"{answer.headers} {answer.text}"
