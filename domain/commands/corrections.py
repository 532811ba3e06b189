"""What was wrong is corrected (rule 8) or contested (15), as is what was entered in a party's name (39)."""

from datetime import datetime
from typing import Literal

from ..base.people import Party
from ..base.refusals import Refusal, began
from ..base.value import Instant
from ..base.words import say_instant
from ..case.command import Command, Words
from ..case.happened import FORMER, at_time, is_dated
from ..case.plan import PlanVersion
from ..case.state import Answer, EnteredFor, Escalation, Happened, Visit
from ..command_table.built_in import BUILT_IN
from ..engine.consents import take_back
from ..engine.draft import Draft
from ..engine.refold import refold
from ..engine.senders import event_time, must_be_known
from ..engine.strikes import must_be_struck, strike
from ..policy.event_names import FACT
from .acts.act_done import ActDone
from .outcomes import OutcomeSaid
from .parties import PartyJoined, PartyLeft
from .plans import PlanConfirmed, PlanProposed

DEPARTURE = "departure"
WORDS = {
    "propose": "a plan",
    "confirm": "a confirmation of the plan",
    "unconfirm": "a confirmation of the plan taken back",
    "fact": "an answer about the case",
    "risk": "immediate risk",
    "hand-over": "something handed over for a time",
    "misdirected": "that a notice reached the wrong person",
}
"""Kinds of message as the notice calls them; an act and an outcome have titles of their own."""
MADE_BY_THE_CASE = frozenset({"case.opened", "opened", "left", "overdue", "ended", "reopened"})
RISK = "risk.raised"
SAID_ANEW = (FACT, "party.")
"""What is mended by saying it anew: an answer, who is in the case."""


class Corrected(Command):
    """An entry was wrong: it happened at another time, or not at all. The entry itself stays as it is."""

    kind: Literal["correct"] = "correct"
    entry: int
    reason: Words
    happened_at: Instant | None = None
    """When it really happened."""
    strike: bool = False
    """It did not happen."""


class Contested(Command):
    """A party says that what was entered with its name in it is not so."""

    kind: Literal["contest"] = "contest"
    entry: int
    reason: Words


def tell_in_whose_name(draft: Draft, before: Escalation, event: Command) -> None:
    """Tell a party of what somebody else has just entered in its name, and keep it while it may be contested."""
    if not event.recorded_by or not draft.command_entry or isinstance(event, PartyLeft):  # that asks the party itself
        return
    parties = [p for p in draft.case.parties if event.by.agency in {p.id, p.agency}]
    exact = [p for p in parties if p.id == event.by.agency] or parties
    for party in exact:
        says = not isinstance(event, PartyJoined)  # by joining a party says nothing, though another may be renamed
        said = [claim.about for claim in draft.case.claims if says and party.id in claim.said]
        kept = EnteredFor(
            party=party.id,
            through=draft.case.entries,
            version=_version(draft.case, event),
            claims=tuple(about for about in said if party.id not in before.said(about)),
        )
        draft.change(behalf={**draft.case.behalf, draft.command_entry: kept})
        stage = _here(draft.case)
        step = draft.case.policy.stage(stage).title if stage else ""
        draft.notify("recorded-for-you", (draft.seat(party, stage),), step=step, fact=_words(draft.case, event))


def contest_own(draft: Draft, event: Contested, party: Party) -> str:
    """Undo what was entered in a party's own name, which it contests; returns what to say of it.

    An act discharges nothing any more. A confirmation is taken back, and with it the agreement of the plan and an end
    that came of it alone.

    Raises:
        Refusal: something was done since on the strength of it, or it is of a kind that is said anew instead.
    """
    must_be_own_to_contest(draft.case, event.entry, party)
    kept = draft.case.behalf[event.entry]
    draft.change(behalf={entry: one for entry, one in draft.case.behalf.items() if entry != event.entry})
    if kept.version:
        _take_confirmation_back(draft, party)
        return "Your confirmation is taken back."
    if kept.claims:
        _take_claims_back(draft, event.entry, kept)
        return "It is not your word any more."
    _take_consequences_back(draft, event.entry, kept.through)
    strike(draft, event.entry)
    return "It counts for nothing until you have entered it yourself; deadlines are as they were."


