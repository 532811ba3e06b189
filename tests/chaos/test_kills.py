"""A worker or Temporal itself is killed in the middle of a case: nothing is lost, nothing is doubled.

Each point once; `make chaos` has twenty seeds, and says how long people waited.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.chaos.kill import Kill
from tests.chaos.ordeal import Outcome, survives

KILLS = {
    "an update was accepted and its entry not yet written": Kill("accepted", 2),
    "an entry was written and nobody told": Kill("entered", 3),
    "a notice was sent and nobody told": Kill("sent", 3),
    "a mail was taken and nobody told": Kill("mailed", 4, smtp=True),
    "an alert was handed in and nobody told": Kill("handed", gathers=True),
    "a timer fired and its moment was not yet taken": Kill("moment"),
    "Temporal itself during a message": Kill(server_at=3, server_after=0.01),
}
AT_ONCE = 3


@pytest.fixture(scope="module")
async def ordeals(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, asyncio.Task[Outcome]]]:
    """All of them side by side, each on a machine of its own: most of their time is waiting for the dead."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(kill: Kill) -> Outcome:
        async with places:
            return await survives(kill, tmp_path_factory.mktemp("machine"))

    tasks = {name: asyncio.create_task(one(kill)) for name, kill in KILLS.items()}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("when", KILLS)
async def test_nothing_is_lost_and_nothing_doubled_when_killed_as(
    when: str, ordeals: dict[str, asyncio.Task[Outcome]]
) -> None:
    outcome = await ordeals[when]

    # Of two that were under way at that moment both go again; `is_sound` has seen that no Message-ID is a new one.
    assert outcome.mails_again in ({1, 2} if KILLS[when].point == "mailed" else {0}), (
        "a repeat is sent with the same Message-ID"
    )
