"""Accounts and rotas: a lead's account is joined to a rota by its handle, so that the board knows what is theirs."""

from typing import TYPE_CHECKING

from adapters.people.file import PeopleFaulty, Person, load_people
from adapters.people.roles import ON_CALL_LEAD
from settings import Settings

from .rotas import every_rota

if TYPE_CHECKING:
    from adapters.rota import Rota

MEND = 'write handle = "staff-1003", or whatever the rota calls them, beside their account in the file of people'


def leads_in_no_rota(settings: Settings) -> list[str]:
    """Return a sentence for each lead who signs in and stands in no rota by their handle; none without any rota."""
    handles = [set(rota.people) for _, rota in every_rota(settings)]
    lost = "so the board does not know which alerts are theirs"
    return [
        f"{one.account}: no rota has the handle {one.stands_as!r}, {lost}: {MEND}."
        for one in _people(settings)
        if handles and one.role == ON_CALL_LEAD and not any(one.stands_as in people for people in handles)
    ]


def people_without_account(settings: Settings, rota: "Rota") -> tuple[str, ...]:
    """Return the handles of a rota for which nobody signs in; none where no lead signs in at all."""
    people = _people(settings)
    if all(one.role != ON_CALL_LEAD for one in people):
        return ()
    known = {one.stands_as for one in people}
    return tuple(one for one in rota.people if one not in known)


def said_of(handles: tuple[str, ...]) -> str:
    """Say which people of a rota have no account, and the mend."""
    return f"No account stands for {', '.join(handles)}, so the board shows nobody their alerts: {MEND}."


def _people(settings: Settings) -> list[Person]:
    try:
        return list(load_people(settings.people).values())
    except (FileNotFoundError, PeopleFaulty):  # told elsewhere
        return []
