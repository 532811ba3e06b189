"""What may be recorded now, as words that can be copied and typed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from .screen import Row, program

WRITTEN = ("reason", "interim-safety", "risk-considered", "written")
"""What an outcome may need that is text; its other needs are acts to be recorded first."""
_OPTIONS = {
    "reason": '--reason "…"',
    "interim-safety": '--interim-safety "…"',
    "fits-existing-plan": "--fits-existing-plan yes",
    "residual": "--no-residual",
    "date": '--date "2026-12-03 15:00"',
    "with": "--with AGENCY",
    "replacement": "--replacement 2026-12-03",
}
_TOGETHER = ("both sides together", "all parties together")
LEGEND = ("what", "to type", "")
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
    def row(self) -> Row:
        """Its line in a table."""
        before = f"first: {', '.join(self.first)}" if self.first else ""
        other = f"or {', '.join(self.others)}" if self.others else ""
        return Row((self.title, self.typed, "; ".join(part for part in (before, other) if part)))


def commands(view: View) -> list[Offered]:
    """Return everything that may be recorded now, with the words to type."""
    if view["closed_at"]:
        return []
    found = [_offered(view, offer) for offer in view["offers"]]
    if any(one["overdue"] and not one["acknowledged_until"] for one in view["owed"]):
        found.append(Offered("say that the alert was seen; it rests for a while", _start(view, "acknowledge --role on-call")))
    return [*found, Offered("immediate risk to a child: anybody, at any time", _start(view, 'risk --note "…"'))]


def kinds(view: View) -> dict[str, str]:
    """Return the name of everything on offer with its kind: `act`, `outcome` or `plan`."""
    return {offer["name"]: offer["kind"] for offer in view["offers"]}


def _start(view: View, words: str) -> str:
    return f"{program()} record {view['case']} {words}"


def _offered(view: View, offer: View) -> Offered:
    by, other_sides = _sayers(view, offer)
    roles = offer["who"] or ["ROLE"]
    words = [offer["name"], *([f"--by {by}"] if by else []), f"--role {roles[0]}"]
    if sum(1 for other in view["offers"] if other["name"] == offer["name"]) > 1 and offer["stage"]:
        words.append(f"--stage {offer['stage']}")
    if offer["methods"]:
        words.append(f"--method {_quoted(offer['methods'][0])}")
    first = []
    for need in offer["needs"]:
        if offer["kind"] == "outcome" and need not in WRITTEN:
            first.append(need.replace("-", " ").replace(".", ": "))
        elif need == "action":
            words.append('--action "what; owner; 2026-12-03"' if offer["name"] == "propose" else "--action NUMBER")
        else:
            words.append(_OPTIONS.get(need, f'--field {need}="…"'))
    others = (*other_sides, *roles[1:], *offer["methods"][1:])
    return Offered(offer["title"], _start(view, " ".join(words)), tuple(first), others)


def _sayers(view: View, offer: View) -> tuple[str, tuple[str, ...]]:
    """Return the party to type after --by and those that may stand there too; empty for a seat of the partnership."""
    parties = [party["id"] for party in view["parties"]]
    for role in offer["who"]:
        if role in view["seats"]:
            return view["seats"][role], ()
    owners = [one["by"] for one in view["owed"] if offer["title"] in one["what"].split(" or ")]
    owing = [party for party in parties if party in owners]
    if owing:
        return owing[0], tuple(owing[1:])
    if _is_body(view, offer):
        return "", ()
    return parties[0], tuple(parties[1:])


def _is_body(view: View, offer: View) -> bool:
    """Say whether a seat of the partnership acts here: it owes something at this stage, and is neither side."""
    if len(offer["who"]) != 1:
        return False
    sides = {party["id"] for party in view["parties"]} | set(_TOGETHER)
    titles = {other["title"] for other in view["offers"] if (other["stage"], other["who"]) == (offer["stage"], offer["who"])}
    owners = [one["by"] for one in view["owed"] if one["stage"] == offer["stage"] and titles & set(one["what"].split(" or "))]
    return bool(owners) and not any(owner in sides for owner in owners)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
