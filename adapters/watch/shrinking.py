"""Does the register still hold all that the watch has seen in it? One that was put back or made anew holds less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from adapters.register.address import shown
from adapters.register.drivers import rows
from adapters.register.errors import RegisterError

from .found import Found
from .notebook import Notebook

_HELD = "SELECT count(*) AS cases, coalesce(sum(as_of_number), 0) AS entries FROM standing"


def entries_kept(register: str, notebook: Notebook) -> Callable[[datetime], Iterator[Found]]:
    """Return how to see that no entries have gone from the register at this address; *notebook* remembers how many."""

    def look(_: datetime) -> Iterator[Found]:
        try:
            (held,) = rows(register, _HELD, {})
            place = shown(register)
        except (RegisterError, ValueError):
            return  # whoever looks at the cases tells of it
        entries = int(held["entries"])
        if notebook.register != place or entries >= notebook.entries:
            notebook.register, notebook.entries = place, entries
            return
        yield Found(
            ref="watch/entries",
            what="record",
            says=f"The register holds {entries} entries of {held['cases']} cases, and the watch has seen "
            f"{notebook.entries} in it: an older copy was put back, or it was made anew. Cases that it lacks are not "
            "watched from outside.",
            mend="Run `escalate doctor`, then `escalate register rebuild`, which brings back what Temporal remembers. "
            f"Where the rest is lost for good, take {notebook.file} away, and the watch begins anew.",
        )

    return look
