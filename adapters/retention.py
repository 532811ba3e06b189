"""How long cases are kept: a partnership's own numbers, each with its reason, in the file of local settings.

No policy gives such a number, and the program has none of its own: a case of a policy without one is kept for good.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, Field, ValidationError

from adapters.local import LocalFaulty, read_tables
from domain.base.value import Text, Value

RETENTION = "retention"
"""The table of the file."""
_PERIOD = re.compile(r"([1-9]\d{0,2}) (year|month)s?")
FORM = "write a number of years or months, such as `25 years`"


class Span(NamedTuple):
    """A length of time in whole months."""

    months: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `25 years` or `18 months`. Raises ValueError."""
        found = _PERIOD.fullmatch(text)
        if found is None:
            raise ValueError(FORM)
        return cls(int(found[1]) * (12 if found[2] == "year" else 1))

    def after(self, day: date) -> date:
        """Return the day so long after *day*; where that month has no such day, the first of the next month."""
        years, month = divmod(day.month - 1 + self.months, 12)
        first = date(day.year + years, month + 1, 1)
        return first + timedelta(days=min(day.day, monthrange(first.year, first.month)[1] + 1) - 1)


def _span(text: str) -> str:
    Span.read(text)
    return text


class Kept(Value):
    """One number, and why it is that."""

    keep: Annotated[str, AfterValidator(_span)]
    """`25 years`, `18 months`; counted from the day on which the case was closed."""
    reason: Annotated[Text, Field(min_length=1, max_length=300)]
    """Where the number stands, and who has set it."""

    def until(self, closed: date) -> date:
        """Return the last day on which a case is kept that was closed on that day."""
        return Span.read(self.keep).after(closed)


class Retention(Kept):
    """How long the cases of one policy are kept."""

    void: Kept | None = None
    """For cases that were opened in error; None means as long as any other."""

    def of(self, *, is_void: bool) -> Kept:
        """Return the number that holds for a case."""
        return self.void if is_void and self.void is not None else self


def load_retention(path: Path) -> Retention | None:
    """Read the table `[retention]` of a file of local settings; None where the file, or the table, is not there.

    Raises:
        LocalFaulty: the file cannot be read, or the table holds mistakes.
    """
    if not path.exists():
        return None
    table = read_tables(path).get(RETENTION)
    if table is None:
        return None
    try:
        return Retention.model_validate(table)
    except ValidationError as error:
        raise LocalFaulty(path, tuple(_told(error))) from None


def _told(error: ValidationError) -> list[str]:
    return [_said(".".join((RETENTION, *(str(part)[:40] for part in one["loc"]))), one) for one in error.errors()]


def _said(place: str, one: Any) -> str:
    match one["type"]:
        case "missing":
            return f"{place}: it is needed: each number has its `keep` and its `reason`."
        case "extra_forbidden":
            return f"{place}: there is no such key: write `keep`, `reason`, and a table `void` with the same two."
        case "value_error":
            return f"{place}: {FORM}."
        case _:
            return f"{place}: {one['msg'][:1].lower()}{one['msg'][1:]}."
