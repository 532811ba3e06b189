"""What may be recorded in a case now: by one seat, or by any whom somebody records for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.base.people import Actor
from domain.base.refusals import began, listed
from domain.command_table import COMMANDS, WORDS, CommandKind
from domain.command_table.built_in import RISK_ACT
from domain.engine.senders import OPERATIONS
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
FACT = "fact"
GROUPS = (ANSWER, AGREEING, DOING, ENDED, CLOCKS, MENDING, PEOPLE)
"""In the order in which they are offered."""
OFFICE = frozenset({"void", "mended", "correct-party"})
"""Commands of the partnership's office."""
_PLACES = {
    **dict.fromkeys(("propose", "confirm", "unconfirm", "withdraw"), AGREEING),
    **dict.fromkeys(("contest", "correct", "own-record", *OFFICE), MENDING),
    **dict.fromkeys(("agree-date", "fill", "meetings", "extend", "pause", "unpause"), CLOCKS),
    **dict.fromkeys(("waive", "reopen"), ENDED),
    **dict.fromkeys((FACT, "acknowledge"), DOING),
}
_NOT_HERE = frozenset({"risk", "not-mine", "left", "link", "adopt", "adopt-calendar", "guest"})
"""What has a page, a button or a command of its own."""
_SAME = {"plan-proposed": "confirm", "leave-proposed": "leave", "date-proposed": "agree-date", "void-proposed": "void"}
_SAME |= {"extension-proposed": "extend", "pause-proposed": "pause"}
"""Kinds of entry that ask for an answer, and what answers them in the same words."""
_NO_WAY_BACK = frozenset({"void", "decided"})
"""Ends that no reopening undoes."""


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
    def sayers(self) -> Sequence[Row]:
        """Seats that may record it, as far as the case names them."""
        return self.offer["sayers"] if self.offer else ()


def possible(standing: Standing, seat: Actor | None) -> list[Possible]:
    """Return what a *seat* may record now, what answers its letter first; for None everything, whoever may record it.

    What stands at nobody's seat here can be refused by the rules all the same: they have the last word.
    """
    seat = standing.seat_known(seat) if seat else None
    offered, said = list(_offers(standing, seat)), list(_commands(standing, seat))
    if seat and not duties(standing, seat) and all(one.first for one in offered):
        said = [one for one in said if one.group == MENDING]  # its letters are over; what it said can still be wrong
    found = [*offered, *said]
    asked = _asked(standing, seat) if seat else {}
    marked = [_marked(standing, one, seat, asked) for one in found] if seat else found
    return sorted(marked, key=lambda one: (GROUPS.index(one.group), bool(one.first), _rank(one, asked)))


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


# --- what the case offers


