"""Saying until when one is awake: what it changes and what not, the time, and taking it back."""

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from adapters.rota.awake import Awake
from console.entrance import Page
from console.forms import text
from console.parts import Parts
from console.signed_in import shown, visitor_of
from domain.base.words import say_instant
from services.awake import goes_by_program, latest, say_awake, says_awake, take_back, turns_held
from services.errors import Trouble
from wiring import rotas

AWAKE = "/turns/awake"
BACK = "back"
"""What the button sends that takes it back."""


class AwakePages:
    """The form, and what was said."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._rota = rotas(parts.settings)
        self._awake = Awake(parts.settings.data)

    def pages(self) -> list[Page]:
        """Return the pages."""
        return [Page(AWAKE, self._form), Page(AWAKE, self._said, "POST")]

    async def _form(self, request: Request) -> Response:
        return await asyncio.to_thread(self._asked, request)

    async def _said(self, request: Request) -> Response:
        form: FormData = request.state.form
        handle, now, typed = visitor_of(request).person.stands_as, self._parts.clock(), text(form, "until")
        if text(form, "do") == BACK:
            await asyncio.to_thread(take_back, self._settings, handle, now)
            return self._done(request, "You have taken it back", "Alerts come to you as they always do.")
        try:
            until = await asyncio.to_thread(say_awake, self._settings, handle, typed, now, self._rota)
        except Trouble as trouble:
            return await asyncio.to_thread(self._asked, request, typed, trouble.shown)
        told = "It ends then by itself, or when you take it back. Those who look at the board and the rota see it."
        return self._done(request, f"You say that you are awake until {until}", told)

    def _asked(self, request: Request, typed: str = "", problem: str = "") -> Response:
        handle, now = visitor_of(request).person.stands_as, self._parts.clock()
        held = turns_held(self._settings, handle, now, self._rota)
        says = next((said for one in held if (said := says_awake(self._awake, one.turn, one.zone, now))), "")
        last = say_instant(latest(held, now), held[0].zone) if held else ""
        by_program = goes_by_program(self._settings, held)
        return self._page(
            request, "awake.html", "Until when are you awake?", status=400 if problem else 200, typed=typed,
            problem=problem, says=says, last=last, by_program=by_program, back=BACK,
        )  # fmt: skip

    def _done(self, request: Request, title: str, *sentences: str) -> Response:
        return self._page(
            request, "message.html", title, sentences=sentences, leads_to="/turns", leads_as="Back to my turns"
        )

    def _page(self, request: Request, template: str, title: str, **said: Any) -> Response:
        return shown(self._parts, request, template, title, at="/turns", **said)
