"""What is not about a child: strategic matters by their topic, and a concern about one's own organisation."""

from ..steps import A, B, act, at, ended, fact, owes_no, says, walk
from .cast import CHAIR, HEAD, MEMBER, MEMBER_B, learns, settled_and_reopened

GROUP_CHAIR = "sub-group-chair"
STRATEGIC = {"matter": "partnership", "area": "HR matters"}

WALKS = {
    "a-strategic-matter-changes-its-topic-and-goes-to-the-council": walk(
        "sutton",
        "lscb-member",
        at("with-sub-group"),
        act(MEMBER, "chair-notified"),
        fact(MEMBER, "area", "police matters", refused="choose learning and development"),
        fact(MEMBER, "area", "quality assurance", reason="", refused="give the reason for the change"),
        fact(MEMBER, "area", "quality assurance"),
        says(GROUP_CHAIR, "not-resolved", refused="also needs: resolution tried within the sub-group"),
        act(GROUP_CHAIR, "resolution-tried"),
        says(MEMBER, "not-resolved", refused="it is for the Chair of the LSCB sub-group"),
        says(MEMBER, "learning-found"),
        at("with-sub-group", "learning"),
        learns(),
        at("with-sub-group"),
        settled_and_reopened(MEMBER, MEMBER_B),
        act(GROUP_CHAIR, "resolution-tried"),
        says(GROUP_CHAIR, "not-resolved"),
        at("with-chair"),
        says(MEMBER, "settled-by-chair", refused="it is for the Independent LSCB Chair"),
        says(HEAD, "learning-found"),
        says(CHAIR, "serious-concern"),
        at("with-chair", "learning", "with-council"),
        settled_and_reopened(HEAD, MEMBER_B),
        at("learning", "with-council", "with-chair"),
        says(CHAIR, "put", refused="also needs: serious concern put to the Chief Executive"),
        act(CHAIR, "put-to-council"),
        says(CHAIR, "put"),
        says(CHAIR, "settled-by-chair"),
        ended("decided"),
        at("learning"),
        says(CHAIR, "serious-concern"),
        act(CHAIR, "put-to-council"),
        says(CHAIR, "put"),
        learns(),
        at(),
        facts=STRATEGIC,
    ),
    "a-concern-about-ones-own-organisation-is-turned-to-whistleblowing": walk(
        "sutton",
        "professional",
        at("speaking-up"),
        says(f"professional@{A}", "turned", refused="also needs: turned to the organisation's whistleblowing policy"),
        act(f"professional@{A}", "redirect", "procedure", refused="cannot be recorded without: with whom"),
        act(f"professional@{A}", "redirect", "procedure", "with-whom"),
        says(f"professional@{B}", "turned", refused="Only the raising side"),
        says(f"professional@{A}", "turned"),
        ended("diverted"),
        owes_no("what was learnt"),
        at(),
        facts={"matter": "own organisation"},
    ),
}
