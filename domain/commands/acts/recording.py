"""An act on its way into the record, and what refuses it: something missing, a method, a signature, a seat."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from ...base.people import Party
from ...base.refusals import Refusal, began, listed, meant
from ...case.state import Escalation, Visit
from ...engine.answers import must_fit, must_not_change
from ...engine.draft import Draft
from ...engine.needs import must_have
from ...policy import Act
from ...policy.act_kinds import APPROVED, comes_under, main_part
from .act_done import ActDone
from .actions import REPLACEMENT, must_explain
from .signing import must_be_signable


class Recording(NamedTuple):
    """An act on its way into the record."""

    event: ActDone
    act: Act
    name: str
    """Whole: `chaired-meeting.held`."""
    party: Party | None
    at: datetime
    visit: Visit | None
    owner: str
    """Whose duties it may discharge: a party's id, the agency of an action's owner, or nobody's own."""

    @property
    def stage(self) -> str:
        """Id of the stage it belongs to, or empty."""
        return self.visit.stage if self.visit else ""

    @property
    def act_id(self) -> str:
        """The act's own id, without its part."""
        return self.name.partition(".")[0]

    @property
    def part(self) -> str:
        """`held`, `signed`, or empty where the act has no parts."""
        return self.name.partition(".")[2]

    @property
    def comes_under(self) -> bool:
        """True for a part that comes under an act recorded before."""
        return comes_under(self.act.kind, self.part) is not None

    @property
    def is_main(self) -> bool:
        """True for the act itself, or the part that stands for it: the meeting held, the form submitted."""
        return self.part == main_part(self.act.kind)


def action_number(event: ActDone) -> int:
    """Return which action or open issue of the plan an act speaks of; 0 where none."""
    number = event.fields.get("action", "")
    return int(number) if number.isdecimal() and len(number) < 4 else 0


def must_be_recordable(draft: Draft, recording: Recording, must_fit: Callable[[Draft, Recording], None]) -> bool:
    """Refuse what is missing; return True where the method departs from the policy (L9).

    *must_fit* refuses what does not fit its kind of act.
    """
    event, act = recording.event, recording.act
    title = draft.case.policy.act_title(recording.name)
    _must_be_filled_in(draft.case, recording, title)
    must_fit(draft, recording)
    if recording.part == APPROVED:
        must_be_signable(draft.case, event, act, recording.name, recording.party)
    if recording.is_main:
        must_have(draft.case, title, act.needs, act.expects, recording.visit, event.fields)
    return _departs(draft, recording)


def _must_be_filled_in(case: Escalation, recording: Recording, title: str) -> None:
    event, act = recording.event, recording.act
    asked = act.later if recording.part == "completed" else act.fields if recording.is_main else ()
    if recording.is_main and act.sets:
        asked = tuple(dict.fromkeys((*asked, act.sets)))
    if REPLACEMENT in asked and not must_explain(case, action_number(event), recording.owner):
        asked = tuple(field for field in asked if field != REPLACEMENT)
    missing = [field.replace("-", " ") for field in asked if not event.fields.get(field, "").strip()]
    if missing:
        raise Refusal("missing", f"{began(title)} cannot be recorded without: {listed(missing)}.")
    if recording.is_main and act.sets:
        must_fit(case.policy, act.sets, event.fields[act.sets].strip())
        must_not_change(case, act.sets, event.fields[act.sets].strip())


def _departs(draft: Draft, recording: Recording) -> bool:
    """Refuse a method that is missing or unknown; return True for one that the policy advises against (rule 14)."""
    event, act = recording.event, recording.act
    allowed = [*act.methods, *act.discouraged]
    if not allowed or not recording.is_main:
        return False
    if not event.method:
        raise Refusal("missing", f"Say how it was done: {listed(allowed, 'or')}.")
    if event.method not in allowed:
        raise Refusal(
            "not allowed",
            f"{event.method} is not a method this policy knows here: use {listed(allowed, 'or')}."
            f"{meant(event.method, allowed)}",
        )
    if event.method not in act.discouraged:
        return False
    still = f"still owed by {listed(act.methods, 'or')}" if act.methods else "still owed in another way"
    draft.warnings.append(
        f"The policy advises against {event.method} for this. It is recorded as a departure and does not count: "
        f"it is {still}."
    )
    return True
