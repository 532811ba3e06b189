"""Decide what waits in a case: a local activity, so that history holds what was decided, and replay asks no rule.

A local activity runs in the process of the workflow that asks for it. So the case itself is not sent to it, which would
be written and read anew at each decision: it is handed over in memory, under a number of its own (`CaseInMemory`).
"""

import itertools
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple
from weakref import WeakValueDictionary

import structlog
from pydantic import JsonValue
from temporalio import activity
from temporalio.exceptions import ApplicationError

from adapters.attestation import Verifier, nobody_is_known
from adapters.keyring import Keyring
from adapters.register.wrapping import new_wrapped, wrapped_anew
from domain.base.known import Known
from domain.base.people import Actor
from domain.base.refusals import Refusal, Why
from domain.base.value import Instant, Value
from domain.base.words import say_due
from domain.case.command import Command
from domain.case.decided import Decided, mark_of
from domain.case.editions import calendar_edition, policy_edition
from domain.case.effects import Notice, Recipient
from domain.case.patch import Changes, State, case_of, changes_between, with_changes
from domain.case.state import Answer, Escalation
from domain.commands import Event, MessageRefused, Opening, RiskRaised
from domain.commands.alarms import TELEPHONE
from domain.commands.storable import as_storable, must_be_storable
from domain.decide import Decision, decide, decided_of, open_case
from domain.engine.seats import ON_CALL
from domain.engine.senders import OFFICE
from domain.policy import Policy
from domain.time.calendar import Calendar
from domain.views.shown import Shown, shown_of

MOST = 25
"""Messages decided in one go, so that a flood of them is worked through in turns."""
MOST_BYTES = 200_000
"""Bytes, as JSON, of what was decided after which the rest waits for the next go."""

TOLD_AGAIN = timedelta(hours=4)
"""How long after somebody was told that a case stands still they are told again, if it still does."""

RISK_IS_TOLD = (
    "The safeguarding lead on call and the partnership's office are to be told of immediate risk; do not wait for "
    f"that. {TELEPHONE} The program has made a mistake in this case, so nobody else is told yet, and it is put on the "
    "record as soon as that is mended."
)

log = structlog.get_logger()


class Waiting(NamedTuple):
    """A message that waits to be decided."""

    key: str
    """By which the workflow knows it again."""
    event: Event | Opening
    is_answered: bool = False
    """True where its sender hears a refusal; any other that is refused is entered as refused."""
    name: str = ""
    """Under which it came, where it came as a signal."""
    is_tried_again: bool = False
    """True where deciding it has failed before."""


class Ask(Value):
    """Which case, by its number in this process, and what time it is for it."""

    number: int
    now: Instant


class Settled(Value):
    """What one message came to: an answer, a refusal, or a mistake of ours."""

    key: str
    answer: Answer | None = None
    why: Why | None = None
    sentence: str = ""
    """Of the refusal."""
    mistake: str = ""
    """What kind of error it was. Nothing was decided then, and the message may be tried again."""


class Decisions(Value):
    """What was decided, as data: from these alone follows what the workflow does."""

    IS_COMPRESSED: ClassVar = True
    settled: tuple[Settled, ...]
    decided: tuple[Decided, ...] = ()
    """What goes into the record."""
    loose: Changes | None = None
    """What has changed since the last entry; it travels with the next decision that makes one."""
    policy: dict[str, JsonValue] | None = None
    calendar: dict[str, JsonValue] | None = None
    """The editions that the case goes by from now on, where it took others."""
    notices: tuple[Notice, ...] = ()
    """What is to be sent besides, of which the record has no entry."""
    mark: str = ""
    """Of the last entry, where one was made."""
    shown: Shown | None = None
    told_at: Instant | None = None
    """Now, where somebody is told that deciding fails."""
    case_key: str = ""
    """The key with which the case's record is encrypted, wrapped: where it was made now, or is wrapped anew."""
    size: int = 0
    """Bytes of all this as JSON, more or less."""

    @property
    def has_mistake(self) -> bool:
        """True where deciding itself failed."""
        return any(one.mistake for one in self.settled)


class _Tried(NamedTuple):
    """A message that was decided to see whether it is to be taken."""

    case: Escalation
    event: Event | Opening
    now: datetime
    sender: Known | None
    """As it claimed to be."""
    decision: Decision


