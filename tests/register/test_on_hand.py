"""What is on hand stands beside each case in times and numbers: the same that its view says, whoever wrote it."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

import worker
from adapters.calendars import load_calendar
from adapters.keyring import make_keys
from adapters.register import on_hand, reading
from adapters.register.address import keys_of
from adapters.register.register import Register
from adapters.register.shown import differs
from domain.views.digest import answers_of, edges_of, items_of, line_rank, lines_of
from domain.views.status import CaseStatus, status_of
from settings import RegisterAddress
from tests.domain.case import Case
from tests.register.keeping import STORIES, agreed_and_closed, fill, under_other_editions, urgent_with_risk
from tests.register.made import CASE, asked, by_hand, enter, entries, standing
from tests.register.older import sums_as_before, taken_back

BESIDE = "SELECT case_ref, owed, awaited, next_moment, hash FROM standing ORDER BY case_ref"
CALENDAR = load_calendar("england-and-wales")
POLICY = "lincolnshire"


@pytest.fixture
def filled(register: Register) -> Register:
    for story in STORIES:
        fill(register, story())
    return register


def read(url: str) -> dict[str, on_hand.OnHand | None]:
    return dict(on_hand.read_on_hand(url, POLICY))


def test_columns_say_of_each_open_case_what_its_view_says(filled: Register, url: str) -> None:
    views = dict(reading.read_views(url, POLICY))
    known = read(url)

    assert known.keys() == views.keys()
    assert len(known) == 2, "of the three stories one is closed"
    for case, view in views.items():
        held = known[case]
        assert held is not None
        assert [one.due for one in held.owed] == [
            one.due for one in CaseStatus.model_validate(view).owed if one.strength != "may"
        ]
        assert on_hand.columns(view["as_of"], held.owed, held.awaited, held.next_moment) == on_hand.columns_of_view(
            view
        )
    assert sum(held.awaited for held in known.values() if held) > 0, "one side has said what the other has not"


@pytest.mark.parametrize("columns", [{}, dict.fromkeys(on_hand.NAMES)])
def test_what_is_no_view_is_found_with_its_columns_and_without(columns: dict[str, None]) -> None:
    """What is offered is of the version that wrote it, and still has to be an offer."""
    shown = status_of(Case().state).model_dump(mode="json")
    row = {"state": "{}", "view": json.dumps(shown), **on_hand.columns_of_view(shown), **columns}
    spoilt = {**row, "view": json.dumps({**shown, "offers": ["telephone"]})}

    assert not differs(row, row)
    assert differs(spoilt, row)


@pytest.mark.parametrize("story", STORIES)
def test_lines_are_the_items_of_a_digest_at_any_time(story: Any) -> None:
    case: Case = story()
    shown = status_of(case.state)
    told = on_hand.columns_of_view(shown.model_dump(mode="json"))
    held = on_hand.Reader().read(told | {"as_of_number": shown.as_of})
    assert held is not None
    bands = Counter[str]()
    for hours in range(-24 * 20, 24 * 20, 7):
        edges = edges_of(CALENDAR, case.now + timedelta(hours=hours))
        items = [item for item, _ in (*items_of("X", shown.owed, {}, edges), *answers_of("X", shown.waiting, {}))]
        lines = list(lines_of("X", held.owed, held.awaited, edges))
        bands.update(line.band for line in lines)
        assert sorted((one.band, str(one.due)) for one in lines) == sorted((one.band, str(one.due)) for one in items)
        assert len({line_rank(one) for one in lines}) <= len(lines)
    assert bands or story is agreed_and_closed


def test_a_register_of_an_older_version_is_read_by_its_views_and_filled_as_a_new_one_is_written(
    filled: Register, url: str
) -> None:
    meant = asked(url, BESIDE)
    taken_back(url, "0006")
    assert filled.verify() == []
    assert set(read(url).values()) == {None}, "its columns are not there yet"

    filled.prepare()
    assert filled.verify() == []
    assert set(read(url).values()) == {None}, "and now they are empty"

    assert filled.fill_on_hand() == 2
    closed = agreed_and_closed().state.case
    assert [row for row in asked(url, BESIDE) if row[0] != closed] == [row for row in meant if row[0] != closed]
    assert filled.verify() == []
    assert filled.fill_on_hand() == 0


async def test_a_worker_fills_them_beside_its_work_and_goes_on_where_it_cannot(filled: Register, url: str) -> None:
    meant = [row for row in asked(url, BESIDE) if row[0] != agreed_and_closed().state.case]
    taken_back(url, "0006")
    await worker._filled(filled)  # it has not got the columns yet
    filled.prepare()
    assert set(read(url).values()) == {None}

    await worker._filled(filled)
    assert [row for row in asked(url, BESIDE) if row[0] != agreed_and_closed().state.case] == meant


def test_what_an_older_version_wrote_over_them_is_read_by_its_view_and_filled_anew(filled: Register, url: str) -> None:
    """It knows of no such columns, and leaves them as they are."""
    meant, case = asked(url, BESIDE), urgent_with_risk().state.case
    (row,) = asked(url, f"SELECT as_of_number, owed FROM standing WHERE case_ref = '{case}'")  # noqa: S608
    stale = row[1].replace(f"[{row[0]},", f"[{row[0] - 1},", 1)
    (before,) = sums_as_before(url, case)
    by_hand(url, [f"UPDATE standing SET owed = '{stale}', awaited = 7 WHERE case_ref = '{case}'", before])  # noqa: S608
    assert read(url)[case] is None

    assert filled.fill_on_hand() == 1
    assert asked(url, BESIDE) == meant
    assert filled.verify() == []


def test_filling_ends_where_it_is_told_to_and_leaves_what_it_cannot_read(filled: Register, url: str) -> None:
    taken_back(url, "0006")
    filled.prepare()
    assert filled.fill_on_hand(lambda: False) == 0

    file = keys_of(url)
    assert file is not None
    make_keys(file.with_name("others"))
    with Register(RegisterAddress(str(url), file.with_name("others"))) as blind:
        assert blind.fill_on_hand() == 0
    by_hand(url, [f"UPDATE standing SET stage = 'x' WHERE case_ref = '{urgent_with_risk().state.case}'"])  # noqa: S608
    assert filled.fill_on_hand() == 1, "nothing is built on a copy on which somebody has laid hands"
    known = read(url)
    assert known[urgent_with_risk().state.case] is None
    assert known[under_other_editions().state.case] is not None


@pytest.mark.parametrize(
    "owed",
    [
        "", "x", "{}", '""', "null", "7", "[7]", "[[]]", "[7,{}]", "[8,[]]", "[7.0,[]]", "[7,[],0]", "[7,[[]]]",
        "[7,[[null,null,null,0]]]", "[7,[[null,null,null,0,2]]]", "[7,[[3,null,null,0,0]]]",
        '[7,[["2026-03-02T12:00:00",null,null,0,0]]]', '[7,[["rubbish",null,null,0,0]]]', "[" * 3000,
    ],
)  # fmt: skip
def test_what_this_program_did_not_write_there_says_nothing_so_that_the_view_is_read(owed: str) -> None:
    assert on_hand.Reader().read({"as_of_number": 7, "owed": owed, "awaited": 0, "next_moment": None}) is None
    whole = {"as_of_number": 7, "owed": "[7,[]]", "awaited": 0, "next_moment": None}
    assert on_hand.Reader().read(whole) == on_hand.OnHand((), 0, None)


@pytest.mark.parametrize(("awaited", "moment"), [(None, None), (-1, None), (1.5, None), ("2", None), (0, "rubbish")])
def test_so_it_is_where_another_column_is_odd(awaited: object, moment: object) -> None:
    assert (
        on_hand.Reader().read({"as_of_number": 7, "owed": "[7,[]]", "awaited": awaited, "next_moment": moment}) is None
    )


def test_a_standing_without_them_is_kept_without_them(register: Register, url: str) -> None:
    enter(register, entries(1), standing(1))

    assert asked(url, BESIDE)[0][:4] == (CASE, None, None, None)
    assert read(url) == {CASE: None}


def test_nothing_that_people_wrote_stands_in_them(filled: Register, url: str) -> None:
    for _, owed, awaited, moment, _ in asked(url, BESIDE):
        assert type(awaited) is int
        _, told = json.loads(owed)
        for one in told:
            assert all(said in (None, 0, 1) or on_hand._read(said) for said in one)
        assert moment is None or on_hand._read(moment)
