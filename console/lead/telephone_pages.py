"""Setting up a telephone so that alerts ring through: how, a contact card, and a test alert that asks if it rang."""

import asyncio
from datetime import datetime
from urllib.parse import parse_qs

from icalendar.parser import Contentline
from icalendar.prop import vText
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.directory import fault_of
from adapters.files import NotWritten
from adapters.links import Linked
from adapters.rota import Rota
from adapters.rota.trial_alerts import PREFIX, Said, TrialAlerts
from adapters.training import is_on
from console.entrance import Page
from console.forms import MARK
from console.guard import body_of, is_from_here
from console.notices.handlers import linked_of, path_of
from console.parts import Parts
from console.places import visitor_shown
from console.rendering import message_page, render
from console.visitors import Visitor
from domain.base.words import say_instant
from services.errors import Trouble, not_kept
from services.rotas import every_rota
from services.times import LONDON
from services.trial_alerts import KINDS, send_test_alert
from wiring import rotas

TELEPHONE, CARD, TEST = "/on-call/telephone", "/on-call/contact.vcf", "/on-call/test"
CARD_NAME = "Safeguarding alerts"
"""The name of the contact."""
SHOWN = 12
"""Test alerts of one person."""
ANSWERS: dict[Said, str] = {"rang": "It rang", "silent": "It did not ring"}


class TelephonePages:
    """How to set up a telephone; and test alerts, for whoever stands in a rota."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._base = parts.base
        self._rota = rotas(parts.settings)
        self._kept = TrialAlerts(parts.settings.data)

    def pages(self) -> list[Page]:
        """Return the pages."""
        return [
            Page(TELEPHONE, self._telephone),
            Page(CARD, self._card),
            Page(TEST, self._tests),
            Page(TEST, self._test, "POST"),
        ]

    async def _telephone(self, _: Request) -> Response:
        numbers, address = self._settings.texts_from, sender_address(self._settings.sender)
        return self._page("telephone.html", "Let alerts ring through", numbers=numbers, address=address, name=CARD_NAME)

    async def _card(self, _: Request) -> Response:
        made = card(self._settings.texts_from, sender_address(self._settings.sender), self._parts.address)
        more = {"Content-Disposition": 'attachment; filename="safeguarding-alerts.vcf"'}
        return Response(made, media_type="text/vcard; charset=utf-8", headers=more)

    async def _tests(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        return await asyncio.to_thread(self._shown, request, visitor)

    async def _test(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        rota = await asyncio.to_thread(self._rota_of, visitor)
        if rota is None:
            raise Trouble("Your account stands in no rota, so there is nobody to send a test alert to.")
        now = self._parts.clock()
        await asyncio.to_thread(send_test_alert, self._settings, rota, visitor.person.stands_as, now)
        return RedirectResponse(f"{self._base}{TEST}", 303)

    def _shown(self, request: Request, visitor: Visitor) -> Response:
        own = [one for one in self._kept.all() if one.handle == visitor.person.stands_as]
        rows = [
            {
                "sent": say_instant(datetime.fromisoformat(one.sent), LONDON),
                "way": KINDS.get(one.kind, one.kind),
                "taken": bool(one.taken_by),
                "said": ANSWERS.get(one.said, ""),
            }
            for one in reversed(own[-SHOWN:])
        ]
        rota = self._rota_of(visitor)
        ways = [KINDS[way.kind] for way in rota.people[visitor.person.stands_as].ways()] if rota else []
        mark = self._parts.visitors.mark(visitor, request.url.path)
        return self._page(
            "test_alert.html", "Does your telephone ring?", request=request, rows=rows, ways=ways, mark=mark,
            mark_field=MARK, is_on_rota=rota is not None,
        )  # fmt: skip

    def _rota_of(self, visitor: Visitor) -> Rota | None:
        """Return a rota in which somebody stands."""
        return next(
            (one for _, one in every_rota(self._settings, self._rota) if visitor.person.stands_as in one.people), None
        )

    def _page(self, template: str, title: str, *, request: Request | None = None, **said: object) -> Response:
        visitor = visitor_shown(request.state.visitor, TEST) if request else None
        training = is_on(self._settings.training, self._settings.data)
        shown = render(template, base=self._base, title=title, visitor=visitor, training=training, **said)
        return HTMLResponse(shown)


class AnswerPages:
    """Behind the link of a test alert: did it ring? A GET changes nothing, nor does a form sent without a press."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._base = parts.base
        self._kept = TrialAlerts(parts.settings.data)

    @staticmethod
    def is_test(linked: Linked) -> bool:
        """Is it the link of a test alert?"""
        return linked.case.startswith(PREFIX)

    async def opened(self, request: Request) -> Response:
        """Ask whether it rang."""
        linked = linked_of(request)
        return await asyncio.to_thread(self._asked, request, linked)

    async def pressed(self, request: Request) -> Response:
        """Keep what was said, and say it again."""
        linked, path = linked_of(request), path_of(request)
        form = {name: values[0] for name, values in parse_qs(await body_of(request)).items()}
        said = next((one for one in ANSWERS if one == form.get("said")), None)
        is_ours = is_from_here(request.headers, self._parts.address)
        if is_ours and self._parts.links.is_mark(path, "did it ring", form.get("mark", "")):
            try:
                if said:
                    await asyncio.to_thread(self._kept.answer, linked.ref, said, self._parts.clock())
            except NotWritten as error:
                raise not_kept(error) from None
        return RedirectResponse(self._base + path, 303)

    def _asked(self, request: Request, linked: Linked) -> Response:
        known = self._kept.of(linked.ref)
        training = is_on(self._parts.settings.training, self._parts.settings.data)
        if known is None:
            told = "We do not know this test alert any more. Have another sent."
            return HTMLResponse(message_page(self._base, "This test is over", told, training=training), 404)
        mark = self._parts.links.mark(path_of(request), "did it ring")
        sent = say_instant(datetime.fromisoformat(known.sent), LONDON)
        return HTMLResponse(
            render(
                "did_it_ring.html", base=self._base, title="This is a test. Did it ring?", training=training, mark=mark,
                sent=sent, way=KINDS.get(known.kind, known.kind), said=known.said, answers=ANSWERS,
            )
        )  # fmt: skip


def sender_address(sender: str) -> str:
    """Return the e-mail address out of what notices come from; empty where it is none."""
    address = sender.rpartition("<")[2].rstrip("> ").strip()
    return "" if fault_of(address) else address


def card(numbers: tuple[str, ...], address: str, page: str) -> bytes:
    """Return a contact of whatever alerts come from, as vCard 3.0, which telephones of both makers save.

    A number that is none, such as a name that some providers show, is left out: no contact can hold it.
    """
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{_text(CARD_NAME)};;;;", f"FN:{_text(CARD_NAME)}"]
    lines += [f"TEL;TYPE=CELL:{one}" for one in numbers if any(letter.isdigit() for letter in one)]
    lines += [f"EMAIL;TYPE=INTERNET:{_text(address)}"] if address else []
    lines += [f"URL:{page}", f"NOTE:{_text(_NOTE)}", "END:VCARD"]
    folded: list[bytes] = [Contentline(line).to_ical() for line in lines]  # type: ignore[no-untyped-call]
    return b"\r\n".join([*folded, b""])


def _text(said: str) -> str:
    """Return a text as it stands in a card: escaped as in a calendar."""
    return vText(said).to_ical().decode()


_NOTE = "Alerts about children at risk come from here. Let this contact ring when the telephone is silent."
