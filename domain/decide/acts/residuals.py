"""What an agreed plan leaves open: each issue is a dated duty of its owner until it is concluded (G37, S58)."""

from datetime import datetime

from ...commands.built_in import ISSUE_ACT
from ...escalation import Answer, Occurrence
from ...events import ActDone, Residual
from ...identities import OpenIssue
from ...people import Party
from ...refusals import Refusal, listed
from ..duties.discharging import done
from ..people.senders import must_have_seen_agreed
from ..turn import Turn
from .actions import owe_dated


def owe_residual(turn: Turn, number: int, residual: Residual, at: datetime) -> None:
    """Make an issue that the plan leaves open a dated duty of its owner (rules 38 and 48)."""
    owe_dated(turn, residual, at, origin=OpenIssue(issue=number), acts=(ISSUE_ACT,), by="issue owner")


def issue_concluded(turn: Turn, event: ActDone, party: Party | None, at: datetime) -> Answer:
    """Record that an issue which the plan left open was concluded, and how."""
    number = event.fields.get("issue", "")
    open_ = {str(d.origin.issue): d for d in turn.case.outstanding if isinstance(d.origin, OpenIssue)}
    issue = open_.get(number)
    if issue is None:
        known = listed([*open_], "or") or "none is open"
        raise Refusal("not open", f"Say which issue that the plan left open is concluded, as `issue`: {known}.")
    must_have_seen_agreed(turn.case, event)
    owner = party.id if party else event.by.agency
    if issue.party != owner:
        raise Refusal("wrong side", f"Issue {number} belongs to {issue.party}, who says when it is concluded.")
    if not event.fields.get("how", "").strip():
        raise Refusal("missing", f"Say how issue {number} was concluded, as `how`.")
    entry = turn.enter_said("act", at, event, act=ISSUE_ACT, issue=int(number))
    side = party.side if party else ""
    happened = Occurrence(entry=entry, names=(ISSUE_ACT,), side=side, party=owner, at=at)
    turn.remember(happened)
    done(turn, issue, happened)
    return Answer(sentence=f"Issue {number} that the plan left open is concluded.", entry=entry)
