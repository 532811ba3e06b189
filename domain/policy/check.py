"""`policy check`: does every name resolve, does every road end, is every hole declared?"""

from collections.abc import Iterator

from .check_events import event_fault
from .check_roads import road_faults
from .faults import Fault
from .period import parse_period
from .shape import Condition, DutyRule, Outcome, Policy, Stage
from .unbuilt import unbuilt_faults

SIDES = (
    "raising",
    "receiving",
    "each party",
    "together",
    "any party",
    "every party",
    "raiser",
    "anyone",
    "action owner",
)
ADDRESSEES = ("other parties", "every party", "any agency", "partnership", "raiser")
NEEDS = ("reason", "interim-safety", "risk-considered", "written")


def check_policy(policy: Policy) -> tuple[Fault, ...]:
    """Return every fault and warning of a policy whose form is right; none means it can run."""
    found: list[Fault] = [*unbuilt_faults(policy), *_doubles(policy), *_tracks(policy)]
    for name, role in policy.roles.items():
        if role.source == "partners" and not role.override:
            found.append(
                Fault(
                    place=f"role {name}",
                    what="nothing says what happens when no partner can be found",
                    mend='Add override = "reason"',
                    severity="warning",
                )
            )
    for stage in policy.stages:
        found += _stage(policy, stage)
    for key, rule in policy.rules.items():
        found += _duty(policy, key, rule)
    for outcome in policy.outcomes:
        found += _outcome(policy, f"outcome {outcome.id}", outcome, None)
        for source in outcome.source:
            if source not in {*policy.stage_ids, "any", "ended"}:
                found.append(_unknown(f"outcome {outcome.id}, from", source, "stage"))
    for name, timescale in policy.timescales.items():
        found += _period(policy, f"timescale {name}", timescale.value)
        if timescale.value == "unknown" and not timescale.gap:
            found.append(
                Fault(
                    place=f"timescale {name}",
                    what="it is unknown, and no gap says so",
                    mend='Add gap = "…", saying what is missing and where',
                )
            )
    found += road_faults(policy)
    return tuple(dict.fromkeys(found))


def _unknown(place: str, name: str, noun: str) -> Fault:
    return Fault(
        place=place,
        what=f"`{name}` is no {noun} of this policy",
        mend=f"Name a {noun} that the file declares, or declare it",
    )


def _doubles(policy: Policy) -> Iterator[Fault]:
    for noun, ids in (("stage", [s.id for s in policy.stages]), ("track", [t.id for t in policy.tracks])):
        for double in sorted({i for i in ids if ids.count(i) > 1}):
            yield Fault(place=f"{noun} {double}", what=f"two {noun}s have this id", mend="Give each its own id")
    for stage in policy.stages:
        own = [o.id for o in stage.outcomes]
        for double in sorted({i for i in own if own.count(i) > 1}):
            yield Fault(
                place=f"stage {stage.id}, outcome {double}",
                what="two outcomes of one stage have this id",
                mend="Give each its own id",
            )


def _tracks(policy: Policy) -> Iterator[Fault]:
    if not policy.tracks:
        yield Fault(place="track", what="there is no track", mend="Add a [[track]] with an id and its stages in order")
    for track in policy.tracks:
        for stage in track.stages:
            if stage not in policy.stage_ids:
                yield _unknown(f"track {track.id}, stages", stage, "stage")
        if not track.stages:
            yield Fault(place=f"track {track.id}", what="it has no stages", mend="List them in order")
        for key, condition in (("if", track.if_), ("unless", track.unless)):
            yield from _condition(policy, f"track {track.id}, {key}", condition)


def _stage(policy: Policy, stage: Stage) -> Iterator[Fault]:
    place = f"stage {stage.id}"
    for side in ("raising", "receiving"):
        for role in getattr(stage, side):
            if role not in policy.roles:
                yield _unknown(f"{place}, {side}", role, "role")
    if stage.body and stage.body not in policy.roles and stage.body not in policy.bodies:
        yield _unknown(f"{place}, body", stage.body, "role or body")
    if not (stage.raising or stage.receiving or stage.body):
        yield Fault(
            place=place,
            what="nobody sits in it",
            mend="Name the roles of the raising and the receiving side, or a body",
        )
    for outcome in stage.outcomes:
        yield from _outcome(policy, f"{place}, outcome {outcome.id}", outcome, stage)


