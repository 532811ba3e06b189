"""The pages of a form as HTML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.responses import HTMLResponse, Response

from console.rendering import render
from domain.base.words import say_date
from services.cases import said_time
from services.history import written

from .answers import Answers
from .desk import Desk
from .possible import GROUPS, Possible
from .questions import Question
from .standing import Row, Standing
from .typed import NAMES_NOBODY, Typed, as_sent, one, rows


@dataclass(frozen=True)
class Faults:
    """What is wrong, above a form."""

    says: str = ""
    """One sentence about the whole."""
    of: Mapping[str, str] = field(default_factory=dict)
    """Sentences by the questions that they are about."""
    news: Sequence[Row] = ()
    """Entries made since the form was opened."""
    title: str = "This was not recorded"
    more: Sequence[str] = ()


@dataclass(frozen=True)
class Line:
    """One thing that somebody said or did, as a page shows it."""

    number: int
    when: str
    by: str
    what: str
    words: Sequence[tuple[str, str]]
    """What they wrote, each text with what it is."""


_NEVER = frozenset({"evidence", "own record"})
"""What no page of a party shows: how somebody else knew, and the other agency's own number."""


def lines_of(standing: Standing, entries: Iterable[Row], *, with_words: bool) -> list[Line]:
    """Return entries as people read them; *with_words* also with what people wrote, but for what is never shown."""
    return [
        Line(
            number=entry["number"],
            when=said_time(entry["event_time"]),
            by=standing.by(entry),
            what=standing.words_of(entry),
            words=list(_written(standing, entry)) if with_words else (),
        )
        for entry in entries
    ]


def _written(standing: Standing, entry: Row) -> Iterator[tuple[str, str]]:
    """Yield what somebody wrote in an entry, each text with what it is; a line of a plan as people read it."""
    said = (entry["body"] or {}).get("said")
    lines = {"action": "actions", "left open": "residual"}
    yield from (pair for pair in written(entry["body"]) if pair[0] not in {*_NEVER, *lines})
    for name, key in lines.items():
        for row in (said.get(key) or ()) if isinstance(said, dict) else ():
            one = _dated(standing, row)
            yield name, f"{one['what']} – {one['owner']}, {one['by']}"


def _dated(standing: Standing, row: Row) -> Row:
    by = f"by the end of {say_date(date.fromisoformat(row['by']))}"
    return {"what": row["what"], "owner": standing.agency(row["owner"]), "by": by}


def form_page(
    desk: Desk,
    standing: Standing,
    what: Possible,
    questions: Sequence[Question],
    typed: Typed,
    carried: Mapping[str, str],
    faults: Faults | None = None,
    *,
    status: int = 200,
) -> Response:
    """Return the form, with what stands in it."""
    faults = faults or Faults()
    wrong = [ask for ask in questions if ask.name in faults.of]
    said = {
        "asks": [_asked(question, typed, faults.of.get(question.name, "")) for question in questions],
        "carried": {**carried, **desk.hidden("")},
        "faults": faults,
        "listed": [{"text": faults.of[ask.name], "href": f"#{ask.anchor}"} for ask in wrong],
        "news": lines_of(standing, faults.news, with_words=desk.reads_words),
        "plan": _plan(standing, what) if desk.reads_words else None,
        "told": what.row.told,
    }
    problem = faults.says or ("There is something to mend" if wrong else "")
    return _page(desk, "recording/form.html", what.title, status, problem, **said)