class CaseInMemory:
    """A case as the worker that runs it holds it: the fold of what was decided, and what waits to be decided.

    Folding asks no rule. Should it fail all the same, as where newer code has decided in a shape that this code does
    not know, then every decision fails as a mistake does, until code comes that can.
    """

    def __init__(self, case: str, policy: Policy, calendar: Calendar) -> None:
        self.case = case
        self.number = next(_NUMBERS)
        self.waiting: list[Waiting] = []
        self.told_at: datetime | None = None
        """When it was last told that deciding fails."""
        self.unrecordable = ""
        """Why the record does not take this case's entries, as a sentence; empty while it does."""
        self.mark = ""
        """Of the last entry (`mark_of`); empty where it is not known."""
        self.case_key = ""
        """With which its record is encrypted, wrapped; empty where it has none yet."""
        self.shown: Shown | None = None
        self.policy = policy
        self.calendar = calendar
        self.recorded: State = {}
        self.loose: Changes | None = None
        self._is_unreadable = False
        self._made: tuple[Escalation, Escalation] | None = None
        self._tried: _Tried | None = None
        CASES[self.number] = self

    def fold(self, decisions: Decisions) -> None:
        """Take what was decided into the case."""
        self._made = self._tried = None
        self.shown = decisions.shown or self.shown
        self.told_at = decisions.told_at or self.told_at
        self.mark = decisions.mark or self.mark
        self.case_key = decisions.case_key or self.case_key
        try:
            if decisions.policy is not None:
                self.policy = Policy.model_validate(decisions.policy)
            if decisions.calendar is not None:
                self.calendar = Calendar.model_validate(decisions.calendar)
            for one in decisions.decided:
                self.recorded = with_changes(self.recorded, one.changes)
        except Exception as error:
            self._is_unreadable = True
            log.error("case_not_readable", case=self.case, reason=type(error).__name__)
        if decisions.decided or decisions.loose is not None:
            self.loose = decisions.loose

    def starts_from(self, state: State, loose: Changes | None) -> None:
        """Begin with what the run before has carried over."""
        self.recorded, self.loose = state, loose

    def cases(self) -> tuple[Escalation, Escalation] | None:
        """Return the case as it was at its last entry, and as it is; None before it is opened.

        Raises whatever error there is where it cannot be read.
        """
        if self._is_unreadable:
            raise Unreadable
        if not self.recorded:
            return None
        if self._made is None:
            recorded = case_of(self.recorded, self.policy, self.calendar)
            present = recorded
            if self.loose is not None:
                present = case_of(with_changes(self.recorded, self.loose), self.policy, self.calendar)
            self._made = recorded, present
        return self._made

    def try_deciding(self, event: Event, now: datetime) -> None:
        """See whether a message is to be taken. Raises Refusal, and any other error where deciding fails.

        While the case is only just being opened nothing is known yet: it is taken.
        """
        cases = self.cases()
        if cases is None:
            return
        sender = claimed(event)
        self._tried = _Tried(cases[1], event, now, sender, decide(cases[1], self._taken(event), now, sender))

    def decide(
        self, case: Escalation | None, event: Event | Opening, now: datetime, sender: Known | None = None
    ) -> Decision:
        """Decide a message on *case*: as it was tried, where it was tried on the very same. Raises as that does.

        *sender* is how its sender was known, seen to be true.
        """
        if isinstance(event, Opening):
            return open_case(event, now, sender)
        if case is None:
            raise Unreadable
        tried = self._tried
        if tried is not None and tried.case is case and (tried.now, tried.event, tried.sender) == (now, event, sender):
            return tried.decision
        return decide(case, self._taken(event), now, sender)

    def _taken(self, event: Event) -> Event:
        """Return a message as it can be put on the record. Raises Refusal where it cannot."""
        if isinstance(event, RiskRaised):
            return as_storable(event)
        if isinstance(event, Command):
            must_be_storable(event)
            if self.unrecordable:
                raise Refusal("not allowed", self.unrecordable)
        return event


class Unreadable(Exception):  # noqa: N818 - never said to anybody
    """The case cannot be read by this code."""


_NUMBERS = itertools.count(1)
CASES: WeakValueDictionary[int, CaseInMemory] = WeakValueDictionary()
"""Those that workflows in this process hold now. One that is put away is gone from here."""


def claimed(event: Event | Opening) -> Known | None:
    """Return how the sender of a message says that they are known, true or not: a validator has no keys to see it by.

    Whether it is true is seen once it is decided.
    """
    attested = event.attested if isinstance(event, Command | Opening) else None
    return Known(attested.how, attested.who) if attested else None


class Deciding:
    """The activity that decides."""

    def __init__(self, keyring: Keyring | None = None, known: Verifier = nobody_is_known) -> None:
        """Take the keys of the installation, with which keys of cases are wrapped, and what sees by whom a message is.

        Without keys records stay in clear.
        """
        self._keyring = keyring
        self._known = known

    @activity.defn(name="decide")
    def decide_waiting(self, ask: Ask) -> Decisions:
        """Decide what waits in a case, each message on the state that the one before it has left.

        May happen more than once: nothing is changed by it. It does not fail for what a message says: a mistake of ours
        is a result too. A case that has no key yet gets one with its first decision that makes an entry.

        Raises:
            ApplicationError: this process does not hold the case any more; then nobody waits for the result.
        """
        held = CASES.get(ask.number)
        if held is None:
            raise ApplicationError("The case was put away meanwhile.", type="PutAway")
        decisions = _Deciding(held, ask.now, self._known).all_of(tuple(held.waiting)[:MOST])
        return decisions if self._keyring is None else _with_key(decisions, held, self._keyring)


def _with_key(decisions: Decisions, held: CaseInMemory, keyring: Keyring) -> Decisions:
    """Give a case its key; one that it has is wrapped with the newest key of the ring."""
    if not held.case_key:
        return decisions.but(case_key=new_wrapped(held.case, keyring)) if decisions.decided else decisions
    anew = wrapped_anew(held.case, held.case_key, keyring)
    return decisions if anew == held.case_key else decisions.but(case_key=anew)


