"""Facts that are answered and answered anew: conditions, clocks and the route are read again (rules 23 and 46)."""

import tomllib
from typing import Any

import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.commands import FactSaid
from domain.policy import Policy, check_policy, read_policy
from tests.domain.case import CARE, SCHOOL, Case, london, refused

TEXT = """
[policy]
id = "made"
title = "A made policy"
edition = "1"
nation = "england-and-wales"
effective = 2025-01-01

[fact]
urgency = { values = ["ordinary", "high"], may_change = true }
consent = { values = ["given", "withdrawn"], may_change = true, tells = ["lead", "group"] }
topic = { values = ["care", "conduct"], may_change = true }
free = { other = true, may_change = true, tells = ["lead"] }
once = { values = ["yes", "no"] }
found = { values = ["yes", "no"], set_by = "lead" }
decided-on = { type = "date", may_change = true }

[role]
worker = { title = "worker" }
lead = { title = "lead" }
group = { title = "group", of = "partnership" }

[timescale.in-time]
is = "5 working days"
graded_by = "urgency"
grades = { high = "24 hours" }

[act]
talk = { kind = "discussion" }
checked = { kind = "record" }
advice = { kind = "consultation" }
appeal = { kind = "record" }
shared = { kind = "record", needs = ["consent is given"] }

[[track]]
id = "plain"
unless = { topic = "conduct" }
stages = ["one", "two"]
[[track]]
id = "conduct"
if = { topic = "conduct" }
stages = ["one", "three"]

[[stage]]
id = "one"
title = "Step one"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "talk", by = "together", within = "in-time", clause = "1" },
  { act = "checked", by = "each party", within = "2 working days", clause = "2", if = { urgency = "high" } },
  { act = "advice", by = "raising", clause = "3", unless = { consent = "withdrawn" } },
]
outcome = [
  { id = "share", said_by = "any party", needs = ["consent is given"] },
  { id = "go", said_by = "any party", leads_to = "next" },
]
[[stage]]
id = "two"
title = "Step two"
raising = ["worker"]
receiving = ["worker"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
[[stage]]
id = "three"
title = "Step three"
raising = ["worker"]
receiving = ["worker"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
[[duty]]
when = "fact.decided-on"
act = "appeal"
by = "raising"
within = "10 working days"
clause = "4"
"""


def policy() -> Policy:
    return read_policy(tomllib.loads(TEXT))


class Asked(Case):
    """A case of the made policy, in which facts are answered."""

    def __init__(self, **said: Any) -> None:
        super().__init__(policy=policy(), raiser=Actor(role="worker"), **said)

    def answers(self, fact: str, value: str, party: str = SCHOOL, role: str = "worker", **said: Any) -> Any:
        said.setdefault("reason", "it is otherwise now")
        return self.takes(FactSaid(by=Actor(agency=party, role=role), fact=fact, value=value, **said))


def test_rule_23_a_graded_deadline_is_reckoned_again_from_the_same_start() -> None:
    case = Asked()
    assert case.duty("one/1").due == london("2025-03-12 00:00")
    case.sleep_to("2025-03-04 15:00")

    case.answers("urgency", "high")

    assert case.duty("one/1").due == london("2025-03-05 10:00")
    assert case.duty("one/1").anchor_at == london("2025-03-04 10:00")
    assert case.of_kind("fact-said")[0].body["rewound"] == [1]
    case.replays()


def test_rule_23_a_deadline_that_a_change_puts_in_the_past_is_late_from_the_change_on() -> None:
    case = Asked().sleep_to("2025-03-06 15:00")

    case.answers("urgency", "high")

    assert case.duty("one/1").due == london("2025-03-05 10:00")
    assert case.duty("one/1").late_from == london("2025-03-06 15:00")
    case.replays()


def test_rule_23_easing_never_revives_what_was_late() -> None:
    case = Asked(facts={"urgency": "high"}).pass_to("2025-03-05 12:00")
    assert case.duty("one/1").is_overdue

    case.answers("urgency", "ordinary")

    assert case.duty("one/1").is_overdue
    assert case.duty("one/1").due == london("2025-03-05 10:00")
    assert "overdue-withdrawn" not in case.kinds()
    case.replays()


