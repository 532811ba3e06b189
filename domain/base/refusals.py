"""What the rules say no to: a sentence for a manager, with the way out."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

Why = Literal["unknown", "not open", "wrong side", "wrong role", "missing", "time", "stale", "not allowed", "used id"]

PLAIN: dict[Why, str] = {
    "unknown": "It names something that this case or its policy does not know.",
    "not open": "What it records is not open now.",
    "wrong side": "It is for somebody else in the case to say.",
    "wrong role": "It is for another role to record.",
    "missing": "Something it needs was left out, or could not be read.",
    "time": "Its date or time does not fit.",
    "stale": "The case has moved on since its sender last looked.",
    "not allowed": "The policy does not allow it this way.",
    "used id": "It came under the id of another message.",
}
"""Why, in words that repeat nothing of what the sender wrote: for notices."""


class Refusal(Exception):  # noqa: N818 - reads as a sentence
    """No, and why. `sentence` is for people; `why` is one of a few stable words for programs."""

    def __init__(self, why: Why, sentence: str) -> None:
        self.why: Why = why
        self.sentence = sentence
        super().__init__(sentence)


def listed(names: tuple[str, ...] | list[str], joint: str = "and") -> str:
    """Join names as people do: `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def meant(said: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return ` Did you mean a or b?` for those of the *known* that come near what was *said*; nothing where none does.

    Capitals and the marks between words do not matter. *cutoff* is how near, from 0 to 1.
    """
    plain = {_plain(one): one for one in known}
    near = get_close_matches(_plain(said), plain, n=3, cutoff=cutoff)
    return f" Did you mean {listed([plain[one] for one in near], 'or')}?" if near else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace(".", " ").replace("_", " ").split())


def began(text: str) -> str:
    """Return *text* as a sentence begins; names in it keep their capitals."""
    return text[:1].upper() + text[1:]


def one_of(title: str) -> str:
    """Return *title* with its article: `a line manager`, `an LSCB member`."""
    first, *_ = title.split() or [""]
    by_letters = first.isupper() and len(first) > 1
    vowel = first[:1].lower() in ("aefhilmnorsx" if by_letters else "aeiou")
    return f"{'an' if vowel else 'a'} {title}"