def _duty(policy: Policy, key: str, rule: DutyRule) -> Iterator[Fault]:
    owner, _, number = key.partition("/")
    stage = policy.stage(owner) if owner in policy.stage_ids else None
    place = f"stage {owner}, duty {number}" if stage else f"duty {number}"
    for act in rule.act:
        if act.partition(".")[0] not in policy.acts:
            yield _unknown(f"{place}, act", act, "act")
        elif fault := event_fault(policy, act, stage):
            yield Fault(place=f"{place}, act", what=fault, mend="Name a part this kind of act has")
    if rule.by not in {*SIDES, *policy.roles, *policy.bodies}:
        yield _unknown(f"{place}, by", rule.by, "side, role or body")
    for role in rule.role:
        if role not in policy.roles:
            yield _unknown(f"{place}, role", role, "role")
    for to in rule.to:
        if to not in {*ADDRESSEES, *policy.roles, *policy.bodies}:
            yield _unknown(f"{place}, to", to, "role, body or group of people")
    if stage is None and not rule.when:
        yield Fault(place=place, what="a duty of no stage says no `when`", mend='Add when = "…"')
    for name in ("when", "of", "done_by", "until"):
        for event in getattr(rule, name):
            if name == "until" and event == "done":
                continue
            if fault := event_fault(policy, event, stage):
                yield Fault(
                    place=f"{place}, {name}",
                    what=fault,
                    mend="Name something this policy can record, such as `<stage>.<act>` or `<stage>.opened`",
                )
    yield from _period(policy, f"{place}, within", rule.within)
    if stage and "done" not in rule.until:
        ways = {o.id for o in policy.outcomes_of(stage.id)} | {"outcome", "left"}
        if any(policy.event(e).thing in ways and policy.event(e).stage in {"", stage.id} for e in rule.when):
            yield Fault(
                place=place,
                what="the outcome that raises it also closes its stage, so it would lapse at once",
                mend='Add until = "done"',
            )
    if rule.strength != "may" and not (rule.rows or rule.clause or (stage and stage.clause)):
        yield Fault(
            place=place,
            what=f"a `{rule.strength}` duty names no clause",
            mend='Add clause = "…" or rows = [ … ], or make it strength = "may"',
        )
    for key_, condition in (("if", rule.if_), ("unless", rule.unless)):
        yield from _condition(policy, f"{place}, {key_}", condition)


def _period(policy: Policy, place: str, text: str) -> Iterator[Fault]:
    if text in policy.timescales:
        return
    try:
        period = parse_period(text)
    except ValueError as error:
        yield Fault(place=place, what=str(error), mend="Write it as one of these forms, or name a [timescale]")
        return
    if period.kind == "next meeting" and period.of not in {*policy.roles, *policy.bodies}:
        yield _unknown(place, period.of, "role or body")
    if period.kind == "unknown" and not policy.gaps and not place.startswith("timescale"):
        yield Fault(
            place=place, what="it is unknown, and no gap says so", mend="Add a [[policy.gap]] that says what is missing"
        )


def _outcome(policy: Policy, place: str, outcome: Outcome, stage: Stage | None) -> Iterator[Fault]:
    if outcome.said_by not in {*SIDES, *policy.roles, *policy.bodies}:
        yield _unknown(f"{place}, said_by", outcome.said_by, "side, role or body")
    for role in outcome.role:
        if role not in policy.roles:
            yield _unknown(f"{place}, role", role, "role")
    for key in ("needs", "expects"):
        for need in getattr(outcome, key):
            if need not in {*NEEDS, *policy.facts} and need.partition(".")[0] not in policy.acts:
                yield Fault(
                    place=f"{place}, {key}",
                    what=f"`{need}` is neither an act, a fact nor one of {', '.join(NEEDS)}",
                    mend="Name one of these",
                )
    for event in outcome.after:
        if fault := event_fault(policy, event, stage):
            yield Fault(place=f"{place}, after", what=fault, mend="Name something this policy can record")
    for target in (*outcome.opens, *outcome.one_of):
        if target not in policy.stage_ids:
            yield _unknown(f"{place}, opens", target, "stage")
    for key, condition in (("if", outcome.if_), ("unless", outcome.unless)):
        yield from _condition(policy, f"{place}, {key}", condition)


def _condition(policy: Policy, place: str, condition: Condition) -> Iterator[Fault]:
    for name, wanted in condition.items():
        fact = policy.facts.get(name)
        if fact is None:
            yield _unknown(place, name, "fact")
            continue
        for value in (wanted,) if isinstance(wanted, str | bool) else wanted:
            if fact.values and not fact.other and value not in fact.values:
                yield Fault(
                    place=place,
                    what=f"`{value}` is not a value of the fact `{name}`",
                    mend=f"Use one of: {', '.join(fact.values)}",
                )
