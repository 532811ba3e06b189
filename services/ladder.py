"""A policy drawn as a ladder, line by line; and the ladder of one case, with where it stands."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from domain.base.refusals import listed
from domain.base.words import say_date
from domain.case.state import Escalation
from domain.policy import DutyRule, Outcome, Policy, Stage, Track
from domain.policy.event_words import time_given

BAR = "  │  "
Wanted = bool | str | tuple[str, ...]


class Line(NamedTuple):
    """A line and its tone, one of `screen.COLOURS`."""

    text: str
    tone: str = ""


class Rung(NamedTuple):
    """One step of the ladder of a case."""

    title: str
    who: str
    """Who acts there, by their roles."""
    stands: Literal["past", "here", "ahead"]


def rungs(case: Escalation) -> list[Rung]:
    """Return the steps of a case's route in their order, each with where the case stands; what is open beside, last."""
    here = {visit.stage for visit in case.open_visits}
    past = {visit.stage for visit in case.visited} - here
    route = case.policy.track(case.track).stages
    found: list[Rung] = []
    for stage_id in dict.fromkeys((*route, *(visit.stage for visit in case.open_visits))):
        stands: Literal["past", "here", "ahead"] = (
            "here" if stage_id in here else "past" if stage_id in past else "ahead"
        )
        stage = case.policy.stage(stage_id)
        roles = dict.fromkeys((*([stage.body] if stage.body else []), *stage.raising, *stage.receiving))
        found.append(Rung(stage.title, listed([case.policy.role_title(role) for role in roles], "or"), stands))
    return found


def drawn(policy: Policy) -> Iterator[Line]:
    """Draw a policy: its routes, its steps, what is owed at every step, what is ours in it."""
    yield Line(policy.title, "good")
    review = f"; review due {say_date(policy.review)}" if policy.review else ""
    yield Line(f"{policy.id}, edition {policy.edition}, in force from {say_date(policy.effective)}{review}")
    if policy.parents:
        below = listed([f"{parent.title} ({parent.id}, edition {parent.edition})" for parent in policy.parents])
        yield Line(f"Builds on: {below}")
    yield Line(f"Source: {policy.source}") if policy.source else Line("Source: not named")
    shown: set[str] = set()
    for track in policy.tracks:
        yield from _track(policy, track, shown)
    beside = [stage for stage in policy.stages if stage.id not in shown]
    if beside:
        yield from _titled("Beside the ladder")
        for stage in beside:
            yield from _stage(policy, stage, None)
    if policy.bodies:
        yield from _titled("Bodies")
        yield from (Line(f"  {_body(policy, name)}") for name in policy.bodies)
    if policy.duties:
        yield from _titled("At every step")
        yield from (Line(f"  {_duty(policy, rule)}") for rule in policy.duties)
    if policy.assumptions:
        yield from _titled("How we read it (ours, not the area's words)")
        yield from (Line(f"  {_cited(one.says, one.rows)}", "warning") for one in policy.assumptions)
    if policy.gaps:
        yield from _titled("What the source leaves open (shown, never guessed)")
        for gap in policy.gaps:
            yield Line(f"  {_cited(gap.says, gap.rows)}{_filled(gap.fills)}", "warning")
            if gap.falls_back:
                yield Line(f"    until then: {gap.falls_back}")


def _titled(text: str, more: str = "") -> Iterator[Line]:
    yield Line("")
    yield Line(f"{text.upper()}{more}")


def _track(policy: Policy, track: Track, shown: set[str]) -> Iterator[Line]:
    when = conditions(track.if_, track.unless)
    yield from _titled("Route", f" {track.id}: {track.title or track.id}{f'   ({when})' if when else ''}")
    for stage_id in track.stages:
        if stage_id in shown:
            yield Line(f"  ● {policy.stage(stage_id).title}, as above")
        else:
            shown.add(stage_id)
            yield from _stage(policy, policy.stage(stage_id), track)
    yield Line("  ■")


def _stage(policy: Policy, stage: Stage, track: Track | None) -> Iterator[Line]:
    marks = ", ".join(
        mark
        for mark, on in (
            ("urgent", stage.urgent),
            (f"strand {stage.strand}", stage.strand != "dispute"),
            ("the formal procedure", stage.formal),
            ("stops the clocks of the dispute", stage.pauses),
        )
        if on
    )
    yield Line(f"  ● {stage.title}   [{stage.id}{f'; {marks}' if marks else ''}]", "good")
    clause = f"{BAR}clause: {stage.clause}"
    yield Line(clause) if stage.clause else Line(f"{BAR}clause: none is cited")
    yield Line(f"{BAR}{_seats(policy, stage)}")
    yield from (Line(f"{BAR}· {_duty(policy, rule)}") for rule in stage.duties)
    yield from (Line(f"{BAR}→ {_outcome(policy, stage, outcome, track)}") for outcome in policy.outcomes_of(stage.id))
    yield Line("  │")


