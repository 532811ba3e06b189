"""The questions of a form, made from what the case offers and from the table of commands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from domain.base.people import Actor
from domain.base.refusals import began
from domain.command_table import Field
from domain.engine.senders import OPERATIONS
from services.cases import said_time
from services.referrals import LARGEST_TEXT

from .possible import (
    FACT,
    OFFICE,
    Possible,
    asked_of,
    of_agency,
    seat_said,
)
from .standing import Row, Standing

Widget = Literal[
    "text", "line", "radios", "select", "ticks", "tick", "moment", "day", "plan", "seat", "seats", "moments", "given"
]
"""How a question is asked. `given` is not asked: it stands in the form already, and is shown."""
SHORT = 6
"""So many choices stand below each other; more are one list."""
OTHER = "other"
FURTHER = "further."
"""How the name of a text begins that the policy names itself."""
ABSENCE = "absence"
"""The text that a meeting takes in the place of a party."""
RESIDUAL = "residual"
WHO, SEAT, PERSON, EVIDENCE, AT, ONE_OF = "who", "seat", "person", "evidence", "at", "one-of"
ASKS = {
    WHO: "Who did or said it?",
    SEAT: "Which other seat?",
    PERSON: "Which person is it: a staff number, never a name?",
    EVIDENCE: "How do you know this?",
    AT: "When was it?",
    ONE_OF: "Which is it?",
}
"""What every form asks in the same words."""
ROWS_OF = {
    "plan": ("what", "owner", "day", "month", "year"),
    "seats": ("role", "agency", "person"),
    "moments": ("day", "month", "year", "time"),
}
"""How the names of the fields end of one row, by the widget."""
_WITHOUT_NAMES = "Write no names."
_LIMIT = f"{LARGEST_TEXT:,} characters at most."


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen."""

    value: str
    words: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """One question of a form."""

    name: str
    """Of its field, or how the names of its fields begin."""
    asks: str
    widget: Widget
    hint: str = ""
    is_needed: bool = True
    choices: tuple[Choice, ...] = ()
    more: tuple[Choice, ...] = ()
    """For a seat: agencies, where *choices* are roles."""
    field: Field | None = None
    """The field of a command that it fills."""
    value: str = ""
    """What is given."""

    @property
    def place(self) -> str:
        """What a sentence calls it."""
        return self.asks.rstrip("?.")

    @property
    def anchor(self) -> str:
        """The id of its first field."""
        ends = {"moment": "-day", "day": "-day", "seat": "-role", "plan": "-1-what", "seats": "-1-role"}
        ends["moments"] = "-1-day"
        return self.name.replace(".", "-") + ends.get(self.widget, "")

    @property
    def ends(self) -> tuple[str, ...]:
        """How the names of the fields of one row end; none where it has no rows."""
        return ROWS_OF.get(self.widget, ())


@dataclass(frozen=True)
class Speaker:
    """Whose word a form records."""

    seat: Actor | None
    """That of a link; None where whoever has signed in says whose word it is."""
    agency: str = ""
    """The one agency for which they may speak; empty for any."""
    enters_for_others: bool = False
    """True for the partnership's office, which says how it knows."""
    own_seat: str = ""
    """A role in which they speak for their agency themselves."""


def questions_of(standing: Standing, one: Possible, speaker: Speaker) -> list[Question]:
    """Return what is asked to record one thing, in order."""
    one = of_agency(standing, one, speaker.agency) if speaker.agency and one.rows else one
    found = [*_who(standing, one, speaker), *_own(standing, one, speaker.seat)]
    if one.kind in {"act", "outcome"}:
        hint = "Leave this empty if it is now."
        found.append(Question(AT, ASKS[AT], "moment", hint, is_needed=False))
    if one.kind in {"act", "outcome", "propose"}:
        note = next(field for field in one.row.fields if field.option == "note")
        found.append(replace(_text(note), is_needed=False))
    is_named = one.row.who == "named person" or _is_of_office(one)
    is_named = is_named or bool(one.rows and speaker.seat and speaker.seat.role == OPERATIONS)
    if is_named and not any(ask.name == PERSON for ask in found):
        found.append(_person())
    if one.kind == "act" and "." not in one.name and standing.act(one.name).get("approved_by"):
        hint = "A second person approves it. From this it is seen that it is another."
        found.append(replace(_person(), hint=hint, is_needed=False))
    if speaker.enters_for_others and not _is_of_office(one) and one.row.who != "on call":
        hint = "Such as a telephone call from them, and when. It is kept with the entry, and they are told of it."
        found.append(Question(EVIDENCE, ASKS[EVIDENCE], "text", hint))
    return found


