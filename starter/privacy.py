"""What is done about free text that looks as if it named a child, before it is sent from a terminal."""

from collections.abc import Mapping

from services.errors import Trouble
from services.privacy import findings
from services.remarks import note
from services.times import now

from . import terminal


def must_name_nobody(words: Mapping[str, str], *, yes: bool, may_stop: bool = True) -> None:
    """Warn of what looks like a child's identity, and stop there unless a person at a terminal, or *yes*, says on.

    Raises:
        Trouble: it was stopped; never where *may_stop* is False, as for immediate risk.
    """
    found = findings(words, now().date())
    for finding in found:
        note(f"Careful: {finding}")
    if found and may_stop and not yes and not (terminal.can_ask() and terminal.confirm("Send it all the same?")):
        raise Trouble("Nothing was sent: take out what names a child, or give --yes if it names nobody.")
