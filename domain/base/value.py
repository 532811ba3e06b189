"""The frozen base of every noun, and the instants they carry."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


class Value(BaseModel):
    """A noun: never changed in place, unknown keys refused.

    Error texts never repeat what was put in: it may be something a person wrote about a child.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def but(self, **changes: Any) -> Self:
        """Return a copy that differs in *changes*, which are not validated again: give them right."""
        return self.model_copy(update=changes)


def _storable(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


Text = Annotated[str, AfterValidator(_storable)]
"""What somebody outside wrote. A null character, which not every register can hold, is shown as one left out."""


def _to_utc(instant: datetime) -> datetime:
    if not 1900 <= instant.year < 2200:
        raise ValueError("check the year: it is one between 1900 and 2199")
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A moment on the absolute timeline, held in UTC. Refused: a time without a zone, a year outside 1900 to 2199."""