def test_rule_23_a_duty_whose_condition_turned_false_lapses_and_says_why() -> None:
    case = Asked(facts={"urgency": "high"})

    case.answers("urgency", "ordinary")

    assert {d.state for d in case.duties("one/2")} == {"lapsed"}
    assert case.duty("one/2").ended_because == "what was asked about the case has changed"


def test_rule_23_a_duty_whose_condition_turned_true_arises_from_its_trigger_and_is_known_now() -> None:
    case = Asked().sleep_to("2025-03-07 09:00")

    case.answers("urgency", "high")

    duties = case.duties("one/2")
    assert [d.party for d in duties] == [SCHOOL, CARE]
    assert duties[0].arose_at == london("2025-03-04 10:00")
    assert duties[0].due == london("2025-03-07 00:00")
    assert duties[0].late_from == london("2025-03-07 09:00")
    case.replays()


def test_rule_23_what_was_recorded_before_it_was_owed_counts() -> None:
    case = Asked()
    case.does(SCHOOL, "checked")

    case.answers("urgency", "high")

    assert [d.state for d in case.duties("one/2")] == ["done", "outstanding"]
    case.replays()


def test_rule_23_nothing_arises_for_a_step_that_was_left() -> None:
    case = Asked()
    case.says(SCHOOL, "go")

    case.answers("urgency", "high")

    assert case.duties("one/2") == []


def test_rule_23_there_and_back_is_the_same_duty_and_not_another() -> None:
    case = Asked(facts={"urgency": "high"})
    case.answers("urgency", "ordinary")
    case.sleep_to("2025-03-05 09:00")

    case.answers("urgency", "high")

    assert [d.state for d in case.duties("one/2")] == ["outstanding", "outstanding"]
    assert case.of_kind("fact-said")[-1].body["owed-again"] == [2, 3]
    case.replays()


def test_rule_23_there_and_back_does_not_wash_a_lateness_off() -> None:
    case = Asked(facts={"urgency": "high"}).pass_to("2025-03-07 09:00")
    case.answers("urgency", "ordinary")

    case.answers("urgency", "high")

    assert case.duty("one/2").is_overdue
    case.replays()


def test_rule_23_an_answer_that_may_not_change_is_not_answered_anew() -> None:
    case = Asked(facts={"once": "yes"})

    refusal = refused(case, lambda: case.answers("once", "no"))

    assert refusal.why == "not allowed"


def test_rule_23_an_unanswered_fact_is_answered_once_without_a_reason() -> None:
    case = Asked()

    case.answers("once", "no", reason="")

    assert case.state.facts["once"] == "no"
    case.replays()


def test_rule_23_a_change_says_why() -> None:
    case = Asked(facts={"urgency": "high"})

    assert refused(case, lambda: case.answers("urgency", "ordinary", reason=" ")).why == "missing"


def test_rule_23_the_same_answer_again_is_no_change() -> None:
    case = Asked(facts={"urgency": "high"})
    before = len(case.entries)

    case.answers("urgency", "high")

    assert len(case.entries) == before


def test_rule_23_a_fact_of_one_role_is_for_that_role() -> None:
    case = Asked()

    assert refused(case, lambda: case.answers("found", "yes")).why == "wrong role"
    case.answers("found", "yes", role="lead")
    assert case.state.facts["found"] == "yes"


@pytest.mark.parametrize("value", ["4 March", "2025-13-01", "2025-03-04T10:00", "9999-01-01", "0001-01-01", ""])
def test_rule_23_a_date_that_cannot_be_read_is_refused(value: str) -> None:
    case = Asked()

    assert refused(case, lambda: case.answers("decided-on", value)).why == "unknown"


def test_rule_23_an_answer_that_the_policy_does_not_know_is_refused() -> None:
    case = Asked()

    assert refused(case, lambda: case.answers("urgency", "very")).why == "unknown"
    assert refused(case, lambda: case.answers("colour", "red")).why == "unknown"
    assert refused(case, lambda: case.answers("free", " ")).why == "missing"


def test_rule_23_a_day_is_the_midnight_that_begins_it_and_clocks_run_from_it() -> None:
    case = Asked()

    case.answers("decided-on", "2025-03-03")

    assert case.duty("case/1").anchor_at == london("2025-03-03 00:00")
    assert case.duty("case/1").due == london("2025-03-18 00:00")
    case.replays()


