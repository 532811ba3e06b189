"""The plan: proposed in numbered versions, agreed when every party has confirmed the newest."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ..base.people import Party
from ..base.refusals import Refusal, listed, meant
from ..base.words import say_date, say_instant
from ..case.command import Command, Name, Words
from ..case.plan import Action, PlanVersion, Residual
from ..case.state import Answer, Escalation, Happened, Visit
from ..engine.agreement import agreed_by_all
from ..engine.allowed import takes_plan
from ..engine.discharging import lapse, replaced_by
from ..engine.draft import Draft
from ..engine.duties import happen
from ..engine.needs import is_plan, missing_needs
from ..engine.seats import has_here
from ..engine.senders import event_time, must_be_fresh, must_be_known, must_have_role, must_have_seen
from ..engine.stages import where
from .acts.actions import must_be_counted, owe_action, owe_residual
from .acts.offers import say_offers


class PlanProposed(Command):
    """A plan, or a new version of it. Proposing is confirming."""

    kind: Literal["propose"] = "propose"
    actions: Annotated[tuple[Action, ...], Field(max_length=50)]
    fields: dict[Name, Words] = {}
    residual: tuple[Residual, ...] | None = None
    """None: nothing was said of it. An empty list says there is nothing left open."""


class PlanConfirmed(Command):
    """A party confirms a version of the plan."""

    kind: Literal["confirm"] = "confirm"
    version: int


class ConfirmationWithdrawn(Command):
    """A party takes its confirmation back, before all have confirmed."""

    kind: Literal["unconfirm"] = "unconfirm"
    version: int


Confirming = PlanProposed | PlanConfirmed | ConfirmationWithdrawn


def proposed(draft: Draft, event: PlanProposed) -> Answer:
    """Record a plan or its next version; no confirmation of an older one carries over (rule 35)."""
    party, visit, at = _may_plan(draft, event)
    _must_be_whole(draft.case, event, at)
    old = draft.case.plan
    must_have_seen(old, event)
    version = old.version + 1 if old else 1
    draft.enter_command(
        "plan-proposed",
        at,
        event,
        version=version,
        stage=visit.stage,
    )
    entry = draft.entry
    plan = PlanVersion(
        version=version,
        entry=entry,
        actions=event.actions,
        stage=visit.stage,
        residual=event.residual,
        confirmed={party.id: at},
    )
    draft.change(plans=(*(older.without_texts() for older in draft.case.plans), plan))
    step = draft.case.policy.stage(visit.stage).title
    others = [p for p in draft.case.parties if p.id != party.id]
    voided = [p for p in others if old and not old.agreed_at and p.id in old.confirmed]
    draft.notify("plan-changed", [draft.seat(p, visit.stage) for p in voided], step=step, by=party.id)
    draft.notify(
        "plan-proposed", [draft.seat(p, visit.stage) for p in others if p not in voided], step=step, by=party.id
    )
    return Answer(
        sentence=f"Version {version} of the plan is proposed and confirmed by {party.id}. {_waits(draft.case, plan)}",
        entry=entry,
    )


def confirmed(draft: Draft, event: PlanConfirmed) -> Answer:
    """Record a party's confirmation; with the last one the plan is agreed (rule 36)."""
    party, visit, at = _may_plan(draft, event)
    plan = _newest(draft.case, event.version)
    must_have_seen(plan, event)
    first = plan.confirmed and min(plan.confirmed.values())
    if first and at < first:
        raise Refusal(
            "time",
            f"Version {plan.version} was proposed on {say_instant(first, draft.case.policy.zone)}: "
            "it cannot be confirmed before. Give the time at which it was.",
        )
    if party.id in plan.confirmed:
        return Answer(
            sentence=f"{party.id} has confirmed version {plan.version} already. {_waits(draft.case, plan)}",
            entry=draft.case.entries,
        )
    draft.enter_command(
        "plan-confirmed",
        at,
        event,
        version=plan.version,
        stage=visit.stage,
    )
    entry = draft.entry
    plan = plan.but(confirmed={**plan.confirmed, party.id: at})
    _put(draft, plan)
    agree_if_all(draft)
    if not draft.case.ended and any((v.stage, v.number) == (visit.stage, visit.number) for v in draft.case.open_visits):
        _tell_all_sides(draft, event, visit, entry, f"version {plan.version} of the plan is confirmed")
    said = f"{party.id} confirms version {plan.version} of the plan. {_waits(draft.case, plan)}"
    return Answer(sentence=f"{said}{_comes_of(draft.case, plan, visit)}", entry=entry)


