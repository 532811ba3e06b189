"""How a case reads on the screen: where it stands, what it owes, its plan. Made of the register's own JSON."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from domain.base.reference import read_reference
from domain.base.refusals import listed
from domain.base.words import say_date, say_due, say_instant, say_seat
from domain.command_table.built_in import VOID
from settings import Settings

from . import entries
from .errors import Trouble, Unknown
from .installation import prefix
from .rows import Row
from .times import LONDON

OWED = ("duty", "what", "by whom", "when", "how it stands", "clause")
View = Mapping[str, Any]
_GRACE = timedelta(minutes=1)
"""A worker is given so long to enter what has just become overdue before anybody wonders whether it runs."""


def reference(typed: str, settings: Settings) -> str:
    """Return the case reference that was typed, however it was typed. Raises Trouble."""
    try:
        return read_reference(typed, prefix(settings))
    except ValueError as error:
        raise Trouble(str(error)) from None


def unknown(case: str) -> Unknown:
    """Return the trouble of a case that the register does not know."""
    return Unknown(
        f"The register knows no case {case}.",
        typed="`escalate list --all` shows those it knows; a new one takes a moment.",
        shown="See that the reference is right; a new one takes a moment.",
    )


def said_time(text: str | None) -> str:
    """Return an instant of the register as people say it."""
    return say_instant(datetime.fromisoformat(text), LONDON) if text else ""


def said_due(text: str | None) -> str:
    """Return a due moment of the register as people say it; a dash where there is none."""
    return say_due(datetime.fromisoformat(text), LONDON) if text else "–"


def head(view: View) -> list[str]:
    """Say in a few lines what a case is and where it stands."""
    title = f"{view['policy_title']} ({view['policy']}, edition {view['edition']}, route {view['track']})"
    return [title, *about_lines(view), *standing_lines(view)]


def about_lines(view: View) -> list[str]:
    """Say who is in a case, who raised it and when."""
    parties = ", ".join(f"{party['id']} ({party['side']})" for party in view["parties"])
    lines = [f"Parties: {parties}. Raised by {view['raised_by']} on {said_time(view['opened_at'])}."]
    if view.get("own_record"):
        lines.append(f"The raising agency's own record: {view['own_record']}.")
    return lines


def standing_lines(view: View) -> list[str]:
    """Say where a case stands: its step or how it ended, what is decided and planned, and for whom it waits."""
    lines = []
    for stage in view["stages"]:
        again = f", visit {stage['visit']}" if stage["visit"] > 1 else ""
        lines.append(f"At: {stage['title']}{again}, since {said_time(stage['opened_at'])}.")
    if view["ended"] == VOID:
        lines.append(f"Voided on {said_time(view['ended_at'])}: it had been opened in error.")
    elif view["ended"]:
        lines.append(f"Ended: the dispute was over on {said_time(view['ended_at'])}: {view['ended']}.")
    if view["closed_at"]:
        lines.append(f"Closed: nothing is owed any more since {said_time(view['closed_at'])}.")
        return lines
    if view["ended"]:
        lines.append(f"Not closed: {_not_closed(view)}")
    lines += [f"Date set: {act.replace('-', ' ')}, {said_time(when)}." for act, when in view["planned"].items()]
    lines += [f"Decision that stands: {one['title']}, {said_time(one['at'])}." for one in view.get("decisions", ())]
    lines += [f"Seat: {role.replace('-', ' ')}, from {agency}." for role, agency in view["seats"].items()]
    lines += [_misdirected(one) for one in view.get("misdirected", ())]
    waits = f" Waits for: {', '.join(view['waits_for'])}." if view["waits_for"] else ""
    lines += [f"IMMEDIATE RISK: raised on {said_time(one['at'])}, not dealt with." for one in view.get("risks", ())]
    lines.append(f"Urgency: {view['urgency']}.{waits}")
    return lines


def _misdirected(said: View) -> str:
    why = "whoever was told there has left" if said["why"] == "left" else "whoever was told says it is not their case"
    seat = say_seat(**said["seat"])
    return f"Wrong person: {seat}: {why}. Its notices go to the deputy, else to the fallback contact, until mended."


def open_questions(edition: View) -> list[str]:
    """Say what the area's own text leaves open, as the edition of the case declares it: never guessed."""
    said = [f"{gap['says']} ({', '.join(gap['rows'])})" if gap.get("rows") else gap["says"] for gap in edition["gaps"]]
    return [f"{one}." for one in said]


def _not_closed(view: View) -> str:
    if any(one["strength"] != "may" for one in view["owed"]):
        return "it still owes what stands below. Each is done and recorded, or a named person waives it."
    return "a step beside the dispute is still open."


def owed_rows(view: View, now: datetime, *, on_record: bool = True) -> list[Row]:
    """Return what is owed, what is late first, then by due moment; what only may be done stands last.

    With *on_record* False the view was made here, and no worker has had the time yet to enter what is overdue.
    """
    rows = [(_rank(one, now), _owed_row(one, now, on_record)) for one in view["owed"]]
    return [row for _, row in sorted(rows, key=lambda ranked: ranked[0])]