def must_be_own_to_contest(case: Escalation, entry: int, party: Party) -> None:
    """Refuse to undo what was entered in a party's own name, where nothing stands to be undone. Raises Refusal."""
    kept = case.behalf[entry]
    if kept.version:
        plan = case.plan
        if plan is None or plan.version != kept.version or party.id not in plan.confirmed:
            raise Refusal(
                "stale",
                f"Version {kept.version} of the plan does not rest on that confirmation any more: there is nothing to "
                "undo.",
            )
        if plan.agreed_at is not None:
            _must_have_no_consequences(case, plan.agreed_entry, plan.agreed_through)
            must_be_struck(case, plan.agreed_entry)
    elif kept.claims:
        for about in kept.claims:
            said = case.said(about)
            if kept.party not in said:
                raise Refusal(
                    "stale",
                    "What was said in your name has been settled since, so it is not undone: say how it is now.",
                )
            if set(said) >= {p.id for p in case.parties}:
                _must_be_latest(case, kept.through)
        _must_have_no_consequences(case, entry, kept.through)
    elif any(_is_contestable(case, o) for o in case.occurrences if o.entry == entry):
        _must_have_no_consequences(case, entry, kept.through)
        must_be_struck(case, entry)
    else:
        raise Refusal(
            "not open",
            f"Entry {entry} is neither an act, an outcome nor a confirmation that stands, "
            "so a contest undoes nothing in it: say anew how it is.",
        )


def _is_contestable(case: Escalation, happened: Happened) -> bool:
    """Is it an act or an outcome? What else was entered in a party's name is said anew; immediate risk stands."""
    name = happened.names[0]
    return "outcome" in happened.names or name in BUILT_IN or name.partition(".")[0] in {*case.policy.acts, DEPARTURE}


def _version(case: Escalation, event: Command) -> int:
    if isinstance(event, PlanConfirmed):
        return event.version
    return case.plan.version if isinstance(event, PlanProposed) and case.plan else 0


def _words(case: Escalation, event: Command) -> str:
    if isinstance(event, ActDone):
        act = case.policy.whole_act(event.act)
        return case.policy.act_title(act) if event.act.partition(".")[0] in case.policy.acts else "something done"
    if isinstance(event, OutcomeSaid):
        ways = (o for stage in ("ended", *case.policy.stage_ids) for o in case.policy.outcomes_of(stage))
        return next((case.policy.outcome_title(o) for o in ways if o.id == event.outcome), "an outcome")
    return WORDS.get(getattr(event, "kind", ""), "something said")


def _here(case: Escalation) -> str:
    steps = [v.stage for v in (*case.visits, *case.open_visits) if case.policy.stage(v.stage).strand == "dispute"]
    return steps[-1] if steps else ""


def _take_confirmation_back(draft: Draft, party: Party) -> None:
    plan = draft.case.plans[-1]  # it rests on that confirmation, as was seen before
    if plan.agreed_at is not None:
        _take_agreement_back(draft, plan)
    still = {name: at for name, at in plan.confirmed.items() if name != party.id}
    undone = plan.but(confirmed=still, agreed_at=None, agreed_entry=0, agreed_through=0)
    draft.change(plans=(*draft.case.plans[:-1], undone))


def _take_agreement_back(draft: Draft, plan: PlanVersion) -> None:
    _take_consequences_back(draft, plan.agreed_entry, plan.agreed_through)
    strike(draft, plan.agreed_entry)


def _take_claims_back(draft: Draft, entry: int, kept: EnteredFor) -> None:
    for about in kept.claims:
        take_back(draft, about, kept.party)
    _take_consequences_back(draft, entry, kept.through)


def _take_consequences_back(draft: Draft, entry: int, through: int) -> None:
    """Take back the moves that came of an entry in the same decision; nothing was done since."""
    for move in reversed(_moves(draft.case, entry, through)):
        strike(draft, move)


def _moves(case: Escalation, entry: int, through: int) -> list[int]:
    """Return the entries of the moves that came of an entry in the same decision."""
    return [o.entry for o in case.occurrences if "outcome" in o.names and entry < o.entry <= through]


def _must_have_no_consequences(case: Escalation, entry: int, through: int) -> None:
    """Refuse where a move came of an entry on the strength of which something was done since."""
    moves = _moves(case, entry, through)
    if moves:
        _must_be_latest(case, through)
    for move in moves[-1:]:
        must_be_struck(case, move)


