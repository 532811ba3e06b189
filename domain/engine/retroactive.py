"""Duties that arise later than what raises them: a fact was answered anew, a party joined, an edition was adopted."""

from collections.abc import Mapping

from ..base.identities import RuleKey
from ..base.people import Actor
from ..case.happened import matches, opened_at
from ..case.state import Duty, Escalation, Happened
from ..policy.event_names import KEPT
from ..policy.shape import applies
from .deadlines import compute_deadline, with_clock
from .discharging import answers, done, lapse, still_owed
from .draft import Draft
from .duties import arise, happen, is_trigger, place_of, repeats
from .recompute import put_recomputed, recompute

CHANGED = "what was asked about the case has changed"


def read_conditions_again(draft: Draft, before: Mapping[str, str], happened: Happened, by: Actor | None = None) -> None:
    """Let a fact have been answered: what hangs on the facts is read again, which were others *before* (rule 23)."""
    for duty in draft.case.outstanding:
        rule = draft.case.rule_of(duty)
        if rule is not None and not applies(draft.case.facts, rule.if_, rule.unless):
            lapse(draft, duty, CHANGED)
    happen(draft, happened, by)
    _owe_again(draft, CHANGED)
    for key, rule in draft.case.policy.rules.items():
        if not applies(before, rule.if_, rule.unless) and applies(draft.case.facts, rule.if_, rule.unless):
            raise_retroactively(draft, key)
    recompute(draft, CHANGED)


def raise_retroactively(draft: Draft, key: RuleKey) -> None:
    """Raise what a rule that holds only from now on owes for what happened in visits that are still open.

    It is late from now on at the earliest (rule 5), and done where its act is on the record already.
    """
    for happened in draft.case.occurrences:
        if not _calls_still(draft, key, happened):
            continue
        first = len(draft.case.duties)
        arise(draft, key, happened)
        for duty in draft.case.duties[first:]:
            catch_up(draft, duty)


def raise_for(draft: Draft, party: str, joined: Happened) -> None:
    """Raise what a party that has joined owes by itself, in visits now open and for the whole case (rule 37).

    What is owed for each repetition of something is not owed for what went before.
    """
    for key, rule in draft.case.policy.rules.items():
        stage, _ = place_of(draft.case, key)
        raisers = [o for o in draft.case.occurrences if is_trigger(draft.case, key, o) and not _is_spent(draft, key, o)]
        if raisers and not repeats(draft.case, rule) and (not stage or _is_in_open_visit(draft.case, key, raisers[-1])):
            arise(draft, key, raisers[-1].but(entry=joined.entry, at=joined.at), party)


def _owe_again(draft: Draft, because: str) -> None:
    """Take up again the duties that lapsed *because* a condition had turned false, where it holds again (rule 23).

    One that was overdue is so still.
    """
    for duty in draft.case.duties:
        rule = draft.case.rule_of(duty)
        if duty.state != "lapsed" or duty.ended_because != because or rule is None:
            continue
        if not applies(draft.case.facts, rule.if_, rule.unless) or not still_owed(draft.case, duty, draft.now):
            continue
        again = duty.but(state="outstanding", ended_because="", acknowledged_until=None)
        draft.note("owed-again", duty.id)
        if duty.overdue_at is None:
            put_recomputed(
                draft, with_clock(again, compute_deadline(draft.case, rule, again, draft.now), draft.now), because
            )
        else:
            draft.put_duty(again)
        catch_up(draft, again)


def _calls_still(draft: Draft, key: RuleKey, happened: Happened) -> bool:
    case = draft.case
    if not is_trigger(case, key, happened) or any(
        duty.origin == key and duty.trigger == happened.entry for duty in case.duties
    ):
        return False
    if "overdue" in happened.names and not any(d.overdue_entry == happened.entry for d in case.outstanding):
        return False
    return _is_in_open_visit(case, key, happened) and not _is_spent(draft, key, happened, settled=False)


def _is_in_open_visit(case: Escalation, key: RuleKey, happened: Happened) -> bool:
    """Is the visit for which the duty would arise still open, and had it begun when this happened?"""
    stage, number = place_of(case, key)
    if not stage:
        return not happened.stage or (happened.stage, happened.visit) in {(v.stage, v.number) for v in case.open_visits}
    is_open = any((v.stage, v.number) == (stage, number) for v in case.open_visits)
    return is_open and happened.entry >= opened_at(case, stage, number)


def _is_spent(draft: Draft, key: RuleKey, happened: Happened, *, settled: bool = True) -> bool:
    """Has something happened since that ends the duty, or (if *settled*) that is taken for the act?"""
    case = draft.case
    rule = case.policy.rules[key]
    stage, visit = place_of(case, key)
    names = [text for text in (*rule.until, *(rule.done_by if settled else ())) if text != KEPT]
    later = [
        o for o in case.occurrences if o.entry > happened.entry and o.at <= draft.now and not (settled and o.party)
    ]
    return any(matches(case.policy.event(text), o, stage, visit) for text in names for o in later)


def catch_up(draft: Draft, duty: Duty) -> None:
    """Let what was recorded since its trigger discharge a duty that has only now arisen, or is only now owed again."""
    for later in draft.case.occurrences:
        now = draft.duty(duty.id)
        if now.is_outstanding and later.entry > now.trigger and answers(draft, now, later):
            done(draft, now, later)
