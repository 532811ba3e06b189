"""Opening a case: the referral, which track, which parties, and the first stage."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, ClassVar

from pydantic import Field

from ..base.known import Known
from ..base.people import Actor, Party, Slug, parties_of
from ..base.refusals import Refusal, began, listed, meant
from ..base.value import Instant, Text, Value
from ..base.words import say_instant
from ..case.command import Attestation, Name, Words
from ..case.editions import calendar_edition, digest, policy_edition
from ..case.state import Escalation, Happened
from ..engine.answers import fact_title, must_fit, when_of
from ..engine.draft import Draft
from ..engine.duties import happen
from ..engine.stages import choose_track, open_stage
from ..policy import Policy
from ..policy.event_names import FACT
from ..policy.local_settings import Local
from ..time.calendar import Calendar
from .times import prefilled


class Opening(Value):
    """A referral, with the editions the escalation is pinned to."""

    case: Name
    policy: Policy
    calendar: Calendar
    local: Local = Local()
    facts: dict[Name, Name] = {}
    """Answers to what the policy asks; a date as `2025-03-04` or with its time and offset."""
    raising: Slug
    receiving: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=12)]
    partners: tuple[Slug, ...] = ()
    """Agencies of the partnership, from which an independent chair may come."""
    kinds: dict[Slug, Name] = {}
    """Agency id to its kind (`health`, `school`), where roles differ by kind."""
    raiser: Actor
    own_record: Annotated[Text, Field(max_length=60)] = ""
    """The raising agency's own record number; never a child's name."""
    words: dict[Name, Words] = {}
    """What the referral says: `disagreement`, `outcome-sought`, `interim-safety` …"""
    opened_at: Instant | None = None
    """When the difference was raised; None means now. May lie in the past: then it is shown as entered late."""
    immediate_risk: bool = False
    """True where a child is at immediate risk now: the case opens with that route taken."""
    unreachable: Annotated[tuple[Words, ...], Field(max_length=100)] = ()
    """Seats of its ladder in which nobody could be reached on the first day: a warning that the record keeps (L58)."""
    recorded_by: Name = ""
    attested: Attestation = None
    """As that of a message."""
    id: ClassVar = ""
    """An opening has none: a case of its reference is opened once."""

    @property
    def content(self) -> str:
        """A digest of what it says. When it was raised is left out: a case that does not say so takes the present."""
        said = self.model_dump_json(exclude={"attested", "opened_at"}, exclude_defaults=True)
        return sha256(said.encode()).hexdigest()[:32]


def opened(opening: Opening, now: datetime, sender: Known | None = None) -> Draft:
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
        own_record=opening.own_record,
        opened_at=at,
        entered_at=now,
        filled=prefilled(opening.local, policy),
    )
    draft = Draft(case, now, sender)
    entry = draft.enter(
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
            mode="json", exclude={"policy", "calendar", "case", "opened_at", "attested"}, exclude_defaults=True
        ),
        known=draft.known_sender,
        same_agency=len({p.agency for p in parties}) < len(parties),
    )
    for name, value in opening.facts.items():
        when = when_of(policy, name, value, at)
        happen(draft, Happened(entry=entry, names=(f"{FACT}{name}",), at=when, answer=value))
    happen(draft, Happened(entry=entry, names=("case.opened",), at=at))
    open_stage(draft, track.stages[0], at)
    return draft


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
