"""Asking somebody at a terminal for what a command of a case needs and what they did not type.

Answers are in no process list. Each is looked at when it is given, and asked for again where it cannot be used.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.base.refusals import listed
from domain.command_table import COMMANDS, WORDS, CommandKind, Field
from domain.command_table.built_in import RISK_ACT
from services.command_fields import rows_of, yes_or_no
from services.errors import Trouble
from services.messages import read_value
from services.remarks import note

from .terminal import Choice, ask, choose_some, confirm

View = Mapping[str, Any]
Named = Callable[[str], str]
_SAYER = "Who did or said it? ROLE@AGENCY, or the ROLE alone of a seat of the partnership."
_HANDLE = "Which person is it: a staff number, never a name?"
_OTHER = "other"


class Asking:
    """One person being asked about one command. What was typed is never asked for again."""

    def __init__(self, name: str, view: View | None, said: Mapping[str, Any], named: Named) -> None:
        """Take the word that was typed, where the case stands as far as that is known, and what was typed after it."""
        self._name = name
        self._view: View = view or {}
        self._named = named
        self.has_asked = False
        self.said = dict(said)
        self.title = WORDS[name][1].does if name in WORDS else name.replace("-", " ").replace(".", ": ")

    def rest(self) -> None:
        """Ask for everything that is missing, one question at a time.

        Raises:
            Trouble: something that cannot be left out was left out. Nothing is recorded then.
        """
        if self._name in WORDS:
            self._of_command(WORDS[self._name][0])
        elif offer := self._offer():
            self._of_offer(offer)

    def is_wanted(self, case: str) -> bool:
        """Show in one sentence what would be recorded, and ask whether to."""
        said = self.said
        seat = " of ".join(part for part in (said["role"], said["by"]) if part)
        words = "; ".join(f"{what}: {answer}" for what, answer in self._shown())
        note(
            f"\nTo be recorded in {case}: {self.title}{f' ({words})' if words else ''}{f', by {seat}' if seat else ''}."
        )
        return confirm("Record it?")

    # --- what is asked

    def _of_command(self, row: CommandKind) -> None:
        for field in row.needs:
            if not self.said[field.key]:
                self._field(field, self._choices(field))
        if row.one_of and not any(self.said[key] for key in row.one_of):
            self._one_of([field for field in row.fields if field.key in row.one_of])
        if row.who in {"seat", "named person"}:
            self._sayer(self._seats())
        if row.who == "named person" and not self.said["person"]:
            self._take("person", self._needed(_HANDLE))
        if row.kind == "propose":
            for offer in (one for one in self._view.get("offers", ()) if one["name"] == row.kind):
                self._needs(offer, row)
                return

    def _offer(self) -> View | None:
        """Return what the case offers under this name, at the step that is meant; nothing where it offers it not."""
        offers = [one for one in self._view.get("offers", ()) if one["name"] == self._name and not one["first"]]
        if self.said["stage"]:
            offers = [one for one in offers if one["stage"] == self.said["stage"]]
        elif len({one["stage"] for one in offers}) > 1 and any(one["says_stage"] for one in offers):
            stages = [(one["stage"], "") for one in offers]
            self._take("stage", self._chosen("At which step?", list(dict.fromkeys(stages))))
            offers = [one for one in offers if one["stage"] == self.said["stage"]]
        return next(iter(offers), None)

    def _of_offer(self, offer: View) -> None:
        self.title = offer["title"]
        if self._name != RISK_ACT:
            self._sayer([(one["role"], one["agency"]) for one in offer["sayers"]])
        if offer["methods"] and not self.said["method"]:
            self._take("method", self._chosen("How was it done?", [(one, "") for one in offer["methods"]]))
        self._needs(offer, COMMANDS[offer["kind"]])

    def _needs(self, offer: View, row: CommandKind) -> None:
        for need in offer["needs"]:
            values = offer["values"].get(need, ())
            field = next((one for one in row.fields if one.is_for(need)), None)
            empties = next((one for one in row.fields if one.empties == need), None)
            if need == "person":
                if not self.said["person"]:
                    self._take("person", self._needed(_HANDLE))
            elif field is None or (field.is_text and values and need != "action"):
                self._further(need, values)
            elif not self.said[field.key] and not (empties and self.said[empties.key]):
                if field.option == "with":
                    values = [one for one in values if one != self.said["by"]]
                if need == "appointees":
                    note(f"It needs, at the least, seats such as {listed(list(values))}.")
                    values = ()
                if not self._field(field, [(one, "") for one in values], empties):
                    raise _nothing(field.asks)

    def _further(self, need: str, values: Sequence[str]) -> None:
        """Ask for a text that the policy names itself."""
        if self.said["field"].get(need):
            return
        asks = f"{need[:1].upper()}{need[1:].replace('-', ' ')}?"
        answer = (
            self._chosen(asks, [(one, "") for one in values])
            if values
            else self._needed(f"{asks[:-1]}, without names?")
        )
        self._take("field", {**self.said["field"], need: answer})

    def _field(self, field: Field, choices: Sequence[Choice], empties: Field | None = None) -> bool:
        """Ask one question; return False where a question that may be left out was."""
        if field.several:
            return self._several(field, choices, empties)
        answer = self._chosen(field.asks, choices) if choices else self._usable(field, self._needed(_question(field)))
        value: Any = int(answer) if field.answer == "number" else answer
        if field.answer == "name=text":
            name, _, text = answer.partition("=")
            value = {name.strip(): text.strip()}
        self._take(field.key, value)
        return True

    def _several(self, field: Field, choices: Sequence[Choice], empties: Field | None) -> bool:
        if choices:
            answers = choose_some(field.asks, choices, optional=True)
        else:
            answers = []
            while said := ask(f"{_question(field)} (Enter when there is none more)", optional=True):
                answers.append(self._usable(field, said))
        if answers:
            self._take(field.key, tuple(answers))
        elif empties:
            self._take(empties.key, True)
        return bool(answers) or empties is not None

    def _one_of(self, fields: Sequence[Field]) -> None:
        chosen = self._chosen("Which is it?", [(field.option, field.asks) for field in fields])
        field = next(one for one in fields if one.option == chosen)
        if field.answer == "flag":
            self._take(field.key, True)
        else:
            self._field(field, ())

    def _sayer(self, seats: Sequence[Choice]) -> None:
        if self.said["role"]:
            return
        known = [("@".join(part for part in seat if part), "") for seat in dict.fromkeys(seats)]
        if self.said["by"]:
            known = [one for one in known if one[0].partition("@")[2] == self._named(self.said["by"])]
        answer = self._chosen("Who did or said it?", [*known, (_OTHER, "another seat")]) if known else _OTHER
        seat = self._needed(_SAYER) if answer == _OTHER else answer
        role, _, agency = seat.partition("@")
        self._take("role", role.strip())
        self._take("by", self.said["by"] or agency.strip())

    # --- what is known

    def _choices(self, field: Field) -> list[Choice]:
        """Return what a field of a command may say in this case, where only few things are possible."""
        if field.choices:
            return [(one, "") for one in field.choices]
        if field.option == "duty":
            return [(str(one["id"]), f"{one['what']}, by {one['by']}") for one in self._view.get("owed", ())]
        return []

    def _seats(self) -> list[Choice]:
        """Return roles and agencies that may say it, where the case offers it; else all that may speak in it now."""
        offers = [offer for offer in self._view.get("offers", ()) if offer.get("sayers")]
        own = [offer for offer in offers if offer["name"] == self._name]
        return [(one["role"], one["agency"]) for offer in own or offers for one in offer["sayers"]]

    # --- one answer

    def _needed(self, question: str) -> str:
        answer = ask(question, optional=True)
        if not answer:
            raise _nothing(question)
        return answer

    def _usable(self, field: Field, answer: str) -> str:
        """Return an answer that can be read, asking again until it can."""
        while True:
            try:
                if field.answer == "number" and not answer.isdecimal():
                    raise Trouble("Give its number.")
                if field.answer == "name=text" and not all(part.strip() for part in answer.partition("=")):
                    raise Trouble("Write it as NAME=VALUE.")
                if field.answer == "yes or no":
                    if not yes_or_no(answer):
                        raise Trouble("Say yes or no.")
                    answer = yes_or_no(answer)
                read_value(field, answer, self._named)
            except Trouble as trouble:
                note(f"  {trouble.sentence}")
                answer = self._needed(_question(field))
            else:
                return answer

    def _chosen(self, question: str, choices: Sequence[Choice]) -> str:
        chosen = choose_some(question, choices, most=1, optional=True)
        if not chosen:
            raise _nothing(question)
        return chosen[0]

    def _take(self, key: str, value: Any) -> None:
        self.said[key] = value
        self.has_asked = True

    def _shown(self) -> list[Choice]:
        """Return everything that would be recorded, typed or answered, by what it is."""
        fields = {field.key: field for row in rows_of(self._name) for field in row.fields}
        found: list[Choice] = []
        for key, field in fields.items():
            value = self.said.get(key)
            if not value:
                continue
            what = field.option.replace("-", " ")
            if isinstance(value, dict):
                found += [(name.replace("-", " "), text) for name, text in value.items()]
            else:
                words = ", ".join(value) if isinstance(value, tuple) else "yes" if value is True else str(value)
                found.append((what, words))
        return found


def _question(field: Field) -> str:
    return f"{field.asks[:-1]}, without names?" if field.answer == "text" else field.asks_typed


def _nothing(question: str) -> Trouble:
    return Trouble(f"Nothing was recorded: it cannot be without an answer to “{question}”")
