"""What lists and Temporal's own page show of a case: a few values, as data, so that to show them asks no rule."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from ..base.value import Instant, Value
from ..base.words import say_instant
from ..case.state import Escalation
from ..commands.acts.offers import awaited
from ..engine.draft import owner_of, say_when, title_of
from ..engine.moments import next_moment
from .status import agencies, dispute_first, next_due, overdue, stage_shown, urgency, waits_for

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
    """Read off what is shown of a case, without all that lists show."""
    policy, moment, urgent = case.policy, next_moment(case), urgency(case)
    return Shown(
        policy=policy.id,
        policy_title=policy.title,
        edition=policy.edition_in_full,
        zone=policy.zone,
        stage=stage_shown(case),
        urgency=urgent,
        overdue=overdue(case),
        due=next_due(case),
        agencies=tuple(sorted({_agency(agency, case.partners) for agency in agencies(case)})),
        entries=case.entries,
        next_moment=moment,
        closed_at=case.closed_at,
        details=_details(case, urgent, moment),
    )


def _agency(agency: str, partners: Collection[str]) -> str:
    return agency if not partners or agency in partners else f"another-{sha256(agency.encode()).hexdigest()[:8]}"


def _details(case: Escalation, urgent: str, moment: datetime | None) -> str:
    zone = case.policy.zone
    ended = case.ended.how if case.ended else ""
    where = ", ".join(case.policy.stage(visit.stage).title for visit in dispute_first(case)) or ended or "nothing open"
    lines = [f"## {case.case}", "", f"**At:** {where}  ", f"**Urgency:** {urgent}  "]
    if case.closed_at:
        lines.append(f"**Closed:** {say_instant(case.closed_at, zone)}  ")
    elif moment:
        lines.append(f"**Looked at again:** {say_instant(moment, zone)}  ")
    elif waiting := waits_for(case):
        lines.append(f"**Waits for:** {', '.join(waiting)}  ")
    owed = [duty for duty in case.outstanding if duty.strength != "may"]
    if owed:
        lines += ["", "| owed | by | when | |", "|---|---|---|---|"]
        lines += [
            f"| {title_of(case, duty)} | {owner_of(case, duty)} | {say_when(case, duty)} | "
            f"{'**OVERDUE**' if duty.is_overdue else ''} |"
            for duty in owed[:_MOST_OWED]
        ]
    if case.closed_at is None:
        offered = (offer.name for offer in awaited(case) if offer.is_open and not offer.is_optional)
        names = ", ".join(dict.fromkeys(offered))
        lines += ["", f"**May be recorded now:** {names}"] if names else []
    return "\n".join(lines)