def _must_be_latest(case: Escalation, through: int) -> None:
    since = next((o.entry for o in case.occurrences if o.entry > through and "overdue" not in o.names), 0)
    if since:
        way = (
            "reopen the case"
            if case.ended
            else "say in the case how it is now, with a new version of the plan if need be"
        )
        raise Refusal(
            "not allowed", f"Something was done since (entry {since}), so the case does not go back by itself: {way}."
        )


def contested(draft: Draft, event: Contested) -> Answer:
    """Take a contested act's discharge back: the duty is owed again on its old clock until both say the same."""
    party = must_be_known(draft.case, event.by)
    at = event_time(draft.case, event, draft.now)
    kept = draft.case.behalf.get(event.entry)
    if party is not None and kept is not None and kept.party == party.id:
        return _own(draft, event, party, at)
    party, made_by = must_be_joint_to_contest(draft.case, event.entry, party)
    duty_id = draft.case.joint[event.entry]
    draft.enter_command("contested", at, event, contests=event.entry)
    before = draft.case
    duty = before.duties[duty_id - 1]
    draft.change(
        joint={number: joint for number, joint in draft.case.joint.items() if number != event.entry},
        occurrences=tuple(o for o in draft.case.occurrences if o.entry != event.entry or o.names[0] not in duty.acts),
    )
    refold(draft, before, "its start was contested")
    makers = [draft.seat(p, duty.stage) for p in draft.case.parties if p.id == made_by]
    draft.notify("contested", makers, fact=draft.title_of(duty), by=party.id)
    title = began(draft.title_of(duty))
    now = draft.duty(duty_id)
    if now.state == "done":
        draft.change(joint={**draft.case.joint, now.done_entry: duty_id})
        sentence = f"Contested. {title} counts as done all the same, by entry {now.done_entry}."
    elif now.is_outstanding:
        sentence = f"Contested. {title} is owed again, on the old clock, until both sides say the same."
    else:
        sentence = f"Contested. {title} counts as not done; its step has been left, so it is not owed any more."
    return Answer(sentence=sentence, entry=draft.entry)


def must_be_joint_to_contest(case: Escalation, entry: int, party: Party | None) -> tuple[Party, str]:
    """Return who contests what was entered for all, and the id of the party that entered it.

    Raises:
        Refusal: it was not entered for all, or by the speaker's own side.
    """
    if party is None or entry not in case.joint:
        raise Refusal(
            "not open",
            f"Entry {entry} is nothing that you can contest: only what another side entered for all, "
            "or what somebody else entered in your own name.",
        )
    made_by = next((o.party for o in case.occurrences if o.entry == entry), "")
    if made_by == party.id:
        raise Refusal("wrong side", "Your own side entered it: only another party contests it.")
    return party, made_by


def _own(draft: Draft, event: Contested, party: Party, at: datetime) -> Answer:
    """Undo what was entered in the party's own name, and tell the others that it is not so."""
    entry = draft.enter_command("contested", at, event, contests=event.entry)
    stage = next((o.stage for o in draft.case.occurrences if o.entry == event.entry), "")
    said = contest_own(draft, event, party)
    others = [draft.seat(p, stage) for p in draft.case.parties if p != party]
    draft.notify("contested", others, fact="what was entered in its name", by=party.id)
    return Answer(sentence=f"Contested. {said}", entry=entry)


def corrected(draft: Draft, event: Corrected) -> Answer:
    """Take a correction: another event time, or that it did not happen at all. No entry is changed."""
    party = must_be_known(draft.case, event.by)
    at = event_time(draft.case, event, draft.now)
    happened = must_be_mendable(draft.case, event.entry)
    if happened.party and (party is None or party.id != happened.party):
        raise Refusal("wrong side", f"{happened.party} entered it, and corrects it: another party contests it instead.")
    if not event.reason.strip():
        raise Refusal("missing", "A correction says why.")
    if event.strike == (event.happened_at is not None):
        raise Refusal("missing", "Say one of two: when it really happened, or that it is struck out.")
    if event.strike and any(plan.agreed_entry == event.entry for plan in draft.case.plans):
        raise Refusal(
            "not allowed",
            "With it every party had agreed the plan, so it is not struck out: a change is a new version of the plan.",
        )
    if event.happened_at is not None:
        _must_fit(draft, happened, event.happened_at)
    entry = draft.enter_command("corrected", at, event, corrects=event.entry)
    if event.happened_at is None:
        strike(draft, event.entry)
    else:
        _move(draft, event.entry, event.happened_at)
    others = [p for p in draft.case.parties if p != party]
    stage = happened.stage
    step = draft.case.policy.stage(stage).title if stage else ""
    by = party.id if party else draft.case.policy.role_title(event.by.role)
    draft.notify("corrected", [draft.seat(p, stage) for p in others], step=step, by=by)
    return Answer(
        sentence=f"Corrected: entry {event.entry}. The entry stays as it was, with this one beside it.", entry=entry
    )


