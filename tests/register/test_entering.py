from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from adapters.register import reading
from adapters.register.chain import digest_of
from adapters.register.errors import EntryConflict, EntryGap, EntryUnfit
from adapters.register.register import Register
from adapters.register.rows import Edition
from tests.register.made import CASE, NOON, attempt, enter, entries, entry, standing


def test_entries_come_back_as_they_went_in(register: Register) -> None:
    # policy-model rule 2: every entry has an event time and an entry time
    enter(register, entries(3), standing(3))

    stored = register.entries(CASE)

    assert [one.entry for one in stored] == entries(3)
    assert stored[1].previous_hash == stored[0].hash
    assert register.verify() == []


def test_a_repeated_write_is_one_entry(register: Register) -> None:
    # policy-model rule 54: replay and retry are the same effect
    enter(register, entries(2), standing(2))
    enter(register, entries(2), standing(2))
    enter(register, entries(3)[1:], standing(3))

    assert len(register.entries(CASE)) == 3
    assert register.verify() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"body": {"act": "discussion", "method": "email"}},
        {"kind": "outcome"},
        {"at": NOON},
        {"entered_at": NOON + timedelta(days=3)},
        {"by": "Team manager, Example Council"},
        {"on_behalf_of": "example-police"},
    ],
)
def test_another_entry_under_the_same_number_is_refused_and_named_without_its_content(
    register: Register, changes: dict[str, Any]
) -> None:
    # policy-model rule 8: nothing is edited
    enter(register, entries(2), standing(2))

    with pytest.raises(EntryConflict) as refused:
        enter(register, [entry(2, **changes), entry(3)], standing(3))

    assert (refused.value.case_ref, refused.value.number) == (CASE, 2)
    assert "discussion" not in str(refused.value)
    assert [one.entry for one in register.entries(CASE)] == entries(2)


def test_an_entry_after_a_gap_is_refused_and_the_missing_one_named(register: Register) -> None:
    enter(register, entries(1), standing(1))

    with pytest.raises(EntryGap, match=r"no entry 2 yet"):
        enter(register, [entry(3)])

    assert len(register.entries(CASE)) == 1


def test_a_batch_is_written_whole_or_not_at_all(register: Register) -> None:
    edition = Edition(kind="policy", body={"id": "lincolnshire"})

    with pytest.raises(EntryGap):
        enter(register, [entry(1), entry(2), entry(4)], standing(4), [edition])

    assert register.is_empty()
    assert register.edition(digest_of(edition.body)) is None


def test_a_standing_ahead_of_the_record_is_refused(register: Register) -> None:
    with pytest.raises(EntryGap, match=r"no entry 2 yet"):
        enter(register, entries(1), standing(2))


def test_an_older_standing_never_covers_a_newer_one(register: Register, url: str) -> None:
    enter(register, entries(3), standing(3, stage="step-2"))
    enter(register, entries(1), standing(1, stage="step-1"))

    shown = reading.read_case(url, CASE)

    assert shown is not None
    assert (shown["as_of_number"], shown["stage"], shown["view"]["as_of"]) == (3, "step-2", 3)


def test_a_standing_alone_can_be_rebuilt(register: Register, url: str) -> None:
    enter(register, entries(2), standing(2))
    enter(register, [], standing(2, stage="step-3"))

    shown = reading.read_case(url, CASE)

    assert shown is not None
    assert shown["stage"] == "step-3"


def test_entries_of_two_cases_are_not_one_batch(register: Register) -> None:
    with pytest.raises(ValueError, match="a call for each"):
        enter(register, [entry(1), entry(1, case="NS-26-015")])


@pytest.mark.parametrize("body", [{"count": 2**60}, {"ratio": float("nan")}, {"size": 6.912809103974946e16}])
def test_a_body_that_would_not_come_back_whole_is_refused(register: Register, body: dict[str, object]) -> None:
    with pytest.raises(EntryUnfit, match=f"Entry 1 of case {CASE}"):
        enter(register, [entry(1, body=body)])


def test_entries_are_numbered_from_one(register: Register) -> None:
    with pytest.raises(EntryUnfit, match="numbers begin at 1"):
        enter(register, [entry(0)])


def test_an_edition_is_kept_once_under_the_digest_of_its_content(register: Register) -> None:
    body = {"id": "lincolnshire", "edition": "2025-04", "stages": ["step-1", "step-2"]}
    edition = Edition(kind="policy", body=body)
    enter(register, entries(1), standing(1), [edition])
    enter(register, entries(2), standing(2), [edition, edition])

    assert register.edition(digest_of(dict(reversed(body.items())))) == edition
    assert register.verify() == []


def test_the_register_knows_which_cases_it_has(register: Register) -> None:
    assert register.is_empty()
    enter(register, entries(2), standing(2))
    enter(register, entries(1, "NS-26-002"), standing(1, "NS-26-002"))

    assert not register.is_empty()
    assert register.has_case(CASE)
    assert not register.has_case("NS-26-999")
    assert register.cases() == ["NS-26-002", CASE]


def test_each_try_to_send_is_kept_and_one_acceptance_is_enough(register: Register) -> None:
    notice = f"{CASE}/1/0"
    assert register.attempt(attempt("failed", detail="smtp 421")) == 1
    assert not register.was_accepted(notice)
    assert register.attempt(attempt("accepted", fallback=True)) == 2
    assert register.attempt(attempt("refused", at=NOON + timedelta(hours=1), detail="x" * 500)) == 3

    tried = register.attempts(CASE)

    assert register.was_accepted(notice)
    assert not register.was_accepted(f"{CASE}/1/1")
    assert [(one.number, one.attempt.result) for one in tried] == [(1, "failed"), (2, "accepted"), (3, "refused")]
    assert tried[1].attempt == attempt("accepted", fallback=True)
    assert len(tried[2].attempt.detail) == 200
    assert register.tries(notice) == [one.attempt for one in tried]
    assert register.tries(f"{CASE}/1/1") == []


def test_what_is_heard_later_of_a_try_is_a_row_behind_it_and_takes_nothing_back(register: Register) -> None:
    for result in ("accepted", "undelivered", "accepted", "delivered"):
        register.attempt(attempt(result))

    assert register.was_accepted(f"{CASE}/1/0")
    assert [one.result for one in register.tries(f"{CASE}/1/0")] == [
        "accepted",
        "undelivered",
        "accepted",
        "delivered",
    ]
    assert register.verify() == []


def test_the_register_gives_what_a_case_shows(register: Register) -> None:
    enter(register, entries(2), standing(2))

    assert register.view(CASE) == standing(2).view
    assert register.view("NS-26-999") is None


def both_at_once(call: Callable[[], object]) -> None:
    ready = Barrier(2)

    def together() -> None:
        ready.wait()
        call()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(together), pool.submit(together)]:
            done.result()


def test_two_writers_of_the_same_batch_leave_one_of_each_entry(register: Register) -> None:
    for turn in range(10):
        case = f"NS-26-{turn:03}"
        both_at_once(lambda case=case: enter(register, entries(4, case), standing(4, case)))  # type: ignore[misc]
        assert len(register.entries(case)) == 4

    assert register.verify() == []


def test_two_senders_of_one_notice_get_a_number_each(register: Register) -> None:
    both_at_once(lambda: [register.attempt(attempt("failed")) for _ in range(5)])

    assert [one.number for one in register.attempts(CASE)] == list(range(1, 11))
    assert not [fault for fault in register.verify() if fault.place.startswith("attempt")]
