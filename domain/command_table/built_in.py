"""Acts of every case, whatever its policy."""

RISK_ACT = "statutory-services-telephoned"
"""Anybody may record it."""
ACTION_ACT = "action-done"
ISSUE_ACT = "issue-concluded"
BUILT_IN: dict[str, tuple[str, tuple[str, ...]]] = {
    RISK_ACT: ("say that the statutory services were telephoned", ()),
    ACTION_ACT: ("say that an action of the plan is done", ("action",)),
    ISSUE_ACT: ("say how an issue that the plan left open was concluded", ("issue", "how")),
}
"""Their titles, and the fields they need."""
VOID = "void"
"""How a case has ended that was opened in error. No policy has such an end."""
