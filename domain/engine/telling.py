"""Telling people what follows, and which deadlines stand in the diary of whoever gets a notice (G26, G27, V12)."""

from collections.abc import Iterator
from datetime import datetime

from ..base.people import Actor, Party
from ..case.effects import Deadline, Entry, Notice, Recipient
from ..case.state import Duty
from ..policy.check_names import OWN
from .draft import Draft
from .seats import delegates, is_shared, seat_of, seats_having

RAISER = "raiser"


def tell_addressed(draft: Draft, entry: int, act: str, by: Actor, party: Party | None) -> None:
    """Tell the seats that a duty's `to` names that its act was recorded; the parties' own people at the step know."""
    names = {to for duty in draft.case.duties if duty.done_entry == entry for to in _to(draft, duty)}
    stages = {duty.stage for duty in draft.case.duties if duty.done_entry == entry and duty.stage}
    seats = [
        seat
        for name in sorted(names)
        for seat in addressed(draft, name, party)
        if not _sits(draft, name, seat.agency, stages)
    ]
    known = draft.known(by)
    step = next((draft.case.policy.stage(stage).title for stage in sorted(stages)), "")
    draft.notify("told", dict.fromkeys(seats), step=step, fact=draft.case.policy.act_title(act), by=str(known))


def tell_owed(draft: Draft, first: int, speaker: Actor | None) -> None:
    """Tell everybody who owes something since duty number *first*, in a notice they get anyway or one of its own.

    Whoever has just spoken hears it in the answer.
    """
    owing: dict[Recipient, list[Duty]] = {}
    for duty in draft.case.duties[first:]:
        if duty.is_outstanding and duty.strength != "may" and not duty.is_risk_call and not duty.is_of_plan:
            for seat in owers(draft, duty):
                owing.setdefault(seat, []).append(duty)
    for seat, duties in owing.items():
        owed = tuple(draft.owed(duty) for duty in duties)
        stages = dict.fromkeys(draft.case.policy.stage(duty.stage).title for duty in duties if duty.stage)
        heard = speaker is not None and (seat.role, seat.agency) == (speaker.role, speaker.agency)
        if not draft.tell_also(seat, owed) and not heard:
            draft.notify("owed", (seat,), step=", ".join(stages), owed=owed)


def told_of(draft: Draft, duty: Duty) -> tuple[Recipient, ...]:
    """Return the seats that hear of a duty: those that owe it, and those that have it for a time."""
    return tuple(dict.fromkeys((*owning(draft, duty), *delegates(draft.case, duty, draft.now))))


def owning(draft: Draft, duty: Duty) -> Iterator[Recipient]:
    """Yield the seats that owe a duty, a partner's too that is no party and owns an action of the plan."""
    yield from owers(draft, duty)
    if duty.party and all(duty.party != party.id for party in draft.case.parties):
        stage = next((v.stage for v in reversed(draft.case.visited)), "")
        yield draft.seat(Party(id=duty.party, agency=duty.party, side="receiving"), stage)


def owers(draft: Draft, duty: Duty) -> Iterator[Recipient]:
    """Yield the seats of the case that owe a duty."""
    case = draft.case
    rule = case.rule_of(duty)
    roles = rule.role if rule else ()
    if duty.by == "raiser":
        yield draft.raiser()
    elif is_shared(case, duty.by):
        yield from draft.seats(duty.by)
    elif duty.by in case.policy.roles:
        yield from (seat_of(case, party, (duty.by,)) for party in case.parties)
    elif duty.by != "anyone":
        concerned = [p for p in case.parties if duty.party in {"", p.id}]
        stage = duty.stage or next((v.stage for v in reversed(case.visited)), "")
        yield from (_owing_seat(draft, party, roles, stage) for party in concerned)


def _owing_seat(draft: Draft, party: Party, roles: tuple[str, ...], stage: str) -> Recipient:
    """Return the seat of a party at the step, unless the duty is for others of its people."""
    usual = draft.seat(party, stage)
    return usual if not roles or usual.role in roles else seat_of(draft.case, party, roles)


