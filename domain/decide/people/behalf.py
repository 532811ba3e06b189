"""What somebody else enters in a party's name: the party is told, and may contest it (rule 39)."""

from ...commands.built_in import BUILT_IN
from ...escalation import Behalf, Escalation, Occurrence
from ...events import ActDone, Contested, OutcomeSaid, PartyJoined, PartyLeft, PlanConfirmed, PlanProposed, Said
from ...people import Party
from ...plan import PlanVersion
from ...refusals import Refusal
from ..acts.plans import replaced_by
from ..mending.strikes import strike
from ..turn import Turn
from .consents import take_back

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


def tell_in_whose_name(turn: Turn, before: Escalation, event: Said) -> None:
    """Tell a party of what somebody else has just entered in its name, and keep it while it may be contested."""
    if not event.recorded_by or not turn.said_entry or isinstance(event, PartyLeft):  # that asks the party itself
        return
    parties = [p for p in turn.case.parties if event.by.agency in {p.id, p.agency}]
    exact = [p for p in parties if p.id == event.by.agency] or parties
    for party in exact:
        says = not isinstance(event, PartyJoined)  # by joining a party says nothing, though another may be renamed
        said = [claim.about for claim in turn.case.claims if says and party.id in claim.said]
        kept = Behalf(
            party=party.id,
            through=turn.case.entries,
            version=_version(turn.case, event),
            claims=tuple(about for about in said if party.id not in before.said(about)),
        )
        turn.change(behalf={**turn.case.behalf, turn.said_entry: kept})
        stage = _here(turn.case)
        step = turn.case.policy.stage(stage).title if stage else ""
        turn.notify("recorded-for-you", (turn.seat(party, stage),), step=step, fact=_words(turn.case, event))


def contest_own(turn: Turn, event: Contested, party: Party) -> str:
    """Undo what was entered in a party's own name, which it contests; returns what to say of it.

    An act discharges nothing any more. A confirmation is taken back, and with it the agreement of the plan and an end
    that came of it alone.

    Raises:
        Refusal: something was done since on the strength of it, or it is of a kind that is said anew instead.
    """
    kept = turn.case.behalf[event.entry]
    turn.change(behalf={entry: one for entry, one in turn.case.behalf.items() if entry != event.entry})
    if kept.version:
        _take_confirmation_back(turn, party, kept.version)
        return "Your confirmation is taken back."
    if kept.claims:
        _take_claims_back(turn, event.entry, kept)
        return "It is not your word any more."
    if not any(_is_contestable(turn.case, o) for o in turn.case.occurrences if o.entry == event.entry):
        raise Refusal(
            "not open",
            f"Entry {event.entry} is neither an act, an outcome nor a confirmation that stands, "
            "so a contest undoes nothing in it: say anew how it is.",
        )
    _take_consequences_back(turn, event.entry, kept.through)
    strike(turn, event.entry)
    return "It counts for nothing until you have entered it yourself; deadlines are as they were."


def _is_contestable(case: Escalation, happened: Occurrence) -> bool:
    """Is it an act or an outcome? What else was entered in a party's name is said anew; immediate risk stands."""
    name = happened.names[0]
    return "outcome" in happened.names or name in BUILT_IN or name.partition(".")[0] in {*case.policy.acts, DEPARTURE}


def _version(case: Escalation, event: Said) -> int:
    if isinstance(event, PlanConfirmed):
        return event.version
    return case.plan.version if isinstance(event, PlanProposed) and case.plan else 0


def _words(case: Escalation, event: Said) -> str:
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


def _take_confirmation_back(turn: Turn, party: Party, version: int) -> None:
    plan = turn.case.plan
    if plan is None or plan.version != version or party.id not in plan.confirmed:
        raise Refusal(
            "stale",
            f"Version {version} of the plan does not rest on that confirmation any more: there is nothing to undo.",
        )
    if plan.agreed_at is not None:
        _take_agreement_back(turn, plan)
    still = {name: at for name, at in plan.confirmed.items() if name != party.id}
    undone = plan.but(confirmed=still, agreed_at=None, agreed_entry=0, agreed_through=0)
    turn.change(plans=(*turn.case.plans[:-1], undone))


def _take_agreement_back(turn: Turn, plan: PlanVersion) -> None:
    _take_consequences_back(turn, plan.agreed_entry, plan.agreed_through)
    strike(turn, plan.agreed_entry)
    for duty in turn.case.duties:
        if duty.state == "lapsed" and duty.ended_because == replaced_by(plan.version):
            turn.put_duty(duty.but(state="outstanding", ended_because=""))
            turn.note("owed-again", duty.id)


def _take_claims_back(turn: Turn, entry: int, kept: Behalf) -> None:
    for about in kept.claims:
        said = turn.case.said(about)
        if kept.party not in said:
            raise Refusal(
                "stale", "What was said in your name has been settled since, so it is not undone: say how it is now."
            )
        if set(said) >= {p.id for p in turn.case.parties}:
            _must_be_latest(turn.case, kept.through)
        take_back(turn, about, kept.party)
    _take_consequences_back(turn, entry, kept.through)


def _take_consequences_back(turn: Turn, entry: int, through: int) -> None:
    """Take back the moves that came of an entry in the same decision, if nothing was done since."""
    moves = [o.entry for o in turn.case.occurrences if "outcome" in o.names and entry < o.entry <= through]
    if moves:
        _must_be_latest(turn.case, through)
    for move in reversed(moves):
        strike(turn, move)


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
