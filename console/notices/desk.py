"""Whoever holds the link of a notice, as the forms meet them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.responses import Response

from adapters.links import Linked
from console.forms import text
from console.parts import Parts
from console.recording.desk import Desk
from console.recording.possible import Possible
from console.recording.questions import Speaker
from console.recording.standing import Standing, standing_to_record
from domain.base.people import Actor
from domain.base.reference import is_training
from domain.case.state import Answer
from domain.commands import Message

from .pressed import GOOD_FOR, said_by

FORM, WHICH, RISK = "form", "of", "risk"
"""How a form is asked for, behind the path of a link: which, and which of that name. Immediate risk has its own."""
_EVER = timedelta(days=36_500)


@dataclass(frozen=True, kw_only=True)
class LinkDesk(Desk):
    """Whoever holds the link of a notice: they speak for its seat and for no other."""

    parts: Parts
    linked: Linked
    link: str
    """The path of the link."""
    asks: Callable[[Message], Awaitable[Response | None]]
    sends: Callable[[Message], Awaitable[Answer]]

    def standing(self) -> Standing:
        """Read where the case stands."""
        return standing_to_record(self.parts.settings, self.case)

    def hidden(self, said: str) -> Mapping[str, str]:
        """Return the mark of a page that shows these words; a page on which nothing is recorded carries none."""
        if not said:
            return {}
        asked = str(int(self.parts.clock().timestamp()))
        return {"asked": asked, "mark": self.parts.links.mark(self.link, _signed(said, asked))}

    def is_meant(self, form: FormData, said: str) -> bool:
        """Say whether a page of ours has shown these very words within a quarter of an hour."""
        return self._has_mark(form, said, GOOD_FOR)

    def is_cry(self, form: FormData) -> bool:
        """Say whether a page of ours was opened to raise immediate risk, however long ago: it is never refused."""
        return self._has_mark(form, text(form, "id"), _EVER)

    async def first(self, message: Message) -> Response | None:
        """Ask what is asked before a link may record."""
        return await self.asks(message)

    async def send(self, message: Message) -> Answer:
        """Send it as the word of the link's seat."""
        return await self.sends(message)

    def signed(self, message: Message) -> Message:
        """Return it with the notice by whose link it came."""
        return message.but(evidence=evidence_of(self.linked))

    def otherwise(self) -> str:
        """Say whom to ring."""
        return "Ring your partnership’s office if it cannot wait."

    def _has_mark(self, form: FormData, said: str, within: timedelta) -> bool:
        asked = text(form, "asked")
        if not said or not self.parts.links.is_mark(self.link, _signed(said, asked), text(form, "mark")):
            return False
        return self.parts.clock().timestamp() - int(asked) <= within.total_seconds()


def desk_of(
    parts: Parts,
    linked: Linked,
    link: str,
    query: Mapping[str, str],
    standing: Standing | None,
    *,
    is_of_party: bool,
    asks: Callable[[Message], Awaitable[Response | None]],
    sends: Callable[[Message], Awaitable[Answer]],
) -> LinkDesk:
    """Return it, for a case that stands so; None where nothing is asked of it, as for immediate risk.

    *is_of_party* says whether the seat is that of a party, who may read what is written in the case.
    """
    seat = Actor(agency=linked.agency, role=linked.role)
    return LinkDesk(
        case=linked.case,
        base=parts.base,
        path=f"{link}?{urlencode({name: query[name] for name in (FORM, WHICH) if query.get(name)})}",
        back=link,
        back_words="Back to your notice",
        speaker=Speaker(seat=standing.seat_known(seat) if standing else seat),
        begins=said_by(linked),
        reads_words=is_of_party,
        training=is_training(linked.case),
        parts=parts,
        linked=linked,
        link=link,
        asks=asks,
        sends=sends,
    )


def path_of(link: str, one: Possible) -> str:
    """Return where the form of something stands, behind the path of a link."""
    which = {WHICH: one.which} if one.which else {}
    return f"{link}?{urlencode({FORM: one.name, **which})}"


def evidence_of(linked: Linked) -> str:
    """Say by which notice's link something came."""
    return f"By the signed link of notice {linked.ref}."


def _signed(said: str, asked: str) -> str:
    return f"{FORM}\n{said}\n{asked}"