class _Deciding:
    """One go."""

    def __init__(self, held: CaseInMemory, now: datetime, known: Verifier) -> None:
        self._held = held
        self._now = now
        self._known = known
        self._recorded: Escalation | None = None
        self._present: Escalation | None = None
        self._settled: list[Settled] = []
        self._decided: list[Decided] = []
        self._notices: list[Notice] = []
        self._told_at: datetime | None = None
        self._mark = held.mark
        self._size = 0

    def all_of(self, waiting: Sequence[Waiting]) -> Decisions:
        """Decide each, as long as what comes of it can be carried."""
        structlog.contextvars.bind_contextvars(case=self._held.case)
        try:
            self._recorded, self._present = self._held.cases() or (None, None)
        except Exception as error:
            for one in waiting:
                self._is_mistaken(one, error)
            return self._result(None, None)
        before = self._present
        for one in waiting:
            self._decide(one)
            if self._size > MOST_BYTES:
                break
        return self._result(before, self._shown())

    def _decide(self, one: Waiting) -> None:
        try:
            sender = self._known(self._held.case, one.event) if isinstance(one.event, Command | Opening) else None
            try:
                decision = self._held.decide(self._present, one.event, self._now, sender)
            except Refusal as refusal:
                if one.is_answered or self._present is None:
                    self._settled.append(Settled(key=one.key, why=refusal.why, sentence=refusal.sentence))
                    return
                by = one.event.by if isinstance(one.event, Command) else Actor()
                refused = MessageRefused(name=one.name[:80], why=refusal.why, sentence=refusal.sentence, by=by)
                decision = self._held.decide(self._present, refused, self._now, sender)
            self._take(decision)
        except Exception as error:
            self._is_mistaken(one, error)
        else:
            self._settled.append(Settled(key=one.key, answer=decision.answer))

    def _take(self, decision: Decision) -> None:
        decided = decided_of(decision, self._recorded, self._mark)
        if decided is not None:
            self._mark = mark_of(decided.entries[-1])
            self._size += len(decided.model_dump_json())
            self._decided.append(decided)
            self._recorded = decision.escalation
        else:
            self._size += sum(len(notice.model_dump_json()) for notice in decision.notices)
            self._notices += decision.notices
        self._present = decision.escalation

    def _is_mistaken(self, one: Waiting, error: Exception) -> None:
        places = traceback.extract_tb(error.__traceback__)
        place = f"{places[-1].filename.rpartition('/')[2]}:{places[-1].lineno}" if places else ""
        log.error("deciding_failed", case=self._held.case, reason=type(error).__name__, place=place)
        answer = None
        if isinstance(one.event, RiskRaised):
            answer = Answer(sentence=RISK_IS_TOLD, entry=self._held.shown.entries if self._held.shown else 0)
            if not one.is_tried_again:
                self._tell("risk", ON_CALL, OFFICE)
        if self._told_at is None and (self._held.told_at is None or self._now >= self._held.told_at + TOLD_AGAIN):
            self._told_at = self._now
            self._tell("stands-still", ON_CALL, OFFICE)
        self._settled.append(Settled(key=one.key, answer=answer, mistake=type(error).__name__))

    def _tell(self, kind: str, *seats: Recipient) -> None:
        """Tell somebody without asking a rule. No entry is made, so the moment is part of the reference."""
        shown = self._held.shown
        due = f"Its next deadline: {say_due(shown.due, shown.zone)}." if shown and shown.due else ""
        place = f"{self._held.case}/{shown.entries if shown else 0}/{kind}-{self._now:%Y%m%d%H%M%S}"
        self._notices += [
            Notice(
                ref=f"{place}-{len(self._notices) + n}",
                case=self._held.case,
                kind=kind,
                to=seat,
                step=shown.policy_title if shown else "",
                fact=due if kind == "stands-still" else "",
                urgent=True,
            )
            for n, seat in enumerate(seats, 1)
        ]

    def _shown(self) -> Shown | None:
        if self._present is None:
            return None
        try:
            return shown_of(self._present)
        except Exception as error:
            self._is_mistaken(Waiting("", MessageRefused(name="", why="unknown", sentence="")), error)
            return None

    def _result(self, before: Escalation | None, shown: Shown | None) -> Decisions:
        present, loose, policy, calendar = self._present, None, None, None
        if present is not None and present is not before:
            loose = changes_between(self._recorded, present) if present is not self._recorded else None
            if before is not None and present.policy is not before.policy:
                policy = policy_edition(present.policy)
            if before is not None and present.calendar is not before.calendar:
                calendar = calendar_edition(present.calendar)
        return Decisions(
            settled=tuple(self._settled),
            decided=tuple(self._decided),
            loose=loose,
            policy=policy,
            calendar=calendar,
            notices=tuple(self._notices),
            mark=self._mark if self._decided else "",
            shown=shown,
            told_at=self._told_at,
            size=self._size,
        )
