"""Short parts of the soak with few cases. `make soak` has the long ones, and docs/soak.md their figures."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.soak.mail_down import mail_down
from tests.soak.steady import steady
from tests.soak.yesterday import yesterday

pytestmark = pytest.mark.timeout(300)
LEAD = timedelta(seconds=20)


async def test_an_alert_is_tried_within_a_minute_of_due_and_arrives_while_the_watch_finds_nothing(
    tmp_path: Path,
) -> None:
    found = await steady(tmp_path, 12, timedelta(seconds=4), lead=LEAD)

    assert found.is_kept, "\n".join(found.lines())
    assert (found.tried.number, found.left) == (12, 12 * 5)


async def test_what_was_missed_in_a_day_of_outage_is_alerted_once_within_five_minutes_and_as_late(
    tmp_path: Path,
) -> None:
    """Section 6. The watch, alone with the register meanwhile, had found every one of them."""
    found = await yesterday(tmp_path, 12, timedelta(hours=24))

    assert found.is_kept, "\n".join(found.lines())
    assert (found.watch[1], found.outage.marked, found.outage.alerted_twice) == (12, 12, 0)


async def test_a_mail_host_that_dies_hangs_refuses_forgets_and_greylists_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    found = await mail_down(tmp_path, 5, timedelta(seconds=15), lead=LEAD)

    assert found.is_kept, "\n".join(found.lines())
    assert found.failed > 0
    assert found.left == 5 * 5
