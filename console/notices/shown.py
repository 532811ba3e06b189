"""What the page of a notice says: made of the register's own JSON, so that it needs neither Temporal nor a worker."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from adapters.directory import Telephones
from adapters.links import Linked
from domain.base.known import sender_of
from domain.base.reference import is_training
from domain.base.refusals import listed
from domain.base.words import say_instant
from domain.case.effects import Recipient
from domain.case.state import WrongRecipient
from domain.engine.senders import OPERATIONS
from domain.policy.local_settings import Local
from domain.views.waiting import Waiting
from services.cases import age, late_since

from .pressed import ACKNOWLEDGE, NOT_MINE, RANG, may_be_misdirected, said_by
from .seats import Edition, Seat, title_of

Row = Mapping[str, Any]
State = Literal["risk", "alerting", "acknowledged", "owed", "over"]
"""Risk: the page of a notice of immediate risk that is not dealt with. Two are of the pages of leads on call alone
(`console.lead`): alerting, and acknowledged.
"""
TOGETHER = " together"
"""How the words end that name all parties as the owner of a duty."""
_KNOWN = {
    "": "the sender was not shown",
    "s": "signed in",
    "o": "typed by somebody else for them",
    "l": "by the link of a notice, alone",
    "c": "by the link of a notice, confirmed by a code",
    "t": "by a text reply",
}
"""How a sender was known: no account stands on a page."""
ANYBODY = "anyone"
"""Who owes what anybody may do, such as the call about immediate risk."""
_ENDS = ("done", "lapsed")
"""Under what an entry names the duties that it ended."""


@dataclass(frozen=True)
class Item:
    """One thing that is owed."""

    what: str
    by: str
    since: str
    when: str
    late: str
    """`6 days`, or empty while it is not overdue."""
    how: str = ""
    """In which ways it may be done, and which do not count; empty where the policy leaves that open."""
    number: int = 0
    """Of the duty; 0 where it is none."""
    is_asked: bool = False
    """Is it the answer that this very notice asks for?"""


@dataclass(frozen=True)
class Seen:
    """The acknowledgement that holds."""

    by: str
    at: str
    until: str
    """Empty where nobody on call has it, so that the alerts go on."""
    known: str
    """How whoever said so was known."""


@dataclass(frozen=True)
class Shown:
    """Everything that the page says. Nothing in it was written by people in the case."""

    case: str
    notice: str
    kind: str
    """Of the entry that the notice told of."""
    training: bool
    policy: str
    steps: tuple[str, ...]
    state: State
    items: tuple[Item, ...]
    risk: bool
    seat: Seat
    sent: str
    over_since: str
    have_risk: tuple[Seen, ...]
    """Who has the immediate risk that the notice told of."""
    rest_hours: int
    answered: int
    """Number of the last acknowledgement's entry; 0 while there is none."""
    may_pass_on: bool
    """May whoever was told say that it is not for them?"""
    passed_on: str
    """When it was said by this very link that it is not for them; empty where nobody did."""
    as_of: int
    to_ring: tuple[Recipient, ...] = ()
    """The seats of others that owe what is listed, or have it for a time."""
    telephones: Telephones = field(default_factory=Telephones)
    """Numbers of these seats, the office and the services."""

    def offers(self, pressed: str) -> bool:
        """Is there such a button on the page now?"""
        if pressed in {ACKNOWLEDGE, RANG}:
            return self.state == "risk" and (self.risk or pressed == ACKNOWLEDGE)
        return pressed in NOT_MINE and self.may_pass_on and not self.passed_on


class Stand(NamedTuple):
    """How things stand with what a notice was about."""

    state: State
    mine: list[Row]
    """What the page lists, as the register has it."""
    raised: Row | None
    """The immediate risk that the notice told of, while it is not dealt with."""


def shown(
    linked: Linked, row: Row, entries: Sequence[Row], edition: Edition, seat: Seat, sent: datetime, now: datetime
) -> Shown:
    """Say how things stand with what a notice was about, for the seat of the directory that it went to.

    *now* is an aware instant.
    """
    view = row["view"]
    owed = owed_in(view)
    mine = [one for one in owed if _is_on(one, linked, seat, view, now)]
    mine += _to_answer(view, entries, linked)
    mine += _for_office(view, entries, edition, seat) if linked.role == OPERATIONS else []
    about = told_by(entries, linked)
    # What goes on to the next lead stands under the entry of whoever was the wrong one; the office is told of that too.
    tells = about is not None and about["kind"] != "misdirected"
    raised = risk_of(view, about) if tells else None
    if raised:
        mine += asked_of_anybody(owed, mine)
    stand = Stand("risk" if raised else "owed" if mine else "over", mine, raised)
    return made(linked, row, entries, edition, seat, sent, now, stand)


