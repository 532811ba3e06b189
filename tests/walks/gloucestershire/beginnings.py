"""Before escalation: not raised, taken up again, refused until it is whole; and a case within one agency."""

from domain.policy.local_settings import Local

from ..steps import A, B, D, act, agree, at, ended, owes, owes_no, reopen, says, walk
from .cast import OTHER_WORKER, SET_OUT, UNEXPLAINED, WORKER, bypass, proposes

RAISING, RECEIVING = f"{A}.raising", f"{A}.receiving"

WALKS = {
    "not-raised-then-taken-up-again-and-raised": walk(
        "gloucestershire",
        "worker",
        at("pre-escalation"),
        bypass(f"worker@{D}", "pre-escalation", "pre-escalation"),
        says(WORKER, "not-raised", fields=UNEXPLAINED, refused="also needs: reason"),
        says(WORKER, "not-raised"),
        at(),
        ended("stopped"),
        bypass(WORKER, ""),
        reopen(WORKER),
        ended(""),
        at("pre-escalation"),
        says(WORKER, "raised", refused="also needs: the problem, set out"),
        act(WORKER, "problem-set-out", *SET_OUT[:3], refused="cannot be recorded without: evidence"),
        act(WORKER, "problem-set-out", *SET_OUT),
        says(WORKER, "raised", fields={"interim-safety": ""}, refused="also needs: interim safety"),
        says(WORKER, "raised", fields=UNEXPLAINED, refused="missing: talk with one's own child protection lead"),
        says(OTHER_WORKER, "raised", refused="Only the raising side"),
        says(WORKER, "raised"),
        at("stage-1"),
        reopen(WORKER, refused="The dispute has not ended"),
        proposes(WORKER, unsaid=True, refused="what stays open"),
        proposes(WORKER, "Who leads the plan"),
        agree(OTHER_WORKER, WORKER),
        ended("resolved"),
        owes("action 1 of the plan", B),
        owes_no("issue 1"),
        local=Local(),
    ),
    "within-one-agency-the-side-is-said": walk(
        "gloucestershire",
        "child-protection-lead",
        act(f"child-protection-lead@{A}", "own-consultation", refused="is on both sides of this case"),
        act(f"child-protection-lead@{RAISING}", "own-consultation"),
        act(f"child-protection-lead@{RAISING}", "problem-set-out", *SET_OUT),
        says(f"worker@{RECEIVING}", "raised", refused="Only the raising side"),
        says(f"worker@{RAISING}", "raised", fields=UNEXPLAINED),
        act(
            f"worker@{RAISING}",
            "supporter-named",
            appoint=[f"manager@{A}", f"manager@{B}"],
            refused="One person at a time",
        ),
        act(f"child-protection-lead@{RAISING}", "supporter-named", appoint=[f"manager@{A}"]),
        act("supporter", "quick-word"),
        act(f"worker@{RECEIVING}", "discussion"),
        says(f"worker@{RECEIVING}", "not-agreed", fields=UNEXPLAINED),
        at("stage-2"),
        says(f"worker@{RAISING}", "not-agreed", refused="it is for the manager"),
        proposes(f"manager@{RAISING}", "Who leads the plan"),
        agree(f"manager@{RECEIVING}", f"manager@{RAISING}"),
        ended("resolved"),
        facts={"case-type": "child in need", "area": "who pays for the transport"},
        receiving=(A,),
        local=Local(),
    ),
}
