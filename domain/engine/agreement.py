"""Agreement: who must be heard first, what every party must say, and when all of them have."""

from datetime import datetime

from ..base.identities import OutcomeClaim
from ..base.people import Party
from ..base.refusals import Refusal, listed
from ..case.state import Escalation, Visit
from ..policy import Outcome
from ..policy.graph import END
from ..policy.shape import applies
from .draft import Draft
from .needs import is_after, is_plan, missing_needs, silent
from .seats import is_composed
from .stages import declare, revives


def must_have_heard(case: Escalation, body: str, visit: Visit | None) -> None:
    """Refuse a body's word while it is not composed, or has not heard every party (G30, G32)."""
    title = case.policy.role_title(body)
    if not is_composed(case, body):
        raise Refusal("missing", f"Nobody has been named to the {title} yet: record first who sits in it.")
    for act in case.policy.bodies[body].hears:
        if unheard := silent(case, act, visit):
            what = case.policy.act_title(act)
            raise Refusal("missing", f"The {title} has not heard {listed(unheard)} yet: record the {what} of each.")


def may_go_alone(case: Escalation, outcome: Outcome, visit: Visit | None, party: Party | None) -> bool:
    """May the raising side alone say what every party says, because something of the visit is overdue (rule 29)?

    Not where it would end the dispute or settle it by a plan: those need every party, late or not.
    """
    if visit is None or party is None or party.side != "raising":
        return False
    if any(is_plan(case, need) for need in outcome.needs) or any(to.startswith(END) for to in outcome.leads_to):
        return False
    return any(duty.is_overdue and visit.has(duty) for duty in case.outstanding)


def agreed_by_all(draft: Draft, at: datetime) -> None:
    """Declare, at each open dispute stage, the outcome that every party has agreed to and that has all it needs."""
    plan = draft.case.plan
    made_at = plan.stage if plan else ""
    for visit in sorted(draft.case.open_visits, key=lambda visit: visit.stage != made_at):
        for outcome in draft.case.policy.outcomes_of(visit.stage):
            if outcome.said_by != "every party" or not applies(draft.case.facts, outcome.if_, outcome.unless):
                continue
            with_plan = any(is_plan(draft.case, need) for need in outcome.needs)
            if with_plan != bool(plan and plan.agreed_at and not _is_used_up(draft.case)):
                continue
            if not with_plan and not _all_said(draft.case, visit, outcome):
                continue
            if missing_needs(draft.case, outcome.needs, visit, None) or not is_after(
                draft.case, outcome, visit, draft.now
            ):
                continue
            if revives(draft.case, visit, outcome):
                continue
            when = max(at, visit.opened_at)
            entry = draft.enter(
                "outcome",
                when,
                stage=visit.stage,
                visit=visit.number,
                outcome=outcome.id,
                version=plan.version if plan and with_plan else 0,
            )
            declare(draft, visit, outcome, when, entry, None, None)
            return


def _is_used_up(case: Escalation) -> bool:
    """A plan that already ended the dispute does not end it again after a reopening."""
    return case.ended is not None or (case.plan is not None and case.plan.entry < case.reopened_entry)


def _all_said(case: Escalation, visit: Visit, outcome: Outcome) -> bool:
    said = case.said(OutcomeClaim(stage=visit.stage, visit=visit.number, outcome=outcome.id))
    return all(party.id in said for party in case.parties)
