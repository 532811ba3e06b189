"""What may be recorded now, as words that can be copied and typed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from .screen import program
from .times import now

WRITTEN = ("reason", "interim-safety", "risk-considered", "written")
"""What an outcome may need that is text; its other needs are acts to be recorded first."""
_OPTIONS = {
    "reason": '--reason "…"',
    "interim-safety": '--interim-safety "…"',
    "fits-existing-plan": "--fits-existing-plan yes",
    "residual": "--no-residual",
    "date": '--date "{day} 15:00"',
    "chair": "--chair AGENCY",
    "appointees": "--appoint ROLE@AGENCY",
    "with": "--with AGENCY",
    "person": "--person WHO",
    "replacement": "--replacement {day}",
}
_A_WEEK = timedelta(days=7)
"""A date to be typed is shown as one so far ahead."""
FINAL = "decided"
"""The end that no reopening undoes."""
TELEPHONED = "statutory-services-telephoned"
"""Anybody may say it."""
View = Mapping[str, Any]


class Offered(NamedTuple):
    """One thing that may be recorded now."""

    title: str
    typed: str
    first: tuple[str, ...] = ()
    """What has to be recorded before it."""
    others: tuple[str, ...] = ()
    """What may stand in place of what is typed: another side, role or method."""

    @property
    def lines(self) -> tuple[str, str]:
        """What it is, and below it what to type: a line of its own, so that it can be copied whole."""
        before = f"first: {', '.join(self.first)}" if self.first else ""
        other = f"or {', '.join(self.others)}" if self.others else ""
        more = "; ".join(part for part in (before, other) if part)
        return f"  {self.title}{f'   ({more})' if more else ''}", f"      {self.typed}"


def commands(view: View) -> list[Offered]:
    """Return everything that may be recorded now, with the words to type."""
    if view["closed_at"]:
        return [*_after_the_end(view), _risk(view)]
    found = [_offered(view, offer) for offer in view["offers"]]
    if view.get("risks"):
        found.append(Offered("say that you have the immediate risk", _start(view, "acknowledge --role on-call")))
    elif any(one["overdue"] and not one["acknowledged_until"] for one in view["owed"]):
        found.append(
            Offered("say that the alert was seen; it rests for a while", _start(view, "acknowledge --role on-call"))
        )
    return [*found, *_to_mend(view), *_after_the_end(view), _risk(view)]


def _to_mend(view: View) -> list[Offered]:
    """Offer the office to say that the right person sits in a seat in which the wrong one was told."""
    return [
        Offered(
            f"{seat} has the right person in the directory now",
            _start(view, f"mended --seat {seat} --role operations --person HANDLE"),
        )
        for seat in view.get("misdirected", {})
    ]


def _risk(view: View) -> Offered:
    return Offered("immediate risk to a child: anybody, at any time", _start(view, 'risk --note "…"'))


def _after_the_end(view: View) -> list[Offered]:
    """Offer what only an ended case takes: letting go what it still owes, and going on."""
    if not view["ended"]:
        return []
    who = f'--by {view["parties"][0]["id"]} --role ROLE --reason "…"'
    owed = [one["id"] for one in view["owed"] if one["strength"] != "may"]
    waive = f"waive --duty {owed[0] if len(owed) == 1 else 'NUMBER'} --person HANDLE {who}"
    found = [Offered("let go what is still owed: a named person, with a reason", _start(view, waive))] if owed else []
    if view["ended"] == FINAL:
        title = "the decision is final: open a new case, and link the two"
        return [*found, Offered(title, f"{program()} link {view['case']} NEW-CASE {who}")]
    return [*found, Offered("go on with the dispute", f"{program()} reopen {view['case']} {who}")]


def kinds(view: View) -> dict[str, str]:
    """Return the name of everything on offer with its kind: `act`, `outcome` or `plan`."""
    return {offer["name"]: offer["kind"] for offer in view["offers"]}


def _start(view: View, words: str) -> str:
    return f"{program()} record {view['case']} {words}"


def _offered(view: View, offer: View) -> Offered:
    by, other_sides = _sayers(view, offer)
    if offer["name"] == TELEPHONED:
        return Offered(offer["title"], _start(view, TELEPHONED))
    roles = offer["who"] or ["ROLE"]
    words = [offer["name"], *([f"--by {by}"] if by else []), f"--role {roles[0]}"]
    if sum(1 for other in view["offers"] if other["name"] == offer["name"]) > 1 and offer["stage"]:
        words.append(f"--stage {offer['stage']}")
    if offer["methods"]:
        words.append(f"--method {_quoted(offer['methods'][0])}")
    first, day = [], (now() + _A_WEEK).date().isoformat()
    for need in offer["needs"]:
        if offer["kind"] == "outcome" and need not in WRITTEN:
            first.append(need.replace("-", " ").replace(".", ": "))
        elif need == "action":
            words.append(f'--action "what; owner; {day}"' if offer["name"] == "propose" else "--action NUMBER")
        else:
            words.append(_OPTIONS.get(need, f'--field {need}="…"').replace("{day}", day))
    others = (*other_sides, *roles[1:], *offer["methods"][1:])
    return Offered(offer["title"], _start(view, " ".join(words)), tuple(first), others)


def _sayers(view: View, offer: View) -> tuple[str, tuple[str, ...]]:
    """Return who to type after --by, and who may stand there too; empty for a seat of the partnership."""
    if offer["by"]:
        return offer["by"][0], tuple(offer["by"][1:])
    for role in offer["who"]:
        return view["seats"].get(role, ""), ()
    return "AGENCY", ()


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
