"""A few restarts and a small flood; `make chaos` has a hundred of the one, and thousands of signals in the other."""

from pathlib import Path

from tests.chaos.floods import flood
from tests.chaos.restarts import moments, rounds


async def test_no_task_fails_where_everything_stops_and_starts_between_one_word_and_the_next(tmp_path: Path) -> None:
    done = await rounds(tmp_path, 5, seed=1)

    assert (done.cases, done.restarts, done.failed) == (5, 3, [])


async def test_no_task_fails_where_server_or_worker_stop_and_start_in_the_midst_of_cases(tmp_path: Path) -> None:
    done = await moments(tmp_path, 4, 2, seed=2, orderly=1)

    assert (done.restarts, done.failed) == (4, [])
    assert done.cases >= 2


async def test_a_case_that_is_sent_signals_without_end_answers_and_so_do_the_others(tmp_path: Path) -> None:
    done = await flood(tmp_path, [20, 200])

    assert done.failed == []
    assert len(done.afterwards) == 2
    assert max(done.meanwhile) < 30