def must_be_mendable(case: Escalation, entry: int) -> Happened:
    """Return what happened by an entry that can be corrected. Raises Refusal where nothing did that stands."""
    happened = next((one for one in case.occurrences if one.entry == entry and is_of_people(one)), None)
    if happened is not None and RISK in happened.names:
        raise Refusal(
            "not allowed",
            "Immediate risk that was raised stands, whoever raised it: ring the services, and record that you did.",
        )
    if happened is not None:
        return happened
    raise Refusal(
        "not open", f"Entry {entry} is not an act or an outcome that stands, so there is nothing to correct in it."
    )


def is_of_people(happened: Happened) -> bool:
    """Did it happen by somebody's word that stands, and is it not mended by saying it anew?"""
    name = happened.names[0]
    return name not in MADE_BY_THE_CASE and not name.startswith((*SAID_ANEW, FORMER))


def _must_fit(draft: Draft, happened: Happened, at: datetime) -> None:
    zone = draft.case.policy.zone
    if at > draft.now:
        raise Refusal("time", f"{say_instant(at, zone)} lies in the future: it cannot have happened then.")
    if draft.case.day_of(at) < draft.case.calendar.covers_from:
        raise Refusal("time", f"{say_instant(at, zone)} lies before the calendar of this case begins: check the year.")
    said_at = "outcome" in happened.names
    for visit in draft.case.visits:
        if not (visit.left_by_entry == happened.entry or (said_at and visit.has(happened))):
            continue
        if at < visit.opened_at:
            began = say_instant(visit.opened_at, zone)
            raise Refusal("time", f"That step began on {began}: it cannot have been left before.")
    for visit in draft.case.visits:
        if visit.opened_by_entry == happened.entry and visit.left_at is not None and visit.left_at < at:
            title = draft.case.policy.stage(visit.stage).title
            over = say_instant(visit.left_at, zone)
            raise Refusal("time", f"{title}, which it opened, was left on {over}: it cannot have been opened after.")


def _move(draft: Draft, entry: int, at: datetime) -> None:
    """Give what an entry says another event time: clocks that ran from it run anew, what it did is judged again."""
    case = draft.case
    opened = [visit for visit in case.visits if visit.opened_by_entry == entry]
    ends = case.ended is not None and case.ended.entry == entry
    at_once = (o for o in case.occurrences if "overdue" not in o.names and any(visit.has(o) for visit in opened))
    opening = {o.entry for o in at_once if "opened" in o.names}
    moved = {entry, *opening, _end_by(case, entry)}
    draft.change(
        occurrences=tuple(
            at_time(o, at) if o.entry in moved and not is_dated(case.policy, o) else o for o in case.occurrences
        ),
        visits=tuple(_moved(visit, entry, at) for visit in case.visits),
        ended=case.ended.but(at=at) if ends and case.ended else case.ended,
    )
    refold(draft, case, "its start was corrected")


def _end_by(case: Escalation, entry: int) -> int:
    """Return the number of the entry of the end that an entry brought about, though taken back since; 0 for none."""
    after = [o for o in case.occurrences if o.entry >= entry and o.names[0] != "left"]
    by = [o for o in after if o.entry == entry] + [o for o in after if o.entry > entry][:1]
    return next((o.entry for o in by if o.names[0].removeprefix(FORMER) == "ended"), 0)


def _moved(visit: Visit, entry: int, at: datetime) -> Visit:
    if visit.opened_by_entry == entry:
        visit = visit.but(opened_at=at)
    return visit.but(left_at=at) if visit.left_by_entry == entry and visit.left_at else visit
