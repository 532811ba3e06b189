"""Opening a case: which track, which parties, and the first stage."""

from datetime import datetime

from ..editions import calendar_edition, digest, policy_edition
from ..effects import Entry, Notice
from ..escalation import Escalation, Occurrence
from ..events import Opening
from ..people import Party, parties_of
from ..policy import Policy, Track
from ..refusals import Refusal, listed
from ..spoken import say_instant
from .duties import happen
from .lookup import applies
from .stages import open_stage
from .turn import Turn


def opened(opening: Opening, now: datetime) -> tuple[Escalation, tuple[Entry | Notice, ...]]:
    """Open a case. Raises Refusal where a fact, role or agency does not fit the policy."""
    policy = opening.policy
    at = opening.opened_at or now
    _time_must_fit(opening, at, now)
    _facts_must_fit(policy, opening.facts)
    track = choose_track(policy, opening.facts)
    parties = parties_of(opening.raising, opening.receiving)
    _parties_must_fit(opening, parties)
    raiser = opening.raiser if opening.raiser.agency else opening.raiser.but(agency=opening.raising)
    pinned = {name: getattr(opening, name) for name in ("case", "policy", "calendar", "local", "facts", "partners")}
    case = Escalation(**pinned, track=track.id, parties=parties, raiser=raiser, opened_at=at, entered_at=now)
    turn = Turn(case, now)
    entry = turn.enter(
        "opened",
        at,
        raiser,
        recorded_by=opening.recorded_by,
        policy=f"{policy.id} {policy.edition}",
        calendar=opening.calendar.edition,
        editions={
            "policy": digest(policy_edition(policy)),
            "calendar": digest(calendar_edition(opening.calendar)),
        },
        track=track.id,
        said=opening.model_dump(
            mode="json", exclude={"policy", "calendar", "case", "opened_at"}, exclude_defaults=True
        ),
        same_agency=len({p.agency for p in parties}) < len(parties),
    )
    happen(turn, Occurrence(entry=entry, names=("case.opened",), at=at))
    open_stage(turn, track.stages[0], at)
    return turn.case, turn.effects()


def _time_must_fit(opening: Opening, at: datetime, now: datetime) -> None:
    said = say_instant(at, opening.policy.zone)
    if at > now:
        raise Refusal("time", f"{said} lies in the future: a case opens when the difference is raised.")
    if opening.calendar.date_of(at) < opening.calendar.covers_from:
        raise Refusal("time", f"{said} lies before the calendar begins: check the year.")


def _parties_must_fit(opening: Opening, parties: tuple[Party, ...]) -> None:
    raiser = opening.raiser
    if raiser.role not in opening.policy.roles:
        known = listed(sorted(opening.policy.roles), "or")
        raise Refusal("unknown", f"{raiser.role or 'No role'} is not a role of this policy: the raiser is a {known}.")
    if len(set(opening.receiving)) != len(opening.receiving):
        raise Refusal("unknown", "An agency is named twice on the receiving side: name each once.")
    if len({party.id for party in parties}) != len(parties):
        raise Refusal("unknown", "An agency's name clashes with that of another side: name each agency once.")
    if raiser.agency not in {"", opening.raising, parties[0].id}:
        raise Refusal(
            "wrong side",
            f"Whoever raises it speaks for the raising agency, {opening.raising}, not for {raiser.agency}.",
        )


def choose_track(policy: Policy, facts: dict[str, str]) -> Track:
    """Return the first track whose conditions hold. Raises Refusal, naming the fact that would decide."""
    for track in policy.tracks:
        if applies(facts, track.if_, track.unless):
            return track
    asked = sorted({fact for track in policy.tracks for fact in (*track.if_, *track.unless)})
    raise Refusal("missing", f"No track of {policy.title} fits what was said: give {listed(asked, 'or')}.")


def _facts_must_fit(policy: Policy, facts: dict[str, str]) -> None:
    for name, value in facts.items():
        fact = policy.facts.get(name)
        if fact is None:
            known = f"it asks for {listed(sorted(policy.facts))}" if policy.facts else "it asks for none"
            raise Refusal("unknown", f"{name!r} is not asked by this policy: {known}.")
        if fact.values and not fact.other and value not in fact.values:
            raise Refusal("unknown", f"{value!r} is no answer to {name!r}: choose {listed(list(fact.values), 'or')}.")
