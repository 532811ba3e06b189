"""Temporal is emptied: every open case is opened again from the register, and nobody is told twice."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from activities.entries import Entries
from adapters.calendars import load_calendar
from domain.case.editions import calendar_edition, policy_edition
from domain.decide import decided_of, open_case
from domain.policy.local_settings import Local
from settings import read_settings
from starter.progress import progress
from tests.starter.test_lost import command, goes, lost
from tests.starter.test_verify import lay_hands_on
from tests.workflows.conftest import server
from tests.workflows.story import Story, both, by
from workflows import restoring
from workflows.connection import ServerAway

__all__ = ["lost", "server"]
STEP_1 = both("step-opened", "practitioner")


def opened_before(story: Story, days: int) -> Story:
    """A case that was opened so long ago, of which the register alone knows: Temporal was emptied at once."""
    at = datetime.now(UTC) - timedelta(days=days)
    opening = story.opening(
        opened_at=at,
        calendar=load_calendar("england-and-wales").for_case(at),
        local=Local(tolerance="same working day"),
    )
    decision = open_case(opening, at)
    decided = decided_of(decision, None)
    assert decided is not None
    case = decision.escalation
    Entries(story.register).enter((decided,), policy_edition(case.policy), calendar_edition(case.calendar))
    return story


async def test_what_fell_due_while_temporal_was_empty_is_alerted_once_and_what_was_decided_goes_marked_late(
    lost: Callable[[], Story],
) -> None:
    story = opened_before(lost(), days=14)

    result = await command("restore")

    said = f"{story.case} runs on from entry 2. Notices that had not gone before, and go now: 2."
    assert result.exit_code == 0, result.stderr
    assert said in result.stdout
    overdue = both("overdue", "practitioner")
    came = await story.notices(*STEP_1, *overdue, *overdue, "alert to on-call", *overdue, "alert to on-call")
    assert {notice.late for notice in came} == {True}
    assert (await story.entries())[2:] == ["overdue", "overdue", "alert", "overdue", "alert"]
    moment = (await story.stands()).next_moment
    assert moment is not None
    assert moment > datetime.now(UTC), "it will be alerted again"
    again = await command("restore", "--json")
    assert json.loads(again.stdout) == {"open": 1, "restored": [], "failed": []}
    await story.is_quiet()
    assert {story.postbag.times(one.ref) for one in story.postbag.of(story.case)} == {1}
    assert story.unread() == []


async def test_a_deadline_that_is_yet_to_come_is_watched_again(lost: Callable[[], Story]) -> None:
    story = await lost().opens_at_step_1()
    await story.entries()
    due = (await story.stands()).next_moment
    await goes(story, "deleted")

    await command("restore")

    assert (await story.stands()).next_moment == due
    await story.next_moment_comes()
    came = await story.notices(*both("overdue", "practitioner"), "alert to on-call")
    assert [notice.late for notice in came] == [False] * 3


async def test_a_case_that_does_not_come_back_is_named_with_its_reason_and_holds_up_no_other(
    lost: Callable[[], Story],
) -> None:
    stories = [opened_before(lost(), days) for days in (3, 14, 15)]
    spoilt = stories[1]
    only = f"WHERE case_ref = '{spoilt.case}' AND changes IS NOT NULL"
    lay_hands_on(read_settings(), "UPDATE entry SET changes = x'7b7d' " + only)  # noqa: S608

    result = await command("restore", "--json")

    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert {one["case"] for one in said["restored"]} == {stories[0].case, stories[2].case}
    (failed,) = said["failed"]
    assert failed["case"] == spoilt.case
    assert f"`escalate verify {spoilt.case}`" in failed["reason"]
    again = await command("restore")
    assert again.exit_code == 1
    assert again.stdout.endswith("Opened again: 0 cases. Not opened: 1 case.\n")
    for story in (stories[0], stories[2]):
        assert (await story.stands()).as_of >= 2


async def test_immediate_risk_comes_back_before_what_is_due_next_and_cases_that_lists_have_lost_do_too(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    due, risk, unlisted = opened_before(lost(), 14), await lost().opens_at_step_1(), opened_before(lost(), 3)
    await risk.raises_risk(by("police", "practitioner"))
    await risk.entries()
    await goes(risk, "deleted")
    lay_hands_on(read_settings(), f"DELETE FROM standing WHERE case_ref = '{unlisted.case}'")  # noqa: S608
    monkeypatch.setattr(restoring, "AT_ONCE", 1)

    result = await command("restore", "--json")

    assert [one["case"] for one in json.loads(result.stdout)["restored"]] == [risk.case, due.case, unlisted.case]


async def test_a_case_of_which_temporal_knows_more_than_its_record_waits_for_the_register_to_be_rebuilt(
    lost: Callable[[], Story],
) -> None:
    story = await lost().opens_at_step_1()
    await story.act("schools", "practitioner", "discussion", method="telephone")
    assert len(await story.entries()) == 3
    await story.is_quiet()
    await goes(story, "terminated")
    lay_hands_on(read_settings(), "DELETE FROM entry WHERE number = 3")

    result = await command("restore")

    assert result.exit_code == 1
    assert f"Temporal has decided {story.case} up to entry 3 and its record ends at entry 2" in result.stdout
    assert "`escalate register rebuild` brings back what the record lacks" in result.stdout


async def test_with_temporal_away_nothing_is_opened_and_the_exit_code_says_so(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_before(lost(), 3)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    result = await command("restore")

    assert (result.exit_code, result.stdout) == (4, "")
    assert "Nobody answers at 127.0.0.1:1" in result.stderr


async def test_a_temporal_that_takes_nothing_any_more_is_not_asked_for_every_case(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        opened_before(lost(), 3)
    asked = []

    async def away(*_: object, **__: object) -> None:
        asked.append(1)
        raise ServerAway("Temporal did not take it.")

    monkeypatch.setattr(restoring, "resume", away)
    monkeypatch.setattr(restoring, "AT_ONCE", 1)
    monkeypatch.setattr(restoring, "IN_VAIN", 3)

    result = await command("restore")

    assert (result.exit_code, len(asked)) == (4, 3)
    assert "Temporal did not take it." in result.stderr


async def test_without_a_register_it_is_said_that_there_is_none(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lost()
    monkeypatch.setenv("ESCALATION_REGISTER", f"sqlite:///{tmp_path / 'none.db'}")

    result = await command("restore")

    assert result.exit_code == 4
    assert "There is no register at" in result.stderr


def test_on_a_terminal_it_says_how_many_are_done_and_a_program_reads_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    for screen, said in ((Terminal(), ["Cases opened again", "100%"]), (StringIO(), [])):
        monkeypatch.setattr("sys.stderr", screen)
        with progress("Cases opened again", 2) as one_more:
            one_more()
            one_more()
        assert [word for word in ("Cases opened again", "100%") if word in screen.getvalue()] == said
