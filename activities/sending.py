"""One notice on its way: to whoever holds its seat now, with every try noted."""

from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.directory import Contact, Directory
from adapters.post import AddressRefused, Post, PostDown, UnknownNotice
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from adapters.register.rows import Attempt, Result
from domain.decide.people.rungs import is_on_call
from domain.effects import Notice, Receipt, Recipient

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
    ) -> None:
        """Take how to find a policy's directory."""
        self._post = post
        self._register = register
        self._directory = directory
        self._on_call = on_call
        self._clock = clock

    def send(self, policy: str, notice: Notice) -> Receipt:
        """Send a notice and return its receipt: without a channel where none will ever take it.

        It is recorded where the try is noted for the notice and for each of those that go together with it.

        Raises:
            PostDown: no channel takes it now.
        """
        contact = self._contact(policy, notice.to)
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
                    fallback=receipt.fallback,
                )
            )

    def _contact(self, policy: str, to: Recipient) -> Contact:
        if is_on_call(to):
            return self._on_call.contact(policy, to)
        return self._directory(policy).contact_for(to, self._clock().date())

    def _note(self, notice: Notice, channel: str, result: Result, detail: str, fallback: bool) -> bool:
        at = self._clock()
        # The leader's reference is the message's own, so it comes last: what was not wholly noted goes by it again.
        for one in (*notice.together, notice):
            attempt = Attempt(
                notice_ref=one.ref,
                case_ref=one.case,
                at=at,
                channel=channel or "none",
                result=result,
                detail=detail,
                fallback=fallback,
            )
            try:
                self._register.attempt(attempt)
            except RegisterError:
                log.warning("attempt_not_noted", ref=one.ref)
                return False
        return True
