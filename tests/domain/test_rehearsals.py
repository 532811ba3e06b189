"""A ladder rehearsed without a case: counted as in a case whose acts are all done at their last moment."""

import pytest

from domain.base.refusals import Refusal
from domain.views.forecast import ForecastDeadline, forecast, route_taken
from tests.domain.case import england, lincolnshire, london
from tests.domain.small import made

SEATS = """
[role.worker]
title = "worker"
[act.talk]
kind = "discussion"
[act.form]
kind = "form"
[act.note]
kind = "notice"
[act.noted]
kind = "record"
[act.panel]
kind = "meeting"
[act.reply]
kind = "record"
[act.word]
kind = "record"
[act.last]
kind = "record"
[fact.heard]
type = "date"
[fact.urgent]
values = ["yes", "no"]
"""
END = 'outcome = [{ id = "given-up", said_by = "raising", needs = ["reason"], leads_to = "end: stopped" }]'


def ladder(*duties: str, then: tuple[str, ...] = ()) -> str:
    """A route of one step with these duties, or of two."""
    steps = [duties, then] if then else [duties]
    text = SEATS + f"[[track]]\nid = 'ladder'\nstages = {[f'rung-{n}' for n in range(1, len(steps) + 1)]}\n"
    for n, owed in enumerate(steps, 1):
        lines = ",\n".join(f"  {{ {duty}, clause = '1' }}" for duty in owed)
        way = END if n == len(steps) else END.replace("end: stopped", "next")
        text += f"[[stage]]\nid = 'rung-{n}'\ntitle = 'Rung {n}'\nraising = ['worker']\nreceiving = ['worker']\n"
        text += f"duty = [\n{lines}\n]\n{way}\n"
    return text


def rehearsed(text: str, at: str, ends: str = "", **facts: str) -> dict[str, ForecastDeadline]:
    """Every line of a rehearsal by the rule it is of."""
    policy = made(text).but(day_ends=None)
    if ends:
        policy = policy.but(day_ends=london(f"2026-01-01 {ends}").time())
    return {line.duty: line for line in forecast(policy, england(), london(at), facts=facts)}


@pytest.mark.parametrize("first", ["form", "note", "noted", "panel.date-set"])
@pytest.mark.parametrize(
    ("within", "answered", "words"),
    [
        ("10 working days", "2026-05-30 00:00", "by the end of Friday 29 May 2026"),
        ("2 days", "2026-05-17 00:00", "by the end of Saturday 16 May 2026"),
        ("1 week", "2026-05-22 00:00", "by the end of Thursday 21 May 2026"),
        ("same working day", "2026-05-15 00:00", "by the end of Thursday 14 May 2026"),
        ("24 hours", "2026-05-16 00:00", "by the end of Friday 15 May 2026"),
        ("48 hours on working days", "2026-05-19 00:00", "by the end of Monday 18 May 2026"),
        ("4 working hours", "2026-05-15 13:00", "by 1:00pm on Friday 15 May 2026"),
    ],
)
def test_an_act_at_its_last_moment_is_done_on_the_day_that_the_midnight_ends(
    first: str, within: str, answered: str, words: str
) -> None:
    """Thursday 14 May is the third working day: an answer runs from that Thursday, not from Friday's first instant."""
    found = rehearsed(
        ladder(
            f"act = '{first}', by = 'raising', within = '3 working days'",
            f"act = 'reply', by = 'receiving', when = '{first}', within = '{within}'",
        ),
        "2026-05-11 10:00",
    )

    assert found["rung-1/1"].due == london("2026-05-15 00:00")
    assert (found["rung-1/2"].due, found["rung-1/2"].due_words) == (london(answered), words)


def test_a_chain_of_acts_and_of_steps_never_gains_a_day_nor_a_moment() -> None:
    found = rehearsed(
        ladder(
            "act = 'form', by = 'raising', within = '3 working days'",
            "act = 'reply', by = 'receiving', when = 'form', within = '24 hours'",
            "act = 'word', by = 'raising', when = 'reply', within = '1 working day'",
            then=(
                "act = 'last', by = 'raising', within = '1 working day'",
                "act = 'note', by = 'receiving', when = 'last', within = 'immediately'",
            ),
        ),
        "2026-05-11 10:00",
    )

    assert [found[rule].due for rule in ("rung-1/1", "rung-1/2", "rung-1/3", "rung-2/1", "rung-2/2")] == [
        london("2026-05-15 00:00"),
        london("2026-05-16 00:00"),
        london("2026-05-19 00:00"),
        london("2026-05-20 00:00"),
        london("2026-05-20 00:00"),
    ]
    assert found["rung-2/2"].due_words == "at once"


