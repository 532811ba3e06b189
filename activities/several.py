"""Those of several who have it not: told later than the others, or told and it did not arrive."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from adapters.directory import ChannelKind, DirectoryFault
from adapters.post import FOR_GOOD, PostDown, Receipts, kinds_of
from adapters.register.details import Detail, read_detail, waiting
from adapters.register.rows import Result
from domain.case.effects import Accepted, FailedAttempt

from .patience import AGAIN, SOONEST, Patience, pause_after
from .sending import EVERY_WAY, NOT_THERE, Sender
from .tries import NOBODY, Tries, Try

TOO_LONG = "WaitedTooLong"
"""Why one of several is given up: they could not be told in all the time that it may wait."""
_OURS = FOR_GOOD | {TOO_LONG, NOT_THERE, EVERY_WAY}
"""Reasons that no provider gave."""

log = structlog.get_logger()


class Several:
    """Sees to each of several alone, by the rows of the attempts that name a place."""

    def __init__(self, sender: Sender, receipts: Receipts, patience: Patience, clock: Callable[[], datetime]) -> None:
        self._sender = sender
        self._receipts = receipts
        self._patience = patience
        self._clock = clock

    def look(
        self, policy: str, accepted: Accepted, told: Sequence[Try], tries: Tries, now: datetime
    ) -> timedelta | None:
        """Look after each of those whom a notice went to, and return when to look again; None where nothing is left.

        Who could not be told is tried again. Of whom the provider says that it did not arrive, though it did for
        others, is told by their next channel.
        """
        rows = [one for one in told if one.to]
        try:
            pause, lost = self._ask(policy, accepted, told, rows, tries, now)
            sent = self._send(policy, accepted, rows, lost, tries, now)
        except (DirectoryFault, PostDown):
            return AGAIN
        return min((one for one in (pause, sent) if one), default=None)

    def _ask(
        self, policy: str, accepted: Accepted, told: Sequence[Try], rows: list[Try], tries: Tries, now: datetime
    ) -> tuple[timedelta | None, list[str]]:
        """Note for whom it did not arrive, and return when to ask again and which holders have it by no address.

        While nobody is known to have it, it is not ours: it then goes on to the next, for all of them.
        """
        nothing: tuple[None, list[str]] = None, []
        way = [one for one in told if one.result == "accepted" and not one.to][-1]
        is_same = (read_detail(way.detail).by, way.fallback) == (accepted.receipt.by, accepted.receipt.fallback)
        if not (is_same and self._receipts.come_by_some(way.channel)):
            return nothing
        contact = self._sender.contact_told(policy, accepted.receipt, accepted.notice)
        kinds = kinds_of(way.channel)
        if contact is None or sum(one.kind in kinds for one in contact.in_full.channels) < 2:
            return nothing
        patience = self._patience.with_(accepted.notice)
        fates = self._receipts.of_each(way.ref, way.channel, contact, way.at - patience / 2)
        states = {place: fate.state for place, (_, fate) in fates.items()}
        if self._receipts.come_by(way.channel) and "delivered" not in states.values():
            return nothing
        left, known = way.since + patience - now, {one.to for one in rows}
        for place, (channel, fate) in fates.items():
            if states[place] == "sending" and left <= timedelta():
                states[place] = "failed"
            if states[place] == "failed" and place not in known:
                why = fate.told if fate.state == "failed" else self._patience.ran_out(accepted.notice)
                log.warning("notice_not_delivered_to_all", ref=way.ref, channel=channel, reason=why)
                rows.append(
                    self._note(accepted, "refused", FailedAttempt(channel=channel, why=why, to=place), tries, now)
                )
        held = {_holder(place) for place, state in states.items() if state != "failed"}
        lost = {_holder(one.to) for one in rows if _is_from_provider(one)} - held - {one.to for one in rows}
        return (pause_after(now - way.since, left) if "sending" in states.values() else None), sorted(lost)

    def _send(
        self, policy: str, accepted: Accepted, rows: Sequence[Try], lost: Sequence[str], tries: Tries, now: datetime
    ) -> timedelta | None:
        """Tell those who are lost, and who could not be told before; returns when to try again."""
        first = [("failed", f"to {one}") for one in accepted.receipt.waiting]
        left = waiting([*first, *((one.result, one.detail) for one in rows)])
        since = now - max((one.since for one in rows if one.to in left), default=accepted.since)
        is_time = since >= SOONEST
        if left and now - accepted.since >= self._patience.waiting:
            for place in left:
                self._note(accepted, "refused", FailedAttempt(channel=NOBODY, why=TOO_LONG, to=place), tries, now)
            left = ()
        places = (*lost, *(left if is_time else ()))
        results = []
        contact = self._sender.contact_told(policy, accepted.receipt, accepted.notice) if places else None
        for result, one in self._sender.send_rest(contact, accepted.notice, places, tries.beat.if_time, _gone(rows)):
            self._note(accepted, result, one, tries, now)
            results.append(result)
        if left and not is_time:
            return SOONEST - since
        return pause_after(now - accepted.since) if "failed" in results else None

    def _note(self, accepted: Accepted, result: Result, one: FailedAttempt, tries: Tries, now: datetime) -> Try:
        """Note what became of a try for one of several."""
        tried = Try(
            ref=accepted.notice.ref,
            channel=one.channel,
            result=result,
            detail=str(Detail(one.why, accepted.receipt.by, one.to)),
            fallback=accepted.receipt.fallback,
            at=self._clock(),
            since=now,
            noted=False,
        )
        tries.add(accepted.notice, tried)
        return tried


def _holder(place: str) -> str:
    return place.partition(",")[0]


def _is_from_provider(row: Try) -> bool:
    return row.result == "refused" and _holder(row.to) != row.to and read_detail(row.detail).why not in _OURS


def _gone(rows: Iterable[Try]) -> dict[str, set[ChannelKind]]:
    """Return for each holder the kinds of address that a provider says came to nothing."""
    found: dict[str, set[ChannelKind]] = {}
    for row in rows:
        if _is_from_provider(row):
            found.setdefault(_holder(row.to), set()).update(kinds_of(row.channel))
    return found
