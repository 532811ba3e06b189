"""Saved views: names for filters of the list of cases, a private file for each account in the data folder."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from adapters.files import NotWritten, one_at_a_time, write_whole
from adapters.given import TooLarge, read_text
from adapters.private import make_folder
from services.errors import Trouble

FOLDER = "views"
MOST = 20
LONGEST = 40
"""Characters of a name."""


class View(NamedTuple):
    """A name, and the parameters of the list of cases."""

    name: str
    query: str


class KeptViews:
    """The saved views of one installation."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self._folder = data / FOLDER

    def of(self, account: str) -> list[View]:
        """Return the views of an account, by name; none where its file cannot be read."""
        try:
            said = json.loads(read_text(self._file(account)))
        except (OSError, ValueError, TooLarge):
            return []
        if not isinstance(said, dict):
            return []
        return [View(name, query) for name, query in sorted(said.items()) if isinstance(query, str)]

    def keep(self, account: str, view: View) -> None:
        """Keep a view, in the place of one of the same name. Raises Trouble."""
        if not view.name:
            raise Trouble("Give the view a name.")
        if len(view.name) > LONGEST:
            raise Trouble(f"The name of a view may hold {LONGEST} characters.")

        def with_it(known: dict[str, str]) -> dict[str, str]:
            if len(known | {view.name: view.query}) > MOST:
                raise Trouble(f"There are {MOST} views already: take one away first.")
            return known | {view.name: view.query}

        self._change(account, with_it)

    def forget(self, account: str, name: str) -> None:
        """Take a view away. Raises Trouble."""
        self._change(account, lambda known: {one: query for one, query in known.items() if one != name})

    def _change(self, account: str, changed: Callable[[dict[str, str]], dict[str, str]]) -> None:
        """Put in the place of the views what is made of them, one after the other where two come at once."""
        file = self._file(account)
        try:
            make_folder(self._folder)
            with one_at_a_time(file):
                kept = changed({one.name: one.query for one in self.of(account)})
                write_whole(file, json.dumps(kept, indent=1))
        except (OSError, NotWritten):
            raise Trouble("The view cannot be kept: tell whoever looks after this installation.") from None

    def _file(self, account: str) -> Path:
        return self._folder / f"{sha256(account.encode()).hexdigest()[:16]}.json"
