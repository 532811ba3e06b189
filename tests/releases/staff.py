"""What staff do with many cases, by the commands and the console of the version in whose folder this runs.

`python -m tests.releases.staff` reads from stdin what is to be done, as JSON, and prints what came of it:

type       `[{"ref", "ahead", "lines"}]`: so many of the lines that `show` offers to type are typed, one case after the
           other; `ahead` is by how many seconds the case's own clock is ahead
read       references of cases of which everything that reads a record reads every word
commands   `[[word, …]]`: further commands, each as typed, before anything else

The watch goes one round as well.
"""

import json
import os
import re
import shlex
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from click.testing import CliRunner

from adapters.links import Linked
from adapters.register import reading
from console.looks import Looks
from console.notices.register import Reader
from console.notices.rendered import notice_page
from console.notices.seats import Seats
from services import times
from settings import HERE, read_settings
from starter.cli import cli
from wiring import directories, rotas

OFFERED = re.compile(r"^ +(escalate (?:record|reopen|link) .*)$", re.MULTILINE)
CAUGHT_UP_WITHIN_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.05


class Result(NamedTuple):
    """What came of something that was done."""

    words: list[str]
    code: int
    said: str


class Staff:
    """Does it, and keeps what came of it."""

    def __init__(self) -> None:
        self.settings = read_settings()
        self.results: list[Result] = []
        self._typed: dict[str, int] = {}

    def types(self, words: list[str]) -> str:
        """Type a command; return what it printed for people or programs."""
        result = CliRunner().invoke(cli, words)
        trouble = "".join((result.stdout + result.stderr).splitlines(keepends=True)[-12:]) if result.exit_code else ""
        self.results.append(Result(words, result.exit_code, trouble))
        return result.stdout

    def types_what_is_offered(self, ref: str, ahead: float, place: int) -> None:
        """Type one line of those that `show` gives for a case; which one goes on from case to case."""
        times.clock = lambda: datetime.now(UTC) + timedelta(seconds=ahead)
        lines = [line for line in OFFERED.findall(self.types(["show", ref])) if "NEW-CASE" not in line]
        if not lines:
            self.results.append(Result(["show", ref], 1, "nothing is offered"))
            return
        _, *words = shlex.split(lines[place % len(lines)].replace("HANDLE", "staff-1"))
        printed = self.types([*words, "--json"])
        if self.results[-1].code == 0:
            self._until_recorded(ref, json.loads(printed)["entry"])

    def _until_recorded(self, ref: str, entry: int) -> None:
        ends = time.monotonic() + CAUGHT_UP_WITHIN_SECONDS
        while (reading.read_case(self.settings.register, ref) or {"as_of_number": 0})["as_of_number"] < entry:
            if time.monotonic() > ends:
                self.results.append(Result(["record", ref], 1, f"entry {entry} was never recorded"))
                return
            time.sleep(LOOK_EVERY_SECONDS)

    def watches(self) -> None:
        """Let the watch go one round; what it finds that it cannot read is trouble, and what is late is not."""
        printed = self.types(["watch", "--once", "--json"])
        _, code, said = self.results.pop()
        if code not in {0, 1}:
            self.results.append(Result(["watch"], code, said))
            return
        unread = [one["says"] for one in json.loads(printed)["found"] if "cannot be" in one["says"]]
        self.results.append(Result(["watch"], int(bool(unread)), "; ".join(unread)))

    def reads(self, ref: str) -> None:
        """Read everything there is about a case: by the commands, and each page behind a link."""
        for words in (["show"], ["show", "--json"], ["explain"], ["history", "--words"], ["history", "--json"]):
            self.types([words[0], ref, *words[1:]])
        seats = Seats(directories(self.settings), rotas(self.settings), None)
        reader = Reader(
            self.settings.register,
            seats,
            lambda: datetime.now(UTC),
            Looks(self.settings.register, self.settings.data, lambda: datetime.now(UTC)),
        )
        for notice in dict.fromkeys(one["notice_ref"] for one in reading.read_attempts(self.settings.register, ref)):
            try:
                linked = Linked(ref=notice, role="practitioner", agency="hill-school")
                notice_page("", reader.read(linked))
            except Exception as error:
                self.results.append(Result(["page", notice], 1, f"{type(error).__name__}: {error}"))


def main() -> None:
    """Do what stdin says; print the results as JSON, and beside them whose code it was."""
    asked, staff = json.load(sys.stdin), Staff()
    for words in asked.get("commands", ()):
        staff.types(words)
    for place, one in enumerate(asked.get("type", ())):
        for number in range(one["lines"]):
            staff.types_what_is_offered(one["ref"], one["ahead"], asked.get("first", 0) + place + 5 * number)
    times.clock = lambda: datetime.now(UTC)
    staff.watches()
    for ref in asked.get("read", ()):
        staff.reads(ref)
    told: dict[str, Any] = {"tree": str(HERE), "results": staff.results}
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # the SDK's threads may bring down a process that ends in order


if __name__ == "__main__":
    main()
