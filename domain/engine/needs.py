"""What must be there before an outcome is said or an act recorded: acts, facts, the plan, and words that come along."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..base.refusals import Refusal, began, listed
from ..case.happened import anchor
from ..case.state import Escalation, Happened, Visit
from ..policy import Outcome
from ..policy.check_names import BY_EACH, IS, NEEDS
from ..policy.event_words import event_words

Fields = Mapping[str, str]


def must_have(
    case: Escalation, what: str, needs: Iterable[str], expects: Iterable[str], visit: Visit | None, fields: Fields
) -> None:
    """Refuse *what* while something it needs is missing, or something expected is, with no reason given."""
    missing = missing_needs(case, needs, visit, fields)
    if missing:
        raise Refusal("missing", f"{began(what)!r} also needs: {listed(missing)}.")
    expected = missing_needs(case, expects, visit, fields)
    if expected and not fields.get("reason", "").strip():
        raise Refusal("missing", f"This is missing: {listed(expected)}. Record it first, or give the reason why not.")


def must_be_after(case: Escalation, outcome: Outcome, visit: Visit | None, now: datetime) -> None:
    """Refuse an outcome before the events it waits for."""
    if not is_after(case, outcome, visit, now):
        events = listed([event_words(case.policy, event) for event in outcome.after], "or")
        raise Refusal("not open", f"{began(case.policy.outcome_title(outcome))!r} is open only after: {events}.")


def is_after(case: Escalation, outcome: Outcome, visit: Visit | None, now: datetime) -> bool:
    """Has one of the events happened by *now* that an outcome waits for? A planned date happens on the date."""
    stage, number = (visit.stage, visit.number) if visit else ("", 0)
    found = (anchor(case, text, stage, number) for text in outcome.after)
    return not outcome.after or any(happened is not None and happened.at <= now for happened in found)


def missing_needs(case: Escalation, needs: Iterable[str], visit: Visit | None, fields: Fields | None) -> list[str]:
    """Return in words what of *needs* is missing; texts are not asked for where nobody alone gives them (None)."""
    return [_words(case, need, visit) for need in needs if not _is_there(case, need, visit, fields)]


def is_plan(case: Escalation, need: str) -> bool:
    """Does a need mean an agreed plan?"""
    return need in case.policy.plans


def silent(case: Escalation, act: str, visit: Visit | None) -> list[str]:
    """Return the parties that have not recorded *act* in this visit."""
    name = case.policy.whole_act(act)
    spoke = {happened.party for happened in _recorded(case, name, visit)}
    return [party.id for party in case.parties if party.id not in spoke]


def _recorded(case: Escalation, name: str, visit: Visit | None) -> list[Happened]:
    place = (visit.stage, visit.number) if visit else None
    return [o for o in case.occurrences if name in o.names and (place is None or (o.stage, o.visit) == place)]


def _is_there(case: Escalation, need: str, visit: Visit | None, fields: Fields | None) -> bool:
    if need in NEEDS:
        return fields is None or bool(fields.get(need, "").strip())
    if need in case.policy.facts:
        return bool(case.facts.get(need))
    if IS in need:
        fact, _, value = need.partition(IS)
        return case.facts.get(fact, "") == value
    if need.endswith(BY_EACH):
        return not silent(case, need.removesuffix(BY_EACH), visit)
    if is_plan(case, need):
        return bool(case.plan and case.plan.agreed_at and case.plan.entry >= case.reopened_entry)
    return visit is not None and bool(_recorded(case, case.policy.whole_act(need), visit))


def _words(case: Escalation, need: str, visit: Visit | None) -> str:
    if need == "written":
        return "a written account"
    if need in NEEDS or need in case.policy.facts or IS in need:
        return need.replace("-", " ")
    if need.endswith(BY_EACH):
        act = need.removesuffix(BY_EACH)
        return f"{case.policy.act_title(act)} by {listed(silent(case, act, visit))}"
    return case.policy.act_title(need)
