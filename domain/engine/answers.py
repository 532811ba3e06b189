"""Answers to what a policy asks about a case: what fits, and the moment that a date stands for."""

import re
from datetime import UTC, date, datetime, time

from ..base.refusals import Refusal, began, listed, meant
from ..case.state import Escalation
from ..policy import Policy
from ..policy.language import Fact
from ..time.local_time import from_wall

DATE = "date"
NEARLY = 0.85
"""How near a free answer may come to one of the policy's own before it is taken for a slip of the pen."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def must_fit(policy: Policy, name: str, value: str) -> None:
    """Refuse a fact that the policy does not ask for, or an answer that it does not take."""
    fact = policy.facts.get(name)
    if fact is None:
        known = f"it asks for {listed(sorted(policy.facts))}" if policy.facts else "it asks for none"
        raise Refusal("unknown", f"{name!r} is not asked by this policy: {known}.{meant(name, policy.facts)}")
    if fact.type == DATE:
        if instant_of(value, policy.zone) is None:
            raise Refusal(
                "unknown",
                f"{value!r} is no date for {name!r}: write a day such as 2025-03-04, "
                "or an instant with its offset such as 2025-03-04T14:00+00:00.",
            )
    elif fact.values and not fact.other and value not in fact.values:
        known, near = listed(list(fact.values), "or"), meant(value, fact.values)
        raise Refusal("unknown", f"{value!r} is no answer to {name!r}: choose {known}.{near}")
    elif value not in fact.values and (same := next((one for one in fact.values if _same(one, value)), "")):
        raise Refusal("unknown", f"{value!r} is not how the policy writes this answer to {name!r}: write {same!r}.")
    elif value not in fact.values and (near := meant(value, fact.values, NEARLY)):
        known = listed(list(fact.values), "or")
        raise Refusal("unknown", f"{value!r} is none of the answers to {name!r} that the policy names, {known}.{near}")


def must_not_change(case: Escalation, name: str, value: str) -> None:
    """Refuse another answer to what has been answered, where the policy does not let it change."""
    if case.facts.get(name, value) != value and not case.policy.facts[name].may_change:
        raise Refusal(
            "not allowed",
            f"{began(fact_title(name))!r} has been answered, and this policy does not let it be answered anew.",
        )


def _same(one: str, other: str) -> bool:
    """Are two answers the same but for capitals, blanks and hyphens? A route must not hang on one of these."""
    plain = [" ".join(text.casefold().replace("-", " ").split()) for text in (one, other)]
    return plain[0] == plain[1]


def instant_of(text: str, zone: str) -> datetime | None:
    """Return the instant (UTC) that an answer to a date stands for; None where it is no date.

    A day stands for the midnight in *zone* that begins it.
    """
    try:
        if _DAY.fullmatch(text):
            instant = datetime.combine(date.fromisoformat(text), time())
            return from_wall(instant, zone) if 1900 <= instant.year < 2200 else None
        instant = datetime.fromisoformat(text)
        fits = instant.utcoffset() is not None and 1900 < instant.year < 2199
        return instant.astimezone(UTC) if fits else None
    except (ValueError, OverflowError):
        return None


def when_of(policy: Policy, name: str, value: str, at: datetime) -> datetime:
    """Return when `fact.<name>` happens by this answer: the date itself, or for any other fact *at*."""
    moment = instant_of(value, policy.zone) if policy.facts[name].type == DATE else None
    return moment or at


def chooses(policy: Policy, name: str, value: str) -> bool:
    """May an answer choose a case's route: one that the policy lists or a route's condition names, or a date?"""
    fact = policy.facts[name]
    if fact.type == DATE or value in fact.values:
        return True
    conditions = [
        condition[name] for track in policy.tracks for condition in (track.if_, track.unless) if name in condition
    ]
    named = [one for one in conditions if not isinstance(one, bool)]
    written = {word for one in named for word in ((one,) if isinstance(one, str) else one)}
    return value in written or (not fact.values and value in {"yes", "no"})


def fact_title(name: str) -> str:
    """A fact as people read it."""
    return name.replace("-", " ")


def shown(policy: Policy, name: str, value: str) -> str:
    """Say an answer as a notice may: one of the policy's own, or a date; never words of a sender's own."""
    fact: Fact = policy.facts[name]
    plain = value if value in fact.values or fact.type == DATE else "a new answer"
    return f"{fact_title(name)}: {plain}"
