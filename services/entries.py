"""Entries of the register in plain words."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.base.known import sender_of
from domain.base.words import say_due, say_instant

from .rows import Row
from .times import LONDON

HEADERS = ("entry", "when it happened", "what", "by")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?")
_PUT_OFF = frozenset({"extended", "extension-proposed"})
_ABOUT_DUTIES = frozenset({"reminded", "alert", *_PUT_OFF})
"""Kinds of entry that name duties by their numbers."""
_LATE = timedelta(minutes=5)
"""Entered later than this after it happened, an entry says so."""


Steps = Mapping[str, str]
"""Ids of steps to their titles."""


class Named(NamedTuple):
    """What entries give by number or id alone."""

    duties: Mapping[int, str]
    """Numbers of duties to what each is."""
    answers: Mapping[str, Sequence[str]]
    """Facts to the answers that the policy itself lists; any other was written by somebody."""

    def duty(self, number: object) -> str:
        """Say which duty it is, by its number where nothing more is known."""
        return self.duties.get(number, f"duty {number}") if isinstance(number, int) else f"duty {number}"


UNNAMED = Named({}, {})


def listed_answers(edition: Mapping[str, Any] | None) -> dict[str, Sequence[str]]:
    """Return the answers that an edition of a policy lists for each of its facts."""
    return {name: fact.get("values", ()) for name, fact in (edition or {}).get("facts", {}).items()}


def duty_titles(
    entries: Iterable[Mapping[str, Any]], view: Mapping[str, Any] | None, edition: Mapping[str, Any] | None
) -> dict[int, str]:
    """Return what each duty is, as far as *entries*, where the case stands and its edition say it in words."""
    acts = (edition or {}).get("acts", {})
    titles: dict[int, str] = {}
    for entry in entries:
        body = entry["body"] or {}
        if entry["kind"] in {"overdue", "overdue-withdrawn", "waived", "handed-over", "handed-back"}:
            titles[body["duty"]] = body["what"]
        done = body.get("done", [])
        if entry["kind"] == "act" and len(done) == 1:  # one act, one duty: the act is what was owed
            titles.setdefault(done[0], acts.get(body["act"], {}).get("title") or _spaced(body["act"]))
    stands = view or {"owed": ()}
    return titles | {one["id"]: f"{one['what']}, by {one['by']}" for one in (*stands.get("late", ()), *stands["owed"])}


def duties_said(entries: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return the numbers of the duties that these entries name in what they say."""
    bodies = [entry["body"] for entry in entries if entry["kind"] in _ABOUT_DUTIES and entry["body"]]
    return {number for body in bodies for number in (*body.get("duties", ()), body.get("duty")) if number is not None}


def step_titles(entries: Iterable[Mapping[str, Any]]) -> Steps:
    """Return the title of every step that *entries* say was opened."""
    bodies = [entry["body"] for entry in entries if entry["kind"] == "stage-opened" and entry["body"]]
    return {body["stage"]: body.get("title") or body["stage"] for body in bodies if "stage" in body}


