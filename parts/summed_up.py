"""What a digest is made of."""

from adapters.digest import Places
from settings import Settings

from .reached import directories, guests, rotas


def places(settings: Settings) -> Places:
    """Return where a digest finds what it is made of."""
    return Places(
        settings.register,
        settings.policies,
        settings.directories,
        directories(settings),
        guests(settings),
        rotas(settings),
        settings.local,
    )
