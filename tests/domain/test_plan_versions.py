"""Versions of the plan: what each still says once a newer one stands, and how much of it a case carries."""

import datetime as dt

from domain.case.plan import Action, Residual
from domain.policy.local_settings import Local
from tests.domain.case import CARE, POLICE, SCHOOL, Case, london

DAY = dt.date(2025, 3, 7)


def actions(words: str, *owners: str) -> tuple[Action, ...]:
    return tuple(Action(what=words, owner=owner, by=DAY) for owner in owners)


def test_the_newest_version_keeps_its_words_and_older_ones_keep_owners_dates_and_confirmations() -> None:
    case = Case()
    open_issue = (Residual(what="Who pays", owner=POLICE, by=DAY),)
    case.proposes(SCHOOL, actions=actions("Visit the home", CARE), residual=open_issue)
    case.proposes(CARE, actions=actions("Write to the home", SCHOOL, CARE))

    first, second = case.state.plans
    assert [(one.what, one.owner, one.by) for one in first.actions] == [("", CARE, DAY)]
    assert [(one.what, one.owner) for one in first.residual or ()] == [("", POLICE)]
    assert [*first.confirmed] == [SCHOOL]
    assert {one.what for one in second.actions} == {"Write to the home"}
    said = [entry.body["said"] for entry in case.of_kind("plan-proposed")]
    assert "Visit the home" in str(said[0]), "the words stand in the entry"
    case.replays()


def test_fourteen_versions_of_180_kb_are_one_of_180_kb_in_the_case() -> None:
    case = Case()
    for number in range(14):
        long = tuple(Action(what=f"{number}-{n} " + "w" * 19_500, owner=POLICE, by=DAY) for n in range(9))
        case.proposes((SCHOOL, CARE)[number % 2], actions=long)

    state = case.state.model_dump_json(exclude={"policy", "calendar"}, exclude_defaults=True)

    assert len(state) < 9 * 19_500 + 20_000
    assert case.confirms(SCHOOL).sentence.startswith("hill-school confirms version 14 of the plan.")
    assert [duty.party for duty in case.state.outstanding if duty.is_of_plan] == [POLICE] * 9
    case.replays()


def test_rule_49_a_late_action_gets_its_new_date_from_the_agreed_version_whatever_is_proposed_since() -> None:
    case = Case(local=Local())
    case.agree(actions=actions("Visit", CARE))
    case.pass_to("2025-03-10 09:00")
    case.reopens(SCHOOL)
    case.proposes(SCHOOL, actions=(Action(what="Ring", owner=POLICE, by=dt.date(2025, 4, 1)),))

    fields = {"action": "1", "reason": "staff were ill", "replacement": "2025-03-14"}
    case.does(CARE, "explained", fields=fields)

    assert case.state.agreed_plan is not None
    assert case.state.agreed_plan.version == 1
    assert (case.duty("plan action 1").party, case.duty("plan action 1").due) == (CARE, london("2025-03-15 00:00"))
    case.replays()