def test_a_day_that_ends_in_the_afternoon_is_counted_from_as_before() -> None:
    found = rehearsed(
        ladder(
            "act = 'form', by = 'raising', within = '3 working days'",
            "act = 'reply', by = 'receiving', when = 'form', within = '1 working day'",
        ),
        "2026-05-11 10:00",
        ends="17:00",
    )

    assert found["rung-1/2"].due == london("2026-05-15 17:00")


def test_what_opens_at_a_midnight_is_done_no_earlier_than_it_opened() -> None:
    found = rehearsed(
        ladder(
            "act = 'talk', by = 'together', within = 'immediately'",
            "act = 'reply', by = 'receiving', when = 'talk', within = '1 working day'",
            then=("act = 'word', by = 'raising', within = '1 working day'",),
        ),
        "2026-05-11 00:00",
    )

    assert found["rung-1/2"].due == london("2026-05-13 00:00")
    assert found["rung-2/1"].due == london("2026-05-14 00:00"), "the reply is given on Tuesday"


def test_what_gets_no_date_is_listed_with_the_reason() -> None:
    found = rehearsed(
        ladder(
            "act = 'talk', by = 'together'",
            "act = 'reply', by = 'receiving', within = 'unknown'",
            "act = 'word', by = 'raising', within = '2 days', if = { urgent = 'yes' }",
            "act = 'last', by = 'raising', within = '2 days', when = 'rung-1.word'",
            "act = 'note', by = 'raising', within = '2 days before', of = 'panel.date'",
            "act = 'panel.date-set', by = 'raising', strength = 'may'",
        ),
        "2026-05-11 10:00",
    )

    assert {rule: line.why for rule, line in found.items()} == {
        "rung-1/1": "no time is given",
        "rung-1/2": "set locally – not yet known",
        "rung-1/3": "it depends on the answer to urgent",
        "rung-1/4": "it follows word at Rung 1: not on this walk",
        "rung-1/5": "a date is not set yet",
        "rung-1/6": "no time is given",
    }
    assert all(line.due is None and line.due_words == line.why for line in found.values())


def test_an_answer_that_does_not_call_for_a_duty_is_said_to_be_the_reason() -> None:
    text = ladder("act = 'word', by = 'raising', within = '2 days', if = { urgent = 'yes' }")

    assert rehearsed(text, "2026-05-11 10:00", urgent="no")["rung-1/1"].why == (
        "the answer to urgent does not ask for it"
    )
    assert rehearsed(text, "2026-05-11 10:00", urgent="yes")["rung-1/1"].due == london("2026-05-14 00:00")


def test_a_time_that_runs_from_what_is_not_known_here_says_so() -> None:
    text = ladder("act = 'word', by = 'raising', within = '2 days', of = ['fact.heard', 'rung-1.talk']")

    assert rehearsed(text, "2026-05-11 10:00")["rung-1/1"].makeshift == "fact.heard or rung-1.talk"
    told = rehearsed(text, "2026-05-11 10:00", heard="2026-05-06")["rung-1/1"]
    assert (told.due, told.makeshift) == (london("2026-05-09 00:00"), "")


def test_every_rule_with_a_time_has_a_place_or_a_reason_on_every_route() -> None:
    policy = lincolnshire()
    for track in policy.tracks:
        lines = forecast(policy, england(), london("2025-04-17 15:00"), track.id)
        timed = {str(key) for key, rule in policy.rules.items() if rule.within != "none"}
        assert timed <= {line.duty for line in lines}
        assert all(bool(line.why) == (line.due is None) for line in lines)
        assert {line.route for line in lines} == {track.id}


def test_the_route_is_the_one_asked_for_or_the_one_the_answers_choose_or_the_first() -> None:
    policy = lincolnshire()

    assert route_taken(policy).id == "ladder"
    assert route_taken(policy, facts={"concern": "conduct"}).id == "conduct"
    assert route_taken(policy, "ladder", {"concern": "conduct"}).id == "ladder"
    with pytest.raises(Refusal, match="ladder, conduct"):
        route_taken(policy, "other")
