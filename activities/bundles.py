"""Enter what was decided, and send its notices: one activity a decision, in which neither store holds up the other."""

import contextvars
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import ClassVar

import structlog
from pydantic import JsonValue
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from adapters.attestation import Attestations
from adapters.register.errors import EntryConflict, EntryGap, EntryUnfit, RegisterError, TextLocked
from domain.base.known import KEY as KNOWN
from domain.base.value import Value
from domain.case.decided import Decided
from domain.case.effects import Accepted, Notice, Receipt
from domain.engine.seats import ON_CALL

from .entries import Entries
from .following import FollowUp, under_way
from .heartbeat import Heartbeat
from .notices import Notices, accepted_before
from .patience import doubled

ENTER_AND_SEND = "enter-and-send"
"""Name of the activity."""
SOONEST, LATEST = timedelta(seconds=1), timedelta(seconds=60)
"""How soon what waits is tried again: twice as late each time."""
SOONEST_AFTER_GAP, LATEST_AFTER_GAP = timedelta(seconds=0.2), timedelta(seconds=2)
"""How soon entries are tried again whose predecessor is not there yet: twice as late each time."""
GAP_SHOWS, SAYS_EVERY = timedelta(minutes=2), 15
"""When the entry before is missed, and at which of the tries that follow the log says so."""
ENTERING_AT_ONCE = 1_000
"""More than any worker has activities: none waits for another's register."""
HEAD_START_SECONDS = 1.0
"""How long an ordinary notice lets its entry go before it."""
GAP_LASTS = timedelta(minutes=10)
"""After so long it does not come any more: the record has lost what it had."""

log = structlog.get_logger()


class Bundle(Value):
    """What one decision, or a few, brought about."""

    IS_COMPRESSED: ClassVar = True
    case: str
    policy: str
    """Whose directory says who holds which seat."""
    stage: str
    """For the log."""
    decided: tuple[Decided, ...] = ()
    policy_edition: dict[str, JsonValue] | None = None
    calendar_edition: dict[str, JsonValue] | None = None
    """The editions that the case goes by from then on; given only where they are new to it."""
    notices: tuple[Notice, ...] = ()
    """What is to be sent besides the decisions' own."""
    case_key: str = ""
    """The key of the case, wrapped; given with the first decision of a run alone."""
    fault_is_told: bool = False
    """True where the lead on call knows that the record does not take this case's entries."""
    seal: str = ""
    """Shows that what no worker decided is this installation's own, as where a closed case came back."""
    is_from_outside: bool = False
    """True where it came with whoever began the run, and not from a worker: then only its seal shows whose it is."""

    @property
    def to_send(self) -> tuple[Notice, ...]:
        """Every notice, in the order in which they were decided."""
        return (*(notice for one in self.decided for notice in one.notices), *self.notices)

    @property
    def is_urgent(self) -> bool:
        """True where somebody is told of what cannot wait."""
        return any(notice.urgent for notice in self.to_send)


class Done(Value):
    """What became of a bundle."""

    IS_COMPRESSED: ClassVar = True
    unrecordable: str = ""
    """Why the register will not take its entries, as a sentence; empty where it has taken them."""
    hopeless: tuple[str, ...] = ()
    """Refs of notices that no channel will take."""


class Bundles:
    """The activity that carries decisions out."""

    def __init__(
        self,
        entries: Entries,
        notices: Notices,
        follow_up: FollowUp,
        clock: Callable[[], datetime],
        attestations: Attestations | None = None,
    ) -> None:
        self._attestations = attestations
        self._entries = entries
        self._notices = notices
        self._follow_up = follow_up
        self._clock = clock
        self._threads = ThreadPoolExecutor(ENTERING_AT_ONCE, thread_name_prefix="entering")

    @activity.defn(name=ENTER_AND_SEND)
    def enter_and_send(self, bundle: Bundle) -> Done:
        """Write a decision's entries, all or nothing, and send its notices. May happen more than once.

        All of it is tried at every attempt, side by side, so a register that hangs holds up no notice. A repeated
        entry is one entry, and what was accepted is not sent again. What a provider has yet to say of a notice is asked
        at later attempts, and what did not arrive goes another way. It is tried again without end, but for entries that
        the register will never take: the lead on call is told of those, and the rest is done.

        Raises:
            ApplicationError: `RegisterDown`, `TextLocked`, `EntryGap`, `PostDown` or `UnderWay` while anything still
                waits.
        """
        structlog.contextvars.bind_contextvars(case=bundle.case, stage=bundle.stage)
        bundle = self._believed(bundle)
        beat = Heartbeat(self._clock)
        attempt = _Attempt(bundle, beat, self._clock())
        with beat.kept_up():
            entering = self._threads.submit(contextvars.copy_context().run, attempt.enter, self._entries)
            if not bundle.is_urgent:  # whoever opens its link should find the entry there
                wait((entering,), HEAD_START_SECONDS)
            attempt.send(self._notices, bundle.to_send)
            entering.result()
            if attempt.fault:
                attempt.send(self._notices, (attempt.fault,))
            attempt.follow(self._follow_up)
        return attempt.done()

    def _believed(self, bundle: Bundle) -> Bundle:
        """Return a bundle without what it says of senders, where nobody of ours has said it.

        Whoever can begin a run of their own could else name anybody.
        """
        if not bundle.is_from_outside or not bundle.decided:
            return bundle
        ours = self._attestations is not None and self._attestations.is_sealed(bundle.case, bundle.decided, bundle.seal)
        return bundle if ours else bundle.but(decided=tuple(map(_without_senders, bundle.decided)))


