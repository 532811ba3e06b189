"""What each button says to the case. The id makes a second press harmless."""

from adapters.links import Linked
from domain.decide.people.operations import OPERATIONS
from domain.decide.people.rungs import is_on_call
from domain.effects import Recipient
from domain.events import AlertAcknowledged, Message, Misdirected
from domain.people import Actor


def message_of(linked: Linked, pressed: str, answered: int) -> Message | None:
    """Return what a press on a button sends, empty for "I have this alert"; None for one that is not there.

    *answered* is the number of the acknowledgement that the page had seen: once that one has run out, the same link
    acknowledges anew.
    """
    by = Actor(role=linked.role, agency=linked.agency)
    said = {"by": by, "evidence": f"By the signed link of notice {linked.ref}."}
    begins = said_by(linked)
    match pressed:
        case "" if is_on_call(Recipient(role=linked.role, title="")):
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
