"""Which commands of the table a case takes now, beside acts, outcomes and the plan: of what, and from whom.

What the rules of a command would refuse whatever is said is not among them. Where a rule turns on what somebody says,
a time or a reason, it is asked when they say it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ParamSpec, TypeVar

from ..base.people import Actor, Party
from ..base.refusals import Refusal, began
from ..base.words import say_seat
from ..case.state import Duty, Escalation
from ..command_table import COMMANDS
from ..engine.allowed import OpenTo, party_seats, plan_sayers, takes_plan
from ..engine.draft import Draft
from ..engine.seats import is_shared, voices
from ..engine.senders import OPERATIONS
from ..engine.telling import owning
from .acts.offer import Offer
from .corrections import is_of_people, must_be_joint_to_contest, must_be_mendable, must_be_own_to_contest
from .delegation import handing
from .endings import may_reopen, waivable
from .facts import is_answered_for_good, needs_approval
from .parties import has_spoken, leavers
from .pauses import must_be_put_off
from .times import ANY_PARTY, EVERY_PARTY, datable, fillable
from .voiding import is_void

P = ParamSpec("P")
T = TypeVar("T")
LATELY = 20
"""So many entries are offered to be corrected or contested, the newest."""
WHEN_CLOSED = frozenset({"correct", "contest", "reopen", "own-record", "void"})
"""Commands that bring a closed case back."""


def open_commands(case: Escalation) -> tuple[Offer, ...]:
    """Return each command that is taken now, once for those of whom it is taken alike; `values` says of what."""
    kinds = [kind for kind in _OPEN if case.closed_at is None or kind in WHEN_CLOSED]
    if is_void(case) and not case.open_risks:
        kinds = [kind for kind in kinds if COMMANDS[kind].taken_when_void]
    return tuple(offer for kind in kinds for offer in _OPEN[kind](case))


def _offer(kind: str, sayers: Iterable[Actor], open_to: OpenTo = "", **values: Iterable[object]) -> Offer:
    said = {name.replace("_", "-"): tuple(map(str, among)) for name, among in values.items()}
    return Offer(
        name=kind, kind=kind, title=began(COMMANDS[kind].does), sayers=tuple(sayers), open_to=open_to, values=said
    )


def _of_parties(case: Escalation, kind: str, parties: Iterable[Party], **values: Iterable[object]) -> Offer:
    """Offer it to some parties, whoever speaks for each."""
    return _offer(kind, party_seats(case, parties), "agencies", **values)


def _of_all(case: Escalation, kind: str, **values: Iterable[object]) -> Offer:
    """Offer it to whoever has a place in the case."""
    return _offer(kind, party_seats(case, case.parties), "anybody", **values)


_OFFICE = (Actor(role=OPERATIONS),)


# --- agreeing


def _unconfirm(case: Escalation) -> Iterator[Offer]:
    plan = case.plan
    if plan is None or plan.agreed_at is not None:
        return
    for visit in case.open_visits:
        confirmed = [party for party in case.parties if party.id in plan.confirmed]
        if takes_plan(case, visit.stage) and (sayers := plan_sayers(case, visit, confirmed)):
            yield _offer("unconfirm", sayers, version=(plan.version,))
            return


def _withdraw(case: Escalation) -> Iterator[Offer]:
    if case.local.withdrawal and case.ended is None:
        yield _of_parties(case, "withdraw", (party for party in case.parties if party.side == "raising"))


# --- clocks


def _extend(case: Escalation) -> Iterator[Offer]:
    if case.local.extensions:
        duties = [duty.id for duty in case.outstanding if _unless_refused(must_be_put_off, case, duty.id)]
        if duties:
            yield _of_parties(case, "extend", case.parties, duty=duties)


def _pause(case: Escalation) -> Iterator[Offer]:
    if case.local.pausing and case.ended is None:
        yield _of_parties(case, "pause", case.parties)


def _unpause(case: Escalation) -> Iterator[Offer]:
    if case.pause is not None and case.pause.until is not None:
        yield _of_parties(case, "unpause", case.parties)


def _agree_date(case: Escalation) -> Iterator[Offer]:
    for name, by in datable(case).items():
        roles = [role for role in by if role not in {ANY_PARTY, EVERY_PARTY}]
        if roles:
            seats = [seat for role in roles for seat in _seats(case, role)]
            yield _offer("agree-date", seats, timescale=(name,))
        if not roles or ANY_PARTY in by:
            yield _of_parties(case, "agree-date", case.parties, timescale=(name,))


def _fill(case: Escalation) -> Iterator[Offer]:
    if names := fillable(case):
        yield _of_all(case, "fill", timescale=names)


def _meetings(case: Escalation) -> Iterator[Offer]:
    yield _of_all(case, "meetings", group=sorted({*case.policy.roles, *case.policy.bodies}))


# --- mending


def _correct(case: Escalation) -> Iterator[Offer]:
    theirs: dict[str, list[int]] = {}
    for one in reversed(case.occurrences):
        entries = theirs.setdefault(one.party, [])
        is_new = len(entries) < LATELY and one.entry not in entries and is_of_people(one)
        if is_new and (mendable := _unless_refused(must_be_mendable, case, one.entry)) and mendable.party == one.party:
            entries.append(one.entry)
    parties = {party.id: party for party in case.parties}
    for who, entries in theirs.items():
        if entries and who in parties:
            yield _of_parties(case, "correct", (parties[who],), entry=entries)
        elif entries and not who:
            yield _of_all(case, "correct", entry=entries)


def _contest(case: Escalation) -> Iterator[Offer]:
    for party in case.parties:
        own = [entry for entry, kept in case.behalf.items() if kept.party == party.id]
        found = [entry for entry in own if _unless_refused(_own_to_contest, case, entry, party)]
        joint = (entry for entry in case.joint if entry not in own)
        found += [entry for entry in joint if _unless_refused(must_be_joint_to_contest, case, entry, party)]
        if found:
            yield _of_parties(case, "contest", (party,), entry=sorted(found, reverse=True)[:LATELY])


def _own_to_contest(case: Escalation, entry: int, party: Party) -> bool:
    must_be_own_to_contest(case, entry, party)
    return True


def _own_record(case: Escalation) -> Iterator[Offer]:
    yield _of_parties(case, "own-record", (party for party in case.parties if party.agency == case.parties[0].agency))
    yield _offer("own-record", _OFFICE)


def _void(case: Escalation) -> Iterator[Offer]:
    if not is_void(case) and not case.open_risks:
        yield _offer("void", _OFFICE)


def _correct_party(case: Escalation) -> Iterator[Offer]:
    silent = [party.id for party in case.parties if not has_spoken(case, party)]
    if case.ended is None and silent:
        yield _offer("correct-party", _OFFICE, party=silent)


def _mended(case: Escalation) -> Iterator[Offer]:
    if case.misdirected:
        seats = (say_seat(one.seat.role, one.seat.agency) for one in case.misdirected)
        yield _offer("mended", _OFFICE, seat=dict.fromkeys(seats))


# --- the end


def _waive(case: Escalation) -> Iterator[Offer]:
    if duties := [duty.id for duty in waivable(case) if duty.strength != "may"]:
        yield _of_all(case, "waive", duty=duties)


def _reopen(case: Escalation) -> Iterator[Offer]:
    if may_reopen(case):
        yield _of_all(case, "reopen")


# --- people


def _hand_over(case: Escalation) -> Iterator[Offer]:
    """Offer it to those who owe something, and everything to the office; what immediate risk asks nobody puts off."""
    shares: dict[tuple[Actor, ...], list[int]] = {}
    owed: list[int] = []
    for duty in case.outstanding:
        if duty.by == "anyone" or duty.strength == "may" or case.is_for_risk(duty):
            continue
        if seats := _holders(case, duty):
            owed.append(duty.id)
            shares.setdefault(seats, []).append(duty.id)
    for seats, duties in shares.items():
        yield _offer("hand-over", seats, "agencies" if all(seat.agency for seat in seats) else "", duty=duties)
    if owed:
        yield _offer("hand-over", _OFFICE, duty=owed)


def _holders(case: Escalation, duty: Duty) -> tuple[Actor, ...]:
    """Return the seats that may hand a duty over: of each agency that owes it one, or those of the partnership."""
    agencies = list(dict.fromkeys(seat.agency for seat in owning(Draft(case, case.entered_at), duty)))
    if parties := handing(case, duty, agencies):
        return party_seats(case, parties)
    if is_shared(case, duty.by) and not set(case.policy.plans).isdisjoint(duty.acts):
        return ()  # a plan stays with an agency's own people, and here it is with none
    if is_shared(case, duty.by):
        return tuple(Actor(role=role) for role in voices(case.policy, duty.by))
    return tuple(Actor(agency=agency, role=next(iter(sorted(case.policy.roles)))) for agency in agencies if agency)


def _join(case: Escalation) -> Iterator[Offer]:
    if case.ended is None:
        yield _of_all(case, "join")


def _leave(case: Escalation) -> Iterator[Offer]:
    if parties := leavers(case):
        yield _of_all(case, "leave", agency=(party.id for party in parties))


def _fact(case: Escalation) -> Iterator[Offer]:
    """Offer each thing that the policy asks, where it may be answered now, or answered anew."""
    for name in sorted(case.policy.facts):
        if is_answered_for_good(case, name) or needs_approval(case, name):
            continue
        if role := case.policy.facts[name].set_by:
            yield _offer("fact", _seats(case, role), fact=(name,))
        else:
            yield _of_all(case, "fact", fact=(name,))


def _seats(case: Escalation, role: str) -> list[Actor]:
    """Return the seats of a role: one of the partnership or of this case, or each party's own."""
    if is_shared(case, role):
        return [case.seats[role].but(person="") if role in case.seats else Actor(role=role)]
    return [Actor(agency=party.id, role=role) for party in case.parties]


# --- asking the rules


def _unless_refused(rule: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | None:
    """Return what a rule answers; None where it refuses."""
    try:
        return rule(*args, **named)
    except Refusal:
        return None


_OPEN: Mapping[str, Callable[[Escalation], Iterator[Offer]]] = {
    "unconfirm": _unconfirm,
    "withdraw": _withdraw,
    "extend": _extend,
    "pause": _pause,
    "unpause": _unpause,
    "agree-date": _agree_date,
    "fill": _fill,
    "meetings": _meetings,
    "correct": _correct,
    "contest": _contest,
    "own-record": _own_record,
    "correct-party": _correct_party,
    "mended": _mended,
    "void": _void,
    "waive": _waive,
    "reopen": _reopen,
    "hand-over": _hand_over,
    "join": _join,
    "leave": _leave,
    "fact": _fact,
}
"""How it is worked out for each command that is no act, outcome or plan and turns on how the case stands."""