def made(
    linked: Linked,
    row: Row,
    entries: Sequence[Row],
    edition: Edition,
    seat: Seat,
    sent: datetime,
    now: datetime,
    stand: Stand,
) -> Shown:
    """Put into words how things stand."""
    view, zone, about = row["view"], edition.get("zone", "Europe/London"), told_by(entries, linked)
    own = (linked.role, linked.agency)
    answers = acknowledgements(entries)
    order = sorted(
        stand.mine, key=lambda one: (not _is_for(stand.raised, one), not _is_asked(one, about), _late_first(one))
    )
    return Shown(
        case=linked.case,
        notice=linked.ref,
        kind=about["kind"] if about else "",
        training=is_training(linked.case),
        policy=view["policy_title"],
        steps=tuple(stage["title"] for stage in view["stages"]),
        state=stand.state,
        items=tuple(_item(one, seat, view, zone, now, is_asked=_is_asked(one, about)) for one in order),
        risk=is_at_risk(view),
        seat=seat,
        sent=say_instant(sent, zone),
        over_since=say_instant(_over_since(view, entries, about), zone),
        have_risk=_have(answers, stand.raised["entry"], edition, seat, zone) if stand.raised else (),
        rest_hours=_rest_hours(entries),
        answered=answers[-1]["number"] if answers else 0,
        may_pass_on=may_be_misdirected(linked) and stand.state != "over",
        passed_on=_passed_on(linked, entries, zone),
        as_of=row["as_of_number"],
        to_ring=tuple(dict.fromkeys(one for one in _owing(stand.mine, now) if (one.role, one.agency) != own)),
    )


def owed_in(view: Row) -> list[Row]:
    """Return what must or should be done in a case."""
    return [one for one in view["owed"] if one["strength"] != "may"]


def told_by(entries: Sequence[Row], linked: Linked) -> Row | None:
    """Return the entry that a notice told of."""
    return next((entry for entry in entries if entry["number"] == linked.entry), None)


def risk_of(view: Row, about: Row | None) -> Row | None:
    """Return the immediate risk, not dealt with yet, of which the notices of an entry told."""
    return next((one for one in view.get("risks", ()) if about is not None and about["number"] in one["told"]), None)


def asked_of_anybody(owed: Sequence[Row], mine: Sequence[Row]) -> list[Row]:
    """Return what anybody may do about immediate risk, and is not among what is listed."""
    return [one for one in owed if one["by"] == ANYBODY and one not in mine]


def is_at_risk(view: Row) -> bool:
    """Is somebody at immediate risk in a case, as far as its record shows?"""
    return bool(view["urgency"] == "immediate risk" and not view["closed_at"])


def acknowledgements(entries: Sequence[Row]) -> list[Row]:
    """Return the entries by which somebody said that they have something."""
    return [entry for entry in entries if entry["kind"] == "acknowledged"]


def _is_for(risk: Row | None, one: Row) -> bool:
    """Is it owed because of an immediate risk?"""
    return risk is not None and (one.get("stage") == risk["route"] if risk["route"] else one["by"] == ANYBODY)


def _have(answers: Sequence[Row], risk: int, edition: Edition, seat: Seat, zone: str) -> tuple[Seen, ...]:
    """Return who has an immediate risk, each as they said it last."""
    said = {one["by"]: one for one in answers if risk in (one["body"] or {}).get("risks", ())}
    return tuple(seen_by(one, edition, seat, zone) for one in said.values())


def _for_office(view: Row, entries: Sequence[Row], edition: Edition, seat: Seat) -> list[Row]:
    """Return the seats for which somebody must be found, as things that are owed."""
    found: list[Row] = []
    for wrong in (WrongRecipient(**one).seat for one in view.get("misdirected", ())):
        said_of = [one for one in entries if one["kind"] == "misdirected" and one["body"]["seat"] == str(wrong)]
        since = [one["entry_time"] for one in said_of]
        agency = seat.names.get(wrong.agency, wrong.agency)
        title = ", ".join(part for part in (title_of(edition, wrong.role), agency) if part)
        said = {"what": f"find who is the {title}, and mend the directory", "by": seat.title, "arose_at": since[-1]}
        found.append({**said, "due": None, "due_words": "as soon as you can", "overdue": False})
    return found


def _to_answer(view: Row, entries: Sequence[Row], linked: Linked) -> list[Row]:
    """Return what another side has said or proposed and this seat has yet to answer, as things that are owed."""
    found: list[Row] = []
    for one in map(Waiting.model_validate, view.get("waiting", ())):
        for party, to in one.asked:
            if (to.role, to.agency) == (linked.role, linked.agency):
                since = [entry["entry_time"] for entry in entries if entry["kind"] == one.kind]
                said = {"what": one.question, "by": party, "arose_at": since[-1] if since else view["opened_at"]}
                said |= {"due": None, "due_words": f"it counts once {one.once}", "overdue": False, "answers": one.kind}
                found.append(said)
    return found


