# ruff: noqa: S608
"""Decisions go in whole, with what they changed and whom they told; a case's state is the fold of them."""

import hashlib
import json
from typing import Any

import pytest
import rfc8785
from sqlalchemy import event

from activities.entries import standing_row
from adapters.register import reading
from adapters.register.chain import digest_of as digest_of_body
from adapters.register.decisions import folded, steps_of
from adapters.register.errors import EntryConflict, EntryGap, EntryUnfit
from adapters.register.register import Register
from adapters.register.rows import Edition, StandingRow
from domain.base.people import Actor
from domain.case.decided import Decided
from domain.case.editions import calendar_edition, policy_edition
from domain.case.patch import SHAPE, Changes, State, case_of, state_of
from domain.commands import EditionAdopted
from domain.views.status import status_of
from tests.domain.case import CARE, SCHOOL, Case, england, lincolnshire
from tests.register.made import CASE, asked, by_hand, decision, entry, shows, without_guard
from tests.register.test_entering import both_at_once

OPENING = [
    Edition(kind="policy", body=policy_edition(lincolnshire())),
    Edition(kind="calendar", body=calendar_edition(england())),
]


def as_lists_show(state: State) -> StandingRow:
    return standing_row(status_of(case_of(state, lincolnshire(), england())))


def state_kept(url: str, case: str = CASE) -> Any:
    return json.loads(asked(url, f"SELECT state FROM standing WHERE case_ref = '{case}'")[0][0])


def test_a_case_is_kept_as_it_was_decided(register: Register, url: str) -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.pass_to("2025-03-10 09:00")
    case.raises_risk(wording="x")
    case.agree()
    first, *rest = case.kept.decided
    register.enter([first], OPENING, as_lists_show)
    for one in rest[:-2]:
        register.enter([one], [], as_lists_show)
    register.enter(rest[-2:], [], as_lists_show)

    steps = steps_of(reading.read_changes(url, "ESC-TEST"))

    assert [one.entry for one in register.entries("ESC-TEST")] == case.entries
    assert folded({}, steps) == state_of(case.state) == state_kept(url, "ESC-TEST")
    assert [notice for step in steps for notice in step.notices] == case.notices
    assert register.view("ESC-TEST") == status_of(case.state).model_dump(mode="json")
    assert register.verify() == []


def test_a_decision_is_read_back_down_to_the_order_of_its_names(register: Register, url: str) -> None:
    names = {"b": {"z": 1, "a": None}, "a": 2}
    register.enter([decision(1, 1, CASE, (["facts"], names))], [], shows())

    (step,) = steps_of(reading.read_changes(url, CASE))

    assert json.dumps(folded({}, [step])["facts"]) == json.dumps(names) == json.dumps(state_kept(url)["facts"])


def test_what_a_decision_changed_is_part_of_the_documented_sum(register: Register) -> None:
    register.enter([decision(1), decision(2, 3)], [], shows())

    first, second, third = register.entries(CASE)
    stored = b'{"shape":1,"ops":[[["entries"],3]]}'
    columns: dict[str, Any] = {
        "case_ref": "NS-26-014",
        "number": 3,
        "kind": "act",
        "event_time": "2026-03-02T15:00:00.000000Z",
        "entry_time": "2026-03-02T15:00:00.000007Z",
        "by": "Designated safeguarding lead, Example School",
        "on_behalf_of": "",
        "body_sha256": hashlib.sha256(b'{"act":"discussion","method":"telephone","number":3}').hexdigest(),
        "body_key_id": None,
        "changes_sha256": hashlib.sha256(stored).hexdigest(),
        "previous_hash": second.hash,
    }

    assert (first.changes is None, second.changes, third.changes) == (False, None, stored)
    assert third.hash == hashlib.sha256(rfc8785.dumps(columns)).hexdigest()


def test_a_repeated_decision_is_one_decision(register: Register, url: str) -> None:
    register.enter([decision(1), decision(2, 3)], [], shows())
    register.enter([decision(2, 3)], [], shows(stage="later"))
    register.enter([decision(2, 3), decision(4)], [], shows())

    assert [one.entry.number for one in register.entries(CASE)] == [1, 2, 3, 4]
    assert state_kept(url) == {"shape": SHAPE, "entries": 4}
    assert register.verify() == []


