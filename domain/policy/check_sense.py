"""What a file says in good form and nobody can mean: what lapses as it arises, is owed by nobody or is named twice."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ..base.people import BOTH_SIDES
from .act_kinds import ACT_KINDS
from .check_names import EVERYBODY, IS, OWN
from .event_names import ANY, KEPT, EventName
from .faults import Fault
from .graph import ROUTE
from .language import Condition, DutyRule, Outcome, Stage, Track
from .shape import Policy

NOBODY_DOES = ("opened", "left", "overdue")
"""Last words of events that come about without an agency's doing."""


def sense_faults(policy: Policy) -> Iterator[Fault]:
    """Yield what has a right form and resolves, and still says what cannot be."""
    yield from _header(policy)
    yield from _lists(policy)
    yield from _bodies(policy)
    yield from _acts(policy)
    yield from _tracks(policy)
    yield from _stages(policy)
    yield from _timescales(policy)
    for key, rule in policy.rules.items():
        stage = policy.stage(key.stage) if key.stage else None
        yield from _duty(policy, f"stage {key.stage}, duty {key.place}" if stage else f"duty {key.place}", rule, stage)
    for stage in policy.stages:
        for outcome in stage.outcomes:
            yield from _outcome(policy, f"stage {stage.id}, outcome {outcome.id}", outcome, stage)
    for outcome in policy.outcomes:
        yield from _outcome(policy, f"outcome {outcome.id}", outcome, None)


def _header(policy: Policy) -> Iterator[Fault]:
    for key in ("title", "edition"):
        if not getattr(policy, key).strip():
            yield Fault(place=f"policy, {key}", what="it is empty, and people read it", mend="Write it")
    if policy.review is not None and policy.review < policy.effective:
        yield Fault(
            place="policy, review",
            what="the next review lies before the day from which the policy holds",
            mend="Write the date of the next review, or take it out",
        )


def _lists(policy: Policy) -> Iterator[Fault]:
    """What is named twice in one list: one of the two was meant to be something else."""
    for name, fact in policy.facts.items():
        yield from _twice(f"fact {name}, values", (" ".join(value.casefold().split()) for value in fact.values))
    for name, body in policy.bodies.items():
        yield from _twice(f"body {name}, members", body.members)
    for name, act in policy.acts.items():
        for key in ("fields", "later", "methods", "discouraged", "signed_by", "approved_by"):
            yield from _twice(f"act {name}, {key}", getattr(act, key))
        if both := set(act.fields) & set(act.later):
            yield Fault(
                place=f"act {name}, later",
                what=f"`{min(both)}` is also one of `fields`, so it is asked for at once and later",
                mend="Leave it in one of the two",
            )
    for track in policy.tracks:
        yield from _twice(f"track {track.id}, stages", track.stages)
    for stage in policy.stages:
        yield from _twice(f"stage {stage.id}, raising", stage.raising)
        yield from _twice(f"stage {stage.id}, receiving", stage.receiving)


def _twice(place: str, names: Iterable[str]) -> Iterator[Fault]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Fault(place=place, what=f"`{name}` stands in it twice", mend="Take one out, or name what was meant")


def _bodies(policy: Policy) -> Iterator[Fault]:
    for name, body in policy.bodies.items():
        if not body.members:
            yield Fault(
                place=f"body {name}", what="nobody may sit in it", mend="Name in `members` the roles that may sit in it"
            )
        for act in body.hears:
            asked = [rule for rule in policy.rules.values() if act in {*rule.act, *map(policy.whole_act, rule.act)}]
            if asked and all(rule.by in {*policy.roles, *policy.bodies} for rule in asked):
                yield Fault(
                    place=f"body {name}, hears",
                    what=f"every party must have recorded `{act}`, and only `{asked[0].by}` may record it",
                    mend='Let it be owed by = "each party"',
                )


def _acts(policy: Policy) -> Iterator[Fault]:
    for name, act in policy.acts.items():
        for key in ("needs", "expects"):
            itself = name in {need.partition(".")[0] for need in getattr(act, key)}
            if itself and not ACT_KINDS[act.kind].may_need_itself:
                yield Fault(
                    place=f"act {name}, {key}", what="it must be there before it is recorded", mend="Name another act"
                )
    plans = policy.plans
    for name in plans[1:]:
        yield Fault(
            place=f"act {name}, kind",
            what=f"a case has one plan, and `{plans[0]}` is it",
            mend='Make it another kind, such as "record"',
        )


