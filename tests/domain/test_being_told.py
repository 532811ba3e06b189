"""Who is told: what each now owes, what was recorded for them to know, and who stays with the case."""

from typing import Any

import pytest

from domain.base.people import Actor
from domain.case.effects import Notice
from domain.policy import Policy
from domain.views.status import status_of

from .case import CARE, POLICE, SCHOOL, TRUST, Case
from .small import made


def with_notices() -> Policy:
    return made("""
[fact.topic]
values = ["quality assurance", "training"]
may_change = true
[role]
worker = { title = "worker" }
lead = { title = "safeguarding lead" }
adviser = { title = "named adviser" }
business = { title = "business manager", of = "partnership" }
topic-chair = { title = "sub-group chair", of = "partnership", chosen_by = "topic" }
manager = { title = "line manager", instead = { health = ["adviser"] } }
[act]
talk = { kind = "discussion" }
advised = { kind = "notice", methods = ["e-mail"] }
own-referral = { kind = "notice" }
minuted = { kind = "record" }
[[track]]
id = "only"
stages = ["first", "second"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
raising = ["worker", "lead"]
receiving = ["worker", "lead"]
duty = [
  { act = "advised", by = "raising", role = ["lead"], to = ["business"], when = "talk" },
  { act = "minuted", by = "business", when = "talk" },
  { act = "own-referral", by = "anyone", to = ["lead"], strength = "may" },
]
outcome = [{ id = "up", said_by = "any party", leads_to = "second" }]
[[stage]]
id = "second"
title = "Second step"
clause = "2"
raising = ["manager"]
receiving = ["manager"]
body = "topic-chair"
duty = [{ act = "talk", by = "together" }]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: noted" }]
[[duty]]
when = "any.outcome"
act = "minuted"
by = "each party"
until = "done"
clause = "9"
""")


def a_case(**said: Any) -> Case:
    return Case(policy=with_notices(), raiser=Actor(role="worker"), facts={"topic": "training"}, **said)


def newest(case: Case, kind: str) -> list[Notice]:
    return [notice for notice in case.notices if notice.kind == kind and notice.ref.split("/")[1] == str(last(case))]


def last(case: Case) -> int:
    return max(int(notice.ref.split("/")[1]) for notice in case.notices)


def test_who_owes_something_new_is_told_though_no_step_has_opened() -> None:
    case = a_case()

    case.does(SCHOOL, "talk")

    assert case.told("owed") == [("lead", SCHOOL), ("business", "")]
    assert [owed.what for owed in newest(case, "owed")[0].owed] == ["advised"]


def test_what_is_newly_owed_rides_on_a_notice_that_goes_anyway() -> None:
    case = a_case()

    case.says(SCHOOL, "up")

    riding = [n.kind for n in case.notices if n.to.agency == CARE and "minuted" in [owed.what for owed in n.owed]]
    assert riding == ["step-opened"]
    assert case.told("owed") == []


def test_G26_whom_the_policy_wants_told_is_told_when_the_notice_is_recorded() -> None:
    case = a_case()
    case.does(SCHOOL, "talk")

    case.does(SCHOOL, "advised", "lead")

    assert case.told("told") == [("business", "")]
    assert newest(case, "told")[0].fact == "advised"


def test_rule_45_a_referral_made_against_the_leads_view_is_refused_by_nothing_and_the_lead_is_told() -> None:
    case = a_case()

    case.acts_as(Actor(agency=TRUST, role="worker"), "own-referral")

    assert case.of_kind("act")[-1].body["act"] == "own-referral.sent"
    assert case.told("told") == []  # the leads sit at this very step and see it there
    case.says(SCHOOL, "up")
    case.does(SCHOOL, "own-referral", "worker")
    assert case.stages == ["second"]


def test_S17_the_chair_of_the_sub_group_for_the_topic_is_told_and_no_other() -> None:
    case = a_case()

    case.says(SCHOOL, "up")

    assert ("topic-chair.training", "") in case.told("step-opened")


def test_S33_in_health_the_named_adviser_is_told_first_and_may_act_in_the_managers_place() -> None:
    case = Case(
        policy=with_notices(),
        raiser=Actor(role="worker"),
        facts={"topic": "training"},
        receiving=(TRUST, POLICE),
        kinds={TRUST: "health"},
    )

    case.says(SCHOOL, "up")

    assert {("manager", SCHOOL), ("adviser", TRUST), ("manager", POLICE)} <= set(case.told("step-opened"))
    case.says_as(Actor(agency=TRUST, role="adviser"), "over")
    assert case.ended == "noted"


def test_a_role_that_sits_at_the_step_for_the_other_side_alone_is_told_where_it_is_meant() -> None:
    """The raiser's manager acts at the step; the other side's manager does not, and hears of the letter by it."""
    policy = made("""
[role]
worker = { title = "worker" }
manager = { title = "manager" }
[act]
letter = { kind = "notice" }
[[track]]
id = "only"
stages = ["first"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
raising = ["worker", "manager"]
receiving = ["worker"]
duty = [
  { act = "letter", by = "raising", to = ["manager", "worker"] },
]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: noted" }]
""")
    case = Case(policy=policy, raiser=Actor(role="worker"), facts={})

    case.does(SCHOOL, "letter", "worker")

    assert case.told("told") == [("manager", CARE)]


@pytest.mark.parametrize(
    ("talk", "letter", "how"),
    [
        ('methods = ["telephone", "e-mail"]', "", ("telephone or e-mail", "")),
        ('methods = ["telephone"], discouraged = ["e-mail"]', "", ("telephone; e-mail does not count", "")),
        (
            'methods = ["telephone"], discouraged = ["e-mail", "text message"]',
            'methods = ["post", "e-mail"]',
            ("telephone; e-mail and text message do not count", "post or e-mail"),
        ),
        ("", "", ("", "")),
    ],
)
def test_what_is_owed_says_of_each_way_what_the_policy_says(talk: str, letter: str, how: tuple[str, str]) -> None:
    policy = made(f"""
[role.worker]
title = "worker"
[act]
talk = {{ kind = "discussion"{talk and ", "}{talk} }}
letter = {{ kind = "notice"{letter and ", "}{letter} }}
[[track]]
id = "only"
stages = ["first"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
raising = ["worker"]
receiving = ["worker"]
duty = [
  {{ act = "talk", by = "together" }},
  {{ act = "letter", by = "receiving" }},
  {{ act = "letter.received", by = "raising" }},
  {{ act = ["talk", "letter"], by = "raising" }},
]
outcome = [{{ id = "over", said_by = "any party", leads_to = "end: noted" }}]
""")
    case = Case(policy=policy, raiser=Actor(role="worker"), facts={})

    opening = next(notice for notice in case.notices if notice.kind == "step-opened" and notice.to.agency == SCHOOL)

    both = "; ".join(f"{title}: {way}" for title, way in zip(("talk", "letter"), how, strict=True) if way)
    assert [owed.how for owed in opening.owed] == [how[0], "", both]
    assert [owed.how for owed in status_of(case.state).owed] == [how[0], how[1], "", both]
