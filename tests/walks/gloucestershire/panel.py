"""Before the Resolution Panel: refused for its composition, then composed; it hears every party before it decides."""

from domain.policy.local_settings import Local

from ..steps import A, B, C, D, Step, act, at, ended, owes, owes_no, reopen, says, walk
from .cast import CHAIR, MANAGER, OFFICE, OPERATIONS, SEATS, bypass, raised, unresolved

DECISION = ("next-course-of-action", "chaired-by", "how-it-was-reached")
MEMBER = f"lscb-representative@{B}"


def named(*agencies: str, role: str = "lscb-representative", refused: str = "", **fields: str) -> Step:
    """Let the Chair name a member of the panel from each agency."""
    appointees = [f"{role}@{agency}" for agency in agencies]
    return act(CHAIR, "panel-named", appoint=appointees, fields=fields, refused=refused)


def heard(party: str, method: str, refused: str = "") -> Step:
    """Let a party make its representation."""
    return act(f"{SEATS['panel']}@{party}", "representation", method=method, refused=refused)


WALKS = {
    "panel-refused-then-composed-it-hears-three-parties-and-decides": walk(
        "gloucestershire",
        "manager",
        raised(),
        unresolved("stage-1", "stage-2", "stage-3", "stage-4"),
        act(OPERATIONS, "panel-named", appoint=[MEMBER], refused="it is for the Chair"),
        named(refused="Say who is to be the Resolution Panel"),
        named(A, B, refused="needs members from at least 3 agencies"),
        named(A, B, B, refused="those named are from 2"),
        named(A, B, C, role="manager", refused="does not sit in the Resolution Panel"),
        named(A, B, "somewhere-else", refused="somewhere-else is no agency of the partnership"),
        named(A, B, D, refused="Nobody of police sits in the Resolution Panel"),
        says(CHAIR, "panel-convened", refused="also needs: naming of the panel"),
        named(A, B, D, reason="Its representative is away"),
        says(CHAIR, "panel-convened"),
        at("panel"),
        bypass(f"worker@{B}", "panel", "panel"),
        says(f"{SEATS['panel']}@{C}", "unclear-area-found"),
        at("panel", "learning"),
        act(f"{SEATS['panel']}@{A}", "panel-decision", *DECISION, refused="it is for the Resolution Panel"),
        act(MEMBER, "panel-decision", *DECISION[:1], refused="without: chaired by and how it was reached"),
        says(MEMBER, "panel-decided", refused="has not heard hill-school, social-care and police yet"),
        heard(A, "by telephone", refused="use in writing, in person or none wished"),
        heard(A, "in writing"),
        heard(B, "none wished"),
        says(MEMBER, "panel-decided", refused="has not heard police yet"),
        owes("representation to the panel", C),
        heard(C, "in person"),
        owes_no("representation to the panel"),
        named(A, B, C),
        says(f"lscb-representative@{D}", "panel-decided", refused="nhs-trust is no party to this case"),
        says(f"{SEATS['panel']}@{A}", "panel-decided", refused="Only the Resolution Panel may say"),
        says(MEMBER, "panel-decided", refused="also needs: the panel's decision"),
        act(MEMBER, "panel-decision", *DECISION),
        says(MEMBER, "panel-decided"),
        at("learning"),
        ended("decided"),
        reopen(MANAGER, refused="The dispute was decided, and that is final"),
        act(OFFICE, "considered"),
        says(OFFICE, "learned"),
        at(),
        says(f"worker@{C}", "unclear-area-found"),
        at("learning"),
        receiving=(B, C),
        local=Local(),
    ),
}
