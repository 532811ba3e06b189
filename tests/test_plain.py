"""What people wrote steers no terminal, browser or mail program, wherever it is shown."""

import re

import pytest

from adapters.plain import plain
from adapters.watch.found import Alarm, Found
from domain.base.people import Actor
from domain.commands import ActDone
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import Run, cases, installation, opened, register, run

__all__ = ["cases", "installation", "opened", "register", "run"]
EVIL = "\x1b[31mred\x1b]0;title\x07 \u202eturned\u2066x\u2069 \x9b31m \u200b\ufeff\u2028 \x00 end"
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ufeff]")


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u2066", "\u200f", "\u2028", "\ud800"])
def test_a_sign_that_steers_is_seen_as_one_and_does_nothing(sign: str) -> None:
    assert plain(f"a{sign}b") == "a�b"


@pytest.mark.parametrize("text", ["Zoë O’Example – “yes”", "two\nlines", "नि\u200dक", "a\u00a0b", "👩\u200d⚕️", ""])
def test_what_people_write_in_any_script_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_tabs_and_returns_are_blanks_and_lines() -> None:
    assert plain("a\tb\r\nc\rd") == "a b\nc d"


@pytest.mark.parametrize(
    "words",
    [
        ("show", EVIL),
        ("record", "{case}", "discussion", "--by", "schools", "--role", EVIL, "--method", "telephone"),
        ("record", "{case}", EVIL),
        ("record", "{case}", "discussion", EVIL, EVIL),
        ("policy", "check", EVIL),
        ("start", EVIL),
        ("start", "--policy", EVIL),
        (EVIL,),
        ("list", f"--{EVIL}"),
        ("rota", "show", EVIL),
        ("explain", "{case}", EVIL),
    ],
)
def test_no_refusal_repeats_a_sign_that_steers(run: Run, opened: str, words: tuple[str, ...]) -> None:
    result = run(*(word.format(case=opened) if "{" in word else word for word in words))

    assert result.exit_code in {2, 3}, result.output
    assert not STEERS.search(result.stdout + result.stderr)


@pytest.mark.parametrize("words", [("show",), ("history",), ("history", "--words"), ("explain",), ("record",)])
async def test_no_sign_that_steers_comes_back_from_a_record(
    run: Run, cases: CasesInMemory, opened: str, words: tuple[str, ...]
) -> None:
    by = Actor(agency="schools", role="practitioner", person=EVIL.replace("\x00", ""))
    evil = EVIL.replace("\x00", "")
    said = ActDone(
        by=by, act="discussion", method="telephone", fields={"note": evil, evil: evil}, evidence=evil, recorded_by=evil
    )
    await cases.record(opened, said)
    result = run(words[0], opened, *words[1:])

    assert result.exit_code == 0, result.stderr
    assert not STEERS.search(result.stdout + result.stderr)


def test_no_alarm_of_the_watch_holds_one() -> None:
    found = Found(ref="r", what="rota", says=EVIL, mend=EVIL)
    alarm = Alarm(found=found, state="found", since="2026-11-23T10:00:00+00:00", times=1)

    assert not STEERS.search(alarm.subject + alarm.body)
