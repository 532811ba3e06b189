"""What the page of a notice says to a lead on call: the immediate risk first, and the numbers to ring."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from adapters.links import Linked
from adapters.register.alerted import is_of_risk
from console.notices.pressed import ACKNOWLEDGE, RANG
from console.notices.register import Opened
from console.notices.rendered import PASSED_ON, RISK, TITLES
from console.notices.seats import Edition, recipient_of, title_of
from console.notices.shown import (
    Seen,
    Shown,
    Stand,
    acknowledgements,
    asked_of_anybody,
    is_at_risk,
    made,
    owed_in,
    risk_of,
    seen_by,
    told_by,
)
from console.numbers import Numbers, ToRing, Wanted
from domain.case.effects import Recipient
from domain.engine.seats import ON_CALL, on_call, rung_of
from domain.policy.local_settings import Local

from .board import rests
from .risks import Raised, open_risks

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class LeadShown(Shown):
    """The page of a notice, as a lead on call has it."""

    seen: Seen | None
    """The acknowledgement that holds, of what is late."""
    risk_over: bool
    """Was the notice about immediate risk that is dealt with?"""
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

    def offers(self, pressed: str) -> bool:
        """Is there such a button on the page now?"""
        if pressed == ACKNOWLEDGE:
            return self.state in {"risk", "alerting"}
        return self.risk if pressed == RANG else super().offers(pressed)

    @property
    def title(self) -> str:
        """What the window and the first heading say."""
        if self.passed_on:
            return PASSED_ON
        if self.risk and self.state != "alerting":
            return RISK
        return f"The {self.seen.by} has this alert" if self.seen else TITLES[self.state]


def lead_page(linked: Linked, opened: Opened, numbers: Numbers, awake: Callable[[str], tuple[str, ...]]) -> LeadShown:
    """Say how things stand with what a notice was about, for a lead on call. *awake* says who says so, by policy."""
    row, entries, edition, seat, _, now = opened
    view, about = row["view"], told_by(entries, linked)
    stand = _stand(view, about, edition, now)
    page = made(linked, *opened, stand)
    late = {one["id"] for one in owed_in(view) if one["overdue"]}
    answers = reversed(acknowledgements(entries)) if stand.state == "acknowledged" else ()
    seen = next((one for one in answers if late & set((one["body"] or {}).get("duties", ()))), None)
    zone = edition.get("zone", "Europe/London")
    known = open_risks(view, entries, edition, seat.names, now)
    own = stand.raised["entry"] if stand.raised else None
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
        seen=seen_by(seen, edition, seat, zone) if seen else None,
        risk_over=_is_risk_over(view, about, edition),
        zone=zone,
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


def _stand(view: Row, about: Row | None, edition: Edition, now: datetime) -> Stand:
    """Say how things stand for a lead: what is overdue is listed, and with immediate risk all that is owed.

    *about* is the entry that the notice told of.
    """
    owed, raised = owed_in(view), risk_of(view, about)
    mine = owed if is_at_risk(view) else [one for one in owed if one["overdue"]]
    if raised:
        return Stand("risk", [*mine, *asked_of_anybody(owed, mine)], raised)
    if not mine or _is_risk_over(view, about, edition):
        return Stand("over", [], None)
    if any(one["overdue"] and not rests(one, now) for one in mine):
        return Stand("alerting", mine, None)
    return Stand("acknowledged" if any(one["overdue"] for one in mine) else "owed", mine, None)


def _is_risk_over(view: Row, about: Row | None, edition: Edition) -> bool:
    """Was a notice about immediate risk that is dealt with?"""
    return about is not None and risk_of(view, about) is None and is_of_risk(about, edition)


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
