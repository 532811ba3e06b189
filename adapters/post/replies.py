"""Text messages that came in: as GOV.UK Notify gives them, and which of them plainly say yes."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from adapters.directory.address import number_of
from domain.reference import read_reference

from .errors import PostDown

MOST_PAGES = 100
"""Of 250 messages each: a listing that never ends is left there."""
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
        """Does it begin with a plain yes, and say nothing that takes it back?"""
        return bool(_YES.match(self.content)) and not _BUT.search(self.content)

    @property
    def case(self) -> str:
        """The case it names; empty where it names none. Raises ValueError where the reference has a mistake in it."""
        named = _CASE.search(self.content)
        return read_reference(named[0]) if named else ""


def read_received(answer: Any) -> tuple[Received, ...]:
    """Read one page of what came in. Raises PostDown where it is not what Notify documents."""
    try:
        return tuple(Received.model_validate(one) for one in answer["received_text_messages"])
    except (KeyError, TypeError, ValidationError):
        raise PostDown("GOV.UK Notify's answer cannot be read; it is asked again.") from None


def same_number(one: str, other: str) -> bool:
    """Are both one telephone number, however each is written? What is no number is nobody's."""
    return bool(_written(one)) and _written(one) == _written(other)


def _written(number: str) -> str:
    return number_of(number) or number_of(f"+{number}")


class _Listed(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...


T = TypeVar("T", bound=_Listed)


def back_to(since: datetime, page: Callable[[str | None], tuple[T, ...]]) -> Iterator[T]:
    """Yield what a listing has from *since* on, the newest first; *page* is given the id after which to go on."""
    last = None
    for _ in range(MOST_PAGES):
        found = page(last)
        yield from (one for one in found if one.created_at >= since)
        if not found or found[-1].created_at < since:
            return
        last = found[-1].id
