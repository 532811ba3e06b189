"""The board is made of few queries, however many cases are open: what stands around them is held as a ratio."""

from pathlib import Path

from adapters.register import board, drivers
from bench.board import measure

RATIO = 6
"""The page may take so many times what its queries take. It was 2.1 where this was written."""


async def test_the_page_of_the_board_takes_a_few_times_what_its_queries_take(tmp_path: Path) -> None:
    figures = await measure(tmp_path, 300)

    assert figures.ratio < RATIO, figures


async def test_a_page_of_fifty_reads_no_more_than_two_hundred_cases_at_once(tmp_path: Path) -> None:
    assert board.AT_ONCE == 200
    assert drivers.rows is board.rows
