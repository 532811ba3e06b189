"""Policies that build on another: their own steps alone, and how these hand over."""

from .liverpool.cast import HURRIED, STRANGER, UNEXPLAINED
from .steps import A, B, act, at, ended, late, owes_no, reopen, says, wait, walk

WORKER, LEAD, DEPUTY, HEAD = f"worker@{A}", f"designated-lead@{A}", f"deputy-lead@{A}", f"head@{A}"

WALKS = {
    "own-steps-first-then-the-situations-own-ladder": walk(
        "liverpool-school",
        "worker",
        at("school-lead"),
        says(STRANGER, "referred"),
        says(WORKER, "early-help-instead", stage="school-lead"),
        at("school-lead", "referral", "early-help"),
        says(LEAD, "lead-disagrees", fields=UNEXPLAINED, refused="also needs: reason"),
        says(f"worker@{B}", "lead-disagrees", refused="Only the raising side"),
        says(LEAD, "lead-disagrees"),
        at("referral", "early-help"),
        ended("diverted"),
        reopen(WORKER),
        at("referral", "early-help", "school-lead"),
        wait(days=6),
        late("talk with the designated safeguarding lead"),
        says(LEAD, "taken-up", refused="also needs: talk with the designated safeguarding lead"),
        act(WORKER, "welfare-talk", refused="cannot be recorded without: levels of need"),
        act(WORKER, "welfare-talk", "levels-of-need"),
        says(WORKER, "taken-up", refused="it is for the designated safeguarding lead"),
        says(DEPUTY, "taken-up", fields=UNEXPLAINED),
        at("referral", "early-help", "school-head"),
        says(STRANGER, "referred", stage="school-head"),
        says(LEAD, "early-help-instead", stage="school-head"),
        wait(days=8),
        late("the head teacher told"),
        says(LEAD, "to-the-partnership", fields=UNEXPLAINED, refused="missing: the head teacher told"),
        act(DEPUTY, "head-told"),
        owes_no("the head teacher told"),
        says(HEAD, "to-the-partnership", fields=UNEXPLAINED),
        at("referral", "early-help", "conference-a"),
        ended(""),
        act(WORKER, "minuted"),
        says(WORKER, "not-agreed", fields=UNEXPLAINED),
        at("referral", "early-help", "conference-b"),
        facts={"situation": "conference decided against a protection plan"},
        local=HURRIED,
    ),
    "own-steps-first-then-the-partnerships-ladder": walk(
        "liverpool-school",
        "deputy-lead",
        act(DEPUTY, "welfare-talk", "levels-of-need"),
        says(DEPUTY, "taken-up", fields=UNEXPLAINED),
        says(DEPUTY, "to-the-partnership", fields=UNEXPLAINED, refused="give the reason why not"),
        says(DEPUTY, "to-the-partnership"),
        at("stage-1a"),
        says(f"line-manager@{B}", "not-agreed", refused="it is for the worker"),
        local=HURRIED,
    ),
}
