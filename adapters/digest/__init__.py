"""What a digest says, made of the register, the directory and the rota."""

from .night import leads, night_before, nights, raised_since
from .office import office_digests
from .people import digests
from .sources import Found, Ground, Sources, on_hand

__all__ = [
    "Found",
    "Ground",
    "Sources",
    "digests",
    "leads",
    "night_before",
    "nights",
    "office_digests",
    "on_hand",
    "raised_since",
]
