"""Situation 1: within one school, where the lead is pressed again, or a referral is made against the lead's view."""

from ..steps import A, act, agree, at, ended, late, owes, owes_no, reopen, says, wait, walk
from .cast import AUTHORITY, BESIDE, HURRIED, UNEXPLAINED, visited

STAFF, LEAD, DEPUTY = f"worker@{A}.raising", f"designated-lead@{A}.receiving", f"deputy-lead@{A}.receiving"
OURS, THEIRS = f"line-manager@{A}.raising", f"line-manager@{A}.receiving"
INTERNAL = {"situation": "internal disagreement about a referral"}
NOT_DISCUSSED = "missing: discussion of the child's needs"


def left_at_that() -> tuple:  # type: ignore[type-arg]
    """Leave the difference at that with an own referral; and take it up again, for it was noted and not decided."""
    return (
        says(LEAD, "own-referral", refused="Only the raising side"),
        says(STAFF, "own-referral"),
        at(*BESIDE),
        ended("noted"),
        reopen(STAFF),
        ended(""),
    )


WALKS = {
    "within-a-school-pressed-again-and-left-at-that": walk(
        "liverpool",
        "worker",
        visited("internal", STAFF, LEAD),
        left_at_that(),
        wait(days=6),
        late("discussion of the child's needs"),
        act(STAFF, "needs-discussion", refused="cannot be recorded without: levels of need"),
        says(STAFF, "pressed-again", fields=UNEXPLAINED, refused=NOT_DISCUSSED),
        act(STAFF, "needs-discussion", "levels-of-need"),
        says(LEAD, "pressed-again", refused="Only the raising side"),
        says(STAFF, "pressed-again"),
        at(*BESIDE, "reconsider"),
        act(STAFF, "reconsidered", "reason", refused="is for the receiving side to record"),
        act(DEPUTY, "reconsidered", "reason"),
        says(STAFF, "pressed-again"),
        owes("reconsideration", f"{A}.receiving"),
        visited("reconsider", STAFF, DEPUTY, *BESIDE),
        left_at_that(),
        at(*BESIDE, "reconsider"),
        says(STAFF, "not-agreed", fields=UNEXPLAINED, to="stage-2", refused=NOT_DISCUSSED),
        act(DEPUTY, "needs-discussion", "levels-of-need"),
        says(STAFF, "not-agreed", fields=UNEXPLAINED, refused="Say where to: stage-1a, stage-1b or stage-2"),
        says(STAFF, "not-agreed", fields=UNEXPLAINED, to="stage-3", refused="Say where to"),
        says(DEPUTY, "not-agreed", fields=UNEXPLAINED, to="stage-2"),
        at(*BESIDE, "stage-2"),
        facts=INTERNAL,
        receiving=(A,),
        local=HURRIED,
    ),
    "within-a-school-both-routes-at-once": walk(
        "liverpool",
        "worker",
        says(STAFF, "referred"),
        at("internal", "referral"),
        act(STAFF, "referral"),
        owes("the lead's oversight"),
        says(STAFF, "response-disputed", refused="is open only after"),
        wait(days=6),
        late("the type of response decided"),
        says(STAFF, "response-disputed", refused="also needs: pressed for reconsideration"),
        act(STAFF, "pressed", stage="referral"),
        says(STAFF, "response-disputed"),
        at("internal", "referral", "stage-1a"),
        says(STAFF, "not-agreed", to="stage-1a", refused="Several open steps offer not-agreed"),
        says(STAFF, "own-referral"),
        at("referral", "stage-1a"),
        ended(""),
        act(AUTHORITY, "response", "type-of-response"),
        says(STAFF, "referral-answered"),
        at("stage-1a"),
        act(LEAD, "oversight"),
        owes_no("the lead's oversight"),
        act(STAFF, "step-outcome", "outcome"),
        says(STAFF, "not-agreed", fields=UNEXPLAINED),
        at("stage-1b"),
        agree(OURS, THEIRS),
        ended("resolved"),
        facts=INTERNAL,
        receiving=(A,),
        local=HURRIED,
    ),
    "within-a-school-on-to-a-step-that-is-open-already": walk(
        "liverpool",
        "worker",
        says(STAFF, "referred"),
        act(STAFF, "referral"),
        act(AUTHORITY, "response", "type-of-response"),
        act(STAFF, "pressed", stage="referral"),
        says(STAFF, "response-disputed"),
        says(AUTHORITY, "no-referral-needed", refused="Only a party to the case may say"),
        says(LEAD, "no-referral-needed"),
        at("internal", "stage-1a", "early-help"),
        act(LEAD, "needs-discussion", "levels-of-need"),
        says(STAFF, "not-agreed", fields=UNEXPLAINED, stage="internal", to="stage-1a"),
        at("stage-1a", "early-help"),
        agree(STAFF, LEAD),
        at("early-help"),
        ended("resolved"),
        facts=INTERNAL,
        receiving=(A,),
        local=HURRIED,
    ),
}