def test_another_decision_under_the_same_numbers_is_refused(register: Register, url: str) -> None:
    register.enter([decision(1), decision(2, 3)], [], shows())

    with pytest.raises(EntryConflict) as refused:
        register.enter([decision(2, 3, kind="outcome"), decision(4)], [], shows())
    with pytest.raises(EntryConflict):
        register.enter([decision(2, 5)], [], shows())

    assert refused.value.number == 2
    assert len(register.entries(CASE)) == 3
    assert state_kept(url)["entries"] == 3


@pytest.mark.parametrize("numbers", [(3, 3), (3, 4)])
def test_a_decision_that_overtook_the_one_before_it_is_refused_until_that_is_there(
    register: Register, numbers: tuple[int, int]
) -> None:
    register.enter([decision(1)], [], shows())

    with pytest.raises(EntryGap, match="no entry 2 yet"):
        register.enter([decision(*numbers)], [], shows())
    register.enter([decision(2)], [], shows())
    register.enter([decision(*numbers)], [], shows())

    assert len(register.entries(CASE)) == numbers[1]


def test_a_decision_with_a_gap_in_itself_is_refused(register: Register) -> None:
    torn = Decided(entries=(entry(1), entry(3)), changes=Changes(shape=SHAPE, ops=()))

    with pytest.raises(EntryGap, match="no entry 2 yet"):
        register.enter([torn], [], shows())
    with pytest.raises(EntryGap, match="no entry 2 yet"):
        register.enter([decision(1), decision(3)], [], shows())

    assert register.is_empty()


def test_decisions_of_two_cases_are_not_one_call(register: Register) -> None:
    with pytest.raises(ValueError, match="a call for each"):
        register.enter([decision(1), decision(1, 1, "NS-26-015")], [], shows())


def test_a_decision_that_cannot_be_stored_leaves_nothing_behind(register: Register) -> None:
    edition = Edition(kind="policy", body={"id": "lincolnshire"})

    for body in ({"count": 2**60}, {"text": "\ud800"}):
        with pytest.raises(EntryUnfit, match=f"Entry 2 of case {CASE}"):
            register.enter([decision(1), decision(2, body=body)], [edition], shows())
    with pytest.raises(EntryUnfit, match=f"What entry 1 of case {CASE} changed"):
        register.enter([decision(1, 1, CASE, (["x"], "\ud800"))], [edition], shows())

    assert register.is_empty()
    assert register.edition(digest_of_body(edition.body)) is None


def test_an_edition_that_a_case_begins_to_use_is_there_or_given(register: Register) -> None:
    """Without it nobody could make the case of its record."""
    case = Case()
    opening, *_ = case.kept.decided
    with pytest.raises(ValueError, match="neither kept nor given"):
        register.enter([opening], OPENING[:1], as_lists_show)
    register.enter([opening], OPENING, as_lists_show)
    other = Case(case="ESC-OTHER")
    register.enter(other.kept.decided, [], as_lists_show)
    case.takes(
        EditionAdopted(
            by=Actor(role="operations", person="staff-1"), policy=lincolnshire().but(edition="2"), reason="New."
        )
    )

    with pytest.raises(ValueError, match="neither kept nor given"):
        register.enter(case.kept.decided, [], lambda _: None)
    register.enter(case.kept.decided, [Edition(kind="policy", body=policy_edition(case.state.policy))], lambda _: None)

    assert len(register.entries("ESC-TEST")) == len(case.entries)


def test_what_cannot_be_shown_is_entered_all_the_same(register: Register, url: str) -> None:
    """A mistake in how a case is shown costs the lists, and never the record."""
    register.enter([decision(1)], [], shows())
    register.enter([decision(2)], [], lambda _: None)

    assert len(register.entries(CASE)) == 2
    assert [(fault.place, fault.of) for fault in register.verify()] == [("standing", "copy")]

    register.enter([decision(3)], [], shows())

    assert state_kept(url) == {"shape": SHAPE, "entries": 3}
    assert register.verify() == []


def test_changes_that_do_not_fold_are_entered_all_the_same_and_named(register: Register) -> None:
    register.enter([decision(1)], [], shows())
    register.enter([decision(2, 2, CASE, (["nothing", "here"], 1))], [], shows())
    register.enter([decision(3)], [], shows())

    assert len(register.entries(CASE)) == 3
    (reading_fault, _) = register.verify()
    assert (reading_fault.place, reading_fault.of) == ("entries", "reading")
    assert reading_fault.what == (
        "do not give the case: Entry 2: The changes of an entry do not fit what came before them."
    )


