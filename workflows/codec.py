"""What becomes of a payload before Temporal gets it: what is long is compressed. Encrypting goes here too, after it."""

import zlib
from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

ENCODING = b"binary/zlib"
PLAIN = b"json/plain"
SHORTEST = 600
"""Bytes: what is shorter stays as it is, so that references and titles can be read in Temporal's own page. So does what
that page asks for itself, which comes in another encoding."""
LEVEL = 6


class Compressing(PayloadCodec):
    """Compresses JSON. What comes uncompressed, as from other clients, is taken as it is."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Compress what is long."""
        return [compressed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Read what was compressed."""
        return [read(payload) for payload in payloads]


def compressed(payload: Payload) -> Payload:
    """Return a payload as it is carried."""
    if len(payload.data) < SHORTEST or payload.metadata.get("encoding") != PLAIN:
        return payload
    return Payload(metadata={"encoding": ENCODING}, data=zlib.compress(payload.SerializeToString(), LEVEL))


def read(payload: Payload) -> Payload:
    """Return a payload as it was before."""
    if payload.metadata.get("encoding") != ENCODING:
        return payload
    return Payload.FromString(zlib.decompress(payload.data))
