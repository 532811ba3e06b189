"""The state of a case is the fold of its entries, in the order they were made (rule 2)."""

import pytest

from adapters.register.chain import digest_of
from domain.editions import calendar_edition, digest, policy_edition
from domain.replay import NotReplayable, replay, replay_whole
from tests.domain.case import CARE, POLICE, SCHOOL, Case, england, lincolnshire


def again(case: Case) -> None:
    assert replay(case.entries, lincolnshire(), england()) == case.state


def test_rule_02_an_urgent_case_with_missed_deadlines_replays_to_the_same_state() -> None:
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

    again(case)


def test_rule_02_claims_contests_and_unread_signals_replay_too() -> None:
    case = Case()
    case.says(SCHOOL, "agreed")
    case.does(SCHOOL, "discussion")
    case.contests(CARE, case.state.entries)
    case.proposes(SCHOOL)
    case.confirms(CARE)

    again(case)


def test_every_prefix_of_the_entries_that_ends_a_decision_is_a_case() -> None:
    case = Case()
    seen = [(len(case.entries), case.state)]
    for step in (
        lambda: case.does(SCHOOL, "discussion"),
        lambda: case.says(CARE, "not-agreed"),
        lambda: case.says(SCHOOL, "returned"),
    ):
        step()
        seen.append((len(case.entries), case.state))

    for length, state in seen:
        assert replay(case.entries[:length], lincolnshire(), england()) == state


def test_a_tampered_entry_does_not_replay() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    tampered = [
        entry.but(body={**entry.body, "act": "considered"}) if entry.kind == "act" else entry for entry in case.entries
    ]

    with pytest.raises(NotReplayable, match="Entry 3"):
        replay(tampered, lincolnshire(), england())


def test_an_edition_has_one_name_here_and_in_the_register() -> None:
    assert digest(policy_edition(lincolnshire())) == digest_of(policy_edition(lincolnshire()))
    assert digest(calendar_edition(england())) == digest_of(calendar_edition(england()))


def test_what_was_decided_besides_the_entries_is_given_back_each_notice_by_its_reference() -> None:
    """A record may end in the middle of a decision: the rest of it is still to be entered, and notices to be sent."""
    case = Case()
    case.does(SCHOOL, "discussion")
    case.raises_risk()
    case.pass_to("2025-03-04 12:00")
    whole = replay_whole(case.entries, case.opening.policy, case.opening.calendar)
    begun = replay_whole(case.entries[:1], case.opening.policy, case.opening.calendar)

    assert (whole.case, whole.entries) == (case.state, ())
    assert list(whole.notices) == case.notices
    assert [entry.kind for entry in begun.entries] == ["stage-opened"]
    assert list(begun.entries) == case.entries[1:2]
    assert list(begun.notices) == [notice for notice in case.notices if notice.kind == "step-opened"]
