"""The checkpoints of this installation's register, made from the settings."""

from activities.checkpoints import Checkpoints, Place
from adapters.checkpoint.keys import make_key
from adapters.register.register import Register
from settings import Settings
from workflows.connection import is_configured


def checkpoints(settings: Settings, register: Register) -> Checkpoints:
    """Return what makes checkpoints.

    On the embedded Temporal server the key that signs them is made when a worker starts, or at first need. Elsewhere it
    must be there: several machines serve one register, and each would sign with a key that no other knows.
    """
    said = settings.checkpoints
    place = Place(said.folder, said.key, said.vkeys, said.origin)
    return Checkpoints(register, place, (lambda: None) if is_configured() else lambda: make_key(said.key))
