"""Search attributes: what an operator may look for in Temporal. Nothing about a person, and each value short."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from domain.views.shown import Shown

POLICY = SearchAttributeKey.for_keyword("EscPolicy")
STAGE = SearchAttributeKey.for_keyword("EscStage")
URGENCY = SearchAttributeKey.for_keyword("EscUrgency")
DUE = SearchAttributeKey.for_datetime("EscDue")
OVERDUE = SearchAttributeKey.for_bool("EscOverdue")
AGENCIES = SearchAttributeKey.for_keyword_list("EscAgencies")

ALL = (POLICY, STAGE, URGENCY, DUE, OVERDUE, AGENCIES)
NEAR = timedelta(minutes=1)
"""By how much the due moment shown to operators may be off."""
_LONGEST = 2000
"""Bytes; the server takes 2,048 for one attribute."""


def attributes_of(shown: Shown) -> TypedSearchAttributes:
    """Return the search attributes of a case, all of them; a due moment only where there is one."""
    pairs: list[SearchAttributePair] = [  # type: ignore[type-arg]
        SearchAttributePair(POLICY, shown.policy),
        SearchAttributePair(STAGE, shown.stage),
        SearchAttributePair(URGENCY, shown.urgency),
        SearchAttributePair(OVERDUE, shown.overdue > 0),
        SearchAttributePair(AGENCIES, _fitting(shown.agencies)),
    ]
    if shown.due is not None:
        pairs.append(SearchAttributePair(DUE, shown.due))
    return TypedSearchAttributes(pairs)


def changes(old: TypedSearchAttributes, new: TypedSearchAttributes) -> list[SearchAttributeUpdate]:  # type: ignore[type-arg]
    """Return what to upsert so that *old* becomes *new*; an empty list where nothing changed."""
    updates: list[SearchAttributeUpdate] = []  # type: ignore[type-arg]
    for key in ALL:
        after: Any = new.get(key)
        if old.get(key) != after and not _is_near(old.get(key), after):
            updates.append(key.value_unset() if after is None else key.value_set(after))
    return updates


def _is_near(old: Any, new: Any) -> bool:
    """Is it one moment by two clocks? Whoever opened the case reckoned it by their own; to mend it costs an event."""
    return isinstance(old, datetime) and isinstance(new, datetime) and abs(new - old) < NEAR


def _fitting(agencies: Sequence[str]) -> list[str]:
    fitting = list(agencies)
    while sum(len(agency) + 3 for agency in fitting) > _LONGEST:
        fitting.pop()
    return fitting
