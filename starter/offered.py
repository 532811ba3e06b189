"""What may be recorded now, as words that can be copied and typed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from domain.base.words import say_seat
from domain.command_table import COMMANDS
from domain.command_table.built_in import RISK_ACT, VOID
from services.times import now

from .screen import program

_FIELDS = [field for kind in ("act", "outcome", "propose") for field in COMMANDS[kind].fields]
"""What may be typed for the needs of an offer."""
_POINTED_AT = frozenset({"name", "number", "agency:role", "seat"})
"""Answers that point at something of the case, of which one is typed after an option of its own."""
_A_WEEK = timedelta(days=7)
"""A date to be typed is shown as one so far ahead."""
FINAL = "decided"
"""The end that no reopening undoes."""
View = Mapping[str, Any]


class Offered(NamedTuple):
    """One thing that may be recorded now, or once what it waits for is there."""

    title: str
    typed: str = ""
    """What to type, as it stands but for words in capitals; empty where it is not open yet."""
    first: tuple[str, ...] = ()
    """What has to be recorded before it."""
    others: tuple[str, ...] = ()
    """What may stand in place of what is typed: another seat, method, answer or step."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What it is, and below it what to type: a line of its own, so that it can be copied whole."""
        if not self.typed:
            return (f"  {self.title}   (first: {', '.join(self.first)})",)
        other = f"   (or {', '.join(self.others)})" if self.others else ""
        return f"  {self.title}{other}", f"      {self.typed}"


def commands(view: View) -> list[Offered]:
    """Return everything that may be recorded now, with the words to type, but for what nothing asks for."""
    if view["closed_at"]:
        return [*_after_the_end(view), _risk(view)]
    shown = [offer for offer in view["offers"] if "sayers" in offer and not offer.get("is_optional")]
    found = [_offered(view, offer) for offer in shown]
    if view.get("risks"):
        found.append(Offered("say that you have the immediate risk", _start(view, "acknowledge --role on-call")))
    elif any(one["overdue"] and not one["acknowledged_until"] for one in view["owed"]):
        found.append(
            Offered("say that the alert was seen; it rests for a while", _start(view, "acknowledge --role on-call"))
        )
    found += [*_to_mend(view), *_to_void(view), *_after_the_end(view), _risk(view)]
    return sorted(found, key=lambda one: not one.typed)


def _to_mend(view: View) -> list[Offered]:
    """Offer the office to say that the right person sits in a seat in which the wrong one was told."""
    return [
        Offered(
            f"{seat} has the right person in the directory now",
            _start(view, f"mended --seat {seat} --role operations --person HANDLE"),
        )
        for seat in (say_seat(**one["seat"]) for one in view.get("misdirected", ()))
    ]


def _to_void(view: View) -> list[Offered]:
    """Offer the office to say a second time that the case was opened in error, where one of its people has."""
    if all(one["kind"] != "void-proposed" for one in view.get("waiting", ())):
        return []
    title = "say too, as a second person of the office, that the case was opened in error"
    return [Offered(title, _start(view, 'void --role operations --person HANDLE --reason "…"'))]


def _risk(view: View) -> Offered:
    return Offered("immediate risk to a child: anybody, at any time", _start(view, 'risk --note "…"'))


def _after_the_end(view: View) -> list[Offered]:
    """Offer what only an ended case takes: letting go what it still owes, and going on."""
    if not view["ended"]:
        return []
    who = f'--by {view["parties"][0]["id"]} --role {view["raised_by"].partition(", ")[0]} --reason "…"'
    owed = [str(one["id"]) for one in view["owed"] if one["strength"] != "may" and not one.get("of_risk")]
    title = "let go what is still owed: a named person, with a reason"
    waive = [_start(view, f"waive --duty {number} --person HANDLE {who}") for number in owed[:1]]
    found = [Offered(title, typed, others=tuple(f"--duty {number}" for number in owed[1:])) for typed in waive]
    if view["ended"] == VOID:
        title = "the case was voided: if it was one after all, open a new case, and link the two"
        return [*found, Offered(title, f"{program()} link {view['case']} NEW-CASE {who}")]
    if view["ended"] == FINAL:
        title = "the decision is final: open a new case, and link the two"
        return [*found, Offered(title, f"{program()} link {view['case']} NEW-CASE {who}")]
    return [*found, Offered("go on with the dispute", f"{program()} reopen {view['case']} {who}")]


