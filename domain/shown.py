"""What lists and Temporal's own page show of a case: a few values, as data, so that to show them asks no rule."""

from collections.abc import Collection
from hashlib import sha256

from .decide import next_moment
from .escalation import Escalation
from .spoken import say_instant
from .standing import Standing, standing_of
from .value import Instant, Value

_MOST_OWED = 30


class Shown(Value):
    """Nothing about a person, and nothing that people wrote."""

    policy: str
    policy_title: str
    edition: str
    zone: str
    """The policy's, by its IANA name."""
    stage: str
    urgency: str
    overdue: int
    """How many duties are overdue."""
    due: Instant | None = None
    """The earliest due moment that is still owed and can be late."""
    agencies: tuple[str, ...]
    """In order; one that is none of the case's partners was named by a sender and stands as a hash of its id."""
    entries: int
    """Number of the last entry."""
    next_moment: Instant | None = None
    """When the case is to be looked at again; None where it waits for people alone."""
    closed_at: Instant | None = None
    details: str
    """Markdown for Temporal's own page. The page puts it into an address, so it would be in access logs: references,
    titles, times and roles only."""


def shown_of(case: Escalation) -> Shown:
    """Read off what is shown of a case."""
    standing = standing_of(case)
    return Shown(
        policy=standing.policy,
        policy_title=standing.policy_title,
        edition=standing.edition,
        zone=case.policy.zone,
        stage=standing.stage,
        urgency=standing.urgency,
        overdue=standing.overdue,
        due=standing.next_due,
        agencies=tuple(sorted({_agency(party.agency, case.partners) for party in case.parties})),
        entries=case.entries,
        next_moment=next_moment(case),
        closed_at=case.closed_at,
        details=_details(standing, case.policy.zone),
    )


def _agency(agency: str, partners: Collection[str]) -> str:
    return agency if not partners or agency in partners else f"another-{sha256(agency.encode()).hexdigest()[:8]}"


def _details(standing: Standing, zone: str) -> str:
    where = ", ".join(stage.title for stage in standing.stages) or standing.ended or "nothing open"
    lines = [f"## {standing.case}", "", f"**At:** {where}  ", f"**Urgency:** {standing.urgency}  "]
    if standing.closed_at:
        lines.append(f"**Closed:** {say_instant(standing.closed_at, zone)}  ")
    elif standing.next_moment:
        lines.append(f"**Looked at again:** {say_instant(standing.next_moment, zone)}  ")
    elif standing.waits_for:
        lines.append(f"**Waits for:** {', '.join(standing.waits_for)}  ")
    owed = [one for one in standing.owed if one.strength != "may"]
    if owed:
        lines += ["", "| owed | by | when | |", "|---|---|---|---|"]
        lines += [
            f"| {one.what} | {one.by} | {one.due_words} | {'**OVERDUE**' if one.overdue else ''} |"
            for one in owed[:_MOST_OWED]
        ]
    if standing.offers:
        names = ", ".join(dict.fromkeys(offer.name for offer in standing.offers if offer.is_open))
        lines += ["", f"**May be recorded now:** {names}"]
    return "\n".join(lines)
