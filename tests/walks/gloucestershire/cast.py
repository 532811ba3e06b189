"""Who takes part in a case of Gloucestershire, and the turns that several walks share."""

from datetime import datetime, timedelta

from domain.case.plan import Action, Residual
from domain.commands import Message, PlanProposed

from ..steps import A, B, Step, act, agree, at, ended, reopen, says, seat

SET_OUT = ("problem", "disagreement", "aim", "evidence")
SEATS = {
    "stage-1": "worker",
    "stage-2": "manager",
    "stage-3": "senior-manager",
    "stage-4": "operations-manager",
    "stage-5": "operations-manager",
    "panel": "safeguarding-representative",
}
WORKER, OTHER_WORKER = f"worker@{A}", f"worker@{B}"
MANAGER, OTHER_MANAGER = f"manager@{A}", f"manager@{B}"
OPERATIONS, OTHER_OPERATIONS = f"operations-manager@{A}", f"operations-manager@{B}"
CHAIR, OFFICE = "chair", "business-manager"
UNEXPLAINED = {"reason": ""}


def bypass(who: str, stage: str, *beside: str) -> tuple[Step, ...]:
    """Refer direct from a stage, with no word asked; and answer it, so that it can be referred again."""
    return (
        says(who, "referred-direct", stage=stage, fields={"reason": "", "interim-safety": ""}),
        at(*beside, "imminent-risk"),
        says(who, "risk-answered", refused="also needs: direct referral"),
        act(who, "direct-referral"),
        says(who, "risk-answered", fields=UNEXPLAINED, refused="also needs: reason"),
        says(who, "risk-answered"),
        at(*beside),
    )


def raised() -> tuple[Step, ...]:
    """Think it through as the policy asks, and raise it: no reason is owed for anything."""
    return (
        act(WORKER, "own-consultation"),
        act(WORKER, "problem-set-out", *SET_OUT),
        says(WORKER, "raised", fields=UNEXPLAINED),
        at("stage-1"),
    )


def unresolved(*stages: str) -> tuple[Step, ...]:
    """Talk at each stage, and find it not agreed: no reason is owed, for they talked."""
    seats = (f"{SEATS[stage]}@{A}" for stage in stages)
    return tuple(
        step for who in seats for step in (act(who, "discussion"), says(who, "not-agreed", fields=UNEXPLAINED))
    )


def settled(stage: str, *parties: str) -> tuple[Step, ...]:
    """Agree at a stage: by a plan that all confirm, and by nobody's word alone."""
    seats = [f"{SEATS[stage]}@{party}" for party in parties or (A, B)]
    return (
        says(seats[0], "agreed"),
        at(stage),
        *agree(*seats),
        at(),
        ended("resolved"),
    )


def settled_and_reopened(stage: str) -> tuple[Step, ...]:
    """Agree at a stage; it turns out not to hold, and the dispute goes on at the stage last left."""
    return (*settled(stage), reopen(MANAGER), ended(""), at(stage))


def proposes(who: str, *left_open: str, unsaid: bool = False, refused: str = "") -> Step:
    """Propose a plan that names what stays open, or nothing; or that says nothing of it."""

    def proposal(now: datetime) -> Message:
        by, owner = now.date() + timedelta(days=14), seat(who).agency
        actions = (Action(what="Visit together", owner=owner, by=by),)
        residual = tuple(Residual(what=what, owner=owner, by=by) for what in left_open)
        return PlanProposed(by=seat(who), actions=actions, residual=None if unsaid else residual)

    return Step(says=proposal, refused=refused)
