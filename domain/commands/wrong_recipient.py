"""A notice that did not reach the right person, and people with no place in the directory."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from ..base.identities import Seat
from ..base.people import Actor, Slug
from ..base.refusals import Refusal, listed
from ..case.command import Command, Name, Words
from ..case.effects import Recipient
from ..case.state import Answer, Duty, NotTheirs, WrongRecipient
from ..engine.alerts import escalate_alert
from ..engine.draft import Draft
from ..engine.seats import agency_of, in_hand, is_on_call, is_shared, on_call, role_named
from ..engine.senders import OFFICE, OPERATIONS, event_time, known_or_operations, must_be_known
from ..engine.telling import owning, told_of
from ..policy.local_settings import Rung

SAID = {"not-mine": "it is not their case", "left": "the person who was told has left"}


class Misdirected(Command):
    """Whoever was told in a seat says that it is not theirs. It is no answer: nothing is done by it, no clock stops."""

    kind: Literal["misdirected"] = "misdirected"
    why: NotTheirs
    reason: Words = ""


class SeatMended(Command):
    """The partnership's office says that the right person sits in a seat now."""

    kind: Literal["mended"] = "mended"
    seat: Actor


class GuestAdded(Command):
    """The office knows how to reach somebody who has no place in the directory. The address is never said here."""

    kind: Literal["guest"] = "guest"
    agency: Slug
    role: Name
    title: Annotated[Words, Field(min_length=1, max_length=80)]
    """What they are, never their name."""


def misdirected(draft: Draft, event: Misdirected) -> Answer:
    """Tell the next person in a seat what it owes, and the office that somebody must be found. No clock stops."""
    if is_on_call(event.by):
        return _on_call_misdirected(draft, event)
    must_be_known(draft.case, event.by)
    at = event_time(draft.case, event, draft.now)
    seat = _seat_of(draft, event.by)
    named = Seat(role=seat.role, agency=seat.agency)
    entry = draft.enter_command("misdirected", at, event, seat=str(named))
    kept = WrongRecipient(seat=named, why=event.why, person=event.by.person)
    draft.change(misdirected=(*(one for one in draft.case.misdirected if one.seat != named), kept))
    theirs = [d for d in draft.case.outstanding if d.strength != "may" and seat in told_of(draft, d)]
    _give_back(draft, theirs, seat)
    owed = tuple(draft.owed(duty) for duty in theirs)
    draft.notify("misdirected", (OFFICE,), fact=SAID[event.why], by=named.words, owed=owed)
    if theirs:
        draft.notify("owed", (seat,), step=_steps(draft, theirs), owed=owed)
    return Answer(
        sentence=f"Thank you. The partnership's office is told, and notices for {named} go to the deputy from now on, "
        "or else to the partnership's fallback contact. Nothing is done by it: what is owed is still owed.",
        entry=entry,
    )


def mended(draft: Draft, event: SeatMended) -> Answer:
    """Let notices go again to whoever sits in a seat, and tell them what it owes."""
    case = draft.case
    if event.by.role != OPERATIONS:
        raise Refusal("wrong role", "The partnership's office says that a seat is mended: speak as `operations`.")
    known_or_operations(case, event)
    at = event_time(case, event, draft.now)
    named = Seat(role=role_named(case.policy, event.seat.role), agency=agency_of(case, event.seat.agency))
    waiting = [one.seat for one in case.misdirected]
    if named not in waiting:
        known = f"those that wait for it: {listed([*map(str, waiting)])}" if waiting else "none waits for it"
        raise Refusal("unknown", f"{str(named) or 'No seat'} is no seat that has to be mended; {known}.")
    entry = draft.enter_command("seat-mended", at, event, seat=str(named))
    draft.change(misdirected=tuple(one for one in case.misdirected if one.seat != named))
    owed: dict[Recipient, list[Duty]] = {}
    for duty in draft.case.outstanding:
        for seat in told_of(draft, duty):
            if (seat.role, seat.agency) == (named.role, named.agency) and duty.strength != "may":
                owed.setdefault(seat, []).append(duty)
    for seat, duties in owed.items():
        draft.notify("owed", (seat,), step=_steps(draft, duties), owed=tuple(draft.owed(duty) for duty in duties))
    return Answer(sentence=f"Notices for {named} go to whoever sits there in the directory now.", entry=entry)