# --- who


def _is_of_office(one: Possible) -> bool:
    return one.name in OFFICE


def _who(standing: Standing, one: Possible, speaker: Speaker) -> Iterator[Question]:
    if one.row.who == "on call":
        return
    if speaker.seat:
        yield from _sides(standing, one, speaker.seat)
        return
    if _is_of_office(one):
        yield Question(WHO, "Who says it?", "given", value=OPERATIONS)
        return
    seats = [Actor(agency=said["agency"], role=said["role"]) for said in one.sayers]
    seats = [seat for seat in seats if not speaker.agency or _is_own(standing, seat.agency, speaker.agency)]
    known = [Choice(seat_said(seat.model_dump()), began(standing.seat(seat))) for seat in dict.fromkeys(seats)]
    if speaker.own_seat:
        known.sort(key=lambda choice: not choice.value.startswith(f"{speaker.own_seat}@"))
    roles, agencies = _roles(standing), _agencies(standing, standing.parties)
    if speaker.agency:
        agencies = tuple(choice for choice in agencies if _is_own(standing, choice.value, speaker.agency))
    else:
        agencies = (Choice("", "Nobody’s: a seat of the partnership"), *agencies)
    if known:
        choices = (*known, Choice(OTHER, "Somebody else: choose the seat below"))
        yield Question(WHO, ASKS[WHO], "radios", choices=choices)
    yield Question(SEAT, ASKS[SEAT if known else WHO], "seat", is_needed=not known, choices=roles, more=agencies)


def _sides(standing: Standing, one: Possible, seat: Actor) -> Iterator[Question]:
    """Ask for which side a seat speaks whose agency is on both; where only one may say it, that is the one."""
    sides = standing.sides_of(seat)
    named = {said["agency"] for said in one.sayers if said["role"] == seat.role}
    named |= {said["agency"] for row in one.rows for said in row["sayers"] if row["open_to"] != "anybody"}
    fitting = [party for party in sides if party["id"] in named] or sides
    choices = [
        Choice(seat_said({"role": seat.role, "agency": party["id"]}), f"The {party['side']} side") for party in fitting
    ]
    if len(choices) == 1:
        yield Question(WHO, "For which side?", "given", value=choices[0].value)
    elif choices:
        yield Question(WHO, "For which side of your agency do you speak?", "radios", choices=tuple(choices))


def _is_own(standing: Standing, agency: str, own: str) -> bool:
    return agency == own or any(party["id"] == agency and party["agency"] == own for party in standing.parties)


def _person() -> Question:
    return Question(PERSON, ASKS[PERSON], "line")


# --- what comes with it


def _own(standing: Standing, one: Possible, seat: Actor | None) -> Iterator[Question]:
    if one.offer and one.kind in {"act", "outcome"}:
        if one.offer["methods"]:
            yield _method(standing, one)
        yield from (ask for need in one.offer["needs"] for ask in _need(standing, one, one.offer, need, seat))
        if "with" in one.offer["needs"] and standing.act(one.name).get("attended_by"):
            hint = "Leave this empty if every party took part."
            yield Question(f"{FURTHER}{ABSENCE}", "Who was absent, and why?", "text", hint, is_needed=False)
        return
    if one.offer and one.kind == "propose":
        needs = [need for need in one.offer["needs"] if need != RESIDUAL]  # asked for in two ways
        yield from (ask for need in needs for ask in _need(standing, one, one.offer, need, seat))
        yield from (_plain(standing, one, _field(one, option)) for option in (RESIDUAL, "no-residual"))
        return
    if one.name == FACT:
        yield from _fact(standing, one)
        return
    if one.row.one_of:
        choices = tuple(Choice(field.option, field.asks) for field in one.row.fields if field.option in one.row.one_of)
        yield Question(ONE_OF, ASKS[ONE_OF], "radios", choices=choices)
    for field in one.row.fields:
        if field.option in one.row.one_of and field.answer == "flag":
            continue
        yield _plain(standing, one, field)