def _tracks(policy: Policy) -> Iterator[Fault]:
    led_to = {to for outcome in _outcomes(policy) for to in (*outcome.leads_to, *outcome.one_of)}
    for n, track in enumerate(policy.tracks):
        before = [one for one in policy.tracks[:n] if not (one.if_ or one.unless) or _asks_the_same(one, track)]
        if before and ROUTE not in led_to and led_to.isdisjoint(track.stages[:1]):
            yield Fault(
                place=f"track {track.id}",
                what=f"no case takes it: every case that could takes `{before[0].id}`, which stands before it",
                mend="Put the route with the narrower conditions first",
            )
        yield from _contradiction(f"track {track.id}, unless", track.if_, track.unless)
        for name in track.stages:
            if name in policy.stage_ids and policy.stage(name).strand in {"learning", "side"}:
                yield Fault(
                    place=f"track {track.id}, stages",
                    what=f"`{name}` runs beside the dispute, so it is no step on the way through it",
                    mend="Take it out, and open it with `opens`",
                )


def _outcomes(policy: Policy) -> Iterator[Outcome]:
    yield from policy.outcomes
    for stage in policy.stages:
        yield from stage.outcomes


def _asks_the_same(one: Track, other: Track) -> bool:
    return (one.if_, one.unless) == (other.if_, other.unless)


def _contradiction(place: str, wanted: Condition, unwanted: Condition) -> Iterator[Fault]:
    if unwanted and all(name in wanted and _values(wanted[name]) <= _values(no) for name, no in unwanted.items()):
        yield Fault(
            place=place, what="it never holds where `if` holds, so this is never so", mend="Take one of them out"
        )


def _values(told: bool | str | tuple[str, ...]) -> set[bool | str]:
    return set(told) if isinstance(told, tuple) else {told}


def _stages(policy: Policy) -> Iterator[Fault]:
    opened = {to for outcome in _outcomes(policy) for to in (*outcome.opens, *outcome.leads_to, *outcome.one_of)}
    for stage in policy.stages:
        place = f"stage {stage.id}"
        if not stage.title.strip():
            yield Fault(place=f"{place}, title", what="it is empty, and people read it", mend="Write it")
        for old in stage.was:
            if old in policy.stage_ids:
                yield Fault(
                    place=f"{place}, was",
                    what=f"`{old}` is a step of this edition, so a case that is there stays there",
                    mend="Name an id that no step has any more",
                )
        if (
            stage.id in opened
            and stage.strand in {"learning", "side"}
            and not any(
                to == "done" or to in policy.stage_ids or to.startswith("end: ")
                for outcome in policy.outcomes_of(stage.id)
                for to in (*outcome.leads_to, *outcome.one_of)
            )
        ):
            yield Fault(
                place=place,
                what="nothing finishes it, so no case that comes to it is ever closed",
                mend='Give it an outcome with leads_to = "done"',
            )
        ids = [rule.id for rule in stage.duties if rule.id]
        acts = {act for rule in stage.duties for act in rule.act}
        for n, rule in enumerate(stage.duties, 1):
            if rule.id and (ids.count(rule.id) > 1 or rule.id in acts - ({*rule.act} if len(rule.act) == 1 else set())):
                yield Fault(
                    place=f"{place}, duty {n}, id",
                    what=f"another duty of the step is called `{rule.id}` too, and late they look alike",
                    mend="Give it an id of its own",
                )
            if rule in stage.duties[: n - 1]:
                yield Fault(
                    place=f"{place}, duty {n}",
                    what="the same duty stands here twice, so it is owed twice",
                    mend="Take one out",
                    severity="warning",
                )


