"""`policy check`: does every name resolve, does every road end, is every hole declared?"""

from collections.abc import Iterator
from datetime import time

from ..command_table import ELSEWHERE, TYPED
from ..command_table.built_in import BUILT_IN
from ..time.local_time import known_zone
from .check_clocks import timescale_faults
from .check_duties import duty_faults
from .check_names import NEEDS, SPEAKERS, condition_faults, event_fault, need_fault, unknown
from .check_roads import road_faults
from .check_seats import seat_faults
from .check_sense import sense_faults
from .faults import Fault
from .language import Outcome, Stage
from .shape import Policy

RESERVED = frozenset(
    {"any", "case", "ended", "opened", "left", "outcome", "overdue", "done", "end", "void", "voided"}
    | {"next", "previous", "chosen", "route"}
    | {"action", "risk", "departure", "fact", "party", "formal", "unknown", "none", "together", "anyone", "on-call"}
    | set(BUILT_IN)
)
"""Words that no stage, act, outcome or role may be called, as the language or the program means something by them."""
FREE_FOR_STAGES = frozenset({"action", "risk"})
"""Of these, words that a stage may be called all the same: `action.overdue` and `risk.raised` are never a stage's."""
FILLING = ("tolerance", "untimed", "meetings", "numbers", "extensions", "pausing", "withdrawal", "reminders")
"""Local settings that supply what a policy may leave open."""


def check_policy(policy: Policy) -> tuple[Fault, ...]:
    """Return every fault and warning of a policy whose form is right; none means it can run."""
    found: list[Fault] = [
        *_parents(policy),
        *_header(policy),
        *_doubles(policy),
        *_renamed_twice(policy),
        *_shared_doubles(policy),
        *_reserved(policy),
        *_tracks(policy),
        *_facts(policy),
        *_ways(policy),
        *seat_faults(policy),
        *sense_faults(policy),
    ]
    for stage in policy.stages:
        found += _stage(policy, stage)
    for key, rule in policy.rules.items():
        found += duty_faults(policy, key, rule)
    for outcome in policy.outcomes:
        found += _outcome(policy, f"outcome {outcome.id}", outcome, None)
        for source in outcome.source:
            if source not in {*policy.stage_ids, "any", "ended"}:
                found.append(unknown(f"outcome {outcome.id}, from", source, "stage"))
    for name, timescale in policy.timescales.items():
        found += timescale_faults(policy, name, timescale)
    found += road_faults(policy)
    return tuple(dict.fromkeys(found))


def _parents(policy: Policy) -> Iterator[Fault]:
    if policy.builds_on and not policy.parents:
        yield Fault(
            place="policy, builds_on",
            what=f"`{policy.builds_on}`, which it builds on, was not read with it",
            mend="Put both files in one folder, and check the path of this one",
        )


