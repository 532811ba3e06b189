"""What is carried through Temporal: plain for others, compressed for ourselves, and readable for ever."""

import base64
import json

import pytest
from temporalio.api.common.v1 import Payload

from activities.bundles import Bundle
from domain.base.people import Actor
from domain.case.effects import Notice, Recipient
from domain.case.state import Answer
from domain.commands import MESSAGES, ActDone, Box, RiskRaised
from workflows.connection import DATA_CONVERTER
from workflows.payloads import ENCODING, SHORTEST, WORDS, compressed, read
from workflows.run import Run

KEPT = {
    "binary/zlib-words-1": (
        "eLtTcmfEQ06U5t5GvrqB+oZG6B0fiARS/xDqQ7TECUonWOYGQcJI9RAZSdLICqa/GFfihPgKmjxdge6rBGUH6IwhsDKDJB9QtZaZ"
        "VwZqqKbogKcPM0tAYjn5wE5Ual5+aTqw1sxXSEoFppfcAmDyBQa1nsKIMo4KWRsAywfKJg=="
    ),
    "binary/zlib-words-2": (
        "ePkfnJE+Q0485t5GvrqB+oZG6EvwIRKIlITYc4KSikCJQRe8LRcysYY834wQJjztDFULiktoBQYZKS+HF3uQ1UqgJW6grW95ZSAv"
        "QWfTIcPmOaAKKTUP1FSG7kgFbRSE9CphA+8jxDilWgCuJaRD"
    ),
}
"""A notice as it was carried first with these words: they must not change."""
NOTICE = Notice(
    ref="ESC-7K2M-Q/12/3",
    case="ESC-7K2M-Q",
    kind="overdue",
    to=Recipient(role="line-manager", title="line manager", agency="police"),
    step="Step 2: managers",
    fact="Every word of this notice is invented, and it is long enough to be compressed. " * 4,
)
CONVERTER = DATA_CONVERTER.payload_converter


BUNDLE = Bundle(case="ESC-7K2M-Q", policy="lincolnshire", stage="step-2", notices=(NOTICE,))


def test_what_is_for_ourselves_alone_is_made_short() -> None:
    payload = CONVERTER.to_payload(BUNDLE)
    assert payload.metadata["encoding"] == ENCODING
    assert len(payload.data) < len(BUNDLE.model_dump_json()) / 2
    assert CONVERTER.from_payload(payload, Bundle) == BUNDLE


@pytest.mark.parametrize(
    "value", ["ESC-7K2M-Q", Answer(sentence="Recorded. " * 100, entry=7), Box(RiskRaised(wording="Now. " * 100))]
)
def test_messages_and_answers_are_plain_for_clients_of_any_language(value: object) -> None:
    payload = CONVERTER.to_payload(value)
    assert payload.metadata["encoding"] == b"json/plain"
    assert json.loads(payload.data)


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_that_waits_is_carried_into_the_next_run_with_its_kind(kind: str) -> None:
    """What is at its default is left out there, and the kind is the default of its message."""
    waits = Box(MESSAGES[kind].model_construct(by=Actor(agency="police", role="line-manager"), id="7"))
    carried = json.loads(read(CONVERTER.to_payload(Run(undecided=(waits,)))).data)

    assert carried == {"undecided": [{"kind": kind, "by": {"agency": "police", "role": "line-manager"}, "id": "7"}]}


def test_risk_that_waits_can_be_read_by_the_next_run() -> None:
    run = Run(undecided=(Box(RiskRaised()), Box(ActDone(by=Actor(agency="police", role="lead"), act="call"))))

    assert CONVERTER.from_payload(CONVERTER.to_payload(run), Run) == run


def test_what_other_clients_send_plain_is_taken_however_long() -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=NOTICE.model_dump_json().encode())
    assert CONVERTER.from_payload(plain, Notice) == NOTICE


@pytest.mark.parametrize("encoding", KEPT)
def test_what_was_carried_with_earlier_words_can_be_read_still(encoding: str) -> None:
    kept = Payload(metadata={"encoding": encoding.encode()}, data=base64.b64decode(KEPT[encoding]))
    assert CONVERTER.from_payload(kept, Notice) == NOTICE


def test_every_encoding_that_was_written_is_kept_here() -> None:
    assert {encoding.encode() for encoding in KEPT} == set(WORDS)


@pytest.mark.parametrize("length", [0, SHORTEST - 3, SHORTEST, 200_000])
def test_every_text_comes_back(length: int) -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps("é" * length).encode())
    assert read(compressed(plain)) == plain
