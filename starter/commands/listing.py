"""`escalate list`: the open cases, the next due first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from adapters.register import reading
from services.cases import said_due
from services.installation import installation
from services.narrowing import narrowed
from services.rows import Row
from services.times import now, read_before
from starter import access, screen

HEADERS = ("case", "policy", "stage", "urgency", "next due", "overdue", "agencies")
THEIRS = "their record"
"""Over the raising agency's own number, where any case that is listed has one."""


@click.command("list")
@click.option("--overdue", is_flag=True, help="Only cases with something overdue.")
@click.option(
    "--due-before",
    default="",
    metavar="TIME",
    help="Only cases with something due before: 2026-12-05 means by the end of 4 December; or `tomorrow 09:00`.",
)
@click.option("--stage", default=None, help="Only cases at this step: step-2, its title, ended, closed, void.")
@click.option("--agency", default=None, help="Only cases of this agency: its id, title or alias.")
@click.option("--policy", default=None, help="Only cases under this policy, by its id.")
@click.option("--all", "include_closed", is_flag=True, help="Closed cases too.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(due_before: str, as_json: bool, **filters: Any) -> None:
    """See the open cases, the next due first.

    Where the raising agency keeps it under a number of its own, that stands last. It reads the register, so it works
    while nothing else runs; what has come due since is marked as passed.

    \b
    Examples:
      escalate list
      escalate list --overdue --agency police
      escalate list --due-before "tomorrow 17:00" --json
    """
    settings = installation()
    before = read_before(due_before, "--due-before") if due_before else None
    wanted = {name: filters.pop(name) for name in ("stage", "agency", "policy")}
    asked = narrowed(settings, **wanted) if any(one is not None for one in wanted.values()) else None
    cases = reading.list_cases(settings.register, due_before=before, **filters)
    cases = access.visible(settings, [case for case in cases if asked is None or asked.fits(case)])
    said = {name: value for name, value in {**wanted, **filters, "due_before": due_before}.items() if value}
    access.listed(settings, "list", said, len(cases), exported=as_json)
    theirs = reading.own_records(settings.register, [case["case_ref"] for case in cases])
    if as_json:
        screen.as_json([_told(case, theirs) for case in cases])
    elif cases:
        rows = [_row(case, now()) for case in cases]
        if theirs:
            own = [theirs.get(case["case_ref"], "") for case in cases]
            rows = [row._replace(cells=(*row.cells, one)) for row, one in zip(rows, own, strict=True)]
        screen.table((*HEADERS, THEIRS) if theirs else HEADERS, rows)
    elif before or asked or any(filters.values()):
        screen.say("No case fits that. Without options, `escalate list` shows every open case.")
    else:
        screen.say("No case is open. To open one, type  escalate start")


def _told(case: dict[str, Any], theirs: Mapping[str, str]) -> dict[str, Any]:
    return {**case, "next_due_words": said_due(case["next_due"]), "own_record": theirs.get(case["case_ref"], "")}


def _row(case: dict[str, Any], moment: datetime) -> Row:
    if "unreadable" in case:
        says = f"cannot be read: {screen.program()} verify {case['case_ref']} says what is wrong"
        return Row((case["case_ref"], says, *[""] * (len(HEADERS) - 2)), "late")
    due = said_due(case["next_due"])
    has_passed = case["next_due"] is not None and datetime.fromisoformat(case["next_due"]) < moment
    if has_passed and case["open"] and not case["overdue"]:
        due += " (passed)"
    late = f"OVERDUE {case['overdue']}" if case["overdue"] else ""
    tone = "late" if case["overdue"] or case["urgency"] == "immediate risk" else "warning" if has_passed else ""
    return Row(
        (case["case_ref"], case["policy"], case["stage"], case["urgency"], due, late, ", ".join(case["agencies"])), tone
    )