def _field(one: Possible, option: str) -> Field:
    return next(field for field in one.row.fields if field.option == option)


def _method(standing: Standing, one: Possible) -> Question:
    act = standing.act(one.name)
    against = "The policy advises against it: it is recorded, and does not count."
    choices = [Choice(way, began(way)) for way in one.offer["methods"]] if one.offer else []
    choices += [Choice(way, began(way), against) for way in act.get("discouraged", ())]
    return Question("method", _field(one, "method").asks, "radios", choices=tuple(choices), field=_field(one, "method"))


def _need(standing: Standing, one: Possible, offer: Row, need: str, seat: Actor | None) -> Iterator[Question]:
    values = tuple(offer["values"].get(need, ()))
    field = next((field for field in one.row.fields if field.is_for(need) and field.option != "field"), None)
    if need == PERSON:
        yield _person()
    elif field is None or (field.is_text and values and need != "action"):
        yield _further(standing, need, values)
    elif field.answer == "number" and len(values) == 1:
        yield Question(field.key, field.asks, "given", field=field, value=values[0])
    elif field.option == "with":
        own = standing.party(seat.agency) if seat else None
        choices = _agencies(standing, [party for party in standing.parties if party["id"] in values and party != own])
        field = field._replace(optional=one.name.partition(".")[2] == "held")
        yield Question(field.key, field.asks, "ticks", choices=choices, field=field)
    elif field.option == "to":
        choices = tuple(Choice(step, standing.stage(step)) for step in values)
        yield _chosen(field, choices)
    elif field.answer in {"agency", "agency:role"} and values:
        yield _chosen(field, tuple(Choice(value, standing.agency(value)) for value in values))
    else:
        yield replace(_plain(standing, one, field), is_needed=True)


def _fact(standing: Standing, one: Possible) -> Iterator[Question]:
    """Ask what the policy asks about the case; another answer than the one that stands needs its reason."""
    fact, field = standing.edition["facts"][one.which], _field(one, FACT)
    values = tuple(fact.get("values") or ())
    yield replace(_further(standing, one.which, values), name=FACT, field=field)
    yield replace(_text(_field(one, "reason")), is_needed=one.which in standing.answered)


def _further(standing: Standing, need: str, values: Sequence[str]) -> Question:
    """Ask for a text that the policy names itself: a fact in the policy's own question."""
    fact = standing.edition.get("facts", {}).get(need, {})
    asks = asked_of(need, fact)
    if len(values) == 1 and need in {"issue", "action"}:
        return Question(f"{FURTHER}{need}", asks, "given", value=values[0])
    if values and not fact.get("other"):
        choices = tuple(Choice(value, began(value)) for value in values)
        return Question(f"{FURTHER}{need}", asks, "radios" if len(values) <= SHORT else "select", choices=choices)
    if fact.get("type") == "date":
        return Question(f"{FURTHER}{need}", asks, "line", "Such as 2026-12-03, or tomorrow 9am.")
    hint = f"Such as {', '.join(values)}; or your own words." if values else f"{_WITHOUT_NAMES} {_LIMIT}"
    return Question(f"{FURTHER}{need}", asks, "text", hint)


def _plain(standing: Standing, one: Possible, field: Field) -> Question:
    """Ask for one field of a command, by the kind of its answer."""
    needed = not field.optional
    if field.option == "version" and one.starts:
        return Question(field.key, "Which version of the plan?", "given", field=field, value=one.starts[field.key][0])
    if choices := _choices(standing, one, field):
        return _chosen(field, choices, is_needed=needed)
    if field.answer in _TIMES:
        hint = "The time may be left out: then it is the whole of that day." if "day" in field.answer else ""
        return Question(field.key, field.asks, "moments" if field.several else "moment", hint, needed, field=field)
    match field.answer:
        case "day":
            return Question(field.key, field.asks, "day", "", needed, field=field)
        case "yes or no":
            return _chosen(field, (Choice("yes", "Yes"), Choice("no", "No")), is_needed=needed)
        case "flag":
            return Question(field.key, field.asks, "tick", "", is_needed=False, field=field)
        case "what; owner; day":
            owners = _agencies(standing, standing.parties)
            others = tuple(c for c in _every_agency(standing) if c.value not in {owner.value for owner in owners})
            return Question(field.key, field.asks, "plan", _WITHOUT_NAMES, needed, (*owners, *others), field=field)
        case "seat":
            agencies = (Choice("", "None: a seat of the partnership"), *_every_agency(standing))
            widget: Widget = "seats" if field.several else "seat"
            return Question(field.key, field.asks, widget, "", needed, _roles(standing), agencies, field=field)
        case "agency" | "agency:role":
            return _chosen(field, _every_agency(standing), is_needed=needed)
        case "text" if field.key != "own_record":
            return replace(_text(field), is_needed=needed)
        case _:
            hint = "Such as 5 working days." if field.answer == "period" else ""
            return Question(field.key, field.asks, "line", hint, needed, field=field)


