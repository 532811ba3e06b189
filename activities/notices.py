"""Send notices, and the alerts of several cases that go together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, FailureError

from adapters.post import PostDown, Receipts
from adapters.register.errors import RegisterError
from domain.base.value import Value
from domain.case.effects import Accepted, Notice, Receipt
from domain.engine.seats import is_on_call
from domain.views.together import as_one, may_wait

from .heartbeat import Heartbeat
from .patience import WAITING, tried_for
from .sending import DirectoryGone, Sender

HAND_IN_TRIES = 5
"""After so many an alert that could not be handed in goes by itself."""

Give = Callable[[str, Notice, Callable[[], None]], Receipt | None]
"""Gives a notice of a policy away: to the post, whose receipt it returns, or to others that it waits for (None).

Beats meanwhile. Raises PostDown where it cannot now.
"""
HandIn = Callable[[str, Notice], None]
"""Lays an alert of a policy to the others for the same rung; PostDown where that cannot be done now."""

log = structlog.get_logger()


class Gathered(Value):
    """Alerts of several cases to one rung of a policy's rota."""

    policy: str
    notices: tuple[Notice, ...]


class Sent(NamedTuple):
    """What became of the notices of a bundle at one attempt."""

    hopeless: tuple[str, ...]
    """Refs that no channel will take."""
    under_way: tuple[Receipt, ...]
    """To be followed: a channel says later what became of it, or some of several are yet to be told."""
    waits: list[Exception]
    """Why any of them waits, a mistake of ours first; empty where all have gone."""


class SentTogether(Value):
    """What became of alerts of several cases."""

    unrecorded: tuple[Receipt, ...] = ()
    """A receipt for each reference that the register could not note: to be noted by `note`."""
    taken: tuple[Accepted, ...] = ()
    """Messages to be followed, as for a bundle."""