def check_page(
    desk: Desk,
    standing: Standing,
    what: Possible,
    answers: Answers,
    typed: Typed,
    carried: Mapping[str, str],
    sentence: str,
    found: Sequence[str],
    faults: Faults | None,
    status: int,
    news: Sequence[Row] = (),
) -> Response:
    """Return the page that shows what will be recorded, and asks whether it is meant.

    *news* are the entries made since the form was opened.
    """
    act = standing.edition.get("acts", {}).get(what.name.partition(".")[0], {})
    method = answers.said.get("method", "")
    said = {
        "sentence": sentence,
        "shown": [(question.asks, words) for question, words in answers.shown],
        "typed": [(name, as_sent(value)) for name, values in typed.items() for value in values],
        "carried": carried,
        "found": found,
        "tick": NAMES_NOBODY,
        "faults": faults or Faults(),
        "news": lines_of(standing, news, with_words=desk.reads_words),
        "against": method if method and method in act.get("discouraged", ()) else "",
        "plan": _plan(standing, what) if desk.reads_words else None,
    }
    title = faults.title if faults and status == _AWAY else "Check what will be recorded"
    return _page(desk, "recording/check.html", title, status, faults.says if faults else "", **said)


def done_page(
    desk: Desk,
    sentence: str,
    answer: str,
    entry: int,
    warnings: Sequence[str] = (),
    *,
    kept: Sequence[tuple[str, str]] = (),
) -> Response:
    """Return the page that says what became of it: *sentence* is what was recorded, *answer* what the case said.

    *kept* is what was typed since, and is not recorded.
    """
    said = {"sentence": sentence, "answer": answer, "entry": entry, "warnings": warnings, "kept": kept}
    return _page(desk, "recording/done.html", "Recorded", 200, "", **said)


def gone_page(desk: Desk, why: str, kept: Sequence[tuple[str, str]], news: Sequence[Row], status: int) -> Response:
    """Return the page of what cannot be recorded now, with everything that was typed."""
    lines = lines_of(desk.standing(), news, with_words=desk.reads_words) if news else ()
    return _page(desk, "recording/gone.html", "This was not recorded", status, "", why=why, kept=kept, news=lines)


def grouped(every: Sequence[Possible]) -> list[tuple[str, list[Possible]]]:
    """Return what may be recorded by its groups, in their order."""
    groups = [(group, [one for one in every if one.group == group]) for group in GROUPS]
    return [(group, found) for group, found in groups if found]


def _page(desk: Desk, template: str, title: str, status: int, problem: str, **said: Any) -> Response:
    frame = {"case": desk.case, "problem": problem, "training": desk.training, "visitor": desk.visitor}
    return HTMLResponse(render(template, base=desk.base, title=title, desk=desk, **frame, **said), status)


def _plan(standing: Standing, what: Possible) -> Row | None:
    """Return the plan that something is about: its version, and each action with who does it by when."""
    plan: Row | None = standing.view["plan"]
    return plan_shown(standing) if plan and what.name in {"confirm", "propose", "unconfirm"} else None


def plan_shown(standing: Standing) -> Row | None:
    """Return the newest version of the plan as people read it; None while there is none."""
    plan = standing.view["plan"]
    if plan is None:
        return None

    return {
        "version": plan["version"],
        "actions": [_dated(standing, row) for row in plan["actions"]],
        "residual": [_dated(standing, row) for row in plan["residual"] or ()],
        "confirmed": [standing.agency(party) for party in plan["confirmed"]],
        "is_agreed": bool(plan["agreed_at"]),
    }


_AWAY = 503


def _asked(question: Question, typed: Typed, fault: str) -> dict[str, Any]:
    """Return a question as the template shows it, with what was typed."""
    found = rows(typed, question.name) if question.ends else []
    shown = [
        {end: as_sent(row.get(end, "")) for end in question.ends} for row in found or ([{}] if question.ends else [])
    ]
    parts = {end: as_sent(one(typed, f"{question.name}-{end}")) for end in _ENDS}
    value = typed.get(question.name, ("",))[0] if question.widget != "given" else question.value
    values = typed.get(question.name, ())
    return {"ask": question, "value": as_sent(value), "values": values, "parts": parts, "rows": shown, "fault": fault}


_ENDS = ("day", "month", "year", "time", "role", "agency", "person")
