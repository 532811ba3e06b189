"""Telling people what follows: what they now owe, and what was recorded for them to know (G26, G27, V12)."""

from collections.abc import Iterator

from ...effects import Recipient
from ...escalation import Duty
from ...people import Actor, Party
from ...policy.check_names import OWN
from ..turn import Turn
from .delegates import delegates
from .seats import is_shared, seat_of

RAISER = "raiser"


def tell_addressed(turn: Turn, entry: int, act: str, by: Actor, party: Party | None) -> None:
    """Tell the seats that a duty's `to` names that its act was recorded; the parties' own people at the step know."""
    names = {to for duty in turn.case.duties if duty.done_entry == entry for to in _to(turn, duty)}
    stages = {duty.stage for duty in turn.case.duties if duty.done_entry == entry and duty.stage}
    seats = [
        seat
        for name in sorted(names)
        for seat in addressed(turn, name, party)
        if not _sits(turn, name, seat.agency, stages)
    ]
    known = turn.known(by)
    step = next((turn.case.policy.stage(stage).title for stage in sorted(stages)), "")
    turn.notify("told", dict.fromkeys(seats), step=step, fact=turn.case.policy.act_title(act), by=str(known))


def tell_owed(turn: Turn, first: int, speaker: Actor | None) -> None:
    """Tell everybody who owes something since duty number *first*, in a notice they get anyway or one of its own.

    Whoever has just spoken hears it in the answer.
    """
    owing: dict[Recipient, list[Duty]] = {}
    for duty in turn.case.duties[first:]:
        if duty.is_outstanding and duty.strength != "may" and not duty.is_risk_call and not duty.is_of_plan:
            for seat in owers(turn, duty):
                owing.setdefault(seat, []).append(duty)
    for seat, duties in owing.items():
        owed = tuple(turn.owed(duty) for duty in duties)
        stages = dict.fromkeys(turn.case.policy.stage(duty.stage).title for duty in duties if duty.stage)
        heard = speaker is not None and (seat.role, seat.agency) == (speaker.role, speaker.agency)
        if not turn.tell_also(seat, owed) and not heard:
            turn.notify("owed", (seat,), step=", ".join(stages), owed=owed)


def told_of(turn: Turn, duty: Duty) -> tuple[Recipient, ...]:
    """Return the seats that hear of a duty: those that owe it, and those that have it for a time."""
    return tuple(dict.fromkeys((*owning(turn, duty), *delegates(turn.case, duty, turn.now))))


def owning(turn: Turn, duty: Duty) -> Iterator[Recipient]:
    """Yield the seats that owe a duty, a partner's too that is no party and owns an action of the plan."""
    yield from owers(turn, duty)
    if duty.party and all(duty.party != party.id for party in turn.case.parties):
        stage = next((v.stage for v in reversed(turn.case.visited)), "")
        yield turn.seat(Party(id=duty.party, agency=duty.party, side="receiving"), stage)


def owers(turn: Turn, duty: Duty) -> Iterator[Recipient]:
    """Yield the seats of the case that owe a duty."""
    case = turn.case
    rule = case.rule_of(duty)
    roles = rule.role if rule else ()
    if duty.by == "raiser":
        yield turn.raiser()
    elif is_shared(case, duty.by):
        yield from turn.seats(duty.by)
    elif duty.by in case.policy.roles:
        yield from (seat_of(case, party, (duty.by,)) for party in case.parties)
    elif duty.by != "anyone":
        concerned = [p for p in case.parties if duty.party in {"", p.id}]
        stage = duty.stage or next((v.stage for v in reversed(case.visited)), "")
        yield from (_owing_seat(turn, party, roles, stage) for party in concerned)


def _owing_seat(turn: Turn, party: Party, roles: tuple[str, ...], stage: str) -> Recipient:
    """Return the seat of a party at the step, unless the duty is for others of its people."""
    usual = turn.seat(party, stage)
    return usual if not roles or usual.role in roles else seat_of(turn.case, party, roles)


def _to(turn: Turn, duty: Duty) -> tuple[str, ...]:
    rule = turn.case.rule_of(duty)
    return rule.to if rule else ()


def _sits(turn: Turn, role: str, agency: str, stages: set[str]) -> bool:
    """Does a role sit at one of these steps: on its agency's side, or on either where it is no agency's own?"""
    sides = {party.side for party in turn.case.parties if party.agency == agency} or {"raising", "receiving"}
    return any(role in getattr(turn.case.policy.stage(stage), side) for stage in stages for side in sides)


def addressed(turn: Turn, name: str, sender: Party | None) -> Iterator[Recipient]:
    """Yield the seats that a policy means by a name; of a role that every party has, not the sender's own."""
    case = turn.case
    if name == RAISER:
        yield turn.raiser()
    elif name.startswith(OWN):
        yield from (seat_of(case, party, (name.removeprefix(OWN),)) for party in case.parties if party == sender)
    elif is_shared(case, name):
        yield from turn.seats(name)
    elif name in case.policy.roles:
        yield from (seat_of(case, party, (name,)) for party in case.parties if party != sender)
