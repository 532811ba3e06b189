"""Everything that happened in a case, in the order of its entries, with every try to send a notice between them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.register import reading
from adapters.register.details import read_detail
from domain.base.known import sender_of
from domain.base.words import say_instant

from .cases import how_late, said_due, unknown
from .entries import (
    Named,
    Steps,
    duty_titles,
    entry_said,
    entry_words,
    is_late,
    listed_answers,
    mended,
    said_by,
    step_titles,
    tone,
)
from .rows import Row
from .times import LONDON

NO_CHANNEL = "none"
TRIES = frozenset({"accepted", "refused", "failed"})
"""What an attempt says of a try; the others say what was heard of one."""
HEADERS = ("entry", "when it happened", "by", "what")
Entry = Mapping[str, Any]
Line = dict[str, Any]
_CONSEQUENCES = {
    "arose": "now owed",
    "done": "done by it",
    "lapsed": "not owed any more, and not done",
    "owed-again": "owed again",
    "rewound": "has a new deadline",
    "held": "its clock stands still",
    "judged-again": "judged again",
}
"""What an entry's body lists, in words; the values are numbers of duties."""


def read_lines(url: str, case: str) -> list[Line]:
    """Read a case's lines. Raises Unknown and RegisterError."""
    entries = reading.read_entries(url, case)
    if not entries:
        raise unknown(case)
    return lines_of(entries, reading.read_attempts(url, case), *_known(url, case, entries))


def _known(url: str, case: str, entries: list[dict[str, Any]]) -> tuple[Named, dict[int, str]]:
    """Return what entries give by number alone, and how late what was done late was."""
    found = reading.read_case(url, case)
    view = found["view"] if found else None
    digest = ((entries[0]["body"] or {}).get("editions") or {}).get("policy", "")
    edition = reading.read_edition(url, digest) if digest else None
    titles = duty_titles(entries, view, edition)
    if duties_named(entries) - titles.keys():
        from .on_record import every_title

        titles = every_title(url, case) | titles
    return Named(titles, listed_answers(edition)), how_late(view)


def lines_of(entries: Sequence[Entry], attempts: Sequence[Entry], named: Named, late: Mapping[int, str]) -> list[Line]:
    """Return a case's lines, entries and attempts, each as a JSON object; attempts stand where they were made.

    *named* says what entries give by number alone; *late* how late each duty was that was done after its time.
    """
    steps, notes = step_titles(entries), _mendings(entries)
    kinds = {entry["number"]: entry["kind"] for entry in entries}
    waiting = sorted(attempts, key=lambda one: (one["at"], one["notice_ref"], one["number"]))
    tries: Counter[str] = Counter()
    lines: list[Line] = []

    def attempt(one: Entry) -> Line:
        tries[one["notice_ref"]] += one["result"] in TRIES
        return _attempt(one, kinds, tries[one["notice_ref"]])

    for entry in entries:
        while waiting and waiting[0]["at"] < entry["entry_time"]:
            lines.append(attempt(waiting.pop(0)))
        lines.append(_entry(entry, steps, named, late, notes.get(entry["number"], [])))
    return lines + [attempt(one) for one in waiting]


def duties_named(entries: Sequence[Entry]) -> set[int]:
    """Return the number of every duty that an entry speaks of."""
    bodies = [entry["body"] or {} for entry in entries]
    listed = {number for body in bodies for key in (*_CONSEQUENCES, "duties") for number in body.get(key, ())}
    return listed | {body["duty"] for body in bodies if isinstance(body.get("duty"), int)}


def rows(lines: Sequence[Line], *, words: bool) -> Iterator[Row]:
    """Yield the lines as people read them; with *words* also what people wrote."""
    for line in lines:
        when = say_instant(datetime.fromisoformat(line["event_time"]), LONDON)
        if line["line"] == "attempt":
            yield Row(("", when, "", line["what"]), "" if line["result"] in {"accepted", "delivered"} else "late")
            continue
        by = said_by(line)
        yield Row((str(line["number"]), when, by, line["said"]), tone(line))
        for more in (*line["consequences"], *line["mended_by"]):
            yield Row(("", "", "", f"– {more}"))
        for name, text in written(line["body"]) if words else ():
            yield Row(("", "", "", f"– {name}: “{text}”"))


