"""What a digest says, made of the register, the directory and the rota."""

from .night import leads, night_before, nights, raised_since
from .office import office_digests
from .people import digests
from .places import Ground, Places
from .reading import Found, on_hand

__all__ = [
    "Found",
    "Ground",
    "Places",
    "digests",
    "leads",
    "night_before",
    "nights",
    "office_digests",
    "on_hand",
    "raised_since",
]
