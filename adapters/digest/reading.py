"""What the register holds that belongs into a digest."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from adapters.register.reading import read_views
from domain.digest import Item, answers_of, items_of
from domain.effects import Recipient
from domain.standing import OwedNow
from domain.waiting import Waiting

from .places import Ground


class Found(NamedTuple):
    """What the open cases of a policy owe soon."""

    cases: tuple[str, ...]
    """Every open case."""
    late: frozenset[str]
    """Those with something overdue."""
    items: list[tuple[Item, tuple[Recipient, ...]]]
    """What belongs into a digest, with the seats that owe it; without any where they are not known."""
    unreadable: tuple[str, ...]
    """Cases whose standing no digest can read."""


def on_hand(register: str, policy: str, ground: Ground, now: datetime) -> Found:
    """Read every open case of a policy; one that cannot be read holds up none.

    Raises:
        NothingThere: there is no register yet.
        RegisterUnreachable: it cannot be read now.
    """
    found = Found((), frozenset(), [], ())
    cases, unreadable = [], []
    for case, view in read_views(register, policy):
        cases.append(case)
        try:
            found.items.extend(list(_items(case, view, ground, now)))
        except (KeyError, TypeError, ValidationError):
            unreadable.append(case)
    late = frozenset(item.case for item, _ in found.items if item.band == "late")
    return found._replace(cases=tuple(cases), late=late, unreadable=tuple(unreadable))


def _items(
    case: str, view: dict[str, Any], ground: Ground, now: datetime
) -> Iterator[tuple[Item, tuple[Recipient, ...]]]:
    owed = [OwedNow.model_validate(one) for one in view["owed"]]
    steps = {stage["id"]: stage["title"] for stage in view["stages"]}
    for item, one in items_of(case, owed, steps, ground.calendar, now):
        yield item, tuple(dict.fromkeys((*one.owed_by, *_in_hand(one, view["seats"], ground, now))))
    waits = [Waiting.model_validate(one) for one in view.get("waiting", ())]
    for item, seat in answers_of(case, waits, steps):
        yield item, (seat,)


def _in_hand(owed: OwedNow, seats: dict[str, str], ground: Ground, now: datetime) -> Iterator[Recipient]:
    """Yield the seats of those who have it for a time; it stays on its owners too."""
    for one in owed.handed:
        if now < one.until:
            role = one.to.role
            title = ground.seats.get(role, role.replace("-", " "))
            yield Recipient(role=role, title=title, agency=one.to.agency or seats.get(role, ""))