def _timescales(policy: Policy) -> Iterator[Fault]:
    for name, told in policy.timescales.items():
        place = f"timescale {name}"
        if told.case_date == "stands in" and told.value not in {"unknown", "case date"} and not told.grades:
            yield Fault(
                place=f"{place}, case_date",
                what="a date stands in for a number that is not known, and this one is",
                mend='Write case_date = "shortens" or "replaces", or take it out',
            )
        if told.case_date == "shortens" and told.value in {"unknown", "none", "case date"} and not told.grades:
            yield Fault(
                place=f"{place}, case_date",
                what="there is no time that a date could shorten",
                mend='Write case_date = "stands in"' if told.value == "unknown" else "Take `case_date` out",
            )
        if EVERYBODY in told.case_date_by and len(told.case_date_by) > 1:
            yield Fault(
                place=f"{place}, case_date_by",
                what="every party together agrees the date, and somebody alone does too",
                mend='Leave "every party" alone, or take it out',
            )


def _duty(policy: Policy, place: str, rule: DutyRule, stage: Stage | None) -> Iterator[Fault]:
    yield from _contradiction(f"{place}, unless", rule.if_, rule.unless)
    yield from _twice(f"{place}, of", rule.of)
    raising = rule.when or ((f"{stage.id}.opened",) if stage else ())
    raised = {_event(policy, text, stage) for text in raising}
    own = {policy.whole_act(act) for act in rule.act}
    lateness = {f"{act}.overdue" for act in (*own, *([rule.id] if rule.id else []))}
    for key, what in (("until", "lapse"), ("done_by", "be done")):
        for text in getattr(rule, key):
            event = _event(policy, text, stage)
            if event in raised and text != KEPT:
                yield Fault(
                    place=f"{place}, {key}",
                    what=f"`{text}` also raises the duty, so it would {what} as it arises",
                    mend="Name something that comes later",
                    severity="warning",
                )
            elif key == "until" and event.thing in lateness and _is_here(event, stage):
                yield Fault(
                    place=f"{place}, {key}",
                    what="the duty would lapse as it becomes late, so nobody would be told that it is",
                    mend="Name another event, or take it out",
                    severity="warning",
                )
    for text in rule.of:
        event = _event(policy, text, stage)
        if event.thing in own | lateness and _is_here(event, stage) and event not in raised:
            yield Fault(
                place=f"{place}, of",
                what=f"its time would run from `{text}`, which is the duty itself",
                mend="Name what comes before it",
                severity="warning",
            )
    if (
        stage
        and rule.of
        and KEPT not in rule.until
        and all(_event(policy, text, stage) == EventName(stage=stage.id, thing="left") for text in rule.of)
    ):
        yield Fault(
            place=f"{place}, of",
            what="its time would run from the end of its own step, with which it lapses",
            mend='Name what happens before, or add until = "done"',
        )
    yield from _owed_by_nobody(policy, place, rule, stage)
    for key in ("when", "until", "done_by"):
        yield from _never_late(policy, f"{place}, {key}", getattr(rule, key), stage)
    for to in rule.to:
        role = policy.roles.get(to.removeprefix(OWN)) if to.startswith(OWN) else None
        if role is not None and role.of:
            yield Fault(
                place=f"{place}, to",
                what=f"`{to.removeprefix(OWN)}` is a seat of the partnership, so no agency has one of its own",
                mend="Take `own` out, or name a role that each agency has",
            )


def _owed_by_nobody(policy: Policy, place: str, rule: DutyRule, stage: Stage | None) -> Iterator[Fault]:
    if stage is not None and rule.by in BOTH_SIDES and not (getattr(stage, rule.by) or rule.role or stage.normally):
        yield _unseated(f"{place}, by", rule.by)
    things = [_event(policy, text, stage).thing for text in rule.when]
    if rule.by == "action owner" and things != ["action.overdue"]:
        yield Fault(
            place=f"{place}, by",
            what="only a late action of the plan has an owner",
            mend='Write when = "action.overdue", or say who owes it',
        )
    if rule.by == "whoever did it" and any(thing.rpartition(".")[2] in NOBODY_DOES for thing in things):
        yield Fault(
            place=f"{place}, by",
            what="what `when` names comes about by itself, so nobody did it",
            mend="Say who owes it",
        )
    for act in rule.act:
        head, _, part = act.partition(".")
        told = policy.acts.get(head)
        if told is not None and part == "signed" and part in policy.parts_of(head) and not told.signed_by:
            yield Fault(
                place=f"{place}, act",
                what=f"nobody signs `{head}`",
                mend="Say who does with `signed_by`, or take the duty out",
            )