def _header(policy: Policy) -> Iterator[Fault]:
    try:
        known_zone(policy.zone)
    except ValueError:
        yield Fault(
            place="policy, zone",
            what=f"no time zone is called `{policy.zone}`",
            mend="Write one such as Europe/London, or take `zone` out",
        )
    if policy.day_ends == time():
        yield Fault(
            place="policy, day_ends",
            what="0:00 is the midnight that begins a day, so every day would be over before it began",
            mend="Take `day_ends` out: a day ends with the midnight that ends it unless you say",
        )
    for n, gap in enumerate(policy.gaps, 1):
        if gap.fills not in {"", *FILLING}:
            yield Fault(
                place=f"policy, gap {n}, fills",
                what=f"`{gap.fills}` is no setting that fills a gap",
                mend=f"Use one of: {', '.join(FILLING)}",
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


def _renamed_twice(policy: Policy) -> Iterator[Fault]:
    was = [old for stage in policy.stages for old in dict.fromkeys(stage.was)]
    for double in sorted({old for old in was if was.count(old) > 1}):
        yield Fault(
            place=f"stage {double}",
            what="two stages say that they were this one in an earlier edition",
            mend="Let one of them name it in `was`: a case that is there goes on in one place",
        )


def _shared_doubles(policy: Policy) -> Iterator[Fault]:
    for n, outcome in enumerate(policy.outcomes):
        for earlier in policy.outcomes[:n]:
            if earlier.id == outcome.id and set(earlier.source) & set(outcome.source):
                yield Fault(
                    place=f"outcome {outcome.id}",
                    what="two outcomes of this id are said at one stage",
                    mend="Give each its own id, or stages of its own in `from`",
                )


def _reserved(policy: Policy) -> Iterator[Fault]:
    for noun, ids in (
        ("stage", policy.stage_ids),
        ("act", policy.acts),
        ("outcome", policy.outcome_ids),
        ("role", policy.roles),
    ):
        typed = {*TYPED, *ELSEWHERE} if noun in {"act", "outcome"} else set()
        for name in sorted((RESERVED | typed) & set(ids)):
            if noun == "stage" and name in FREE_FOR_STAGES:
                continue
            yield Fault(
                place=f"{noun} {name}", what="this word has a meaning of its own here", mend="Choose another id"
            )
    if "risk" in policy.stage_ids and "raised" in {*policy.acts, *(way.id for way in policy.outcomes_of("risk"))}:
        yield Fault(
            place="stage risk",
            what="`risk.raised` is immediate risk that was raised, and nothing that is called `raised` at this stage",
            mend="Choose another id for the stage, or for what is called `raised`",
        )


def _tracks(policy: Policy) -> Iterator[Fault]:
    if not policy.tracks:
        yield Fault(place="track", what="there is no track", mend="Add a [[track]] with an id and its stages in order")
    for track in policy.tracks:
        for stage in track.stages:
            if stage not in policy.stage_ids:
                yield unknown(f"track {track.id}, stages", stage, "stage")
        if not track.stages:
            yield Fault(place=f"track {track.id}", what="it has no stages", mend="List them in order")
        for key, condition in (("if", track.if_), ("unless", track.unless)):
            yield from condition_faults(policy, f"track {track.id}, {key}", condition)


def _facts(policy: Policy) -> Iterator[Fault]:
    for name, fact in policy.facts.items():
        if fact.set_by and fact.set_by not in policy.roles:
            yield unknown(f"fact {name}, set_by", fact.set_by, "role")
        for role in fact.tells:
            if role not in policy.roles:
                yield unknown(f"fact {name}, tells", role, "role")
        if fact.type == "date" and (fact.values or fact.other):
            yield Fault(
                place=f"fact {name}, values",
                what="a date has no list of answers",
                mend='Take `values` and `other` out, or take type = "date" out',
            )


def _ways(policy: Policy) -> Iterator[Fault]:
    for name, act in policy.acts.items():
        place = f"act {name}, discouraged"
        if both := set(act.methods) & set(act.discouraged):
            yield Fault(
                place=place,
                what=f"`{min(both)}` is also one of `methods`, so it would count and not count",
                mend="Leave it in one of the two",
            )
        elif act.discouraged and not act.methods:
            yield Fault(
                place=place,
                what="it can be done only in ways that do not count",
                mend="Name in `methods` the ways that count",
            )


def _stage(policy: Policy, stage: Stage) -> Iterator[Fault]:
    place = f"stage {stage.id}"
    for side in ("raising", "receiving"):
        for role in getattr(stage, side):
            if role not in policy.roles:
                yield unknown(f"{place}, {side}", role, "role")
    if stage.body and stage.body not in policy.roles and stage.body not in policy.bodies:
        yield unknown(f"{place}, body", stage.body, "role or body")
    if not (stage.raising or stage.receiving or stage.body):
        yield Fault(
            place=place,
            what="nobody sits in it",
            mend="Name the roles of the raising and the receiving side, or a body",
        )
    if stage.pauses and stage.strand == "dispute":
        yield Fault(
            place=f"{place}, pauses",
            what="a step of the dispute does not stop the dispute's own clocks",
            mend='Give it strand = "side", or take `pauses` out',
        )
    for outcome in stage.outcomes:
        if outcome.source:
            yield Fault(
                place=f"{place}, outcome {outcome.id}, from",
                what="an outcome written in a stage is said at that stage",
                mend="Take `from` out, or write it as an [[outcome]] of its own",
            )
        yield from _outcome(policy, f"{place}, outcome {outcome.id}", outcome, stage)


def _outcome(policy: Policy, place: str, outcome: Outcome, stage: Stage | None) -> Iterator[Fault]:
    if outcome.said_by not in {*SPEAKERS, *policy.roles, *policy.bodies}:
        yield Fault(
            place=f"{place}, said_by",
            what=f"`{outcome.said_by}` cannot say an outcome",
            mend=f"Use a role, a body or one of: {', '.join(SPEAKERS)}",
        )
    if outcome.said_by == "every party":
        yield from _of_everybody(place, outcome)
    for role in outcome.role:
        if role not in policy.roles:
            yield unknown(f"{place}, role", role, "role")
    for key in ("needs", "expects"):
        for need in getattr(outcome, key):
            yield from need_fault(policy, f"{place}, {key}", need)
    for event in outcome.after:
        if fault := event_fault(policy, event, stage):
            yield Fault(place=f"{place}, after", what=fault, mend="Name something this policy can record")
    for target in (*outcome.opens, *outcome.one_of):
        if target not in policy.stage_ids:
            yield unknown(f"{place}, opens", target, "stage")
    for key, condition in (("if", outcome.if_), ("unless", outcome.unless)):
        yield from condition_faults(policy, f"{place}, {key}", condition)


def _of_everybody(place: str, outcome: Outcome) -> Iterator[Fault]:
    """What every party says comes about by itself: there is nobody whose word gives a text or makes a choice."""
    if words := [need for need in outcome.needs if need in NEEDS]:
        yield Fault(
            place=f"{place}, needs",
            what=f"`{words[0]}` is one sender's text, and nobody alone says what every party says",
            mend="Ask for it in an act that the outcome needs",
        )
    if outcome.expects:
        yield Fault(
            place=f"{place}, expects",
            what="a reason may stand in for it, and nobody alone gives one for what every party says",
            mend="Ask for it in `needs`, or leave it out",
        )
    if "chosen" in outcome.leads_to:
        yield Fault(
            place=f"{place}, leads_to",
            what="nobody alone chooses where what every party says leads to",
            mend="Write an outcome for each of the choices",
        )
