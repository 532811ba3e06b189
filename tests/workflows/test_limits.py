"""How much goes together: bounded by number and by length, and never nothing."""

import pytest

from domain.effects import Notice, Recipient
from workflows.limits import BATCH, BATCH_BYTES, one_batch


def notices(count: int, length: int) -> list[Notice]:
    to = Recipient(role="slo", title="Senior liaison officer")
    return [Notice(ref=f"ESC-1/{n}/1", case="ESC-1", kind="risk", to=to, fact="x" * length) for n in range(count)]


@pytest.mark.parametrize(
    ("count", "length", "together"),
    [
        (0, 0, 0),
        (1, 0, 1),
        (BATCH, 0, BATCH),
        (10 * BATCH, 0, BATCH),
        (10, BATCH_BYTES // 4, 3),
        (10, 2 * BATCH_BYTES, 1),
    ],
)
def test_a_flood_of_notices_leaves_in_bundles_that_temporal_can_carry(count: int, length: int, together: int) -> None:
    assert one_batch(notices(count, length)) == together
