"""What somebody says of being awake holds for the turn in which it was said, and ends by itself."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.rota import Turn
from adapters.rota.awake import FILE, Awake

from .made import WEEKLY, local, made

NOW = local("2026-11-24 22:00")
UNTIL = local("2026-11-25 03:00")


def turn(at: datetime = NOW, more: str = "") -> Turn:
    (found,) = made(WEEKLY + more).holders("first", at)
    return found


@pytest.fixture
def awake(tmp_path: Path) -> Awake:
    return Awake(tmp_path)


def test_it_holds_until_the_hour_and_not_at_it(awake: Awake) -> None:
    awake.say("ann", UNTIL, NOW)

    assert turn().handle == "ann"
    assert awake.until(turn(), UNTIL - timedelta(seconds=1)) == UNTIL
    assert awake.until(turn(), UNTIL) is None


def test_it_is_said_of_oneself_alone_and_not_before_it_was_said(awake: Awake) -> None:
    awake.say("bob", UNTIL, NOW)
    awake.say("ann", UNTIL, NOW + timedelta(hours=1))

    assert awake.until(turn(), NOW) is None
    assert awake.until(turn(), NOW + timedelta(hours=2)) == UNTIL


def test_the_last_word_holds_and_can_be_taken_back(awake: Awake) -> None:
    awake.say("ann", UNTIL, NOW)
    awake.say("ann", UNTIL - timedelta(hours=2), NOW)
    assert awake.until(turn(), NOW) == UNTIL - timedelta(hours=2)

    awake.take_back("ann", NOW)
    assert awake.until(turn(), NOW) is None


def test_a_turn_that_was_handed_over_ends_it_also_when_it_comes_back(awake: Awake) -> None:
    awake.say("ann", UNTIL, NOW)
    given = 'rank = "first"\nfrom = 2026-11-24T23:00:00\nuntil = 2026-11-25T01:00:00\nperson = "cy"\nwhy = "ill"\n'
    more = f"[[override]]\n{given}"

    assert awake.until(turn(NOW, more), NOW) == local("2026-11-24 23:00"), "its end is the end of the turn"
    assert awake.until(turn(local("2026-11-25 00:00"), more), local("2026-11-25 00:00")) is None, "cy said nothing"
    assert awake.until(turn(local("2026-11-25 02:00"), more), local("2026-11-25 02:00")) is None, (
        "another turn of ann's"
    )


def test_a_bad_row_counts_as_none_and_hides_no_other(awake: Awake) -> None:
    awake.say("ann", UNTIL, NOW)
    rows = json.loads(awake.path.read_text())
    naive = {**rows[0], "until": "2026-11-25T03:00:00"}
    awake.path.write_text(json.dumps([{"handle": 5}, naive, *rows, {**rows[0], "said": "soon"}]))

    assert awake.path.name == FILE
    assert awake.until(turn(), NOW) == UNTIL


def test_a_file_that_cannot_be_read_says_nothing_of_anybody(awake: Awake) -> None:
    awake.path.write_text("nonsense")

    assert awake.until(turn(), NOW) is None
