"""Who fills in a form, of which case, and by which way: a link, or somebody who has signed in."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from domain.case.state import Answer
from domain.commands import Message

from .questions import Speaker
from .standing import Standing


@dataclass(frozen=True, kw_only=True)
class Desk(ABC):
    """Who fills in a form. What each way does in its own manner stands in its own class."""

    case: str
    base: str
    """The path at which all pages stand, or empty."""
    path: str
    """Where a form is sent, below *base*, with what it asks for."""
    back: str
    """The page that it was opened from, below *base*."""
    back_words: str
    speaker: Speaker
    begins: str = ""
    """What the id of each message begins with."""
    recorded_by: str = ""
    """Who enters what somebody else says, as a title."""
    reads_words: bool = False
    """May they read what people wrote in this case?"""
    visitor: Mapping[str, Any] | None = None
    """Who has signed in, as the frame of every page shows it."""
    training: bool = False

    @abstractmethod
    def standing(self) -> Standing:
        """Read where the case stands. Raises Trouble and RegisterError."""

    @abstractmethod
    def hidden(self, said: str) -> Mapping[str, str]:
        """Return the hidden fields of a page of a form; *said* identifies the words that it shows."""

    @abstractmethod
    def is_meant(self, form: FormData, said: str) -> bool:
        """Say whether a form comes from a page of ours that has lately shown these very words."""

    @abstractmethod
    async def first(self, message: Message) -> Response | None:
        """Return what is asked before a message is sent; None where nothing is."""

    @abstractmethod
    async def send(self, message: Message) -> Answer:
        """Send a message. Raises Refusal, Trouble, NotRecorded, Unsure or Closed."""

    @abstractmethod
    def signed(self, message: Message) -> Message:
        """Return a message with what shows by which way it came."""

    @abstractmethod
    def otherwise(self) -> str:
        """Say what to do instead while nothing can be recorded."""
