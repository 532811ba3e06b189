"""Whole policies that nobody wrote: a strategy over what the language can say and `check` lets pass."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from domain.policy import Policy, check_policy, read_policy

Tables = Mapping[str, Any]

ROLES = {
    "worker": {"title": "worker"},
    "manager": {"title": "manager"},
    "chair": {"title": "chair", "from": "partners", "not_a_party": True, "override": "reason"},
    "group": {"title": "group", "of": "partnership"},
}
ACTS: dict[str, dict[str, Any]] = {
    "talk": {"kind": "discussion", "methods": ["telephone"], "discouraged": ["e-mail"]},
    "deal": {"kind": "plan", "fields": ["fits"]},
    "meet": {"kind": "meeting"},
    "panel": {"kind": "meeting", "chair": "chair", "attended_by": "every party"},
    "judged": {"kind": "decision", "fields": ["reason"]},
    "letter": {"kind": "notice", "methods": ["post"]},
    "advice": {"kind": "consultation"},
    "noted": {"kind": "record"},
    "explained": {"kind": "record", "fields": ["action", "reason", "replacement"]},
}
PARTS = {"meet": (".date-set", ".held", ".minutes", ""), "panel": (".date-set", ".held", ".minutes", "")}
FREE = ("talk", "letter", "letter.received", "advice", "noted")
"""Acts that may be recorded at any step, as events name them."""
WITHIN = (
    *("2 working days", "48 hours on working days", "4 working hours", "24 hours", "3 days", "1 week"),
    *("same working day", "immediately", "without delay", "as soon as possible", "next meeting of group"),
    *("none", "unknown", "in-time"),
)
FACTS = {"topic": {"values": ["one", "two"]}, "free": {"other": True}}
CONDITIONS: tuple[dict[str, Any], ...] = ({}, {}, {}, {"topic": "one"}, {"topic": ["one", "two"], "free": True})
ENDS = ("resolved", "decided", "stopped", "noted", "diverted", "handed over")
FINAL_SAYERS = {"end: resolved": ("every party",), "end: decided": ("group", "chair")}
STRANDS = {"lessons": "learning", "danger": "risk", "aside": "side"}
TEXTS = ("reason", "interim-safety", "risk-considered", "written")


class Maker:
    """Makes one policy, a choice at a time."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.steps = [f"step-{n}" for n in range(1, draw(st.integers(2, 5)) + 1)]
        self.strands = [name for name in STRANDS if self.chance(3)]

    def one(self, of: Sequence[Any]) -> Any:
        """Choose one."""
        return of[self.draw(st.integers(0, len(of) - 1))]

    def chance(self, of: int) -> bool:
        """Say yes once in about *of* times."""
        return bool(self.draw(st.integers(0, of - 1)) == of - 1)

    def some(self, of: Sequence[Any], most: int) -> list[Any]:
        """Choose a few, each once."""
        return list(dict.fromkeys(self.one(of) for _ in range(self.draw(st.integers(0, most)))))

    # --- duties

    def events(self, stage: str, owed: Sequence[str]) -> list[str]:
        """Name things that can happen, as a line in *stage* (empty: in a duty of every step) may speak of them."""
        other = self.one(self.steps)
        found = [*("case.opened", "risk.raised", "any.talk", "any.notice", "any.outcome", "any.opened", "any.left")]
        found += [f"{other}.{thing}" for thing in ("opened", "left", "outcome", *FREE)]
        found += [f"{other}.talk by raising", "any.letter by receiving", "action.overdue", "ended"]
        if stage:
            found += ["talk", "advice", *(f"{stage}.{act}.overdue" for act in owed), *owed]
            found += [f"{stage}.opened", f"{stage}.talk"] * 2
        return found

    def act(self) -> str:
        """Choose an act, with a part where it has some."""
        act = self.one([name for name in ACTS if name != "explained"])
        return f"{act}{self.one(PARTS.get(act, ('',)))}"

    def duty(self, stage: str, acts: list[str], owed: Sequence[str]) -> dict[str, Any]:
        """Make a duty of a step, or of every step."""
        events = self.events(stage, owed)
        made: dict[str, Any] = {"act": acts, "clause": "1", "by": self.one([*OWNERS, *OWNERS, "chair", "group"])}
        made |= {"within": self.one(WITHIN), "strength": self.one(("must", "should", "should", "may"))}
        if not stage or self.chance(4):
            made["when"] = self.some(events, 2) or ["any.talk"]
        made["of"] = self.some(events, 3)
        made["which"] = self.one(("", "", "earliest", "latest"))
        made["done_by"] = self.some(events, 1) if self.chance(4) else []
        made["until"] = self.one((["done"], [], [], self.some(events, 1)))
        made |= {"if": self.one(CONDITIONS), "unless": {"topic": "two"} if self.chance(6) else {}}
        made["indicative"] = self.chance(8)
        if (
            any(event in {"outcome", "left", "any.outcome", "any.left", "ended"} for event in made.get("when", ()))
            or (stage and any(event.startswith(stage) for event in made.get("when", ())))
            or set(made["of"]) == {f"{stage}.left"}
        ):
            made["until"] = ["done"]  # what its own step's outcome raises, or starts the clock of, would lapse at once
        return made

    def duties(self, stage: str) -> list[dict[str, Any]]:
        """Make the duties of a step."""
        acts = [[self.act(), *([self.act()] if self.chance(5) else [])] for _ in range(self.draw(st.integers(0, 3)))]
        owed = [act for pair in acts for act in pair]
        return [self.duty(stage, pair, owed) for pair in acts]

    # --- ways on

    def outcome(self, name: str, leads_to: list[str], **more: Any) -> dict[str, Any]:
        """Make a way on with that target."""
        made: dict[str, Any] = {"id": name, "leads_to": leads_to}
        sayers: tuple[str, ...] = ("raising", "receiving", "any party", "any party", "anyone", "every party")
        if leads_to == ["chosen"]:
            sayers = sayers[:-1]
        made["said_by"] = self.one(FINAL_SAYERS.get((*leads_to, "")[0], sayers))
        made["needs"] = self.some([*TEXTS, "talk", "topic", "judged", "panel.minutes", "deal"], 2)
        if made["said_by"] == "every party":
            made["needs"] = self.one((["deal"], ["deal", "talk"], []))
        else:
            made["expects"] = self.some(["letter", "free", "advice"], 1)
        made["after"] = self.some(["risk.raised", "any.overdue", "any.talk"], 1) if self.chance(5) else []
        made["role"] = ["worker", "manager"] if self.chance(6) else []
        made["if"] = self.one(CONDITIONS)
        return made | more

    def ways(self, n: int) -> list[dict[str, Any]]:
        """Make the ways on of the step at place *n*: to an end, and maybe on, back, round, or beside."""
        made = [self.outcome("settled", [f"end: {self.one(ENDS)}"])]
        targets = [[step] for step in self.steps] + [["next"]] * (2 * (n + 1 < len(self.steps)))
        targets += [["previous"]] * bool(n) + [["chosen"]]
        for number in range(self.draw(st.integers(0, 2))):
            leads_to = self.one(targets)
            more = {"one_of": list(dict.fromkeys([self.one(self.steps), *self.steps[:1]]))}
            beside = self.some(self.strands, 1) if self.strands else []
            made.append(
                self.outcome(f"way-{number}", leads_to, **(more if leads_to == ["chosen"] else {}), opens=beside)
            )
        if self.chance(4):
            made.append(self.outcome("finding", []))
        return made

    def strand(self, name: str) -> dict[str, Any]:
        """Make a step beside the dispute."""
        ways: list[dict[str, Any]] = [{"id": f"{name}-over", "said_by": "anyone", "leads_to": "done"}]
        if self.chance(3):
            said_by = self.one(("any party", "every party"))
            ways.append({"id": f"{name}-back", "said_by": said_by, "leads_to": self.one([*self.steps, "end: noted"])})
        seats = {"body": "group"} if self.chance(2) else {"raising": ["manager"], "receiving": ["manager"]}
        return {"id": name, "title": name, "strand": STRANDS[name], **seats, "duty": self.duties(name), "outcome": ways}

    def step(self, n: int) -> dict[str, Any]:
        """Make the step at place *n* of the ladder."""
        name = self.steps[n]
        roles = self.one((["worker"], ["manager"], ["worker", "manager"]))
        seats: dict[str, Any] = {"raising": roles, "receiving": roles}
        if n and self.chance(6):
            seats = {"body": "group"}
        made = {"id": name, "title": f"Step {n + 1}", **seats, "normally": self.chance(6), "urgent": self.chance(5)}
        return {**made, "duty": self.duties(name), "outcome": self.ways(n)}

    def tables(self) -> Tables:
        """Make all of it."""
        stages = [self.step(n) for n in range(len(self.steps))] + [self.strand(name) for name in self.strands]
        second = {"id": "second", "stages": self.steps[::-1], "if": {"topic": "two"}}
        shared = [self.outcome("given-up", ["end: stopped"], **{"from": ["any"]})]
        shared += [{"id": "go-on", "from": self.steps[:-1], "said_by": "any party", "leads_to": "next"}]
        everywhere = [self.duty("", [self.act()], []) for _ in range(self.draw(st.integers(0, 2)))]
        if self.chance(2):
            late = {"when": "action.overdue", "act": "explained", "by": "action owner", "until": "done"}
            everywhere.append({**late, "clause": "2"})
        beside = [
            {"id": f"also-{name}", "from": ["any", "ended"], "said_by": "anyone", "opens": [name]}
            for name in self.strands
        ]
        return {
            "policy": {
                "id": "made",
                "title": "A made policy",
                "edition": "1",
                "nation": "england-and-wales",
                "effective": dt.date(2025, 1, 1),
                **({"day_ends": dt.time(17)} if self.chance(3) else {}),
                "gap": [{"says": "some times are not known"}],
            },
            "fact": FACTS,
            "role": ROLES,
            "act": ACTS,
            "timescale": {"in-time": {"is": "1 working day", "indicative": self.chance(4)}},
            "track": [*([second] if self.chance(3) else []), {"id": "ladder", "stages": self.steps}],
            "stage": stages,
            "outcome": [*shared, *beside],
            "duty": everywhere,
        }


OWNERS = ("raising", "receiving", "each party", "together", "raiser", "worker")


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Make a whole policy in which `check` finds nothing."""
    policy = read_policy(Maker(draw).tables())
    assert not [fault for fault in check_policy(policy) if fault.severity == "fault"], check_policy(policy)
    return policy
