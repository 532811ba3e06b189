"""What a digest says, made of the register, the directory and the rota."""

from .night import leads, night_before, nights, raised_since
from .office import office_digests
from .people import digests
from .sources import Found, Glance, Ground, Sources, glance, looked_into, on_hand

__all__ = [
    "Found",
    "Glance",
    "Ground",
    "Sources",
    "digests",
    "glance",
    "leads",
    "looked_into",
    "night_before",
    "nights",
    "office_digests",
    "on_hand",
    "raised_since",
]
