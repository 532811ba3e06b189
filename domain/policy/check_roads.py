"""Do the roads of a policy lead somewhere: is every stage reached, and does every dispute end?"""

from collections.abc import Iterator

from .check_names import EVERYBODY, SPEAKERS
from .event_names import ENDS
from .faults import Fault
from .graph import DONE, END, ROUTE, beside_the_dispute, roads, spread, targets
from .language import Outcome, Stage
from .shape import Policy


def road_faults(policy: Policy) -> Iterator[Fault]:
    """Yield dead ends, unreachable stages and outcomes that lead nowhere."""
    if any(stage not in policy.stage_ids for track in policy.tracks for stage in track.stages):
        return
    ways = roads(policy)
    for stage in policy.stages:
        yield from _leads(policy, stage)
        yield from _strays(policy, stage)
    yield from _off_every_route(policy)
    yield from _after_the_end(policy)
    first = {track.stages[0] for track in policy.tracks if track.stages}
    yield from _unreached(policy, ways, spread(first | beside_the_dispute(policy), ways))
    for stage in policy.stages:
        if stage.strand == "dispute" and not ways[stage.id]:
            yield Fault(
                place=f"stage {stage.id}",
                what="there is no way on from it",
                mend="Give it an outcome that leads to a stage or to an end",
            )
        elif stage.strand == "dispute" and "end" not in spread({stage.id}, ways):
            yield Fault(
                place=f"stage {stage.id}",
                what="no end can be reached from it",
                mend="Lead some outcome on its way to `end: …`",
            )


def _off_every_route(policy: Policy) -> Iterator[Fault]:
    """The order of a route is what `next`, `previous` and a change of route go by: each step of the dispute has one."""
    on_one = {stage for track in policy.tracks for stage in track.stages}
    for stage in policy.stages if policy.tracks else ():
        if stage.strand == "dispute" and stage.id not in on_one:
            yield Fault(
                place=f"stage {stage.id}",
                what="it is a step of the dispute, and no route has it in its order",
                mend='Put it in the `stages` of the track whose cases come to it, or give it strand = "side"',
            )


def _unreached(policy: Policy, ways: dict[str, set[str]], found: frozenset[str]) -> Iterator[Fault]:
    """Yield a fault for each stage that nothing leads to, but for those that would be reached from such a one."""
    reached = set(found)
    lost = [stage.id for stage in policy.stages if stage.id not in reached]
    led_to = {to for stage in lost for to in ways[stage] if to != stage}
    for stage in (*(s for s in lost if s not in led_to), *lost):  # first where the road begins, then what goes in rings
        if stage not in reached:
            reached |= spread({stage}, ways)
            yield Fault(
                place=f"stage {stage}",
                what="no track begins with it and no outcome leads to it",
                mend="Put it in a track's order or lead an outcome to it",
            )


def _leads(policy: Policy, stage: Stage) -> Iterator[Fault]:
    for outcome in policy.outcomes_of(stage.id):
        place = f"stage {stage.id}, outcome {outcome.id}"
        for leads_to in outcome.leads_to:
            if leads_to.startswith(END):
                yield from _end(place, outcome, leads_to)
            elif found := _lost(policy, stage, outcome, leads_to):
                yield Fault(place=place, what=found[0], mend=found[1])


def _lost(policy: Policy, stage: Stage, outcome: Outcome, leads_to: str) -> tuple[str, str] | None:
    """Say what is wrong with a way on, and how to mend it; nothing where it leads somewhere."""
    somewhere = any(targets(policy, stage, outcome))
    if leads_to in {"next", "previous"}:
        lost = (f"`{leads_to}` leads out of every track's order", "Name the stage, or put both in a track")
        return None if somewhere else lost
    if leads_to == ROUTE:
        return None if somewhere else ("there is no other route to lead to", "Name the stage")
    if leads_to == "chosen":
        return None if outcome.one_of else ("`chosen` says nothing to choose from", "Add one_of = [ … ]")
    if leads_to == DONE and stage.strand == "dispute":
        return "`done` closes a strand beside the dispute, and this stage is of the dispute", "Lead to `end: …`"
    if leads_to in {DONE, *policy.stage_ids}:
        return None
    what = f"`{leads_to}` is no stage, no end, and none of next, previous, chosen, route, done"
    return what, "Name a stage of this policy"


def _end(place: str, outcome: Outcome, leads_to: str) -> Iterator[Fault]:
    if leads_to.removeprefix(END) not in ENDS:
        mend = f"Use one of: {', '.join(END + end for end in ENDS)}"
        yield Fault(place=place, what=f"{leads_to!r} is no end", mend=mend)
    yield from _say(place, outcome, leads_to.removeprefix(END))


def _say(place: str, outcome: Outcome, end: str) -> Iterator[Fault]:
    """Nobody alone resolves a dispute, and only who has the say decides it (rule 27)."""
    if end == "resolved" and outcome.said_by != EVERYBODY:
        yield Fault(
            place=f"{place}, said_by",
            what="a dispute is resolved only where every party says so",
            mend=f'Write said_by = "{EVERYBODY}", or lead to another end such as `end: noted`',
        )
    if end == "decided" and outcome.said_by in SPEAKERS:
        yield Fault(
            place=f"{place}, said_by",
            what="a dispute is decided by a role or a body that has the say",
            mend="Name that role or body in `said_by`",
        )


def _strays(policy: Policy, stage: Stage) -> Iterator[Fault]:
    """A way out of a step of the dispute leads to another or to an end, and never to both."""
    steps = {s.id for s in policy.stages if s.strand == "dispute"}
    for outcome in policy.outcomes_of(stage.id) if stage.strand == "dispute" else ():
        place = f"stage {stage.id}, outcome {outcome.id}"
        leads = set(targets(policy, stage, outcome.but(opens=(), one_of=())))
        known = leads <= {*policy.stage_ids, "end", DONE}
        if "end" in leads and steps & {*leads, *outcome.opens, *outcome.one_of}:
            yield Fault(place=place, what="it ends the dispute and goes on with it", mend="Lead to one of the two")
        elif known and outcome.leads_to and not ({*leads, *outcome.one_of} & {*steps, "end"}):
            yield Fault(
                place=place,
                what="it closes its step and leaves the dispute nowhere",
                mend="Lead to a step or an end too, or use `opens`, which closes nothing",
            )
        elif set(outcome.one_of) & policy.stage_ids - steps and not leads & {*steps, "end"}:
            yield Fault(
                place=place,
                what="one of its choices is beside the dispute, and would leave the dispute nowhere",
                mend="Offer steps of the dispute in `one_of`, and open the other with `opens`",
            )


def _after_the_end(policy: Policy) -> Iterator[Fault]:
    """What is said after the end opens what stands beside the dispute; it neither goes on with it nor ends it again."""
    for outcome in policy.outcomes:
        if "ended" not in outcome.source:
            continue
        place = f"outcome {outcome.id}, from"
        beside = {s.id for s in policy.stages if s.strand != "dispute"}
        strange = [to for to in (*outcome.leads_to, *outcome.one_of, *outcome.opens) if to not in {*beside, "chosen"}]
        if strange:
            yield Fault(
                place=place,
                what=f"after the end nothing leads to `{strange[0]}`",
                mend="Take `ended` out of `from`; a dispute that has ended goes on by reopening it",
            )
        if outcome.said_by == "every party":
            yield Fault(
                place=place,
                what="after the end there is no plan to agree, so `every party` says nothing",
                mend='Write said_by = "any party"',
            )
