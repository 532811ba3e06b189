"""Finding cases by a word that somebody wrote in them, or by the number under which the raising agency keeps them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adapters.register import reading
from adapters.register.errors import RegisterError

OWN_RECORD = "own record"
AT_ONCE = 50
"""Cases that are read in one go."""


class Place(NamedTuple):
    """Where something was found."""

    entry: int
    """Number; 0 for the number of the raising agency as it now is."""
    name: str
    """Under which it was written: `reason`, `interim safety`."""


class Found(NamedTuple):
    """One case in which everything that was looked for stands."""

    case: str
    policy: str
    stage: str
    own_record: str
    places: tuple[Place, ...]


class Locked(NamedTuple):
    """One case of which the words cannot be read here."""

    case: str
    why: str


def find(url: str, cases: Sequence[Mapping[str, Any]], words: Sequence[str]) -> Iterator[Found | Locked | None]:
    """Look through cases, as the register lists them, and yield for each what was found; None for nothing.

    A case fits where each of *words* stands in something that people wrote in it; capitals and how many blanks there
    are do not matter. No rule is asked and nothing is kept of what was read.

    Raises RegisterUnreachable.
    """
    wanted = [_plain(word) for word in words]
    for first in range(0, len(cases), AT_ONCE):
        some = cases[first : first + AT_ONCE]
        written = reading.read_written(url, [case["case_ref"] for case in some])
        for case in some:
            held = written[case["case_ref"]]
            if isinstance(held, RegisterError):
                yield Locked(case["case_ref"], str(held))
            else:
                yield _found(case, *held, wanted)


def _found(
    case: Mapping[str, Any], own: str, entries: Sequence[Mapping[str, Any]], wanted: Sequence[str]
) -> Found | None:
    texts = [(Place(0, OWN_RECORD), own)] if own else []
    for entry in entries:
        said = (entry["body"] or {}).get("said")
        texts += [(Place(entry["number"], name), text) for name, text in texts_in(said)]
    hits = [[place for place, text in texts if word in _plain(text)] for word in wanted]
    if not all(hits):
        return None
    places = tuple(sorted({place for one in hits for place in one}))
    return Found(case["case_ref"], case["policy"], case["stage"], own, places)


def texts_in(said: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of what somebody said, with the name it stands under."""
    if isinstance(said, str):
        yield name.replace("_", " ").replace("-", " "), said
    elif isinstance(said, dict):
        for key, value in said.items():
            yield from texts_in(value, str(key))
    elif isinstance(said, list | tuple):
        for value in said:
            yield from texts_in(value, name)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
