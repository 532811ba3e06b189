"""What is to be seen in each picture: what has happened, and which page is open."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, NamedTuple

from playwright.sync_api import Page

from adapters.register.disposal import Disposal
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.commands import RiskRaised
from services import letters
from tests.console.conftest import PRACTITIONER, Site
from tests.console.office import grown
from tests.watch.conftest import CASE

Happens = Callable[[Site], Coroutine[Any, Any, None]]
Shows = Callable[[Site, Page, str], None]


class Scene(NamedTuple):
    """One page in one state."""

    name: str
    happens: Happens
    shows: Shows
    """Opens the page, at the address of the pages."""


async def nothing(site: Site) -> None:
    """There is no case."""


async def opened(site: Site) -> None:
    """A case was opened, and nothing is late in it."""
    await site.place.opens()


async def late(site: Site) -> None:
    """Something is late, and nobody has the alert."""
    await site.alerts()


async def at_risk(site: Site) -> None:
    """Immediate risk was raised."""
    await site.place.opens()
    await site.place.says(RiskRaised(id="risk", by=Actor(agency="schools", role="practitioner")))


async def proposed(site: Site) -> None:
    """Two cases stand in a destruction list, and a second person is yet to approve it."""
    await site.place.opens()
    cases, why = [make_reference(number) for number in (11, 12)], "Its time has come: retention schedule, line 14."
    at = site.place.now - timedelta(days=1)
    list_ref = "DL-1"
    said = [Disposal(case, "proposed", at, "staff-0007", why, "keeper", list_ref) for case in cases]
    site.place.register.dispose(said)


async def called_back(site: Site) -> None:
    """The links of a seat's letters were called back."""
    await site.place.opens()
    letters.revoke(site.place.settings, CASE, Actor(role=PRACTITIONER.role, agency=PRACTITIONER.agency), "the office")


def behind_link(more: str = "") -> Shows:
    """Return what opens the page of a seat's letter."""

    def shows(site: Site, page: Page, address: str) -> None:
        page.goto(address + site.path(2, PRACTITIONER) + more)

    return shows


def of_lead(kind: str, more: str = "") -> Shows:
    """Return what opens the page of a letter to the lead on call."""

    def shows(site: Site, page: Page, address: str) -> None:
        page.goto(address + site.path(site.place.last(kind)) + more)

    return shows


def _goes_on(page: Page) -> None:
    """Send a form, and wait for what it answers: a press alone does not."""
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").last.click()


def filled_in(site: Site, page: Page, address: str) -> None:
    """Fill in a form and look at the sentence that it records."""
    page.goto(f"{address}{site.path(2, PRACTITIONER)}?form=discussion")
    page.get_by_label("telephone").check()
    _goes_on(page)


def sent_empty(site: Site, page: Page, address: str) -> None:
    """Send a form in which nothing was filled in."""
    page.goto(f"{address}{site.path(2, PRACTITIONER)}?form=discussion")
    _goes_on(page)


def signed_in(path: str, account: str = "operations") -> Shows:
    """Return what shows a page to somebody who has signed in."""

    def shows(site: Site, page: Page, address: str) -> None:
        session = site.parts.visitors.begins(account, "signed in by a one-time link")
        page.context.add_cookies([{"name": "session", "value": session, "url": address}])
        page.goto(address + path)

    return shows


def open_to_all(path: str) -> Shows:
    """Return what shows a page to anybody."""

    def shows(_: Site, page: Page, address: str) -> None:
        page.context.clear_cookies()
        page.goto(address + path)

    return shows


LEAD = "on-call-lead"
SCENES = (
    Scene("letter-owed", opened, behind_link()),
    Scene("letter-late", grown, behind_link()),
    Scene("letter-form", opened, behind_link("?form=discussion")),
    Scene("letter-form-check", opened, filled_in),
    Scene("letter-form-error", opened, sent_empty),
    Scene("letter-risk-form", opened, behind_link("?form=risk")),
    Scene("letter-called-back", called_back, behind_link()),
    Scene("lead-alert", late, of_lead("alert")),
    Scene("lead-alert-question", late, of_lead("alert", "?press=acknowledge")),
    Scene("lead-risk", at_risk, of_lead("risk")),
    Scene("lead-rang", at_risk, of_lead("risk", "?press=rang")),
    Scene("lead-board", late, signed_in("/board", LEAD)),
    Scene("lead-board-empty", nothing, signed_in("/board", LEAD)),
    Scene("lead-board-question", late, signed_in(f"/board/acknowledge?case={CASE}", LEAD)),
    Scene("lead-turns", opened, signed_in("/turns", LEAD)),
    Scene("lead-awake", opened, signed_in("/turns/awake", LEAD)),
    Scene("lead-cover", opened, signed_in("/turns/cover", LEAD)),
    Scene("lead-telephone", opened, open_to_all("/on-call/telephone")),
    Scene("lead-test-alert", opened, signed_in("/on-call/test", LEAD)),
    Scene("sign-in", opened, open_to_all("/sign-in")),
    Scene("accessibility", opened, open_to_all("/accessibility")),
    Scene("office-today", grown, signed_in("/")),
    Scene("office-cases", grown, signed_in("/cases")),
    Scene("office-cases-empty", nothing, signed_in("/cases")),
    Scene("office-case", grown, signed_in(f"/cases/{CASE}")),
    Scene("office-reads", grown, signed_in(f"/cases/{CASE}/reads")),
    Scene("office-record", grown, signed_in(f"/cases/{CASE}/record")),
    Scene("office-record-form", grown, signed_in(f"/cases/{CASE}/record/own-record")),
    Scene("office-risk-form", grown, signed_in(f"/cases/{CASE}/risk")),
    Scene("office-open", opened, signed_in("/open")),
    Scene("office-plans", grown, signed_in("/plans")),
    Scene("office-answers", grown, signed_in("/answers")),
    Scene("office-directories", opened, signed_in("/directory")),
    Scene("office-directory", opened, signed_in("/directory/lincolnshire")),
    Scene("office-rotas", opened, signed_in("/rota")),
    Scene("office-rota", opened, signed_in("/rota/lincolnshire")),
    Scene("office-policies", opened, signed_in("/policies")),
    Scene("office-policy", opened, signed_in("/policies/lincolnshire")),
    Scene("office-retention", opened, signed_in("/retention")),
    Scene("office-list", proposed, signed_in("/retention/DL-1")),
    Scene("office-list-approve", proposed, signed_in("/retention/DL-1/approve")),
    Scene("office-list-withdraw", proposed, signed_in("/retention/DL-1/withdraw")),
)