def _comes_of(case: Escalation, plan: PlanVersion, visit: Visit) -> str:
    """Say what came of the last confirmation: where the case now is, or what the way on still waits for."""
    if not all(party.id in plan.confirmed for party in case.parties):
        return ""
    if case.ended or not any((v.stage, v.number) == (visit.stage, visit.number) for v in case.open_visits):
        return f" {where(case)}"
    ways = [way for way in case.policy.outcomes_of(visit.stage) if any(is_plan(case, need) for need in way.needs)]
    missing = [need for way in ways for need in missing_needs(case, way.needs, visit, None)]
    return f" Still missing before it takes effect: {listed(list(dict.fromkeys(missing)))}." if missing else ""


def unconfirmed(draft: Draft, event: ConfirmationWithdrawn) -> Answer:
    """Take a confirmation back, which is possible until all have confirmed (rule 37)."""
    party, visit, at = _may_plan(draft, event)
    plan = _newest(draft.case, event.version)
    if party.id not in plan.confirmed:
        raise Refusal(
            "not open", f"{party.id} has not confirmed version {plan.version}, so there is nothing to take back."
        )
    draft.enter_command(
        "plan-unconfirmed",
        at,
        event,
        version=plan.version,
        stage=visit.stage,
    )
    entry = draft.entry
    plan = plan.but(confirmed={k: v for k, v in plan.confirmed.items() if k != party.id})
    _put(draft, plan)
    _tell_all_sides(draft, event, visit, entry, f"a confirmation of version {plan.version} of the plan is taken back")
    return Answer(sentence=f"{party.id} has taken its confirmation back. {_waits(draft.case, plan)}", entry=entry)


def _tell_all_sides(
    draft: Draft, event: PlanConfirmed | ConfirmationWithdrawn, visit: Visit, entry: int, fact: str
) -> None:
    """Tell every side of a confirmation given or taken back; the seat that has just spoken hears it in the answer."""
    seats = [draft.seat(party, visit.stage) for party in draft.case.parties]
    told = [seat for seat in seats if (seat.role, seat.agency) != (event.by.role, event.by.agency) or event.recorded_by]
    step = draft.case.policy.stage(visit.stage).title
    draft.notify("told", told, entry=entry, step=step, fact=fact, by=str(draft.known(event.by)))


def _may_plan(draft: Draft, event: Confirming) -> tuple[Party, Visit, datetime]:
    case = draft.case
    party = must_be_known(case, event.by)
    if party is None:
        raise Refusal("wrong side", "A plan is the parties' own: only they propose and confirm it.")
    must_be_fresh(case, event, [v for v in case.visits if takes_plan(case, v.stage)])
    visits = [v for v in case.open_visits if takes_plan(case, v.stage)]
    if not visits:
        raise Refusal("not open", f"There is no plan to agree now. {where(case)} {say_offers(case)}")
    at = event_time(case, event, draft.now)
    plans = case.policy.plans
    fitting = [
        v
        for v in visits
        if event.by.role in getattr(case.policy.stage(v.stage), party.side)
        or any(has_here(case, v, plan, event.by, at) for plan in plans)
    ]
    if not fitting and not any(case.policy.stage(v.stage).normally for v in visits):
        must_have_role(case, event.by, getattr(case.policy.stage(visits[-1].stage), party.side), "the plan")
    return party, (fitting or visits)[0], at


