"""What the check of a rota finds."""

import pytest

from adapters.directory import Finding
from adapters.rota import Rota, check_rota, load_rota, rota_path
from tests.rota.made import PEOPLE, WEEKLY, local, made, person
from tests.rota.test_file import SHIPPED
from tests.rota.test_rota import SECOND, TWO, override

NOW = local("2026-11-03T10:00")


def found(rota: Rota, weeks: int = 4) -> list[Finding]:
    return check_rota(rota, NOW, weeks)


def said(rota: Rota, weeks: int = 4) -> list[tuple[str, str]]:
    return [(one.place, one.severity) for one in found(rota, weeks)]


def test_a_clean_rota_has_no_findings() -> None:
    assert found(made(WEEKLY), 52) == []


def test_the_shipped_rota_is_clean() -> None:
    assert check_rota(load_rota(rota_path(SHIPPED, "lincolnshire")), NOW, 52) == []


def test_a_time_at_which_nobody_is_on_call_is_a_fault_with_its_ends() -> None:
    rota = made(WEEKLY.replace("persons", "until = 2026-11-16\npersons"))

    (finding,) = found(rota)

    assert (finding.place, finding.severity) == ("rank first", "fault")
    assert finding.what == (
        "nobody is on call from Monday 16 November 2026, 9:00am until Tuesday 1 December 2026, 10:00am"
    )


def test_a_gap_beyond_the_weeks_asked_for_is_not_told_yet() -> None:
    rota = made(WEEKLY.replace("persons", "until = 2027-01-04\npersons"))

    assert (said(rota, 4), said(rota, 10)) == ([], [("rank first", "fault")])


def test_a_rank_that_nobody_fills_is_a_fault() -> None:
    assert said(made(WEEKLY, ranks=TWO)) == [("rank second", "fault")]


def test_a_rank_left_empty_on_purpose_is_a_warning() -> None:
    rota = made(WEEKLY + SECOND + override("second", "2026-11-04T09:00:00", "2026-11-05T09:00:00"), ranks=TWO)

    assert ("rank second", "warning") in said(rota)
    assert "override 1 leaves it empty from Wednesday 4 November 2026" in "".join(one.what for one in found(rota))


@pytest.mark.parametrize(
    ("reached", "place", "what"),
    [
        ('email = ["a@b"]', "person dee, email 1", "this address cannot work: "),
        ('text = ["07700 90012"]', "person dee, text 1", "It is no mobile number, or not a whole one."),
        ('text = ["020 7946 0123"]', "person dee, text 1", "It is no mobile number"),
        ('webhook = ["http://hooks.example.org/x"]', "person dee, webhook 1", "It must begin with https"),
    ],
)
def test_an_address_that_cannot_work_is_told_and_so_is_who_has_no_other(reached, place, what) -> None:
    dee = f'[[person]]\nhandle = "dee"\ntitle = "Lead dee"\n{reached}\n'

    first, second = found(made(WEEKLY, people=PEOPLE + dee))

    assert (first.place, first.severity) == (place, "fault")
    assert what in first.what
    assert (second.place, second.what, second.severity) == ("person dee", "nothing reaches them", "warning")


def test_somebody_on_call_whom_nothing_reaches_is_a_fault() -> None:
    people = person("ann") + person("bob").replace('email = ["bob@example.org"]', "") + person("cy")

    assert said(made(WEEKLY, people=people)) == [("person bob", "fault")]


def test_somebody_on_call_in_two_ranks_at_once_is_told() -> None:
    rota = made(WEEKLY + SECOND, ranks=TWO)

    (finding,) = found(rota)

    assert (finding.place, finding.severity) == ("person cy", "warning")
    assert finding.what == (
        "they are on call in ranks first and second at once from Monday 16 November 2026, 9:00am "
        "until Monday 23 November 2026, 9:00am"
    )


def test_somebody_who_has_left_is_a_fault_while_a_turn_gives_them_weeks() -> None:
    people = person("ann") + person("bob", "until = 2026-11-10") + person("cy")

    findings = found(made(WEEKLY, people=people))

    assert findings[0].place == "person bob"
    assert findings[0].what == "their last day is Tuesday 10 November 2026, and turn 1 gives them weeks after it"
    assert [one.place for one in findings[1:]] == ["rank first", "rank first"]


def test_somebody_who_has_left_and_has_no_turn_may_be_taken_out() -> None:
    assert said(made(WEEKLY, people=PEOPLE + person("dee", "until = 2026-10-01"))) == [("person dee", "warning")]


def test_an_override_that_leaves_nobody_at_all_is_a_fault() -> None:
    rota = made(WEEKLY + override("first", "2026-11-04T09:00:00", "2026-11-05T09:00:00"))

    (finding,) = found(rota)

    assert (finding.place, finding.severity) == ("override 1", "fault")
    assert finding.what == "it leaves nobody to be reached in any rank at Wednesday 4 November 2026, 9:00am"


def test_an_override_that_is_over_is_history() -> None:
    assert found(made(WEEKLY + override("first", "2026-11-02T09:00:00", "2026-11-03T09:00:00"))) == []
