# ruff: noqa: S608
"""A case whose key is not to be had: alarms go out, deadlines are kept, and its entries come once the key is back."""

from domain.base.people import Actor
from tests.register.made import asked, by_hand, without_guard
from tests.workflows.story import Story, both


def key_goes(story: Story) -> list[str]:
    """Take the case's key out of the register; return what puts it back."""
    url, where = story.register.url, f"WHERE case_ref = '{story.case}'"
    ((key, by, wrapped),) = asked(url, f"SELECT key_id, wrapped_by, wrapped FROM case_key {where}")
    without_guard(url, f"DELETE FROM case_key {where}")
    values = f"'{story.case}', '{key}', '{by}', x'{wrapped.hex()}'"
    return [f"INSERT INTO case_key (case_ref, key_id, wrapped_by, wrapped) VALUES ({values})"]


async def test_risk_is_taken_and_told_and_its_entry_comes_once_the_key_is_back(story: Story) -> None:
    await story.opens_at_step_1()
    before = await story.entries()
    back = key_goes(story)

    answer = await story.raises_risk(Actor(agency="police", role="practitioner"), "x")

    assert answer.entry == len(before) + 1
    await story.notices("risk to on-call", *both("risk", "practitioner"))
    by_hand(story.register.url, back)
    await story.until(lambda: story.register.end_of(story.case) == answer.entry, "its entry")
    assert (await story.entries())[len(before) :] == ["risk"]
    assert story.register.verify(story.case) == []
    await story.is_quiet()


async def test_a_deadline_that_passes_meanwhile_wakes_the_lead(story: Story) -> None:
    await story.opens_at_step_1()
    before = await story.entries()
    back = key_goes(story)

    await story.next_moment_comes()

    await story.notices(*both("overdue", "practitioner"), "alert to on-call")
    assert story.register.end_of(story.case) == len(before), "nothing is entered in clear"
    by_hand(story.register.url, back)
    await story.until(lambda: story.register.end_of(story.case) > len(before), "what was decided")
    await story.is_quiet()
    assert story.register.verify(story.case) == []
    assert None not in {one.body_key_id for one in story.register.entries(story.case)}