def heard_again(draft: Draft, event: Command) -> None:
    """Let a seat be told as before, where whoever said that it was not theirs speaks in it after all.

    Whoever has left does not come back: then the office alone says that it is mended.
    """
    if isinstance(event, Misdirected) or event.recorded_by or not draft.command_entry:
        return
    speaker = (event.by.role, agency_of(draft.case, event.by.agency))
    still = tuple(
        one
        for one in draft.case.misdirected
        if one.why == "left" or one.person != event.by.person or _role_and_agency(one.seat) != speaker
    )
    if still != draft.case.misdirected:
        draft.change(misdirected=still)


def _role_and_agency(seat: Seat) -> tuple[str, str]:
    return seat.role.partition(".")[0], seat.agency


def _seat_of(draft: Draft, by: Actor) -> Recipient:
    """Return the seat in which somebody was told."""
    case = draft.case
    agency = agency_of(case, by.agency)
    if by.role in case.policy.roles and is_shared(case, by.role):
        for seat in draft.seats(by.role):
            if seat.agency == agency or not agency:
                return seat
    return Recipient(role=by.role, title=case.policy.role_title(by.role), agency=agency)


def _give_back(draft: Draft, duties: list[Duty], seat: Recipient) -> None:
    """End what was handed over to a seat that is not the right one, and tell those who owe it."""
    for duty in duties:
        gone = [one for one in in_hand(duty, draft.now) if (one.to.role, one.to.agency) == (seat.role, seat.agency)]
        if gone:
            draft.put_duty(duty.but(handed=tuple(one for one in duty.handed if one not in gone)))
            agencies = {one.agency for one in gone}
            owners = [one for one in owning(draft, duty) if one.agency in agencies and one != seat]
            draft.notify("owed", owners, step=_steps(draft, [duty]), owed=(draft.owed(duty.but(handed=())),))


def _steps(draft: Draft, duties: list[Duty]) -> str:
    return ", ".join(dict.fromkeys(draft.case.policy.stage(duty.stage).title for duty in duties if duty.stage))


def _on_call_misdirected(draft: Draft, event: Misdirected) -> Answer:
    """Wake the next rung at once. The rota says who has a rung, so it is not passed over another time."""
    rung = event.by.role.partition(".")[2] or "first"
    if rung not in get_args(Rung):
        raise Refusal("unknown", f"{event.by.role} is no rung of the rota: say on-call, or on-call.second and so on.")
    at = event_time(draft.case, event, draft.now)
    entry = draft.enter_command("misdirected", at, event, seat=event.by.role)
    late = tuple(draft.owed(duty) for duty in draft.case.outstanding if duty.is_overdue)
    draft.notify("misdirected", (OFFICE,), fact=SAID[event.why], by=on_call(rung).title, owed=late)
    woken = [escalate_alert(draft, rung), _tell_of_risk(draft, rung, entry)]
    more = "It goes on to the next person on the rota." if any(woken) else "Nothing had to go on to somebody else."
    return Answer(sentence=f"Thank you. The partnership's office is told. {more}", entry=entry)


def _tell_of_risk(draft: Draft, rung: str, entry: int) -> bool:
    """Tell the next rung of immediate risk whose duties do not alert yet; False where there is none.

    What was said before is no answer any more.
    """
    risks = draft.case.open_risks
    owed = [
        d for d in draft.case.outstanding if d.overdue_at is None and any(d in draft.case.owed_for(r) for r in risks)
    ]
    if not owed:
        return False
    for duty in owed:
        draft.put_duty(duty.but(acknowledged_until=None))
    draft.change(risks=tuple(one.but(told=(*one.told, entry), acknowledged_until=None) for one in risks))
    after = next((one for one in draft.case.local.climb if one != rung), rung)
    draft.notify("risk", (on_call(after),), entry=entry, owed=tuple(draft.owed(duty) for duty in owed))
    return True


def guest_added(draft: Draft, event: GuestAdded) -> Answer:
    """Enter that a contact was added for a seat of this case alone."""
    case = draft.case
    known_or_operations(case, event)
    at = event_time(case, event, draft.now)
    if case.closed_at is not None:
        raise Refusal("not open", "The case is closed, so nobody is told of it any more: reopen it first.")
    role = role_named(case.policy, event.role)
    if role not in case.policy.roles:
        known = listed(sorted(case.policy.roles), "or")
        raise Refusal("unknown", f"{event.role or 'No role'} is not a role of this policy: say {known}.")
    seat = Seat(role=role, agency=event.agency)
    entry = draft.enter_command("guest-added", at, event, seat=str(seat))
    return Answer(sentence=f"{event.title} is reached as {seat} in this case from now on.", entry=entry)
