"""Who is told, and the way of sending by which a notice goes to them."""

from activities.contacts import Contacts
from activities.on_call import OnCall
from activities.sending import Sender
from adapters.register.register import Register
from settings import Settings

from .clock import utc_now
from .post import real_post
from .reached import directories, guests, lead_on_call, office, rotas


def on_call(settings: Settings) -> OnCall:
    """Return what looks up whom an alert wakes."""
    return OnCall(rotas(settings), directories(settings), lead_on_call(settings), utc_now)


def contacts(settings: Settings) -> Contacts:
    """Return what looks up who is told of a notice."""
    return Contacts(directories(settings), on_call(settings), utc_now, guests=guests(settings), office=office(settings))


def real_sender(settings: Settings, register: Register) -> Sender:
    """Return what sends a notice by the real post, and notes each try in a register. Raises SettingsFaulty."""
    return Sender(real_post(settings), register, contacts(settings), utc_now)