class Notices:
    """The activities that send."""

    def __init__(
        self,
        sender: Sender,
        receipts: Receipts,
        clock: Callable[[], datetime],
        hand_in: HandIn | None = None,
        *,
        waiting: timedelta = WAITING,
    ) -> None:
        """Take how alerts that may wait for others are handed in; without it none waits.

        *waiting* is how long an ordinary notice waits for those whom it should reach before the next are told.
        """
        self._sender = sender
        self._receipts = receipts
        self._clock = clock
        self._hand_in = hand_in
        self._waiting = waiting

    def send_all(
        self, policy: str, notices: Iterable[Notice], beat: Heartbeat, settled: dict[str, Receipt | None]
    ) -> Sent:
        """Send each notice that is not *settled*, the alerts first, and return what became of them.

        May happen more than once: those accepted before are not sent again. An alert that may wait is handed in for
        `send_together`, which is as good as sent. One notice that cannot go does not hold up the others.
        """
        in_order = sorted(notices, key=lambda one: not is_on_call(one.to))
        unnoted_refs: set[str] = set()
        with self._sender.noting_together(unnoted_refs):
            waits = self._settle(policy, in_order, self._give, beat, settled)
        for ref in unnoted_refs:
            if receipt := settled.get(ref):
                settled[ref] = receipt.but(recorded=False)
        if unnoted_refs:
            beat()
        done = {one.ref: settled.get(one.ref) for one in in_order if one.ref in settled}
        unnoted = [receipt for receipt in done.values() if receipt and receipt.channel and not receipt.recorded]
        try:
            for receipt in unnoted:
                self._sender.note(receipt)
        except RegisterError as error:
            waits.append(ApplicationError(str(error), type=type(error).__name__))
        followed_elsewhere = {one.ref for one in in_order if self._waits(one) and not done.get(one.ref)}
        ours = {ref: receipt for ref, receipt in done.items() if ref not in followed_elsewhere}
        hopeless = tuple(ref for ref, receipt in done.items() if receipt and not receipt.channel)
        return Sent(hopeless, tuple(self._under_way(ours)), waits)

    @activity.defn(name="send-together")
    def send_together(self, gathered: Gathered) -> SentTogether:
        """Send alerts as one message, a single one as itself. May happen more than once.

        Its reference is that of the one due first, which is noted as accepted after all others: what was sent and not
        wholly noted goes again under the same. One that nobody foresaw, and that spoils the message, holds up no
        other: then each goes by itself.

        Raises:
            ApplicationError: `PostDown` while they wait.
        """
        structlog.contextvars.bind_contextvars(policy=gathered.policy, together=len(gathered.notices))
        gone_before = self._sender.accepted_among([one.ref for one in gathered.notices])
        left = [one for one in gathered.notices if one.ref not in gone_before]
        try:
            return self._sent_together(gathered.policy, [as_one(left or gathered.notices)])
        except FailureError:  # it waits, or is told to stop
            raise
        except Exception as error:
            if not left[1:]:
                raise
            log.error("alerts_not_sent_together", reason=type(error).__name__)
            return self._sent_together(gathered.policy, left)

    @activity.defn(name="note")
    def note(self, sent: SentTogether) -> None:
        """Note in the register what it could not take when alerts were sent. May happen more than once.

        Raises:
            ApplicationError: `RegisterDown` and its like, tried again without end.
        """
        try:
            for receipt in sent.unrecorded:
                self._sender.note(receipt)
        except RegisterError as error:
            raise ApplicationError(str(error), type=type(error).__name__) from None

    def _waits(self, notice: Notice) -> bool:
        return self._hand_in is not None and may_wait(notice)

    def _send(self, policy: str, notice: Notice, beat: Callable[[], None]) -> Receipt:
        return self._sender.send(policy, notice, beat=beat, waits=tried_for() < self._waiting)

    def _give(self, policy: str, notice: Notice, beat: Callable[[], None]) -> Receipt | None:
        if self._hand_in is None or not self._waits(notice):
            return self._send(policy, notice, beat)
        try:
            self._hand_in(policy, notice)
        except PostDown:
            if activity.info().attempt <= HAND_IN_TRIES:
                raise
            return self._send(policy, notice, beat)
        return None

    def _sent_together(self, policy: str, messages: Sequence[Notice]) -> SentTogether:
        beat = Heartbeat(self._clock)
        with beat.kept_up():
            done = accepted_before(beat)
            waits = self._settle(policy, messages, self._send, beat, done)
        if waits:
            raise waits[0]
        unrecorded: list[Receipt] = []
        for one in messages:
            receipt = done[one.ref]
            if receipt and receipt.channel and not receipt.recorded:
                unrecorded += [receipt.but(ref=ref) for ref in (*(other.ref for other in one.together), one.ref)]
        since = activity.info().current_attempt_scheduled_time
        by_ref = {one.ref: one for one in messages}
        under_way = [receipt for receipt in self._under_way(done) if receipt.ref in by_ref]
        return SentTogether(
            unrecorded=tuple(unrecorded),
            taken=tuple(Accepted(notice=by_ref[one.ref], receipt=one, since=since) for one in under_way),
        )

    def _under_way(self, done: Mapping[str, Receipt | None]) -> Iterator[Receipt]:
        """Yield the receipts that are not the last word, those of an earlier try too."""
        for ref, receipt in done.items():
            known = receipt or self._sender.receipt_of(ref)
            if known and (known.waiting or (known.channel and self._receipts.come_by_some(known.channel))):
                yield known

    def _settle(
        self, policy: str, notices: Sequence[Notice], give: Give, beat: Heartbeat, done: dict[str, Receipt | None]
    ) -> list[Exception]:
        """Give each away that is not *done*, put what became of it there, and return why any still waits.

        A mistake of ours comes before an outage.
        """
        gone_before = self._sender.accepted_among([one.ref for one in notices if one.ref not in done])
        waiting: list[PostDown] = []
        waits: list[Exception] = []
        handed_in = False
        for notice in notices:
            if notice.ref in done or notice.ref in gone_before:
                done.setdefault(notice.ref, None)
                continue
            try:
                receipt = done[notice.ref] = give(policy, notice, beat.if_time)
            except PostDown as error:
                waiting.append(error)
            except FailureError:  # told to stop
                raise
            except Exception as error:
                waits.append(error)
            else:
                handed_in |= receipt is None
                # A heartbeat is billed, and what the register has noted as accepted needs none.
                if receipt and not (receipt.channel and receipt.recorded):
                    beat()
        if handed_in and (waiting or waits):
            beat()  # else it would be handed in at every try
        if waiting:
            away = sum(isinstance(error, DirectoryGone) for error in waiting)
            why = f"; {away} of them for a directory that can be read" if away else ""
            waits.append(ApplicationError(f"{len(waiting)} notices wait for the post{why}", type="PostDown"))
        return waits


def accepted_before(beat: Heartbeat) -> dict[str, Receipt | None]:
    """Return what earlier tries of this activity have settled, from its last heartbeat; what is added is said by it.

    By reference: the receipt, which has no channel where none will take the notice, or None where there is nothing more
    to say.
    """
    done: dict[str, Receipt | None] = {}
    for one in beat.remembers("sent") or []:
        receipt = Receipt.model_validate(one) if isinstance(one, dict) else None
        done[receipt.ref if receipt else str(one)] = receipt
    beat.knows("sent", lambda: [r.model_dump(mode="json") if r else ref for ref, r in list(done.items())])
    return done
