"""What tests of the office's pages share: a browser of somebody who has signed in, and a case that shows much."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from adapters.register.reads import list_reads
from domain.base.people import Actor
from domain.case.plan import Action
from domain.commands import ActDone, AlertAcknowledged, OutcomeSaid, PlanProposed
from services import temporal_client
from services.errors import AWAY, Trouble
from settings import Settings
from tests.watch.conftest import CASE

from .conftest import ADDRESS, Site

SCHOOLS, POLICE = (Actor(agency=one, role="practitioner") for one in ("schools", "police"))
SECRET = "Daily contact is kept up between the two."


@asynccontextmanager
async def signed_in(site: Site, account: str) -> AsyncIterator[httpx.AsyncClient]:
    """Ask as a browser of somebody who has signed in; nobody for an empty account."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url=ADDRESS) as client:
        if account:
            client.cookies.set("__Host-session", site.parts.visitors.begins(account, "signed in by a one-time link"))
        yield client


def mark(page: httpx.Response, action: str = "") -> str:
    """The mark of the form of a page that is sent to an address."""
    forms = re.findall(r"<form[^>]*>.*?</form>", page.text, re.DOTALL)
    fitting = [one for one in forms if not action or f'action="{action}"' in one.split(">")[0]]
    found = re.search(r'name="mark" value="(\w+)"', fitting[0])
    assert found
    return found[1]


def looks(site: Site, case: str | None = None) -> list[tuple[str, str, str]]:
    """What is in the record of reads: account, what, and detail; of one case, or of all."""
    found = list_reads(site.place.settings.register)
    return [(one["account"], one["what"], one["detail"]) for one in found if case in {None, one["case_ref"]}]


async def grown(site: Site, **changes: Any) -> None:
    """A case with something late, a claim that waits, a plan, an alert and what became of its notice."""
    await site.alerts(**changes)
    number = site.place.last("alert")
    site.is_sent(number, site.place.now)
    await site.place.says(AlertAcknowledged(by=Actor(role="on-call"), id="seen"))
    site.place.passes(minutes=20)
    act = ActDone(by=SCHOOLS, act="discussion", id="talk", method="telephone", fields={"note": SECRET})
    await site.place.says(act)
    outcome = OutcomeSaid(by=SCHOOLS, outcome="agreed", id="agreed")
    day = (site.place.now + timedelta(days=9)).date()
    plan = PlanProposed(
        by=SCHOOLS,
        actions=(Action(what="A visit each week", owner="police", by=day),),
        id="plan",
        fields={"fits-existing-plan": "yes"},
    )
    for one in (outcome, plan):
        await site.place.cases.record(CASE, one)


def without_temporal(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is sent go to the site's own caseload, which keeps it in the real register."""

    @asynccontextmanager
    async def caseload(_: Settings) -> AsyncIterator[Any]:
        if site.mood:
            raise Trouble("Temporal is away.", AWAY)
        yield site.place.cases

    monkeypatch.setattr(temporal_client, "caseload", caseload)


def fields(page: httpx.Response) -> dict[str, Any]:
    """What a browser would send back of the first form of a page: hidden fields, what is typed and what is chosen."""
    form = re.findall(r'<form method="post".*?</form>', page.text, re.DOTALL)[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        said = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if said.get("type") in {"radio", "checkbox"} and " checked" not in tag:
            continue
        found.setdefault(said["name"], []).append(said.get("value", ""))
    for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = [unescape(value)]
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = re.findall(r'value="([^"]*)" selected', options) or [""]
    return found
