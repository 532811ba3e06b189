"""What one side has said or proposed and the other has yet to answer: it moves nothing and stops no clock till then."""

from collections.abc import Iterator
from datetime import datetime

from ..base.identities import (
    Claim,
    DateProposal,
    ExtensionProposal,
    LeavingProposal,
    OutcomeClaim,
    PauseProposal,
    VoidProposal,
)
from ..base.refusals import listed
from ..base.value import Value
from ..base.words import say_due
from ..case.effects import Recipient
from ..case.state import Escalation
from ..engine.allowed import takes_plan
from ..engine.draft import Draft, title_of
from ..engine.needs import is_plan, missing_needs
from ..engine.periods import rules_of
from ..engine.senders import OFFICE
from ..policy.shape import applies

SAME = "the same is said by"


class Waiting(Value):
    """One thing that waits for an answer."""

    what: str
    """`"agreed" at Step 1`, `version 2 of the plan`, `a pause until the end of Monday 4 May`."""
    kind: str
    """Kind of the entries by which it was said: `claim`, `plan-proposed`, `date-proposed` …"""
    by: tuple[str, ...]
    """Parties that have said it."""
    waits_for: tuple[str, ...]
    """Parties that have not."""
    once: str
    """What must happen for it to count: `the same is said by police`."""
    seats: tuple[Recipient, ...]
    """Who speaks for each of those it waits for. Empty where they are asked by another of these already."""
    stage: str = ""

    @property
    def question(self) -> str:
        """What is asked of those it waits for."""
        return f"your answer to {self.what}, as {listed([*self.by])} said"

    @property
    def asked(self) -> Iterator[tuple[str, Recipient]]:
        """Each party that is asked, with its seat."""
        return zip(self.waits_for, self.seats, strict=False)


def waiting(case: Escalation) -> tuple[Waiting, ...]:
    """Return what waits for an answer now, the plan first; nothing in a case that is closed."""
    if case.closed_at is not None:
        return ()
    draft = Draft(case, case.opened_at)
    return (*_plan(draft), *(one for claim in case.claims if (one := _claim(draft, claim)) is not None))


def _plan(draft: Draft) -> Iterator[Waiting]:
    case, plan = draft.case, draft.case.plan
    if plan is None or plan.agreed_at or not any(takes_plan(case, visit.stage) for visit in case.open_visits):
        return
    still = _others(case, tuple(plan.confirmed))
    yield Waiting(
        what=f"version {plan.version} of the plan",
        kind="plan-proposed",
        by=tuple(plan.confirmed),
        waits_for=still,
        once=f"it is confirmed by {listed([*still])}",
        seats=_seats(draft, still, plan.stage),
        stage=plan.stage,
    )


def _claim(draft: Draft, claim: Claim) -> Waiting | None:
    case, said = draft.case, claim.said
    match claim.about:
        case LeavingProposal(leaver=party):
            return _leaving(draft, party, said)
        case VoidProposal():
            return _voiding()
        case PauseProposal(pause_until=until):
            return _consent(draft, f"a pause until {_when(case, until)}", "pause-proposed", said)
        case ExtensionProposal(duty=number, until=until):
            duty = next((one for one in case.outstanding if one.id == number), None)
            what = f"a later deadline for {title_of(case, duty)}: {_when(case, until)}" if duty else ""
            return _consent(draft, what, "extension-proposed", said, duty.stage if duty else "")
        case DateProposal(timescale=name, date=date):
            rules = rules_of(case.policy, name)
            acts = [case.policy.act_title(case.policy.whole_act(act)) for rule in rules for act in rule.act]
            what = f"a date for {listed(list(dict.fromkeys(acts)))}: {_when(case, date)}"
            return _consent(draft, what, "date-proposed", said)
        case OutcomeClaim() as about:
            return _outcome(draft, about, said)


def _outcome(draft: Draft, about: OutcomeClaim, said: tuple[str, ...]) -> Waiting | None:
    case, stage = draft.case, about.stage
    visit = next((one for one in case.open_visits if (one.stage, one.number) == (stage, about.visit)), None)
    outcome = next((one for one in case.policy.outcomes_of(stage) if one.id == about.outcome), None) if visit else None
    if outcome is None or not applies(case.facts, outcome.if_, outcome.unless):
        return None
    plans = [need for need in outcome.needs if is_plan(case, need)]
    if missing_needs(case, plans, visit, None):
        live = case.plan if case.plan and not case.plan.agreed_at else None
        still = _others(case, tuple(live.confirmed) if live else ())
        once = f"{_version(case)} of the plan is confirmed by {listed([*still])}"
        seats = () if live else _seats(draft, still, stage)
    else:
        still = () if plans else _others(case, said)
        missing = listed(missing_needs(case, outcome.needs, visit, None))
        once = f"{SAME} {listed([*still])}" if still else f"this is recorded: {missing}"
        seats = _seats(draft, still, stage)
    what = f"“{case.policy.outcome_title(outcome)}” at {case.policy.stage(stage).title}"
    return Waiting(what=what, kind="claim", by=said, waits_for=still, once=once, seats=seats, stage=stage)


def _version(case: Escalation) -> str:
    if case.plan is None:
        return "a first version"
    return (
        f"a new version, after version {case.plan.version}," if case.plan.agreed_at else f"version {case.plan.version}"
    )


def _consent(draft: Draft, what: str, kind: str, said: tuple[str, ...], stage: str = "") -> Waiting | None:
    still = _others(draft.case, said)
    if not what or not said or not still:
        return None
    steps = [v.stage for v in draft.case.open_visits if draft.case.policy.stage(v.stage).strand == "dispute"]
    once = f"{SAME} {listed([*still])}"
    seats = _seats(draft, still, steps[-1] if steps else stage)
    return Waiting(what=what, kind=kind, by=said, waits_for=still, once=once, seats=seats, stage=stage)


def _leaving(draft: Draft, party: str, said: tuple[str, ...]) -> Waiting | None:
    if all(one.id != party for one in draft.case.parties):
        return None
    steps = [v.stage for v in draft.case.open_visits if draft.case.policy.stage(v.stage).strand == "dispute"]
    seats = _seats(draft, (party,), steps[-1] if steps else "")
    what, once = f"whether {party} leaves the case", f"{party} says so itself"
    return Waiting(what=what, kind="leave-proposed", by=said, waits_for=(party,), once=once, seats=seats)


def _voiding() -> Waiting:
    """Say that the office is to void the case; which of its people has said so is not shown in lists."""
    office, second = f"the {OFFICE.title}", "a second person of the office"
    what, once = "whether the case is voided, as opened in error", f"{second} says the same"
    return Waiting(what=what, kind="void-proposed", by=(office,), waits_for=(second,), once=once, seats=(OFFICE,))


def _others(case: Escalation, said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(party.id for party in case.parties if party.id not in said)


def _seats(draft: Draft, parties: tuple[str, ...], stage: str) -> tuple[Recipient, ...]:
    return tuple(draft.towards(draft.seat(draft.case.party(one), stage)) for one in parties)


def _when(case: Escalation, moment: datetime) -> str:
    return say_due(moment, case.policy.zone).removeprefix("by ")
