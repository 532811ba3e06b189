"""How a value becomes a payload: as JSON, and what is for ourselves alone compressed.

Messages, answers and what is asked stay plain JSON, for clients of other languages send and read them too; what
encrypts them afterwards is `encryption`.
"""

import zlib
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import CompositePayloadConverter, DefaultPayloadConverter, JSONPlainPayloadConverter

from domain.base.value import Value

from .payload_words import WORDS_1, WORDS_2

WORDS = {b"binary/zlib-words-1": WORDS_1, b"binary/zlib-words-2": WORDS_2}
"""JSON, deflated with these words for what came before it: every encoding that was ever written."""
ENCODING = b"binary/zlib-words-2"
"""The one that is written."""
SHORTEST = 300
"""Bytes: what is shorter stays as it is, so that references and titles can be read in Temporal's own page."""
_PACKING = zlib.compressobj(9, zdict=WORDS[ENCODING])
"""What packs each, as a copy: to take the words in costs more than to pack what is short."""


class CompressedJSON(PydanticJSONPlainPayloadConverter):
    """Makes JSON of a value, without defaults and compressed where its class says so; reads what was compressed.

    Not a codec: those are asked for each payload by way of the workflow's sandbox, which costs more than the work.
    """

    @property
    def encoding(self) -> str:
        """Of what it writes; it reads every other one of `WORDS` too."""
        return ENCODING.decode()

    def to_payload(self, value: Any) -> Payload | None:
        """Return a value as it is carried."""
        if not (isinstance(value, Value) and getattr(type(value), "IS_COMPRESSED", False)):
            return PLAIN.to_payload(value)
        text = value.model_dump_json(exclude_defaults=True)
        return compressed(Payload(metadata={"encoding": PLAIN.encoding.encode()}, data=text.encode()))

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Read a value of the type. Raises as the converter for plain JSON does."""
        return PLAIN.from_payload(read(payload), type_hint)


class PayloadConverter(CompositePayloadConverter):
    """Reads plain JSON too: other clients send that."""

    def __init__(self) -> None:
        """Take those that there are: the SDK makes a converter anew several times for each task of a workflow."""
        self.converters = _BY_ENCODING


PLAIN = PydanticJSONPlainPayloadConverter()
_CONVERTERS = (
    *(one for one in DefaultPayloadConverter().converters.values() if not isinstance(one, JSONPlainPayloadConverter)),
    CompressedJSON(),
    PLAIN,
)
"""The one that compresses stands in the place of plain JSON's, which stays behind it, for reading."""
_BY_ENCODING = {one.encoding.encode(): one for one in _CONVERTERS}
_BY_ENCODING |= dict.fromkeys(WORDS, _BY_ENCODING[ENCODING])


def compressed(payload: Payload) -> Payload:
    """Return a payload of plain JSON as it is carried."""
    if len(payload.data) < SHORTEST:
        return payload
    packing = _PACKING.copy()
    return Payload(metadata={"encoding": ENCODING}, data=packing.compress(payload.data) + packing.flush())


def read(payload: Payload) -> Payload:
    """Return a payload as it was before; one that was not compressed is returned as it is."""
    words = WORDS.get(payload.metadata.get("encoding", b""))
    if words is None:
        return payload
    data = zlib.decompressobj(zdict=words).decompress(payload.data)
    return Payload(metadata={"encoding": PLAIN.encoding.encode()}, data=data)
