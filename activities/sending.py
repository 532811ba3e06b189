"""One notice on its way: to whoever can be told now, one after the other, with every try noted."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

import structlog

from adapters.directory import ChannelKind, Contact
from adapters.post import AddressRefused, NothingSetUp, Post, PostDown, PostFailed, UnknownNotice
from adapters.register.details import LONGEST, Detail, read_detail
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from adapters.register.rows import Attempt, Result
from domain.decide.people.rungs import is_on_call
from domain.effects import InVain, Notice, Receipt

from .contacts import Contacts

log = structlog.get_logger()

Way = tuple[str, bool, ChannelKind]
"""By what it went to somebody, whether that was the fallback contact, and the kind of address."""


class Sender:
    """Sends notices. A register that is down holds none up."""

    def __init__(
        self,
        post: Post,
        register: Register,
        contacts: Contacts,
        clock: Callable[[], datetime],
    ) -> None:
        self._post = post
        self._register = register
        self._contacts = contacts
        self._clock = clock

    def send(
        self, policy: str, notice: Notice, gone: Collection[Way] = (), beat: Callable[[], None] = lambda: None
    ) -> Receipt:
        """Send a notice to the first who can be told, and return its receipt: without a channel where none ever can.

        Whoever refuses it for good, or has only addresses for which nothing is set up, is passed over for the next:
        deputies, the other rungs of the rota, at last the partnership's fallback contact. An alert and what is urgent
        passes over those too who cannot be told now; any other notice waits for them.

        Args:
            policy: Whose directory and rota say who is told.
            notice: Noted under its own reference, and under those of the others that go with it.
            gone: Ways that it went before and that came to nothing: they are not taken again.
            beat: Called before each contact: a host that hangs takes most of a minute for each of them.

        Raises:
            PostDown: nobody can be told now.
        """
        return self.send_to(self._contacts.of(policy, notice), notice, gone, beat)

    def send_to(
        self,
        contacts: Iterable[Contact],
        notice: Notice,
        gone: Collection[Way] = (),
        beat: Callable[[], None] = lambda: None,
    ) -> Receipt:
        """Send a notice to the first of *contacts* who can be told, as `send` does."""
        down: PostDown | None = None
        for contact in contacts:
            left = contact.without({kind for *who, kind in gone if tuple(who) == (_by(contact), contact.fallback)})
            if not left.is_reachable:
                continue
            beat()
            try:
                receipt = self._post.send(notice, left.but(again=bool(gone)))
            except PostFailed as error:
                self._came_to_nothing(notice, left, error)
                if isinstance(error, UnknownNotice):
                    break
                if isinstance(error, PostDown):
                    if not (_presses(notice) or isinstance(error, NothingSetUp)):
                        raise
                    down = down or error
            else:
                return self._taken(notice, left, receipt)
        if down:
            raise down
        return Receipt(ref=notice.ref, channel="", accepted_at=self._clock())

    def was_accepted(self, ref: str) -> bool:
        """Has the register seen it go? One that is down holds up no notice: a repeat carries the same reference."""
        try:
            return self._register.was_accepted(ref)
        except RegisterError:
            return False

    def receipt_of(self, ref: str) -> Receipt | None:
        """Return the newest receipt that the register has noted; None where it has none, or is down."""
        try:
            tries = self._register.tries(ref)
        except RegisterError:
            return None
        return next((_receipt(one) for one in reversed(tries) if one.result == "accepted"), None)

    def note(self, receipt: Receipt) -> None:
        """Note what could not be noted when it was sent; harmless to repeat.

        Raises:
            RegisterError: the register cannot take it now.
        """
        if not self._register.was_accepted(receipt.ref):
            self._register.attempt(
                Attempt(
                    notice_ref=receipt.ref,
                    case_ref=receipt.ref.partition("/")[0],
                    at=receipt.accepted_at,
                    channel=receipt.channel,
                    result="accepted",
                    detail=str(Detail("", receipt.by)),
                    fallback=receipt.fallback,
                )
            )

    def note_try(
        self,
        notice: Notice,
        result: Result,
        *,
        channel: str,
        detail: str,
        fallback: bool,
        at: datetime | None = None,
    ) -> bool:
        """Note what became of a try, now unless said, for each notice in the one message.

        Its own reference is the message's, so it comes last: what was not wholly noted goes again by it. Returns False
        where the register is down.
        """
        at = at or self._clock()
        try:
            for one in (*notice.together, notice):
                self._register.attempt(
                    Attempt(
                        notice_ref=one.ref,
                        case_ref=one.case,
                        at=at,
                        channel=channel,
                        result=result,
                        detail=detail,
                        fallback=fallback,
                    )
                )
        except RegisterError:
            log.warning("attempt_not_noted", ref=notice.ref)
            return False
        return True

    def _taken(self, notice: Notice, contact: Contact, receipt: Receipt) -> Receipt:
        self._note_in_vain(notice, contact, receipt.in_vain)
        by = _by(contact)
        recorded = self.note_try(
            notice, "accepted", channel=receipt.channel, detail=str(Detail("", by)), fallback=contact.fallback
        )
        return receipt.but(recorded=recorded, fallback=contact.fallback, by=by, in_vain=())

    def _came_to_nothing(self, notice: Notice, contact: Contact, error: PostFailed) -> None:
        why = type(error).__name__
        log.warning("post_down" if isinstance(error, PostDown) else "notice_refused", ref=notice.ref, reason=why)
        self._note_in_vain(notice, contact, error.in_vain or (InVain(channel="none", why=why),))

    def _note_in_vain(self, notice: Notice, contact: Contact, in_vain: Collection[InVain]) -> None:
        for one in in_vain:
            result: Result = "refused" if one.why in _FOR_GOOD else "failed"
            detail = str(Detail(one.why, _by(contact)))
            self.note_try(notice, result, channel=one.channel, detail=detail, fallback=contact.fallback)


_FOR_GOOD = frozenset(error.__name__ for error in (AddressRefused, UnknownNotice))


def _presses(notice: Notice) -> bool:
    """May it not wait for the one whom it should reach?"""
    return notice.urgent or is_on_call(notice.to)


def _by(contact: Contact) -> str:
    """Say by what it goes to them, as the record keeps it."""
    return (contact.why or contact.stands_in)[:LONGEST]


def _receipt(tried: Attempt) -> Receipt:
    by = read_detail(tried.detail).by
    return Receipt(ref=tried.notice_ref, channel=tried.channel, accepted_at=tried.at, fallback=tried.fallback, by=by)
