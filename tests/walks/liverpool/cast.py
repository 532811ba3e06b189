"""Who takes part in a case of Liverpool, and the turns that several walks share."""

from domain.policy.local_settings import Local

from ..steps import A, B, D, Step, agree, at, ended, reopen, says

WORKER, LEAD = f"worker@{A}", f"designated-lead@{A}"
SOCIAL_WORKER, TEAM_LEADER, SERVICE_MANAGER = f"social-worker@{B}", f"team-leader@{B}", f"service-manager@{B}"
MANAGER, OTHER_MANAGER = f"line-manager@{A}", f"line-manager@{B}"
ORGANISATION, OTHER_ORGANISATION = f"safeguarding-representative@{A}", f"safeguarding-representative@{B}"
BOARD, OTHER_BOARD = f"board-representative@{A}", f"board-representative@{B}"
AUTHORITY, CHAIR = "childrens-services", "board-chair"
STRANGER = f"worker@{D}"
BESIDE = ("referral", "early-help")
UNEXPLAINED = {"reason": ""}
HURRIED = Local(tolerance="same working day", untimed="2 working days", alerts_a_day=1)
"""Settings with which every duty but a `may` one is late some day, and few alerts."""


def visited(stage: str, ours: str, theirs: str, *beside: str) -> tuple[Step, ...]:
    """Refer and begin early help beside a step, agree there, and take it up again as the agreement did not hold."""
    return (
        at(*beside, stage),
        says(STRANGER, "referred", stage=stage),
        says(ours, "early-help-instead", stage=stage),
        says(ours, "agreed"),
        *agree(ours, theirs),
        at(*BESIDE),
        ended("resolved"),
        reopen(ours),
        ended(""),
        at(*BESIDE, stage),
    )


def rung(
    stage: str, theirs: str, why: str, *done: Step, ours: str = WORKER, to: str = "", beside: tuple[str, ...] = BESIDE
) -> tuple[Step, ...]:
    """Stay at a rung until its way up is open: *why* it is refused before, and what is *done* about it."""
    before = (says(ours, "not-agreed", fields=UNEXPLAINED, to=to, refused=why),) if why else ()
    lost = (says(ours, "not-agreed", fields=UNEXPLAINED, refused="Say where to: stage-1a, stage-1b or stage-2"),)
    return (
        *visited(stage, ours, theirs, *beside),
        *before,
        *done,
        *(lost if to else ()),
        says(ours, "not-agreed", fields=UNEXPLAINED, to=to),
    )
