"""What `policy check` finds in a file whose form is right and whose names resolve, and which still means nothing."""

import tomllib

import pytest

from domain.policy import Fault, check_policy, read_policy
from domain.policy.check import FILLING
from domain.policy.check_duties import untold
from domain.policy.local_settings import Local
from tests.domain.small import HEADER

ROLES = """
[role.worker]
title = "worker"
[role.manager]
title = "manager"
[role.office]
title = "office"
of = "partnership"
[role.group]
title = "group"
of = "partnership"
meets = "quarterly"
[act.talk]
kind = "discussion"
[act.letter]
kind = "notice"
[act.panel]
kind = "meeting"
[act.noted]
kind = "record"
[fact.review]
type = "date"
[fact.urgency]
values = ["red", "green"]
"""
TRACK = '[[track]]\nid = "ladder"\nstages = ["first"]\n'
UP = '{ id = "over", said_by = "any party", leads_to = "end: noted" }'


def step(duty: str = "", outcome: str = "", raising: str = '"worker"', receiving: str = '"worker"') -> str:
    """A step with one more duty and one more way on than it needs."""
    return (
        f'{TRACK}[[stage]]\nid = "first"\ntitle = "First"\nclause = "1"\nraising = [{raising}]\n'
        f"receiving = [{receiving}]\nduty = [\n"
        '{ act = "panel.date-set", by = "raising" },\n{ act = "panel.held", by = "raising" },\n'
        f"{duty}\n]\noutcome = [{UP}{', ' if outcome else ''}{outcome}]\n"
    )


def found(text: str, header: str = HEADER) -> tuple[Fault, ...]:
    return check_policy(read_policy(tomllib.loads(header + ROLES + text)))


def places(faults: tuple[Fault, ...]) -> list[tuple[str, str]]:
    return [(fault.severity, fault.place) for fault in faults]


def test_the_small_policy_of_these_tests_has_nothing_to_find() -> None:
    assert found(step()) == ()


@pytest.mark.parametrize("zone", ["Europe/Lundon", "", "Europe", "/etc/passwd", "London"])
def test_a_zone_that_nobody_knows_is_a_fault(zone: str) -> None:
    header = HEADER.replace("gap =", f'zone = "{zone}"\ngap =')

    assert places(found(step(), header)) == [("fault", "policy, zone")]


def test_a_day_that_ends_when_it_begins_is_a_fault() -> None:
    at_midnight = HEADER.replace("gap =", "day_ends = 00:00:00\ngap =")

    assert places(found(step(), at_midnight)) == [("fault", "policy, day_ends")]
    assert found(step(), HEADER.replace("gap =", "day_ends = 17:00:00\ngap =")) == ()


def test_a_time_is_not_graded_by_a_date() -> None:
    scale = '[timescale.soon]\nis = "2 days"\ngraded_by = "review"\ngrades = { early = "1 day" }\n'

    (fault,) = found(scale + step('{ act = "noted", by = "raising", within = "soon" }'))

    assert (fault.severity, fault.place) == ("fault", "timescale soon, graded_by")


@pytest.mark.parametrize("fills", ["untymed", "UNTIMED", "ESCALATION_UNTIMED", "the office"])
def test_a_gap_is_filled_by_a_setting_that_there_is(fills: str) -> None:
    header = HEADER.replace("missing", f'missing", fills = "{fills}')

    (fault,) = found(step(), header)

    assert (fault.severity, fault.place) == ("fault", "policy, gap 1, fills")
    assert "untimed" in fault.mend


def test_every_setting_that_fills_a_gap_is_one_of_the_local_settings() -> None:
    assert set(FILLING) <= set(Local.model_fields)
    for fills in FILLING:
        assert found(step(), HEADER.replace("missing", f'missing", fills = "{fills}')) == ()


@pytest.mark.parametrize("how", ["in place", "in a timescale", "in a grade"])
def test_a_seat_that_each_agency_has_never_meets_as_a_group(how: str) -> None:
    period = "next meeting of manager"
    scale = {
        "in place": "",
        "in a timescale": f'[timescale.soon]\nis = "{period}"\n',
        "in a grade": f'[timescale.soon]\nis = "2 days"\ngraded_by = "urgency"\ngrades = {{ red = "{period}" }}\n',
    }[how]
    within = "soon" if scale else period

    (fault,) = found(scale + step(f'{{ act = "noted", by = "raising", within = "{within}" }}'))

    assert fault.severity == "fault"
    assert "never meets as one group" in fault.what


def test_a_group_of_which_nothing_says_when_it_meets_is_a_warning() -> None:
    def owed(group: str) -> str:
        return step(f'{{ act = "noted", by = "raising", within = "next meeting of {group}" }}')

    assert places(found(owed("office"))) == [("warning", "stage first, duty 3, within")]
    assert found(owed("group")) == ()


