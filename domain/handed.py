"""Who acts or is told in another's place: duties handed over for a time, seats that are said to be wrongly filled."""

from typing import Literal

from .identities import Seat
from .people import Actor
from .value import Instant, Value

NotTheirs = Literal["not-mine", "left"]
"""Why a notice did not reach the right person: it is not their case, or they have left."""


class HandedOver(Value):
    """Somebody has a duty for a time. Its owner still owes it, and is told of it as before."""

    agency: str = ""
    """Agency whose share of it this is; empty where a seat of the partnership owes it."""
    to: Actor
    until: Instant


class Misdirection(Value):
    """Those who usually sit in a seat said that it is not theirs; who is next there is told instead."""

    seat: Seat
    why: NotTheirs
    person: str = ""
    """Handle of who said so."""
