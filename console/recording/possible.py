"""What may be recorded in a case now: by one seat, or by any whom somebody records for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.base.people import Actor
from domain.base.refusals import began, listed
from domain.command_table import COMMANDS, WORDS, CommandKind
from domain.command_table.built_in import RISK_ACT
from services.entries import said_seat
from services.times import LONDON

from .standing import Row, Standing
from .typed import Typed

ANSWER = "Answer this letter"
AGREEING = "Agree, or say that you do not agree"
DOING = "Record what was done"
MENDING = "Put something right"
CLOCKS = "Its clocks"
PEOPLE = "Who does it, and who is in the case"
ENDED = "Now that it has ended"
ELSE = "Something else that happened"
"""What nothing asks for and nothing waits for."""
FACT = "fact"
ACKNOWLEDGE = "acknowledge"
GROUPS = (ANSWER, AGREEING, DOING, ELSE, ENDED, CLOCKS, MENDING, PEOPLE)
"""In the order in which they are offered."""
OFFICE = frozenset({"void", "mended", "correct-party"})
"""Commands of the partnership's office."""
_PLACES = {
    **dict.fromkeys(("propose", "confirm", "unconfirm", "withdraw"), AGREEING),
    **dict.fromkeys(("contest", "correct", "own-record", *OFFICE), MENDING),
    **dict.fromkeys(("agree-date", "fill", "meetings", "extend", "pause", "unpause"), CLOCKS),
    **dict.fromkeys(("waive", "reopen"), ENDED),
    **dict.fromkeys((FACT, ACKNOWLEDGE), DOING),
}
_NOT_HERE = frozenset({"risk", "not-mine", "left", "link", "adopt", "adopt-calendar", "guest"})
"""What has a page, a button or a command of its own."""
_SAME = {"plan-proposed": "confirm", "leave-proposed": "leave", "date-proposed": "agree-date", "void-proposed": "void"}
_SAME |= {"extension-proposed": "extend", "pause-proposed": "pause"}
"""Kinds of entry that ask for an answer, and what answers them in the same words."""


@dataclass(frozen=True)
class Possible:
    """One thing that may be recorded now, or once what it waits for is there."""

    name: str
    """As `escalate record` takes it: an act or outcome of the policy, or a word of the table of commands."""
    kind: str
    title: str
    group: str
    which: str = ""
    """Tells those of one name apart: a step, or the number of an action."""
    offer: Row | None = None
    """What the case offers, for an act, an outcome or a plan."""
    rows: Sequence[Row] = ()
    """What the case says of a command: of what it may speak, and who may say it."""
    starts: Typed = field(default_factory=dict)
    """What stands in the form when it is opened."""
    first: str = ""
    """What has to be recorded before it; it has no form until then."""
    is_asked: bool = False
    """Does it answer what a seat was asked?"""

    @property
    def row(self) -> CommandKind:
        """Its row in the table of commands."""
        return COMMANDS[self.kind]

    @property
    def is_optional(self) -> bool:
        """Does nothing ask for it, so that it may be said again and again?"""
        return self.offer is not None and bool(self.offer.get("is_optional"))

    @property
    def sayers(self) -> Sequence[Row]:
        """Seats that may record it, as far as the case names them."""
        return self.offer["sayers"] if self.offer else ()

    def of(self, what: str) -> list[str]:
        """Return what a command may speak of, of one kind: numbers of duties or entries, ids of parties, names."""
        return list(dict.fromkeys(value for one in self.rows for value in one["values"].get(what, ())))


def possible(standing: Standing, seat: Actor | None) -> list[Possible]:
    """Return what a *seat* may record now, what answers its letter first; for None all, whoever may record it."""
    seat = standing.seat_known(seat) if seat else None
    offered, said = list(_offers(standing, seat)), list(_commands(standing, seat))
    if seat and _is_over(standing, seat, offered):
        said = [one for one in said if one.group == MENDING]  # what it said can still be wrong
        offered = [one for one in offered if one.group != ELSE]
    found = [*offered, *said]
    asked = _asked(standing, seat) if seat else {}
    marked = [_marked(standing, one, seat, asked) for one in found] if seat else found
    return sorted(marked, key=lambda one: (GROUPS.index(one.group), bool(one.first), _rank(one, asked)))


def _is_over(standing: Standing, seat: Actor, offered: Sequence[Possible]) -> bool:
    """Are a seat's letters over: owes it nothing, waits nothing for it, and was it not named to the case itself?"""
    waits = any(not one.first and one.group != ELSE for one in offered)
    return not (waits or duties(standing, seat) or seat.role in standing.view["seats"])


def _rank(one: Possible, asked: Mapping[str, Row]) -> int:
    """Return how soon among its like it stands: first what says the same as another side, then what changes it."""
    if one.name not in asked:
        return len(_SAME) + 1
    return 0 if one.name in _SAME.values() else 1 if one.name == "propose" else 2


