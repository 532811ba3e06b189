"""Whoever answers each question that a terminal asks has said all that an act, an outcome or a plan needs."""

from collections.abc import Iterator
from typing import Any

import pytest

from domain.base.refusals import Refusal
from domain.command_table import TYPED
from domain.commands import Message
from domain.decide import decide
from services import times
from services.errors import Trouble
from services.messages import message_of
from starter import asked, terminal
from starter.asked import Asking
from starter.recording import command_of
from tests.domain.case import Case

from .all import WALKS
from .telling import tell
from .viewed import view_of


class Answerer:
    """Somebody who answers every question with the first thing that is possible."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._seen: set[object] = set()
        self._offer: dict[str, Any] = {}
        self._several: Iterator[str] = iter(())
        self.asked = 0
        self.refused: list[tuple[str, str]] = []
        for room in (asked, terminal):
            monkeypatch.setattr(room, "ask", self._answer)
        self._patch = monkeypatch

    def look(self, case: Case) -> None:
        """Be asked about everything that is on offer, each once for the same state of affairs."""
        self._patch.setattr(times, "clock", lambda: case.now)
        view = view_of(case.state)
        state = (tuple(case.stages), tuple((duty.id, duty.is_overdue) for duty in case.state.outstanding))
        for offer in view["offers"]:
            key = (offer["name"], offer["stage"], () if offer["is_optional"] else state)
            if not offer["first"] and key not in self._seen:
                self._seen.add(key)
                self._try(case, offer, view)

    def _try(self, case: Case, offer: dict[str, Any], view: dict[str, Any]) -> None:
        self._offer, values = offer, offer["values"]
        sayer = offer["sayers"][0]["agency"] if offer["sayers"] else ""
        day = case.now.date().replace(year=case.now.year + 1).isoformat()
        plan = () if values.get("action") else (f"Visit; {sayer or case.state.parties[0].id}; {day}",)
        self._several = iter((*(values.get("appointees") or values.get("appointee", ())[:1] or plan), ""))
        step = ["--stage", offer["stage"]] if offer["says_stage"] and offer["kind"] != "plan" else []
        said = command_of(offer["name"]).make_context(offer["name"], step).params
        said = {key: value for key, value in said.items() if key not in {"yes", "as_json"}}
        said |= {key: {} for key in ("field", "fact") if key in said}
        asking = Asking(offer["name"], view, said, str)
        try:
            asking.rest()
            self.asked += asking.has_asked
            decide(case.state, self._message(offer, view, asking.said), case.now)
        except (Refusal, Trouble) as refusal:
            self.refused.append((f"{offer['name']} at {offer['stage']}", str(refusal)))

    def _message(self, offer: dict[str, Any], view: dict[str, Any], said: dict[str, Any]) -> Message:
        name = offer["name"]
        if name == "confirm":
            said["version"] = view["plan"]["version"]
        return message_of(TYPED[name][0].kind if name in TYPED else offer["kind"], name, said, str)

    def _answer(self, question: str, *, optional: bool = False) -> str:
        if "none more" in question:
            return next(self._several, "")
        if "number or name" in question:
            return "1"
        if "meeting set" in question:
            return "tomorrow 10:00"
        if "new date" in question:
            return "in 3 weeks"
        if "staff number" in question:
            return f"staff-{self._offer['sayers'][0]['role']}"
        return "yes" if "plan?" in question else "as said"


@pytest.mark.parametrize("name", WALKS)
def test_whoever_answers_what_is_asked_is_refused_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answerer = Answerer(monkeypatch)

    tell(WALKS[name], before_each=answerer.look)

    assert answerer.refused == []
    assert answerer.asked > 0
