"""Tell a walk to `decide` alone, and note which ways out of which steps it took."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.policies import load_policy
from domain.base.people import Actor
from domain.commands import Message, PlanConfirmed
from domain.policy import Policy
from domain.views.status import CaseStatus, status_of
from tests.domain.case import LONDON, Case, refused

from .steps import PARTNERS, A, Owing, Step, Walk

POLICIES = Path(__file__).resolve().parents[2] / "policies"


def policy_of(walk: Walk) -> Policy:
    """Return the shipped policy of a walk."""
    return shipped(walk.policy)


def shipped(name: str) -> Policy:
    """Return the shipped policy of that name."""
    return load_policy(POLICIES / f"{name}.toml")[0]


def tell(walk: Walk, before_each: Callable[[Case], None] = lambda _: None, **more: Any) -> Case:
    """Tell the whole of it, and let the case be looked at before each step; fails at the first that goes otherwise.

    *more* is said at its opening beside what the walk says.
    """
    case = Case(
        policy=policy_of(walk),
        raiser=Actor(role=walk.raiser),
        facts=walk.facts,
        raising=A,
        receiving=walk.receiving,
        partners=PARTNERS,
        **walk.more | more,
    )
    for number, step in enumerate(walk.steps, 1):
        before_each(case)
        _take(case, step, f"step {number}")
    before_each(case)
    case.replays()
    return case


def ready(message: Message, newest: int) -> Message:
    """Return the message with the plan's version that it confirms."""
    return message.but(version=newest) if isinstance(message, PlanConfirmed) else message


def owed_so(owing: Owing, standing: CaseStatus) -> bool:
    """Is it owed, late or no longer owed, as a walk says?"""
    found = [one for one in standing.owed if owing.what in one.what and owing.by in {"", one.by}]
    return not found if owing.gone else any(one.overdue or not owing.late for one in found)


def _take(case: Case, step: Step, place: str) -> None:
    if step.waits:
        case.pass_to(f"{(case.now + step.waits).astimezone(LONDON):%Y-%m-%d %H:%M:%S}")
    if step.says is not None:
        message = ready(step.says(case.now), case.state.plan.version if case.state.plan else 1)
        if step.refused:
            sentence = refused(case, lambda: case.takes(message)).sentence
            assert step.refused in sentence, f"{place}: {sentence}"
        else:
            case.takes(message)
    if step.stages is not None:
        assert tuple(case.stages) == step.stages, place
    if step.ended is not None:
        assert case.ended == step.ended, place
    if step.owing is not None:
        assert owed_so(step.owing, status_of(case.state)), f"{place}: {step.owing}"