def _is_on(one: Row, linked: Linked, seat: Seat, view: Row, now: datetime) -> bool:
    """Does a seat owe it, or have it for a time?"""
    for handed in one.get("handed", ()):
        to = (handed["to"]["role"], handed["to"]["agency"])
        if to == (linked.role, linked.agency) and now < datetime.fromisoformat(handed["until"]):
            return True
    return _is_owed_by(one, linked, seat, view)


def _is_owed_by(one: Row, linked: Linked, seat: Seat, view: Row) -> bool:
    """Does a seat owe it? Where the record does not name the seats, its words say whether the agency or role does."""
    if named := one.get("owed_by"):
        return any((to["role"], to["agency"]) == (linked.role, linked.agency) for to in named)
    parties = {party["id"] for party in view["parties"] if linked.agency in {party["id"], party["agency"]}}
    return one["by"] in {*parties, seat.title} or (bool(parties) and one["by"].endswith(TOGETHER))


def _owing(items: Sequence[Row], now: datetime) -> Iterator[Recipient]:
    """Yield the seats that have what is owed for a time, and those that owe it."""
    for one in items:
        for handed in one.get("handed", ()):
            if now < datetime.fromisoformat(handed["until"]):
                role, agency = handed["to"]["role"], handed["to"]["agency"]
                yield Recipient(role=role, title=role.replace("-", " "), agency=agency)
        yield from map(Recipient.model_validate, one.get("owed_by", ()))


def _late_first(one: Row) -> tuple[bool, str]:
    return not one["overdue"], one["due"] or "~"


def _is_asked(one: Row, about: Row | None) -> bool:
    """Is it the answer to what the entry of a notice told of?"""
    return about is not None and one.get("answers") == about["kind"]


def _item(one: Row, seat: Seat, view: Row, zone: str, now: datetime, *, is_asked: bool) -> Item:
    late = age(late_since(one), now) if one["overdue"] else ""
    since = say_instant(datetime.fromisoformat(one["arose_at"]), zone)
    return Item(
        what=one["what"],
        by=_owner(one["by"], seat, view),
        since=since,
        when=one["due_words"],
        late=late,
        how=one.get("how", ""),
        number=one.get("id", 0),
        is_asked=is_asked,
    )


def _owner(by: str, seat: Seat, view: Row) -> str:
    """Say who owes it, so that whoever reads it knows whom to ring."""
    if not by.endswith(TOGETHER):
        return seat.names.get(by, by)
    return f"{by}: {listed([seat.names.get(party['id'], party['id']) for party in view['parties']])}"


def _over_since(view: Row, entries: Sequence[Row], about: Row | None) -> datetime:
    """Return when the last of what the notice told of was done or fell away; where no entry says so, the last one's."""
    told = set(((about or {}).get("body") or {}).get("duties", ()))
    ends = [entry for entry in entries if told & {duty for key in _ENDS for duty in (entry["body"] or {}).get(key, ())}]
    last = ends[-1]["entry_time"] if ends else view["closed_at"] or entries[-1]["entry_time"]
    return datetime.fromisoformat(last)


def seen_by(entry: Row, edition: Edition, seat: Seat, zone: str) -> Seen:
    """Say who acknowledged by an entry, when, until when, and how they were known."""
    at, until = datetime.fromisoformat(entry["event_time"]), entry["body"].get("until")
    role, _, agency = (entry["on_behalf_of"] or entry["by"]).partition(", ")
    known = [title_of(edition, role), seat.names.get(agency, "")]  # a sender's own words are not repeated
    by = ", ".join(part for part in known if part) or "somebody"
    return Seen(
        by=by,
        at=say_instant(at, zone),
        until=say_instant(datetime.fromisoformat(until), zone) if until else "",
        known=_KNOWN.get(sender_of(entry["kind"], entry["body"]).how, ""),
    )


def _passed_on(linked: Linked, entries: Sequence[Row], zone: str) -> str:
    for one in entries:
        if one["kind"] == "misdirected" and one["body"]["said"].get("id", "").startswith(said_by(linked)):
            return say_instant(datetime.fromisoformat(one["event_time"]), zone)
    return ""


def _rest_hours(entries: Sequence[Row]) -> int:
    said = (entries[0]["body"] or {}).get("said", {})
    hours: int = said.get("local", {}).get("acknowledgement_hours", Local().acknowledgement_hours)
    return hours
