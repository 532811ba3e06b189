"""Asking a console whether it is there, and whether a link of ours opens there."""

import urllib.error
import urllib.request
from enum import Enum

from adapters.links import Links
from domain.case.effects import Notice
from domain.engine.seats import ON_CALL

ALIVE = "the page of safeguarding-escalation is here"
"""What `/health` answers."""
WITHIN_SECONDS = 5.0
NOT_ON_THE_RECORD = "This case is not on the record here"
"""What the page says behind a good link to a case that there is not."""
NO_SUCH_LINK = "This link does not open anything"
"""What it says behind a link that was signed with another key, or altered."""
_LARGEST_PAGE = 100_000
"""Bytes that are read of an answer."""
_NOBODY = Notice(ref="ESC-0000-0000/1/1", case="ESC-0000-0000", kind="alert", to=ON_CALL)
"""A notice of no case."""


class Answer(Enum):
    """What came of a link."""

    OPENS = "opens"
    OTHER_KEY = "other key"
    NO_RECORD = "no record"
    """The page is there, and cannot say what is on the record."""
    NOBODY = "nobody"


def is_alive(address: str) -> bool:
    """Say whether a console answers at a web address."""
    return _asked(f"{address}/health") == ALIVE


def tried(address: str, links: Links) -> Answer:
    """Open a link of ours to a case that there is not, at a web address; whoever looks at the record there finds none.

    Nothing is changed by it.
    """
    path = links.to(_NOBODY).removeprefix(links.address)
    said = _asked(f"{address}{path}")
    if NOT_ON_THE_RECORD in said:
        return Answer.OPENS
    if NO_SUCH_LINK in said:
        return Answer.OTHER_KEY
    return Answer.NO_RECORD if is_alive(address) else Answer.NOBODY


def _asked(address: str) -> str:
    """Return what is answered there, an error's page too; empty for nothing."""
    asked = urllib.request.Request(address)  # noqa: S310 - an address that the settings have looked at
    try:
        with urllib.request.urlopen(asked, timeout=WITHIN_SECONDS) as answer:  # noqa: S310
            return str(answer.read(_LARGEST_PAGE).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            return error.read(_LARGEST_PAGE).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
