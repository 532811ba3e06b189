"""Send notices, and note every try."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from adapters.directory import Contact, Directory
from adapters.post import AddressRefused, Post, PostDown, UnknownNotice
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from adapters.register.rows import Attempt, Result
from domain.decide.people.rungs import is_on_call
from domain.effects import Notice, Receipt, Recipient
from domain.value import Value

from .on_call import OnCall

BEAT_EVERY = timedelta(seconds=15)
"""Well within the heartbeat timeout, which is how a worker that died while sending is noticed."""

log = structlog.get_logger()


class Bundle(Value):
    """The notices of one decision, the policy whose directory says who holds which seat, and the stage for the log."""

    policy: str
    stage: str
    notices: tuple[Notice, ...]


class Sent(Value):
    """What became of a bundle."""

    unrecorded: tuple[Receipt, ...] = ()
    """Accepted, but the register could not note it: the workflow makes an entry of each."""
    hopeless: tuple[str, ...] = ()
    """Refs that no channel will take."""


class Notices:
    """The activity that sends."""

    def __init__(
        self,
        post: Post,
        register: Register,
        directory: Callable[[str], Directory],
        on_call: OnCall,
        clock: Callable[[], datetime],
    ) -> None:
        self._post = post
        self._register = register
        self._directory = directory
        self._on_call = on_call
        self._clock = clock

    @activity.defn(name="send")
    def send(self, bundle: Bundle) -> Sent:
        """Send each notice, the alerts first. May happen more than once: those accepted before are not sent again.

        Tried again without end while a mail host is down; one notice that cannot go does not hold up the others.

        Raises:
            ApplicationError: `PostDown` while any notice still waits.
        """
        structlog.contextvars.bind_contextvars(case=bundle.notices[0].case, stage=bundle.stage)
        done: dict[str, Receipt | None] = dict(_accepted_before())
        waiting = []
        beaten = self._clock()
        for notice in sorted(bundle.notices, key=lambda one: not is_on_call(one.to)):
            if notice.ref in done or self._was_accepted(notice.ref):
                done.setdefault(notice.ref, None)
                continue
            try:
                done[notice.ref] = self._try(notice, self._contact(bundle.policy, notice.to))
            except PostDown:
                waiting.append(notice.ref)
            # A heartbeat is billed, and what the register has noted as accepted needs none.
            unnoted = any(receipt and not (receipt.channel and receipt.recorded) for receipt in done.values())
            if unnoted or self._clock() - beaten > BEAT_EVERY:
                activity.heartbeat([r.model_dump(mode="json") if r else ref for ref, r in done.items()])
                beaten = self._clock()
        if waiting:
            raise ApplicationError(f"{len(waiting)} notices wait for the post", type="PostDown")
        receipts = [receipt for receipt in done.values() if receipt]
        return Sent(
            unrecorded=tuple(r for r in receipts if r.channel and not r.recorded),
            hopeless=tuple(r.ref for r in receipts if not r.channel),
        )

    def _try(self, notice: Notice, contact: Contact) -> Receipt:
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

    def _contact(self, policy: str, to: Recipient) -> Contact:
        if is_on_call(to):
            return self._on_call.contact(policy, to)
        return self._directory(policy).contact_for(to, self._clock().date())

    def _was_accepted(self, ref: str) -> bool:
        """Has the register seen it go? One that is down holds up no notice: a repeat carries the same reference."""
        try:
            return self._register.was_accepted(ref)
        except RegisterError:
            return False

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


def _accepted_before() -> list[tuple[str, Receipt | None]]:
    """Read what an earlier try of this activity had sent, from its last heartbeat."""
    details = activity.info().heartbeat_details
    kept = details[0] if details and isinstance(details[0], list) else []
    found: list[tuple[str, Receipt | None]] = []
    for one in kept:
        receipt = Receipt.model_validate(one) if isinstance(one, dict) else None
        found.append((receipt.ref if receipt else str(one), receipt))
    return found
