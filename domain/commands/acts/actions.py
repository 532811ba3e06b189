"""Actions of an agreed plan, and issues that it leaves open: each is a dated duty of its owner (G37, S58)."""

from datetime import date, datetime
from typing import Any

from ...base.identities import OpenIssue, PlanAction
from ...base.people import Party
from ...base.refusals import Refusal, listed
from ...base.words import say_date
from ...case.plan import Action, Residual
from ...case.state import Answer, Duty, Escalation, Happened
from ...command_table.built_in import ACTION_ACT, ISSUE_ACT
from ...engine.discharging import lapse
from ...engine.draft import Draft
from ...engine.duties import happen
from ...engine.senders import must_have_seen_agreed
from .act_done import ActDone

REPLACEMENT = "replacement"
"""The field of an act that gives a late action its new date."""


def owe_action(draft: Draft, number: int, action: Action, at: datetime) -> None:
    """Make an action of the plan a dated duty of its owner (L4, rule 49)."""
    owe_dated(draft, action, at, origin=PlanAction(action=number), acts=(ACTION_ACT,), by="action owner", action=number)


def owe_dated(draft: Draft, thing: Action | Residual, at: datetime, **duty: Any) -> None:
    """Make what a plan gives an owner and a day a duty of that owner; *duty* is the rest of it."""
    due = end_of(draft.case, thing.by)
    party = party_or_agency(draft.case, thing.owner)
    draft.put_duty(
        Duty(
            id=len(draft.case.duties) + 1,
            party=party,
            trigger=draft.entry,
            arose_at=at,
            known_at=draft.now,
            anchor_at=at,
            due=due,
            late_from=max(due, draft.now),
            **duty,
        )
    )
    draft.note("arose", len(draft.case.duties))


def action_done(draft: Draft, event: ActDone, party: Party | None, at: datetime) -> Answer:
    """Record that an action of the plan was done."""
    number = event.fields.get("action", "")
    owed = [d for d in draft.case.outstanding if isinstance(d.origin, PlanAction) and str(d.action) == number]
    if not owed:
        open_ = [str(d.action) for d in draft.case.outstanding if isinstance(d.origin, PlanAction)]
        raise Refusal("not open", f"Say which action of the plan is done: {listed(open_, 'or') or 'none is open'}.")
    must_have_seen_agreed(draft.case, event)
    owner = party.id if party else event.by.agency
    if owed[0].party != owner:
        raise Refusal("wrong side", f"Action {number} belongs to {owed[0].party}, who says when it is done.")
    draft.enter_command(
        "act",
        at,
        event,
        act=ACTION_ACT,
        action=owed[0].action,
    )
    entry = draft.entry
    happen(
        draft,
        Happened(
            entry=entry,
            names=(ACTION_ACT,),
            side=party.side if party else "",
            party=owner,
            at=at,
            action=owed[0].action,
        ),
        event.by,
    )
    return Answer(sentence=f"Action {number} of the plan is done.", entry=entry)


def must_explain(case: Escalation, number: int, owner: str) -> bool:
    """Refuse an explanation that nobody is owed, or that is another's to give (L5).

    Returns whether the action still waits to be done, so that its explanation brings a new date (L6).
    """
    waiting = _late(case, number)
    unexplained = [d for d in case.outstanding if d.action == number and not isinstance(d.origin, PlanAction)]
    about = [*waiting, *unexplained]
    if not about:
        raise Refusal(
            "not open", f"Action {number} is not late, so it has nothing to explain: say which one is late as `action`."
        )
    if about[0].party != owner:
        raise Refusal("wrong side", f"Action {number} belongs to {about[0].party}, who explains why it is late.")
    return bool(waiting)


def _late(case: Escalation, number: int) -> list[Duty]:
    return [d for d in case.outstanding if d.origin == PlanAction(action=number) and d.is_overdue]


def replace_action(draft: Draft, number: int, replacement: str) -> None:
    """Give a late action its new date; the old one stays on the record as not done in time (L6, rule 49).

    An action that was done late meanwhile, or fell to a newer plan, needs no new date.
    """
    late = _late(draft.case, number)
    if not late:
        return
    try:
        day = date.fromisoformat(replacement)
    except ValueError:
        raise Refusal("missing", "The replacement is a date, such as 2027-03-01.") from None
    if day < draft.case.day_of(draft.now):
        raise Refusal("time", f"{say_date(day)} has passed: the replacement's date lies ahead.")
    must_be_counted(draft.case, day)
    lapse(draft, late[0], "explained, and replaced by a new date")
    plan = draft.case.agreed_plan
    if plan is not None and number <= len(plan.actions):
        owe_action(draft, number, plan.actions[number - 1].but(by=day), draft.now)


def party_or_agency(case: Escalation, owner: str) -> str:
    """Return the id of the party that an owner is, or the agency where it is none."""
    return next((p.id for p in case.parties if owner in {p.id, p.agency}), owner)


def must_be_counted(case: Escalation, day: date) -> None:
    """Refuse an action's date that the calendar of the case does not reach."""
    if day > case.calendar.covers_to:
        raise Refusal("time", f"{say_date(day)} lies beyond the calendar of this case: check the year.")


def end_of(case: Escalation, day: date) -> datetime:
    """Return when a day that a plan names ends, which is the last moment in time."""
    return case.calendar.end_of_day(day, case.policy.day_ends)


def owe_residual(draft: Draft, number: int, residual: Residual, at: datetime) -> None:
    """Make an issue that the plan leaves open a dated duty of its owner (rules 38 and 48)."""
    owe_dated(draft, residual, at, origin=OpenIssue(issue=number), acts=(ISSUE_ACT,), by="issue owner")


def issue_concluded(draft: Draft, event: ActDone, party: Party | None, at: datetime) -> Answer:
    """Record that an issue which the plan left open was concluded, and how."""
    number = event.fields.get("issue", "")
    open_ = {str(d.origin.issue): d for d in draft.case.outstanding if isinstance(d.origin, OpenIssue)}
    issue = open_.get(number)
    if issue is None:
        known = listed([*open_], "or") or "none is open"
        raise Refusal("not open", f"Say which issue that the plan left open is concluded, as `issue`: {known}.")
    must_have_seen_agreed(draft.case, event)
    owner = party.id if party else event.by.agency
    if issue.party != owner:
        raise Refusal("wrong side", f"Issue {number} belongs to {issue.party}, who says when it is concluded.")
    if not event.fields.get("how", "").strip():
        raise Refusal("missing", f"Say how issue {number} was concluded, as `how`.")
    entry = draft.enter_command("act", at, event, act=ISSUE_ACT, issue=int(number))
    side = party.side if party else ""
    happen(draft, Happened(entry=entry, names=(ISSUE_ACT,), side=side, party=owner, at=at, issue=int(number)), event.by)
    return Answer(sentence=f"Issue {number} that the plan left open is concluded.", entry=entry)
