"""One line of a table, whoever draws it."""

from typing import NamedTuple


class Row(NamedTuple):
    """One line of a table. *tone* is `late`, `good`, `warning`, or empty."""

    cells: tuple[str, ...]
    tone: str = ""
