"""Following the record for programs elsewhere: what was entered is sent, in order for each case, until it is taken.

The record itself is the queue, so nothing is kept in memory however long a program is down. Each program is followed
by itself: one that is down or slow holds up neither the others nor anything else.
"""

import asyncio
import fcntl
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from adapters.private import make_file
from adapters.register import reading
from adapters.register.errors import RegisterError
from adapters.web import NotReached, call, is_loopback

from .cursor import FILE, Alarm, Cursor
from .file import Hook, WebhooksFaulty, load_hooks
from .happenings import ALARMS, Happening, of_entry, of_sending
from .looking import Look
from .signing import headers_of

LOOK_EVERY_SECONDS = 3.0
READ_EVERY_SECONDS = 15.0
"""How often the file of webhooks is looked at, and another process asked whether it still follows."""
WITHIN_SECONDS = 10.0
"""For one message to be taken."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
FOLLOWED_FOR = timedelta(days=1)
"""How long after an alert its notices are followed."""
MOST_HELD = 1000
"""Cases of which a message was refused, and that wait by themselves; beyond that the program counts as down."""
PASSES = frozenset({408, 425, 429})
"""Statuses of a refusal that will pass."""
LOCK = "webhooks.lock"

log = structlog.get_logger()


class NotTaken(Exception):  # noqa: N818 - reads as a sentence
    """A message was not taken: a short technical reason, without the address."""

    def __init__(self, why: str, *, is_refused: bool) -> None:
        super().__init__(why)
        self.is_refused = is_refused
        """Was this very message refused, while the program is there?"""


def send(hook: Hook, message: Happening, now: datetime, within: float = WITHIN_SECONDS) -> None:
    """Send one message, once. Raises NotTaken, and WebhooksFaulty where there is no secret to sign with."""
    body = json.dumps(message.as_json(), sort_keys=True, ensure_ascii=False).encode()
    try:
        call(hook.address, within, body, headers_of(message.id, int(now.timestamp()), body, hook.secrets()))
    except NotReached as error:
        is_refused = 400 <= error.status < 500 and error.status not in PASSES
        raise NotTaken(str(error), is_refused=is_refused) from None


class Follower:
    """Follows the record for one program. Its rounds are never at the same time."""

    def __init__(self, hook: Hook, register: str, look: Look, cursor: Cursor, clock: Callable[[], datetime]) -> None:
        """Take the register's address, and the look into it that all programs share; *clock* gives the present."""
        self.hook = hook
        self._register = register
        self._look = look
        self._cursor = cursor
        self._clock = clock
        self._told: dict[str, int] | None = None
        """What the cursor holds of this program, which nobody else changes; None until it is read."""
        self._held: dict[str, tuple[int, datetime]] = {}
        """Cases of which a message was refused: how often, and until when they wait."""
        self._rests_until: datetime | None = None
        self._tries = 0
        self._told_at: datetime | None = None

    def round(self) -> int:
        """Send what has come, and return how many messages were taken. Never raises for what is away."""
        if self._rests_until and self._clock() < self._rests_until:
            return 0
        try:
            return self._round()
        except WebhooksFaulty as fault:
            log.error("webhook_unusable", hook=self.hook.name, says=str(fault))
            self._rest("no secret")
        except RegisterError:
            log.warning("webhook_waits_for_the_register", hook=self.hook.name)
            self._rests_until = self._clock() + FIRST_WAIT
        except (OSError, sqlite3.Error) as error:
            self._told = None
            log.error("webhook_cursor_unusable", hook=self.hook.name, reason=type(error).__name__)
            self._rests_until = self._clock() + timedelta(minutes=1)
        return 0

    def _round(self) -> int:
        name, last = self.hook.name, self._look.last_numbers()
        if self._told is None:
            if not self._cursor.has_begun(name):
                self._cursor.begin(name, last)
                log.info("webhook_begins", hook=name)
                return 0
            self._told = self._cursor.told(name)
        told, taken = self._told, 0
        for case, number in last.items():
            if number > told.get(case, 0) and not self._waits(case):
                for is_taken in self._entries(case, told.get(case, 0), number):
                    if not is_taken:
                        return taken
                    taken += 1
        for is_taken in self._sendings():
            if not is_taken:
                return taken
            taken += 1
        return taken

    def _entries(self, case: str, after: int, last: int) -> Iterator[bool]:
        """Send the entries of one case; yield for each whether it was taken, False where the program is down."""
        if not (is_theirs := self._is_theirs(case)):
            if is_theirs is not None:
                self._tell(case, last)  # were they to join later, they hear of what comes then
            return
        for entry in self._look.entries(case, after, last):
            message = of_entry(entry)
            if self.hook.wants(message.type):
                outcome = self._sent(case, message)
                if outcome is None:
                    return
                yield outcome
                if not outcome:
                    return
            self._tell(case, entry["number"], self._alarm(entry))

    def _tell(self, case: str, number: int, alarm: Alarm | None = None) -> None:
        """Note how far a case was told."""
        self._cursor.tell(self.hook.name, case, number, alarm)
        if self._told is not None:
            self._told[case] = number

    def _alarm(self, entry: Mapping[str, Any]) -> Alarm | None:
        if entry["kind"] not in ALARMS or not self.hook.wants("alert.sent"):
            return None
        until = (self._clock() + FOLLOWED_FOR).isoformat()
        return Alarm(entry["case_ref"], int(entry["number"]), entry["kind"], until)

    def _sendings(self) -> Iterator[bool]:
        """Send which notices of alerts a channel has taken since; yield as `_entries`."""
        name = self.hook.name
        alarms = self._cursor.alarms(name)
        if not alarms:
            return
        sent, taken = self._cursor.sent(name), defaultdict[str, list[Mapping[str, Any]]](list)
        for one in self._look.accepted([alarm.case for alarm in alarms]):
            taken[one["case_ref"]].append(one)
        for alarm in alarms:
            if self._waits(alarm.case):
                continue
            for one in taken[alarm.case]:
                ref = one["notice_ref"]
                if not ref.startswith(f"{alarm.case}/{alarm.number}/") or ref in sent:
                    continue
                outcome = self._sent(alarm.case, of_sending(one, alarm.number, alarm.kind))
                if outcome is None:
                    break
                yield outcome
                if not outcome:
                    return
                self._cursor.tell_sent(name, ref)
                sent.add(ref)
            if self._clock() > datetime.fromisoformat(alarm.until):
                self._cursor.leave(name, alarm)

    def _is_theirs(self, case: str) -> bool | None:
        """Is a case one of those that the program is told of? None where that cannot be said yet."""
        if not self.hook.agency:
            return True
        standing = reading.read_standing(self._register, case)
        if standing is None or "agencies" not in standing:
            return None  # it is only just being entered, or cannot be read: it is looked at again
        return self.hook.agency in standing["agencies"]

    def _sent(self, case: str, message: Happening) -> bool | None:
        """Send a message: True where it was taken, False where the program is down, None where the case is to wait."""
        try:
            send(self.hook, message, self._clock())
        except NotTaken as error:
            if error.is_refused and len(self._held) < MOST_HELD:
                tries = self._held.get(case, (0, self._clock()))[0] + 1
                self._held[case] = (tries, self._clock() + _wait(tries))
                self._note_failure(str(error))
                return None
            self._rest(str(error))
            return False
        self._held.pop(case, None)
        if self._tries:
            log.info("webhook_back", hook=self.hook.name)
        if self._tries or self._told_at:
            self._cursor.took(self.hook.name)
        self._tries, self._told_at, self._rests_until = 0, None, None
        return True

    def _waits(self, case: str) -> bool:
        return case in self._held and self._clock() < self._held[case][1]

    def _rest(self, why: str) -> None:
        """Let the whole program rest, longer each time."""
        self._tries += 1
        self._rests_until = self._clock() + _wait(self._tries)
        self._note_failure(why)

    def _note_failure(self, why: str) -> None:
        now = self._clock()
        state = self._cursor.failed(self.hook.name, why, now)
        if self._told_at is None or now - self._told_at >= LONGEST_WAIT:
            log.warning("webhook_not_taken", hook=self.hook.name, reason=why, since=state.failing_since)
            self._told_at = now


