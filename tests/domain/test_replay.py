"""What today's rules make of what was said then: told, and never a fault of the record."""

from typing import Any

import pytest

from adapters.register.chain import digest_of
from domain.base.refusals import Refusal
from domain.case.decided import Decided
from domain.case.editions import calendar_edition, digest, policy_edition
from domain.case.patch import State, Unreadable, case_of, with_changes
from domain.case.state import Escalation
from domain.engine.draft import Draft
from domain.views.replay import decided_today, otherwise
from tests.domain.case import CARE, POLICE, SCHOOL, Case, england, lincolnshire


def told(case: Case, number: int) -> str:
    """Say what today's rules would decide otherwise in a decision, counted from 0."""
    before: Escalation | None = None
    for place, (one, after) in enumerate(zip(case.kept.decided, states(case), strict=True)):
        if place == number:
            return otherwise(one, after, decided_today(before, one.entries, lincolnshire(), england()))
        before = after
    raise AssertionError


def states(case: Case) -> list[Escalation]:
    """Return the case as each decision left it."""
    found, state = [], State()
    for one in case.kept.decided:
        state = with_changes(state, one.changes)
        found.append(case_of(state, lincolnshire(), england()))
    return found


def story() -> Case:
    case = Case()
    case.does(SCHOOL, "discussion")
    return case


def test_rule_02_an_urgent_case_with_missed_deadlines_is_decided_alike() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.pass_to("2025-03-10 09:00")
    case.acknowledges()
    case.climb_to("step-3")
    case.does(SCHOOL, "contact-slo", role="line-manager")
    case.says(SCHOOL, "not-agreed")
    case.set_date("2025-03-12 10:00")
    case.raises_risk(wording="x")
    case.takes_call()
    case.sleep_to("2025-03-13 12:00")
    case.does(CARE, "chaired-meeting.held", with_parties=(SCHOOL,))
    case.does(POLICE, "chaired-meeting.minutes", role="chair")
    case.agree()
    case.pass_to("2025-03-20 10:00")

    case.replays()


def test_rule_02_claims_contests_and_unread_signals_are_decided_alike_too() -> None:
    case = Case()
    case.says(SCHOOL, "agreed")
    case.does(SCHOOL, "discussion")
    case.contests(CARE, case.state.entries)
    case.proposes(SCHOOL)
    case.confirms(CARE)

    case.replays()


def with_rules(monkeypatch: pytest.MonkeyPatch, name: str, changed: Any) -> None:
    as_it_is = getattr(Draft, name)
    monkeypatch.setattr(Draft, name, lambda draft, *said, **more: changed(as_it_is, draft, *said, **more))


def test_a_word_more_in_an_entry_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    case = story()
    with_rules(monkeypatch, "enter_command", lambda enter, *said, **body: enter(*said, **body, lately="x"))

    assert told(case, 1) == "would enter 3 otherwise (act)"


def test_an_entry_more_one_less_and_one_of_another_kind_are_told() -> None:
    case = story()
    after, one = states(case)[0], case.kept.decided[0]
    opened, stage = one.entries
    today = decided_today(None, one.entries, lincolnshire(), england())

    assert otherwise(one, after, today) == ""
    assert otherwise(one.but(entries=(opened,)), after, today) == "would also enter 2 (stage-opened)"
    assert otherwise(one.but(entries=(opened, stage, stage.but(number=3))), after, today) == (
        "would not enter 3 (stage-opened)"
    )
    assert otherwise(one.but(entries=(opened, stage.but(kind="risk"))), after, today) == (
        "would enter 2 otherwise (stage-opened instead of risk)"
    )


def test_another_state_after_the_same_entries_is_told() -> None:
    case = story()
    (before, after), one = states(case), case.kept.decided[1]
    today = decided_today(before, one.entries, lincolnshire(), england())

    assert otherwise(one, after, today) == ""
    assert otherwise(one, after.but(links=("x",), occurrences=()), today) == (
        "would leave the case otherwise (occurrences and links)"
    )


def test_people_who_would_be_told_otherwise_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    case = story()
    with_rules(monkeypatch, "notify", lambda *_, **__: None)

    assert told(case, 1) == "would tell people otherwise"


def test_rules_that_refuse_today_what_they_took_say_so() -> None:
    case = story()
    (act,) = case.kept.decided[1].entries
    other: Any = act.body["said"]

    with pytest.raises(Refusal):
        decided_today(states(case)[0], (act.but(body={"said": other | {"act": "lunch"}}),), lincolnshire(), england())


@pytest.mark.parametrize("said", [{"kind": "nonsense"}, {"by": 3}, "x"])
def test_an_entry_that_does_not_give_what_was_said_is_told_in_a_sentence(said: Any) -> None:
    case = story()
    opened: Decided = case.kept.decided[0]

    with pytest.raises(Unreadable, match="Entry 1 does not give what was said"):
        decided_today(None, (opened.entries[0].but(body={"said": said}),), lincolnshire(), england())


def test_an_edition_has_one_name_here_and_in_the_register() -> None:
    assert digest(policy_edition(lincolnshire())) == digest_of(policy_edition(lincolnshire()))
    assert digest(calendar_edition(england())) == digest_of(calendar_edition(england()))
