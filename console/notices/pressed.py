"""What each button says to the case, and how a press shows that it came from our page."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from adapters.links import Linked, Links
from domain.base.people import Actor
from domain.command_table import COMMANDS, TYPED
from domain.command_table.built_in import RISK_ACT
from domain.commands import ActDone, AlertAcknowledged, Message, Misdirected
from domain.engine.senders import OPERATIONS

ACKNOWLEDGE = "acknowledge"
"""The button "I have this alert", and "I have this" on the page of immediate risk."""
RANG = "rang"
"""The button "I rang the services"."""
WHEN_RANG = "When did you ring?"
NOT_MINE = tuple(one.name for one in COMMANDS["misdirected"].buttons)
"""The buttons that say that somebody else should have been told."""
SURE = "yes"
"""What the second button of the question sends. The first sends something else, and so does a form without a press."""
GOOD_FOR = timedelta(minutes=15)
"""How long a question may be answered after it was asked; then it is asked anew."""
Form = Mapping[str, str]
"""Fields of a form by their names."""


def question(links: Links, path: str, pressed: str, answered: int, seen: int, now: datetime) -> dict[str, str]:
    """Return the hidden fields of the question whether a press is meant, asked at an aware instant.

    *answered* and *seen* are the numbers of the last acknowledgement and of the last entry that the page shows.
    """
    asked = {"press": pressed, "answered": str(answered), "seen": str(seen), "asked": str(int(now.timestamp()))}
    return {**asked, "mark": links.mark(path, _signed_part(asked))}


def is_answer(links: Links, path: str, form: Form, now: datetime) -> bool:
    """Say whether a form answers a question that the page behind *path* has just asked, and answers it with yes."""
    asked = form.get("asked", "")
    if form.get("sure") != SURE or not links.is_mark(path, _signed_part(form), form.get("mark", "")):
        return False
    return now.timestamp() - int(asked) <= GOOD_FOR.total_seconds()


def number_in(form: Form, name: str) -> int:
    """Return a number that a form sent; 0 where it is none."""
    text = form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _signed_part(form: Form) -> str:
    return "\n".join(form.get(name, "") for name in ("press", "answered", "seen", "asked"))


def message_of(linked: Linked, pressed: str, answered: int, seen: int = 0) -> Message | None:
    """Return what a press on a button sends; None for one that is not there.

    An acknowledgement is for what the notice told of, up to the entry *seen*, the last that the page had shown.
    *answered* is the number of the acknowledgement that the page had seen: once that one has run out, the same link
    acknowledges anew. The id makes a second press harmless.
    """
    by = Actor(role=linked.role, agency=linked.agency)
    said = {"by": by, "evidence": f"By the signed link of notice {linked.ref}."}
    begins = said_by(linked)
    match pressed:
        case _ if pressed == ACKNOWLEDGE:
            return AlertAcknowledged(**said, answers=linked.entry, seen=seen or None, id=f"{begins}{answered}")
        case _ if pressed == RANG:
            return ActDone(**said, act=RISK_ACT, id=f"{begins}{RANG}/{seen}")
        case _ if pressed in NOT_MINE and may_be_misdirected(linked):
            return Misdirected(**said, **dict(TYPED[pressed][1].says), id=f"{begins}{pressed}")
        case _:
            return None


def said_by(linked: Linked) -> str:
    """Return what the id of every message of a link begins with."""
    return f"link/{linked.ref}/"


def may_be_misdirected(linked: Linked) -> bool:
    """May whoever was told say that it is not theirs? Not the office, which is told of that."""
    return linked.role != OPERATIONS
