"""A standing names the seats that owe each thing, as reminders go to them."""

from domain.case.plan import Action
from domain.views.status import OwedNow, as_known_then, status_of

from .case import CARE, POLICE, SCHOOL, Case


def owed(case: Case, words: str) -> OwedNow:
    return next(one for one in status_of(case.state).owed if words in one.what)


def seats(case: Case, words: str) -> set[tuple[str, str]]:
    return {(seat.role, seat.agency) for seat in owed(case, words).owed_by}


def test_what_both_sides_owe_is_owed_by_the_seat_of_each_at_the_step() -> None:
    case = Case()

    assert seats(case, "agreed plan") == {("practitioner", SCHOOL), ("practitioner", CARE)}
    assert owed(case, "agreed plan").owed_by[0].title == "frontline professional"


def test_what_one_side_owes_is_owed_by_its_seat_alone() -> None:
    assert seats(Case(), "acknowledgement") == {("practitioner", CARE)}


def test_an_action_of_the_plan_is_owed_by_a_partner_who_is_no_party_too() -> None:
    case = Case()
    tomorrow = case.now.date().replace(day=case.now.day + 1)
    case.proposes(
        SCHOOL, actions=(Action(what="Visit.", owner=POLICE, by=tomorrow),), fields={"fits-existing-plan": "yes"}
    )
    case.confirms(CARE)

    assert seats(case, "action 1 of the plan") == {("practitioner", POLICE)}


def test_the_built_in_call_that_anybody_may_make_is_owed_by_no_seat() -> None:
    case = Case()
    case.raises_risk()

    assert [one.owed_by for one in status_of(case.state).owed if "telephone" in one.what.lower()] == [()]


def test_a_standing_from_before_seats_were_kept_compares_without_them() -> None:
    today = status_of(Case().state)
    told = today.model_dump(mode="json")
    for one in told["owed"]:
        del one["owed_by"]
    then = type(today).model_validate(told)

    assert today != then
    assert as_known_then(today, then) == then
    assert as_known_then(today, today) == today