def _outcome(policy: Policy, place: str, outcome: Outcome, stage: Stage | None) -> Iterator[Fault]:
    yield from _contradiction(f"{place}, unless", outcome.if_, outcome.unless)
    yield from _twice(f"{place}, one_of", outcome.one_of)
    if outcome.one_of and "chosen" not in outcome.leads_to:
        yield Fault(
            place=f"{place}, one_of",
            what="nobody is asked to choose",
            mend='Write leads_to = "chosen", or take `one_of` out',
        )
    answers = [need.partition(IS)[0] for need in outcome.needs if IS in need]
    for fact, times in Counter(answers).items():
        if times > 1:
            yield Fault(
                place=f"{place}, needs",
                what=f"`{fact}` cannot have two answers at once",
                mend="Leave one, or write an outcome for each",
            )
    seated = outcome.role or stage is None or stage.normally
    if outcome.said_by in BOTH_SIDES and not (seated or getattr(stage, outcome.said_by)):
        yield _unseated(f"{place}, said_by", outcome.said_by)
    yield from _never_late(policy, f"{place}, after", outcome.after, stage)
    own = [text for text in outcome.after if _event(policy, text, stage).thing == outcome.id and stage is not None]
    if (
        stage is not None
        and own
        and all(
            _event(policy, text, stage).stage == stage.id and _event(policy, text, stage).thing in {outcome.id, "left"}
            for text in outcome.after
        )
    ):
        yield Fault(
            place=f"{place}, after",
            what="it would be open only once it was said",
            mend="Name what comes before it",
        )


def _unseated(place: str, side: str) -> Fault:
    return Fault(
        place=place,
        what=f"nobody sits at this step for the {side} side",
        mend=f"Name roles in the step's `{side}`, or in `role`",
        severity="warning",
    )


def _never_late(policy: Policy, place: str, texts: Iterable[str], stage: Stage | None) -> Iterator[Fault]:
    """What waits for something to be late that is only offered, or whose time is only shown."""
    for text in texts:
        event = _event(policy, text, stage)
        owed, dot, late = event.thing.rpartition(".")
        if not dot or late != "overdue":
            continue
        steps = [one for one in policy.stages if event.stage in {one.id, ANY, ""}]
        rules = [rule for one in steps for rule in one.duties]
        rules += policy.duties if event.stage in {ANY, ""} else ()
        asked = [rule for rule in rules if owed == rule.id or owed in map(policy.whole_act, rule.act)]
        if asked and all(rule.strength == "may" or _only_shown(policy, rule) for rule in asked):
            yield Fault(
                place=place,
                what=f"`{owed}` is never late: it may be done, or its time is only shown",
                mend='Give it strength = "should", or name another event',
                severity="warning",
            )


def _only_shown(policy: Policy, rule: DutyRule) -> bool:
    named = policy.timescales.get(rule.within)
    return rule.indicative or (named is not None and named.indicative)


def _event(policy: Policy, text: str, stage: Stage | None) -> EventName:
    """Read an event, with the step that it speaks of where it is that of the line in which it stands."""
    event = policy.event(text)
    here = stage is not None and not event.stage and event.thing.partition(".")[0] in {"opened", "left", "outcome"}
    own = {policy.whole_act(act) for rule in stage.duties for act in rule.act} if stage is not None else set()
    named = own | ({rule.id for rule in stage.duties} if stage is not None else set())
    late = not event.stage and event.thing.endswith(".overdue") and event.thing.removesuffix(".overdue") in named
    if stage is not None and (here or late or (not event.stage and event.thing in own)):
        return event.but(stage=stage.id)
    if stage is not None and not event.stage and event.thing in {one.id for one in stage.outcomes}:
        return event.but(stage=stage.id)
    return event


def _is_here(event: EventName, stage: Stage | None) -> bool:
    return event.stage in {"", ANY, stage.id if stage else ""}
