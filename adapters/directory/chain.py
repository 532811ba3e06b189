"""One after the other: those who are told in turn where those before them cannot be."""

from collections.abc import Iterable

from .shape import Contact


def apart(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """Return those who can be reached, each without the addresses that somebody before them has."""
    known: set[tuple[str, str]] = set()
    found = []
    for contact in contacts:
        left = contact.but(
            addresses=tuple(one for one in contact.addresses if ("email", one.casefold()) not in known),
            channels=tuple(one for one in contact.channels if (one.kind, one.address.casefold()) not in known),
        )
        known |= {("email", one.casefold()) for one in left.addresses}
        known |= {(one.kind, one.address.casefold()) for one in left.channels}
        if left.is_reachable:
            found.append(left)
    return tuple(found)
