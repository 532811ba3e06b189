"""What is answered of what a policy asks, as the view says it: by the fold, and not by what was once said."""

import datetime as dt

from domain.commands import Corrected, FactSaid
from domain.views.sayable import sayable
from tests.domain.case import SCHOOL, Case
from tests.domain.test_acts_that_answer import a_case


def answered(case: Case) -> tuple[str, ...]:
    return sayable(case.state).answered


def test_an_answer_that_is_struck_out_is_none_any_more() -> None:
    case = a_case()
    case.does(SCHOOL, "judged", fields={"formal": "needed"})
    before = answered(case)

    case.takes(Corrected(by=case.seat(SCHOOL), entry=case.state.entries, reason="Another case.", strike=True))

    assert (before, answered(case)) == (("formal",), ())


def test_an_answer_whose_time_was_wrong_stands() -> None:
    case = a_case()
    case.does(SCHOOL, "judged", fields={"formal": "needed"})
    then = case.now - dt.timedelta(minutes=5)

    case.takes(Corrected(by=case.seat(SCHOOL), entry=case.state.entries, reason="Earlier.", happened_at=then))

    assert answered(case) == ("formal",)


def test_an_answer_that_was_given_anew_stands_once() -> None:
    case = a_case(consent="given")

    case.takes(FactSaid(by=case.seat(SCHOOL), fact="consent", value="withdrawn", reason="They rang."))

    assert answered(case) == ("consent",)
    assert case.state.facts["consent"] == "withdrawn"