def way_lines(view: View) -> list[str]:
    """Say in which ways the things owed may be done, where the policy says so, each once."""
    ways = dict.fromkeys((one["what"], one.get("how", "")) for one in view["owed"])
    return [f"How, for {what}: {how}." for what, how in ways if how]


def _rank(one: View, now: datetime) -> tuple[bool, bool, bool, str, int]:
    late = one["overdue"] or _has_passed(one, now)
    return one["strength"] == "may", not late, one["due"] is None, one["due"] or "", one["id"]


def _owed_row(one: View, now: datetime, on_record: bool) -> Row:
    by = one["by"] if one["strength"] == "must" else f"{one['by']} ({one['strength']})"
    late, tone = "", ""
    if one["overdue"] or (not on_record and _has_passed(one, now)):
        late, tone = f"OVERDUE, {age(late_since(one), now)}", "late"
        if one["acknowledged_until"]:
            late += f"; acknowledged until {said_time(one['acknowledged_until'])}"
    elif _has_passed(one, now - _GRACE):
        late, tone = "PASSED, not on the record yet: does a worker run?", "late"
    elif one["due_words"] == "at once":
        late = f"outstanding for {age(one['due'] or one['arose_at'], now)}"
    stands = "; ".join(part for part in (late, *_handed(one, now)) if part)
    return Row((str(one["id"]), one["what"], by, _when(one), stands, one["clause"]), tone)


def _handed(one: View, now: datetime) -> Iterator[str]:
    """Say who has it for a time, while that lasts."""
    for handed in one.get("handed", ()):
        if now < datetime.fromisoformat(handed["until"]):
            until = said_due(handed["until"]).removeprefix("by ")
            yield f"handed to {entries.said_seat(handed['to'])} until {until}"


def _when(one: View) -> str:
    """Say when it is due, and where the number or the date is not the policy's own, whose it is."""
    whose = f" ({one['whose']})" if one.get("whose") else ""
    target = f"; agreed for: {said_time(one['target'])}" if one.get("target") else ""
    return f"{one['due_words']}{whose}{target}"


def _has_passed(one: View, now: datetime) -> bool:
    return one["late_from"] is not None and datetime.fromisoformat(one["late_from"]) <= now


def late_since(one: View) -> str:
    """Return since when something that is late is late: its deadline, or what a local target gives it in its place."""
    return str(one["due"] or one["late_from"] or one["arose_at"])


def age(since: str, now: datetime) -> str:
    """Say how long ago an instant of the register was: `6 days`."""
    minutes = max(0, int((now - datetime.fromisoformat(since)).total_seconds() // 60))
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            return f"{minutes // size} {unit}{'s' if minutes // size > 1 else ''}"
    return "under a minute"


def plan_lines(view: View) -> list[Row]:
    """Say the newest version of the plan: its actions, what it leaves open, and who confirmed it."""
    plan = view["plan"]
    rows = [Row((str(n), one["what"], one["owner"], _by_day(one["by"]))) for n, one in enumerate(plan["actions"], 1)]
    rows += [Row(("left open", one["what"], one["owner"], _by_day(one["by"]))) for one in plan["residual"] or ()]
    return rows


def waiting_lines(view: View) -> list[str]:
    """Say what one side has said or proposed, and what it waits for."""
    waits = view.get("waiting", ())
    says = ("say" if len(one["by"]) > 1 else "says" for one in waits)
    return [
        f"{one['what']}, as {listed(one['by'])} {say}: it counts once {one['once']}."
        for one, say in zip(waits, says, strict=True)
    ]


LATE = ("duty", "what", "by whom", "when", "what became of it")


def late_rows(view: View) -> list[Row]:
    """Say what was late and is owed no more, and what became of each."""
    return [
        Row((str(one["id"]), one["what"], one["by"], one["due_words"], _became(one)), "late")
        for one in view.get("late", ())
    ]


def how_late(view: View | None) -> dict[int, str]:
    """Return how late each duty was that was done after its time: `6 days late`."""
    done = [one for one in (view or {}).get("late", ()) if one["at"]]
    return {one["id"]: _late(one) for one in done}


def _late(one: View) -> str:
    return f"{age(one['due'], datetime.fromisoformat(one['at']))} late" if one["due"] else "late"


def _became(one: View) -> str:
    if not one["at"]:
        return f"never done; {one['state']}: {one['because']}"
    return f"done on {said_time(one['at'])}, {_late(one)} (entry {one['entry']})"


def _by_day(day: str) -> str:
    return f"by the end of {say_date(date.fromisoformat(day))}"


def plan_state(view: View) -> str:
    """Say which version it is and who has confirmed it."""
    plan = view["plan"]
    if plan["agreed_at"]:
        agreed = f"version {plan['version']}, agreed by every party on {said_time(plan['agreed_at'])}"
        if plan["entry"] < view.get("reopened_entry", 0):
            return f"{agreed}, before the dispute was taken up again: only a new version can end it"
        return agreed
    still = [party["id"] for party in view["parties"] if party["id"] not in plan["confirmed"]]
    confirmed = ", ".join(plan["confirmed"]) or "nobody"
    return f"version {plan['version']}, confirmed by {confirmed}; not yet by {', '.join(still)}"
