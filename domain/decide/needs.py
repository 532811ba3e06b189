"""What an outcome needs before it can be said: acts, facts, the plan, and words that come with it."""

from ..escalation import Escalation, Visit
from ..events import OutcomeSaid
from ..policy import Outcome
from ..policy.check_names import NEEDS
from ..refusals import Refusal, listed
from .lookup import anchor


def must_have_needs(case: Escalation, outcome: Outcome, visit: Visit | None, event: OutcomeSaid) -> None:
    missing = missing_needs(case, outcome, visit, event)
    if missing:
        raise Refusal("missing", f"{case.policy.outcome_title(outcome).capitalize()!r} also needs: {listed(missing)}.")
    expected = [need for need in outcome.expects if not _is_there(case, need, visit, event)]
    if expected and not event.fields.get("reason", "").strip():
        raise Refusal(
            "missing", f"Give the reason why there is no {listed([_words(case, e) for e in expected], 'or')}."
        )


def must_be_after(case: Escalation, outcome: Outcome, visit: Visit | None) -> None:
    if not is_after(case, outcome, visit):
        raise Refusal(
            "not open",
            f"{case.policy.outcome_title(outcome).capitalize()!r} is open only after: "
            f"{listed(list(outcome.after), 'or')}.",
        )


def is_after(case: Escalation, outcome: Outcome, visit: Visit | None) -> bool:
    stage, number = (visit.stage, visit.number) if visit else ("", 0)
    return not outcome.after or any(anchor(case, text, stage, number) for text in outcome.after)


def missing_needs(case: Escalation, outcome: Outcome, visit: Visit | None, event: OutcomeSaid | None) -> list[str]:
    return [_words(case, need) for need in outcome.needs if not _is_there(case, need, visit, event)]


def is_plan(case: Escalation, need: str) -> bool:
    return need in case.policy.acts and case.policy.acts[need].kind == "plan"


def _is_there(case: Escalation, need: str, visit: Visit | None, event: OutcomeSaid | None) -> bool:
    if need in NEEDS:
        return event is None or bool(event.fields.get(need, "").strip())
    if need in case.policy.facts:
        return bool(case.facts.get(need))
    if is_plan(case, need):
        return bool(case.plan and case.plan.agreed_at)
    name = case.policy.whole_act(need)
    return visit is not None and any(
        name in happened.names and (happened.stage, happened.visit) == (visit.stage, visit.number)
        for happened in case.occurrences
    )


def _words(case: Escalation, need: str) -> str:
    return need.replace("-", " ") if need in NEEDS else case.policy.act_title(need)