def _to(draft: Draft, duty: Duty) -> tuple[str, ...]:
    rule = draft.case.rule_of(duty)
    return rule.to if rule else ()


def _sits(draft: Draft, role: str, agency: str, stages: set[str]) -> bool:
    """Does a role sit at one of these steps: on its agency's side, or on either where it is no agency's own?"""
    sides = {party.side for party in draft.case.parties if party.agency == agency} or {"raising", "receiving"}
    return any(role in getattr(draft.case.policy.stage(stage), side) for stage in stages for side in sides)


def addressed(draft: Draft, name: str, sender: Party | None) -> Iterator[Recipient]:
    """Yield the seats that a policy means by a name; of a role that every party has, not the sender's own."""
    case = draft.case
    if name == RAISER:
        yield draft.raiser()
    elif name.startswith(OWN):
        yield from (seat_of(case, party, (name.removeprefix(OWN),)) for party in case.parties if party == sender)
    elif is_shared(case, name):
        yield from draft.seats(name)
    elif name in case.policy.roles:
        yield from (seat_of(case, party, (name,)) for party in case.parties if party != sender)


def effects_of(draft: Draft) -> tuple[Entry | Notice, ...]:
    """Return what must be done; each notice says how every deadline of its recipient in this case stands now.

    A diary that takes the notices over is thus right after each, whatever it missed before: a deadline that moved is
    moved, and one that is met, let go, held in a pause or with somebody else is taken out.
    """
    theirs = _by_seat(draft) if draft.has_notices else {}
    return draft.effects(lambda notice: tuple(_deadlines(draft, notice, theirs.get(notice.to, {}))))


def _by_seat(draft: Draft) -> dict[Recipient, dict[int, bool]]:
    """Return the numbers of the duties that each seat has or had, and whether it has them now."""
    found: dict[Recipient, dict[int, bool]] = {}
    for duty in draft.case.duties:
        due = _due(duty)
        is_news = due is not None and (due > draft.now or duty.overdue_entry in draft.numbers)
        if is_news and not duty.is_risk_call:
            had = (seat for one in duty.handed for seat in seats_having(draft.case, one))
            have = told_of(draft, duty)
            for seat in (*have, *had):
                found.setdefault(seat, {})[duty.id] = seat in have and duty.is_outstanding and duty.due is not None
    return found


def _deadlines(draft: Draft, notice: Notice, theirs: dict[int, bool]) -> Iterator[Deadline]:
    for duty in (one for one in draft.case.duties if one.id in theirs):
        if not theirs[duty.id]:
            yield _said(draft, duty, over=True)
        elif duty.strength != "may" or draft.owed(duty) in notice.owed:
            yield _said(draft, duty)
    for duty in _taken_away(draft, notice):
        if duty.id not in theirs and (due := _due(duty)) and due > draft.now:
            yield _said(draft, duty, over=True)


def _taken_away(draft: Draft, notice: Notice) -> Iterator[Duty]:
    """Yield what a notice itself takes from its recipient: what they had for a time, or all that a party owed."""
    agency = notice.to.agency
    if notice.kind == "handed-back":
        yield from (duty for duty in draft.case.outstanding if draft.owed(duty) in notice.owed)
    elif notice.kind in {"party-left", "party-corrected"} and all(
        agency != party.agency for party in draft.case.parties
    ):
        yield from (duty for duty in draft.case.duties if duty.party.partition(".")[0] in {"", agency})


def _due(duty: Duty) -> datetime | None:
    """Return when it is due, or would have been without the pause."""
    return duty.due or duty.held_due


def _said(draft: Draft, duty: Duty, *, over: bool = False) -> Deadline:
    due = _due(duty)
    assert due is not None  # noqa: S101 - those without a time are left out before
    owed = draft.owed(duty)
    return Deadline(
        duty=duty.id,
        version=draft.case.entries,
        what=owed.what,
        due=due,
        due_words="" if over else owed.due_words,
        alarm_at=None if over else draft.case.calendar.morning_before(due, draft.now),
        over=over,
    )
