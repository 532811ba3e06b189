"""`python -m bench.payload_words`: choose the words that `workflows/payload_words.py` could have next.

They are pieces of what the kept histories carry, all of it invented: those that most of it has in common, the commonest
last, where deflate finds them with the least. What belongs to one case (times, references) or one
area (its steps and seats) is left out.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload

from adapters.policies import load_policy
from tests.histories.keeping import kept, read
from workflows.payloads import read as in_clear

SIZE = 16_000
"""Bytes of all words. Twice as many save 3 in 100 more, and each worker carries them."""
PIECE = 100
"""Bytes of one piece."""
LINE = 100
"""Bytes of a line of source."""
_RUN = 8
"""Bytes in a row that have to be alike to be worth something."""
POLICIES = Path(__file__).resolve().parent.parent / "policies"
_CUT = b"\0"
_OWN = re.compile(rb"(?<=\"ESC-)[\w-]+|20\d\d-\d\d-\d\d(T[0-9:.]+Z)?|[0-9a-f]{16,}|\d{3,}|[^ -~]+")
"""What belongs to one case."""


def main() -> None:
    """Print the words as Python's lines of a literal."""
    carried = [data for path in kept() for data in _carried(path)]
    words = choose(carried, SIZE, _of_areas())
    for begins in range(0, len(words), LINE):
        text = words[begins : begins + LINE].decode("ascii").replace("\\", "\\\\").replace("'", "\\'")
        sys.stdout.write(f"    b'{text}'\n")


def choose(carried: Sequence[bytes], size: int, left_out: Iterable[str] = ()) -> bytes:
    """Return words of some *size* bytes in all for what is *carried*: one piece from each stretch of it, the best.

    None of the ids *left_out* is in them.
    """
    ids = [re.escape(one.encode()) for one in sorted(left_out, key=len, reverse=True)]
    own = re.compile(b"|".join([_OWN.pattern, *ids]), re.IGNORECASE)
    cleaned = [own.sub(_CUT, data) for data in carried]
    common = Counter(run for data in cleaned for run in set(_runs(data)) - {b""})
    all_of_it = _CUT.join(cleaned)
    stretch = len(all_of_it) // (size // PIECE)
    taken: set[bytes] = set()
    pieces: list[tuple[int, bytes]] = []
    for begins in range(0, len(all_of_it) - stretch + 1, stretch):
        score, piece = _best(all_of_it[begins : begins + stretch], common, taken)
        taken.update(_runs(piece))
        pieces.append((score, piece))
    return b"".join(piece.replace(_CUT, b"") for _, piece in sorted(pieces))


def _of_areas() -> set[str]:
    """Return the ids of the shipped policies, and of who sits in them and at which steps: code names none of them."""
    policies = [load_policy(path)[0] for path in POLICIES.glob("*.toml")]
    own = {id_ for policy in policies for id_ in (*policy.roles, *policy.bodies, *policy.stage_ids)}
    return own | {policy.id.partition("-")[0] for policy in policies}


def _best(stretch: bytes, common: Counter[bytes], taken: set[bytes]) -> tuple[int, bytes]:
    """Return the piece whose runs, each counted once, occur in most of what is carried; with that number."""
    window: Counter[bytes] = Counter()
    score, best, at = 0, 0, 0
    width = PIECE - _RUN
    runs = [b"" if run in taken else run for run in _runs(stretch)]
    for place, run in enumerate(runs):
        window[run] += 1
        score += common[run] if window[run] == 1 else 0
        if place >= width:
            gone = runs[place - width]
            window[gone] -= 1
            score -= common[gone] if not window[gone] else 0
        if score > best:
            best, at = score, max(0, place - width + 1)
    return best, stretch[at : at + PIECE]


def _runs(data: bytes) -> Iterator[bytes]:
    return (b"" if _CUT in (run := data[at : at + _RUN]) else run for at in range(len(data) - _RUN + 1))


def _carried(path: Path) -> Iterator[bytes]:
    """Yield what a kept history carries compressed, in clear."""
    for history in read(path):
        for event in history.events:
            for payload in _payloads(event):
                plain = in_clear(payload)
                if plain is not payload:
                    yield plain.data


def _payloads(message: Message) -> Iterator[Payload]:
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            found = [value[key] for key in value]
        else:
            found = value if field.is_repeated else [value]
        for one in found:
            if isinstance(one, Message):
                yield from _payloads(one)


if __name__ == "__main__":
    main()
