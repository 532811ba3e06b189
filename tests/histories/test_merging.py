"""However the SDK puts tasks together on replay, a kept case commands what it commanded when it ran."""

from pathlib import Path

import pytest

from tests.histories.keeping import ALERTS, kept, read
from tests.histories.merging import merged, replayed, ways


@pytest.mark.parametrize("path", [*kept(), *kept(ALERTS)], ids=lambda path: path.name.removesuffix(".json.gz"))
async def test_tasks_that_commanded_nothing_may_come_with_the_next(path: Path) -> None:
    """Whichever of them do: what they brought then comes after the next one's messages."""
    for number, run in enumerate(read(path)):
        as_it_was = await replayed(run)
        for with_the_next in ways(as_it_was, seed=number):
            assert await merged(as_it_was, with_the_next) == as_it_was.commands


async def test_many_tasks_of_a_case_command_nothing() -> None:
    """Or the test above shows nothing. Each word is two tasks, to have it decided and to do what follows from it."""
    runs = [await replayed(run) for path in kept() for run in read(path)]
    assert sum(len(run.idle) for run in runs) > sum(len(run.tasks) for run in runs) / 4
