"""Agreement: what every party must say, and when all of them have."""

from datetime import datetime

from ...escalation import Escalation, Visit
from ...identities import OutcomeClaim
from ...policy import Outcome
from ...policy.conditions import applies
from ..moves.stages import declare, revives
from ..turn import Turn
from .needs import is_after, is_plan, missing_needs


def agreed_by_all(turn: Turn, at: datetime) -> None:
    """Declare, at each open dispute stage, the outcome that every party has agreed to and that has all it needs."""
    plan = turn.case.plan
    made_at = plan.stage if plan else ""
    for visit in sorted(turn.case.open_visits, key=lambda visit: visit.stage != made_at):
        for outcome in turn.case.policy.outcomes_of(visit.stage):
            if outcome.said_by != "every party" or not applies(turn.case.facts, outcome.if_, outcome.unless):
                continue
            with_plan = any(is_plan(turn.case, need) for need in outcome.needs)
            if with_plan != bool(plan and plan.agreed_at and not _is_used_up(turn.case)):
                continue
            if not with_plan and not _all_said(turn.case, visit, outcome):
                continue
            if missing_needs(turn.case, outcome.needs, visit, None) or not is_after(
                turn.case, outcome, visit, turn.now
            ):
                continue
            if revives(turn.case, visit, outcome):
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
    return case.ended is not None or (case.plan is not None and case.plan.entry < case.reopened_entry)


def _all_said(case: Escalation, visit: Visit, outcome: Outcome) -> bool:
    said = case.said(OutcomeClaim(stage=visit.stage, visit=visit.number, outcome=outcome.id))
    return all(party.id in said for party in case.parties)
