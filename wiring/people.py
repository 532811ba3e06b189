"""Who is told: directories, rotas, guests, the lead on call that is set; and the sender that tells them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from activities.contacts import Contacts
from activities.on_call import OnCall
from activities.sending import Sender
from adapters.digest import Sources
from adapters.directory import Agency, Contact, Directory, DirectoryFault, load_directory
from adapters.directory.file import directory_source
from adapters.directory.guests import guests_path, load_guests
from adapters.people.board import BOARD, opens_board
from adapters.register.alerted import is_new_alert
from adapters.register.register import Register
from adapters.reread import Reread
from adapters.rota import Rota, RotaFault, Turn, load_rota, rota_path
from adapters.rota.awake import Awake
from adapters.rota.file import rota_source
from domain.engine.senders import OFFICE
from settings import NOBODY_ON_CALL, Settings

from .post import real_post, utc_now

log = structlog.get_logger()


def directories(settings: Settings) -> Callable[[str], Directory]:
    """Return a function from a policy to its directory, which is read again when the file has changed."""
    reread = Reread(load_directory, DirectoryFault, directory_source)
    return lambda policy: reread(settings.directories / f"{policy}.toml")


def rotas(settings: Settings) -> Callable[[str], Rota | None]:
    """Return a function from a policy to its rota, read again when the file has changed; None where it has none."""
    reread = Reread(load_rota, RotaFault, rota_source)

    def rota(policy: str) -> Rota | None:
        path = rota_path(settings.directories, policy)
        return reread(path) if path.is_file() else None

    return rota


def guests(settings: Settings) -> Callable[[str], tuple[Agency, ...]]:
    """Return a function from a case to its guests. A file that cannot be read counts as empty, so that notices still
    go.

    The file is read each time: what is deleted there must not be kept anywhere else.
    """

    def of(case: str) -> tuple[Agency, ...]:
        path = guests_path(settings.data, case)
        try:
            return load_guests(path, settings.encryption_keys) if path and path.is_file() else ()
        except DirectoryFault:
            log.warning("guests_not_readable", case=case)
            return ()

    return of


def lead_on_call(settings: Settings) -> Contact | None:
    """Return the safeguarding lead on call that the settings name; None where they name nobody."""
    if settings.on_call == NOBODY_ON_CALL:
        return None
    return Contact(addresses=(settings.on_call,), titles=("safeguarding lead on call",))


def office(settings: Settings) -> Contact | None:
    """Return the partnership's office; None where the settings do not name it."""
    if not settings.digest.operations:
        return None
    return Contact(addresses=(settings.digest.operations,), titles=(OFFICE.title,))


def on_call(settings: Settings) -> OnCall:
    """Return the part that finds whom an alert wakes."""
    awake = Awake(settings.data).until

    def board(turn: Turn) -> str:
        address = settings.console.address
        return f"{address}{BOARD}" if address and opens_board(settings.people, turn.handle) else ""

    return OnCall(rotas(settings), directories(settings), lead_on_call(settings), utc_now, awake, board)


def contacts(settings: Settings, register: Register) -> Contacts:
    """Return the part that finds who is told of a notice, and whom it asks them to ring."""
    return _contacts(settings, view=register.view, is_new=partial(is_new_alert, settings.register))


def seat_contacts(settings: Settings) -> Contacts:
    """Return the part that finds who sits in a seat, for what asks them to ring nobody."""
    return _contacts(settings)


def _contacts(settings: Settings, **more: Any) -> Contacts:
    told = {"guests": guests(settings), "office": office(settings), **more}
    return Contacts(directories(settings), on_call(settings), utc_now, **told)


def real_sender(settings: Settings, register: Register) -> Sender:
    """Return the part that sends a notice by the real post, and records each try. Raises SettingsFaulty."""
    return Sender(real_post(settings), register, contacts(settings, register), utc_now)


def digest_sources(settings: Settings) -> Sources:
    """Return where a digest finds what it is made of."""
    return Sources(
        settings.register,
        settings.policies,
        settings.directories,
        directories(settings),
        guests(settings),
        rotas(settings),
        settings.checkpoints.folder,
        settings.local,
    )