def test_rule_23_a_date_answered_anew_moves_what_runs_from_it() -> None:
    case = Asked()
    case.answers("decided-on", "2025-03-03")

    case.answers("decided-on", "2025-03-04T09:30:00+00:00")

    assert len(case.duties("case/1")) == 1
    assert case.duty("case/1").due == london("2025-03-19 00:00")
    case.replays()


def test_rule_23_facts_of_the_opening_have_happened_before_it() -> None:
    case = Asked(facts={"decided-on": "2025-02-28", "urgency": "high"})

    assert case.duty("case/1").due == london("2025-03-15 00:00")
    names = [o.names[0] for o in case.state.occurrences[:3]]
    assert names == ["fact.decided-on", "fact.urgency", "case.opened"]
    case.replays()


def test_rule_23_facts_of_the_opening_must_fit() -> None:
    for facts in ({"decided-on": "soon"}, {"found": "yes"}):
        with pytest.raises(Refusal):
            Asked(facts=facts)


def test_a_fact_is_not_corrected_but_answered_anew() -> None:
    from domain.commands import Corrected

    case = Asked()
    case.answers("decided-on", "2025-03-03")
    entry = case.entries[-1].number

    correction = Corrected(by=case.seat(SCHOOL), entry=entry, reason="x", strike=True)
    assert refused(case, lambda: case.takes(correction)).why == "not open"
    correction = Corrected(by=case.seat(SCHOOL), entry=1, reason="x", strike=True)
    assert refused(case, lambda: case.takes(correction)).why == "not open"


def test_rule_23_the_route_changes_where_the_other_has_every_open_step() -> None:
    case = Asked()

    answer = case.answers("topic", "conduct")

    assert case.state.track == "conduct"
    assert "another route" in answer.sentence
    case.says(SCHOOL, "go")
    assert case.stages == ["three"]
    case.replays()


def test_rule_23_the_route_stays_where_the_other_has_not_the_open_step() -> None:
    case = Asked()
    case.says(SCHOOL, "go")

    answer = case.answers("topic", "conduct")

    assert case.state.track == "plain"
    assert "stays on" in answer.sentence
    case.replays()


def test_rule_46_consent_is_needed_from_its_withdrawal_on_and_nothing_else_stops() -> None:
    case = Asked()
    refused(case, lambda: case.says(SCHOOL, "share"))
    case.answers("consent", "given", reason="")
    case.says(SCHOOL, "share")

    case.answers("consent", "withdrawn")

    assert "consent is given" in refused(case, lambda: case.says(SCHOOL, "share")).sentence
    assert case.duty("one/1").is_outstanding
    assert case.duty("one/3").state == "lapsed"
    assert [(e.body["value"], e.body.get("before")) for e in case.of_kind("fact-said")] == [
        ("given", None),
        ("withdrawn", "given"),
    ]
    case.replays()


def test_rule_46_whoever_must_now_judge_is_told() -> None:
    case = Asked(facts={"consent": "given"})

    case.answers("consent", "withdrawn")

    assert case.told("fact-changed") == [("lead", SCHOOL), ("lead", CARE), ("group", "")]
    assert {n.fact for n in case.notices if n.kind == "fact-changed"} == {"consent: withdrawn"}


def test_rule_46_a_notice_repeats_no_words_of_a_sender() -> None:
    case = Asked()

    case.answers("free", "something about somebody")

    assert {n.fact for n in case.notices if n.kind == "fact-changed"} == {"free: a new answer"}


def test_the_check_knows_the_roles_that_a_fact_names() -> None:
    faulty = read_policy(
        tomllib.loads(TEXT.replace('"lead", "group"', '"nobody"').replace('set_by = "lead"', 'set_by = "x"'))
    )

    found = [str(fault) for fault in check_policy(faulty)]

    assert any(f.startswith("fact consent, tells: `nobody` is no role") for f in found)
    assert any(f.startswith("fact found, set_by: `x` is no role") for f in found)


def test_facts_may_be_answered_after_the_end() -> None:
    case = Asked()
    case.says(SCHOOL, "go")
    case.says(SCHOOL, "over")

    case.answers("urgency", "high")

    assert case.state.facts["urgency"] == "high"
    case.replays()
