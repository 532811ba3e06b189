"""What a case costs in events and actions is exact, so the suite holds it; time is for `make bench` alone."""

from typing import NamedTuple

import pytest

from bench.counting import Counts, count
from bench.lifecycles import live_many, until_quiet
from bench.server import fresh_server
from bench.sides import both_sides
from bench.working import Name, working

CASES = 3
FLOOR_EVENTS = 50
EVENTS, ACTIONS = 42, 21
"""The most that a case of ours may leave and cost: an event is no workflow task's."""
BYTES = 1.5
"""The same for its history, without the policy and the calendar, beside the floor's."""
FLOOR_ACTIONS = 23
HEARTBEATS = 0
"""What the register has noted as accepted needs no heartbeat."""


class Told(NamedTuple):
    """What one side's cases cost."""

    counts: list[Counts]
    server_actions: int
    """Of all cases together, as the server counts them."""


@pytest.fixture(scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> dict[Name, Told]:
    """Three cases of either side, each with time to settle before every outcome."""
    folder = tmp_path_factory.mktemp("bench")
    found: dict[Name, Told] = {}
    async with (
        fresh_server() as server,
        working("floor", server.address, folder / "floor"),
        working("ours", server.address, folder / "ours"),
    ):
        acted = await server.actions()
        for side in await both_sides(server.address):
            cases = await live_many(side, CASES, until_quiet, gap=0)
            now = await server.actions()
            counts = [await count(side.client, case) for case in cases]
            found[side.name] = Told(counts, now.total() - acted.total())
            acted = now
    return found


def test_the_floor_is_the_one_that_was_measured(told: dict[Name, Told]) -> None:
    """50 events beside those of workflow tasks and 23 actions, or the comparison is with something else."""
    floor = told["floor"]

    assert [one.beside_tasks for one in floor.counts] == [FLOOR_EVENTS] * CASES
    assert [one.actions for one in floor.counts] == [FLOOR_ACTIONS] * CASES
    assert floor.server_actions == FLOOR_ACTIONS * CASES
    assert [one.edition_bytes for one in floor.counts] == [0] * CASES


def test_a_case_leaves_fewer_events_and_costs_fewer_actions_than_the_floor(told: dict[Name, Told]) -> None:
    ours = told["ours"]

    assert max(one.beside_tasks for one in ours.counts) <= EVENTS
    assert max(one.actions for one in ours.counts) <= ACTIONS


def test_beside_those_in_its_history_a_case_costs_at_most_one_action_for_each_bundle_of_notices(
    told: dict[Name, Told],
) -> None:
    """Heartbeats leave no event, and the server counts each as an action."""
    ours = told["ours"]

    assert 0 <= ours.server_actions - sum(one.actions for one in ours.counts) <= HEARTBEATS * CASES


def test_a_case_carries_its_editions_twice_and_no_more(told: dict[Name, Told]) -> None:
    """Once where it begins and once for the register, which keeps each of them once for all cases."""
    for one in told["ours"].counts:
        assert 0 < one.edition_bytes < one.bytes / 2
        assert one.kinds["workflow_execution_started"] == 1


def test_what_a_case_leaves_is_at_most_half_as_much_again_as_the_floors_beside_its_editions(
    told: dict[Name, Told],
) -> None:
    most = max(one.bytes - one.edition_bytes for one in told["ours"].counts)

    assert most <= BYTES * min(one.bytes for one in told["floor"].counts)