@pytest.mark.parametrize("word", ["immediately", "without delay", "as soon as possible"])
@pytest.mark.parametrize("date", ["panel.date", "fact.review", "first.panel.date"])
def test_at_once_is_no_time_that_runs_from_a_planned_date(word: str, date: str) -> None:
    for scale, within in (("", word), (f'[timescale.soon]\nis = "{word}"\n', "soon")):
        (fault,) = found(scale + step(f'{{ act = "noted", by = "raising", within = "{within}", of = "{date}" }}'))
        assert (fault.severity, fault.place) == ("fault", "stage first, duty 3, of")
    (raised,) = found(step(f'{{ act = "noted", by = "raising", within = "{word}", when = "{date}" }}'))
    assert raised.place == "stage first, duty 3, when"
    assert found(step(f'{{ act = "noted", by = "raising", within = "same working day", of = "{date}" }}')) == ()


def test_a_grade_that_counts_back_needs_a_planned_date_as_any_other_time_does() -> None:
    scale = '[timescale.soon]\nis = "2 days"\ngraded_by = "urgency"\ngrades = { red = "2 days before" }\n'

    (fault,) = found(scale + step('{ act = "noted", by = "raising", within = "soon", of = "case.opened" }'))

    assert "counted back starts from a planned date" in fault.what


def test_where_a_time_runs_from_without_a_time_and_a_choice_of_one_are_warnings() -> None:
    assert places(found(step('{ act = "noted", by = "raising", of = "talk" }'))) == [
        ("warning", "stage first, duty 3, of")
    ]
    one = '{ act = "noted", by = "raising", within = "2 days", of = "talk", which = "latest" }'
    assert places(found(step(one))) == [("warning", "stage first, duty 3, which")]


def test_a_step_of_the_dispute_outside_every_route_is_a_fault_and_one_beside_it_is_none() -> None:
    aside = '[[stage]]\nid = "aside"\ntitle = "Aside"\nraising = ["worker"]\nreceiving = ["worker"]\n{}outcome = [{}]\n'
    way = '{ id = "on", said_by = "any party", leads_to = "aside" }'
    beside = '{ id = "on", said_by = "any party", opens = "aside" }'
    done = '{ id = "over", said_by = "any party", leads_to = "done" }'

    lost = found(step(outcome=way) + aside.format("", UP))
    kept = found(step(outcome=beside) + aside.format('strand = "side"\n', done))

    assert [(fault.severity, fault.place, "no route has it" in fault.what) for fault in lost] == [
        ("fault", "stage aside", True)
    ]
    assert kept == ()


def test_a_finding_closes_no_step_and_what_it_raises_stands() -> None:
    finding = '{ id = "ready", said_by = "any party" }'
    beside = '{ id = "ready", said_by = "any party", opens = "lessons" }'
    lessons = (
        '[[stage]]\nid = "lessons"\ntitle = "Lessons"\nstrand = "learning"\nbody = "group"\n'
        'outcome = [{ id = "learned", said_by = "group", leads_to = "done" }]\n'
    )
    owed = '{ act = "noted", by = "raising", when = "first.ready", within = "2 days" }'

    assert found(step(owed, finding)) == ()
    assert found(step(owed, beside) + lessons) == ()
    for event in ("over", "left", "outcome"):
        (fault,) = found(step(owed.replace("ready", event), finding))
        assert "lapse at once" in fault.what


def test_a_way_does_not_both_count_and_not_count_and_some_way_counts() -> None:
    for ways in ('methods = ["post", "e-mail"]\ndiscouraged = ["e-mail"]', 'discouraged = ["e-mail"]'):
        (fault,) = found(f'[act.reply]\nkind = "notice"\n{ways}\n{step()}')
        assert (fault.severity, fault.place) == ("fault", "act reply, discouraged")


@pytest.mark.parametrize("to", ['"manager"', '["manager", "office"]', '["other parties", "manager"]'])
def test_a_role_behind_the_first_of_its_step_is_told_of_nothing_and_that_is_a_warning(to: str) -> None:
    (fault,) = found(step(f'{{ act = "letter", by = "raising", to = {to} }}', receiving='"worker", "manager"'))

    assert (fault.severity, fault.place) == ("warning", "stage first, duty 3, to")
    assert "`manager` sits at this step" in fault.what


@pytest.mark.parametrize(
    ("by", "raising", "receiving", "to", "silent"),
    [
        ("raising", '"worker"', '"manager"', '"manager"', ("manager",)),
        ("raising", '"worker", "manager"', '"worker"', '"manager"', ()),
        ("receiving", '"worker", "manager"', '"worker"', '"manager"', ("manager",)),
        ("each party", '"worker"', '"manager"', '"manager"', ()),
        ("each party", '"manager"', '"manager"', '["manager", "office"]', ("manager",)),
        ("raising", '"worker"', '"manager"', '"own manager"', ()),
        ("raising", '"worker"', '"office"', '"office"', ("office",)),
    ],
)
def test_whom_a_duty_does_not_tell_as_they_sit_at_its_step_is_known(
    by: str, raising: str, receiving: str, to: str, silent: tuple[str, ...]
) -> None:
    text = step(f'{{ act = "letter", by = "{by}", to = {to} }}', raising=raising, receiving=receiving)
    policy = read_policy(tomllib.loads(HEADER + ROLES + text))

    assert tuple(fault.what.split("`")[1] for fault in untold(policy)) == silent
