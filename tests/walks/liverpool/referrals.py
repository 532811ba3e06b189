"""Beside the ladder: a referral with or without consent, the authority's day, early help and its refusal."""

from datetime import timedelta

from domain.commands import FactSaid

from ..steps import A, Step, act, agree, at, ended, fact, late, owes, owes_no, says, seat, wait, walk
from .cast import AUTHORITY, HURRIED, LEAD, SOCIAL_WORKER, STRANGER, UNEXPLAINED, WORKER

LEAD_PROFESSIONAL = f"lead-professional@{A}"
NOT_DECIDED = "also needs: the type of response decided"


def received(days_ago: int) -> Step:
    """Say on which day Children's Services received the referral that was made before the disagreement."""
    return Step(
        says=lambda now: FactSaid(
            by=seat(WORKER), fact="referral-received", value=f"{now.date() - timedelta(days=days_ago)}"
        )
    )


WALKS = {
    "referrals-and-early-help-lead-into-one-another": walk(
        "liverpool",
        "worker",
        fact(WORKER, "referral-received", "yesterday", refused="date"),
        received(days_ago=3),
        owes("the type of response decided"),
        act(AUTHORITY, "response", "type-of-response"),
        owes_no("the type of response decided"),
        says(STRANGER, "referred"),
        at("stage-1a", "referral"),
        says(STRANGER, "referred", stage="referral"),
        says(WORKER, "early-help-instead", stage="referral"),
        at("stage-1a", "referral", "early-help"),
        says(STRANGER, "referred", stage="early-help"),
        says(WORKER, "early-help-instead", stage="early-help"),
        owes_no("consent sought"),
        fact(WORKER, "level-of-need", "4 child in need"),
        owes("the parent's or carer's consent sought"),
        act(WORKER, "need-referral", refused="missing: consent"),
        act(WORKER, "consent-sought", fields={"consent": "perhaps"}, refused="given or refused"),
        act(WORKER, "consent-sought", fields={"consent": "refused"}),
        act(WORKER, "need-referral"),
        says(WORKER, "referral-answered", refused=NOT_DECIDED),
        says(WORKER, "no-referral-needed", refused=NOT_DECIDED),
        act(AUTHORITY, "need-referral.received"),
        wait(days=6),
        late("the type of response decided"),
        act(AUTHORITY, "response", "type-of-response"),
        says(LEAD, "no-referral-needed"),
        at("stage-1a", "early-help"),
        act(LEAD, "early-help-assessment", refused="also needs: early help consent is given"),
        act(LEAD, "early-help-consent-sought", fields={"early-help-consent": "refused"}),
        act(LEAD, "early-help-assessment", refused="also needs: early help consent is given"),
        says(LEAD, "early-help-begun", refused="also needs: early help assessment begun"),
        owes("judgement whether"),
        says(LEAD_PROFESSIONAL, "referred-after-all", refused="also needs: judgement whether"),
        act(LEAD_PROFESSIONAL, "judgement", "judgement", "reason"),
        says(LEAD, "early-help-refused", refused="it is for the lead professional"),
        says(LEAD_PROFESSIONAL, "referred-after-all"),
        at("stage-1a", "referral"),
        act(LEAD, "need-referral"),
        act(AUTHORITY, "response", "type-of-response"),
        says(SOCIAL_WORKER, "referral-answered"),
        says(WORKER, "early-help-instead"),
        at("stage-1a", "early-help"),
        says(LEAD_PROFESSIONAL, "early-help-refused", refused="also needs: judgement whether"),
        act(LEAD_PROFESSIONAL, "judgement", "judgement", "reason"),
        says(LEAD_PROFESSIONAL, "early-help-refused"),
        at("stage-1a"),
        says(WORKER, "early-help-instead"),
        act(LEAD, "early-help-consent-sought", fields={"early-help-consent": "given"}),
        owes_no("judgement whether"),
        act(LEAD, "early-help-assessment"),
        says(LEAD, "early-help-begun", fields=UNEXPLAINED),
        at("stage-1a"),
        agree(WORKER, SOCIAL_WORKER),
        ended("resolved"),
        facts={"situation": "something that none of the ten names", "level-of-need": "early help"},
        local=HURRIED,
    ),
}