def _seats(policy: Policy, stage: Stage) -> str:
    body = [f"sits: {policy.role_title(stage.body)}"] if stage.body else []
    sides = [
        f"{side} side: {listed([policy.role_title(role) for role in roles], 'or')}"
        for side, roles in (("raising", stage.raising), ("receiving", stage.receiving))
        if roles
    ]
    return "; ".join((*body, *sides)) or "no seats are named"


def _body(policy: Policy, name: str) -> str:
    body = policy.bodies[name]
    parts = [f"members: {listed([policy.role_title(role) for role in body.members], 'or')}"] if body.members else []
    parts += [f"from at least {body.agencies_at_least} agencies"] if body.agencies_at_least else []
    parts += [f"with {listed(list(body.includes))} where possible"] if body.includes else []
    parts += [f"chaired by the {policy.role_title(body.chair)}"] if body.chair else []
    parts += [f"hears from every party: {_needs(policy, body.hears)}"] if body.hears else []
    return f"{policy.role_title(name)}: {'; '.join(parts) or 'nothing is asked of it'}"


def _duty(policy: Policy, rule: DutyRule) -> str:
    what = " or ".join(policy.act_title(act) for act in rule.act)
    by = who_says(policy, rule.by)
    roles = f" ({listed([policy.role_title(role) for role in rule.role], 'or')})" if rule.role else ""
    when = f"; after {listed(list(rule.when), 'or')}" if rule.when else ""
    within = "no time is given" if rule.within == "none" else time_given(policy, rule.within)
    within += "; a guide only" if rule.indicative else ""
    since = "" if within.endswith(" before") else "from "
    of = f" {since}{listed(list(rule.of), 'or')}" if rule.of else ""
    latest = f", the {rule.which}" if rule.which else ""
    source = rule.clause or ", ".join(rule.rows)
    only = conditions(rule.if_, rule.unless)
    return (
        f"{rule.strength}: {what}, by {by}{roles}{when}: {within}{of}{latest}{f'; {only}' if only else ''}"
        f"{f'   ({source})' if source else ''}"
    )


def who_says(policy: Policy, name: str) -> str:
    """Name a side, a role or a body as people read it."""
    sides = {"together": "both sides together", "raising": "the raising side", "receiving": "the receiving side"}
    return sides.get(name) or (policy.role_title(name) if name in policy.roles or name in policy.bodies else name)


def _outcome(policy: Policy, stage: Stage, outcome: Outcome, track: Track | None) -> str:
    to = listed([_target(stage, target, track) for target in (*outcome.leads_to, *outcome.one_of)])
    opens = f"{' and ' if to else ''}opens {listed(list(outcome.opens))} beside" if outcome.opens else ""
    roles = f", {listed([policy.role_title(role) for role in outcome.role], 'or')}" if outcome.role else ""
    needed = f"; needs {_needs(policy, outcome.needs)}" if outcome.needs else ""
    needed += f"; expects {_needs(policy, outcome.expects)}, or a reason" if outcome.expects else ""
    needed += f"; after {listed(list(outcome.after), 'or')}" if outcome.after else ""
    needed += f"; {only}" if (only := conditions(outcome.if_, outcome.unless)) else ""
    source = f"   ({outcome.clause or ', '.join(outcome.rows)})" if outcome.clause or outcome.rows else ""
    by = who_says(policy, outcome.said_by)
    leads = f"  ⇒  {to}{opens}" if to or opens else "  (a finding: it moves nothing)"
    return f"{policy.outcome_title(outcome)} [{outcome.id}], said by {by}{roles}{needed}{leads}{source}"


def _needs(policy: Policy, names: tuple[str, ...]) -> str:
    return listed(
        [policy.act_title(name) if name.partition(".")[0] in policy.acts else name.replace("-", " ") for name in names]
    )


def _target(stage: Stage, target: str, track: Track | None) -> str:
    """Name where an outcome leads; `next` and `previous` by the route that is being drawn."""
    step = {"next": 1, "previous": -1}.get(target)
    if step is None or track is None:
        return target
    at = track.stages.index(stage.id) + step
    return track.stages[at] if 0 <= at < len(track.stages) else target


def conditions(if_: Mapping[str, Wanted], unless: Mapping[str, Wanted]) -> str:
    """Say what must hold of the facts, and what must not; empty where nothing must."""

    def said(condition: Mapping[str, Wanted]) -> str:
        return " and ".join(
            f"{fact} is {' or '.join(value) if isinstance(value, tuple) else value}"
            for fact, value in condition.items()
        )

    parts = [f"{word} {said(condition)}" for word, condition in (("if", if_), ("unless", unless)) if condition]
    return ", ".join(parts)


def _cited(says: str, rows: tuple[str, ...]) -> str:
    return f"{says}   ({', '.join(rows)})" if rows else says


def _filled(setting: str) -> str:
    return f"   filled by the setting ESCALATION_{setting.upper()}" if setting else ""
