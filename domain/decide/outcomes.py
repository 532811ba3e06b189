"""Outcomes: the named ways on, who may say them, what they need, and where they lead."""

from datetime import datetime

from ..escalation import Answer, Escalation, Occurrence, Visit
from ..events import OutcomeSaid
from ..people import Actor, Party
from ..policy import Outcome
from ..policy.check import NEEDS
from ..refusals import Refusal, listed
from ..spoken import say_instant
from .duties import happen
from .lookup import anchor, applies
from .offers import CONFIRMED_WITH_PLAN, offers, outcome_roles
from .senders import event_time, must_be_fresh, must_be_known, must_have_role
from .stages import follow
from .turn import Turn


def outcome_said(turn: Turn, event: OutcomeSaid) -> Answer:
    """Record an outcome, and go where it leads."""
    case = turn.case
    party = must_be_known(case, event.by)
    at = event_time(case, event, turn.now)
    if (claim := _late_claim(turn, event, at)) is not None:
        return claim
    visit, outcome = _place(case, event)
    stage = visit.stage if visit else ""
    side = party.side if party else ""
    _must_be_sayer(case, outcome, party, event)
    must_have_role(case, event.by, outcome_roles(case, stage, outcome, side), case.policy.outcome_title(outcome))
    if visit and at < visit.opened_at:
        raise Refusal(
            "time",
            f"{case.policy.stage(stage).title} began on {say_instant(visit.opened_at, case.policy.zone)}: it cannot be left before.",
        )
    if outcome.said_by == "every party":
        return _claim_together(turn, event, visit, outcome, party, at)
    _must_have_needs(case, outcome, visit, event)
    _must_be_after(case, outcome, visit)
    if "chosen" in outcome.leads_to and event.to not in outcome.one_of:
        raise Refusal("missing", f"Say where to: {listed(list(outcome.one_of), 'or')}.")
    entry = _enter(turn, event, stage, visit, at)
    declare(turn, visit, outcome, at, entry, event.by, party, event.to)
    return Answer(sentence=_answer(turn, outcome), entry=entry)


def declare(
    turn: Turn,
    visit: Visit | None,
    outcome: Outcome,
    at: datetime,
    entry: int,
    by: Actor | None,
    party: Party | None,
    chosen: str = "",
) -> None:
    """Let an outcome have happened: tell everybody concerned, and go where it leads."""
    stage = visit.stage if visit else ""
    happened = Occurrence(
        entry=entry,
        names=(outcome.id, "outcome"),
        stage=stage,
        visit=visit.number if visit else 0,
        side=party.side if party else "",
        party=party.id if party else "",
        at=at,
    )
    happen(turn, happened, by)
    seats = [turn.raiser(), *(turn.seat(p, stage) for p in turn.case.parties)]
    step = turn.case.policy.stage(stage).title if stage else turn.case.policy.title
    turn.notify(
        "outcome", seats, step=step, fact=turn.case.policy.outcome_title(outcome), by=str(by) if by else "every party"
    )
    follow(turn, visit, outcome, at, entry, chosen)


def agreed_by_all(turn: Turn, at: datetime) -> None:
    """Declare, at each open dispute stage, the outcome that every party has agreed to and that has all it needs."""
    plan = turn.case.plan
    for visit in turn.case.open_visits:
        for outcome in turn.case.policy.outcomes_of(visit.stage):
            if outcome.said_by != "every party" or not applies(turn.case.facts, outcome.if_, outcome.unless):
                continue
            with_plan = any(_is_plan(turn.case, need) for need in outcome.needs)
            if with_plan != bool(plan and plan.agreed_at and not _is_used_up(turn.case)):
                continue
            if not with_plan and not _all_said(turn.case, visit, outcome):
                continue
            if _missing(turn.case, outcome, visit, None):
                continue
            when = max(at, visit.opened_at)
            entry = turn.enter(
                "outcome",
                when,
                stage=visit.stage,
                visit=visit.number,
                outcome=outcome.id,
                version=plan.version if plan and with_plan else 0,
            )
            declare(turn, visit, outcome, when, entry, None, None)
            return


def _is_used_up(case: Escalation) -> bool:
    """A plan that already ended the dispute does not end it again after a reopening."""
    return case.ended is not None


def _is_plan(case: Escalation, need: str) -> bool:
    return need in case.policy.acts and case.policy.acts[need].kind == "plan"


def _all_said(case: Escalation, visit: Visit, outcome: Outcome) -> bool:
    said = case.claims.get(f"{visit.stage}/{visit.number}/{outcome.id}", ())
    return all(party.id in said for party in case.parties)


def _late_claim(turn: Turn, event: OutcomeSaid, at: datetime) -> Answer | None:
    """Keep an outcome for a visit already left as a claim: it is a move no more (rule 30)."""
    case = turn.case
    if not event.stage or any(v.stage == event.stage for v in case.open_visits):
        return None
    left = [v for v in case.visits if v.stage == event.stage]
    if not left or not any(o.id == event.outcome for o in case.policy.outcomes_of(event.stage)):
        return None
    must_be_fresh(case, event, left[-1:])
    turn.enter(
        "claim",
        at,
        event.by,
        recorded_by=event.recorded_by,
        stage=event.stage,
        outcome=event.outcome,
        said=event.model_dump(mode="json", exclude_defaults=True),
    )
    return Answer(
        sentence=f"{case.policy.stage(event.stage).title} has been left already (outcome: {left[-1].outcome.replace('-', ' ')}). "
        f"Your word is kept on the record and moves nothing. {where(case)}",
        entry=turn.entry,
    )


