"""The proof that a worker makes of the whole record once a day, at a quiet hour, and whom it tells of what it finds."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta

import structlog

from adapters.directory import Contact
from adapters.files import NotWritten
from adapters.post import Post, PostFailed
from adapters.register.errors import RegisterError, TextLocked
from adapters.register.proof_note import ProofNote
from adapters.register.rows import Fault
from domain.base.words import say_instant
from domain.case.effects import Notice, Recipient
from domain.engine.seats import ON_CALL
from domain.engine.senders import OFFICE
from domain.time.local_time import from_wall, to_zone

from .checkpoints import Checkpoints, NotMade
from .proof import Proof

log = structlog.get_logger()

ZONE = "Europe/London"
"""On whose clocks the hour is."""
QUIET = timedelta(hours=4)
"""How long after its hour a proof may still begin: one that was missed is made the next night."""
OVERDUE = timedelta(hours=48)
"""After so long without a proof it is made at any hour."""
AGAIN = timedelta(minutes=15)
"""Until it is tried again where the register was away, or nobody could be told."""
LOOK_EVERY_SECONDS = 60.0
BETWEEN_CASES_SECONDS = 0.02
"""Left to others after each case: there is no hurry."""
NAMED = 10
"""Cases that a message names; further ones are counted."""


OF_FAULTS = Notice(ref="", case="", kind="proof-fault", to=OFFICE, urgent=True)
OF_UNREAD = Notice(ref="", case="", kind="proof-unread", to=OFFICE)
"""Nothing is lost yet, and a key is put back in working hours: nobody is woken."""


class DailyProof:
    """Proves the record when its hour has come. One object for the life of a worker; `look` is for one thread."""

    def __init__(
        self,
        proof: Proof,
        note: ProofNote,
        tell: Callable[[str, str], bool],
        clock: Callable[[], datetime],
        at: time,
        checkpoints: Checkpoints | None = None,
        tell_unread: Callable[[str, str], bool] = lambda *_: True,
    ) -> None:
        """Take the note of the last proof, and what tells: a reference and a sentence; False where nobody took it.

        *tell_unread* tells likewise that what people wrote could not be read: once, until all of it could be again.
        With *checkpoints* one is made after each proof, and the next proof holds the record against it.
        """
        self._checkpoints = checkpoints
        self._proof = proof
        self._note = note
        self._tell = tell
        self._tell_unread = tell_unread
        self._clock = clock
        self._at = at
        self._not_before = clock()
        self._stopped = threading.Event()

    def look(self) -> None:
        """Prove the record if it is time, and tell of what was found and nobody was told of; cheap otherwise."""
        now = self._clock()
        if now < self._not_before:
            return
        if not self._note.since:
            self._note.since = now.isoformat(timespec="seconds")
            self._keep()
        if self._is_due(now):
            self._prove(now)
        if self._note.faults and self._note.digest != self._note.told:
            self._tell_of_it()
        if self._note.unread and not self._note.unread_told:
            self._tell_of_unread()

    async def keep_looking(self) -> None:
        """Look each minute, until it is cancelled; a proof that is being made then ends with the case that it is at."""
        try:
            while True:
                try:
                    await asyncio.to_thread(self.look)
                except Exception as error:  # a mistake of ours ends no night after this one
                    self._not_before = self._clock() + AGAIN
                    log.error("record_not_proved", reason=type(error).__name__)
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            self._stopped.set()

    def _is_due(self, now: datetime) -> bool:
        last = datetime.fromisoformat(self._note.last or self._note.since)
        hour = self._hour_before(now)
        return last < hour and (now - hour <= QUIET or now - last >= OVERDUE)

    def _hour_before(self, now: datetime) -> datetime:
        """Return the last instant at which the clocks showed the hour."""
        day = to_zone(now, ZONE).date()
        today = from_wall(datetime.combine(day, self._at), ZONE)
        return today if today <= now else from_wall(datetime.combine(day - timedelta(days=1), self._at), ZONE)

    def _prove(self, now: datetime) -> None:
        self._not_before = now + AGAIN
        known, locked = self._note.end, list[TextLocked]()
        try:
            faults = list(self._proof.faults(None, now, known, self._goes_on, locked.append))
            faults += self._checkpoints.faults() if self._checkpoints else ()
            end, cases = self._proof.end_of_ledger(), self._proof.cases()
        except RegisterError as error:
            log.warning("record_not_proved", reason=type(error).__name__)
            return
        if self._stopped.is_set():
            return
        note = self._note
        note.last, note.cases, note.faults = now.isoformat(timespec="seconds"), cases, len(faults)
        unread = sorted({one.case_ref for one in locked if not one.is_damage})  # that is among the faults
        note.says, note.digest = said(faults, cases, len(unread)), ProofNote.digest_of(faults)
        note.unread, note.unread_says = len(unread), said_of_unread(unread, cases)
        note.told = note.told if faults else ""
        note.unread_told = note.unread_told and bool(unread)
        # An end that has gone back is what shows that cases were taken out: it is kept until it is mended.
        if end is not None and (known is None or (end.number >= known.number and not _of_the_ledger(faults))):
            note.end = end
        log.info("record_proved", cases=cases, faults=len(faults), unread=len(unread))
        self._keep()
        if self._checkpoints:
            self._make_checkpoint(self._checkpoints, now)

    def _make_checkpoint(self, checkpoints: Checkpoints, now: datetime) -> None:
        try:
            made = checkpoints.make(now)
        except (NotMade, RegisterError) as error:
            log.warning("checkpoint_not_made", says=str(error))
        else:
            log.info("checkpoint_made", name=made.checkpoint.name, heads=made.checkpoint.size)

    def _goes_on(self) -> bool:
        return not self._stopped.wait(BETWEEN_CASES_SECONDS)

    def _tell_of_it(self) -> None:
        note = self._note
        log.error("record_at_fault", faults=note.faults)
        if self._tell(f"proof/{note.digest[:16]}", note.says):
            note.told = note.digest
            self._keep()
        else:
            self._not_before = self._clock() + AGAIN

    def _tell_of_unread(self) -> None:
        note = self._note
        log.error("record_not_read", cases=note.unread)
        if self._tell_unread(f"proof-unread/{note.last}", note.unread_says):
            note.unread_told = True
            self._keep()
        else:
            self._not_before = self._clock() + AGAIN

    def _keep(self) -> None:
        try:
            self._note.save()
        except NotWritten as error:
            log.warning("proof_not_noted", reason=error.why)


class ProofTold:
    """Tells those in some seats, for each policy that has cases, each person once."""

    def __init__(
        self,
        post: Post,
        policies: Callable[[], Sequence[str]],
        contacts: Callable[[str, Notice], Iterable[Contact]],
        otherwise: Iterable[tuple[Recipient, Contact]] = (),
        notice: Notice = OF_FAULTS,
        seats: Sequence[Recipient] = (OFFICE, ON_CALL),
    ) -> None:
        """Take who is told of a notice under a policy, the next where the first cannot be; and who is told *otherwise*,
        where no policy names anybody or nobody can say which policies there are. *notice* is what is sent, but for what
        it says and to whom: `OF_FAULTS`, or `OF_UNREAD`.
        """
        self._notice = notice
        self._seats = seats
        self._post = post
        self._policies = policies
        self._contacts = contacts
        self._otherwise = tuple(otherwise)

    def __call__(self, ref: str, sentence: str) -> bool:
        """Tell it; False where nobody took it. Post that is down for one stops no other."""
        told: set[tuple[object, ...]] = set()
        for place, (to, contacts) in enumerate(self._each(ref, sentence), 1):
            notice = self._notice.but(ref=f"{ref}/{place}", to=to, fact=sentence)
            for contact in contacts:
                whose = (contact.addresses, contact.channels)
                if whose in told or self._took(notice, contact):
                    told.add(whose)
                    break
        return bool(told)

    def _each(self, ref: str, sentence: str) -> list[tuple[Recipient, list[Contact]]]:
        found: list[tuple[Recipient, list[Contact]]] = []
        try:
            policies = self._policies()
        except RegisterError:
            policies = ()
        for policy in policies:
            for to in self._seats:
                try:
                    found.append((to, list(self._contacts(policy, self._notice.but(ref=ref, to=to, fact=sentence)))))
                except Exception as error:  # a directory that cannot be read leaves the others
                    log.warning("proof_contact_not_found", policy=policy, reason=type(error).__name__)
        return found + [(to, [contact]) for to, contact in self._otherwise if to in self._seats]

    def _took(self, notice: Notice, contact: Contact) -> bool:
        try:
            self._post.send(notice, contact)
        except PostFailed as error:
            log.warning("proof_not_told", reason=type(error).__name__)
            return False
        return True


def said(faults: Sequence[Fault], cases: int, unread: int = 0) -> str:
    """Say in a sentence or two what a proof found. Nothing that somebody has put into the database is repeated.

    *unread* is in how many cases what people wrote could not be read.
    """
    of = _count_of(cases)
    not_read = f" In {unread} no key that is here opens what people wrote, so that was not proved." if unread else ""
    if not faults:
        return f"The record of {of} is whole{', as far as it could be read' if unread else ''}.{not_read}"
    count = f"{len(faults)} {'fault was' if len(faults) == 1 else 'faults were'}"
    named = sorted({one.case_ref for one in faults if _is_reference(one.case_ref)})
    places = [f"in {_named(named)}"] * bool(named)
    if any(not _is_reference(one.case_ref) for one in faults):
        places.append("in what belongs to no one case: the database, its ledger of cases, or policies and calendars")
    return f"The record of {of} was proved, and {count} found {'; and '.join(places)}.{not_read}"


def said_of_unread(unread: Sequence[str], cases: int) -> str:
    """Say in which cases what people wrote could not be read; nothing where it could in all."""
    if not unread:
        return ""
    of, named = f"{len(unread)} of {_count_of(cases)}", _named([one for one in unread if _is_reference(one)])
    return f"In {of} what people wrote could not be read, for no key that is here opens it: {named}."


def _count_of(cases: int) -> str:
    return f"{cases} {'case' if cases == 1 else 'cases'}"


def _named(cases: Sequence[str]) -> str:
    more = f" and {len(cases) - NAMED} more" if len(cases) > NAMED else ""
    return f"{', '.join(cases[:NAMED])}{more}"


def last_said(note: ProofNote) -> str:
    """Say when the record was last proved, and what was found."""
    if not note.last:
        return "The record was never proved by a worker."
    return f"{note.says} That was on {say_instant(datetime.fromisoformat(note.last), ZONE)}."


def _is_reference(case: str) -> bool:
    return bool(case) and case.isascii() and len(case) < 20 and case.replace("-", "").isalnum()


def _of_the_ledger(faults: Iterable[Fault]) -> bool:
    return any(one.place.startswith("ledger line") for one in faults)