def guests(entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the seats for which *entries* say that a contact was added, each with who it is."""
    bodies = [entry["body"] for entry in entries if entry["kind"] == "guest-added" and entry["body"]]
    return {body["seat"]: body["said"]["title"] for body in bodies}


def links(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the references of the cases that *entries* link with."""
    bodies = [entry["body"] for entry in entries if entry["kind"] == "linked" and entry["body"]]
    return [body["other"] for body in bodies]


def entry_row(entry: Mapping[str, Any], steps: Steps, named: Named = UNNAMED) -> Row:
    """Return an entry as a line: its number, its event time, what happened, by whom."""
    at, said = datetime.fromisoformat(entry["event_time"]), entry_said(entry, steps, named)
    return Row((str(entry["number"]), say_instant(at, LONDON), said, said_by(entry)), tone(entry))


def entry_said(entry: Mapping[str, Any], steps: Steps, named: Named = UNNAMED) -> str:
    """Say what an entry is about, and that it was entered late where it was."""
    entered = datetime.fromisoformat(entry["entry_time"])
    late = f" (entered late: {say_instant(entered, LONDON)})" if is_late(entry) else ""
    return entry_words(entry, steps, named) + late


def is_late(entry: Mapping[str, Any]) -> bool:
    """Say whether an entry was made well after what it tells."""
    at, entered = (datetime.fromisoformat(entry[name]) for name in ("event_time", "entry_time"))
    return entered - at > _LATE


def said_by(entry: Mapping[str, Any]) -> str:
    """Say whose an entry is, who entered it where that was somebody else, and how its sender was known."""
    by = f"{entry['on_behalf_of']}, entered by {entry['by']}" if entry["on_behalf_of"] else str(entry["by"])
    sender = sender_of(entry["kind"], entry["body"])
    if sender.how == "-" and by:
        return by  # it followed from what they said, on the entry of that
    return "; ".join(part for part in (by, sender.brief) if part)


def tone(entry: Mapping[str, Any]) -> str:
    """Return the tone an entry is shown in."""
    return "late" if entry["kind"] in {"overdue", "alert", "risk", "risk-again"} else ""


def entry_words(entry: Mapping[str, Any], steps: Steps, named: Named = UNNAMED) -> str:
    """Say what an entry is about. What people wrote is not repeated."""
    kind, body = entry["kind"], entry["body"]
    if body is None:
        return f"{_spaced(kind)} (kept under a key)"
    said = body.get("said", {})
    if body.get("stage") in steps:
        body = {**body, "stage": steps[body["stage"]]}
    if kind in {"outcome", "claim"} and said.get("to"):
        body = {**body, "on_to": steps.get(said["to"], said["to"])}
    if kind in _PUT_OFF:
        body = {**body, "thing": named.duty(body.get("duty"))}
    if kind in _ABOUT_DUTIES:
        body = {**body, "things": "; ".join(named.duty(one) for one in body.get("duties", ()))}
    if kind == "fact-said":
        known = named.answers.get(body.get("fact", ""), ())
        body = {**body, **{key: _answer(body.get(key, ""), known) for key in ("before", "value")}}
    return _WORDS[kind](body, said) if kind in _WORDS else _spaced(kind)


def mended(said: Mapping[str, Any]) -> str:
    """Say what a correction changes."""
    if said.get("strike"):
        return "it did not happen"
    at = said.get("happened_at")
    return f"it happened on {say_instant(datetime.fromisoformat(at), LONDON)}" if at else "see what was said"


def _answer(said: str, known: Sequence[str]) -> str:
    """Say an answer where it is one of the policy's own, or a date; else that there was one, in somebody's words."""
    return said if not said or said in known or _DATE.fullmatch(said) else "in words of their own"


def _fact_said(body: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    if body.get("before"):
        return f"Answered anew: {_spaced(body.get('fact', ''))}: was {body['before']}, now {body.get('value')}"
    return f"Answered: {_spaced(body.get('fact', ''))}: {body.get('value')}"


def _about(body: Mapping[str, Any]) -> str:
    return f": {body['things']}" if body.get("things") else ""


def _act(body: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    number = f" {body['action']}" if "action" in body else ""
    method = f" by {said['method']}" if said.get("method") else ""
    against = "; against the policy’s advice, so it does not count" if body.get("departure") else ""
    return f"{_spaced(body.get('act', ''))}{number}{method}{_at(body)}{against}"


def _at(body: Mapping[str, Any]) -> str:
    return f" at {body['stage']}" if body.get("stage") else ""


def _on_to(body: Mapping[str, Any]) -> str:
    return f", on to {body['on_to']}" if body.get("on_to") else ""


def _until(said: Mapping[str, Any]) -> str:
    until = said.get("until")
    return f", {say_due(datetime.fromisoformat(until), LONDON)}" if until else ""


def said_seat(to: Mapping[str, Any]) -> str:
    """Say a seat as it is typed, with the handle of its person where one was given."""
    seat = "@".join(part for part in (to.get("role"), to.get("agency")) if part)
    return f"{seat} ({to['person']})" if to.get("person") else seat


def _for_a_time(said: Mapping[str, Any]) -> str:
    return _until(said).replace(", by", " until", 1)


def _why(said: Mapping[str, Any]) -> str:
    return "who has left" if said.get("why") == "left" else "whose case it is not"


def _spaced(name: str) -> str:
    return name.replace("-", " ").replace(".", ": ")


_Words = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
_WORDS: dict[str, _Words] = {
    "opened": lambda _, __: "Case opened",
    "stage-opened": lambda body, _: f"Step opened: {body.get('title') or body.get('stage')}",
    "stage-merged": lambda body, _: f"Step already open: {body.get('stage')}",
    "act": lambda body, said: f"Recorded: {_act(body, said)}",
    "outcome": lambda body, _: f"Outcome: {_spaced(body.get('outcome', ''))}{_at(body)}{_on_to(body)}",
    "claim": lambda body, _: (
        f"One side says: {_spaced(body.get('outcome', ''))}{_at(body)}{_on_to(body)}; kept as a claim"
    ),
    "plan-proposed": lambda body, _: f"Plan proposed, version {body.get('version')}",
    "plan-confirmed": lambda body, _: f"Plan confirmed, version {body.get('version')}",
    "plan-unconfirmed": lambda body, _: f"Confirmation taken back, version {body.get('version')}",
    "ended": lambda body, _: f"The dispute ended: {body.get('how')}",
    "closed": lambda _, __: "Case closed",
    "overdue": lambda body, _: f"OVERDUE: {body.get('what')}",
    "overdue-withdrawn": lambda body, _: f"No longer overdue: {body.get('what')} ({body.get('because')})",
    "alert": lambda body, _: f"Alert {body.get('number', '')} to the safeguarding lead on call{_about(body)}",
    "acknowledged": lambda body, _: f"{'Immediate risk' if body.get('risks') else 'Alert'} acknowledged",
    "risk": lambda body, _: (
        f"IMMEDIATE RISK: told of what was raised since ({body['further']})"
        if "further" in body
        else "IMMEDIATE RISK raised"
    ),
    "risk-again": lambda _, __: "IMMEDIATE RISK raised again; told together with what else is raised in these minutes",
    "contested": lambda body, _: f"Entry {body.get('contests')} contested",
    "corrected": lambda body, said: f"Entry {body.get('corrects')} corrected: {mended(said)}",
    "reopened": lambda body, _: f"The dispute goes on; it had ended: {body.get('ended')}",
    "linked": lambda body, _: f"Linked with {body.get('other')}, which concerns the same person",
    "waived": lambda body, _: f"Waived, and counted as not done: {body.get('what')}",
    "withdrawn": lambda _, __: "Withdrawn by the side that raised it",
    "fact-said": _fact_said,
    "party-joined": lambda body, _: f"{body.get('party')} became a party, on the {body.get('side')} side",
    "party-left": lambda body, _: f"{body.get('party')} is no party any more",
    "leave-proposed": lambda body, _: f"{body.get('party')} is asked whether it leaves",
    "party-corrected": lambda body, _: (
        f"{body.get('party')} is a party, on the {body.get('side')} side; "
        f"{body.get('before')} had been entered by mistake"
    ),
    "own-record-corrected": lambda _, __: "The raising agency’s own record number was corrected",
    "void-proposed": lambda _, __: "To be voided, as opened in error: a second person of the office has yet to say so",
    "voided": lambda _, __: "Voided: the case had been opened in error",
    "number-filled": lambda body, _: (
        f"Number set locally: {_spaced(body.get('timescale', ''))} is {body.get('within')}"
    ),
    "date-agreed": lambda body, said: f"Date agreed for this case: {_spaced(body.get('timescale', ''))}{_until(said)}",
    "date-proposed": lambda body, said: (
        f"Date proposed for this case: {_spaced(body.get('timescale', ''))}{_until(said)}"
    ),
    "meetings-planned": lambda body, _: f"Meetings planned: {_spaced(body.get('of', ''))}",
    "extended": lambda body, said: f"Put off by every party{_until(said)}: {body.get('thing')}",
    "extension-proposed": lambda body, said: f"One side would put off{_until(said)}: {body.get('thing')}",
    "paused": lambda _, said: f"Clocks stopped by every party{_until(said)}",
    "pause-proposed": lambda _, said: f"One side would stop the clocks{_until(said)}",
    "unpaused": lambda _, __: "The clocks go on, as somebody said",
    "resumed": lambda body, _: f"The clocks go on: {body.get('because')}",
    "date-reached": lambda body, _: f"The planned date has come: {body.get('what')}",
    "reminded": lambda body, _: f"Reminder of {body.get('things')}",
    "edition-adopted": lambda body, _: (
        f"Another edition of the policy holds: {body.get('after')}, before {body.get('before')}"
    ),
    "calendar-adopted": lambda body, _: f"Another calendar holds: {body.get('after')}, before {body.get('before')}",
    "handed-over": lambda body, said: (
        f"Handed to {said_seat(said.get('to', {}))}{_for_a_time(said)}: {body.get('what')}"
    ),
    "handed-back": lambda body, _: f"Back with those who owe it: {body.get('what')}",
    "misdirected": lambda body, said: f"The wrong person was told: {body.get('seat')}, {_why(said)}",
    "seat-mended": lambda body, _: f"The right person is told again: {body.get('seat')}",
    "guest-added": lambda body, said: (
        f"Contact added for this case alone: {said.get('title')}, reached as {body.get('seat')}"
    ),
    "refused": lambda body, _: f"Refused: {body.get('because')}",
    "cancellation-refused": lambda _, __: "Somebody asked Temporal to cancel the case: it goes on",
    "notice-failed": lambda body, _: f"Notice {body.get('ref')} could not be sent to anybody",
}
"""Kinds of entry to what each says, of its body and of what was said: one kind's words never read another's body."""
KINDS = frozenset(_WORDS)
"""Every kind of entry."""
