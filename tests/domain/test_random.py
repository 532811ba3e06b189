"""Whatever is sent in whatever order: a refusal or a new state, never anything else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.effects import Entry
from domain.case.plan import Action, Residual
from domain.case.state import Escalation
from domain.commands import (
    ActDone,
    AlertAcknowledged,
    ConfirmationWithdrawn,
    Contested,
    DutyHandedOver,
    Event,
    GuestAdded,
    Misdirected,
    MomentPassed,
    OutcomeSaid,
    PlanConfirmed,
    PlanProposed,
    RiskRaised,
    SeatMended,
)
from domain.decide import decide
from domain.engine.moments import next_moment
from domain.policy.local_settings import Local
from domain.views.status import status_of
from tests.domain.case import CARE, POLICE, SCHOOL, TOLERANT, TRUST, Case, lincolnshire, london

AGENCIES = st.sampled_from(
    [*[SCHOOL, CARE] * 5, POLICE, TRUST, "", "nobody", f"{SCHOOL}.raising", f"{SCHOOL}.receiving"]
)
ROLES = st.sampled_from([*lincolnshire().roles, *lincolnshire().roles, "", "admiral", "on-call", "operations"])
ACTORS = st.builds(Actor, agency=AGENCIES, role=ROLES, person=st.sampled_from(["", "p"]))
PARTS = ["", "", "", ".held", ".date-set", ".minutes", ".date", ".sent", ".received", ".lunch"]
STRANGE = ["action-done", "statutory-services-telephoned", "departure", "left", "ended", "", "x" * 80]
ACTS = st.one_of(
    st.builds(str.__add__, st.sampled_from([*lincolnshire().acts]), st.sampled_from(PARTS)), st.sampled_from(STRANGE)
)
OUTCOMES = st.sampled_from([*sorted(lincolnshire().outcome_ids), "", "outcome", "nonsense"])
STAGES = st.sampled_from(["", "", "", *sorted(lincolnshire().stage_ids), "any", "ended", "case", "step-9"])
FIRST, LAST = dt.datetime(2024, 1, 1), dt.datetime(2060, 1, 1)  # noqa: DTZ001 - the zone is added below
HOURS = st.integers(-24 * 40, 3)
METHODS = st.sampled_from(["telephone", "e-mail", "letter", "", "pigeon"])
VALUES = st.sampled_from(["1", "2", "so", "", " ", "2025-09-01", "9999-12-31", "²", "9" * 30])
ALL_WORDS = dict.fromkeys(
    ["reason", "interim-safety", "fits-existing-plan", "procedure", "with-whom", "override-reason", "absence"], "so"
) | {"action": "1", "replacement": "2031-01-01"}
FIELDS = st.one_of(
    st.just(ALL_WORDS),
    st.dictionaries(st.sampled_from(["reason", "action", "replacement", "interim-safety", "absence", "odd"]), VALUES),
)
DAYS = st.one_of(st.dates(dt.date(2025, 3, 1), dt.date(2026, 3, 1)), st.sampled_from([dt.date.min, dt.date.max]))
WORK = st.builds(
    Action, what=st.sampled_from(["Visit", ""]), owner=st.sampled_from([SCHOOL, CARE, POLICE, "x"]), by=DAYS
)
REST = st.builds(Residual, what=st.just("Left open"), owner=st.just(CARE), by=DAYS)
WHOLE = st.one_of(st.integers(-3, 60), st.sampled_from([10**20]))
IDS = st.sampled_from(["", "", "", "", "one", "two"])

Made = Callable[[Escalation, dt.datetime], Event]


def _utc(naive: dt.datetime) -> dt.datetime:
    return naive.replace(tzinfo=dt.UTC)


EXTRA: dict[str, st.SearchStrategy[Any]] = {
    "act": st.fixed_dictionaries(
        {
            "act": ACTS,
            "method": METHODS,
            "with_parties": st.lists(AGENCIES, max_size=2).map(tuple),
            "chair": st.none() | ACTORS,
            "date": st.none() | st.datetimes(FIRST, LAST).map(_utc),
        }
    ),
    "outcome": st.fixed_dictionaries({"outcome": OUTCOMES, "to": STAGES}),
    "propose": st.fixed_dictionaries(
        {
            "actions": st.lists(WORK, max_size=2).map(tuple),
            "residual": st.none() | st.lists(REST, max_size=1).map(tuple),
        }
    ),
    "confirm": st.fixed_dictionaries({"version": WHOLE}),
    "unconfirm": st.fixed_dictionaries({"version": WHOLE}),
    "contest": st.fixed_dictionaries({"entry": WHOLE, "reason": st.just("so")}),
    "hand-over": st.fixed_dictionaries(
        {
            "duty": WHOLE,
            "to": ACTORS,
            "until": st.none() | st.datetimes(FIRST, LAST).map(_utc),
            "reason": st.just("so"),
        }
    ),
    "misdirected": st.fixed_dictionaries({"why": st.sampled_from(["not-mine", "left"])}),
    "mended": st.fixed_dictionaries({"seat": ACTORS}),
    "guest": st.fixed_dictionaries({"agency": st.just("childminder"), "role": ROLES, "title": st.just("Childminder")}),
}


@st.composite
def nonsense(draw: st.DrawFn) -> Made:
    """A message that may or may not fit."""
    when = draw(st.none() | HOURS)
    by, stage, fields = draw(ACTORS), draw(STAGES), draw(FIELDS)
    seen, said_id = draw(st.none() | WHOLE), draw(IDS)
    kind = draw(st.sampled_from(["act", "act", "act", "outcome", "outcome", *EXTRA, "risk", "alert"]))
    more: dict[str, Any] = draw(EXTRA.get(kind, st.just({})))

    def make(case: Escalation, now: dt.datetime) -> Event:
        said: dict[str, Any] = {
            "by": by,
            "seen": seen,
            "id": said_id,
            "at": now + dt.timedelta(hours=when) if when is not None else None,
        }
        if kind in {"act", "outcome"}:
            said |= {"stage": stage, "fields": fields}
        if kind == "propose":
            said |= {"fields": fields}
        event: Event = KINDS[kind](**said, **more)
        return event

    return make


KINDS: dict[str, Any] = {
    "act": ActDone,
    "outcome": OutcomeSaid,
    "propose": PlanProposed,
    "confirm": PlanConfirmed,
    "unconfirm": ConfirmationWithdrawn,
    "risk": RiskRaised,
    "alert": AlertAcknowledged,
    "contest": Contested,
    "hand-over": DutyHandedOver,
    "misdirected": Misdirected,
    "mended": SeatMended,
    "guest": GuestAdded,
}


@st.composite
def offered(draw: st.DrawFn) -> Made:
    """A message made from what the case offers, by somebody who may well say it."""
    pick, agency = draw(st.integers(0, 99)), draw(st.sampled_from([SCHOOL, CARE]))
    ago = draw(st.sampled_from([0, 0, 0, 1, 30]))
    words = {"reason": "so", "interim-safety": "so", "fits-existing-plan": "yes", "action": "1", "procedure": "so"}
    words |= {"replacement": "2031-01-01", "with-whom": "so"}

    def make(case: Escalation, now: dt.datetime) -> Event:
        offers = status_of(case).offers
        if not offers:
            return RiskRaised()
        offer = offers[pick % len(offers)]
        by = offer.sayers[pick % len(offer.sayers)] if offer.sayers else Actor(agency=agency, role="slo")
        said = {"by": by, "at": now - dt.timedelta(hours=ago), "fields": words}
        if offer.name == "confirm" and case.plan:
            return PlanConfirmed(by=by, version=case.plan.version)
        if offer.kind == "plan":
            day = case.day_of(now) + dt.timedelta(days=pick % 20)
            return PlanProposed(**said, actions=(Action(what="Visit", owner=CARE, by=day),))
        if offer.kind == "outcome":
            return OutcomeSaid(**said, outcome=offer.name, stage=offer.stage)
        method = offer.methods[pick % len(offer.methods)] if offer.methods else ""
        return ActDone(
            **said,
            act=offer.name,
            stage=offer.stage,
            method=method,
            with_parties=tuple(p.id for p in case.parties if p.id != by.agency),
            date=now + dt.timedelta(hours=pick),
            chair=Actor(agency=POLICE, role="slo"),
        )

    return make


STEPS = st.lists(
    st.one_of(offered(), offered(), offered(), nonsense(), st.integers(0, 24 * 9)), min_size=3, max_size=40
)
LOCALS = st.sampled_from(
    [Local(), TOLERANT, TOLERANT.but(meetings={"ppet": (london("2025-03-20 14:00"),)}, alerts_a_day=1)]
)


BEGINNINGS = st.sampled_from(["step-1", "step-2", "step-3", "step-4-urgent", "unresolved", "one agency", "conduct"])


def begun(where: str, local: Local) -> Case:
    """Open a case and take it to where it begins."""
    if where == "conduct":
        return Case(local=local, facts={"concern": "conduct"})
    if where == "one agency":
        return Case(local=local, receiving=(SCHOOL,))
    case = Case(local=local)
    if where == "unresolved":
        case.climb_to("step-3").says(SCHOOL, "not-urgent")
        return case
    return case.climb_to(where)


def check(case: Escalation, made: list[Entry]) -> None:
    assert [entry.number for entry in made] == list(range(1, len(made) + 1))
    assert case.entries == len(made)
    standing = status_of(case)
    if case.closed_at is None:
        assert standing.next_moment or standing.waits_for
    alerting = [d for d in case.outstanding if d.is_overdue and d.acknowledged_until is None]
    assert not alerting or case.pace.next_at is not None, "an overdue duty will never alert again"
    entered = {str(entry.body["duty"]) for entry in made if entry.kind == "overdue"}
    assert {str(duty.id) for duty in case.duties if duty.overdue_at} <= entered, "an overdue entry was lost"


@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(local=LOCALS, begins=BEGINNINGS, steps=STEPS)
def test_any_sequence_of_messages_and_hours_gives_a_state_or_a_refusal(
    local: Local, begins: str, steps: list[Made | int]
) -> None:
    start = begun(begins, local)
    case, now, made, kept = start.state, start.now, start.entries, start.kept
    for step in steps:
        try:
            if isinstance(step, int):
                now += dt.timedelta(hours=step)
                event: Event = MomentPassed()
            else:
                event = step(case, now)
            decision = decide(case, event, now)
        except Refusal as refusal:
            assert refusal.sentence  # noqa: PT017 - what it says is looked at elsewhere
            continue
        case = decision.escalation
        kept.add(decision)
        made += decision.entries
        moment = next_moment(case)
        assert moment is None or moment >= now or not isinstance(event, MomentPassed)
        check(case, made)

    again = Escalation.model_validate_json(case.model_dump_json())
    assert again == case
    assert status_of(again) == status_of(case)
    kept.folds()
    kept.is_decided_alike()
