"""A case in which whatever people say is said by forms: opened, filled in, looked at and sent, as a browser does."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.command import Command
from domain.case.state import Answer
from domain.command_table.built_in import RISK_ACT
from domain.commands import (
    ActDone,
    CaseVoided,
    Event,
    FactSaid,
    Message,
    OutcomeSaid,
    PartyCorrected,
    SeatMended,
    kind_of,
)
from domain.decide import Decision, decide
from domain.views.sayable import sayable
from domain.views.status import status_of
from tests.console.test_pages import words
from tests.domain.case import Case, Kept
from tests.register.made import keep

from .desk import Desk, Way
from .filling_in import EVIDENCE, Pen, Typed, as_typed, said_in
from .page import Page

NO_FORM = {
    "adopt": "the office adopts an edition by a command of its own, which shows first what it moves",
    "adopt-calendar": "likewise",
    "guest": "the office adds a contact on the page of the directory, or by a command of its own",
    "link": "it is said of two cases, by a command of its own",
    "misdirected": "a button of the letter itself",
    "risk": "it has a page of its own, which asks nothing",
}
"""Kinds of command that no form of a case records, each with why."""
_OF_OFFICE = (CaseVoided, SeatMended, PartyCorrected)
_AS_SENT = frozenset({"id", "seen", "evidence", "attested", "recorded_by", "stage", "version", "fields"})
"""Keys of a message that say how it was sent, or that a form fills by itself."""


class Met:
    """What was met by forms in every case of one policy, and what went otherwise than it should."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        """Of everything that was recorded by a form, as it is offered."""
        self.kinds: set[str] = set()
        self.ways: set[tuple[str, str]] = set()
        """Ways out of a step that a form brought about."""
        self.faults: list[str] = []
        self.offered: set[tuple[str, str]] = set()
        """Ways out of a step that were on offer."""
        self.refused: dict[str, str] = {}
        """The sentence with which the rules refused what was offered, by what it was."""
        self._seen: set[object] = set()

    def is_new(self, *what: object) -> bool:
        """Is it met for the first time?"""
        is_new = what not in self._seen
        self._seen.add(what)
        return is_new

    def takes(self, message: Message, decision: Decision) -> None:
        """Note what was recorded by a form."""
        self.names.add(name_of(message))
        self.kinds.add(kind_of(message))
        said = (one.body for one in decision.entries if one.kind == "outcome")
        self.ways.update((str(one.get("stage", "")), str(one["outcome"])) for one in said)


class Checked(NamedTuple):
    """A form that was filled in, and the page that shows what will be recorded."""

    asked: Page
    typed: Typed
    page: Page
    text: str


class CaseByForms(Case):
    """A case that hears by a form whatever a form says. What it meets for the first time it tries in every way."""

    def __init__(self, *args: Any, desk: Desk, met: Met, **said: Any) -> None:
        self.desk, self.met = desk, met
        self._pen = Pen()
        self._on_record = Kept()
        self._is_dry = False
        self._heard: list[tuple[Message, Decision]] = []
        desk.hears = self._hears
        super().__init__(*args, **said)

    def _keep(self, decision: Decision) -> None:
        super()._keep(decision)
        keep(self.desk.register, self._on_record, decision)

    def _hears(self, message: Message) -> Answer:
        decision = decide(self.state, message, self.now)
        self._heard.append((message, decision))
        self.met.takes(message, decision)
        if not self._is_dry:
            self._keep(decision)
        return decision.answer

    def takes(self, event: Event) -> Answer:
        """Let it happen by its form, the first time at its step; what the rules refuse has to be refused there too."""
        if not isinstance(event, Command) or kind_of(event) in {*NO_FORM, "acknowledge"} or name_of(event) == RISK_ACT:
            return super().takes(event)
        try:
            decide(self.state, event, self.now)
        except Refusal:
            return super().takes(event)
        self.looks()
        if not self.met.is_new("said", name_of(event)) or not self._says(event):
            return super().takes(event)
        return self.last.answer

    # --- what somebody says

    def _says(self, message: Message) -> bool:
        """Say it by a form of the page that offers it; False where none does."""
        where = f"{name_of(message)} by {message.by}"
        way = self._way_of(message)
        if way is None:
            return False
        form = Page(self.desk.get(way.path, self.now).text)
        checked = self._checked(form, self._typed(form, message), where)
        if checked is None:
            return False
        self._heard.clear()
        done = self._records(checked)
        if done.status_code != 200 or len(self._heard) != 1:
            self._fault(f"{where} is not recorded", done)
            return bool(self._heard)
        if wrong := [*otherwise(message, self._heard[0][0], checked.typed)]:
            self.met.faults.append(f"{where} is recorded otherwise: {wrong}")
        again = self._records(checked)
        if again.status_code != 200 or len(self._heard) != 1 or "it counts once" not in words(again):
            self._fault(f"{where}, pressed twice", again)
        return True

    def _way_of(self, message: Message) -> Way | None:
        """Return where it is said: by the letter of its seat, or at the office."""
        letter = Actor(role=message.by.role, agency=message.by.agency.partition(".")[0])
        pages = [None] if isinstance(message, _OF_OFFICE) or not letter.role else [letter, None]
        stage, fields = getattr(message, "stage", ""), getattr(message, "fields", {})
        which = message.fact if isinstance(message, FactSaid) else fields.get("action") or fields.get("issue") or stage
        for seat in pages:
            ways = [way for way in self.desk.ways(seat, self.now) if way.name == name_of(message)]
            exact = [way for way in ways if str(which) in way.which.split("-") or way.which == which]
            if exact or (ways and not isinstance(message, FactSaid)):
                return (exact or ways)[0]
        return None

    def _typed(self, form: Page, message: Message) -> Typed:
        """Return what somebody types who says it: what the message says, and whose word it is."""
        typed, by = as_typed(message, form), message.by
        who = form.controls.get("who")
        if who and who.type == "radio":
            typed["who"] = [next((one for one in who.options if one in {by.role, f"{by.role}@{by.agency}"}), "other")]
        if "seat-role" in form.controls and typed.get("who", ["other"]) == ["other"]:
            typed |= {"seat-role": [by.role], "seat-agency": [by.agency]}
        typed |= {"person": [by.person]} if "person" in form.controls and by.person else {}
        return typed | ({"evidence": [EVIDENCE]} if "evidence" in form.controls else {})

    # --- a form

    def _checked(self, form: Page, typed: Typed, where: str) -> Checked | None:
        """Fill it in and look at what will be recorded; what is asked beside it is answered with anything."""
        for more in (False, True):
            typed |= self._pen.anything(form, typed, self.now) if more else {}
            answer = self.desk.post(form.action, {**form.fields, **typed, "do": ["check"]}, self.now)
            if answer.status_code == 200:
                text = words(answer)
                lost = [one for one in said_in(typed, form, only_written=True) if " ".join(one.split()) not in text]
                if lost or "This will be recorded:" not in text:
                    self._fault(f"{where} is not shown whole: {lost}", answer)
                return Checked(form, typed, Page(answer.text), text)
            if lost := [*_lost(typed, answer)]:
                self._fault(f"{where} loses {lost}", answer)
        self._fault(f"{where} cannot be filled in with {typed}", answer)
        return None

    def _records(self, checked: Checked) -> httpx.Response:
        sent = {**checked.page.fields, "do": ["record"], "names-nobody": ["yes"]}
        return self.desk.post(checked.page.action, sent, self.now)

    def _fault(self, what: str, answer: httpx.Response) -> None:
        self.met.faults.append(f"{what} at {self.stages}: {answer.status_code} {words(answer)[:400]}")

    # --- everything that is offered

    def looks(self) -> None:
        """Try everything that is offered to a seat whose letter is open, and to the office; nothing happens by it."""
        status = status_of(self.state)
        steps: dict[str, tuple[str, ...]] = {}
        for offer in (one for one in sayable(self.state).offers if not one.first):
            steps[offer.name] = (*steps.get(offer.name, ()), offer.stage)
            is_way_on = offer.kind == "outcome" and not offer.is_optional
            self.met.offered |= {(offer.stage, offer.name)} if is_way_on else set()
        seats = {Actor(role=to.role, agency=to.agency) for one in status.owed for to in one.owed_by}
        for seat in (None, *sorted(seats, key=str)):
            where = seat.role if seat else "the office"
            is_over = bool(status.ended)
            if not [one for one in steps.items() if self.met.is_new("looked", where, is_over, *one)]:
                continue
            for way in self.desk.ways(seat, self.now):
                is_way_out = way.name in self.state.policy.outcome_ids
                which = "#" if way.which.isdecimal() else way.which
                if way.name != "risk" and self.met.is_new(
                    way.name, which, where, is_over, is_way_out and steps.get(way.name)
                ):
                    self._tries(way, f"{way.name} {way.which} by {seat or where}")

    def _tries(self, way: Way, where: str) -> None:
        form = Page(self.desk.get(way.path, self.now).text)
        typed = {"seat-role": [next(iter(self.state.policy.roles))], "seat-agency": [self.state.parties[0].id]}
        if "seat-role" not in form.controls or "who" in form.controls:
            typed = {}
        typed |= self._pen.anything(form, typed, self.now)
        checked = self._checked(form, typed, where)
        if checked is None:
            return
        self._heard.clear()
        self._is_dry = True
        done = self._records(checked)
        self._is_dry = False
        if done.status_code == 200 and self._heard:
            self._holds(where, checked)
        elif done.status_code == 409:
            self.met.refused[where] = words(done).partition("This was not recorded.")[2].partition("What you wrote")[0]
            if lost := [*_lost(checked.typed, done)]:
                self._fault(f"{where}, refused, loses {lost}", done)
        else:
            self._fault(f"{where} is not answered", done)

    def _holds(self, where: str, checked: Checked) -> None:
        """See that what was heard, and the entry of it, say what was typed."""
        message, decision = self._heard[0]
        said = message.model_dump(mode="json", exclude={"attested"}, exclude_defaults=True)
        there = {*_strings(message.model_dump(mode="json"))}
        for one in said_in(checked.typed, checked.asked):
            if one not in there and not {*one.replace("@", ":").split(":")} <= there:
                self.met.faults.append(f"{where} does not say {one!r}: {said}")
        kept = [_as_entered(one.body["said"]) for one in decision.entries if "said" in one.body]
        if decision.entries and _as_entered(said) not in kept:
            self.met.faults.append(f"{where} is entered as {kept}, and was {said}")


def name_of(message: Message) -> str:
    """Return what a message is called where it is offered."""
    if isinstance(message, ActDone):
        return message.act
    return message.outcome if isinstance(message, OutcomeSaid) else kind_of(message)


def otherwise(meant: Message, heard: Message, typed: Typed) -> Iterator[str]:
    """Yield what a form said otherwise than it was meant; what it does not ask is not said."""
    for name in {*type(meant).model_fields} - _AS_SENT:
        one, other = getattr(meant, name), getattr(heard, name)
        if name == "by" and "person" not in typed:
            one = one.but(person="")
        if name == "chair" and one and other and not other.role:
            one = one.but(role="")
        if one != other and other not in {None, ()}:
            yield f"{name}: meant {one!r}, heard {other!r}"
        if one != other and any(key.partition("-")[0] == name for key in typed):
            yield f"{name}: meant {one!r}, heard {other!r}"
    texts = getattr(meant, "fields", {})
    yield from (
        f"{name}: meant {texts.get(name)!r}, heard {said!r}"
        for name, said in getattr(heard, "fields", {}).items()
        if name in texts and texts[name] != said
    )


def _lost(typed: Typed, answer: httpx.Response) -> Iterator[str]:
    there = Page(answer.text).fields
    yield from (name for name, said in typed.items() if any(said) and there.get(name) != said)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    else:
        yield str(value)


def _as_entered(said: Any) -> dict[str, Any]:
    whole = said if isinstance(said, dict) else {}
    return {name: value for name, value in whole.items() if name not in {"attested", "kind"}}
