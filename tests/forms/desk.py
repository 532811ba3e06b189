"""The pages over one register, and a browser before them: with the link of a seat, or signed in to the office."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest

from adapters.keyring import make_keys
from adapters.register.register import Register
from console.app import make_app
from domain.base.known import How
from domain.base.people import Actor
from domain.case.effects import Notice, Recipient
from domain.case.state import Answer
from domain.commands import Message
from services import temporal_client, times
from settings import read_settings
from tests.console.conftest import ADDRESS, LINKS, Site
from tests.domain.case import PARTNERS
from tests.watch.conftest import Place

from .page import Page

REF = "ESC-7000-000E"
_ABOUT = """[directory]
id = "{policy}"
title = "An area"
edition = "1"
[fallback]
title = "Desk"
email = ["desk@example.org"]
"""
_AGENCY = '[[agency]]\nid = "{one}"\ntitle = "{one}, an agency"\n'


class Way(NamedTuple):
    """One thing that a page offers."""

    name: str
    which: str
    path: str


class Desk:
    """The pages over one register, and somebody's browser."""

    def __init__(self, folder: Path, policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make them in a *folder*, for cases of a *policy* among invented agencies."""
        directories = folder / "directories"
        directories.mkdir(parents=True)
        told = _ABOUT.format(policy=policy) + "".join(_AGENCY.format(one=one) for one in PARTNERS)
        (directories / f"{policy}.toml").write_text(told, encoding="utf-8")
        data = {"ESCALATION_DATA": str(folder / "data"), "ESCALATION_DIRECTORIES": str(directories)}
        self.settings = read_settings(data)
        make_keys(self.settings.encryption_keys)
        self.register = Register(self.settings.register)
        self.register.prepare()
        self.site = Site(Place(self.register, self.settings))
        self.hears: Callable[[Message], Answer]
        """What takes in what is recorded."""
        self._app = make_app(replace(self.site.parts, record=self.record))
        self._runner = asyncio.Runner()
        self._session = ""
        monkeypatch.setattr(times, "clock", lambda: self.site.place.now)
        monkeypatch.setattr(temporal_client, "caseload", lambda _: self)

    async def __aenter__(self) -> "Desk":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def record(self, case: str, message: Message, how: How = "l") -> Answer:
        """Stand where a caseload stands, and where links send."""
        return self.hears(message)

    def get(self, path: str, now: datetime) -> httpx.Response:
        """Open a page."""
        self.site.place.now = now
        return self._runner.run(self._ask("GET", path, {}))

    def post(self, path: str, fields: Mapping[str, list[str]], now: datetime) -> httpx.Response:
        """Send a form."""
        self.site.place.now = now
        return self._runner.run(self._ask("POST", path, fields))

    async def _ask(self, method: str, path: str, fields: Mapping[str, list[str]]) -> httpx.Response:
        if method == "GET":  # the case's clock may have gone on by days
            self._session = self.site.parts.visitors.begins("operations", "signed in by a test")
        cookie = {} if path.startswith("/n/") else {"Cookie": f"__Host-session={self._session}"}
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=cookie) as client:
            return await client.request(method, path, data=dict(fields) or None)

    def ways(self, seat: Actor | None, now: datetime) -> list[Way]:
        """Return what the page of a seat offers; for None what the office's does."""
        start = self.link(seat) if seat else f"/cases/{REF}/record"
        answer = self.get(start, now)
        assert answer.status_code == 200, answer.text
        found = []
        for href in Page(answer.text).links:
            parts = urlsplit(href)
            query = dict(parse_qsl(parts.query))
            if seat and "form" in query:
                found.append(Way(query["form"], query.get("of", ""), href))
            elif seat is None and parts.path.startswith(f"{start}/"):
                found.append(Way(unquote(parts.path.removeprefix(f"{start}/")), query.get("of", ""), href))
        return list(dict.fromkeys(found))

    def link(self, seat: Actor) -> str:
        """Return the path of the link in a letter to a seat."""
        to = Recipient(role=seat.role, title=seat.role, agency=seat.agency)
        return LINKS.to(Notice(ref=f"{REF}/1/1", case=REF, kind="opened", to=to)).removeprefix(ADDRESS)

    def close(self) -> None:
        """Let go of the register."""
        self.register.close()
        self._runner.close()