def _offers(standing: Standing, seat: Actor | None) -> Iterator[Possible]:
    if standing.view["closed_at"]:
        return
    for offer in standing.view["offers"]:
        if "sayers" not in offer or offer["name"] == RISK_ACT:
            continue
        if seat and not offer["first"] and not any(is_of(standing, one, seat) for one in offer["sayers"]):
            continue
        is_way_on = offer["kind"] == "outcome"
        if seat and offer["first"] and not (is_way_on and standing.party(seat.agency)):
            continue
        named = offer["kind"] in {"act", "outcome"}
        yield Possible(
            name=offer["name"],
            kind=offer["kind"] if named else offer["name"],
            title=began(offer["title"]),
            group=DOING if offer["kind"] == "act" else AGREEING,
            which=_which(offer) if named else "",
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
        if name in offered or name in _NOT_HERE or not _fits(standing, name, row, seat):
            continue
        if name == FACT:
            yield from _facts(standing, row, seat)
            continue
        yield Possible(
            name=name,
            kind=row.kind,
            title=began(way.does),
            group=_PLACES.get(name, PEOPLE),
            starts={"version": (str(standing.view["plan"]["version"]),)} if name == "unconfirm" else {},
        )


def _facts(standing: Standing, row: CommandKind, seat: Actor | None) -> Iterator[Possible]:
    """Yield one for each thing that the policy asks, as far as it may be answered now, and by whom."""
    approved = {act.get("sets") for act in standing.edition.get("acts", {}).values() if act.get("approved_by")}
    for name, fact in standing.edition.get("facts", {}).items():
        is_settled = name in standing.facts and not fact.get("may_change")
        is_anothers = seat is not None and fact.get("set_by", seat.role) not in {"", seat.role}
        if not (is_settled or is_anothers or name in approved):
            yield Possible(
                name=FACT, kind=row.kind, title=f"Answer “{asked_of(name, fact)}”", group=_PLACES[FACT], which=name
            )


def asked_of(name: str, fact: Row) -> str:
    """Return the question by which a policy asks for something."""
    return str(fact.get("asks") or asked_plainly(name))


def asked_plainly(name: str) -> str:
    """Return the question for a text that has no other than its name."""
    return f"{began(name.replace('-', ' ').replace('_', ' '))}?"


def _fits(standing: Standing, name: str, row: CommandKind, seat: Actor | None) -> bool:
    """Is there something here for a command to speak of, and may this seat?"""
    if standing.view["closed_at"] and not (row.taken_when_void or name in {"correct", "contest", "reopen"}):
        return False
    if name in OFFICE:
        is_office = seat is None or seat.role == OPERATIONS
        return is_office and (name not in _SPEAKS_OF or _SPEAKS_OF[name](standing, None))
    if seat is None:
        return name not in _SPEAKS_OF or _SPEAKS_OF[name](standing, None)
    if name == "meetings":
        return not seat.agency
    if name == "acknowledge":
        return False  # the page of an alert has a button for it
    theirs = standing.parties_of(seat.agency)
    if name in OF_RAISING and all(party["side"] != "raising" for party in theirs):
        return False
    if name not in _OF_ANY_SEAT and not theirs:
        return False
    return name not in _SPEAKS_OF or _SPEAKS_OF[name](standing, seat)


def _may_unconfirm(standing: Standing, seat: Actor | None) -> bool:
    plan = standing.view["plan"]
    confirmed = plan["confirmed"] if plan and not plan["agreed_at"] else ()
    if seat is None:
        return bool(confirmed)
    sayers = [one for offer in standing.view["offers"] if offer["name"] == "propose" for one in offer["sayers"]]
    speaks = any(is_of(standing, one, seat) for one in sayers)
    return speaks and any(one["id"] in confirmed for one in standing.parties_of(seat.agency))


def _alerts(standing: Standing, _: Actor | None) -> bool:
    late = any(one["overdue"] and not one["acknowledged_until"] for one in standing.view["owed"])
    return bool(standing.view.get("risks") or late)


def _is_paused(standing: Standing, _: Actor | None) -> bool:
    kinds = [one["kind"] for one in standing.entries if one["kind"] in {"paused", "unpaused", "resumed"}]
    return bool(kinds) and kinds[-1] == "paused"


def own_entries(standing: Standing, seat: Actor | None) -> list[Row]:
    """Return the entries that a seat's party, or the seat itself, made; for None everybody's. The newest first."""
    return [one for one in reversed(standing.entries) if _is_word(one) and (seat is None or _made(standing, one, seat))]


def entries_for(standing: Standing, seat: Actor | None) -> list[Row]:
    """Return the entries that somebody else made for a seat's party too; for None for anybody's. The newest first."""
    theirs = {party["id"] for party in standing.parties_of(seat.agency)} if seat else set()
    together = set(_done_together(standing))
    found = []
    for one in filter(_is_word, reversed(standing.entries)):
        said = one["body"]["said"]
        is_own = seat is None or _made(standing, one, seat)
        is_of_all = one["kind"] == "act" and said.get("act", "") in together and (seat is None or bool(theirs))
        shared = said.get("with_parties") or ()
        is_named = bool(shared) and (seat is None or not theirs.isdisjoint(shared))
        if (
            (is_own and one["on_behalf_of"])
            or is_named
            or (is_of_all and (seat is None or not is_own or len(theirs) > 1))
        ):
            found.append(one)
    return found


def _done_together(standing: Standing) -> Iterator[str]:
    """Yield the acts that one side records for all: those that all parties owe together."""
    rules = [*standing.edition.get("duties", ())]
    for stage in standing.edition.get("stages", ()):
        rules += stage.get("duties", ())
    yield from (act for rule in rules if rule.get("by") == "together" for act in rule.get("act", ()))


_WORDS_OF_A_PARTY = frozenset(
    {"act", "outcome", "claim", "plan-proposed", "plan-confirmed", "withdrawn", "fact-said", "party-joined"}
)
"""Kinds of entry that can have been wrong."""


def _is_word(entry: Row) -> bool:
    return entry["kind"] in _WORDS_OF_A_PARTY and isinstance((entry["body"] or {}).get("said"), dict)


def _made(standing: Standing, entry: Row, seat: Actor) -> bool:
    by = (entry["body"] or {})["said"].get("by", {})
    agency, own = by.get("agency", ""), standing.parties_of(seat.agency)
    if not own:
        return bool(by.get("role") == seat.role and agency == seat.agency)
    return bool(agency) and any(agency in {one["id"], one["agency"]} for one in own)


def duties(standing: Standing, seat: Actor | None) -> list[Row]:
    """Return what a seat owes; for None all that is owed.

    What immediate risk asks is not among it: anybody may do that, and nobody puts it off.
    """
    owed = [one for one in standing.view["owed"] if one["strength"] != "may" and not one.get("of_risk")]
    if seat is None:
        return owed
    return [one for one in owed if any(is_of(standing, to, seat) for to in one.get("owed_by", ()))]


def leavers(standing: Standing) -> list[Row]:
    """Return the parties that may leave: none that is the last of its side."""
    sides = [one["side"] for one in standing.parties]
    return [one for one in standing.parties if sides.count(one["side"]) > 1]


def silent_parties(standing: Standing) -> list[Row]:
    """Return the parties that have said nothing yet, and so may have been entered by mistake."""
    words = [one for one in standing.entries if _is_word(one) and one["kind"] != "party-joined"]
    spoke = {agency for one in words for agency in _agencies_in(one["body"]["said"])}
    return [one for one in standing.parties if spoke.isdisjoint({one["id"], one["agency"]})]


def _agencies_in(said: Row) -> set[str]:
    return {said.get("by", {}).get("agency", ""), *(said.get("with_parties") or ())}


OF_RAISING = frozenset({"withdraw", "own-record"})
"""What the raising side alone says."""
_OF_ANY_SEAT = frozenset({"correct", "contest", "hand-over", FACT})
"""What a seat may say that is no party's."""
_SPEAKS_OF: Mapping[str, Callable[[Standing, Actor | None], bool]] = {
    "confirm": lambda *_: False,  # offered where it is open, and so is the next
    "propose": lambda *_: False,
    "unconfirm": _may_unconfirm,
    "withdraw": lambda at, _: bool(at.local.get("withdrawal")) and not at.view["ended"],
    "extend": lambda at, _: bool(at.local.get("extensions")) and bool(at.view["owed"]),
    "pause": lambda at, _: bool(at.local.get("pausing")) and not at.view["ended"],
    "unpause": _is_paused,
    "waive": lambda at, _: bool(at.view["ended"] and at.view["owed"]),
    "reopen": lambda at, _: bool(at.view["ended"]) and at.view["ended"] not in _NO_WAY_BACK,
    "correct": lambda at, seat: bool(own_entries(at, seat)),
    "contest": lambda at, seat: bool(entries_for(at, seat)),
    "hand-over": lambda at, seat: bool(duties(at, seat)),
    "join": lambda at, _: not at.view["ended"],
    "leave": lambda at, _: not at.view["ended"] and bool(leavers(at)),
    "correct-party": lambda at, _: not at.view["ended"] and bool(silent_parties(at)),
    "mended": lambda at, _: bool(at.view.get("misdirected")),
    "agree-date": lambda at, _: bool(at.edition.get("timescales")),
    "fill": lambda at, _: bool(at.edition.get("timescales")),
    "acknowledge": _alerts,
}
"""Whether there is something in a case for a command to speak of, where it needs something."""


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
    return Possible(one.name, one.kind, one.title, ANSWER, one.which, one.offer, starts, is_asked=True)


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
