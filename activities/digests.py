"""The daily digest: what is on each person, how things stand for the office, the night for the leads on call."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from adapters.digest import Sources, digests, leads, night_before, nights, office_digests, on_hand, raised_since
from adapters.directory import Contact, DirectoryFault, Telephones
from adapters.post import NothingSetUp, PostDown
from adapters.register.details import Detail
from adapters.register.errors import RegisterError
from domain.base.value import Instant, Value
from domain.base.words import say_instant
from domain.case.effects import Notice, Receipt
from domain.engine.seats import ON_CALL

from .heartbeat import Heartbeat
from .on_call import OnCall
from .patience import WAITING, tried_for
from .sending import Sender

log = structlog.get_logger()


class Morning(Value):
    """Which digest is to be sent: that of a day, for all or under one policy."""

    day: date
    """The day that references name, so that a try after midnight sends nothing twice."""
    begun: Instant
    """When it was begun: who is on call then is told of the night."""
    policy: str = ""


class Told(Value):
    """What became of it."""

    sent: int = 0
    """Messages that have left, those of an earlier try included."""
    refused: int = 0
    """Messages that no channel will take."""


class Digests:
    """The activities that send digests. A message that was accepted is never sent again on the same day."""

    def __init__(
        self,
        sender: Sender,
        on_call: OnCall,
        sources: Sources,
        office: Contact | None,
        clock: Callable[[], datetime],
        *,
        waiting: timedelta = WAITING,
    ) -> None:
        """Take the office's address; an empty one leaves it to each directory's fallback contact.

        *waiting* is how long those of several addresses are tried again who could not be told when others were.
        """
        self._waiting = waiting
        self._sender = sender
        self._on_call = on_call
        self._sources = sources
        self._office = office
        self._clock = clock

    @activity.defn(name="digest-policies")
    def policies(self) -> list[str]:
        """Return the ids of the policies in use. Raises ApplicationError `RegisterDown`, tried again without end."""
        try:
            return self._sources.in_use()
        except RegisterError as error:
            raise _down(error) from None

    @activity.defn(name="digest-people")
    def people(self, morning: Morning) -> Told:
        """Tell each person what is on them under a policy; on a day off, nobody.

        Raises:
            ApplicationError: the register, the directory or the post is down, or some message still waits. All are
                tried again without end, and one that waits holds up no other.
        """
        ground, now = self._sources.ground(morning.policy), self._clock()
        if not ground.calendar.is_working(morning.day):
            return Told()
        try:
            found = on_hand(self._sources.register, morning.policy, ground, now)
            if not found.items:
                return Told()
            directory = self._sources.directory(morning.policy)
        except (RegisterError, DirectoryFault) as error:
            raise _down(error) from None
        return self._send(digests(morning.policy, found, directory, self._sources.guests, morning.day))

    @activity.defn(name="digest-night")
    def night(self, morning: Morning) -> Told:
        """Tell the leads on call, of now and of the night, what was raised in it; raises as `people` does."""
        policy = morning.policy
        ground = self._sources.ground(policy)
        since = night_before(morning.day, ground.calendar.zone)
        try:
            directory = self._sources.directory_or_none(policy)
            raised = raised_since(self._sources.register, policy, ground, directory, since)
            if not raised:
                return Told()
            held = leads(self._sources.rota_or_none(policy), since, morning.begun)
            numbers = directory.telephones(morning.day) if directory else Telephones()
            held = tuple(one.but(telephones=numbers) for one in held or (self._on_call.contact(policy, ON_CALL),))
        except (RegisterError, DirectoryFault) as error:
            raise _down(error) from None
        return self._send(nights(policy, raised, morning.day, say_instant(since, ground.calendar.zone), held))

    @activity.defn(name="digest-office")
    def office(self, morning: Morning) -> Told:
        """Tell the office how things stand and what the daily checks found; raises as `people` does."""
        try:
            letters = list(office_digests(self._sources, self._office, morning.day, self._clock()))
        except RegisterError as error:
            raise _down(error) from None
        return self._send(letters)

    def _send(self, letters: Iterable[tuple[Contact, Notice]]) -> Told:
        sent = refused = waiting = 0
        beat = Heartbeat(self._clock)
        with beat.kept_up():
            for contact, notice in letters:
                try:
                    known = self._sender.receipt_of(notice.ref)
                    receipt = known or self._sender.send_to((contact,), notice)
                except NothingSetUp:
                    refused += 1
                except PostDown:
                    waiting += 1
                else:
                    sent, refused = sent + bool(receipt.channel), refused + (not receipt.channel)
                    is_left = self._rest_waits(contact, notice, receipt) if known else bool(receipt.waiting)
                    waiting += is_left and tried_for() < self._waiting
                beat.if_time()
        log.info("digests_sent", sent=sent, refused=refused, waiting=waiting)
        if waiting:
            raise ApplicationError(f"Digests that wait for the post: {waiting}", type="PostDown")
        return Told(sent=sent, refused=refused)

    def _rest_waits(self, contact: Contact, notice: Notice, receipt: Receipt) -> bool:
        """Tell those of several addresses that could not be written to before; True where one still cannot."""
        is_left = False
        for result, one in self._sender.send_rest(contact, notice, receipt.waiting, lambda: None, {}):
            detail = str(Detail(one.why, receipt.by, one.to))
            self._sender.note_try(notice, result, channel=one.channel, detail=detail, fallback=receipt.fallback)
            is_left |= result == "failed"
        return is_left


def _down(error: Exception) -> ApplicationError:
    return ApplicationError("A digest cannot be made now.", type=type(error).__name__)
