"""Text messages that came in, and which of them plainly say yes."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from pydantic import AwareDatetime, BaseModel, ConfigDict

from adapters.directory.addresses import number_of
from domain.base.reference import read_reference

_YES = re.compile(r"\W*(?:yes|ok|okay|ack|acknowledged?|i have it|y(?=\W*(?:esc|trn|$)))\b", re.IGNORECASE)
_BUT = re.compile(
    r"\?|\b(?:no|not|never|stop|wrong|who|sorry|unable|cannot|(?:can|won|don|didn|isn)\W?t)\b", re.IGNORECASE
)
_CASE = re.compile(r"\b(?:esc|trn)(?:[\s.-]*[0-9a-z]){8}\b", re.IGNORECASE)


class Received(BaseModel):
    """One text message as it came in."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    user_number: str
    """Who sent it, as the network wrote it: `447700900123`, or a word."""
    content: str
    created_at: AwareDatetime

    @property
    def says_yes(self) -> bool:
        """Does it begin with a plain yes, and contain no word that contradicts it?"""
        return bool(_YES.match(self.content)) and not _BUT.search(self.content)

    @property
    def case(self) -> str:
        """The case it names; empty where it names none. Raises ValueError where the reference has a mistake in it."""
        named = _CASE.search(self.content)
        return read_reference(named[0]) if named else ""


def same_number(one: str, other: str) -> bool:
    """Are both the same telephone number, however each is written? False where either is no number."""
    return bool(_written(one)) and _written(one) == _written(other)


def _written(number: str) -> str:
    return number_of(number) or number_of(f"+{number}")


class SentText(Protocol):
    """One text message that went out."""

    @property
    def reference(self) -> str | None:
        """The reference of the notice that it was; None where it was none of ours."""
        ...

    @property
    def phone_number(self) -> str | None:
        """To which number it went."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was handed over."""
        ...


@runtime_checkable
class ReplySource(Protocol):
    """A channel of text messages from which replies can be fetched."""

    def received(self, since: datetime) -> Sequence[Received]:
        """Return the text messages that came in from *since* on, the newest first. Raises PostDown."""
        ...

    def sent(self, since: datetime) -> Sequence[SentText]:
        """Return the text messages that went out from *since* on, the newest first. Raises PostDown."""
        ...