_TIMES = frozenset({"past time", "time ahead", "day or time ahead"})


def _text(field: Field) -> Question:
    return Question(field.key, field.asks, "text", f"{_WITHOUT_NAMES} {_LIMIT}", field=field)


def _chosen(field: Field, choices: tuple[Choice, ...], *, is_needed: bool = True) -> Question:
    widget: Widget = "radios" if len(choices) <= SHORT else "select"
    return Question(field.key, field.asks, widget, "", is_needed, choices, field=field)


def _choices(standing: Standing, one: Possible, field: Field) -> tuple[Choice, ...]:
    """Return what a field may say in this case, where only few things are possible."""
    of = one.of(field.option)
    match field.option:
        case "duty":
            owed = {str(duty["id"]): duty for duty in standing.view["owed"]}
            return tuple(
                Choice(number, f"{began(duty['what'])}, by {standing.agency(duty['by'])}", duty["due_words"])
                for number in of
                if (duty := owed.get(number))
            )
        case "entry":
            made = {str(entry["number"]): entry for entry in standing.entries}
            newest = sorted(map(int, of), reverse=True)
            return tuple(_of_entry(standing, made[str(number)]) for number in newest if str(number) in made)
        case "side":
            return tuple(Choice(side, f"The {side} side") for side in field.choices)
        case "agency" if one.name == "leave":
            return _agencies(standing, [party for party in standing.parties if party["id"] in of])
        case "agency" if one.name == "join":
            parties = {party["agency"] for party in standing.parties}
            return tuple(choice for choice in _every_agency(standing) if choice.value not in parties)
        case "party":
            return _agencies(standing, [party for party in standing.parties if party["id"] in of])
        case "action" if standing.view["plan"] and field.answer == "number":
            actions = enumerate(standing.view["plan"]["actions"], 1)
            return tuple(Choice(str(number), f"{number}: {action['what']}") for number, action in actions)
        case "timescale":
            return tuple(Choice(name, began(name.replace("-", " "))) for name in of)
        case "seat" if one.name == "mended":
            wrong = [Actor(**said["seat"]) for said in standing.view.get("misdirected", ())]
            return tuple(Choice(seat_said(to.model_dump()), began(standing.seat(to))) for to in wrong)
        case "group":
            return _roles(standing)
        case _:
            return tuple(Choice(value, began(value)) for value in field.choices)


def _of_entry(standing: Standing, entry: Row) -> Choice:
    by = standing.by(entry)
    when = f"{said_time(entry['event_time'])}{f'; by the {by}' if by else ''}"
    return Choice(str(entry["number"]), standing.words_of(entry), when)


def _roles(standing: Standing) -> tuple[Choice, ...]:
    known: dict[str, Any] = {**standing.edition.get("roles", {}), **standing.edition.get("bodies", {})}
    return tuple(Choice(role, began(standing.role(role))) for role in known)


def _agencies(standing: Standing, parties: Sequence[Row]) -> tuple[Choice, ...]:
    return tuple(Choice(party["id"], standing.agency(party["id"])) for party in parties)


def _every_agency(standing: Standing) -> tuple[Choice, ...]:
    names = standing.names or {party["agency"]: party["agency"] for party in standing.parties}
    return tuple(Choice(id_, title) for id_, title in sorted(names.items(), key=lambda pair: pair[1].casefold()))
