"""Who must be heard first, and who may go on alone: what stands before an outcome of several people (G32, rule 29)."""

from ...escalation import Escalation, Visit
from ...people import Party
from ...policy import Outcome
from ...policy.graph import END
from ...refusals import Refusal, listed
from ..acts.needs import is_plan, silent
from .seats import is_composed


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
