"""Tell a whole case as a story: who records what, how time passes, and which notices leave."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.proof import Proof
from adapters.calendars import load_calendar
from adapters.policies import load_policy
from domain.base.people import Actor
from domain.case.effects import Notice
from domain.case.plan import Action
from domain.case.state import Answer
from domain.commands import ActDone, AlertAcknowledged, Opening, OutcomeSaid, PlanConfirmed, PlanProposed, RiskRaised
from domain.decide import open_case
from domain.policy.local_settings import Local
from domain.views.shown import shown_of
from domain.views.status import CaseStatus
from tests.workflows.histories import replay
from tests.workflows.postbag import Postbag, Shelf, seat
from workflows import WORKFLOW
from workflows.attributes import attributes_of
from workflows.caseload import Caseload
from workflows.run import Run
from workflows.starting import TASK_TIMEOUT

ROOT = Path(__file__).resolve().parents[2]
LINCOLNSHIRE, _ = load_policy(ROOT / "policies" / "lincolnshire.toml")
SAFE = {"reason": "No common view was found.", "interim-safety": "Daily contact is kept up."}
SIDES = ("schools", "police")
TRIES = 400


def by(agency: str, role: str) -> Actor:
    return Actor(agency=agency, role=role)


class Story:
    """One case on the real server."""

    def __init__(self, server: WorkflowEnvironment, queue: str, register: Shelf, postbag: Postbag) -> None:
        self.server = server
        self.queue = queue
        self.caseload = Caseload(server.client, queue)
        self.register = register
        self.postbag = postbag
        self.case = f"ESC-{uuid.uuid4().hex[:8]}"
        self._read = 0
        self._is_open = False

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.server.client.get_workflow_handle(self.case)

    # --- what people do

    def opening(self, **changes: Any) -> Opening:
        given: dict[str, Any] = {
            "case": self.case,
            "policy": LINCOLNSHIRE,
            "calendar": load_calendar("england-and-wales").for_case(changes.get("opened_at") or datetime.now(UTC)),
            "local": Local(),
            "facts": {"concern": "difference"},
            "raising": "schools",
            "receiving": ("police",),
            "partners": ("schools", "police", "nspcc"),
            "raiser": by("schools", "practitioner"),
        }
        return Opening(**{**given, **changes})

    async def opens(self, **changes: Any) -> "Story":
        assert await self.caseload.open(self.opening(**changes))
        self._is_open = True
        return self

    async def opens_otherwise(self, **run: Any) -> None:
        """Open it as the caseload does, but for how its runs are: when each ends, say."""
        opening = self.opening(opened_at=datetime.now(UTC))
        await self.server.client.start_workflow(
            WORKFLOW,
            Run(opening=opening, **run),
            id=self.case,
            task_queue=self.queue,
            task_timeout=TASK_TIMEOUT,
            search_attributes=attributes_of(shown_of(open_case(opening, datetime.now(UTC)).escalation)),
        )
        self._is_open = True

    async def opens_at_step_1(self, **changes: Any) -> "Story":
        """Open it, and read the two notices that a case at step 1 begins with."""
        await self.opens(**changes)
        await self.notices(*both("step-opened", "practitioner"))
        return self

    async def act(self, agency: str, role: str, act: str, **more: Any) -> Answer:
        more.setdefault("id", uuid.uuid4().hex)
        return await self.caseload.record(self.case, ActDone(by=by(agency, role), act=act, **more))

    async def outcome(self, agency: str, role: str, outcome: str, **more: Any) -> Answer:
        said = {"fields": SAFE, "id": uuid.uuid4().hex, **more}
        return await self.caseload.record(self.case, OutcomeSaid(by=by(agency, role), outcome=outcome, **said))

    async def propose(self, agency: str, role: str, days: int = 14, **more: Any) -> Answer:
        said = {"fields": {"fits-existing-plan": "yes"}, "id": uuid.uuid4().hex, **more}
        action = Action(
            what="Visit the family together.", owner=agency, by=(await self.now() + timedelta(days=days)).date()
        )
        said.setdefault("actions", (action,))
        return await self.caseload.record(self.case, PlanProposed(by=by(agency, role), **said))

    async def confirm(self, agency: str, role: str, version: int = 1) -> Answer:
        return await self.caseload.record(
            self.case, PlanConfirmed(by=by(agency, role), version=version, id=uuid.uuid4().hex)
        )

    async def acknowledges_alert(self) -> Answer:
        return await self.caseload.record(self.case, AlertAcknowledged(by=by("schools", "slo"), id=uuid.uuid4().hex))

    async def raises_risk(self, who: Actor, wording: str = "", same: str = "") -> Answer:
        said = RiskRaised(by=who, wording=wording, id=same or uuid.uuid4().hex)
        return await self.caseload.record(self.case, said)

    async def agrees(self, role: str, version: int = 1) -> None:
        """Both sides agree on one plan, and everybody is told."""
        await self.propose("schools", role)
        await self.notices(f"plan-proposed to {role} of police")
        await self.confirm("police", role, version)
        raiser = () if role == "practitioner" else ("outcome to practitioner of schools",)
        await self.notices(*raiser, *both("outcome", role))

    async def goes_up_from(self, step: int, *woken: str) -> None:
        """Step 1 or 2 is not agreed, and everybody is told; those *woken* before too, that it is owed no more."""
        here, there = {1: ("practitioner", "line-manager"), 2: ("line-manager", "slo")}[step]
        await self.outcome("schools", here, "not-agreed")
        raiser = () if step == 1 else ("outcome to practitioner of schools",)
        withdrawn = [f"alert-withdrawn to {rung}" for rung in woken]
        await self.notices(*raiser, *both("outcome", here), *withdrawn, *both("step-opened", there))

    async def climbs_to_step_4(self) -> None:
        """Steps 1 to 3 are not agreed, and it is urgent."""
        await self.opens_at_step_1()
        await self.goes_up_from(1)
        await self.goes_up_from(2)
        await self.outcome("schools", "slo", "not-agreed")
        await self.notices("outcome to practitioner of schools", *both("outcome", "slo"), *both("step-opened", "slo"))

    async def comes_to_rest(self) -> None:
        """Step 3 is not agreed and not urgent: the learning is done at once, and the dispute stays unresolved."""
        await self.outcome("police", "slo", "not-urgent")
        await self.notices(
            "outcome to practitioner of schools",
            *both("outcome", "slo"),
            "step-opened to ppet",
            *both("step-opened", "slo"),
        )
        await self.act("", "ppet", "considered")
        await self.outcome("", "ppet", "learning-done", fields={})
        await self.notices("outcome to practitioner of schools", *both("outcome", "slo"))

    async def files_everything(self) -> None:
        """Both sides write to each other and file it, as every step asks."""
        for agency in SIDES:
            owed = [one.what for one in (await self.stands()).owed if one.by == agency]
            if any("follow-up" in what for what in owed):
                await self.act(agency, "practitioner", "written-follow-up", method="secure portal")
            if any("filed" in what for what in owed):
                await self.act(agency, "practitioner", "filed")

    async def does_actions(self, agency: str, *numbers: int) -> None:
        for number in numbers:
            await self.act(agency, "practitioner", "action-done", fields={"action": str(number)})

    # --- time

    async def now(self) -> datetime:
        return await self.server.get_current_time(self.handle)

    async def stands(self) -> CaseStatus:
        return await self.caseload.look(self.case)

    async def time_passes(self, until: datetime) -> None:
        """Let virtual time run to *until*; fails if the server did not get there."""
        now = await self.now()
        assert until > now
        assert await self.server.fast_forward(self.handle, until - now + timedelta(seconds=5))

    async def passes(self, **span: float) -> None:
        await self.time_passes(await self.now() + timedelta(**span))

    async def next_moment_comes(self) -> datetime:
        moment = (await self.stands()).next_moment
        assert moment is not None
        await self.time_passes(moment)
        return moment

    # --- what comes of it

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for effects, which come after the answer."""
        for _ in range(TRIES):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"never: {what}; unread so far: {[seat(n) for n in self.unread()]}")

    def unread(self) -> list[Notice]:
        return self.postbag.of(self.case)[self._read :]

    def everything_is_read(self) -> None:
        """Which notices left is not what this story is about."""
        self._read += len(self.unread())

    async def notices(self, *expected: str) -> list[Notice]:
        """Exactly these notices have left since the last time this was asked, in this order, and no other."""
        await self.until(lambda: len(self.unread()) >= len(expected), f"all of {expected}")
        came = self.unread()
        said = [seat(notice) for notice in came]
        assert said == list(expected), f"came: {said}; expected: {list(expected)}"
        self._read += len(expected)
        return came

    async def entries(self) -> list[str]:
        """Kinds of entries in the register, once it holds everything the case has entered so far."""
        count = (await self.stands()).as_of
        await self.until(lambda: len(self.register.entries(self.case)) >= count, f"{count} entries")
        return [stored.entry.kind for stored in self.register.entries(self.case)]

    async def metadata(self) -> WorkflowMetadata:
        """What Temporal's own page shows of the case."""
        found: WorkflowMetadata = await self.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        return found

    async def current_details(self) -> str:
        return (await self.metadata()).current_details

    async def is_found(self, query: str) -> None:
        """Temporal's list finds it: eventually, as lists there do."""
        whole = f'WorkflowId="{self.case}" and {query}'
        for _ in range(TRIES):
            if [found.id async for found in self.server.client.list_workflows(whole)] == [self.case]:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"never found by {query}")

    async def is_quiet(self) -> None:
        """Wait until nothing is being entered, sent or decided any more."""
        for _ in range(TRIES):
            described = (await self.handle.describe()).raw_description
            begun = described.workflow_execution_info.history_length > 3  # a run after another begins a second later
            if begun and not described.pending_activities and not described.HasField("pending_workflow_task"):
                return
            await asyncio.sleep(0.01)
        raise AssertionError("something is still being entered or sent")

    async def closes(self) -> CaseStatus:
        """The case closes, its register is whole, and nothing more was sent than was asked for."""
        await self.handle.result()
        standing = await self.stands()
        assert standing.closed_at
        kinds = [stored.entry.kind for stored in self.register.entries(self.case)]
        assert len(kinds) == standing.as_of
        assert kinds[-1] == "closed"
        return standing

    async def ends_well(self) -> None:
        """No notice was left unread or sent twice, the register is whole, and the history replays."""
        if not self._is_open:
            return
        await self.is_quiet()
        unread = [seat(notice) for notice in self.unread()]
        assert unread == [], f"unread: {unread}"
        twice = [n.ref for n in self.postbag.of(self.case) if self.postbag.times(n.ref) != 1]
        assert twice == [], f"sent more than once: {twice}"
        url = self.register._connections.url
        faults = list(Proof(self.register, url).faults(self.case, datetime(2100, 1, 1, tzinfo=UTC)))
        assert faults == [], faults
        await replay(self.server.client, self.case)


def both(kind: str, role: str) -> tuple[str, str]:
    """The same notice to the same role of either side."""
    return (f"{kind} to {role} of schools", f"{kind} to {role} of police")
