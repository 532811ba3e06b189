"""Bodies and seats that are filled for one case: who may sit, whom they must hear, who speaks for them."""

import pytest

from domain.base.people import Actor
from domain.policy import Policy

from .case import CARE, POLICE, SCHOOL, TRUST, Case, refused
from .small import made


def with_panel() -> Policy:
    return made("""
[role]
worker = { title = "worker" }
member = { title = "board representative", also = ["board member"] }
chair = { title = "board chair", of = "partnership" }
supporter = { title = "named supporter", seat = "any stage" }
[body.panel]
title = "resolution panel"
members = ["member"]
agencies_at_least = 3
includes = ["every party"]
hears = ["representation"]
[act]
convened = { kind = "appointment", seat = "panel" }
supported = { kind = "appointment", seat = "supporter" }
representation = { kind = "record" }
talk = { kind = "discussion" }
[[track]]
id = "only"
stages = ["first", "panel"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
raising = ["worker"]
receiving = ["worker"]
duty = [{ act = "talk", by = "together" }]
outcome = [{ id = "up", said_by = "any party", leads_to = "panel" }]
[[stage]]
id = "panel"
title = "The panel"
clause = "5"
body = "panel"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "convened", by = "chair" },
  { act = "representation", by = "each party" },
]
outcome = [{ id = "decision", said_by = "panel", needs = ["written"], leads_to = "end: decided" }]
""")


def at_the_panel() -> Case:
    case = Case(policy=with_panel(), raiser=Actor(role="worker"))
    case.says(SCHOOL, "up")
    return case


def members(*agencies: str) -> tuple[Actor, ...]:
    return tuple(Actor(agency=agency, role="member") for agency in agencies)


def convenes(case: Case, *agencies: str, **said: object) -> str:
    by = Actor(role="chair")
    return case.acts_as(by, "convened", appointees=members(*agencies), **said).sentence


def decides(case: Case, by: Actor) -> str:
    return case.says_as(by, "decision", fields={"written": "as said"}).sentence


def test_G30_a_panel_of_two_agencies_is_refused_and_the_sentence_says_how_many_it_needs() -> None:
    case = at_the_panel()

    refusal = refused(case, lambda: convenes(case, SCHOOL, CARE))

    assert "at least 3 agencies" in refusal.sentence


def test_G30_a_panel_of_others_than_the_boards_representatives_is_refused() -> None:
    case = at_the_panel()
    strangers = tuple(Actor(agency=agency, role="worker") for agency in (SCHOOL, CARE, POLICE))

    refusal = refused(case, lambda: case.acts_as(Actor(role="chair"), "convened", appointees=strangers))

    assert "A worker does not sit in the resolution panel" in refusal.sentence


def test_G31_a_panel_without_a_party_needs_a_reason_and_is_taken_with_one() -> None:
    case = at_the_panel()

    refusal = refused(case, lambda: convenes(case, SCHOOL, POLICE, TRUST))
    convenes(case, SCHOOL, POLICE, TRUST, fields={"reason": "Nobody there could be free in time"})

    assert f"Nobody of {CARE} sits in the resolution panel" in refusal.sentence
    assert case.duty("panel/1").state == "done"
    assert case.told("appointed") == [("member", SCHOOL), ("member", POLICE), ("member", TRUST)]


def test_G32_a_panel_decides_only_after_it_was_composed_and_has_heard_every_party() -> None:
    case = at_the_panel()
    speaker = Actor(agency=POLICE, role="member")
    uncomposed = refused(case, lambda: decides(case, speaker.but(role="panel", agency="")))
    convenes(case, SCHOOL, CARE, POLICE)

    unheard = refused(case, lambda: decides(case, speaker))
    case.does(SCHOOL, "representation")
    still = refused(case, lambda: decides(case, speaker))
    case.does(CARE, "representation")
    decides(case, speaker)

    assert "Nobody has been named to the resolution panel" in uncomposed.sentence
    assert f"has not heard {SCHOOL} and {CARE} yet" in unheard.sentence
    assert f"has not heard {CARE} yet" in still.sentence
    assert case.ended == "decided"


def test_G33_nobody_outside_the_panel_says_its_decision() -> None:
    case = at_the_panel()
    convenes(case, SCHOOL, CARE, POLICE)

    outsider = refused(case, lambda: decides(case, Actor(agency=SCHOOL, role="worker")))

    assert outsider.why in {"wrong side", "wrong role"}


def test_rule_33_a_dispute_that_a_panel_decided_is_not_reopened() -> None:
    case = at_the_panel()
    convenes(case, SCHOOL, CARE, POLICE)
    case.does(SCHOOL, "representation")
    case.does(CARE, "representation")
    decides(case, Actor(agency=POLICE, role="member"))

    assert "final" in refused(case, lambda: case.reopens(SCHOOL)).sentence
    case.replays()


@pytest.mark.parametrize("typed", ["member", "board member", "Board Representative"])
def test_G39_a_role_is_known_by_its_other_names_too(typed: str) -> None:
    case = at_the_panel()
    seated = tuple(Actor(agency=agency, role=typed) for agency in (SCHOOL, CARE, POLICE))

    case.acts_as(Actor(role="Board Chair"), "convened", appointees=seated)

    assert {one.role for one in case.state.bodies["panel"]} == {"member"}
    assert case.of_kind("act")[-1].by == "chair"


def test_S25_a_supporter_stays_from_step_to_step_is_told_of_each_and_is_replaced_by_another() -> None:
    case = Case(policy=with_panel(), raiser=Actor(role="worker"))
    case.does(SCHOOL, "supported", appointees=(Actor(agency=SCHOOL, role="worker", person="p-7"),))
    assert case.told("appointed") == [("supporter", SCHOOL)]

    case.says(SCHOOL, "up")
    assert ("supporter", SCHOOL) in case.told("outcome")
    assert case.told("step-opened").count(("supporter", SCHOOL)) == 1
    case.does(SCHOOL, "supported", appointees=(Actor(agency=CARE, role="worker"),))

    assert case.state.seats["supporter"].agency == CARE


def test_rule_50_a_supporter_may_talk_at_any_step_and_no_clock_is_touched() -> None:
    case = Case(policy=with_panel(), raiser=Actor(role="worker"))
    case.does(SCHOOL, "supported", appointees=(Actor(agency=SCHOOL, role="worker"),))
    case.says(SCHOOL, "up")
    owed = case.state.outstanding

    case.acts_as(Actor(agency=SCHOOL, role="supporter"), "talk")

    assert case.state.outstanding == owed


def test_rule_50_a_supporter_leaves_with_the_end_of_the_dispute() -> None:
    case = at_the_panel()
    case.does(SCHOOL, "supported", appointees=(Actor(agency=SCHOOL, role="worker"),))
    convenes(case, SCHOOL, CARE, POLICE)
    case.does(SCHOOL, "representation")
    case.does(CARE, "representation")
    decides(case, Actor(agency=POLICE, role="member"))

    assert "supporter" not in case.state.seats


def test_a_seat_is_for_one_person_and_names_an_agency() -> None:
    case = at_the_panel()

    two = refused(case, lambda: case.does(SCHOOL, "supported", appointees=members(SCHOOL, CARE)))
    none = refused(case, lambda: case.does(SCHOOL, "supported"))

    assert "One person at a time" in two.sentence
    assert "Say who is to be the named supporter" in none.sentence
