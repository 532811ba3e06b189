"""What the page of a notice says to a lead on call: the immediate risk first, and the numbers to ring."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from adapters.links import Linked
from console.notices.register import Opened
from console.notices.seats import Edition, recipient_of, title_of
from console.notices.shown import Shown, shown
from console.numbers import Numbers, ToRing, Wanted
from domain.case.effects import Recipient
from domain.engine.seats import ON_CALL, on_call, rung_of
from domain.policy.local_settings import Local

from .risks import Raised, open_risks

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class LeadShown(Shown):
    """The page of a notice, as a lead on call has it."""

    raised: tuple[Raised, ...]
    """Immediate risk that is open, that of this notice first."""
    is_of_first: bool
    """Is the notice about the first of `raised`?"""
    numbers: ToRing
    next_rung: str
    """The title of whoever is told next; empty for nobody."""
    zone: str
    awake: tuple[str, ...]
    """Who on call says that they are awake, and until when."""
    signs_in: bool = False
    """May whoever has the rung now sign in to the board?"""


def lead_page(linked: Linked, opened: Opened, numbers: Numbers, awake: Callable[[str], tuple[str, ...]]) -> LeadShown:
    """Say how things stand with what a notice was about, for a lead on call. *awake* says who says so, by policy."""
    row, entries, edition, seat, _, now = opened
    view, page = row["view"], shown(linked, *opened)
    known = open_risks(view, entries, edition, seat.names, now)
    own = _of_notice(view, linked.entry) if page.state == "risk" else None
    raised = tuple(sorted(known, key=lambda one: one.entry != own))
    following = next_rung(climb_of(entries), rung_of(recipient_of(edition, linked)))
    seats = tuple(dict.fromkeys((*_raisers(raised, edition), *_owing(view, now))))
    wanted = Wanted(row["policy"], linked.case, seats, following, now)
    return LeadShown(
        **{one.name: getattr(page, one.name) for one in fields(page)},
        raised=raised,
        is_of_first=own is not None,
        numbers=numbers(wanted),
        next_rung=on_call(following).title if following else "",
        zone=edition.get("zone", "Europe/London"),
        awake=awake(row["policy"]),
    )


def climb_of(entries: Sequence[Row]) -> tuple[str, ...]:
    """Return whom the alerts of a case wake, one after the other, as it was opened with."""
    said = (entries[0]["body"] or {}).get("said", {})
    return tuple(said.get("local", {}).get("climb", Local().climb))


def next_rung(climb: Sequence[str], rung: str) -> str:
    """Return the rung that is told after another; empty where there is none."""
    order = list(dict.fromkeys(climb))
    after = order[order.index(rung) + 1 :] if rung in order else [one for one in order if one != rung]
    return after[0] if after else ""


def _of_notice(view: Row, entry: int) -> int | None:
    """Return the number of the risk of which the notices of an entry told."""
    return next((one["entry"] for one in view.get("risks", ()) if entry in one["told"]), None)


def _raisers(raised: Sequence[Raised], edition: Edition) -> Iterator[Recipient]:
    for one in raised:
        for role, agency in one.seats:
            if title := title_of(edition, role):
                yield Recipient(role=role, title=title, agency=agency)


def _owing(view: Row, now: datetime) -> Iterator[Recipient]:
    """Yield the seats that owe something late, or have it for a time; those of everything where immediate risk is
    open.
    """
    of_risk = bool(view.get("risks"))
    for one in view["owed"]:
        if one["strength"] == "may" or not (one["overdue"] or of_risk):
            continue
        for handed in one.get("handed", ()):
            if now < datetime.fromisoformat(handed["until"]):
                role = handed["to"]["role"]
                yield Recipient(role=role, title=role.replace("-", " "), agency=handed["to"]["agency"])
        for to in one.get("owed_by", ()):
            if to["role"].partition(".")[0] != ON_CALL.role:
                yield Recipient(role=to["role"], title=to["title"], agency=to["agency"])