def written(body: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Yield what people wrote in an entry, each text with its name."""
    said = (body or {}).get("said")
    if not isinstance(said, dict):
        return
    for name in ("reason", "wording", "evidence", "own_record"):
        if said.get(name):
            yield name.replace("_", " "), said[name]
    if said.get("value"):
        before = (body or {}).get("before")
        yield "answer", said["value"]
        yield from [("answer before", before)] if before else ()
    for table in ("facts", "words", "fields"):
        yield from ((name.replace("-", " "), text) for name, text in said.get(table, {}).items() if text)
    for list_, name in (("actions", "action"), ("residual", "left open")):
        for one in said.get(list_) or ():
            yield name, f"{one['what']}; {one['owner']}; {one['by']}"


def _entry(entry: Entry, steps: Steps, named: Named, late: Mapping[int, str], mended_by: list[str]) -> Line:
    return {
        "line": "entry",
        **{name: entry[name] for name in ("number", "kind", "event_time", "entry_time", "by", "on_behalf_of", "body")},
        "sender": sender_of(entry["kind"], entry["body"]).as_json(),
        "entered_late": is_late(entry),
        "what": entry_words(entry, steps, named),
        "said": entry_said(entry, steps, named),
        "consequences": list(_consequences(entry["body"] or {}, named, late)),
        "mended_by": mended_by,
    }


def _attempt(one: Entry, kinds: Mapping[int, str], nth: int) -> Line:
    """Say what became of the *nth* try, or what was heard of it. The notice's ref is `<case>/<entry>/<index>`."""
    _, number, index = one["notice_ref"].rsplit("/", 2)
    of = kinds.get(int(number), "") if number.isdecimal() else ""
    detail = read_detail(one["detail"])
    why = f" ({detail.why})" if detail.why else ""
    by = f", by {detail.by}" if detail.by else ""
    to = f", for {detail.to}" if detail.to else ""
    stood_in = "; the fallback contact stood in, for nobody in the seat could be told" if one["fallback"] else ""
    again = f", try {nth}" if nth > 1 and one["result"] in TRIES else ""
    about = f", which says: {of.replace('-', ' ')}" if of else ""
    # A number is that of an entry; without one the lead was told by the command itself, before any entry was made.
    directly = "Office told of a look by exception" if number == "glass" else "Lead on call told of risk directly"
    which = f"Notice {number}/{index} of entry {number}" if number.isdecimal() else directly
    what = f"{which}{about}{again}: {_fate(one)}{why}{by}{to}{stood_in}"
    kept = {name: one[name] for name in ("notice_ref", "number", "channel", "result", "detail", "fallback")}
    return {"line": "attempt", "event_time": one["at"], **kept, "what": what}


def _fate(one: Entry) -> str:
    """Say in words what became of a try, or what was heard of it."""
    through = "" if one["channel"] == NO_CHANNEL else f" by {one['channel']}"
    if one["result"] == "undelivered" and not through:
        return "it reached nobody"
    words = {
        "accepted": f"accepted{through}",
        "refused": f"refused for good{through}",
        "failed": f"not taken{through}; it is tried again",
        "delivered": f"delivered{through}",
        "undelivered": f"not delivered{through}; it goes another way",
    }
    by_mail = "smtp" in one["channel"].split(", ")
    no_receipt = ": the mail server took it, and e-mail gives no receipt" if by_mail else ""
    return words[one["result"]] + (no_receipt if one["result"] == "accepted" else "")


def _consequences(body: Mapping[str, Any], named: Named, late: Mapping[int, str]) -> Iterator[str]:
    for key, words in _CONSEQUENCES.items():
        if ids := body.get(key):
            said = (f"{_thing(named, id_)}{f', {late[id_]}' if key == 'done' and id_ in late else ''}" for id_ in ids)
            yield f"{words}: {'; '.join(said)}"
    for one in body.get("moved", ()):
        before, after = (said_due(one.get(name)) for name in ("before", "after"))
        yield f"{one['how']}: {one['duty']} {one['what']}, by {one['by']}: was {before}, now {after}"


def _thing(named: Named, number: int) -> str:
    return f"{number} {named.duties[number]}" if number in named.duties else named.duty(number)


def _mendings(entries: Sequence[Entry]) -> dict[int, list[str]]:
    """Return what later entries say of earlier ones: corrections and contests, by the number of the entry meant."""
    found: dict[int, list[str]] = {}
    for entry in entries:
        body = entry["body"] or {}
        if entry["kind"] == "corrected":
            words = f"corrected by entry {entry['number']}: {mended(body.get('said', {}))}"
            found.setdefault(body.get("corrects", 0), []).append(words)
        if entry["kind"] == "contested":
            found.setdefault(body.get("contests", 0), []).append(f"contested by entry {entry['number']}")
    return found
