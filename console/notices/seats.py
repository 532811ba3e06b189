"""The seat that a link was made for: what it is called, and why a notice went there."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from activities.on_call import OnCall
from adapters.directory import Agency, Contact, Directory, DirectoryFault, Telephones
from adapters.links import Linked
from adapters.rota import Rota
from domain.base.value import Value
from domain.case.effects import Recipient
from domain.engine.seats import ON_CALL, TITLES, is_on_call, on_call
from domain.engine.senders import OFFICE

Edition = Mapping[str, Any]
"""A policy as the register keeps it."""


class Seat(Value):
    """A seat as its page speaks of it."""

    title: str
    """`line manager, Lincolnshire Police`."""
    why: str
    """Which turn of the rota it was; empty where no rota said so."""
    fallback: bool
    """True where nobody could be reached there, and the partnership's fallback contact was told."""
    names: Mapping[str, str]
    """Titles of agencies by their ids."""


class Seats:
    """Knows every seat. Neither a directory nor a rota that cannot be read holds up a page."""

    def __init__(
        self,
        directory: Callable[[str], Directory],
        rota: Callable[[str], Rota | None],
        lead: Contact | None,
        guests: Callable[[str], tuple[Agency, ...]] = lambda case: (),  # noqa: ARG005 - nobody is in any case
    ) -> None:
        """Take how to find a policy's directory and rota, and the contact that is set where there is no rota.

        *guests* returns those who are reached in one case alone, by its reference.
        """
        self._guests = guests
        self._directory = directory
        self._rota = rota
        self._lead = lead

    def seat(self, policy: str, edition: Edition, linked: Linked, at: datetime, *, fallback: bool) -> Seat:
        """Return a seat as it was filled at an aware instant; *fallback* says who was told then."""
        to = recipient_of(edition, linked)
        try:
            contact = self._contact(policy, to, at)
        except DirectoryFault:
            contact = Contact(addresses=(), agency_title=to.agency)
        title = ", ".join(part for part in (to.title, contact.agency_title if to.agency else "") if part)
        return Seat(title=title, why=contact.why, fallback=fallback, names=contact.names)

    def telephones(self, policy: str, case: str, seats: Iterable[Recipient], at: datetime) -> Telephones:
        """Return the numbers to ring at an aware instant: of *seats* of a case, the office, the services.

        Where the directory cannot be read they are 999 alone.
        """
        try:
            directory = self._directory(policy).with_guests(self._guests(case))
        except DirectoryFault:
            return Telephones()
        return directory.telephones(at.date(), {case: seats})

    def _contact(self, policy: str, to: Recipient, at: datetime) -> Contact:
        if is_on_call(to):
            return OnCall(self._rota, self._directory, self._lead, lambda: at).contact(policy, to)
        return self._directory(policy).contact_for(to, at.date())


def recipient_of(edition: Edition, linked: Linked) -> Recipient:
    """Return the seat that a link names, with its title."""
    title = title_of(edition, linked.role) or linked.role.replace("-", " ")
    return Recipient(role=linked.role, title=title, agency=linked.agency)


def title_of(edition: Edition, role: str) -> str:
    """Return what a role is called by the policy or on the rota; empty for one that neither knows."""
    seat, _, more = role.partition(".")
    if seat == ON_CALL.role:
        return on_call(more).title if more in TITLES else ON_CALL.title
    known = {**edition.get("roles", {}), **edition.get("bodies", {})}
    told = known.get(role) or known.get(seat)
    return str(told["title"]) if told else OFFICE.title if role == OFFICE.role else ""
