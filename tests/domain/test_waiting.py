"""What one side has said or proposed is shown for as long as the other has yet to answer."""

from domain.commands import DateAgreed, Paused
from domain.policy.local_settings import Local
from domain.views.status import status_of
from domain.views.waiting import Waiting, waiting
from tests.domain.case import CARE, SCHOOL, Case, london, refused
from tests.domain.test_delays import LETTER, opened, puts_off
from tests.policies.test_sutton import referral


def said(case: Case) -> list[tuple[str, tuple[str, ...], tuple[str, ...], str]]:
    return [(one.what, one.by, one.waits_for, one.once) for one in waiting(case.state)]


def the_only(case: Case) -> Waiting:
    (one,) = waiting(case.state)
    return one


def test_a_proposed_plan_waits_for_those_who_have_not_confirmed_it() -> None:
    case = Case()
    assert said(case) == []
    case.proposes(SCHOOL)

    assert said(case) == [("version 1 of the plan", (SCHOOL,), (CARE,), f"it is confirmed by {CARE}")]
    assert [(seat.role, seat.agency) for seat in the_only(case).seats] == [("practitioner", CARE)]
    case.confirms(CARE)
    assert said(case) == []


def test_agreed_by_one_side_waits_for_the_plan_and_asks_nobody_twice() -> None:
    """Rule 36: "One side's *we agreed* is a claim and stops no clock"."""
    case = Case()
    case.says(SCHOOL, "agreed")
    assert said(case)[0][3] == f"a first version of the plan is confirmed by {SCHOOL} and {CARE}"
    case.proposes(SCHOOL)

    plan, claim = waiting(case.state)
    assert (claim.what, claim.by) == ("“agreed” at Step 1: professional to professional", (SCHOOL,))
    assert claim.once == f"version 1 of the plan is confirmed by {CARE}"
    assert (len(plan.seats), claim.seats) == (1, ())
    case.says(SCHOOL, "not-agreed")
    assert [one.kind for one in waiting(case.state)] == ["plan-proposed"], "the step of the claim has been left"


def test_after_a_reopening_nobody_is_told_to_confirm_the_plan_that_was_agreed_before() -> None:
    """Rule 33: a dispute that has ended may be taken up again; a plan from before it ends nothing any more."""
    case = Case()
    case.agree()
    case.reopens(SCHOOL)

    for party in (SCHOOL, CARE):
        answer = case.says(party, "agreed").sentence
        assert "version 1 of the plan was agreed before the dispute was taken up again, and ends it no more" in answer
    assert said(case) == [
        (
            "“agreed” at Step 1: professional to professional",
            (SCHOOL, CARE),
            (SCHOOL, CARE),
            f"a new version, after version 1, of the plan is confirmed by {SCHOOL} and {CARE}",
        )
    ]
    assert "propose what is to hold now as a new version" in refused(case, lambda: case.confirms(CARE)).sentence
    case.agree()
    assert case.ended == "resolved"
    assert said(case) == []


def test_a_later_deadline_that_one_side_asks_for_waits_for_the_other() -> None:
    case = opened()
    puts_off(case, SCHOOL, "2025-03-20 12:00")

    one = the_only(case)
    assert one.what == "a later deadline for letter: midday on Thursday 20 March 2025"
    assert (one.by, one.waits_for, one.kind) == ((SCHOOL,), (CARE,), "extension-proposed")
    assert one.question == f"your answer to {one.what}, as {SCHOOL} said"
    puts_off(case, SCHOOL, "2025-03-21 12:00")
    assert the_only(case).what.endswith("Friday 21 March 2025"), "the newer word takes the place of the older"
    case.does(SCHOOL, "letter")
    assert case.duty(LETTER).state == "done"
    assert said(case) == []


def test_a_pause_that_one_side_asks_for_waits_for_the_other() -> None:
    case = Case(local=Local(pausing=True))
    case.takes(Paused(by=case.seat(CARE), until=london("2025-03-10"), reason="Leave"))

    assert said(case) == [
        ("a pause until the end of Sunday 9 March 2025", (CARE,), (SCHOOL,), f"the same is said by {SCHOOL}")
    ]


def test_a_date_that_one_side_proposes_waits_for_the_other() -> None:
    case = referral(local=Local()).at("referral-talks")
    until = london("2025-03-10 17:00")
    case.takes(DateAgreed(by=case.seat(SCHOOL), timescale="professionals-time", until=until))

    one = the_only(case)
    assert one.what.startswith("a date for ")
    assert one.what.endswith(": 5:00pm on Monday 10 March 2025")
    assert (one.by, one.waits_for, one.kind) == ((SCHOOL,), (CARE,), "date-proposed")
    case.takes(DateAgreed(by=case.seat(CARE), timescale="professionals-time", until=until))
    assert said(case) == []


def test_where_a_case_stands_says_what_waits_and_what_was_late() -> None:
    case = Case()
    case.pass_to("2025-03-10 10:00").agree()
    standing = status_of(case.state)

    (late,) = [one for one in standing.late if one.what == "agreed plan of action"]
    assert (late.state, late.at, late.due) == ("done", case.now, london("2025-03-06 10:00"))
    assert standing.waiting == ()
    lapsed = Case().pass_to("2025-03-10 10:00")
    lapsed.says(SCHOOL, "not-agreed")
    undone = {one.what: (one.state, one.because) for one in status_of(lapsed.state).late}
    assert undone["agreed plan of action"][0] == "lapsed"
    assert undone["agreed plan of action"][1]
