"""Finding cases by a word that somebody wrote in them, or by the number under which the raising agency keeps them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

from adapters.register import reading
from adapters.register.errors import RegisterError, RegisterSpoilt
from adapters.register.written import Written, read_written

OWN_RECORD = "own record"
AT_ONCE = 250
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


class _Word(NamedTuple):
    """One of the words that are looked for."""

    plain: str
    tokens: tuple[str, ...]
    """Its parts that stand in the JSON of an entry as they are, so that most entries need not be taken apart."""

    @classmethod
    def read(cls, typed: str) -> Self:
        plain = _plain(typed)
        return cls(plain, tuple(one for one in plain.split() if one.isprintable() and not {'"', "\\"} & set(one)))

    def may_be_in(self, text: str) -> bool:
        """May it stand in an entry? *text* is that entry's JSON, in small letters."""
        return all(token in text for token in self.tokens)


def find(url: str, cases: Sequence[Mapping[str, Any]], words: Sequence[str]) -> Iterator[Found | Locked | None]:
    """Look through cases, as the register lists them, and yield for each what was found; None for nothing.

    A case fits where each of *words* stands in something that people wrote in it; capitals and how many blanks there
    are do not matter. No rule is asked and nothing is kept of what was read. What was found comes last, in the order of
    *cases*: they are looked through in the order in which they are stored, so that nothing is read twice.

    Raises RegisterUnreachable.
    """
    wanted = [_Word.read(word) for word in words]
    places = {case["case_ref"]: place for place, case in enumerate(cases)}
    stored = sorted(cases, key=lambda case: str(case["case_ref"]))
    told: list[Found | Locked] = []
    for first in range(0, len(stored), AT_ONCE):
        some = stored[first : first + AT_ONCE]
        written = read_written(url, [case["case_ref"] for case in some])
        for case in some:
            looked = _looked(case, written[case["case_ref"]], wanted)
            if looked is None:
                yield None
            else:
                told.append(looked)
    told.sort(key=lambda one: places[one.case])
    for first in range(0, len(told), AT_ONCE):
        yield from _with_own_records(url, told[first : first + AT_ONCE], wanted)


def _with_own_records(
    url: str, told: Sequence[Found | Locked], wanted: Sequence[_Word]
) -> Iterator[Found | Locked | None]:
    numbers = reading.own_records(url, [one.case for one in told if isinstance(one, Found)])
    for one in told:
        own = numbers.get(one.case, "")
        yield _with_own_record(one, own, wanted) if isinstance(one, Found) and own else one


def _looked(
    case: Mapping[str, Any], written: Sequence[Written] | RegisterError, wanted: Sequence[_Word]
) -> Found | Locked | None:
    """Look through the entries of a case. The number of the raising agency stands in one of them too."""
    ref = case["case_ref"]
    if "unreadable" in case:
        return Locked(ref, str(RegisterSpoilt(f"what lists show of {ref}")))
    if isinstance(written, RegisterError):
        return Locked(ref, str(written))
    folded = [one.text.casefold() for one in written]
    if not all(any(map(word.may_be_in, folded)) for word in wanted):
        return None
    holds = [one for one, text in zip(written, folded, strict=True) if any(word.may_be_in(text) for word in wanted)]
    texts = [(Place(one.number, name), text) for one in holds for name, text in texts_in(one.body.get("said"))]
    hits = [_places(texts, word) for word in wanted]
    if not all(hits):
        return None
    places = tuple(sorted({place for one in hits for place in one}))
    return Found(ref, case["policy"], case["stage"], "", places)


def _with_own_record(found: Found, own: str, wanted: Sequence[_Word]) -> Found:
    now = [(Place(0, OWN_RECORD), own)]
    places = sorted({*found.places, *(place for word in wanted for place in _places(now, word))})
    return found._replace(own_record=own, places=tuple(places))


def _places(texts: Sequence[tuple[Place, str]], word: _Word) -> list[Place]:
    return [place for place, text in texts if word.plain in _plain(text)]


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
