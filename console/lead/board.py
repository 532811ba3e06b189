"""What the board says of each open case: what is late, who is told of it and who next, and who has it until when."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.register.board import Standing
from domain.base.words import say_due, say_instant
from domain.engine.seats import on_call
from domain.policy.local_settings import Local
from services.cases import age, late_since
from services.times import LONDON

from .risks import Has, open_risks, seat_of, titled

Row = Mapping[str, Any]
FIRST = "first"
"""The rung that is told first."""
Holder = Callable[[str, str], str]
"""Says who holds a rung of a policy's rota now, as a role title, and until when they say they are awake; or nothing."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of the people, for the titles of seats."""

    edition: Callable[[str], Row]
    """A case's policy as the register keeps it, by its digest."""
    names: Callable[[str], Mapping[str, str]]
    """Titles of agencies by their ids, by the id of the policy."""
    title: Callable[[str], str]
    """What the area of a policy is called, by its id."""
    holder: Holder


@dataclass(frozen=True, kw_only=True)
class Line:
    """One case of the board. Nothing in it was written by people in the case."""

    case: str
    policy: str
    """Its id."""
    area: str
    step: str
    agencies: str
    is_risk: bool
    overdue: int
    """How many things are late."""
    late: str
    """For how long the oldest of them is: `6 days`; empty where nothing is."""
    due: str
    """When the next thing is due; empty where nothing has a time."""
    told: str
    """Whom the alert has reached so far, the last one last; empty where none waits."""
    following: str
    """Who is told next, unless somebody answers."""
    has: tuple[Has, ...]
    """Who has the alert, or the immediate risk, now."""
    rungs: tuple[str, ...] = ()
    """Rungs of the rota that were told of the alert that waits."""
    alert: int = 0
    """Number of the entry of the alert that waits for an answer; 0 where none does."""
    risk: int = 0
    """Number of the entry of the newest immediate risk that nobody on call has; 0 where there is none."""
    answered: int = 0
    """Number of the last acknowledgement's entry; 0 while there is none."""
    as_of: int = 0
    is_unreadable: bool = False
    last_rungs: tuple[str, ...] = ()
    """Rungs that were told by the last alert, as its notices are numbered."""

    def told_at(self, rungs: Container[str]) -> tuple[int, int, str]:
        """Return the entry and place of the notice that went to one of these rungs last, and the rung.

        Immediate risk comes first, of which the first rung is told before anybody. The entry is 0 where none went.
        """
        if self.risk and FIRST in rungs:
            return self.risk, 1, FIRST
        found = ((place, rung) for place, rung in enumerate(self.last_rungs, 1) if rung in rungs)
        place, rung = next(found, (0, FIRST))
        return (self.alert if place else 0), place, rung


def line_of(standing: Standing, known: Known, now: datetime) -> Line:
    """Say how one case stands, at an aware instant. One of which nothing can be read says so."""
    row, view, entries = standing
    if not view or not entries or "unreadable" in row:
        return _unreadable(row, known)
    edition = known.edition(((entries[0]["body"] or {}).get("editions") or {}).get("policy", ""))
    names, policy = known.names(row["policy"]), row["policy"]
    zone = edition.get("zone", LONDON)
    owed = [one for one in view["owed"] if one["strength"] != "may"]
    late = [one for one in owed if one["overdue"]]
    waits = [one for one in late if not rests(one, now)]
    risks = open_risks(view, entries, edition, names, now)
    answers = [one for one in entries if one["kind"] == "acknowledged"]
    alerts = _since(entries, answers) if waits else []
    rungs = tuple(dict.fromkeys(rung for one in alerts for rung in (one["body"] or {}).get("rungs", ("first",))))
    of_risk = (has for one in risks for has in one.has if has.until)
    untaken = [one for one in risks if not one.is_a_leads]
    return Line(
        case=row["case_ref"],
        policy=policy,
        area=known.title(policy),
        step=", ".join(one["title"] for one in view["stages"]),
        agencies=", ".join(names.get(one, one) for one in row["agencies"]),
        is_risk=row["urgency"] == "immediate risk",
        overdue=len(late),
        late=max((age(late_since(one), now) for one in late), key=_longest, default=""),
        due=_due(view, zone),
        told=", then ".join(_held(policy, rung, known) for rung in rungs),
        following=_held(policy, _next(_climb(entries), alerts), known) if alerts else "",
        has=tuple(dict.fromkeys((*of_risk, *_having(late, answers, edition, names, zone, now)))),
        rungs=rungs,
        last_rungs=tuple((alerts[-1]["body"] or {}).get("rungs", (FIRST,))) if alerts else (),
        alert=alerts[-1]["number"] if alerts else 0,
        risk=max((one.entry for one in untaken), default=0),
        answered=answers[-1]["number"] if answers else 0,
        as_of=row["as_of_number"],
    )


