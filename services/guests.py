"""Guests: somebody is reached in one case alone. Their address goes to a file of that case, and nowhere else."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from adapters.directory import Agency, DirectoryFault, UnknownAgency
from adapters.directory.guests import added, change_guests, guest_of, guests_path, load_guests, removed, restored
from adapters.register import reading
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.commands import GuestAdded
from domain.commands.repeats import answer_before
from settings import Settings

from . import case_inputs
from .cases import unknown
from .command_fields import Placed, as_option
from .errors import LOOK_AFTER, NotAnswered, Trouble
from .on_record import case_on_record
from .openings import role_id
from .remarks import note
from .senders import Sender
from .sending import send
from .unfit import unfit

WAYS = ("email", "text", "telephone")
"""By what somebody is reached."""


class Wanted(NamedTuple):
    """Who is to be reached in a case, and what the case is told of it: never an address."""

    guest: Agency
    message: GuestAdded


class Deleted(NamedTuple):
    """What was deleted of a case's guests."""

    contacts: int
    left: tuple[str, ...]
    """Ids of agencies of whose people somebody is left."""
    sentence: str
    """Why nothing was deleted; empty where something was."""


def wanted(
    settings: Settings,
    case: str,
    said: Mapping[str, str],
    ways: Mapping[str, Sequence[str]],
    id_: str,
    placed: Placed = as_option,
) -> Wanted:
    """Return who is to be reached. Nothing is kept and nothing is sent.

    *said* has `agency` (of the directory, or a new id), `title`, `role` and `person`, the handle of whoever of the
    office adds them; *ways* addresses by each of WAYS.

    Raises:
        Trouble: there is no such case, role or agency, or an address cannot be used.
    """
    found = reading.read_case(settings.register, case)
    if found is None:
        raise unknown(case)
    policy = str(found["view"]["policy"])
    role = role_id(case_inputs.policy(settings, policy), said["role"], placed("role"))
    agency, title = _agency(settings, policy, said["agency"], said["title"], role, placed)
    reached = {kind: list(ways[kind]) for kind in WAYS if ways[kind]}
    try:
        guest = guest_of(agency, title, {"role": role, "title": said["title"], **reached})
    except DirectoryFault as unfit_contact:
        raise Trouble(f"The contact cannot be used. {unfit_contact}") from None
    try:
        by = Actor(role="operations", person=said["person"])
        message = GuestAdded(by=by, agency=guest.id, role=role, title=said["title"], id=id_)
    except ValidationError as error:
        raise Trouble(f"It cannot be sent: {unfit(error)}") from None
    return Wanted(guest, message)


def _agency(settings: Settings, policy: str, said: str, title: str, role: str, placed: Placed) -> tuple[str, str]:
    """Return id and title of the agency that was typed: the directory's own, where it knows it."""
    place = placed("agency")
    directory = case_inputs.directory(settings, policy)
    try:
        known = directory.agency(said)
    except UnknownAgency:
        return said.strip(), title
    if known.abolished:
        raise Trouble(f"{place}: {known.title} no longer exists, and nobody is written to there: give another id.")
    if other := known.filled_by.get(role):
        raise Trouble(f"{place}: in {known.title} that role is filled by {other}: say {place} {other}.")
    note(f"The directory knows {known.title}: this person is told beside those who sit there, in this case alone.")
    return known.id, known.title


def _of(fault: DirectoryFault) -> Trouble:
    """Return the trouble of the file in which a case's own contacts are kept."""
    return Trouble("The contacts of this case cannot be read or kept.", typed=str(fault), shown=LOOK_AFTER)


async def guest_added(settings: Settings, case: str, one: Wanted, sender: Sender) -> Answer:
    """Keep somebody's address for a case, tell the case that they can be reached, and return its answer.

    What the case refuses is not kept either. Where nobody answers in time it is kept, for the case may know of it.

    Raises:
        Refusal: the rules say no.
        NotAnswered: it may still be recorded, and is safely said again under the same id.
        Trouble: it cannot be kept, or the sender may not say so.
    """
    path = guests_path(settings.data, case)
    if path is None:  # a reference that was read has no other signs
        raise unknown(case)
    guest, keys = one.guest, settings.encryption_keys
    try:
        before, _ = await asyncio.to_thread(change_guests, path, lambda there: added(there, guest), keys)
    except DirectoryFault as fault:
        raise _of(fault) from None
    try:
        return await send(settings, case, one.message, sender)
    except NotAnswered:
        raise
    except BaseException:
        change_guests(path, lambda there: restored(there, guest, before), keys)
        raise


def answered_before(settings: Settings, case: str, one: Wanted) -> Answer | None:
    """Return what the case answered when the same came under the same id; None where it did not.

    Nothing is kept anew then: whoever was deleted meanwhile stays so.

    Raises:
        Refusal: under that id it took another message, or another address was kept.
    """
    answer = answer_before(case_on_record(settings.register, case), one.message)
    path = guests_path(settings.data, case)
    if answer is None or path is None or not path.is_file():
        return answer
    (new,) = one.guest.holder
    try:
        kept = load_guests(path, settings.encryption_keys)
    except DirectoryFault as fault:
        raise _of(fault) from None
    theirs = [seat for there in kept if there.id == one.guest.id for seat in there.holder]
    if any((seat.role, seat.title) == (new.role, new.title) and seat != new for seat in theirs):
        raise Refusal(
            "used id",
            "Nothing was changed: under this id another address was kept. Send it again with an id of its own.",
        )
    return answer


def guests_removed(settings: Settings, case: str, agency: str, role: str, placed: Placed = as_option) -> Deleted:
    """Delete the addresses that were kept for a case alone: an agency's, those of one role of it, or all.

    Raises Trouble.
    """
    if role and not agency:
        raise Trouble(f"{placed('role')} says nothing without {placed('agency')}: say whose people.")
    path = guests_path(settings.data, case)
    before: tuple[Agency, ...] = ()
    after: tuple[Agency, ...] = ()
    try:
        if path and path.is_file():
            before, after = change_guests(
                path, lambda there: removed(there, agency, role) if agency else (), settings.encryption_keys
            )
    except DirectoryFault as fault:
        raise _of(fault) from None
    gone = sum(len(one.holder) for one in before) - sum(len(one.holder) for one in after)
    known = ", ".join(f"{seat.role}@{one.id}" for one in before for seat in one.holder) or "nobody"
    sentence = "" if gone else f"There is nothing to delete: added to {case} for itself alone is {known}."
    return Deleted(gone, tuple(one.id for one in after), sentence)
