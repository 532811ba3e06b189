"""A rota that is wrong is answered with one sentence."""

import re
from pathlib import Path

import pytest

from adapters.rota import RotaFault, load_rota, rota_path
from tests.rota.made import HEAD, PEOPLE, WEEKLY

GOOD = HEAD.format(hands_over="09:00", ranks='"first", "second"') + PEOPLE + WEEKLY
OVERRIDE = '[[override]]\nrank = "first"\nfrom = {}\nuntil = {}\nperson = "bob"\nwhy = "leave"\n'
SHIPPED = Path(__file__).parents[2] / "directories"

BREAKAGES = {
    "no clock": ('"09:00"', '"nine"', r'rota, hands_over: this is no time of day; write it like "09:00"'),
    "unknown zone": ('edition = "2026-11"', 'edition = "1"\nzone = "Lincoln"', r"rota, zone: No time zone is called"),
    "unknown rank": ('"first", "second"', '"first", "third"', r"rota, ranks 2: write 'first', 'second', 'deputy' or"),
    "misspelt key": ("persons =", "person =", r"turn 1, persons: `persons` is missing; add it"),
    "unknown person": (
        '["ann", "bob", "cy"]',
        '["ann", "bo"]',
        r"turn 1: nobody has the handle bo; did you mean bob\?",
    ),
    "a handle twice": (
        'handle = "bob"',
        'handle = "ann"',
        r"person ann: 2 people have this handle; give each their own",
    ),
    "rank not filled": ('"first", "second"', '"second"', r"turn 1, rank: `ranks` does not name first; add it there"),
    "neither kind": ("starting = 2026-11-02\n", "", r"turn 1: a turn has either `starting` or `week_of`; give one"),
    "week for two": ("starting", "week_of", r"turn 1: a single week has one person"),
    "ends too early": (
        "starting = 2026-11-02",
        "starting = 2026-11-02\nuntil = 2026-11-01",
        r"turn 1: the turn ends before",
    ),
    "no weeks": ("persons", "weeks_each = 0\npersons", r"turn 1, weeks_each: "),
    "channel twice": (
        'title = "Lead ann"',
        'title = "x"\nchannels = ["text", "text"]',
        r"person 1 \(ann\), channels: a channel is",
    ),
}


def refusal(tmp_path: Path, text: str) -> str:
    file = tmp_path / "area.rota.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RotaFault) as fault:
        load_rota(file)
    assert str(fault.value).startswith(str(file))
    assert "\n" not in str(fault.value)
    return str(fault.value)


def test_the_good_file_is_good(tmp_path: Path) -> None:
    (tmp_path / "area.rota.toml").write_text(GOOD, encoding="utf-8")

    assert load_rota(rota_path(tmp_path, "area")).ranks == ("first", "second")


@pytest.mark.parametrize(("old", "new", "expected"), BREAKAGES.values(), ids=list(BREAKAGES))
def test_a_broken_file_is_answered_with_file_place_and_mend(tmp_path: Path, old, new, expected) -> None:
    assert old in GOOD

    sentence = refusal(tmp_path, GOOD.replace(old, new, 1))

    assert re.search(expected, sentence), sentence


def test_a_file_that_is_not_there_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(RotaFault, match=r"no such file; give the path of a rota file\."):
        load_rota(tmp_path / "none.rota.toml")
    assert "this is not TOML" in refusal(tmp_path, "nonsense")


@pytest.mark.parametrize(
    ("starts", "until", "expected"),
    [
        ("2026-10-25T01:30:00", "2026-10-26T09:00:00", "override 1: 1:30am on Sunday 25 October 2026 came twice"),
        ("2027-03-27T09:00:00", "2027-03-28T01:30:00", "override 1: 1:30am on Sunday 28 March 2027 did not exist"),
        ("2026-11-05T09:00:00", "2026-11-04T09:00:00", "override 1: it ends before it starts"),
        ("2026-11-05T09:00:00", "2026-11-05T09:00:00", "override 1: it ends before it starts"),
    ],
)
def test_a_time_that_comes_twice_or_never_is_refused_with_both_readings(
    tmp_path: Path, starts, until, expected
) -> None:
    assert expected in refusal(tmp_path, GOOD + OVERRIDE.format(starts, until))


def test_either_of_the_two_readings_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "area.rota.toml"
    file.write_text(GOOD + OVERRIDE.format("2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00"), encoding="utf-8")

    starts, until = load_rota(file).file.override[0].span("Europe/London")

    assert (until - starts).total_seconds() == 3600


def test_two_rotations_of_a_rank_from_the_same_day_are_refused(tmp_path: Path) -> None:
    assert "turn: 2 turns of rank first start on 2026-11-02" in refusal(tmp_path, GOOD + WEEKLY)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ("2026-11-02, 2026-11-10", "swap 1: no turn of rank first is handed over on 2026-11-10"),
        ("2026-10-26, 2026-11-02", "swap 1: the week of 2026-10-26 is nobody's in rank first"),
        ("2026-11-02, 2026-11-02", "swap 1: the week of 2026-11-02 is swapped twice"),
    ],
)
def test_a_swap_of_no_two_weeks_is_refused(tmp_path: Path, weeks, expected) -> None:
    assert expected in refusal(tmp_path, GOOD + f'[[swap]]\nrank = "first"\nweeks = [{weeks}]\n')


def test_a_rota_may_be_another_ones() -> None:
    whole, same = (load_rota(rota_path(SHIPPED, name)) for name in ("lincolnshire", "lincolnshire-school"))

    assert same.file == whole.file


def test_everybody_in_the_shipped_rota_is_invented() -> None:
    """Addresses nobody has, and the numbers that Ofcom keeps free for drama."""
    for person in load_rota(rota_path(SHIPPED, "lincolnshire")).people.values():
        assert all(email.endswith(".example.org") for email in person.email)
        assert all(re.fullmatch(r"\+44 7700 900\d{3}", number) for number in person.text)
        assert {channel.kind for channel in person.ways()} == {"email", "text"}
