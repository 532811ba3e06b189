"""What the pages are made with, in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from adapters.console_store.store import ConsoleStore
from adapters.links import Linked, Links
from settings import Settings

from .confirming.confirming import Confirming
from .numbers import Numbers, emergency_alone
from .record import Record
from .visitors import Visitors


class Reader(Protocol):
    """Reads what the page of a notice shows; see `notices.register`."""

    def read(self, linked: Linked) -> Any:
        """Return it for whoever holds a link."""

    def opened(self, linked: Linked) -> Any:
        """Return what that is made of."""

    def has_entry(self, case: str, number: int) -> bool:
        """Say whether the register has taken in what the case answered."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the pages are made with."""

    settings: Settings
    address: str
    """At which people reach the pages; it may end in a path."""
    links: Links
    reader: Reader
    record: Record
    """Sends what was pressed by a link."""
    visitors: Visitors
    store: ConsoleStore
    """Knows what was used, ended and tried in vain, here and at every other console of this installation."""
    confirming: Confirming | None
    """Asks for a code whoever acts by a link; None where the link alone does."""
    clock: Callable[[], datetime]
    """Gives the present, aware."""
    numbers: Numbers = emergency_alone
    """Finds the numbers that a lead on call may have to ring."""

    @property
    def training(self) -> bool:
        """Are cases invented here?"""
        return self.settings.training == "yes"

    @property
    def base(self) -> str:
        """The path at which all pages stand, without an end; empty where it is the root."""
        return urlsplit(self.address).path.rstrip("/")