def _unreadable(row: Row, known: Known) -> Line:
    return Line(
        case=row["case_ref"],
        policy=row["policy"],
        area=known.title(row["policy"]),
        step="",
        agencies="",
        is_risk=row["urgency"] == "immediate risk",
        overdue=row["overdue"],
        late="",
        due="",
        told="",
        following="",
        has=(),
        is_unreadable=True,
    )


def rests(one: Row, now: datetime) -> bool:
    """Does an acknowledgement hold of something late?"""
    until = one["acknowledged_until"]
    return until is not None and datetime.fromisoformat(until) > now


def _longest(said: str) -> tuple[int, int]:
    number, _, unit = said.partition(" ")
    order = ("minute", "hour", "day")
    return (order.index(unit.rstrip("s")), int(number)) if number.isdecimal() else (-1, 0)


def _due(view: Row, zone: str) -> str:
    return say_due(datetime.fromisoformat(view["next_due"]), zone) if view["next_due"] else ""


def _since(entries: Sequence[Row], answers: Sequence[Row]) -> list[Row]:
    """Return the alerts of the alarm that goes on now: those since the last answer."""
    last = answers[-1]["number"] if answers else 0
    return [one for one in entries if one["kind"] == "alert" and one["number"] > last]


def _climb(entries: Sequence[Row]) -> tuple[str, ...]:
    said = (entries[0]["body"] or {}).get("said", {})
    return tuple(said.get("local", {}).get("climb", Local().climb))


def _next(climb: Sequence[str], alerts: Sequence[Row]) -> str:
    """Return the rung that the next alert wakes: the one after the last that was woken, at its place in the climb."""
    last = ((alerts[-1]["body"] or {}).get("rungs") or ["first"])[-1]
    begins = min(len(alerts), len(climb)) - 1
    place = next((n for n in range(begins, len(climb)) if climb[n] == last), begins)
    return climb[min(place + 1, len(climb) - 1)]


def _held(policy: str, rung: str, known: Known) -> str:
    holder = known.holder(policy, rung)
    return f"{on_call(rung).title} ({holder})" if holder else on_call(rung).title


def _having(
    late: Sequence[Row], answers: Sequence[Row], edition: Row, names: Mapping[str, str], zone: str, now: datetime
) -> Iterator[Has]:
    """Yield who has what is late, as long as it rests."""
    resting = {one["id"]: one["acknowledged_until"] for one in late if rests(one, now)}
    while resting:
        answer = next(
            (one for one in reversed(answers) if set((one["body"] or {}).get("duties", ())) & set(resting)), None
        )
        until = datetime.fromisoformat(max(resting.values()))
        if answer is None:
            yield Has("somebody", "", say_instant(until, zone))
            return
        covered = {one for one in _duties(answer) if one in resting}
        until = datetime.fromisoformat(max(resting.pop(one) for one in covered))
        by = titled(*(seat_of(answer) or ("", "")), edition, names) or "somebody"
        yield Has(by, say_instant(datetime.fromisoformat(answer["event_time"]), zone), say_instant(until, zone))


def _duties(answer: Row) -> Sequence[int]:
    return tuple((answer["body"] or {}).get("duties", ()))


def is_mine(line: Line, rungs: frozenset[str]) -> bool:
    """Was its alert, which waits, sent to one of the rungs that somebody holds now?

    A case of immediate risk is nobody's here: what it asks would rest with the alert, and is answered by itself.
    """
    return bool(line.alert) and not line.is_risk and not rungs.isdisjoint(line.rungs)
