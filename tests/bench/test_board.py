"""The board is made of few queries, however many cases are open: what stands around them is held as a ratio."""

from pathlib import Path

from bench.board import measure

RATIO = 6
"""So many times what its queries take the page may take. It was 2 with 300 open cases, and 1.1 with 10,000."""


async def test_the_page_of_the_board_takes_a_few_times_what_its_queries_take(tmp_path: Path) -> None:
    figures = await measure(tmp_path, 200)

    assert figures.ratio < RATIO, figures
