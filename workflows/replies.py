"""Replies to alerts by text message: a plain yes acknowledges. A loop beside the worker, not a workflow."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import structlog

from adapters.attestation import Attestations
from adapters.post import PostDown, PostMisconfigured
from adapters.post.replies import Received, ReplySource, SentText, same_number
from adapters.register.alerted import alert_of, sent_together
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.commands import AlertAcknowledged, Message
from domain.engine.seats import ON_CALL

from .caseload import NoSuchCase

A_DAY = timedelta(hours=24)
"""A reply is about an alert of the day before it, and is itself acted on for a day."""
OVERLAP = timedelta(minutes=5)
"""Asked for again each time, in case the provider lists something late."""
EVERY_SECONDS = 30.0
REST_SECONDS = 600.0
"""After an answer that only a mended setting makes better."""

Became = Literal["acknowledged", "refused", "left alone", "stranger", "waits"]
_FIRST: tuple[Became, ...] = ("waits", "acknowledged", "refused")
"""What a reply to several alerts in one message became: the first of these that any of them did."""
Record = Callable[[str, Message], Awaitable[Answer]]

log = structlog.get_logger()


class TextReplies:
    """Fetches text messages and acknowledges the alerts that they plainly say yes to.

    Each is acted on at least once, under an id of its own, so it counts once: after a restart, or with several
    workers, the case gives the answer it gave before. No telephone number and no word of a reply is kept or logged.
    """

    def __init__(
        self,
        source: ReplySource,
        register: str,
        record: Record,
        clock: Callable[[], datetime],
        attestations: Attestations | None = None,
    ) -> None:
        """Take the channel of text messages, the register's address, and how a message is recorded in a case.

        *attestations* show that a message came by a reply from a number that was written to.
        """
        self._attestations = attestations
        self._source = source
        self._register = register
        self._record = record
        self._clock = clock
        self._settled: dict[str, datetime] = {}
        self._since = clock() - A_DAY

    async def keep_looking(self) -> None:
        """Look each half minute, until it is cancelled; nothing else ends it."""
        while True:
            rest = EVERY_SECONDS
            try:
                await self.look()
            except PostMisconfigured as error:
                log.error("text_replies_not_fetched", says=str(error))
                rest = REST_SECONDS
            except PostDown as error:
                log.warning("text_replies_not_fetched", says=str(error))
            except Exception as error:  # a mistake of ours ends no loop; its words might repeat a number
                log.error("text_replies_failed", reason=type(error).__name__)
            await asyncio.sleep(rest)

    async def look(self) -> Counter[Became]:
        """Fetch what is new and act on it, the oldest first; return how many became what. Raises PostDown."""
        oldest = self._clock() - A_DAY
        came = await asyncio.to_thread(self._source.received, max(self._since, oldest))
        new = [one for one in reversed(came) if one.id not in self._settled and one.created_at > oldest]
        asked = [one.created_at for one in new if one.says_yes]
        sent = await asyncio.to_thread(self._source.sent, min(asked) - A_DAY) if asked else ()
        became: Counter[Became] = Counter()
        waiting = []
        for reply in new:
            outcome = await self._take(reply, sent)
            became[outcome] += 1
            if outcome == "waits":
                waiting.append(reply.created_at)
            else:
                self._settled[reply.id] = reply.created_at
        self._since = min(waiting, default=max((one.created_at for one in came), default=oldest)) - OVERLAP
        self._settled = {id_: at for id_, at in self._settled.items() if at > oldest}
        if set(became) - {"waits"}:
            log.info("text_replies_fetched", **{word.replace(" ", "_"): many for word, many in became.items()})
        return became

    async def _take(self, reply: Received, sent: Sequence[SentText]) -> Became:
        """Act on one reply."""
        if not reply.says_yes:
            return "left alone"
        ours = [one for one in sent if one.reference and same_number(one.phone_number or "", reply.user_number)]
        before = [one.reference for one in ours if _is_about(reply, one.created_at) and one.reference]
        if not before:
            return "stranger"
        try:
            case = reply.case
        except ValueError:
            return "left alone"  # it names a case, with a mistake in it
        try:
            return await self._answer(reply, before, case)
        except Exception as error:  # whatever it is, it holds up no other reply
            log.warning("text_reply_waits", reply=reply.id, reason=type(error).__name__)
            return "waits"

    async def _answer(self, reply: Received, refs: list[str], case: str) -> Became:
        """Acknowledge the newest alert among *refs*, which come the newest first, and those in the same message.

        Where the reply names a *case*, the newest that is about it, and no other.
        """
        for ref in refs:
            alert = await asyncio.to_thread(alert_of, self._register, ref)
            if alert.state == "not entered" and ref.startswith(case):
                return "waits"
            if alert.state in {"not entered", "no alert"}:
                continue
            together = await asyncio.to_thread(sent_together, self._register, ref)
            if meant := [one for one in together if one.startswith(case)]:
                became = {await self._acknowledge(reply, one) for one in meant}
                return next(word for word in _FIRST if word in became)
        return "left alone"

    async def _acknowledge(self, reply: Received, ref: str) -> Became:
        if (await asyncio.to_thread(alert_of, self._register, ref)).state != "waiting":
            return "refused"
        case, number, _ = ref.split("/")
        said: Message = AlertAcknowledged(
            by=Actor(role="on-call"),
            at=min(reply.created_at, self._clock()),
            answers=int(number),
            id=f"text/{reply.id}",
            evidence=f"a text reply to notice {ref}",
        )
        if self._attestations:
            said = self._attestations.with_sender(case, said, "t", ON_CALL.title)
        try:
            await self._record(case, said)
        except Refusal as refusal:
            log.info("text_reply_refused", case=case, ref=ref, why=refusal.why)
            return "waits" if refusal.why == "time" else "refused"  # the provider's clock is ahead of the server's
        except NoSuchCase:
            log.info("text_reply_refused", case=case, ref=ref, why="unknown")
            return "refused"
        log.info("text_reply_acknowledged", case=case, ref=ref)
        return "acknowledged"


def _is_about(reply: Received, sent_at: datetime) -> bool:
    return reply.created_at - A_DAY < sent_at <= reply.created_at
