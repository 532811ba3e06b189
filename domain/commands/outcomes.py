"""Outcomes: the named ways on, who may say them, and where they lead."""

from datetime import datetime
from typing import Literal

from ..base.identities import OutcomeClaim
from ..base.people import Party
from ..base.refusals import Refusal, began, listed, meant
from ..base.words import say_instant
from ..case.command import Command, Name, Words
from ..case.state import Answer, Escalation, Visit
from ..engine.agreement import agreed_by_all, may_go_alone, must_have_heard
from ..engine.allowed import outcome_roles
from ..engine.consents import note_said
from ..engine.draft import Draft
from ..engine.needs import is_plan, must_be_after, must_have
from ..engine.seats import speaks_for
from ..engine.senders import event_time, flag_same_person, must_be_fresh, must_be_known, must_have_role
from ..engine.stages import declare, revives, where
from ..policy import Outcome
from ..policy.shape import applies
from .acts.offer import CONFIRMED_WITH_PLAN
from .acts.offers import awaited
from .endings import FINAL


class OutcomeSaid(Command):
    """Somebody declares an outcome of a stage."""

    kind: Literal["outcome"] = "outcome"
    outcome: Name
    stage: Name = ""
    fields: dict[Name, Words] = {}
    to: Name = ""
    """Where the outcome offers a choice of stages: the one chosen."""


def outcome_said(draft: Draft, event: OutcomeSaid) -> Answer:
    """Record an outcome, and go where it leads."""
    case = draft.case
    party = must_be_known(case, event.by, anyone=_is_for_anyone(case, event))
    at = event_time(case, event, draft.now)
    if (claim := _late_claim(draft, event, at)) is not None:
        return claim
    visit, outcome = _place(case, event)
    stage = visit.stage if visit else ""
    side = party.side if party else ""
    _must_be_sayer(case, outcome, party, event)
    must_have_role(case, event.by, outcome_roles(case, stage, outcome, side), case.policy.outcome_title(outcome))
    if visit and at < visit.opened_at:
        raise Refusal(
            "time",
            f"{case.policy.stage(stage).title} began on {say_instant(visit.opened_at, case.policy.zone)}: "
            "it cannot be left before. Give the time at which this was said.",
        )
    if outcome.said_by in case.policy.bodies:
        must_have_heard(case, outcome.said_by, visit)
        party = None
    if outcome.said_by == "every party" and not may_go_alone(case, outcome, visit, party):
        return _claim_together(draft, event, visit, outcome, party, at)
    _must_not_revive(case, visit, outcome, event.to)
    must_be_after(case, outcome, visit, draft.now)
    must_have(case, case.policy.outcome_title(outcome), outcome.needs, outcome.expects, visit, event.fields)
    if "chosen" in outcome.leads_to and event.to not in outcome.one_of:
        near = meant(event.to, outcome.one_of) if event.to else ""
        raise Refusal("missing", f"Say where to: {listed(list(outcome.one_of), 'or')}.{near}")
    entry = _enter(draft, event, stage, visit, at)
    flag_same_person(draft, event.by, stage)
    declare(draft, visit, outcome, at, entry, event.by, party, event.to)
    return Answer(sentence=_answer(draft, outcome), entry=entry)


def _is_for_anyone(case: Escalation, event: OutcomeSaid) -> bool:
    stages = ("", *(visit.stage for visit in case.open_visits))
    ways = [o for stage in stages for o in case.policy.outcomes_of(stage or "ended") if o.id == event.outcome]
    return any(outcome.said_by == "anyone" for outcome in ways)


def _claim_together(
    draft: Draft, event: OutcomeSaid, visit: Visit | None, outcome: Outcome, party: Party | None, at: datetime
) -> Answer:
    """One side's word for what every party must say is a claim and stops no clock (rule 36)."""
    stage, number = (visit.stage, visit.number) if visit else ("", 0)
    entry = _enter(draft, event, stage, visit, at, kind="claim")
    note_said(draft, OutcomeClaim(stage=stage, visit=number, outcome=outcome.id), party.id if party else "")
    agreed_by_all(draft, at)
    if any((v.stage, v.number) == (stage, number) for v in draft.case.open_visits):
        by_plan = any(is_plan(draft.case, need) for need in outcome.needs)
        way = way_by_plan(draft.case) if by_plan else "every other party must say the same"
        return Answer(sentence=f"Kept as a claim: {way}. No clock stops until then.", entry=entry)
    return Answer(sentence=_answer(draft, outcome), entry=entry)


def way_by_plan(case: Escalation) -> str:
    """Say what an outcome that needs a plan waits for: never the confirmation of one that is agreed."""
    same = f"{CONFIRMED_WITH_PLAN} to confirm the same version of the plan"
    if case.plan is None:
        return f"it needs a plan, and {same}"
    if case.plan.agreed_at is None:
        return f"it needs {same}, which is version {case.plan.version} now"
    if case.plan.entry < case.reopened_entry:
        return (
            f"version {case.plan.version} of the plan was agreed before the dispute was taken up again, and ends it no "
            f"more: it needs a new version, proposed by one party, and {same}"
        )
    return f"version {case.plan.version} of the plan is agreed, and the rest of what it needs is still to be recorded"


