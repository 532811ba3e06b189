"""The page of a case: who did what when, what was late and why, who was told. Made of the record alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from adapters.register import reading
from adapters.register.errors import NothingThere
from adapters.register.reads import list_reads
from domain.base.reference import is_training
from domain.base.words import say_due, say_instant
from domain.case.state import Duty, Escalation
from domain.views.explanation import Explained, explain

from . import history
from .cases import age, head, how_late, said_time
from .entries import Named, duty_titles, is_late, listed_answers, said_by
from .explained import lines_of
from .on_record import case_on_record
from .telling import Told, told
from .times import LONDON

Entry = dict[str, Any]
SETTLED = frozenset({"lapsed", "waived"})


class Known(NamedTuple):
    """What the record holds of a case, read once."""

    case: Escalation
    entries: list[Entry]
    attempts: list[Entry]
    view: Mapping[str, Any] | None
    named: Named
    notices: list[Entry]
    """Those that were decided."""
    told: list[Told]
    looks: list[Entry]
    """Who looked at it, the oldest first; none in a register from before looks were noted."""
    explained: tuple[Explained, ...]
    """Every duty that it ever had."""


def known(url: str, ref: str) -> Known:
    """Read it. Raises Trouble where the register knows no such case or does not give it, and RegisterError."""
    case = case_on_record(url, ref)
    entries, attempts = reading.read_entries(url, ref), reading.read_attempts(url, ref)
    found = reading.read_case(url, ref)
    view = found["view"] if found else None
    every = explain(case)
    explained = {one.number: f"{one.what}, by {one.by}" for one in every}
    edition = case.policy.model_dump(mode="json")
    named = Named(explained | duty_titles(entries, view, edition), listed_answers(edition))
    notices = reading.read_told(url, ref)
    became = told(notices, attempts, entries)
    return Known(case, entries, attempts, view, named, notices, became, looks_of(url, ref), every)


def looks_of(url: str, ref: str) -> list[Entry]:
    """Return who looked at a case; nothing where no worker has made room for looks yet. Raises RegisterUnreachable."""
    try:
        return list_reads(url, case=ref)
    except NothingThere:
        return []


def page_of(it: Known, now: datetime, *, faults: Sequence[str] = ()) -> dict[str, Any]:
    """Return the facts of the page, as its template names them. *faults* of the record are told on it."""
    case, every = it.case, it.explained
    duties = {duty.id: duty for duty in case.duties}
    calendar = case.calendar
    return {
        "ref": case.case,
        "training": is_training(case.case),
        "made": say_instant(now, LONDON),
        "policy": policy_of(case),
        "calendar": f"{calendar.edition}: {calendar.source}",
        "zone": LONDON,
        "head": head(it.view)[1:] if it.view else [],
        "faults": list(faults),
        "late": [_late(case, one, duties[one.number], now) for one in every if one.was_late],
        "entries": entries_of(it),
        "told": [told_of(case, one) for one in it.told],
        "unheard": sum(one.is_amiss for one in it.told),
        "deadlines": [deadline_of(case, one) for one in deadlines_told(it)],
        "looks": [look_of(one) for one in it.looks],
        "draft": None,
        "withheld": [],
    }


def policy_of(case: Escalation) -> str:
    """Say which policy a case goes by, in which edition, and by which of its routes."""
    policy = case.policy
    route = next(one.title or one.id for one in policy.tracks if one.id == case.track)
    return f"{policy.title} ({policy.id}, edition {policy.edition_in_full}), route “{route}”"


def deadlines_told(it: Known) -> list[Explained]:
    """Return the duties of which it is told how their deadlines came about: those that did not simply fall away."""
    return [one for one in it.explained if one.state in {"outstanding", "done"} or one.was_late]


def entries_of(it: Known) -> list[dict[str, Any]]:
    """Return the rows of what happened, the oldest first: one for each entry, and one for alerts about the same."""
    return list(_runs_of_alerts(_entries(it), it))


def _late(case: Escalation, one: Explained, duty: Duty, now: datetime) -> dict[str, Any]:
    since = one.due or one.late_from or duty.arose_at
    late_by = age(since.isoformat(), duty.done_at or now)
    if one.state in SETTLED:
        how = f"never done; {one.stands}"
    elif duty.done_at is not None:
        how = f"{late_by} late, done {say_instant(duty.done_at, case.policy.zone)}"
    else:
        how = f"{late_by} late when this was made, and not done"
    when = say_due(one.due, case.policy.zone).removeprefix("by ") if one.due else one.due_words
    why = "the moment it was due" if one.late_words == "the same moment" else one.late_words
    return {"number": one.number, "what": one.what, "by": one.by, "due": when, "how": how, "why": why}


def _entries(it: Known) -> Iterator[dict[str, Any]]:
    lines = history.lines_of(it.entries, (), it.named, how_late(it.view))
    for line in lines:
        yield {
            "number": line["number"],
            "happened": said_time(line["event_time"]),
            "entered": said_time(line["entry_time"]) if is_late(line) else "",
            "by": said_by({**line, **{of: _who(it.case, line[of]) for of in ("by", "on_behalf_of")}}) or "the clock",
            "what": line["what"],
            "more": [*line["consequences"], *line["mended_by"]],
            "words": [{"name": name, "text": text} for name, text in history.written(line["body"])],
            "alarm": line["kind"] in {"overdue", "alert", "risk", "risk-again"},
            "also": [],
            "last": "",
            "about": (line["body"] or {}).get("duties") if line["kind"] == "alert" else None,
        }


def _runs_of_alerts(rows: Iterator[dict[str, Any]], it: Known) -> Iterator[dict[str, Any]]:
    """Make one row of alerts that follow each other and are about the same: a night of them hides what happened."""
    for about, run in groupby(rows, key=itemgetter("about")):
        if about is None:
            yield from run
            continue
        first, *more = run
        if more:
            things = "; ".join(it.named.duty(one) for one in about)
            first["what"] = f"{len(more) + 1} alerts to the safeguarding lead on call: {things}"
            first["also"], first["last"] = [one["number"] for one in more], more[-1]["happened"]
        yield first


def _who(case: Escalation, by: str) -> str:
    """Say a role by its title in the policy, and the agency as it is known there."""
    role, comma, agency = by.partition(", ")
    return f"{case.policy.role_title(role)}{comma}{agency}" if role else by


def told_of(case: Escalation, one: Told) -> dict[str, Any]:
    """Return one notice and what became of it, as the page names what it says."""
    acknowledged = ""
    if one.acknowledged:
        by = f", by {_who(case, one.acknowledged_by)}" if one.acknowledged_by else ""
        acknowledged = f"{said_time(one.acknowledged)}{by}"
    return {
        "entry": one.entry,
        "kind": one.kind.replace("-", " "),
        "to": ", ".join(part for part in (one.to, one.agency) if part),
        "due": said_time(one.due),
        "tried": f"{said_time(one.first_tried)}{f', {one.tries} tries' if one.tries > 1 else ''}" if one.tries else "",
        "came_to": one.came_to,
        "amiss": one.is_amiss,
        "acknowledged": acknowledged,
    }


def look_of(one: Entry) -> dict[str, str]:
    """Return one look, as the page names what it says."""
    of = "" if one["of_party"] else "; of no party"
    who = f"{one['title']} (account {one['account']})" if one["account"] else one["title"]
    what = f"{one['what']} ({one['detail']})" if one["detail"] else str(one["what"])
    why = f"; opened past what the role may see: {one['reason']}" if one["reason"] else ""
    return {"at": said_time(one["at"]), "who": f"{who}{of}", "known": one["known"], "what": f"{what}{why}"}


def deadline_of(case: Escalation, one: Explained) -> dict[str, Any]:
    """Return how one deadline came about, as the page names what it says."""
    lines: list[dict[str, Any]] = []
    for name, said in lines_of(case, one):
        plain = re.sub(" {2,}", ": ", said)  # on the screen a day and what it counts are set apart by blanks
        if lines and name in {"", lines[-1]["name"]}:
            lines[-1]["said"].append(plain)
        else:
            lines.append({"name": name, "said": [plain]})
    return {"number": one.number, "what": one.what, "by": one.by, "due": one.due_words, "lines": lines}
