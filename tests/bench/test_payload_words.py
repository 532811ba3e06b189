"""Words for compressing: what is carried often is in them, and nothing that belongs to one case."""

import json
import zlib

from bench.payload_words import choose


def test_words_hold_what_much_has_in_common_and_nothing_of_one_case() -> None:
    carried = [
        json.dumps(
            {"case": f"ESC-{number:04}-K2MQ", "at": f"2026-12-0{number % 9 + 1}T10:30:00Z", "kind": "step-opened"}
        )
        for number in range(400)
    ]
    words = choose([one.encode() for one in carried], 400)

    assert b'"kind": "step-opened"' in words
    assert b"K2MQ" not in words
    assert b"10:30" not in words
    packing = zlib.compressobj(9, zdict=words)
    assert (
        len(packing.compress(carried[7].encode()) + packing.flush()) < len(zlib.compress(carried[7].encode(), 9)) - 20
    )
