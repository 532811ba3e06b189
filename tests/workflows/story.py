"""Tell a whole case as a story: who records what, how time passes, and which notices leave."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from adapters.calendars import load_calendar
from adapters.directory import Contact
from adapters.policies import load_policy
from adapters.register.register import Register
from domain.effects import Notice, Receipt
from domain.escalation import Answer
from domain.events import ActDone, Action, OutcomeSaid, Opening, PlanConfirmed, PlanProposed
from domain.local import Local
from domain.people import Actor
from domain.standing import Standing
from workflows.caseload import Caseload

ROOT = Path(__file__).resolve().parents[2]
LINCOLNSHIRE, _ = load_policy(ROOT / "policies" / "lincolnshire.toml")
SAFE = {"reason": "No common view was found.", "interim-safety": "Daily contact is kept up."}
TRIES = 400


class Postbag:
    """A post that keeps what it is given, in place of the real one."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        self.sent.append(notice)
        return Receipt(ref=notice.ref, channel="postbag", accepted_at=datetime.now(UTC))

    def of(self, case: str) -> list[Notice]:
        mine = {notice.ref: notice for notice in self.sent if notice.case == case}
        return sorted(mine.values(), key=lambda notice: [int(part) for part in notice.ref.split("/")[1:]])


def seat(notice: Notice) -> str:
    """Say a notice in one line: what, to whom."""
    return f"{notice.kind} to {notice.to.role}" + (f" of {notice.to.agency}" if notice.to.agency else "")


class Story:
    """One case on the real server."""

    def __init__(self, server: WorkflowEnvironment, queue: str, register: Register, postbag: Postbag) -> None:
        self.server = server
        self.caseload = Caseload(server.client, queue)
        self.register = register
        self.postbag = postbag
        self.case = f"ESC-{uuid.uuid4().hex[:8]}"
        self._read = 0

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.server.client.get_workflow_handle(self.case)

    async def opens(self, opened_at: datetime | None = None, **changes: Any) -> "Story":
        now = opened_at or datetime.now(UTC)
        given: dict[str, Any] = {
            "case": self.case,
            "policy": LINCOLNSHIRE,
            "calendar": load_calendar("england-and-wales").for_case(now),
            "local": Local(),
            "facts": {"concern": "difference"},
            "raising": "schools",
            "receiving": ("police",),
            "partners": ("schools", "police", "nspcc"),
            "raiser": Actor(agency="schools", role="practitioner"),
            "opened_at": opened_at,
        }
        assert await self.caseload.open(Opening(**{**given, **changes}))
        return self

    async def act(self, agency: str, role: str, act: str, **more: Any) -> Answer:
        return await self.caseload.record(self.case, ActDone(by=Actor(agency=agency, role=role), act=act, id=uuid.uuid4().hex, **more))

    async def outcome(self, agency: str, role: str, outcome: str, **more: Any) -> Answer:
        fields = more.pop("fields", SAFE)
        return await self.caseload.record(
            self.case, OutcomeSaid(by=Actor(agency=agency, role=role), outcome=outcome, fields=fields, id=uuid.uuid4().hex, **more)
        )

    async def propose(self, agency: str, role: str, days: int = 14) -> Answer:
        now = await self.server.get_current_time(self.handle)
        action = Action(what="Visit the family together.", owner=agency, by=(now + timedelta(days=days)).date())
        return await self.caseload.record(
            self.case,
            PlanProposed(by=Actor(agency=agency, role=role), actions=(action,), fields={"fits-existing-plan": "yes"}, id=uuid.uuid4().hex),
        )

    async def confirm(self, agency: str, role: str, version: int = 1) -> Answer:
        return await self.caseload.record(self.case, PlanConfirmed(by=Actor(agency=agency, role=role), version=version, id=uuid.uuid4().hex))

    async def file_everything(self) -> None:
        """Both sides write to each other and file it, as every step asks."""
        for agency in ("schools", "police"):
            await self.act(agency, "practitioner", "filed")
            if any("follow-up" in owed.what and owed.by == agency for owed in (await self.stands()).owed):
                await self.act(agency, "practitioner", "written-follow-up", method="secure portal")

    async def stands(self) -> Standing:
        return await self.caseload.look(self.case)

    async def time_passes(self, until: datetime) -> None:
        """Let virtual time run to *until*; fails if the server did not get there."""
        now = await self.server.get_current_time(self.handle)
        assert until > now
        assert await self.server.fast_forward(self.handle, until - now + timedelta(milliseconds=50))

    async def next_moment_comes(self) -> None:
        moment = (await self.stands()).next_moment
        assert moment is not None
        await self.time_passes(moment)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for effects, which come after the answer."""
        for _ in range(TRIES):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"never: {what}; notices so far: {[seat(n) for n in self.postbag.of(self.case)]}")

    async def notices(self, *expected: str) -> None:
        """Exactly these notices have left since the last time this was asked, in this order, and no other."""
        await self.until(lambda: len(self.postbag.of(self.case)) >= self._read + len(expected), f"{len(expected)} more notices")
        came = [seat(notice) for notice in self.postbag.of(self.case)[self._read :]]
        assert came == list(expected)
        self._read += len(expected)

    async def entries(self) -> list[str]:
        """Kinds of entries in the register, once it holds everything the case has entered so far."""
        count = (await self.stands()).as_of
        await self.until(lambda: len(self.register.entries(self.case)) >= count, f"{count} entries")
        return [stored.entry.kind for stored in self.register.entries(self.case)]

    async def closes(self) -> Standing:
        """The case closes, its register is whole, and nothing more was sent than was asked for."""
        standing = Standing.model_validate(await self.handle.result())
        assert standing.closed_at
        kinds = [stored.entry.kind for stored in self.register.entries(self.case)]
        assert len(kinds) == standing.as_of
        assert kinds[-1] == "closed"
        assert self.register.verify(self.case) == []
        assert [seat(n) for n in self.postbag.of(self.case)[self._read :]] == []
        return standing
