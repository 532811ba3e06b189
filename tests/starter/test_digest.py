"""`escalate digest`: what is on people today, read from the register, and nothing sent."""

import json

import pytest

from adapters.register.register import Register
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

POLICE = ("--policy", "lincolnshire", "--agency", "Lincolnshire Police")


def test_it_lists_what_is_late_first_and_names_who_owes_it(run: Run, opened: str, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))
    late = cases.last

    lines = run("digest", "--policy", "lincolnshire").stdout.splitlines()
    assert lines[0].split() == ["case", "what", "by", "whom", "when", "step"]
    assert lines[1].split()[:5] == ["LATE", late, "agreed", "plan", "of"]
    assert [line.split()[0] for line in lines[1:]] == ["LATE", *["today"] * (len(lines) - 2)]
    assert any(opened in line for line in lines[2:])


def test_one_seat_sees_what_that_seat_owes(run: Run, opened: str) -> None:
    told = json.loads(run("digest", *POLICE, "--role", "practitioner", "--json").stdout)

    assert {one["case"] for one in told} == {opened}
    assert {one["band"] for one in told} == {"today"}
    for one in told:
        assert ("practitioner", "police") in {(seat["role"], seat["agency"]) for seat in one["owed_by"]}
    assert json.loads(run("digest", *POLICE, "--role", "slo", "--json").stdout) == []


def test_nothing_is_said_to_be_nothing(run: Run, register: Register) -> None:
    said = "Nothing is late, due today, or due by the end of the next working day.\n"

    assert run("digest", "--policy", "lincolnshire").stdout == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say of which policy: --policy lincolnshire."),
        (("--policy", "lincolnshire", "--agency", "polize"), "knows no agency of that name; did you mean police?"),
        (("--policy", "lincolnshire", "--role", "manager"), "The policy lincolnshire has no role 'manager'; it has: "),
        (("--policy", "lincoln"), "There is no policy 'lincoln'"),
    ],
)
def test_a_slip_of_the_pen_is_no_empty_list(run: Run, register: Register, words: tuple[str, ...], said: str) -> None:
    result = run("digest", *words)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr


def test_sending_now_needs_temporal_and_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    result = run("digest", "--send-now")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "Nobody answers at 127.0.0.1:1" in result.stderr
