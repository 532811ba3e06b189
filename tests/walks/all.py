"""Every walk there is, by name."""

from . import gloucestershire, lincolnshire, liverpool, overlays, sutton
from .steps import Walk

WALKS: dict[str, Walk] = {
    f"{walk.policy}-{name}": walk
    for module in (gloucestershire, lincolnshire, liverpool, overlays, sutton)
    for name, walk in module.WALKS.items()
}
