"""Raising immediate risk by a form of one text that may be left empty. Nothing that is typed refuses it."""

import asyncio
from collections.abc import Mapping, Sequence
from secrets import token_urlsafe
from typing import Any

import structlog
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from console.forms import text
from console.rendering import render
from domain.base.people import Actor
from domain.commands.alarms import TELEPHONE
from services.errors import LOOK_AFTER, Trouble
from services.messages import risk_of
from services.remarks import gathered
from services.senders import Sender
from services.telling import taken_so_far
from services.waking import raise_risk
from settings import Settings
from workflows.caseload import NoSuchCase

from .desk import Desk
from .typed import ID, as_sent

NOTE = "note"
WHAT_HAPPENED = "What has happened?"
_NO_CASE = f"There is no such case here. {LOOK_AFTER}"
TITLE = "Say that a child is at immediate risk"

log = structlog.get_logger()


def risk_page(
    desk: Desk, *, typed: str = "", problem: str = "", said: Sequence[str] = (), id_: str = "", status: int = 200
) -> Response:
    """Return the form; *said* are sentences about what became of an earlier sending, whose id was *id_*."""
    id_ = id_ or f"{desk.begins}{token_urlsafe(12)}"
    page = render(
        "recording/risk.html",
        title=TITLE,
        problem=problem,
        carried={ID: id_, **desk.hidden(id_)},
        typed=as_sent(typed),
        said=said,
        note=NOTE,
        asks=WHAT_HAPPENED,
        **_frame(desk),
    )
    return HTMLResponse(page, status)


async def raised(
    settings: Settings, case: str, by: Actor, form: FormData, sender: Sender, evidence: str = ""
) -> tuple[bool, list[str]]:
    """Raise immediate risk; return whether it is on the record, and what is said of it: who was told, and why not."""
    typed = {"note": text(form, NOTE), "id": text(form, ID), "at": "", "on_behalf_by": "", "evidence": evidence}
    said = {**typed, "by": by.agency, "role": by.role, "person": ""}
    with gathered() as remarks:
        risk = risk_of(said, str, lambda _: "What you wrote")
        try:
            answer = await raise_risk(settings, case, risk, sender)
        except (Trouble, NoSuchCase) as error:
            log.warning("risk_not_recorded", case=case)
            return False, [*remarks, error.shown if isinstance(error, Trouble) else _NO_CASE]
    log.info("risk_raised", case=case, entry=answer.entry)
    told = await asyncio.to_thread(taken_so_far, settings.register, case, answer.told or answer.entry)
    return True, [*remarks, answer.sentence, told]


def raised_page(desk: Desk, said: Sequence[str]) -> Response:
    """Return the page that says what became of it."""
    title = "Immediate risk is on the record"
    return HTMLResponse(render("recording/raised.html", title=title, said=said, **_frame(desk)))


def _frame(desk: Desk) -> Mapping[str, Any]:
    frame = {"case": desk.case, "visitor": desk.visitor, "training": desk.training}
    return {"base": desk.base, "desk": desk, "telephone": TELEPHONE, **frame}