def _without_senders(decided: Decided) -> Decided:
    entries = (one.but(body={key: said for key, said in one.body.items() if key != KNOWN}) for one in decided.entries)
    return decided.but(entries=tuple(entries))


class _Attempt:
    """One attempt at a bundle."""

    def __init__(self, bundle: Bundle, beat: Heartbeat, now: datetime) -> None:
        self.fault: Notice | None = None
        """What the lead on call is told where the register will never take the entries."""
        self._bundle = bundle
        self._beat = beat
        self._now = now
        since = beat.remembers("gap")
        self._gap_since = datetime.fromisoformat(since) if since else None
        self._settled = accepted_before(beat)
        self._sent_since: dict[str, str] = dict(beat.remembers("since") or {})
        beat.knows("since", lambda: dict(self._sent_since))
        self._waits: list[tuple[Exception, timedelta]] = []
        self._under_way: list[Receipt] = []
        self._done = Done()

    def enter(self, entries: Entries) -> None:
        """Try to enter."""
        if not self._bundle.decided:
            return
        try:
            bundle = self._bundle
            entries.enter(bundle.decided, bundle.policy_edition, bundle.calendar_edition, bundle.case_key)
        except (EntryConflict, EntryUnfit) as error:
            self._is_refused(error)
        except EntryGap as error:
            self._comes_too_early(error)
        except RegisterError as error:
            what = "case_key_missing" if isinstance(error, TextLocked) else "register_down"
            log.warning(what, waiting=sum(len(one.entries) for one in self._bundle.decided))
            self._waits_for(ApplicationError(str(error), type=type(error).__name__))
        except Exception as error:
            self._waits_for(error)

    def send(self, by: Notices, notices: Iterable[Notice]) -> None:
        """Try to send."""
        sent = by.send_all(self._bundle.policy, notices, self._beat, self._settled)
        self._done = self._done.but(hopeless=(*self._done.hopeless, *sent.hopeless))
        self._under_way += sent.under_way
        for error in sent.waits:
            self._waits_for(error)

    def follow(self, follow_up: FollowUp) -> None:
        """See what became of what has gone."""
        known = len(self._sent_since)
        followed = list(self._followed())
        if not followed:
            return
        if len(self._sent_since) > known:
            self._beat()
        try:
            pauses = follow_up.look_after(self._bundle.policy, followed, self._beat)
        except Exception as error:
            self._waits_for(error)
            return
        if pauses:
            self._waits.append((under_way(pauses), min(pauses)))

    def done(self) -> Done:
        """Return what became of it all. Raises what it still waits for; a mistake of ours before an outage."""
        if not self._waits:
            return self._done
        for error, _ in self._waits:
            if not isinstance(error, ApplicationError):
                raise error
        error = self._waits[0][0]
        assert isinstance(error, ApplicationError)  # noqa: S101 - see above
        raise ApplicationError(
            error.message,
            type=error.type,
            category=error.category,
            next_retry_delay=min(pause for _, pause in self._waits),
        )

    def _followed(self) -> Iterator[Accepted]:
        by_ref = {notice.ref: notice for notice in self._bundle.to_send}
        now = activity.info().current_attempt_scheduled_time
        for receipt in self._under_way:
            if receipt.ref in by_ref:  # one that the register alone remembers went before this activity began
                first = now if self._settled.get(receipt.ref) else receipt.accepted_at
                since = datetime.fromisoformat(self._sent_since.setdefault(receipt.ref, first.isoformat()))
                yield Accepted(notice=by_ref[receipt.ref], receipt=receipt, since=since)

    def _waits_for(self, error: Exception) -> None:
        self._waits.append((error, doubled(SOONEST, activity.info().attempt, LATEST)))

    def _comes_too_early(self, gap: EntryGap) -> None:
        """The entry before these is not there: it comes yet, or was lost."""
        self._gap_since = since = self._gap_since or self._now
        if self._now - since >= GAP_LASTS:
            self._is_refused(gap)
            return
        self._beat.knows("gap", since.isoformat)
        self._beat()
        attempt = activity.info().attempt
        pause = doubled(SOONEST_AFTER_GAP, attempt, LATEST_AFTER_GAP)
        # One that only overtook the one before it would have had its turn.
        if self._now - since >= GAP_SHOWS and attempt % SAYS_EVERY == 0:
            log.warning("entry_missing", number=gap.missing)
        error = ApplicationError(str(gap), type=type(gap).__name__, category=ApplicationErrorCategory.BENIGN)
        self._waits.append((error, pause))

    def _is_refused(self, error: EntryConflict | EntryUnfit | EntryGap) -> None:
        """The register will never take the entries: the lead on call is told why, at once."""
        number = self._bundle.decided[0].entries[0].number
        log.error("entry_refused", number=number, reason=type(error).__name__)
        self._done = self._done.but(unrecordable=str(error))
        if not self._bundle.fault_is_told:
            self.fault = record_fault(self._bundle.case, number, str(error))


def record_fault(case: str, number: int, why: str) -> Notice:
    """Tell the lead on call that the register does not take an entry of this case, and *why*."""
    return Notice(ref=f"{case}/{number}/register", case=case, kind="record-fault", to=ON_CALL, fact=why, urgent=True)
