"""What is killed, and when: all of it chosen by a seed, so that a run that went wrong can be had again."""

import random
from typing import NamedTuple

VARIABLE = "CHAOS_DIES"
"""Tells the dying worker, and it alone, when to die."""
LAST = {"deciding": 8, "accepted": 4, "entered": 5, "sent": 8, "mailed": 8, "moment": 1, "handed": 1}
"""How often each point is surely reached in the tale; which time it kills is chosen by the seed."""
POINTS = tuple(LAST)
ACTS = 8
"""Messages in the tale before the last two."""


class Kill(NamedTuple):
    """One plan of destruction."""

    point: str = ""
    """Where the first worker kills itself: see `dying_worker`. Empty: it does not."""
    number: int = 1
    """At which time that point is reached."""
    server_at: int | None = None
    """Temporal itself is killed while this message (0 is the first) is on its way."""
    server_after: float = 0.0
    """Seconds into that message."""
    smtp: bool = False
    """Notices go by e-mail, with a copy in the outbox."""
    gathers: bool = False
    """Alerts wait for each other for a second; else each goes at once."""
    patient: bool = False
    """The real waits for an activity whose worker died, up to two minutes; else they are cut short."""

    @property
    def worker_dies(self) -> str:
        """The plan as the dying worker reads it."""
        return f"{self.point or 'never'}:{self.number}:{'patient' if self.patient else 'hurried'}"

    def __str__(self) -> str:
        """Say it in a line."""
        worker = f"worker at {self.point} {self.number}" if self.point else "no worker of itself"
        server = "" if self.server_at is None else f", server during message {self.server_at}"
        more = {", by e-mail": self.smtp, ", gathering": self.gathers, ", real waits": self.patient}
        return worker + server + "".join(words for words, is_so in more.items() if is_so)


def from_seed(seed: int) -> Kill:
    """Choose. The points take turns: any seven seeds in a row have all of them. One seed in four kills the server."""
    chance = random.Random(seed)  # noqa: S311 - to be had again is the whole point
    point = POINTS[seed % len(POINTS)]
    return Kill(
        point=point,
        number=chance.randint(1, LAST[point]),
        server_at=chance.randrange(ACTS) if seed % 4 == 3 else None,
        server_after=chance.random() * 0.04,
        smtp=point == "mailed" or (chance.random() < 0.5 and point != "handed"),
        gathers=point == "handed",
        patient=seed in {2, 3},
    )