def of_name(view: View, name: str) -> list[Offered]:
    """Return what may be recorded now under one name."""
    return [_offered(view, offer) for offer in view["offers"] if offer["name"] == name and "sayers" in offer]


def lines(view: View) -> list[str]:
    """Return everything that may be recorded now, line by line; the last names what nothing asks for."""
    return [*(line for one in commands(view) for line in one.lines), *_others(view)]


def _others(view: View) -> list[str]:
    shown = {offer["name"] for offer in view["offers"] if not offer.get("is_optional")}
    names = [offer["name"] for offer in view["offers"] if offer.get("is_optional")]
    more = [name for name in dict.fromkeys(names) if name not in shown]
    return [f"  Something else that happened: {', '.join(more)}"] if more and not view["closed_at"] else []


def _start(view: View, words: str) -> str:
    return f"{program()} record {view['case']} {words}"


def _offered(view: View, offer: View) -> Offered:
    if offer["first"]:
        return Offered(offer["title"], first=tuple(offer["first"]))
    if offer["name"] == RISK_ACT:
        return Offered(offer["title"], _start(view, RISK_ACT))
    sayer, *others = offer["sayers"]
    words = [offer["name"], _said_by(sayer)]
    if offer["says_stage"] and offer["kind"] != "plan":
        words.append(f"--stage {offer['stage']}")
    if offer["methods"]:
        words.append(f"--method {_quoted(offer['methods'][0])}")
    words += [_option(offer, need, sayer) for need in offer["needs"]]
    instead = [*(_seat(one, sayer) for one in others), *offer["methods"][1:]]
    instead += [value for need in offer["needs"] if need not in _ALL for value in offer["values"].get(need, ())[1:]]
    expected = (f"without a reason first: {', '.join(offer['expects'])}",) if offer["expects"] else ()
    return Offered(offer["title"], _start(view, " ".join(words)), others=(*instead, *expected))


_ALL = ("appointees", "with")
"""Needs of which every value is typed."""


def _option(offer: View, need: str, sayer: View) -> str:
    values, day = offer["values"].get(need, ()), (now() + _A_WEEK).date().isoformat()
    if need == "with":
        return " ".join(f"--with {one}" for one in values if one != sayer["agency"])
    if need == "appointees":
        return " ".join(f"--appoint {one}" for one in values)
    if need == "action" and not values:
        return f'--action "what; {sayer["agency"]}; {day}"'
    if values:
        own = next((field for field in _FIELDS if field.is_for(need) and field.answer in _POINTED_AT), None)
        option = f"--{own.option} " if own else f"--field {need}="
        return f"{option}{_quoted(values[0])}"
    return _sample(need).replace("{day}", day)


def _sample(need: str) -> str:
    """Show how something is typed for which nothing better is known, as the table of commands has it."""
    if need == "person":
        return "--person HANDLE"
    samples = [f"--{field.option} {field.sample}" for field in _FIELDS if field.is_for(need) and field.sample]
    nothing = [f"--{field.option}" for field in _FIELDS if field.empties == need]
    return next(iter((*samples, *nothing)), f'--field {need}="…"')


def _said_by(sayer: View) -> str:
    by = f"--by {sayer['agency']} " if sayer["agency"] else ""
    return f"{by}--role {sayer['role']}"


def _seat(one: View, shown: View) -> str:
    """Say another seat that may say it too, as far as it differs from the one that is shown."""
    if one["role"] == shown["role"]:
        return str(one["agency"])
    return str(one["role"]) if one["agency"] in {"", shown["agency"]} else f"{one['role']} of {one['agency']}"


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