def _must_be_whole(case: Escalation, event: PlanProposed, at: datetime) -> None:
    if not event.actions:
        raise Refusal(
            "missing", "A plan needs at least one action, each with an owner and a date: who does what by when."
        )
    agencies = {*case.partners, *(p.id for p in case.parties), *(p.agency for p in case.parties)}
    today = case.day_of(at)
    dated: tuple[Action | Residual, ...] = (*event.actions, *(event.residual or ()))
    for action in dated:
        if not action.what.strip():
            raise Refusal("missing", "An action says nothing: say what will be done.")
        if action.owner not in agencies:
            raise Refusal(
                "unknown",
                f"{action.owner} is neither a party nor an agency of the partnership, so it cannot own an action."
                f"{meant(action.owner, agencies)}",
            )
        if action.by < today:
            raise Refusal("time", f"{say_date(action.by)} has passed: an action's date lies ahead.")
        must_be_counted(case, action.by)
    fields = [field for plan in case.policy.plans for field in case.policy.acts[plan].fields]
    missing = [f for f in fields if f != "residual" and not event.fields.get(f, "").strip()]
    missing += [f for f in fields if f == "residual" and event.residual is None]
    if missing:
        open_too = " What stays open is named with its owner and date; or say that nothing does." * (
            "residual" in missing
        )
        words = listed(["what stays open" if f == "residual" else f.replace("-", " ") for f in missing])
        raise Refusal("missing", f"The plan also says: {words}.{open_too}")


def _newest(case: Escalation, version: int) -> PlanVersion:
    plan = case.plan
    if plan is None:
        raise Refusal("not open", "There is no plan yet: propose one first.")
    if version != plan.version:
        raise Refusal(
            "stale", f"Version {version} is not the newest: version {plan.version} is. Read it, then confirm that one."
        )
    if plan.agreed_at:
        raise Refusal(
            "not open",
            f"Version {plan.version} was agreed by every party before the dispute was taken up again, and ends it no "
            "more: propose what is to hold now as a new version."
            if plan.entry < case.reopened_entry
            else f"Version {plan.version} has been agreed by every party already: a change is a new version.",
        )
    return plan


def _put(draft: Draft, plan: PlanVersion) -> None:
    draft.change(plans=(*draft.case.plans[:-1], plan))


def _waits(case: Escalation, plan: PlanVersion) -> str:
    still = [party.id for party in case.parties if party.id not in plan.confirmed]
    return f"Still to confirm it: {listed(still)}." if still else "Every party has confirmed it: it is agreed."


def agree_if_all(draft: Draft, by: datetime | None = None) -> bool:
    """Let the newest version be agreed if every party now in the case has confirmed it (rule 36); say whether it is.

    At the event time of the last confirmation; or *by* then, where it took more, such as a party's leaving.
    """
    plan = draft.case.plan
    if plan is None or plan.agreed_at or not set(plan.confirmed) >= {p.id for p in draft.case.parties}:
        return False
    at = max(plan.confirmed.values()) if by is None else max(by, *plan.confirmed.values())
    replaced = replaced_by(plan.version)
    for duty in draft.case.outstanding:
        if duty.is_of_plan:
            lapse(draft, duty, replaced)
    entry = draft.entry
    _put(draft, plan.but(agreed_at=at, agreed_entry=entry))
    for visit in draft.case.open_visits:
        if takes_plan(draft.case, visit.stage):
            for act_id in draft.case.policy.plans:
                happen(draft, Happened(entry=entry, names=(act_id,), stage=visit.stage, visit=visit.number, at=at))
    for number, action in enumerate(plan.actions, 1):
        owe_action(draft, number, action, at)
    for number, residual in enumerate(plan.residual or (), 1):
        owe_residual(draft, number, residual, at)
    agreed_by_all(draft, at)
    if draft.case.plan:
        _put(draft, draft.case.plan.but(agreed_through=draft.entry))
    return True