def find(every: Iterable[Possible], name: str, which: str) -> Possible | None:
    """Return the one of a name that has a form; None where it is not offered now."""
    return next((one for one in every if (one.name, one.which) == (name, which) and not one.first), None)


def is_of(standing: Standing, sayer: Mapping[str, Any], seat: Actor) -> bool:
    """Is a seat that the case names this one? One whose agency is on both sides speaks for either."""
    if standing.seat_known(Actor(role=sayer["role"])).role != standing.seat_known(seat).role:
        return False
    if sayer["agency"] == seat.agency:
        return True
    return any(one["id"] == sayer["agency"] and one["agency"] == seat.agency for one in standing.parties)


def is_for(standing: Standing, offer: Row, seat: Actor) -> bool:
    """May a seat record what the case offers: as one that is named for it, or as one to whom it is open?"""
    if any(is_of(standing, one, seat) for one in offer["sayers"]):
        return True
    if not offer.get("open_to") or not standing.is_role(seat.role):
        return False
    theirs = {party["id"] for party in standing.parties_of(seat.agency)} if seat.agency else set()
    if offer["open_to"] == "agencies":
        return any(one["agency"] in theirs for one in offer["sayers"])
    return bool(theirs) or not seat.agency or seat.role in standing.view["seats"]


def of_agency(standing: Standing, one: Possible, agency: str) -> Possible:
    """Return what may be recorded as somebody of an agency may record it: of its own duties and entries."""
    theirs = {party["id"] for party in standing.parties_of(agency)}
    rows = [
        row
        for row in one.rows
        if theirs and (row["open_to"] == "anybody" or any(sayer["agency"] in theirs for sayer in row["sayers"]))
    ]
    return replace(one, rows=tuple(rows))


# --- what the case offers


def _offers(standing: Standing, seat: Actor | None) -> Iterator[Possible]:
    if standing.view["closed_at"]:
        return
    shown: set[tuple[str, str]] = set()
    for offer in standing.view["offers"]:
        if "sayers" not in offer or offer["name"] == RISK_ACT:
            continue
        is_named = seat is None or any(is_of(standing, one, seat) for one in offer["sayers"]) or bool(offer["first"])
        if seat and not is_named and not is_for(standing, offer, seat):
            continue
        is_way_on = offer["kind"] == "outcome"
        if seat and offer["first"] and not (is_way_on and standing.party(seat.agency)):
            continue
        named = offer["kind"] in {"act", "outcome"}
        which = _which(offer) if named else ""
        is_optional = bool(offer.get("is_optional"))
        if is_optional and (offer["name"], which) in shown:  # what is asked of some is taken from others too
            continue
        if not offer["first"]:
            shown.add((offer["name"], which))
        yield Possible(
            name=offer["name"],
            kind=offer["kind"] if named else offer["name"],
            title=began(offer["title"]),
            group=ELSE if is_optional or not is_named else DOING if offer["kind"] == "act" else AGREEING,
            which=which,
            offer=offer,
            starts=_of_plan(standing, offer),
            first=listed(offer["first"]),
        )


def _which(offer: Row) -> str:
    numbers = [value for key in ("action", "issue") for value in offer["values"].get(key, ())]
    at = offer["stage"] if offer["says_stage"] else ""
    return "-".join((*([at] if at else []), *(numbers if len(numbers) == 1 else [])))


def _of_plan(standing: Standing, offer: Row) -> Typed:
    """Return what a form about the plan begins with: a change to it begins with its own words."""
    plan = standing.view["plan"]
    if plan is None:
        return {}
    if offer["name"] == "confirm":
        return {"version": (str(plan["version"]),)}
    if offer["name"] != "propose" or plan["agreed_at"]:
        return {}
    return {**_rows("action", plan["actions"]), **_rows("residual", plan["residual"] or ())}


def _rows(name: str, rows: Sequence[Row]) -> Typed:
    days = [one["by"].split("-") for one in rows]
    return {
        f"{name}-what": tuple(one["what"] for one in rows),
        f"{name}-owner": tuple(one["owner"] for one in rows),
        **{f"{name}-{part}": tuple(str(int(day[at])) for day in days) for part, at in _PARTS.items()},
    }


_PARTS = {"day": 2, "month": 1, "year": 0}


# --- what may be said in every case


def _commands(standing: Standing, seat: Actor | None) -> Iterator[Possible]:
    offered = {one["name"] for one in standing.view["offers"]}
    for name, (row, way) in WORDS.items():
        if name in offered or name in _NOT_HERE:
            continue
        rows = tuple(one for one in standing.view.get("commands", ()) if one["kind"] == row.kind)
        theirs = tuple(one for one in rows if seat is None or is_for(standing, one, seat))
        if name == FACT:
            yield from _facts(standing, row, theirs)
        elif theirs or (name == ACKNOWLEDGE and seat is None and _alerts(standing)):
            yield Possible(
                name=name,
                kind=row.kind,
                title=began(way.does),
                group=_PLACES.get(name, PEOPLE),
                rows=theirs,
                starts={"version": (str(standing.view["plan"]["version"]),)} if name == "unconfirm" else {},
            )