def _late_claim(draft: Draft, event: OutcomeSaid, at: datetime) -> Answer | None:
    """Keep an outcome for a visit already left as a claim: it is a move no more (rule 30)."""
    case = draft.case
    if not event.stage or any(v.stage == event.stage for v in case.open_visits):
        return None
    left = [v for v in case.visited if v.stage == event.stage]
    if not left or not any(o.id == event.outcome for o in case.policy.outcomes_of(event.stage)):
        return None
    must_be_fresh(case, event, left[-1:])
    draft.enter_command(
        "claim",
        at,
        event,
        stage=event.stage,
        outcome=event.outcome,
    )
    return Answer(
        sentence=f"{case.policy.stage(event.stage).title} has been left already "
        f"(outcome: {left[-1].outcome.replace('-', ' ')}). "
        f"Your word is kept on the record and moves nothing. {where(case)}",
        entry=draft.entry,
    )


def _place(case: Escalation, event: OutcomeSaid) -> tuple[Visit | None, Outcome]:
    found: list[tuple[Visit | None, Outcome]] = [
        (visit, outcome)
        for visit in case.open_visits
        for outcome in case.policy.outcomes_of(visit.stage)
        if outcome.id == event.outcome
        and event.stage in {"", visit.stage}
        and applies(case.facts, outcome.if_, outcome.unless)
    ]
    if case.ended is not None and not event.stage:
        found += [(None, o) for o in case.policy.outcomes_of("ended") if o.id == event.outcome and "ended" in o.source]
    if len(found) > 1 and all(outcome == found[0][1] and not outcome.leads_to for _, outcome in found):
        found = found[:1]  # it closes nothing, so the step makes no difference
    if len(found) > 1:
        stages = [visit.stage for visit, _ in found if visit]
        raise Refusal("not open", f"Several open steps offer {event.outcome}: say which of {listed(stages, 'or')}.")
    # Who names an open stage has seen that it is open, unless it was left and opened again since.
    concerned = [v for v in case.visits if event.stage in {"", v.stage}]
    must_be_fresh(
        case,
        event,
        [v for v in concerned if any(o.id == event.outcome for o in case.policy.outcomes_of(v.stage))],
    )
    if not found:
        ways = [offer for offer in awaited(case) if offer.kind == "outcome" and offer.is_open]
        open_now = [offer.name for offer in ways if not offer.is_optional]
        _must_not_wait_for_an_answer(case, event)
        if event.stage in case.policy.stage_ids and not any(v.stage == event.stage for v in case.visited):
            title = case.policy.stage(event.stage).title
            raise Refusal("not open", f"{title} has not been opened, so nothing is said there yet. {where(case)}")
        names = f"Open now: {listed(list(dict.fromkeys(open_now)))}." if open_now else "No outcome is open."
        near = "" if event.outcome in case.policy.outcome_ids else meant(event.outcome, case.policy.outcome_ids)
        if event.stage and event.stage not in case.policy.stage_ids:
            near += f" There is no step {event.stage!r}.{meant(event.stage, case.policy.stage_ids)}"
        raise Refusal("not open", f"{event.outcome!r} is not an outcome that is open now.{near} {names} {where(case)}")
    return found[0]


def _must_not_wait_for_an_answer(case: Escalation, event: OutcomeSaid) -> None:
    """Refuse an outcome that is closed by an answer, or by one nobody has given, and name what it turns on."""
    steps = [visit.stage for visit in case.open_visits if event.stage in {"", visit.stage}]
    ways = [outcome for step in steps for outcome in case.policy.outcomes_of(step) if outcome.id == event.outcome]
    facts = sorted({fact.replace("-", " ") for way in ways for fact in (*way.if_, *way.unless)})
    if facts:
        title = case.policy.outcome_title(ways[0])
        turns = f"turns on the answer to {listed(facts, 'or')}, which is another or none by now"
        raise Refusal("not open", f"{began(title)!r} {turns}.")


def _must_be_sayer(case: Escalation, outcome: Outcome, party: Party | None, event: OutcomeSaid) -> None:
    title = case.policy.outcome_title(outcome)
    if outcome.said_by in case.policy.bodies and not speaks_for(case, event.by, outcome.said_by):
        body = case.policy.role_title(outcome.said_by)
        raise Refusal("wrong side", f"Only the {body} may say {title!r}: somebody who sits in it, for all of it.")
    if outcome.said_by in {"raising", "receiving"} and (party is None or party.side != outcome.said_by):
        raise Refusal("wrong side", f"Only the {outcome.said_by} side may say {title!r}.")
    if outcome.said_by in {"any party", "every party"} and party is None:
        raise Refusal("wrong side", f"Only a party to the case may say {title!r}, not {event.by.role}.")


def _must_not_revive(case: Escalation, visit: Visit | None, outcome: Outcome, chosen: str) -> None:
    if step := revives(case, visit, outcome, chosen):
        title = case.policy.stage(step).title
        final = case.ended is not None and case.ended.how == FINAL
        way = "it was decided, which is final: open a new case and link the two" if final else "reopen the case first"
        raise Refusal("not allowed", f"The dispute has ended, and {title} is a step of it: {way}.")


def _enter(
    draft: Draft, event: OutcomeSaid, stage: str, visit: Visit | None, at: datetime, kind: str = "outcome"
) -> int:
    return draft.enter_command(
        kind,
        at,
        event,
        stage=stage,
        visit=visit.number if visit else 0,
        outcome=event.outcome,
    )


def _answer(draft: Draft, outcome: Outcome) -> str:
    return f"Recorded: {draft.case.policy.outcome_title(outcome)}. {where(draft.case)}"
