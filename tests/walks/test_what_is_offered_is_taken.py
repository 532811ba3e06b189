"""What a screen tells people to type is taken when it is typed, and does something: every offer of every walk."""

import shlex
from collections.abc import Iterator
from typing import Any

import click
import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.state import Escalation
from domain.command_table import TYPED
from domain.commands import Linked, Message, Reopened, RiskRaised
from domain.commands.acts.offer import Offer
from domain.decide import Decision, decide
from domain.views.sayable import sayable
from domain.views.status import status_of
from services import times
from services.errors import Trouble
from services.messages import message_of, risk_of
from services.names import kinds
from services.referrals import pairs
from starter import offered
from starter.commands.record import in_order
from starter.commands.reopen import command as reopen
from starter.recording import command_of
from tests.domain.case import Case

from .all import WALKS
from .telling import tell
from .viewed import view_of

BOOKKEEPING = frozenset({"occurrences", "entries", "answered", "pace", "hands", "behalf", "joint"})
"""What anything that is taken changes in a case, even where nothing follows from it."""
ALONE = frozenset({"appointees", "with"})
"""Needs of which every value is typed at once."""


class Typist:
    """Types everything that the screens of a case offer as it stands, each once for the same state of affairs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._seen: set[object] = set()
        self.refused: list[tuple[str, str]] = []
        self.did_nothing: list[str] = []

    def look(self, case: Case) -> None:
        self._patch.setattr(times, "clock", lambda: case.now)
        view = view_of(case.state)
        state = (tuple(case.stages), tuple((duty.id, duty.is_overdue) for duty in case.state.outstanding))
        asked_for = [offer for offer in view["offers"] if not offer["is_optional"]]
        for one in in_every_way(view | {"offers": asked_for}):
            if one.typed and (one.typed, state) not in self._seen:
                self._seen.add((one.typed, state))
                self._type(case, one.typed, view)
        for offer in view["offers"]:
            if offer["is_optional"] and (offer["name"], offer["stage"]) not in self._seen:
                self._seen.add((offer["name"], offer["stage"]))
                (one,) = offered.of_name(view | {"offers": [offer]}, offer["name"])
                self._type(case, one.typed, view, is_optional=True)

    def _type(self, case: Case, line: str, view: dict[str, Any], *, is_optional: bool = False) -> None:
        try:
            message = typed(line, view, case.state)
            if not (
                bool(decide(case.state, message, case.now).entries) if is_optional else does_something(case, message)
            ):
                self.did_nothing.append(line)
        except (Refusal, Trouble, click.ClickException) as refusal:
            self.refused.append((line, str(refusal)))


def in_every_way(view: dict[str, Any]) -> Iterator[offered.Offered]:
    """Yield what a screen offers, then each offer said by each seat, and with each answer, that it names beside."""
    yield from offered.commands(view)
    for offer in view["offers"]:
        others = [offer | {"sayers": [sayer]} for sayer in offer["sayers"][1:]]
        others += [offer | {"methods": [method]} for method in offer["methods"][1:]]
        for need, values in offer["values"].items():
            if need not in ALONE:
                others += [offer | {"values": offer["values"] | {need: [value]}} for value in values[1:]]
        for other in others:
            yield from offered.commands(view | {"offers": [other]})[:1]


def typed(line: str, view: dict[str, Any], case: Escalation) -> Message:
    """Return the message that a line makes, as the commands make it; words in capitals are filled in."""
    program, name, *words = shlex.split(line)
    assert program == "escalate"
    if name == "link":
        _, _, _, by, _, role, _, reason = words
        return Linked(by=Actor(agency=by, role=role), other="ESC-0000-0000", reason=reason)
    if name == "reopen":
        said = reopen.make_context(name, words).params
        return Reopened(by=Actor(agency=said["by"], role=said["role"]), reason=said["reason"])
    _, act, *options = in_order(words)
    said = command_of(act).make_context(act, options).params
    said = {key: value for key, value in said.items() if key not in {"yes", "as_json"}}
    said |= {key: pairs(said[key], f"--{key}") for key in ("field", "fact") if key in said} | {"id": ""}
    said["person"] = said["person"].replace("HANDLE", f"staff-{said['role']}")
    if act == "confirm":
        said["version"] = view["plan"]["version"]
    if act == "risk":
        return risk_of(said, str)
    kind = TYPED[act][0].kind if act in TYPED else kinds(view).get(act)
    return message_of(kind or ("outcome" if act in case.policy.outcome_ids else "act"), act, said, str)


def does_something(case: Case, message: Message) -> bool:
    """Is it taken, and does anything follow: in what is owed or open, or in what something waits for?"""
    decision: Decision = decide(case.state, message, case.now)
    changed = {key for key, value in decision.escalation if value != getattr(case.state, key)} - BOOKKEEPING
    return isinstance(message, RiskRaised) or bool(changed) or awaited(decision.escalation) != awaited(case.state)


def awaited(case: Escalation) -> set[tuple[object, ...]]:
    found = (offer for offer in status_of(case).offers if not offer.is_optional)
    return {(offer.name, offer.stage, offer.first, offer.expects, offer.sayers) for offer in found}


@pytest.mark.parametrize("name", WALKS)
def test_whatever_is_offered_is_taken_when_it_is_typed_and_does_something(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typist = Typist(monkeypatch)

    tell(WALKS[name], before_each=typist.look)

    assert (typist.refused, typist.did_nothing) == ([], [])


def test_what_waits_for_something_is_shown_without_words_to_type_and_says_for_what() -> None:
    waiting: set[tuple[str, str]] = set()

    def look(case: Case) -> None:
        view = view_of(case.state)
        for one in offered.commands(view):
            assert bool(one.typed) != bool(one.first), one
            waiting.update((one.title, first) for first in one.first)

    for walk in WALKS.values():
        tell(walk, before_each=look)

    assert {
        ("agreed at the meeting", "independently chaired meeting: minutes"),
        ("independently chaired meeting: minutes", "independently chaired meeting: held"),
        ("independently chaired meeting: held", "independently chaired meeting: date set"),
        ("decided by the panel", "representation to the panel by hill-school and social-care"),
        ("a panel is convened", "naming of the panel"),
    } <= waiting


def test_what_was_first_is_not_named_any_more_once_it_is_done() -> None:
    names: dict[bool, set[str]] = {True: set(), False: set()}

    def look(case: Case) -> None:
        for offer in sayable(case.state).offers:
            if offer.name == "not-agreed" and offer.stage == "step-4-urgent":
                names[offer.is_open].update(offer.first)

    tell(WALKS["lincolnshire-sent-back-and-up-to-the-urgent-meeting"], before_each=look)

    assert names == {True: set(), False: {"independently chaired meeting: minutes"}}


def test_every_party_of_three_is_named_where_all_of_them_have_to_take_part() -> None:
    found: list[Offer] = []

    def look(case: Case) -> None:
        offers = (offer for offer in status_of(case.state).offers if not offer.is_optional)
        found.extend(offer for offer in offers if offer.name == "discussion")

    tell(WALKS["sutton-three-parties-go-from-the-managers-to-the-chairs-final-decision"], before_each=look)

    assert {len(offer.values["with"]) for offer in found if offer.is_open} == {3}
