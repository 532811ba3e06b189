"""Parties that join a dispute, leave it, or were entered by mistake, while it goes on (rule 37, S30)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from ..base.identities import ClaimKey, LeavingProposal
from ..base.people import Party, Side, Slug
from ..base.refusals import Refusal, listed
from ..case.command import Command, Words
from ..case.effects import Owed, Recipient
from ..case.state import Answer, Escalation, Happened
from ..engine.agreement import agreed_by_all
from ..engine.consents import forget_consents, note_said
from ..engine.deadlines import JOINED
from ..engine.discharging import lapse
from ..engine.draft import Draft
from ..engine.duties import happen
from ..engine.retroactive import raise_for
from ..engine.senders import event_time, known_or_operations, must_be_known, must_be_operations, say_who
from .plans import agree_if_all

LEFT = "the party left the dispute"
IN_ITS_NAME = "somebody else, in its name"
"""Who asks a party to leave, where it was entered for that party."""


class PartyJoined(Command):
    """Another agency becomes a party."""

    kind: Literal["join"] = "join"
    agency: Slug
    side: Side
    reason: Words


class PartyLeft(Command):
    """A party leaves the dispute."""

    kind: Literal["leave"] = "leave"
    party: Slug
    reason: Words


class PartyCorrected(Command):
    """The office says that another agency was meant: the wrong one had been entered as a party."""

    kind: Literal["correct-party"] = "correct-party"
    party: Slug
    agency: Slug
    """Which was meant."""
    reason: Words


def joined(draft: Draft, event: PartyJoined) -> Answer:
    """Let another agency become a party: it owes from its joining on, and confirms a plan not yet agreed."""
    must_be_known(draft.case, event.by)
    at = event_time(draft.case, event, draft.now)
    _must_go_on(draft.case)
    _must_be_new(draft.case, event)
    if not event.reason.strip():
        raise Refusal("missing", "Say why another party joins: the others are told, and it is on the record.")
    already = draft.case.parties
    newcomer = _add(draft, event.agency, event.side)
    entry = draft.enter_command("party-joined", at, event, party=newcomer.id, side=newcomer.side)
    happened = Happened(entry=entry, names=(JOINED,), side=newcomer.side, party=newcomer.id, at=at)
    happen(draft, happened, event.by)
    raise_for(draft, newcomer.id, happened)
    seats = _seats(draft, already)
    draft.notify("party-joined", seats, step=_step(draft.case), fact=newcomer.id, by=str(draft.known(event.by)))
    _tell_where(draft, newcomer)
    plan = draft.case.plan
    waits = f" It must confirm version {plan.version} of the plan too." if plan and not plan.agreed_at else ""
    return Answer(sentence=f"{newcomer.id} is a party now, on the {newcomer.side} side.{waits}", entry=entry)


def left(draft: Draft, event: PartyLeft) -> Answer:
    """Let a party leave by its own word: what it owes by itself lapses, and the others agree without it from now on.

    Another's word, and what somebody enters in its name, only asks it to leave. What an agreed plan asks of its agency
    stays: that was promised for the child, and is not the dispute's.
    """
    speaker = known_or_operations(draft.case, event)
    at = event_time(draft.case, event, draft.now)
    _must_go_on(draft.case)
    leaver = _named(draft.case, event.party)
    staying = tuple(party for party in draft.case.parties if party != leaver)
    if leaver not in leavers(draft.case):
        raise Refusal(
            "not allowed",
            f"{leaver.id} is the last party on the {leaver.side} side, and a dispute has two: "
            "let another join first, or end the dispute by one of its outcomes.",
        )
    if not event.reason.strip():
        raise Refusal("missing", "Say why the party leaves: the others are told, and it is on the record.")
    if speaker != leaver or event.recorded_by:
        return _ask_to_leave(draft, event, speaker, leaver, at)
    entry = draft.enter_command("party-left", at, event, party=leaver.id, side=leaver.side)
    forget_consents(draft, LeavingProposal(leaver=leaver.id))
    _release(draft, leaver)
    seats = _seats(draft, draft.case.parties)
    draft.change(parties=staying)
    draft.notify("party-left", seats, step=_step(draft.case), fact=leaver.id, by=leaver.id)
    if not agree_if_all(draft, at):
        agreed_by_all(draft, at)
    return Answer(sentence=f"{leaver.id} is no party any more; the others go on without it.", entry=entry)


def leavers(case: Escalation) -> tuple[Party, ...]:
    """Return the parties that may leave: none that is the last of its side, and none of a dispute that has ended."""
    sides = [party.side for party in case.parties]
    return () if case.ended else tuple(party for party in case.parties if sides.count(party.side) > 1)


def party_corrected(draft: Draft, event: PartyCorrected) -> Answer:
    """Put the agency that was meant in the place of one that was a party by mistake and has said nothing yet.

    What it owes by itself it owes from now on, as any party that joins; what was asked of the other lapses.
    """
    case = draft.case
    otherwise = "A party joins or leaves by its own word (`join`, `leave`)."
    must_be_operations(case, event, "says that the wrong agency was entered", otherwise)
    at = event_time(case, event, draft.now)
    _must_go_on(case)
    wrong = _named(case, event.party)
    _must_be_new(case, PartyJoined(by=event.by, agency=event.agency, side=wrong.side, reason=event.reason))
    if has_spoken(case, wrong):
        raise Refusal(
            "not allowed",
            f"{wrong.id} has said something in this case already, so it was no mere mistake: let {event.agency} join "
            f"(`join`), and ask {wrong.id} to leave (`leave`).",
        )
    if not event.reason.strip():
        raise Refusal(
            "missing", "Say how the wrong agency came to be entered: all parties are told, and it is on the record."
        )
    told = _seats(draft, case.parties)
    right = _add(draft, event.agency, wrong.side)
    if case.raiser.agency in {wrong.id, wrong.agency}:
        draft.change(raiser=case.raiser.but(agency=right.agency))
    entry = draft.enter_command("party-corrected", at, event, party=right.id, before=wrong.id, side=wrong.side)
    happened = Happened(entry=entry, names=(JOINED,), side=right.side, party=right.id, at=at)
    happen(draft, happened, event.by)
    raise_for(draft, right.id, happened)
    forget_consents(draft, LeavingProposal(leaver=wrong.id))
    _release(draft, wrong)
    draft.change(parties=tuple(party for party in draft.case.parties if party.id != wrong.id))
    step = _step(draft.case)
    draft.notify("party-corrected", told, step=step, fact=right.id, by=wrong.id)
    _tell_where(draft, right)
    if not agree_if_all(draft, at):
        agreed_by_all(draft, at)
    return Answer(
        sentence=f"{right.id} is a party now, on the {right.side} side, and {wrong.id} is none: each is told.",
        entry=entry,
    )


def has_spoken(case: Escalation, party: Party) -> bool:
    """Has anybody acted, claimed, confirmed or signed for a party?"""
    own = (one for one in case.occurrences if one.by is not None and JOINED not in one.names)
    acted = any(party.id in {one.party, *one.others} for one in own)
    said = any(party.id in claim.said for claim in case.claims)
    confirmed = any(party.id in plan.confirmed for plan in case.plans)
    signed = any(party.id == one.party for one in case.signatures)
    return acted or said or confirmed or signed


def _ask_to_leave(draft: Draft, event: PartyLeft, speaker: Party | None, leaver: Party, at: datetime) -> Answer:
    """Ask a party whether it leaves: nothing changes until it says so itself."""
    entry = draft.enter_command("leave-proposed", at, event, party=leaver.id, waits_for=[leaver.id])
    who = speaker.id if speaker and speaker != leaver else say_who(draft, event)
    by = IN_ITS_NAME if speaker == leaver else who
    note_said(draft, LeavingProposal(leaver=leaver.id), by)
    draft.notify(
        "proposed", _seats(draft, (leaver,)), step=_step(draft.case), fact=f"{leaver.id} leaves the case", by=by
    )
    return Answer(
        sentence=f"Proposed: {leaver.id} leaves. It is asked, and stays a party until it says so itself.", entry=entry
    )


def _must_go_on(case: Escalation) -> None:
    if case.ended is not None:
        raise Refusal(
            "not open", "The dispute has ended, so nobody joins or leaves it any more: reopen it first if it goes on."
        )


def _must_be_new(case: Escalation, event: PartyJoined) -> None:
    if any((party.agency, party.side) == (event.agency, event.side) for party in case.parties):
        raise Refusal(
            "not allowed", f"{event.agency} is a party on the {event.side} side already: there is no more to do."
        )
    ids = {party.id for party in case.parties}
    if event.agency in {party.agency for party in case.parties}:
        ids = {f"{party.agency}.{party.side}" if party.agency == event.agency else party.id for party in case.parties}
        clash = f"{event.agency}.{event.side}" in ids
    else:
        clash = event.agency in ids
    if clash:
        raise Refusal("unknown", "This agency's name clashes with that of another party: use another id for it.")


def _named(case: Escalation, name: str) -> Party:
    found = [p for p in case.parties if p.id == name] or [p for p in case.parties if p.agency == name]
    if len(found) == 1:
        return found[0]
    known = listed([party.id for party in case.parties], "or")
    raise Refusal("unknown", f"{name} is not one party to this case: say which leaves, {known}.")


def _add(draft: Draft, agency: str, side: Side) -> Party:
    """Add a party; an agency that is then on both sides is told apart by its side, as at an opening (L3)."""
    twin = next((party for party in draft.case.parties if party.agency == agency), None)
    if twin is not None and twin.id == agency:
        _rename(draft, twin, f"{agency}.{twin.side}")
    newcomer = Party(id=agency if twin is None else f"{agency}.{side}", agency=agency, side=side)
    parties = (*draft.case.parties, newcomer)
    draft.change(parties=tuple(sorted(parties, key=lambda party: party.side != "raising")))
    return newcomer


def _rename(draft: Draft, party: Party, new: str) -> None:
    """Give a party another id wherever the case speaks of it."""
    case, old = draft.case, party.id

    def named(name: str) -> str:
        return new if name == old else name

    def all_named(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(named(name) for name in names)

    def about(key: ClaimKey) -> ClaimKey:
        return LeavingProposal(leaver=named(key.leaver)) if isinstance(key, LeavingProposal) else key

    draft.change(
        parties=tuple(p.but(id=named(p.id)) for p in case.parties),
        duties=tuple(d.but(party=named(d.party)) for d in case.duties),
        occurrences=tuple(o.but(party=named(o.party), others=all_named(o.others)) for o in case.occurrences),
        plans=tuple(p.but(confirmed={named(name): at for name, at in p.confirmed.items()}) for p in case.plans),
        claims=tuple(claim.but(about=about(claim.about), said=all_named(claim.said)) for claim in case.claims),
        signatures=tuple(s.but(party=named(s.party)) for s in case.signatures),
        behalf={
            entry: kept.but(party=named(kept.party), claims=tuple(map(about, kept.claims)))
            for entry, kept in case.behalf.items()
        },
    )


def _release(draft: Draft, leaver: Party) -> None:
    stays = any(party.agency == leaver.agency for party in draft.case.parties if party != leaver)
    for duty in draft.case.outstanding:
        if not duty.party and not stays:  # what all owe together is not in its people's hands any more
            draft.put_duty(duty.but(handed=tuple(one for one in duty.handed if one.agency != leaver.agency)))
        if duty.party != leaver.id:
            continue
        if duty.is_of_plan:
            draft.put_duty(duty.but(party=leaver.agency))
        else:
            lapse(draft, duty, LEFT)


def _here(case: Escalation) -> str:
    """Return the step at which the dispute is; the newest, where there are several."""
    steps = [v.stage for v in case.open_visits if case.policy.stage(v.stage).strand == "dispute"]
    return next(reversed(steps), next((v.stage for v in reversed(case.visited)), ""))


def _step(case: Escalation) -> str:
    stage = _here(case)
    return case.policy.stage(stage).title if stage else case.policy.title


def _seats(draft: Draft, parties: Iterable[Party]) -> tuple[Recipient, ...]:
    return tuple(draft.seat(party, _here(draft.case)) for party in parties)


def _tell_where(draft: Draft, party: Party) -> None:
    """Tell a new party's seats where the case stands, and what is owed there by it or by all together."""
    told: dict[Recipient, tuple[list[str], list[Owed]]] = {}
    for visit in draft.case.open_visits:
        stage = draft.case.policy.stage(visit.stage)
        if not getattr(stage, party.side):
            continue
        steps, owed = told.setdefault(draft.seat(party, visit.stage), ([], []))
        steps.append(stage.title)
        for duty in draft.case.outstanding:
            here = visit.has(duty)
            if here and duty.strength != "may" and duty.party in {"", party.id}:
                owed.append(draft.owed(duty))
    if not told:
        told[draft.seat(party, "")] = ([_step(draft.case)], [])
    for seat, (steps, owed) in told.items():
        draft.notify("step-opened", (seat,), step=", ".join(steps), owed=tuple(owed))
