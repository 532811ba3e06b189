"""What an operator reads of a case in Temporal's own web page: Markdown, without anything people wrote.

The page puts this text into an address, so it would be in access logs: references, titles, times and roles only.
"""

from domain.spoken import say_instant
from domain.standing import Standing


def details_of(standing: Standing, zone: str, waiting_entries: int) -> str:
    """Say where a case stands, what it owes and what is held up."""
    where = ", ".join(stage.title for stage in standing.stages) or standing.ended or "nothing open"
    lines = [f"## {standing.case}", "", f"**At:** {where}  ", f"**Urgency:** {standing.urgency}  "]
    if standing.closed_at:
        lines.append(f"**Closed:** {say_instant(standing.closed_at, zone)}  ")
    elif standing.next_moment:
        lines.append(f"**Looked at again:** {say_instant(standing.next_moment, zone)}  ")
    elif standing.waits_for:
        lines.append(f"**Waits for:** {', '.join(standing.waits_for)}  ")
    if waiting_entries:
        lines.append(f"**Held up:** {waiting_entries} entries wait for the register  ")
    owed = [one for one in standing.owed if one.strength != "may"]
    if owed:
        lines += ["", "| owed | by | when | |", "|---|---|---|---|"]
        lines += [
            f"| {one.what} | {one.by} | {one.due_words} | {'**OVERDUE**' if one.overdue else ''} |" for one in owed[:30]
        ]
    if standing.offers:
        names = ", ".join(dict.fromkeys(offer.name for offer in standing.offers if offer.is_open))
        lines += ["", f"**May be recorded now:** {names}"]
    return "\n".join(lines)
