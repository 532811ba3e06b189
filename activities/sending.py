"""One notice on its way: to whoever can be told now, one after the other, with every try noted."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from adapters.directory import ChannelKind, Contact, DirectoryFault
from adapters.post import FOR_GOOD, NothingSetUp, Post, PostDown, PostFailed, UnknownNotice
from adapters.register.details import LONGEST, Detail, read_detail, waiting
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from adapters.register.rows import Attempt, Result
from domain.case.effects import FailedAttempt, Notice, Receipt
from domain.engine.seats import is_on_call
from domain.engine.senders import OFFICE

from .contacts import Contacts

EVERY_WAY = "every way was tried"
NOT_THERE = "NotInDirectory"
"""Why one of several is not told after all: the directory names nobody in that place any more."""

HOURLY = timedelta(hours=1)

log = structlog.get_logger()

Way = tuple[str, bool, ChannelKind]
"""By what it went to somebody, whether that was the fallback contact, and the kind of address."""


class DirectoryGone(PostDown):
    """Not until a policy's directory can be read again: nobody is known to whom the notice could go."""


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
        self._told_of: dict[str, datetime] = {}
        self._held = threading.local()

    def send(
        self,
        policy: str,
        notice: Notice,
        gone: Collection[Way] = (),
        beat: Callable[[], None] = lambda: None,
        *,
        waits: bool = True,
    ) -> Receipt:
        """Send a notice to the first who can be told, and return its receipt: without a channel where none ever can.

        Whoever refuses it for good, or has only addresses for which nothing is set up, is passed over for the next:
        deputies, the other rungs of the rota, at last the partnership's fallback contact. An alert and what is urgent
        passes over those too who cannot be told now; any other notice *waits* for them, or has waited long enough.
        Where some of several were told and others could not be, the receipt says who is yet to be: see `send_rest`.

        Args:
            policy: Whose directory and rota say who is told.
            notice: Noted under its own reference, and under those of the others that go with it.
            gone: Ways that it went before and that came to nothing: they are not taken again.
            beat: Called before each contact: a host that hangs takes half a minute for each of them.
            waits: Is an ordinary notice still to wait for those whom it should reach?

        While the directory cannot be read the office and the lead on call are told of that, each hour; they get what is
        urgent in the place of everybody else, and any other notice once it has waited long enough.

        Raises:
            PostDown: nobody can be told now; `DirectoryGone` where that is for want of a directory.
        """
        try:
            contacts = self._contacts.of(policy, notice)
        except DirectoryFault as fault:
            contacts = self._without_directory(policy, notice, fault, waits=waits)
        return self.send_to(contacts, notice, gone, beat, waits=waits)

    def send_to(
        self,
        contacts: Iterable[Contact],
        notice: Notice,
        gone: Collection[Way] = (),
        beat: Callable[[], None] = lambda: None,
        *,
        waits: bool = True,
    ) -> Receipt:
        """Send a notice to the first of *contacts* who can be told, as `send` does."""
        down: PostDown | None = None
        for contact in contacts:
            left = contact.without({kind for *who, kind in gone if tuple(who) == _went_to(contact)})
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
                    if waits and not (_presses(notice) or isinstance(error, NothingSetUp)):
                        raise
                    down = down or error
            else:
                return self._taken(notice, left, receipt)
        if down:
            raise down
        return Receipt(ref=notice.ref, channel="", accepted_at=self._clock())

    def contact_told(self, policy: str, receipt: Receipt, notice: Notice) -> Contact | None:
        """Return whom a notice went to by a receipt; None where the directory names them no more.

        Raises:
            DirectoryFault: the directory cannot be read.
        """
        same = (one for one in self._contacts.of(policy, notice) if _went_to(one) == (receipt.by, receipt.fallback))
        return next(same, None)

    def send_rest(
        self,
        contact: Contact | None,
        notice: Notice,
        places: Iterable[str],
        beat: Callable[[], None],
        gone: Mapping[str, Collection[ChannelKind]],
    ) -> Iterator[tuple[Result, FailedAttempt]]:
        """Send a notice to those alone who could not be told when it reached others in the same place.

        Yield what became of it for each of *places*: `accepted`, `refused` for good, or `failed` now; the last may be
        tried again. Nothing is noted.

        Args:
            contact: All whom it went to; None where the directory names them no more.
            notice: The notice.
            places: As `Receipt.waiting` names them.
            beat: Called before each.
            gone: For each of them, by `holder 2`, the kinds of address that came to nothing: not taken again.
        """
        for place in places:
            there = contact.only(place).but(again=True) if contact else None
            if there is None or not there.is_reachable:
                yield "refused", FailedAttempt(channel="none", why=NOT_THERE, to=place)
                continue
            left = there.without(gone.get(place, ()))
            if not left.is_reachable:
                yield "refused", FailedAttempt(channel="none", why=EVERY_WAY, to=place)
                continue
            beat()
            try:
                taken = self._post.send(notice, left)
            except PostFailed as error:
                why, tried = type(error).__name__, error.in_vain[-1:]
                log.warning("rest_not_told", ref=notice.ref, reason=why)
                channel = tried[0].channel if tried else "none"
                yield "refused" if why in FOR_GOOD else "failed", FailedAttempt(channel=channel, why=why, to=place)
            else:
                yield "accepted", FailedAttempt(channel=taken.channel, why="", to=place)

    def _without_directory(
        self, policy: str, notice: Notice, fault: DirectoryFault, *, waits: bool
    ) -> tuple[Contact, ...]:
        """Return who is told while a directory cannot be read. Raises DirectoryGone where the notice is to wait."""
        log.error("directory_not_readable", policy=policy, ref=notice.ref)
        instead = self._contacts.instead(policy)
        self._tell_of_directory(policy, fault, instead)
        if instead and (_presses(notice) or not waits):
            return instead
        self.note_try(notice, "failed", channel="none", detail=DirectoryGone.__name__, fallback=False)
        of = f"the directory of {policy}" if policy else "a directory"
        raise DirectoryGone(f"Notice {notice.ref} waits for {of} that can be read.") from None

    def _tell_of_directory(self, policy: str, fault: DirectoryFault, instead: Iterable[Contact]) -> None:
        """Tell the first who can be told that a directory cannot be read; not again within the hour."""
        now = self._clock()
        if (last := self._told_of.get(policy)) and now < last + HOURLY:
            return
        says = f"The directory of {policy} cannot be read. {fault}"
        ref = f"directory/{policy}/{now:%Y-%m-%dT%H}"
        told = Notice(ref=ref, case="", kind="directory-gone", to=OFFICE, fact=says, urgent=True)
        for contact in instead:
            try:
                self._post.send(told, contact)
            except PostFailed as error:
                log.warning("directory_not_told_of", policy=policy, reason=type(error).__name__)
            else:
                self._told_of[policy] = now
                return

    def accepted_among(self, refs: Collection[str]) -> set[str]:
        """Return those that the register has seen go: none where it is down, for that holds up no notice.

        A repeat carries the same reference.
        """
        try:
            return self._register.accepted_among(refs) if refs else set()
        except RegisterError:
            return set()

    @contextmanager
    def noting_together(self, unnoted: set[str]) -> Iterator[None]:
        """Note at the end, in one go, what is tried in this thread while the block lasts, but for what is urgent.

        Puts into *unnoted* the references of those that the register did not take. Were this process killed before the
        end, they would be sent once more, with the same Message-ID.
        """
        held = self._held.attempts = list[Attempt]()
        try:
            yield
        finally:
            self._held.attempts = None
            try:
                if held:
                    self._register.note(held)
            except RegisterError:
                log.warning("attempts_not_noted", many=len(held))
                unnoted |= {one.notice_ref for one in held}

    def receipt_of(self, ref: str) -> Receipt | None:
        """Return the newest receipt that the register has noted, and who is yet to be told.

        None where it has none, or is down.
        """
        try:
            tries = self._register.tries(ref)
        except RegisterError:
            return None
        taken = (one for one in reversed(tries) if one.result == "accepted" and not read_detail(one.detail).to)
        newest = next(taken, None)
        left = waiting((one.result, one.detail) for one in tries)
        return _receipt(newest).but(waiting=left) if newest else None

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
        attempts = [
            Attempt(
                notice_ref=one.ref,
                case_ref=one.case,
                at=at,
                channel=channel,
                result=result,
                detail=detail,
                fallback=fallback,
            )
            for one in (*notice.together, notice)
        ]
        held: list[Attempt] | None = getattr(self._held, "attempts", None)
        if held is not None and not _presses(notice):
            held += attempts
            return True
        try:
            self._register.note(attempts)
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
        left = tuple(one.to for one in receipt.in_vain if one.to and one.why not in FOR_GOOD)
        return receipt.but(recorded=recorded, fallback=contact.fallback, by=by, in_vain=(), waiting=left)

    def _came_to_nothing(self, notice: Notice, contact: Contact, error: PostFailed) -> None:
        why = type(error).__name__
        log.warning("post_down" if isinstance(error, PostDown) else "notice_refused", ref=notice.ref, reason=why)
        self._note_in_vain(notice, contact, error.in_vain or (FailedAttempt(channel="none", why=why),))

    def _note_in_vain(self, notice: Notice, contact: Contact, in_vain: Collection[FailedAttempt]) -> None:
        for one in in_vain:
            result: Result = "refused" if one.why in FOR_GOOD else "failed"
            detail = str(Detail(one.why, _by(contact), one.to))
            self.note_try(notice, result, channel=one.channel, detail=detail, fallback=contact.fallback)


def _presses(notice: Notice) -> bool:
    """May it not wait for the one whom it should reach?"""
    return notice.urgent or is_on_call(notice.to)


def _by(contact: Contact) -> str:
    """Say by what it goes to them, as the record keeps it."""
    return (contact.why or contact.stands_in)[:LONGEST]


def _went_to(contact: Contact) -> tuple[str, bool]:
    return _by(contact), contact.fallback


def _receipt(tried: Attempt) -> Receipt:
    by = read_detail(tried.detail).by
    return Receipt(ref=tried.notice_ref, channel=tried.channel, accepted_at=tried.at, fallback=tried.fallback, by=by)