def _wait(tries: int) -> timedelta:
    """Return how long to wait after so many tries in vain."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(tries - 1, 20)))


class Webhooks:
    """Follows the record for every program of the file, as long as this process has the data folder to itself."""

    def __init__(self, path: Path, data: Path, register: str, clock: Callable[[], datetime], *, training: bool) -> None:
        """Take the file of webhooks and the data folder. In training nothing leaves this machine."""
        self._path = path
        self._data = data
        self._register = register
        self._clock = clock
        self._training = training
        self._fault = ""

    async def keep_looking(self) -> None:
        """Follow until it is cancelled. A change of the file counts within seconds; a faulty one changes nothing."""
        hooks: tuple[Hook, ...] = ()
        while True:
            with _alone(self._data / LOCK) as is_alone:
                while is_alone:
                    hooks = self._hooks(hooks)
                    await self._follow(hooks)
            await asyncio.sleep(READ_EVERY_SECONDS)

    def _hooks(self, before: tuple[Hook, ...]) -> tuple[Hook, ...]:
        try:
            found = load_hooks(self._path)
        except WebhooksFaulty as fault:
            if self._fault != str(fault):
                log.error("webhooks_unusable", says=str(fault))
            self._fault = str(fault)
            return before
        self._fault = ""
        return tuple(one for one in found if not self._training or is_loopback(one.address))

    async def _follow(self, hooks: tuple[Hook, ...]) -> None:
        """Follow for these, until the file says otherwise."""
        if not hooks:
            await asyncio.sleep(READ_EVERY_SECONDS)
            return
        cursor = Cursor(self._data / FILE)
        threads = ThreadPoolExecutor(len(hooks), thread_name_prefix="webhook")
        look = Look(self._register)
        followers = [Follower(hook, self._register, look, cursor, self._clock) for hook in hooks]
        tasks = [asyncio.create_task(_rounds(one, threads)) for one in followers]
        try:
            while True:
                await asyncio.sleep(READ_EVERY_SECONDS)
                if self._hooks(hooks) != hooks:
                    return
        finally:
            for task in tasks:
                task.cancel()
            threads.shutdown(wait=False, cancel_futures=True)  # what is being sent is not waited for


async def _rounds(follower: Follower, threads: ThreadPoolExecutor) -> None:
    while True:
        try:
            await asyncio.get_running_loop().run_in_executor(threads, follower.round)
        except Exception as error:
            log.error("webhook_failed", hook=follower.hook.name, reason=type(error).__name__)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


@contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    """Say whether this process alone follows for a data folder, while the block lasts."""
    try:
        make_file(lock)
        opened = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        log.error("webhooks_unusable", says=f"{lock.name} cannot be made ({type(error).__name__})")
        yield False
        return
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(opened)
