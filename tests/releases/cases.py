"""Cases at every step of two policies, as people brought them there while the old version ran."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from temporalio.client import WorkflowHandle

from adapters.calendars import load_calendar
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.commands import Opening
from tests.domain.case import Case
from tests.releases.installation import Installation
from tests.walks.all import WALKS
from tests.walks.steps import PARTNERS, A, Walk
from tests.walks.telling import policy_of, ready, tell
from workflows.caseload import Caseload

POLICIES = ("lincolnshire", "sutton")


class Stop(NamedTuple):
    """A point of a walk at which a case stands when the version changes."""

    walk: str
    after: int
    """So many steps of the walk have been taken."""
    situations: tuple[str, ...]
    """Which steps are open, how the dispute has ended, whether it is closed, what there is of a plan."""


class Told(NamedTuple):
    """A case that was told as far as its stop."""

    ref: str
    stop: Stop
    ahead: timedelta
    """How far its own clock is ahead, for what the walk waited."""


def stops() -> list[Stop]:
    """Return where cases are to stand: at every step of the two policies that a walk comes to, each reached the soonest
    way, after every way in which a dispute ends, when closed, and with a plan that is proposed or agreed."""
    soonest: dict[tuple[str, str], Stop] = {}
    for name, walk in WALKS.items():
        if walk.policy in POLICIES:
            for stop in _stops(name, walk):
                for situation in stop.situations:
                    known = soonest.setdefault((walk.policy, situation), stop)
                    if stop.after < known.after:
                        soonest[walk.policy, situation] = stop
    return sorted(set(soonest.values()))


def _stops(name: str, walk: Walk) -> list[Stop]:
    found: list[Stop] = []

    def look(case: Case) -> None:
        state = case.state
        plan = [] if state.plan is None else ["plan agreed" if state.plan.agreed_at else "plan proposed"]
        ended = [case.ended] if case.ended else []
        closed = ["closed"] if state.closed_at else []
        found.append(Stop(name, len(found), (*case.stages, *ended, *closed, *plan)))

    tell(walk, before_each=look)
    return found


async def told(here: Installation, stop: Stop) -> Told:
    """Open a case and take its walk as far as the stop, on the server."""
    walk, ref = WALKS[stop.walk], make_reference(uuid.uuid4().int % 2**35)
    caseload = Caseload(here.client, here.settings.task_queue)
    now = datetime.now(UTC)
    opening = Opening(
        case=ref,
        policy=policy_of(walk),
        calendar=load_calendar("england-and-wales").for_case(now),
        raiser=Actor(role=walk.raiser),
        facts=walk.facts,
        raising=A,
        receiving=walk.receiving,
        partners=PARTNERS,
        **walk.more,
    )
    await caseload.open(opening)
    handle: WorkflowHandle[object, object] = here.client.get_workflow_handle(ref)
    ahead = timedelta()
    for step in walk.steps[: stop.after]:
        if step.waits:
            assert await here.server.fast_forward(handle, step.waits + timedelta(seconds=5))
            ahead += step.waits + timedelta(seconds=5)
        if step.says is not None and not step.refused:
            plan = (await caseload.look(ref)).plan
            message = step.says(datetime.now(UTC) + ahead)
            await caseload.record(ref, ready(message, plan.version if plan else 1).but(id=uuid.uuid4().hex))
    return Told(ref, stop, ahead)
