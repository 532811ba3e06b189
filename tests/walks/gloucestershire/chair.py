"""Up to the Chair, who decides directly: each move refused until it is whole, the bypass from every stage."""

from domain.policy.local_settings import Local

from ..steps import A, B, C, D, Step, act, at, ended, owes, owes_no, reopen, says, walk
from .cast import CHAIR, MANAGER, OFFICE, OPERATIONS, OTHER_OPERATIONS, SEATS, UNEXPLAINED, bypass, raised

SAID = {"written": "a written account"}
"""A need as a refusal says it, where that is not its own word."""


def gated(stage: str, *duties: Step) -> tuple[Step, ...]:
    """Stay at a stage until all is there that the policy asks for before it is left; and refer direct beside it."""
    ours, theirs = f"{SEATS[stage]}@{A}", f"{SEATS[stage]}@{B}"
    open_now = (stage, "learning") if stage == "stage-1" else ("learning", stage)
    return (
        says(theirs, "unclear-area-found", stage=stage),
        at(*open_now),
        *bypass(f"worker@{D}", stage, *open_now),
        *duties,
        says(f"{SEATS[stage]}@{C}", "not-agreed", refused="police is no party to this case"),
        *(
            says(ours, "not-agreed", fields={word: ""}, refused=f"also needs: {SAID.get(word, word).replace('-', ' ')}")
            for word in ("written", "risk-considered", "interim-safety")
        ),
        says(
            ours, "not-agreed", fields=UNEXPLAINED, refused="missing: discussion. Record it first, or give the reason"
        ),
        act(theirs, "discussion"),
        says(ours, "not-agreed", fields=UNEXPLAINED),
    )


def reported_up(role: str) -> tuple[Step, ...]:
    """Let each agency say to whom it reported."""
    return (
        act(f"{role}@{A}", "reported-up", refused="cannot be recorded without: to whom"),
        act(f"{role}@{A}", "reported-up", "to-whom"),
        owes_no("report to one's own", A),
        owes("report to one's own", B),
        act(f"{role}@{B}", "reported-up", "to-whom"),
        owes_no("report to one's own"),
    )


WALKS = {
    "unresolved-at-every-stage-the-chair-decides": walk(
        "gloucestershire",
        "worker",
        raised(),
        says(f"worker@{A}", "unclear-area-found"),
        at("stage-1", "learning"),
        act(OFFICE, "considered"),
        says(OFFICE, "learned"),
        at("stage-1"),
        gated("stage-1", act(f"worker@{B}", "safety-meanwhile", "arrangements")),
        says(OFFICE, "learned", refused="also needs: what was unclear, considered"),
        gated("stage-2", act(f"worker@{A}", "own-manager-told"), owes_no("word to one's own manager")),
        gated(
            "stage-3",
            *reported_up("manager"),
            act(f"safeguarding-representative@{B}", "attempt", "what-was-tried"),
            owes_no("an attempt to talk"),
        ),
        gated(
            "stage-4",
            *reported_up("senior-manager"),
            act(f"safeguarding-representative@{B}:staff-7", "attempt", "what-was-tried"),
        ),
        at("learning", "stage-5"),
        owes("word to the Business Manager of the outcome"),
        bypass(f"worker@{D}", "stage-5", "learning", "stage-5"),
        says(OTHER_OPERATIONS, "unclear-area-found", stage="stage-5"),
        act(OPERATIONS, "referral-to-chair"),
        act(OTHER_OPERATIONS, "safety-meanwhile", "arrangements"),
        says(OPERATIONS, "chair-decided", refused="it is for the Chair"),
        says(OPERATIONS, "not-agreed", refused="is not an outcome that is open now"),
        says(CHAIR, "chair-decided", refused="also needs: the Chair's own decision"),
        says(CHAIR, "panel-convened", refused="also needs: naming of the panel"),
        act(OPERATIONS, "chair-decision", "next-course-of-action", refused="it is for the Chair"),
        act(CHAIR, "chair-decision", refused="cannot be recorded without: next course of action"),
        act(CHAIR, "chair-decision", "next-course-of-action"),
        says(CHAIR, "chair-decided"),
        at("learning"),
        ended("decided"),
        reopen(MANAGER, refused="The dispute was decided, and that is final"),
        act(OFFICE, "considered"),
        says(OFFICE, "learned"),
        at(),
        bypass(f"worker@{D}", ""),
        says(f"operations-manager@{B}", "unclear-area-found"),
        at("learning"),
        local=Local(),
    ),
}