def _facts(standing: Standing, row: CommandKind, theirs: Sequence[Row]) -> Iterator[Possible]:
    """Yield one for each thing that the policy asks, as far as it may be answered now, and by whom."""
    facts: Row = standing.edition.get("facts", {})
    found: dict[str, list[Row]] = {}
    for one in theirs:
        for name in one["values"].get(FACT, ()):
            found.setdefault(name, []).append(one)
    for name in (name for name in facts if name in found):
        title = f"Answer “{asked_of(name, facts[name])}”"
        yield Possible(name=FACT, kind=row.kind, title=title, group=_PLACES[FACT], which=name, rows=tuple(found[name]))


def asked_of(name: str, fact: Row) -> str:
    """Return the question by which a policy asks for something."""
    return str(fact.get("asks") or asked_plainly(name))


def asked_plainly(name: str) -> str:
    """Return the question for a text that has no other than its name."""
    return f"{began(name.replace('-', ' ').replace('_', ' '))}?"


def _alerts(standing: Standing) -> bool:
    late = any(one["overdue"] and not one["acknowledged_until"] for one in standing.view["owed"])
    return bool(standing.view.get("risks") or late)


def duties(standing: Standing, seat: Actor) -> list[Row]:
    """Return what a seat owes.

    What immediate risk asks is not among it: anybody may do that, and nobody puts it off.
    """
    owed = [one for one in standing.view["owed"] if one["strength"] != "may" and not one.get("of_risk")]
    return [one for one in owed if any(is_of(standing, to, seat) for to in one.get("owed_by", ()))]


# --- what answers a seat's letter


def _asked(standing: Standing, seat: Actor) -> dict[str, Row]:
    """Return the names that answer what waits for a seat, each with what waits."""
    found: dict[str, Row] = {}
    for one in standing.view.get("waiting", ()):
        if not any(is_of(standing, to, seat) for to in one["seats"]):
            continue
        if one["kind"] in _SAME:
            found[_SAME[one["kind"]]] = one
        if one["kind"] == "plan-proposed":
            found["propose"] = one
        if one["kind"] in {"plan-proposed", "claim"}:
            found |= {of["name"]: one for of in standing.view["offers"] if of["kind"] == "outcome" and not of["first"]}
    return found


def _marked(standing: Standing, one: Possible, seat: Actor, asked: Mapping[str, Row]) -> Possible:
    """Return it among the answers to the letter, where it is one, with what was asked standing in its form."""
    if one.first:
        return one
    is_owed = one.offer is not None and any(_does(standing, one, duty) for duty in duties(standing, seat))
    if one.name not in asked and not is_owed:
        return one
    starts = {**one.starts, **_same(standing, seat, asked[one.name])} if one.name in asked else one.starts
    return replace(one, group=ANSWER, starts=starts, is_asked=True)


def _does(standing: Standing, one: Possible, duty: Row) -> bool:
    """Does it do what is owed? A duty is called by the titles of the acts that do it."""
    acts = standing.edition.get("acts", {})
    plans = {act.get("title") or name.replace("-", " ") for name, act in acts.items() if act.get("kind") == "plan"}
    titles = plans if one.name == "propose" else {one.offer["title"]} if one.kind == "act" and one.offer else set()
    numbered = {f"action {number} of the plan" for number in (one.offer or {}).get("values", {}).get("action", ())}
    return bool((titles | numbered) & {duty["what"], *duty["what"].split(" or ")})


def _same(standing: Standing, seat: Actor, waiting: Row) -> Typed:
    """Return what a form begins with that says the same as another side."""
    bodies = [one["body"] for one in standing.entries if one["kind"] == waiting["kind"] and one["body"]]
    said = bodies[-1].get("said", {}) if bodies else {}
    theirs = standing.parties_of(seat.agency)
    found: dict[str, tuple[str, ...]] = {}
    if waiting["kind"] == "leave-proposed" and theirs:
        found["agency"] = (next((one["id"] for one in theirs if one["id"] == said.get("party")), theirs[0]["id"]),)
    for name in ("duty", "timescale"):
        if said.get(name):
            found[name] = (str(said[name]),)
    if said.get("until"):
        found |= moment("until", datetime.fromisoformat(said["until"]))
    return found


def moment(name: str, at: datetime, zone: str = LONDON) -> dict[str, tuple[str, ...]]:
    """Return an instant as it stands in the fields of a form; a midnight is the end of the day before."""
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M}"
    if clock == "00:00":
        local, clock = local - timedelta(days=1), ""
    typed = {"day": local.day, "month": local.month, "year": local.year, "time": clock}
    return {f"{name}-{part}": (str(value),) for part, value in typed.items()}


def seat_said(seat: Mapping[str, Any]) -> str:
    """Return a seat as a form sends it: `role@agency`."""
    return said_seat({"role": seat["role"], "agency": seat["agency"]})
