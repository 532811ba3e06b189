"""What every message of a person carries."""

import json
from hashlib import sha256
from typing import Annotated

from pydantic import BeforeValidator, Field

from ..base.known import Attested, read_attested
from ..base.people import Actor
from ..base.value import Instant, Text, Value

Words = Annotated[Text, Field(max_length=20_000)]
"""What a person wrote. 20,000 characters at most."""
Name = Annotated[Text, Field(max_length=80)]
Attestation = Annotated[Attested | None, BeforeValidator(read_attested)]
"""How a sender is said to be known. What is none is left out: it holds up no message."""


class Command(Value):
    """Who says it, when it happened, and who enters it."""

    by: Actor
    at: Instant | None = None
    """Event time; None means now."""
    seen: int | None = None
    """Number of the last entry the sender had seen."""
    id: Name = ""
    """The same for every try; a repeated id gets the first answer."""
    recorded_by: Name = ""
    """Who enters it on the actor's behalf, with what proof."""
    evidence: Words = ""
    attested: Attestation = None
    """Who sends it, as far as that can be shown. Whoever decides looks whether it is true; no rule goes by it."""

    @property
    def content(self) -> str:
        """A digest of what it says, the same for every try: without its id, and without what its sender had seen or
        shows of itself.
        """
        said = self.model_dump(mode="json", exclude={"id", "seen", "attested"}, exclude_defaults=True)
        kind = type(self).model_fields["kind"].default
        return sha256(json.dumps({**said, "kind": kind}, sort_keys=True).encode()).hexdigest()[:32]
