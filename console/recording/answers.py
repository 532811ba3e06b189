"""What was typed into a form: read as `escalate record` reads it, with its faults, and said in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.base.people import Actor
from domain.base.refusals import began, listed
from domain.base.words import say_date, say_due, say_instant
from domain.command_table import COMMANDS
from domain.engine.seats import ON_CALL
from domain.engine.senders import OPERATIONS
from services.errors import Trouble
from services.messages import read_value
from services.referrals import LARGEST_TEXT
from services.said_times import MONTHS, understood
from services.times import LONDON, now, read_time, read_until

from .possible import FACT, Possible
from .questions import AT, EVIDENCE, FURTHER, OTHER, PERSON, RESIDUAL, WHO, Choice, Question, Speaker
from .standing import Standing
from .typed import Typed, one, rows

_OFFSET = re.compile(r"\d\d:\d\d[+-]\d\d:\d\d")
_PARTS = ("day", "month", "year")


@dataclass(frozen=True)
class Answers:
    """What was read of a form."""

    said: Mapping[str, Any]
    """As `services.messages` takes it."""
    faults: Mapping[str, str]
    """What cannot be used, as a sentence, by the name of its question."""
    shown: Sequence[tuple[Question, str]]
    """What will be recorded, in words, by its question; nothing of what was left out."""
    texts: Mapping[str, str]
    """Every word that somebody wrote, by what its question is called."""

    def placed(self, option: str) -> str:
        """Name the place of an option in a sentence for people."""
        if option == FACT:
            return "Your answer to"  # its name follows
        return next((ask.place for ask, _ in self.shown if ask.field and ask.field.option == option), option)


def read(questions: Sequence[Question], typed: Typed, what: Possible, speaker: Speaker, standing: Standing) -> Answers:
    """Read a form."""
    reading = _Reading(typed, what, speaker, standing)
    for question in questions:
        reading.question(question)
    return reading.done(questions)


def sentence_of(standing: Standing, what: Possible, answers: Answers) -> str:
    """Say what will be recorded, in one sentence without the words of the sender."""
    said = answers.said
    role = said["role"] or (ON_CALL.role if what.row.who == "on call" else "")
    seat = standing.seat(Actor(agency=said["by"], role=role)) if role else "Somebody"
    who = "The partnership’s office" if role == OPERATIONS else f"The {seat}"
    step = f" at {standing.stage(what.offer['stage'])}" if what.offer and what.offer["stage"] else ""
    method = f", by {said['method']}" if said.get("method") else ""
    when = say_instant(said["at_read"], LONDON) if said.get("at_read") else "now"
    return f"{who}: {what.title}{step}{method}, {when}."


class _Reading:
    def __init__(self, typed: Typed, what: Possible, speaker: Speaker, standing: Standing) -> None:
        self._typed = typed
        self._what = what
        self._standing = standing
        self._faults: dict[str, str] = {}
        self._shown: list[tuple[Question, str]] = []
        self._texts: dict[str, str] = {}
        fields = {field.key: field for row in COMMANDS.values() for field in row.fields}
        empty: dict[str, Any] = {key: () if field.several else "" for key, field in fields.items()}
        common = dict.fromkeys(("by", "role", "person", "at", "id", "on_behalf_by", "evidence"), "")
        self.said: dict[str, Any] = {**empty, **common, "field": {}, "fact": {}, "version": None, "seen": None}
        if speaker.seat:
            self.said |= {"by": speaker.seat.agency, "role": speaker.seat.role}
        if what.offer and what.offer["says_stage"] and what.kind in {"act", "outcome"}:
            self.said["stage"] = what.offer["stage"]

    def done(self, questions: Sequence[Question]) -> Answers:
        """Look at what goes together, and return everything."""
        asked = {question.name: question for question in questions}
        chosen, row = one(self._typed, "one-of"), self._what.row
        for field in (field for field in row.fields if field.option in row.one_of and field.option == chosen):
            if field.answer == "flag":
                self.said[field.key] = True
                self.said |= {key: "" for key in row.one_of if key != field.key}
            elif not self.said[field.key]:
                self._faults.setdefault(field.key, f"Answer this: {asked[field.key].asks}")
        left_open = bool(self.said[RESIDUAL]), bool(self.said["no_residual"])
        if all(left_open):
            self._faults["no_residual"] = "Say what the plan leaves open, or that it leaves nothing open: not both."
        if not any(left_open) and self._what.offer and RESIDUAL in self._what.offer["needs"]:
            self._faults.setdefault(RESIDUAL, "Say what the plan leaves open, or that it leaves nothing open.")
        return Answers(self.said, self._faults, self._shown, self._texts)

    def question(self, question: Question) -> None:
        """Read one question; what cannot be used is a fault of it."""
        try:
            words = getattr(self, f"_{question.widget}")(question)
        except Trouble as trouble:
            self._faults[question.name] = began(trouble.shown)
            return
        if words:
            self._shown.append((question, words))
        elif question.is_needed:
            self._faults[question.name] = f"Answer this: {question.asks}"

    # --- one kind of question each: what is recorded, in words; empty where nothing was said

    def _text(self, question: Question) -> str:
        text = "\n".join(one(self._typed, question.name).splitlines())
        if text:
            self._write(question.place, text)
            self._take(question, text)
        return text

    def _line(self, question: Question) -> str:
        text = self._text(question)
        if text and question.field and question.field.answer == "number" and not text.isdecimal():
            raise Trouble(f"{question.place}: give its number.")
        return text

    def _given(self, question: Question) -> str:
        if question.name == WHO:
            return self._speaks(question.value)
        said = one(self._typed, question.name) or question.value
        self._take(question, said)
        return said

    def _radios(self, question: Question) -> str:
        said = one(self._typed, question.name)
        if not said or (question.name == WHO and said == OTHER):
            return "" if question.name != WHO or not said else self._other()
        choice = _choice(question, said, question.choices)
        if question.name == "one-of":
            return choice.words
        if question.name == WHO:
            self._speaks(said)
            return choice.words
        self._take(question, said)
        return choice.words

    _select = _radios

    def _speaks(self, seat: str) -> str:
        role, _, agency = seat.partition("@")
        self.said |= {"by": agency, "role": role}
        is_office = role == OPERATIONS
        return "The partnership’s office" if is_office else began(self._standing.seat(Actor(agency=agency, role=role)))

    def _ticks(self, question: Question) -> str:
        chosen = [_choice(question, said, question.choices) for said in self._typed.get(question.name, ())]
        self._take(question, tuple(choice.value for choice in chosen))
        return listed([choice.words for choice in chosen])

    def _tick(self, question: Question) -> str:
        if not one(self._typed, question.name):
            return ""
        self._take(question, True)
        return "Yes"

    def _moment(self, question: Question) -> str:
        typed = {part: one(self._typed, f"{question.name}-{part}") for part in (*_PARTS, "time")}
        if not any(typed.values()):
            return ""
        is_whole_day = bool(question.field and question.field.answer == "day or time ahead")
        said, at = _moment_of(question, typed, is_whole_day=is_whole_day)
        if question.name == AT:
            self.said |= {"at": said, "at_read": at}
        else:
            self._take(question, said)
        return say_due(at, LONDON).removeprefix("by ") if is_whole_day else say_instant(at, LONDON)

    def _moments(self, question: Question) -> str:
        read = [
            _moment_of(question, row) for row in rows(self._typed, question.name) if any(map(str.strip, row.values()))
        ]
        self._take(question, tuple(said for said, _ in read))
        return "\n".join(say_instant(at, LONDON) for _, at in read)

    def _day(self, question: Question) -> str:
        typed = {part: one(self._typed, f"{question.name}-{part}") for part in _PARTS}
        if not any(typed.values()):
            return ""
        day = _day_of(question.place, typed)
        self._take(question, day.isoformat())
        return say_date(day)

    def _plan(self, question: Question) -> str:
        found, words = [], []
        for number, row in enumerate(rows(self._typed, question.name), 1):
            what = "\n".join(row.get("what", "").strip().splitlines())
            if not what and not any(row.get(part, "").strip() for part in _PARTS):
                continue
            place = f"{question.place}, line {number}"
            if not what:
                raise Trouble(f"{place}: say what it is.")
            owner = _choice(question, row.get("owner", ""), question.choices, f"{place}: choose the agency.")
            day = _day_of(place, row)
            found.append(f"{what}; {owner.value}; {day.isoformat()}")
            words.append(f"{what} – {owner.words}, by the end of {say_date(day)}")
            self._write(place, what)
        if question.field:
            self.said[question.field.key] = tuple(found)
        return "\n".join(words)

    def _seat(self, question: Question) -> str:
        typed = {part: one(self._typed, f"{question.name}-{part}") for part in ("role", "agency", "person")}
        if question.field is None:  # whose word it is, where no seat is named
            return self._other() if question.is_needed else ""
        if not typed["role"]:
            return ""
        said, words = self._seat_of(question, typed)
        self._take(question, said)
        return words

    def _seats(self, question: Question) -> str:
        read = [self._seat_of(question, row) for row in rows(self._typed, question.name) if row.get("role", "").strip()]
        self._take(question, tuple(said for said, _ in read))
        return "\n".join(words for _, words in read)

    # --- parts of these

    def _write(self, place: str, text: str) -> None:
        """Note what somebody wrote. Raises Trouble where it is longer than a case can hold."""
        if len(text) > LARGEST_TEXT:
            raise Trouble(f"{place}: it holds {len(text):,} characters, and may hold {LARGEST_TEXT:,}: shorten it.")
        self._texts[place] = text

    def _other(self) -> str:
        role, agency = one(self._typed, "seat-role"), one(self._typed, "seat-agency")
        if not role:
            raise Trouble("Choose the seat: whose role, and of which agency.")
        self.said |= {"by": agency, "role": role}
        return began(self._standing.seat(Actor(agency=agency, role=role)))

    def _seat_of(self, question: Question, typed: Mapping[str, str]) -> tuple[str, str]:
        role = _choice(question, typed.get("role", "").strip(), question.choices)
        agency = _choice(question, typed.get("agency", "").strip(), question.more)
        person = typed.get("person", "").strip()
        said = f"{role.value}{f'@{agency.value}' if agency.value else ''}{f':{person}' if person else ''}"
        if person:
            self._write(f"{question.place}, person", person)
        return said, ", ".join(part for part in (role.words, agency.value and agency.words, person) if part)

    def _take(self, question: Question, value: Any) -> None:
        if question.name in {PERSON, EVIDENCE}:
            self.said[question.name] = value
        elif question.name.startswith(FURTHER):
            self.said["field"] = {**self.said["field"], question.name.removeprefix(FURTHER): str(value)}
        elif question.field and question.field.answer == "name=text":
            self.said[question.field.key] = {self._what.which: str(value)}
        elif question.field:
            if question.field.answer == "number" and isinstance(value, str) and value.isdecimal():
                value = int(value)
            if isinstance(value, str):
                read_value(question.field, value, str, lambda _: question.place)
            self.said[question.field.key] = value


def _choice(question: Question, said: str, choices: Sequence[Choice], why: str = "") -> Choice:
    for choice in choices:
        if choice.value == said:
            return choice
    raise Trouble(why or f"{question.place}: choose one of the answers.")


def _day_of(place: str, typed: Mapping[str, str]) -> date:
    """Read a day from three fields; a month may be named. Raises Trouble."""
    day, month, year = (typed.get(part, "").strip() for part in _PARTS)
    missing = [name for name, value in zip(_PARTS, (day, month, year), strict=True) if not value]
    if missing:
        raise Trouble(f"{place}: the date needs {listed([f'a {name}' for name in missing])}.")
    named = month[:3].lower()
    month = str(MONTHS.index(named) + 1) if named in MONTHS else month
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except (ValueError, OverflowError):
        raise Trouble(f"{place}: it must be a date that there is, such as 3 12 2026.") from None


def _moment_of(question: Question, typed: Mapping[str, str], *, is_whole_day: bool = False) -> tuple[str, datetime]:
    """Read a day and a time of day; return them as they could be typed, and the instant (UTC). Raises Trouble."""
    place, clock = question.place, typed.get("time", "").strip()
    if clock and not any(typed.get(part, "").strip() for part in _PARTS):
        raise Trouble(f"{place}: the time needs its date.")
    day = _day_of(place, typed)
    if not clock:
        if is_whole_day:
            return day.isoformat(), read_until(day.isoformat(), place)
        raise Trouble(f"{place}: the date needs its time, such as 9:30am or 15:30.")
    said = f"{day.isoformat()} {clock}"
    if not _OFFSET.fullmatch(clock):
        _must_be_a_clock(place, said, clock)
    ahead = bool(question.field and "ahead" in question.field.answer)
    at = read_time(said, place, ahead=ahead)
    return at.isoformat(), at


def _must_be_a_clock(place: str, said: str, clock: str) -> None:
    try:
        if understood(said, now().replace(tzinfo=None), ahead=None).clock is not None:
            return
        why = ""
    except ValueError as error:
        why = str(error) if len(error.args) == 1 and str(error).endswith(".") else ""
    raise Trouble(f"{place}: {why or f'{clock[:20]!r} is no time: write one like 9:30am or 15:30.'}")
