"""One notice on its way: to whoever holds its seat now, with every try noted."""

from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.directory import Agency, Contact, Directory
from adapters.post import AddressRefused, Post, PostDown, UnknownNotice
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from adapters.register.rows import Attempt, Result
from domain.decide.people.rungs import is_on_call
from domain.effects import Notice, Receipt

from .on_call import OnCall

log = structlog.get_logger()


class Sender:
    """Sends notices. A register that is down holds none up."""

    def __init__(
        self,
        post: Post,
        register: Register,
        directory: Callable[[str], Directory],
        on_call: OnCall,
        clock: Callable[[], datetime],
        guests: Callable[[str], tuple[Agency, ...]] = lambda case: (),  # noqa: ARG005 - nobody is in any case
    ) -> None:
        """Take how to find a policy's directory, and those who are reached in one case alone, by its reference."""
        self._post = post
        self._register = register
        self._directory = directory
        self._on_call = on_call
        self._clock = clock
        self._guests = guests

    def send(self, policy: str, notice: Notice) -> Receipt:
        """Send a notice and return its receipt: without a channel where none will ever take it.

        Raises:
            PostDown: no channel takes it now.
        """
        contact = self._contact(policy, notice)
        try:
            receipt = self._post.send(notice, contact)
        except (AddressRefused, UnknownNotice) as error:
            self._note(notice, "", "refused", type(error).__name__, contact.fallback)
            log.warning("notice_refused", ref=notice.ref, reason=type(error).__name__)
            return Receipt(ref=notice.ref, channel="", accepted_at=self._clock())
        except PostDown as error:
            self._note(notice, "", "failed", type(error).__name__, contact.fallback)
            log.warning("post_down", ref=notice.ref)
            raise
        recorded = self._note(notice, receipt.channel, "accepted", "", contact.fallback)
        return receipt.but(recorded=recorded, fallback=contact.fallback)

    def was_accepted(self, ref: str) -> bool:
        """Has the register seen it go? One that is down holds up no notice: a repeat carries the same reference."""
        try:
            return self._register.was_accepted(ref)
        except RegisterError:
            return False

    def _contact(self, policy: str, notice: Notice) -> Contact:
        guests = self._guests(notice.case)
        if is_on_call(notice.to):
            contact = self._on_call.contact(policy, notice.to)
            return contact.but(names={guest.id: guest.title for guest in guests} | contact.names)
        return self._directory(policy).with_guests(guests).contact_for(notice.to, self._clock().date())

    def _note(self, notice: Notice, channel: str, result: Result, detail: str, fallback: bool) -> bool:
        attempt = Attempt(
            notice_ref=notice.ref,
            case_ref=notice.case,
            at=self._clock(),
            channel=channel or "none",
            result=result,
            detail=detail,
            fallback=fallback,
        )
        try:
            self._register.attempt(attempt)
        except RegisterError:
            log.warning("attempt_not_noted", ref=notice.ref)
            return False
        return True