def where(case: Escalation) -> str:
    """Say where a case now is."""
    stages = [case.policy.stage(visit.stage).title for visit in case.open_visits]
    if stages:
        return f"The case is at: {listed(stages)}."
    return f"The dispute has ended: {case.ended.how}." if case.ended else "No step is open."


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
    if len(found) > 1:
        stages = [visit.stage for visit, _ in found if visit]
        raise Refusal("not open", f"Several open steps offer {event.outcome}: say which of {listed(stages, 'or')}.")
    # Looked at only where no stage was named: who names an open stage has seen that it is open.
    if not event.stage:
        must_be_fresh(
            case,
            event,
            [v for v in case.visits if any(o.id == event.outcome for o in case.policy.outcomes_of(v.stage))],
        )
    if not found:
        open_now = [offer.name for offer in offers(case) if offer.kind == "outcome"]
        names = f"Open now: {listed(list(dict.fromkeys(open_now)))}." if open_now else "No outcome is open."
        raise Refusal("not open", f"{event.outcome!r} is not an outcome that is open now. {names} {where(case)}")
    return found[0]


def _must_be_sayer(case: Escalation, outcome: Outcome, party: Party | None, event: OutcomeSaid) -> None:
    title = case.policy.outcome_title(outcome)
    if outcome.said_by in {"raising", "receiving"} and (party is None or party.side != outcome.said_by):
        raise Refusal("wrong side", f"Only the {outcome.said_by} side may say {title!r}.")
    if outcome.said_by in {"any party", "every party"} and party is None:
        raise Refusal("wrong side", f"Only a party to the case may say {title!r}, not {event.by.role}.")


def _must_have_needs(case: Escalation, outcome: Outcome, visit: Visit | None, event: OutcomeSaid) -> None:
    missing = _missing(case, outcome, visit, event)
    if missing:
        raise Refusal("missing", f"{case.policy.outcome_title(outcome).capitalize()!r} also needs: {listed(missing)}.")
    expected = [need for need in outcome.expects if not _is_there(case, need, visit, event)]
    if expected and not event.fields.get("reason", "").strip():
        raise Refusal(
            "missing", f"Give the reason why there is no {listed([_words(case, e) for e in expected], 'or')}."
        )


def _missing(case: Escalation, outcome: Outcome, visit: Visit | None, event: OutcomeSaid | None) -> list[str]:
    return [_words(case, need) for need in outcome.needs if not _is_there(case, need, visit, event)]


def _words(case: Escalation, need: str) -> str:
    return need.replace("-", " ") if need in NEEDS else case.policy.act_title(need)


def _is_there(case: Escalation, need: str, visit: Visit | None, event: OutcomeSaid | None) -> bool:
    if need in NEEDS:
        return event is None or bool(event.fields.get(need, "").strip())
    if need in case.policy.facts:
        return bool(case.facts.get(need))
    if _is_plan(case, need):
        return bool(case.plan and case.plan.agreed_at)
    name = case.policy.whole_act(need)
    return visit is not None and any(
        name in happened.names and (happened.stage, happened.visit) == (visit.stage, visit.number)
        for happened in case.occurrences
    )


def _must_be_after(case: Escalation, outcome: Outcome, visit: Visit | None) -> None:
    stage, number = (visit.stage, visit.number) if visit else ("", 0)
    if outcome.after and not any(anchor(case, text, stage, number) for text in outcome.after):
        raise Refusal(
            "not open",
            f"{case.policy.outcome_title(outcome).capitalize()!r} is open only after: {listed(list(outcome.after), 'or')}.",
        )


def _claim_together(
    turn: Turn, event: OutcomeSaid, visit: Visit | None, outcome: Outcome, party: Party | None, at: datetime
) -> Answer:
    """One side's word for what every party must say is a claim and stops no clock (rule 36)."""
    stage, number = (visit.stage, visit.number) if visit else ("", 0)
    entry = _enter(turn, event, stage, visit, at, kind="claim")
    key = f"{stage}/{number}/{outcome.id}"
    said = turn.case.claims.get(key, ())
    turn.change(claims={**turn.case.claims, key: tuple(dict.fromkeys((*said, party.id if party else "")))})
    agreed_by_all(turn, at)
    if any((v.stage, v.number) == (stage, number) for v in turn.case.open_visits):
        by_plan = any(_is_plan(turn.case, need) for need in outcome.needs)
        way = (
            f"it needs {CONFIRMED_WITH_PLAN} to confirm the same version of the plan"
            if by_plan
            else "every other party must say the same"
        )
        return Answer(sentence=f"Kept as a claim: {way}. No clock stops until then.", entry=entry)
    return Answer(sentence=_answer(turn, outcome), entry=entry)


def _enter(turn: Turn, event: OutcomeSaid, stage: str, visit: Visit | None, at: datetime, kind: str = "outcome") -> int:
    return turn.enter(
        kind,
        at,
        event.by,
        recorded_by=event.recorded_by,
        stage=stage,
        visit=visit.number if visit else 0,
        outcome=event.outcome,
        said=event.model_dump(mode="json", exclude_defaults=True),
    )


def _answer(turn: Turn, outcome: Outcome) -> str:
    return f"Recorded: {turn.case.policy.outcome_title(outcome)}. {where(turn.case)}"


__all__ = ["agreed_by_all", "declare", "outcome_said", "where"]
