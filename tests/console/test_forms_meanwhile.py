"""A case that moves on between a form and its last press, and two who press at once: nobody records what they did not
see, each is told what became of theirs and who was quicker, and no word is lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import pytest

from adapters.rota.cover import CoverRequests
from console.office import plans
from domain.base.people import Actor
from domain.commands import ActDone, Corrected, OutcomeSaid, Withdrawn
from tests.watch.conftest import CASE

from .conftest import PEOPLE, PRACTITIONER
from .every_form import KINDS as EVERY
from .every_form import (
    PLAN,
    REASON,
    TYPED,
    UNTIL_,
    Ready,
    Scene,
    answers_cover,
    by_form,
    checked,
    opened,
)
from .filling import fields_of, send
from .test_destruction import rows, says
from .test_every_form_under_strain import scene, settings
from .test_forms import SCHOOL, form, proposal
from .test_pages import SAFE, words

__all__ = ["scene", "settings"]
POLICE = Actor(agency="police", role="practitioner")
KINDS = {one.name: one.fills for one in EVERY}
NEWS = "What is new since you opened"
TALK = {"method": "telephone", "note": TYPED}


async def replaced(scene: Scene) -> None:
    await scene.place.cases.record(CASE, proposal(scene.site, what="Visit twice"))


async def done(scene: Scene) -> None:
    await scene.place.says(ActDone(by=POLICE, act="acknowledgement", id="ack"))


async def left(scene: Scene) -> None:
    await scene.place.says(OutcomeSaid(by=SCHOOL, outcome="not-agreed", fields=SAFE, id="up"))


async def struck(scene: Scene) -> None:
    await scene.place.cases.record(CASE, Corrected(by=POLICE, entry=3, strike=True, reason="Not so.", id="struck"))


async def over(scene: Scene) -> None:
    await scene.place.cases.record(CASE, Withdrawn(by=SCHOOL, reason="It is settled.", id="over"))


class Moved(NamedTuple):
    """A form, and what happens before its last press."""

    form: str
    meanwhile: Callable[[Scene], Awaitable[None]]
    says: str
    """What the page says of it."""
    typed: str = TYPED


MOVED = (
    Moved("a plan confirmed", replaced, "Plan proposed, version 2 The frontline professional, Schools", ""),
    Moved("another plan", replaced, "Plan proposed, version 2 The frontline professional, Schools"),
    Moved("an act", left, "The frontline professional, Schools"),
    Moved("an outcome", left, "The frontline professional, Schools"),
    Moved("a plan", left, "The frontline professional, Schools"),
    Moved("a duty handed over", done, "The frontline professional, Lincolnshire Police"),
    Moved("a correction", struck, "The frontline professional, Lincolnshire Police"),
    Moved("a contest", struck, "The frontline professional, Lincolnshire Police"),
    Moved("an act", over, "The frontline professional, Schools"),
    Moved("a later deadline answered", over, "The frontline professional, Schools"),
    Moved("a pause answered", over, "The frontline professional, Schools"),
    Moved("the office records", over, "The frontline professional, Schools"),
)


@pytest.mark.parametrize("moved", MOVED, ids=lambda one: f"{one.form}, {one.meanwhile.__name__}")
async def test_what_moved_on_since_is_told_with_its_title_and_nothing_is_recorded_against_it(
    scene: Scene, moved: Moved
) -> None:
    ready = await KINDS[moved.form](scene)
    await moved.meanwhile(scene)
    before = scene.stands()
    answer = await ready.pressed()
    said = words(answer)

    assert answer.status_code in {409, 422}, said
    assert scene.stands() == before
    assert NEWS in said
    assert moved.says in said
    assert moved.typed in answer.text


async def test_the_version_of_a_plan_that_was_read_is_the_one_that_is_confirmed(scene: Scene) -> None:
    await opened(scene, "plan")
    browser = scene.browser()
    page = await browser.get(form(scene.site.path(2, PRACTITIONER), "confirm"))
    await replaced(scene)
    moved = await send(browser, page, "check")

    assert moved.status_code == 422
    assert "You had 1 before you, and now it is 2. Read that first, and go on if you mean it." in words(moved)
    assert "The plan, version 2 Visit twice" in words(moved)
    answer = await send(browser, await send(browser, moved, "check"), "record")
    assert answer.status_code == 200
    entries = [one.entry for one in scene.place.register.entries(CASE) if one.entry.kind == "plan-confirmed"]
    assert [one.body["said"]["version"] for one in entries] == [2]  # type: ignore[index, call-overload]


async def test_what_happened_since_the_form_was_opened_is_read_before_it_is_recorded(scene: Scene) -> None:
    await opened(scene)
    browser = scene.browser()
    page = await browser.get(form(scene.site.path(2, PRACTITIONER), "discussion"))
    await replaced(scene)
    shown = await send(browser, page, "check", TALK)
    empty = await send(browser, page, "check")

    for one, status in ((shown, 200), (empty, 422)):
        assert one.status_code == status
        assert f"{NEWS}" in words(one)
        assert "Plan proposed, version 1 The frontline professional, Schools" in words(one)
    assert (await send(browser, shown, "record")).status_code == 200


async def test_words_that_were_changed_after_going_back_are_told_as_not_recorded_and_given_back(scene: Scene) -> None:
    await opened(scene)
    browser, path = scene.browser(), form(scene.site.path(2, PRACTITIONER), "discussion")
    page = await browser.get(path)
    shown = await send(browser, page, "check", TALK)
    assert (await send(browser, shown, "record")).status_code == 200
    reloaded = await send(browser, shown, "record")
    changed = await send(browser, page, "check", {**TALK, "note": "Something else by now."})

    assert "is not recorded" not in words(reloaded)
    assert "This form has been recorded already; it counts once." in words(changed)
    assert "What stood in the form now, and is not recorded" in words(changed)
    assert "Something else by now." in words(changed)


# --- two at once

AT_ONCE: Mapping[str, tuple[Mapping[str, str | list[str]], tuple[str, ...], int]] = {
    "not-agreed": ({**REASON, "interim_safety": "Daily calls."}, (), 1),
    "discussion": (TALK, (), 2),
    "propose": (PLAN, (), 1),
    "confirm": ({}, ("plan",), 1),
    "extend": ({"duty": "3", **UNTIL_, **REASON}, (), 2),
    "hand-over": ({"duty": "1", **UNTIL_, **REASON, "to-role": "line-manager", "to-agency": "police"}, (), 2),
    "correct": ({"entry": "3", **REASON, "one-of": "strike"}, ("talk",), 1),
}
"""Forms by their names: what is typed, what went before, and how many of two can be recorded."""


@pytest.mark.parametrize("name", AT_ONCE)
async def test_of_two_managers_of_a_seat_who_press_at_once_each_is_told_what_became_of_theirs(
    scene: Scene, name: str
) -> None:
    typed, before, most = AT_ONCE[name]
    first = await by_form(name, typed, *before)(scene)
    other = {key: "Another word." if said == TYPED else said for key, said in typed.items()}
    second = await checked(scene.browser(), form(scene.site.path(2, PRACTITIONER), name), other)
    count = len(list(scene.place.register.entries(CASE)))
    answers = await asyncio.gather(first.pressed(), second.pressed())
    recorded = [one for one in answers if one.status_code == 200]
    made = [one.entry for one in scene.place.register.entries(CASE)][count:]
    said = [one for one in made if "said" in one.body and "id" in one.body["said"]]  # type: ignore[operator]

    assert len(recorded) == len(said) == most, [words(one) for one in answers]
    for one in answers:
        if one.status_code != 200:
            assert one.status_code in {409, 422}
            assert NEWS in words(one)
            assert "The frontline professional, Lincolnshire Police" in words(one)
            assert not typed or "Another word." in one.text or TYPED in one.text


async def test_whoever_records_what_a_colleague_has_just_recorded_is_told_first_and_may_mean_another(
    scene: Scene,
) -> None:
    first = await by_form("discussion", TALK)(scene)
    second = await checked(scene.browser(), form(scene.site.path(2, PRACTITIONER), "discussion"), TALK)
    await first.pressed()
    told = await second.pressed()

    assert told.status_code == 409
    assert NEWS in words(told)
    assert "somebody has recorded the same since you opened this page" in words(told)
    again = await send(scene.browser(), told, "record")
    assert again.status_code == 200
    assert len([one for one in scene.place.register.entries(CASE) if one.entry.kind == "act"]) == 2


async def test_two_who_take_up_the_same_cover_are_told_who_has_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await answers_cover("second")(scene)
    monkeypatch.setitem(PEOPLE, "third", PEOPLE["second"]._replace(account="third", handle="staff-1004"))
    browser = scene.browser("third")
    page = await browser.get(first.path)
    second = Ready(browser, first.path, fields_of(page) | {"sure": ["yes"]})
    answers = [await first.pressed(), await second.pressed()]
    kept = CoverRequests(scene.place.settings.data).of(first.path.rpartition("/")[2])

    assert "You have taken it over" in words(answers[0])
    assert answers[1].status_code == 409
    assert "It is taken up already" in words(answers[1])
    assert "has taken it up. You changed nothing." in words(answers[1])
    assert kept is not None
    assert kept.taken_by == "staff-1001"


async def test_two_views_that_are_kept_at_once_are_both_kept(scene: Scene) -> None:
    ready = await KINDS["a view kept"](scene)
    await asyncio.gather(*(ready.pressed(name=[f"Mine {number}"]) for number in range(5)))

    listed = words(await ready.browser.get("/cases"))
    assert all(f"Mine {number}" in listed for number in range(5))


async def test_a_plan_that_is_being_carried_out_says_so_and_carries_out_nothing_twice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow cases too: the page does not wait for all of them."""
    monkeypatch.setattr(plans, "WITHIN_SECONDS", 0.05)
    ready = await KINDS["a plan is carried out"](scene)
    goes_on, taken = asyncio.Event(), scene.place.cases.record

    async def slow(case: str, message: object) -> object:
        await goes_on.wait()
        return await taken(case, message)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.place.cases, "record", slow)
    first, second = await ready.pressed(), await ready.pressed()
    unfinished = words(await ready.browser.get(ready.path))
    goes_on.set()
    await asyncio.gather(*(one for one in asyncio.all_tasks() if "PlanPages._carried_out" in repr(one.get_coro())))
    page = words(await ready.browser.get(ready.path))

    for one in (first, second):
        assert "This plan is being carried out What is done so far stands on its page." in words(one)
    assert "Yes, carry out the 1 that is left" in unfinished
    assert "done: " in page
    assert len(scene.place.cases.received) == 1


async def test_what_was_typed_about_a_list_that_changed_meanwhile_is_given_back(scene: Scene) -> None:
    ready = await KINDS["cases off a list"](scene)
    says(scene.site, "approved", "staff-0008", "safeguarding-lead")
    before = rows(scene.site)
    answer = await ready.pressed()

    assert "Something was said of DL-1 since you looked: nothing was recorded." in words(answer)
    assert TYPED in answer.text
    assert rows(scene.site) == before


async def test_a_list_that_a_colleague_approved_a_moment_ago_says_who_did(scene: Scene) -> None:
    ready = await KINDS["a list approved"](scene)
    says(scene.site, "approved", "staff-0008", "safeguarding-lead")
    answer = await ready.pressed()

    assert answer.status_code == 403
    assert "since you looked: nothing was recorded." in words(answer)
    assert "staff-0008" in words(answer)
