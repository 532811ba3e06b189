"""What each button says to the case, and how a press shows that it came from our page."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from adapters.links import Linked, Links
from domain.decide.people.operations import OPERATIONS
from domain.decide.people.rungs import is_on_call
from domain.effects import Recipient
from domain.events import AlertAcknowledged, Message, Misdirected
from domain.people import Actor

ACKNOWLEDGE = "acknowledge"
"""The button "I have this alert"."""
NOT_MINE = ("not-mine", "left")
"""The buttons that say that somebody else should have been told."""
SURE = "yes"
"""What the second button of the question sends. The first sends something else, and so does a form without a press."""
GOOD_FOR = timedelta(minutes=15)
"""How long a question may be answered after it was asked; then it is asked anew."""
Form = Mapping[str, str]
"""Fields of a form by their names."""


def question(links: Links, path: str, pressed: str, answered: int, now: datetime) -> dict[str, str]:
    """Return the hidden fields of the question whether a press is meant, asked at an aware instant."""
    asked = {"press": pressed, "answered": str(answered), "asked": str(int(now.timestamp()))}
    return {**asked, "mark": links.mark(path, _signed_part(asked))}


def is_answer(links: Links, path: str, form: Form, now: datetime) -> bool:
    """Say whether a form answers a question that the page behind *path* has just asked, and answers it with yes."""
    asked = form.get("asked", "")
    if form.get("sure") != SURE or not links.is_mark(path, _signed_part(form), form.get("mark", "")):
        return False
    return now.timestamp() - int(asked) <= GOOD_FOR.total_seconds()


def _signed_part(form: Form) -> str:
    return "\n".join(form.get(name, "") for name in ("press", "answered", "asked"))


def message_of(linked: Linked, pressed: str, answered: int) -> Message | None:
    """Return what a press on a button sends; None for one that is not there.

    *answered* is the number of the acknowledgement that the page had seen: once that one has run out, the same link
    acknowledges anew. The id makes a second press harmless.
    """
    by = Actor(role=linked.role, agency=linked.agency)
    said = {"by": by, "evidence": f"By the signed link of notice {linked.ref}."}
    begins = said_by(linked)
    match pressed:
        case _ if pressed == ACKNOWLEDGE and is_on_call(Recipient(role=linked.role, title="")):
            return AlertAcknowledged(**said, id=f"{begins}{answered}")
        case "not-mine" | "left" if may_be_misdirected(linked):
            return Misdirected(**said, why=pressed, id=f"{begins}{pressed}")
        case _:
            return None


def said_by(linked: Linked) -> str:
    """Return what the id of every message of a link begins with."""
    return f"link/{linked.ref}/"


def may_be_misdirected(linked: Linked) -> bool:
    """May whoever was told say that it is not theirs? Not the office, which is told of that."""
    return linked.role != OPERATIONS
