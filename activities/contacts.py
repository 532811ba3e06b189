"""Who is told for a seat, one after the other: looked up at the moment of sending, and kept nowhere."""

from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.directory import Agency, Contact, Directory, DirectoryFault, Telephones, apart
from domain.case.effects import Notice, Recipient
from domain.engine.seats import is_on_call
from domain.engine.senders import OFFICE, OPERATIONS

from .on_call import OnCall
from .to_ring import View, nothing_known, seats_to_ring

ALERT = "alert"
"""The kind of notice that tells a lead on call of what is late."""

log = structlog.get_logger()


class Contacts:
    """Asks the rota for who is on call, the settings for the office, the directory for everybody else."""

    def __init__(
        self,
        directory: Callable[[str], Directory],
        on_call: OnCall,
        clock: Callable[[], datetime],
        *,
        guests: Callable[[str], tuple[Agency, ...]] = lambda case: (),  # noqa: ARG005 - nobody is in any case
        office: Contact | None = None,
        view: View = nothing_known,
        is_new: Callable[[str], bool] = lambda ref: False,  # noqa: ARG005 - nothing is known to be new
    ) -> None:
        """Take how to find a policy's directory, and those who are reached in one case alone, by its reference.

        *view* shows what the record has of a case: in it are the seats that a notice asks to ring. *is_new* says of an
        alert's reference whether it is the first word of all that it tells of.
        """
        self._is_new = is_new
        self._view = view
        self._directory = directory
        self._on_call = on_call
        self._clock = clock
        self._guests = guests
        self._office = office

    def of(self, policy: str, notice: Notice) -> tuple[Contact, ...]:
        """Return who is told of a notice, and who next if they cannot be. Never empty.

        With each come the numbers that what is written to them may give.

        Raises:
            DirectoryFault: the directory cannot be read, and there is nobody else to ask.
        """
        found = self._found(policy, notice)
        numbers = self._telephones(policy, notice)
        return tuple(contact.but(telephones=numbers) for contact in found)

    def telephones(self, policy: str, seats: dict[str, tuple[Recipient, ...]]) -> Telephones:
        """Return the numbers of a policy's directory, and of the seats to ring in each case, guests of it included.

        Raises:
            DirectoryFault: the directory cannot be read.
        """
        directory, today = self._directory(policy), self._clock().date()
        parties = {
            case: directory.with_guests(self._guests(case)).to_ring(those, today)
            for case, those in seats.items()
            if those
        }
        return directory.telephones(today).but(parties=parties)

    def _telephones(self, policy: str, notice: Notice) -> Telephones:
        """Return the numbers for a notice; whatever goes wrong with them, it goes all the same."""
        try:
            seats: dict[str, tuple[Recipient, ...]] = {}
            for one in (notice, *notice.together):  # several may be of one case
                seats[one.case] = (*seats.get(one.case, ()), *seats_to_ring(one, self._view))
            return self.telephones(policy, seats)
        except DirectoryFault:  # told by whoever finds that nobody can be told
            return Telephones()
        except Exception as error:
            log.error("numbers_left_out", ref=notice.ref, reason=type(error).__name__)
            return Telephones()

    def _found(self, policy: str, notice: Notice) -> tuple[Contact, ...]:
        guests = self._guests(notice.case)
        if is_on_call(notice.to):
            others = [guest for one in notice.together for guest in self._guests(one.case)]
            titles = {guest.id: guest.title for guest in (*others, *guests)}
            contacts = self._on_call.contacts(policy, notice.to)
            if any(contact.awake_until for contact in contacts) and not self._may_be_a_line(notice):
                contacts = tuple(contact.but(awake_until=None) for contact in contacts)
            return tuple(contact.but(names=titles | contact.names) for contact in contacts)
        seat = self._directory(policy).with_guests(guests).contacts_for(notice.to, self._clock().date())
        if self._office and (notice.to.role, notice.to.agency) == (OPERATIONS, ""):
            return apart((self._office.but(names=seat[0].names), *seat))
        return seat

    def _may_be_a_line(self, notice: Notice) -> bool:
        """May a program be told that whoever gets it says they are awake? Not of what presses, nor of any repeat."""
        try:
            return all(
                one.kind == ALERT and not one.urgent and self._is_new(one.ref) for one in (*notice.together, notice)
            )
        except Exception as error:  # then it rings
            log.warning("alert_not_known_to_be_new", ref=notice.ref, reason=type(error).__name__)
            return False

    def instead(self, policy: str) -> tuple[Contact, ...]:
        """Return who is told while a policy's directory cannot be read: the office that is set, then who is on call.

        They are asked to pass it on, as a fallback contact is. Empty where the settings name nobody, and no rota does.
        """
        office = (self._office.but(fallback=True, stands_in=OFFICE.title),) if self._office else ()
        return apart((*office, *self._on_call.instead(policy)))
