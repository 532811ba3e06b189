"""Who acts in Sutton's walks, and what they do on more than one route."""

from ..steps import A, B, Step, act, agree, agree_date, ended, late, owes, owes_no, reopen, says, wait

PROFESSIONAL, MANAGER, LEAD = f"professional@{A}:staff-1", f"first-line-manager@{A}", f"safeguarding-lead@{A}:staff-2"
SENIOR, HEAD, MEMBER = f"senior-manager@{A}", f"head-of-service@{A}", f"lscb-member@{A}"
OFFICER, TEAM_MANAGER = f"receiving-officer@{B}", f"team-manager@{B}"
SENIOR_B, HEAD_B, MEMBER_B = f"senior-manager@{B}", f"head-of-service@{B}", f"lscb-member@{B}"
CHAIR, SUB_GROUP = "independent-chair", "sub-group"

FORM = ("problem", "outcome-sought", "department")
FOUR_PARTS = ("account-of-the-dispute", "attempts-made", "risk-to-the-child", "resolution-sought")


def submits(contact: str = "no", *, refused: str = "") -> Step:
    """Submit the referral form."""
    return act(PROFESSIONAL, "referral-form", *FORM, fields={"head-of-service-contact": contact}, refused=refused)


def recognised() -> tuple[Step, ...]:
    """Decide that a formal process is needed, with its form and both signatures."""
    return (
        act(MANAGER, "formal-decision", "significance", "reason"),
        submits(),
        act(PROFESSIONAL, "referral-form.signed"),
        act(LEAD, "referral-form.signed"),
        says(MANAGER, "formal-needed"),
    )


def settled_and_reopened(*who: str) -> tuple[Step, ...]:
    """Agree on a plan, which ends it; then the first of them takes it up again."""
    return (*agree(*who), ended("resolved"), reopen(who[0]))


def refers_to_chair() -> tuple[Step, ...]:
    """Refer it to the Independent Chair: refused while one of the four parts is empty (S51)."""
    lacking = [
        act(
            MEMBER,
            "chair-referral",
            *FOUR_PARTS,
            fields={part: ""},
            refused=f"cannot be recorded without: {part.replace('-', ' ')}.",
        )
        for part in FOUR_PARTS
    ]
    return (
        *lacking,
        says(MEMBER, "referred-to-chair", refused="also needs: referral to the Independent Chair"),
        act(MEMBER, "chair-referral", *FOUR_PARTS),
        act(HEAD, "member-consulted"),
        says(MEMBER, "referred-to-chair"),
    )


def chair_decides() -> tuple[Step, ...]:
    """Let the Independent Chair decide in writing, which is not reopened (S52, S53)."""
    return (
        says(CHAIR, "decided", refused="also needs: written response with the Chair's decision"),
        act(CHAIR, "written-response", method="e-mail", refused="cannot be recorded without: decision"),
        act(CHAIR, "written-response", "decision", method="telephone", refused="use letter, e-mail or secure portal"),
        act(CHAIR, "written-response", "decision", method="letter"),
        says(MEMBER, "decided", refused="it is for the Independent LSCB Chair"),
        says(CHAIR, "decided"),
        ended("decided"),
        reopen(MEMBER, refused="The dispute was decided, and that is final"),
    )


def learns() -> tuple[Step, ...]:
    """Let the sub-group consider the learning and change something (S14, S54)."""
    return (
        says(SUB_GROUP, "learned", refused="also needs: learning considered"),
        act(SUB_GROUP, "expert-advice"),
        act(SUB_GROUP, "considered"),
        says(SUB_GROUP, "learned", fields={"reason": ""}, refused="This is missing: change of a policy"),
        act(SUB_GROUP, "change", "change"),
        says(SUB_GROUP, "learned"),
    )


def time_runs_out(one: str, *others: str, timescale: str) -> tuple[Step, ...]:
    """Agree on a date where the copy gives no time; its end makes a duty to refer the matter up (S13, S25, S32)."""
    return (
        *agree_date(one, timescale=timescale, in_days=4),
        wait(days=5),
        owes_no("referral to a senior manager"),
        *agree_date(one, *others, timescale=timescale, in_days=1),
        wait(days=2),
        late("agreed outcome, confirmed in writing"),
        owes("referral to a senior manager"),
    )
