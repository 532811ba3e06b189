"""A checkpoint names what a register has lost since, where everything that stands in the register fits together."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.checkpoint.checkpoint import made, read_checkpoint
from adapters.checkpoint.keeping import Kept
from adapters.checkpoint.leaves import Leaf, read_leaf
from adapters.checkpoint.notes import Signer
from adapters.register.register import Register
from adapters.register.rows import Attempt
from tests.register.forging import OF, Forged, cut_off, forge, taken_out, written_anew
from tests.register.made import without_guard

DAY = datetime(2026, 11, 30, 3, 20, tzinfo=UTC)
BY = "the checkpoint of Monday 30 November 2026, 3:20am"
SIGNER = Signer("example.org", bytes(32))


def kept(register: Register, at: datetime = DAY) -> Kept:
    heads = register.heads()
    return Kept(made(SIGNER, heads, at), heads, Path("2026-11-30T032000Z.checkpoint"))


@pytest.fixture
def before(register: Register) -> Register:
    """The register as it was on the day, on each engine."""
    forge(register)
    return register


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Register]:
    with Register(f"sqlite:///{tmp_path}/other.db") as register:
        register.prepare()
        yield register


def told(register: Register, *checkpoints: Kept, only: str | None = None) -> list[str]:
    return [str(fault) for fault in register.faults_against(checkpoints, only)]


def test_the_ends_of_all_chains_stand_in_the_order_of_the_tree_and_are_the_same_on_either_engine(
    before: Register, other: Register
) -> None:
    forge(other)
    heads = before.heads()

    assert heads == other.heads()
    assert [leaf.kind for leaf in heads] == ["attempts"] * 3 + ["case"] * 3 + ["ledger"]
    (case,) = [leaf for leaf in heads if leaf.kind == "case" and leaf.case == OF]
    last = before.entries(OF)[-1]
    assert str(case) == f"case {OF} {last.entry.number} {last.hash}"
    assert [read_leaf(str(leaf)) for leaf in heads] == list(heads)
    assert made(SIGNER, heads, DAY).is_over(heads)


def test_a_register_that_goes_on_still_holds_what_a_checkpoint_has(before: Register) -> None:
    checkpoint = kept(before)
    entry = before.entries(OF)[-1].entry
    before.attempt(Attempt(notice_ref=f"{OF}/1/0", case_ref=OF, at=DAY, channel="smtp", result="accepted"))
    before.attempt(Attempt(notice_ref=f"{OF}/1/9", case_ref=OF, at=DAY, channel="smtp", result="accepted"))

    assert entry.case == OF
    assert told(before, checkpoint) == []


@pytest.mark.parametrize(
    ("forged", "what"),
    [
        (cut_off, rf"{OF}: entry \d+ to \d+ is missing: {BY} has it, and the record ends before it"),
        (written_anew, rf"{OF}: entry \d+ is not the one that {BY} has: the record of the case was written anew"),
        (taken_out, rf"{OF}: entries are all missing: {BY} has \d+ of them"),
    ],
)
def test_what_the_chains_themselves_cannot_show_is_named_with_the_case_and_the_day(
    before: Register, other: Register, forged: Forged, what: str
) -> None:
    forge(other, forged)
    assert other.verify() == [], "everything in it fits together"

    found = told(other, kept(before))

    (of_case,) = [one for one in found if one.startswith(f"{OF}: entr")]
    assert re.fullmatch(what, of_case)
    assert told(other, kept(before), only=OF) == [one for one in found if one.startswith(OF)]
    assert told(other, kept(before), only="ESC-2000-0004") == []


def test_of_a_case_that_was_taken_out_the_ledger_tells_too_and_its_notices_are_not_told_apart(
    before: Register, other: Register
) -> None:
    forge(other, taken_out)

    assert len(told(other, kept(before))) == 2
    assert told(other, kept(before))[0].startswith(f"ledger line 3 is missing: {BY} has it")


def test_one_made_after_the_forgery_hides_nothing_from_an_older_one(before: Register, other: Register) -> None:
    old = kept(before)
    forge(other, written_anew)
    new = kept(other, datetime(2026, 12, 1, 3, 20, tzinfo=UTC))

    assert told(other, new) == []
    assert told(other, new, old) == told(other, old) != []


def test_each_chain_is_told_once_by_the_newest_that_shows_it(before: Register, other: Register) -> None:
    first, second = kept(before), kept(before, datetime(2026, 12, 1, 3, 20, tzinfo=UTC))
    forge(other, cut_off)

    found = told(other, first, second)

    assert len(found) == len({one.split(" is ")[0] for one in found})
    assert all("1 December 2026" in one for one in found)


def test_tries_that_were_taken_out_or_written_anew_are_named(before: Register, url: str) -> None:
    checkpoint = kept(before)
    ref = before.attempts(OF)[0].attempt.notice_ref
    other = before.attempts("ESC-2000-0004")[0].attempt.notice_ref
    without_guard(url, f"DELETE FROM attempt WHERE notice_ref = '{ref}'")  # noqa: S608
    without_guard(url, f"UPDATE attempt SET hash = '{'0' * 64}' WHERE notice_ref = '{other}'")  # noqa: S608

    assert told(before, checkpoint) == [
        f"{OF}: attempt 1 of {ref} is missing: {BY} has it",
        f"ESC-2000-0004: attempts are not those that {BY} has: the tries of a notice were written anew",
    ]


def test_what_no_version_wrote_hides_no_other_end(before: Register, url: str) -> None:
    without_guard(url, f"UPDATE entry SET hash = 'rubbish' WHERE case_ref = '{OF}'")  # noqa: S608

    heads = before.heads()

    assert {leaf.case for leaf in heads if leaf.kind == "case"} == {"ESC-2000-0004", "ESC-3000-0006"}


def test_an_empty_register_has_the_end_of_its_ledger(register: Register) -> None:
    assert register.heads() == (Leaf("ledger", "", "0", "0" * 64),)
    again = read_checkpoint(str(kept(register).checkpoint.note))
    assert (again.log, again.at, again.size) == ("example.org", DAY, 1)
