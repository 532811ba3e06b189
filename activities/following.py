"""Follow up what was accepted: a provider's "sending" is not "delivered", so what does not arrive goes another way."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from adapters.directory import DirectoryFault
from adapters.post import PostDown, Receipts
from adapters.register.details import Detail, read_detail
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from domain.base.value import Value
from domain.case.effects import Accepted, Notice
from domain.engine.seats import is_on_call

from .heartbeat import Heartbeat
from .patience import AGAIN, SOONEST, Patience, pause_after
from .sending import EVERY_WAY, Sender
from .several import Several
from .tries import NOBODY, Tries, Try

ALERT = "alert"
log = structlog.get_logger()


class Following(Value):
    """Notices to be followed, and the policy whose directory says who is told next."""

    policy: str
    taken: tuple[Accepted, ...]


class FollowUp:
    """The activity that follows notices until each has arrived, or every way has been tried."""

    def __init__(
        self, sender: Sender, register: Register, receipts: Receipts, patience: Patience, clock: Callable[[], datetime]
    ) -> None:
        self._sender = sender
        self._register = register
        self._receipts = receipts
        self._patience = patience
        self._clock = clock
        self._several = Several(sender, receipts, patience, clock)

    @activity.defn(name="follow")
    def follow(self, following: Following) -> None:
        """Ask what became of each notice; what was not delivered goes by the next channel, then to the next person.

        May happen more than once: what was tried is known from the register's attempts, and from the heartbeat where
        that is down. Waits by being tried again, so no worker is kept busy.

        Raises:
            ApplicationError: `UnderWay` while any notice still is, or a way to send it on is down, or the register.
        """
        structlog.contextvars.bind_contextvars(case=following.taken[0].notice.case)
        beat = Heartbeat(self._clock)
        with beat.kept_up():
            pauses = self.look_after(following.policy, following.taken, beat)
        if pauses:
            raise under_way(pauses)

    def look_after(self, policy: str, followed: Iterable[Accepted], beat: Heartbeat) -> list[timedelta]:
        """Look after each notice once; return when to look again, one span for each that is still under way."""
        now = activity.info().current_attempt_scheduled_time
        followed = sorted(followed, key=lambda one: not is_on_call(one.notice.to))
        tries = Tries(self._sender, self._register, followed, beat)
        pauses = []
        for accepted in followed:
            if pause := self._look(policy, accepted, tries, now):
                pauses.append(pause)
            beat.if_time()
        return [*pauses, AGAIN] if tries.wait_for_register else pauses

    def _look(self, policy: str, accepted: Accepted, tries: Tries, now: datetime) -> timedelta | None:
        """Look after one notice; returns when to look again, or None where nothing more is to be done about it."""
        every = tries.of(accepted)
        pauses = [
            self._look_after_all(policy, accepted, [one for one in every if not one.to], tries, now),
            None if self._is_answered(accepted.notice) else self._several.look(policy, accepted, every, tries, now),
        ]
        return min((pause for pause in pauses if pause), default=None)

    def _look_after_all(
        self, policy: str, accepted: Accepted, told: Sequence[Try], tries: Tries, now: datetime
    ) -> timedelta | None:
        """Ask what became of it; where it did not arrive, send it on."""
        last = max(place for place, one in enumerate(told) if one.result == "accepted")
        way, heard = told[last], told[last + 1 :]
        if any(one.result == "delivered" or (one.result, one.channel) == ("undelivered", NOBODY) for one in heard):
            return None
        if not any(one.result == "undelivered" for one in heard):
            if not self._receipts.come_by(way.channel):
                return None
            word = self._ask(accepted.notice, way, now)
            if isinstance(word, timedelta):
                return word
            tries.add(accepted.notice, word)
            if word.result == "delivered":
                return None
        return self._send_on(policy, accepted.notice, told, tries, now)

    def _ask(self, notice: Notice, way: Try, now: datetime) -> Try | timedelta:
        """Return what the provider says became of a notice, or how long to wait before asking it again."""
        patience = self._patience.with_(notice)
        fate = self._receipts.fate(way.ref, way.channel, way.at - patience / 2)
        heard = way.but(at=self._clock(), since=now, noted=False)
        left = way.since + patience - now
        if fate.state == "delivered":
            return heard.but(result="delivered")
        if fate.state != "failed" and left > timedelta():
            return pause_after(now - way.since, left)
        why = fate.told if fate.state == "failed" else self._patience.ran_out(notice)
        log.warning("notice_not_delivered", ref=way.ref, channel=way.channel, reason=why)
        return heard.but(result="undelivered", detail=str(Detail(why, read_detail(way.detail).by)))

    def _send_on(
        self, policy: str, notice: Notice, told: Iterable[Try], tries: Tries, now: datetime
    ) -> timedelta | None:
        """Send a notice by the next way; one that was answered in the meantime needs none."""
        if self._is_answered(notice):
            return None
        told = list(told)
        gone = {way for one in told if one.result in {"accepted", "refused"} for way in one.ways}
        heard = max((one.since for one in told if one.result == "undelivered"), default=now)
        waits = now - heard < self._patience.waiting
        try:
            receipt = self._sender.send(policy, notice, gone, tries.beat.if_time, waits=waits)
        except (PostDown, DirectoryFault):
            return AGAIN
        if receipt.channel:
            tries.add(notice, Try.by_receipt(receipt, now))
            return SOONEST if self._receipts.come_by(receipt.channel) else None
        log.error("notice_reached_nobody", ref=notice.ref)
        end = Try(ref=notice.ref, channel=NOBODY, result="undelivered", detail=EVERY_WAY, at=self._clock(), since=now)
        tries.add(notice, end.but(noted=False))
        return None

    def _is_answered(self, notice: Notice) -> bool:
        """Was an alert acknowledged, or what it is about done? Then it did reach somebody, or need reach nobody."""
        return notice.kind == ALERT and not any(self._waits(one) for one in (notice, *notice.together))

    def _waits(self, alert: Notice) -> bool:
        """Is something overdue that nobody has acknowledged? Where the register cannot tell, it is."""
        try:
            view = self._register.view(alert.case)
        except RegisterError:
            return True
        number = alert.ref.removeprefix(f"{alert.case}/").partition("/")[0]
        if view is None or view["as_of"] < int(number):
            return True
        return any(one["overdue"] and not one.get("acknowledged_until") for one in view["owed"])


def under_way(pauses: Sequence[timedelta]) -> ApplicationError:
    """Say that notices are under way, each to be looked at again after its pause."""
    return ApplicationError(
        f"{len(pauses)} notices are under way",
        type="UnderWay",
        next_retry_delay=min(pauses),
        category=ApplicationErrorCategory.BENIGN,
    )
