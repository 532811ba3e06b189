"""What may be said in a case now, beside what lists show of it."""

from collections.abc import Mapping
from typing import Any

from domain.case.state import Escalation
from domain.views.sayable import sayable

from .errors import Trouble
from .on_record import case_on_record


def with_sayable(url: str, view: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what lists show of a case with all that may be said in it, as `Sayable` has it, in the register's JSON.

    Where the record does not give the case, what something waits for is in it as it was kept, and no more. Raises as
    `reading` does.
    """
    try:
        return with_sayable_of(case_on_record(url, view["case"]), view)
    except Trouble:
        return view


def with_sayable_of(case: Escalation, view: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the same for whoever has made the case from its record already: to make it costs more than the rest."""
    return {**view, **sayable(case).model_dump(mode="json")}
