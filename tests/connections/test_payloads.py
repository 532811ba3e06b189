"""What is carried through Temporal: plain where it is short, compressed where it is long, and readable for ever."""

import base64
import json

import pytest
from temporalio.api.common.v1 import Payload

from domain.effects import Notice, Recipient
from workflows.connection import DATA_CONVERTER
from workflows.payloads import ENCODING, SHORTEST, compressed, read

KEPT = (
    "eLtTcmfEQ06U5t5GvrqB+oZG6B0fiARS/xDqQ7TECUonWOYGQcJI9RAZSdLICqa/GFfihPgKmjxdge6rBGUH6IwhsDKDJB9QtZaZ"
    "VwZqqKbogKcPM0tAYjn5wE5Ual5+aTqw1sxXSEoFppfcAmDyBQa1nsKIMo4KWRsAywfKJg=="
)
"""A notice as it was carried when this was first released: the words it was compressed with must not change."""
NOTICE = Notice(
    ref="ESC-7K2M-Q/12/3",
    case="ESC-7K2M-Q",
    kind="overdue",
    to=Recipient(role="line-manager", title="line manager", agency="police"),
    step="Step 2: managers",
    fact="Every word of this notice is invented, and it is long enough to be compressed. " * 4,
)
CONVERTER = DATA_CONVERTER.payload_converter


def test_what_is_short_can_be_read_in_temporals_page_and_what_is_long_is_made_short() -> None:
    short, long = CONVERTER.to_payloads(["ESC-7K2M-Q", NOTICE])
    assert (short.metadata["encoding"], short.data) == (b"json/plain", b'"ESC-7K2M-Q"')
    assert long.metadata["encoding"] == ENCODING
    assert len(long.data) < len(NOTICE.model_dump_json()) / 2
    assert CONVERTER.from_payloads([short, long], [str, Notice]) == ["ESC-7K2M-Q", NOTICE]


def test_what_other_clients_send_plain_is_taken_however_long() -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=NOTICE.model_dump_json().encode())
    assert CONVERTER.from_payload(plain, Notice) == NOTICE


def test_what_was_carried_at_first_can_be_read_still() -> None:
    kept = Payload(metadata={"encoding": b"binary/zlib-words-1"}, data=base64.b64decode(KEPT))
    assert CONVERTER.from_payload(kept, Notice) == NOTICE


@pytest.mark.parametrize("length", [0, SHORTEST - 3, SHORTEST, 200_000])
def test_every_text_comes_back(length: int) -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps("é" * length).encode())
    assert read(compressed(plain)) == plain
