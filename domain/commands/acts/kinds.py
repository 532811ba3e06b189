"""What is particular to a kind of act: what refuses it, what it needs beside its fields, and what follows from it.

A kind that has anything of its own has a handler here, which its row in the table of kinds names.
"""

from collections.abc import Callable
from importlib import import_module

from ...base.words import say_instant
from ...case.state import Escalation, Visit
from ...engine.consents import everyone
from ...engine.draft import Draft
from ...engine.needs import missing_needs
from ...engine.senders import say_who
from ...policy import Act
from ...policy.act_kinds import ACT_KINDS
from .meetings import (
    appoint,
    chairs,
    must_be_appointable,
    must_be_dated,
    must_be_held,
    people_for,
    plan_date,
    seat_chair,
)
from .recording import Recording
from .signing import must_be_signable

Needs = tuple[tuple[str, ...], dict[str, tuple[str, ...]]]
"""What comes with an act beside its fields, and what may stand there for some of it."""


class OfKind:
    """What is particular to a kind of act; this one has nothing of its own."""

    def must_fit(self, draft: Draft, recording: Recording) -> None:
        """Refuse what is missing or not allowed. Raises Refusal."""

    def enter(self, draft: Draft, recording: Recording) -> None:
        """Keep what it says, before anything follows from it."""

    def follow(self, draft: Draft, recording: Recording) -> None:
        """Let follow from it what the policy's duties do not say."""

    def tell(self, draft: Draft, recording: Recording, before: Escalation) -> None:
        """Tell people; *before* is the case as it was."""

    def first(self, case: Escalation, visit: Visit | None, name: str, act: Act) -> tuple[str, ...]:  # noqa: ARG002
        """Return the acts that must be there before it, which its policy does not name as needs."""
        return ()

    def asks(self, case: Escalation, act: Act, part: str, *, is_main: bool) -> Needs:  # noqa: ARG002 - of every kind
        """Return what comes with it."""
        return (), {}


class Meeting(OfKind):
    """A date is set, often with a chair; the meeting is held and minuted."""

    def must_fit(self, draft: Draft, recording: Recording) -> None:
        """Refuse a date that is none, and a meeting without its chair or its people."""
        event = recording.event
        if recording.part == "date-set":
            must_be_dated(draft.case, event, recording.at)
        if recording.part in {"held", "minutes"}:
            must_be_held(draft.case, event, recording.act, recording.name, recording.party, recording.visit)

    def enter(self, draft: Draft, recording: Recording) -> None:
        """Plan the meeting, and seat its chair; one that was held is planned no more."""
        meeting, planned = recording.act_id, draft.case.planned
        if recording.part == "date-set" and recording.event.date:
            draft.change(planned={**planned, meeting: recording.event.date})
            seat_chair(draft, recording.event, meeting, recording.stage)
        if recording.part == "held":
            draft.change(planned={one: date for one, date in draft.case.planned.items() if one != meeting})

    def follow(self, draft: Draft, recording: Recording) -> None:
        """Let the clocks run that are counted from the date, and warn of one that is later than the policy allows."""
        if recording.part != "date-set":
            return
        plan_date(draft, recording.act_id)
        date = recording.event.date
        for duty in draft.case.outstanding:
            if date and duty.due and duty.due < date and f"{recording.act_id}.held" in duty.acts and duty.late_from:
                draft.warnings.append(
                    f"That is later than the policy allows: it stays due {draft.owed(duty).due_words}."
                )
                return

    def tell(self, draft: Draft, recording: Recording, before: Escalation) -> None:
        """Tell every side of another date: nobody has to agree to it, and nobody finds it out too late."""
        date, old, zone = recording.event.date, before.planned.get(recording.act_id), draft.case.policy.zone
        if recording.part == "date-set" and date and old not in {None, date}:
            what = draft.case.policy.act_title(recording.act_id)
            fact = f"{what}: {say_instant(date, zone)}, and not {say_instant(old or date, zone)}"
            draft.notify("times-changed", everyone(draft), fact=fact, by=say_who(draft, recording.event))

    def first(self, case: Escalation, visit: Visit | None, name: str, act: Act) -> tuple[str, ...]:
        """Return the meeting itself before its minutes, and its date before it where somebody has to chair it."""
        head, _, part = name.partition(".")
        if part == "minutes" and missing_needs(case, (f"{head}.held",), visit, None):
            return (f"{head}.held",)
        return (f"{head}.date-set",) if part == "held" and act.chair and act.chair not in case.seats else ()

    def asks(self, case: Escalation, act: Act, part: str, *, is_main: bool) -> Needs:
        """Ask for the date, and for the chair where one is to be had."""
        if part != "date-set":
            return super().asks(case, act, part, is_main=is_main)
        found, more = chairs(case, act.chair) if act.chair else ((), ())
        return ("date", *(("chair", *more) if found else ())), ({"chair": found} if act.chair else {})


class Form(OfKind):
    """Something is filled in, completed later and signed."""

    def must_fit(self, draft: Draft, recording: Recording) -> None:
        """Refuse a signature or a completion that comes under nothing."""
        if recording.part in {"signed", "completed"}:
            must_be_signable(draft.case, recording.event, recording.act, recording.name, recording.party)

    def asks(self, case: Escalation, act: Act, part: str, *, is_main: bool) -> Needs:
        """Ask who signs, and for what is filled in later."""
        asked = {"signed": ("person",), "completed": act.later}.get(part)
        return (asked, {}) if asked is not None else super().asks(case, act, part, is_main=is_main)


class Appointment(OfKind):
    """A seat is filled for one case, or a body composed."""

    def must_fit(self, draft: Draft, recording: Recording) -> None:
        """Refuse people whom the policy does not let sit there."""
        if recording.is_main:
            must_be_appointable(draft.case, recording.event, recording.act.seat)

    def follow(self, draft: Draft, recording: Recording) -> None:
        """Fill the seat."""
        if recording.is_main:
            appoint(draft, recording.event, recording.act.seat)

    def asks(self, case: Escalation, act: Act, part: str, *, is_main: bool) -> Needs:
        """Ask who is named."""
        if not is_main:
            return super().asks(case, act, part, is_main=is_main)
        key = "appointees" if act.seat in case.policy.bodies else "appointee"
        people, more = people_for(case, act.seat)
        return (key, *more), {key: people}


_PLAIN = OfKind()
_MADE: dict[str, OfKind] = {}


def of_kind(kind: str) -> OfKind:
    """Return the handler of a kind of act."""
    name = ACT_KINDS[kind].handler
    if not name:
        return _PLAIN
    if name not in _MADE:
        module, _, handler = name.rpartition(".")
        made: Callable[[], OfKind] = getattr(import_module(f"domain.commands.acts.{module}"), handler)
        _MADE[name] = made()
    return _MADE[name]


for _kind in ACT_KINDS:  # while this is loaded, so that nothing is imported while a case is decided on
    of_kind(_kind)
