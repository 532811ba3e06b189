"""What an agreed plan leaves open: each issue is owed, and followed to its end (rules 38 and 48)."""

import datetime as dt
from typing import Any

from domain.base.identities import OpenIssue
from domain.base.people import Actor
from domain.case.plan import Action, Residual
from domain.commands import Waived
from domain.commands.acts.offers import offers
from domain.engine.draft import title_of
from domain.views.explanation import explain
from tests.domain.case import CARE, POLICE, SCHOOL, Case, london, refused


def issue(what: str = "Who pays", owner: str = CARE, by: str = "2025-03-20") -> Residual:
    return Residual(what=what, owner=owner, by=dt.date.fromisoformat(by))


def agreed(*issues: Residual, **said: Any) -> Case:
    """Return a case whose plan was agreed with these issues left open."""
    case = Case()
    actions = (Action(what="Visit the home", owner=SCHOOL, by=dt.date(2025, 3, 10)),)
    case.proposes(SCHOOL, actions=actions, residual=issues, **said)
    case.confirms(CARE)
    return case


def concludes(case: Case, party: str, number: str = "1", **fields: str) -> Any:
    return case.does(
        party, "issue-concluded", role="practitioner", fields={"issue": number, "how": "settled", **fields}
    )


def again(case: Case) -> None:
    case.replays()


def test_rule_38_each_issue_left_open_is_a_dated_duty_of_its_owner() -> None:
    case = agreed(issue(), issue("Who writes", owner=POLICE, by="2025-03-25"))

    assert (case.duty("open issue 1").party, case.duty("open issue 2").party) == (CARE, POLICE)
    assert case.duty("open issue 1").due == london("2025-03-21 00:00")
    assert title_of(case.state, case.duty("open issue 2")) == "issue 2 that the plan leaves open"
    again(case)


def test_rule_38_an_issue_is_concluded_by_its_owner_who_says_how() -> None:
    case = agreed(issue(), issue("Who writes", owner=POLICE))

    assert refused(case, lambda: concludes(case, SCHOOL)).why == "wrong side"
    assert refused(case, lambda: concludes(case, CARE, how=" ")).why == "missing"
    assert refused(case, lambda: concludes(case, CARE, "3")).why == "not open"
    concludes(case, CARE)

    assert (case.duty("open issue 1").state, case.duty("open issue 2").state) == ("done", "outstanding")
    concludes(case, POLICE, "2")
    assert case.duty("open issue 2").state == "done"
    again(case)


def test_rule_38_an_issue_of_a_late_date_is_overdue_like_an_action() -> None:
    case = agreed(issue())
    case.does(SCHOOL, "action-done", role="practitioner", fields={"action": "1"})

    case.pass_to("2025-03-21 09:00")

    assert case.duty("open issue 1").is_overdue
    assert ("slo", CARE) in case.told("overdue") or ("practitioner", CARE) in case.told("overdue")
    assert "alert" in case.kinds()
    concludes(case, CARE)
    assert case.duty("open issue 1").was_late
    again(case)


def test_rule_38_a_new_agreed_version_replaces_the_issues_of_the_old_one() -> None:
    case = Case()
    case.climb_to("step-4-urgent")  # where a plan alone ends nothing
    case.proposes(SCHOOL, residual=(issue(), issue("Who writes")))
    case.confirms(CARE)
    case.proposes(CARE, residual=(issue("Who drives", by="2025-04-01"),))
    assert [d.state for d in case.duties("open issue 1")] == ["outstanding"]
    case.confirms(SCHOOL)

    assert [d.state for d in case.duties("open issue 1")] == ["lapsed", "outstanding"]
    assert case.duty("open issue 1").due == london("2025-04-02 00:00")
    assert case.duty("open issue 2").state == "lapsed"
    again(case)


def test_rule_38_no_issue_is_owed_where_nothing_stays_open() -> None:
    case = agreed()

    assert [d for d in case.state.duties if isinstance(d.origin, OpenIssue)] == []


def test_rule_48_an_issue_keeps_an_ended_case_from_closing() -> None:
    case = agreed(issue())
    for duty in case.state.outstanding:
        if not isinstance(duty.origin, OpenIssue):
            case.takes(Waived(by=Actor(agency=SCHOOL, role="slo", person="41"), duty=duty.id, reason="as said"))

    assert case.ended == "resolved"
    assert "closed" not in case.kinds()
    concludes(case, CARE)
    assert case.kinds()[-1] == "closed"
    again(case)


def test_an_open_issue_is_offered_and_explained() -> None:
    case = agreed(issue())

    offer = next(o for o in offers(case.state) if o.name == "issue-concluded")
    assert offer.needs == ("issue", "how")
    told = next(e for e in explain(case.state) if e.rule == "open issue 1")
    assert told.timescale == "the date that the plan gives it"
    assert told.runs_from == "the agreement of the plan"


def test_a_conclusion_that_did_not_happen_is_struck_and_owed_again() -> None:
    from domain.commands import Corrected

    case = agreed(issue())
    concludes(case, CARE)

    case.takes(Corrected(by=case.seat(CARE), entry=case.state.entries, reason="too early", strike=True))

    assert case.duty("open issue 1").is_outstanding
    again(case)
