"""Send the notices of one decision."""

from collections.abc import Callable, Iterator
from datetime import datetime

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from adapters.post import PostDown, Receipts
from domain.decide.people.rungs import is_on_call
from domain.effects import Notice, Receipt
from domain.value import Value

from .beat import Beat
from .sending import Sender


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
    under_way: tuple[Receipt, ...] = ()
    """Accepted by a channel that says later what became of it: to be followed."""


class Notices:
    """The activity that sends."""

    def __init__(self, sender: Sender, receipts: Receipts, clock: Callable[[], datetime]) -> None:
        self._sender = sender
        self._receipts = receipts
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
        beat = Beat(self._clock, lambda: [r.model_dump(mode="json") if r else ref for ref, r in done.items()])
        for notice in sorted(bundle.notices, key=lambda one: not is_on_call(one.to)):
            if notice.ref in done or self._sender.was_accepted(notice.ref):
                done.setdefault(notice.ref, None)
                continue
            try:
                done[notice.ref] = self._sender.send(bundle.policy, notice, beat=beat.if_time)
            except PostDown:
                waiting.append(notice.ref)
            # A heartbeat is billed, and what the register has noted as accepted needs none.
            unnoted = any(receipt and not (receipt.channel and receipt.recorded) for receipt in done.values())
            if unnoted:
                beat()
        if waiting:
            raise ApplicationError(f"{len(waiting)} notices wait for the post", type="PostDown")
        receipts = [receipt for receipt in done.values() if receipt]
        return Sent(
            unrecorded=tuple(r for r in receipts if r.channel and not r.recorded),
            hopeless=tuple(r.ref for r in receipts if not r.channel),
            under_way=tuple(self._under_way(done)) if self._receipts else (),
        )

    def _under_way(self, done: dict[str, Receipt | None]) -> Iterator[Receipt]:
        """Yield the receipts that are not the last word, those of an earlier try too."""
        for ref, receipt in done.items():
            known = receipt or self._sender.receipt_of(ref)
            if known and known.channel and self._receipts.come_by(known.channel):
                yield known


def _accepted_before() -> list[tuple[str, Receipt | None]]:
    """Read what an earlier try of this activity had sent, from its last heartbeat."""
    details = activity.info().heartbeat_details
    kept = details[0] if details and isinstance(details[0], list) else []
    found: list[tuple[str, Receipt | None]] = []
    for one in kept:
        receipt = Receipt.model_validate(one) if isinstance(one, dict) else None
        found.append((receipt.ref if receipt else str(one), receipt))
    return found