def test_a_repeat_mends_what_lists_show(register: Register, url: str) -> None:
    register.enter([decision(1), decision(2)], [], shows())
    by_hand(url, ["DELETE FROM standing"])
    register.enter([decision(2)], [], shows())

    assert register.verify() == []
    assert state_kept(url) == {"shape": SHAPE, "entries": 2}


@pytest.mark.parametrize("change", ["state = '{'", 'state = \'{"shape":1,"entries":7}\'', "state = '[]'"])
def test_no_decision_is_built_on_a_state_on_which_somebody_has_laid_hands(
    register: Register, url: str, change: str
) -> None:
    register.enter([decision(1)], [], shows())
    by_hand(url, [f"UPDATE standing SET {change}"])
    register.enter([decision(2, 2, CASE, (["links"], ["x"]))], [], shows())

    assert state_kept(url) == {"shape": SHAPE, "entries": 2, "links": ["x"]}
    assert register.verify() == []


def test_lists_are_put_together_again_from_the_record(register: Register, url: str) -> None:
    register.enter([decision(1), decision(2)], [], shows())
    by_hand(url, ["UPDATE standing SET state = '{}', stage = 'nowhere'"])
    register.show_anew(CASE, shows())
    register.show_anew("NS-26-999", shows())

    assert state_kept(url) == {"shape": SHAPE, "entries": 2}
    assert asked(url, "SELECT stage FROM standing") == [("step-1",)]


@pytest.mark.parametrize("change", ["state = '{}'", "state = 'x'", "stage = 'step-2'", "view = '{}'", "hash = ''"])
def test_a_state_beside_the_record_that_is_not_the_fold_is_named(register: Register, url: str, change: str) -> None:
    register.enter([decision(1), decision(2)], [], shows())
    by_hand(url, [f"UPDATE standing SET {change}"])

    assert [(fault.place, fault.of) for fault in register.verify()] == [("standing", "copy")]


def test_a_record_that_ends_in_the_middle_of_a_decision_is_named(register: Register, url: str) -> None:
    register.enter([decision(1), decision(2, 4)], [], shows())
    without_guard(url, "DELETE FROM entry WHERE number > 2", "DELETE FROM standing")

    assert [(fault.place, fault.what, fault.of) for fault in register.verify()] == [
        ("entry 2", "is not the last of its decision: the record ends in the middle of it", "record"),
        (
            "standing",
            "is missing, while entries up to 2 stand; it can be written anew once the entries give the case",
            "record",
        ),
    ]


@pytest.mark.parametrize("change", ["changes = NULL", "changes = body"])
def test_changed_changes_are_named(register: Register, url: str, change: str) -> None:
    register.enter([decision(1), decision(2)], [], shows())
    without_guard(url, f"UPDATE entry SET {change} WHERE number = 2")

    assert [(fault.place, fault.of) for fault in register.verify()] == [("entry 2", "record")]


def test_folding_waits_for_no_writer_and_holds_none_up(register: Register) -> None:
    """What takes long is done before the lock is taken: within it there is nothing but writing."""
    seen: list[bool] = []
    engine = register._connections.engine
    held: list[bool] = [False]
    event.listen(engine, "before_cursor_execute", lambda *a: held.__setitem__(0, "INSERT" in a[2] or held[0]))

    def shown(state: State) -> StandingRow:
        seen.append(held[0])
        return shows()(state)

    register.enter([decision(1)], [], shown)

    assert seen == [False]
    assert held == [True]


def test_two_writers_of_the_same_decisions_leave_one_of_each(register: Register) -> None:
    for turn in range(10):
        case = f"NS-26-{turn:03}"
        batch = [decision(1, 2, case), decision(3, 4, case)]
        both_at_once(lambda case=case, batch=batch: register.enter(batch, [], shows(case)))  # type: ignore[misc]
        assert len(register.entries(case)) == 4

    assert register.verify() == []


def test_a_party_that_was_told_can_be_told_again_from_the_record(register: Register, url: str) -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.does(CARE, "acknowledgement")
    register.enter(case.kept.decided, OPENING, as_lists_show)

    told = [one for step in steps_of(reading.read_changes(url, "ESC-TEST")) for one in step.notices]

    assert {one.to.agency for one in told} == {SCHOOL, CARE}
    assert told == case.notices
