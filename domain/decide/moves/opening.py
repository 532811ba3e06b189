"""Opening a case: which track, which parties, and the first stage."""

from datetime import datetime

from ...editions import calendar_edition, digest, policy_edition
from ...escalation import Escalation, Occurrence
from ...events import Opening
from ...people import Party, parties_of
from ...policy import Policy, Track
from ...policy.conditions import applies, holds
from ...refusals import Refusal, began, listed, meant
from ...spoken import say_instant
from ..acts.answers import fact_title, must_fit, when_of
from ..clocks.filling import prefilled
from ..duties.arising import happen
from ..turn import Turn
from .stages import open_stage


def opened(opening: Opening, now: datetime) -> Turn:
    """Open a case, and return the decision as far as it has come.

    Raises:
        Refusal: a fact, a role or an agency does not fit the policy.
    """
    policy = opening.policy
    at = opening.opened_at or now
    _time_must_fit(opening, at, now)
    _facts_must_fit(opening)
    track = choose_track(policy, opening.facts)
    parties = parties_of(opening.raising, opening.receiving)
    _parties_must_fit(opening, parties)
    raiser = opening.raiser if opening.raiser.agency else opening.raiser.but(agency=opening.raising)
    pinned = {
        name: getattr(opening, name) for name in ("case", "policy", "calendar", "local", "facts", "partners", "kinds")
    }
    case = Escalation(
        **pinned,
        track=track.id,
        parties=parties,
        raiser=raiser,
        opened_at=at,
        entered_at=now,
        filled=prefilled(opening.local, policy),
    )
    turn = Turn(case, now)
    entry = turn.enter(
        "opened",
        at,
        raiser,
        recorded_by=opening.recorded_by,
        policy=f"{policy.id} {policy.edition_in_full}",
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
    for name, value in opening.facts.items():
        happen(turn, Occurrence(entry=entry, names=(f"fact.{name}",), at=when_of(policy, name, value, at)))
    happen(turn, Occurrence(entry=entry, names=("case.opened",), at=at))
    open_stage(turn, track.stages[0], at)
    return turn


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
        near = meant(raiser.role, opening.policy.roles) if raiser.role else ""
        said = raiser.role or "No role"
        raise Refusal("unknown", f"{said} is not a role of this policy: the raiser is a {known}.{near}")
    if len(set(opening.receiving)) != len(opening.receiving):
        raise Refusal("unknown", "An agency is named twice on the receiving side: name each once.")
    if len({party.id for party in parties}) != len(parties):
        raise Refusal("unknown", "An agency's name clashes with that of another side: name each agency once.")
    if raiser.agency not in {"", opening.raising, parties[0].id}:
        raise Refusal(
            "wrong side",
            f"Whoever raises it speaks for the raising agency, {opening.raising}, not for {raiser.agency}.",
        )


def _still_open(track: Track, facts: dict[str, str]) -> set[str]:
    """Return the facts that a track asks for and nobody has answered; none where an answer already rules it out."""
    asked = {*track.if_, *track.unless}
    answered = {name: wanted for name, wanted in track.if_.items() if name in facts}
    return {name for name in asked if name not in facts} if holds(facts, answered) else set()


def choose_track(policy: Policy, facts: dict[str, str]) -> Track:
    """Return the first track whose conditions hold. Raises Refusal, naming the fact that would decide."""
    for track in policy.tracks:
        if applies(facts, track.if_, track.unless):
            return track
    asked = sorted({fact for track in policy.tracks for fact in _still_open(track, facts)})
    raise Refusal("missing", f"No track of {policy.title} fits what was said: give {listed(asked, 'or')}.")


def _facts_must_fit(opening: Opening) -> None:
    policy = opening.policy
    for name, value in opening.facts.items():
        must_fit(policy, name, value)
        if policy.facts[name].set_by not in {"", opening.raiser.role}:
            title = policy.role_title(policy.facts[name].set_by)
            raise Refusal(
                "wrong role",
                f"{began(fact_title(name))!r} is for the {title} to say: leave it out, and it can be said later.",
            )
