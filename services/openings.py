"""From a referral to the opening of a case."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from pydantic import ValidationError

from adapters.directory import Directory
from adapters.directory.check import preflight
from adapters.register import reading
from adapters.register.errors import RegisterError
from adapters.training import Mixed
from adapters.training import must_not_mix as check_kind
from domain.base.people import Actor, parties_of
from domain.base.reference import REAL, TRAINING, make_reference
from domain.base.refusals import Refusal, listed, meant
from domain.commands import Opening
from domain.engine.stages import choose_track
from domain.policy import Policy
from settings import Settings

from . import case_inputs
from .agencies import agency_id
from .case_inputs import other_wordings, say_edited
from .command_fields import Placed, as_option
from .errors import LOOK_AFTER, Trouble
from .facts import answers, as_recorded
from .referrals import Referral
from .remarks import note
from .times import now, read_time
from .unfit import unfit

OPTIONS = {"policy": "policy", "raising": "raising", "receiving": "receiving", "raised_by": "raised-by"}
"""What no case opens without, with the option of each."""


def reference_for(request: str, prefix: str = REAL) -> str:
    """Return a case reference: always the same for one *request*, a new one without."""
    if not request:
        return make_reference(secrets.randbits(64), prefix)
    return make_reference(int.from_bytes(sha256(f"request {request}".encode()).digest()[:8], "big"), prefix)


def must_not_mix(settings: Settings) -> None:
    """Raise Trouble where the register holds cases of the other kind, real or invented."""
    training = settings.training == "yes"
    try:
        other = reading.first_reference(settings.register, f"{TRAINING}-", otherwise=training)
    except RegisterError:
        return  # a register that is down holds up no case, and the worker looks at it too
    try:
        check_kind([other] if other else [], settings.register, training=training)
    except Mixed as mixed:
        raise Trouble("", typed=str(mixed), shown=f"Invented and real cases would mix here. {LOOK_AFTER}") from None


def whole(referral: Referral, policy: Policy | None, placed: Placed = as_option) -> Policy:
    """Return the policy of a referral that says enough. Raises Trouble that names everything missing at once."""
    missing = [placed(word) for name, word in OPTIONS.items() if not getattr(referral, name)]
    unasked = deciding(policy, referral.facts) if policy is not None else []
    missing += [f"{placed('fact')} {name}={'|'.join(policy.facts[name].values) if policy else ''}" for name in unasked]
    if missing or policy is None:
        raise Trouble(
            f"A case needs {listed(missing)}.",
            typed=f"Give {'it' if len(missing) == 1 else 'them'}, or a referral file.",
        )
    return policy


def deciding(policy: Policy, facts: Mapping[str, str]) -> list[str]:
    """Return the unanswered facts without which no route can be chosen."""
    try:
        choose_track(policy, dict(facts))
    except Refusal:
        return sorted({fact for track in policy.tracks for fact in (*track.if_, *track.unless)} - {*facts})
    return []


def opening_of(
    referral: Referral, policy: Policy, settings: Settings, case: str, placed: Placed = as_option
) -> Opening:
    """Make the opening, its calendar, partners and settings pinned to it.

    Raises:
        Trouble: an agency, role or time cannot be used.
    """
    directory = case_inputs.directory(settings, policy.id)
    opened_at = _opened_at(referral, policy)
    try:
        opening = Opening(
            case=case,
            policy=policy,
            calendar=case_inputs.calendar(policy, opened_at or now(), settings),
            local=case_inputs.local(settings, policy),
            facts=as_recorded(answers(policy, referral.facts, placed("fact"), may_stop=not referral.immediate_risk)),
            raising=agency_id(directory, referral.raising, placed("raising")),
            receiving=tuple(agency_id(directory, one, placed("receiving")) for one in referral.receiving),
            partners=tuple(agency.id for agency in directory.partners),
            kinds=_kinds(directory, referral.kinds, placed("kind")),
            raiser=Actor(role=role_id(policy, referral.raised_by, placed("raised-by"))),
            own_record=referral.own_record,
            words=dict(referral.words),
            opened_at=opened_at,
            immediate_risk=referral.immediate_risk,
        )
    except ValidationError as error:
        raise Trouble(f"The referral cannot be used: {unfit(error)}") from None
    return opening.but(unreachable=_unreachable(opening, directory))


def _unreachable(opening: Opening, directory: Directory) -> tuple[str, ...]:
    """Say in which seats of the case's ladder nobody can be reached today. If that cannot be told, the case opens all
    the same.
    """
    parties = parties_of(opening.raising, opening.receiving)
    try:
        return preflight(directory, opening.policy, parties, opening.facts, now().date(), opening.kinds)
    except Refusal:  # the opening itself is refused for it, in better words
        return ()


def role_id(policy: Policy, said: str, place: str) -> str:
    """Return the id of the role that *said* names, by id, title or other name. Raises Trouble with those there are."""
    wanted = said.strip().casefold()
    for name, role in policy.roles.items():
        if wanted in {name, role.title.casefold(), *(other.casefold() for other in role.also)}:
            return name
    known = listed([f"{name} ({role.title})" for name, role in policy.roles.items()], "or")
    raise Trouble(f"{place}: {said[:40]!r} is no role of this policy: say {known}.{meant(said, policy.roles)}")


def unsaid(facts: Mapping[str, str], policy: Policy) -> None:
    """Tell which of the policy's questions are unanswered, and which route is taken without them."""
    missing = [name for name in policy.facts if name not in facts]
    if missing:
        track = choose_track(policy, dict(facts))
        note(f"Not said: {listed(missing)}. The case takes the route “{track.title or track.id}”.")


def tell_edited(policy: Policy, settings: Settings) -> None:
    """Tell that the policy's file was edited under an edition that cases already hold. It does not stop the case."""
    if other_wordings(settings.register, policy):
        note(say_edited(policy))


def _kinds(directory: Directory, said: Mapping[str, str], place: str) -> dict[str, str]:
    """Return the kind of each agency: as *said*, or else as the directory says. Raises Trouble."""
    known = {agency.id: agency.kind for agency in directory.agencies if agency.kind and not agency.abolished}
    return known | {agency_id(directory, one, place): kind for one, kind in said.items()}


def _opened_at(referral: Referral, policy: Policy) -> datetime | None:
    if not referral.opened or str(referral.opened).strip().lower() == "now":
        return None
    try:
        at = read_time(referral.opened, "Opened", policy.zone, ahead=False)
    except Trouble as trouble:
        if not referral.immediate_risk:
            raise
        note(f"{trouble.sentence} Now is taken instead.")
        return None
    if referral.immediate_risk and at > now():
        note("That lies in the future: now is taken instead.")
        return None
    return at
