"""One round of the watch: check; tell what is new, has lasted an hour or is mended; then write the heartbeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from adapters.files import NotWritten
from adapters.register.errors import RegisterError
from adapters.web import NotReached, call

from .checks import IsDue, of_case, open_sheets, unread
from .found import Found
from .notebook import Notebook
from .telling import Channel, told

PING_WITHIN_SECONDS = 5.0
REGISTER_PATIENCE = timedelta(minutes=1)
"""How long a database may be away while it restarts."""

log = structlog.get_logger()

Look = Callable[[datetime], Iterator[Found]]


@dataclass(frozen=True)
class Report:
    """What a round found."""

    found: tuple[Found, ...]
    """In the order found, with findings whose patience has not ended."""
    is_sound: bool
    """True if everything was checked, and a channel took everything that had to be told."""
    ping: str = ""
    """`reached` or `not reached`; empty where no address is set, or the round was not sound."""


class Watch:
    """Goes round. One object for the life of the process; never two at once on one heartbeat file."""

    def __init__(
        self,
        look: Sequence[Look],
        channels: Sequence[Channel],
        notebook: Notebook,
        *,
        ping: str = "",
        training: bool = False,
    ) -> None:
        """Take what to look at, by which channels to tell, and which address to call after each sound round."""
        self._look = look
        self._channels = channels
        self._notebook = notebook
        self._ping = ping
        self._training = training

    def round(self, now: datetime) -> Report:
        """Go round once. Raises nothing: a failure of the watch itself is a finding too."""
        found, is_whole = self._all_found(now)
        is_told = self._tell(found, now)
        is_sound = is_whole and is_told
        if is_whole:
            self._notebook.last_round = now.isoformat(timespec="seconds")
        ping = self._give_sign() if is_sound and self._ping else ""
        self._notebook.ping = ping or self._notebook.ping
        self._keep()
        return Report(found, is_sound, ping)

    def _all_found(self, now: datetime) -> tuple[tuple[Found, ...], bool]:
        found: dict[str, Found] = {}
        is_whole = True
        for look in self._look:
            try:
                found |= {one.ref: one for one in look(now)}
            except Exception as error:
                name, is_whole = type(error).__name__, False
                log.error("watch_failed", error=name)  # its text may quote a row
                found["watch/itself"] = Found(
                    ref="watch/itself",
                    what="watch",
                    says=f"The watch could not look at everything ({name}).",
                    mend="See the watch's log, and tell whoever looks after this installation.",
                )
        return tuple(found.values()), is_whole and not any(one.what == "register" for one in found.values())

    def _tell(self, found: Sequence[Found], now: datetime) -> bool:
        """Tell what is due, then what is mended. True where nothing had to wait for a channel."""
        all_took, seen = True, set()
        for one in found:
            seen.add(one.ref)
            known = self._notebook.take(one, now)
            if not known.is_due(now):
                continue
            log.warning("watch_found", ref=one.ref)
            if told(self._channels, known.alarm(training=self._training), _not_taken):
                known.told_at, known.times = now.isoformat(timespec="seconds"), known.times + 1
            else:
                all_took = False
        # While the register cannot be read, nobody knows whether what was found in it is mended.
        is_blind = any(one.what in {"register", "watch"} for one in found)
        for ref in [] if is_blind else [ref for ref in self._notebook.known if ref not in seen]:
            known = self._notebook.known[ref]
            if known.times and not told(self._channels, known.alarm(mended=True, training=self._training), _not_taken):
                all_took = False
                continue
            del self._notebook.known[ref]
        return all_took

    def _give_sign(self) -> str:
        try:
            call(self._ping, PING_WITHIN_SECONDS)
        except NotReached as error:
            log.warning("watch_sign_not_taken", reason=str(error))
            return "not reached"
        return "reached"

    def _keep(self) -> None:
        try:
            self._notebook.save()
        except NotWritten as error:
            log.warning("watch_heartbeat_not_written", reason=type(error).__name__)


def cases(register: str, is_due: IsDue) -> Look:
    """Return how to look at every open case of the register at this address."""

    def look(now: datetime) -> Iterator[Found]:
        try:
            sheets = open_sheets(register)
        except (RegisterError, ValueError) as error:
            yield Found(
                ref="watch/register",
                what="register",
                says=str(error),
                mend="Until it can be read nothing is watched from outside: see that the database runs, and that the "
                "watch may read it.",
                patience=REGISTER_PATIENCE,
            )
            return
        yield from unread(sheets)
        for sheet in sheets:
            yield from of_case(sheet, now, is_due)

    return look


def _not_taken(channel: str, why: str) -> None:
    log.warning("watch_not_told", channel=channel, reason=why)
