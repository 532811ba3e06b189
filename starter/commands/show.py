"""`escalate show`: one case, from the register."""

from collections.abc import Mapping
from typing import Any

import click

from adapters.register import reading
from domain.base.known import sender_of
from services import entries
from services.cases import (
    LATE,
    OWED,
    head,
    late_rows,
    open_questions,
    owed_rows,
    plan_lines,
    plan_state,
    reference,
    said_time,
    unknown,
    waiting_lines,
    way_lines,
)
from services.installation import installation
from services.rows import Row
from services.telling import nobody_has
from services.times import now
from settings import Settings
from starter import offered, screen
from starter.spoilt import or_spoilt

LAST = 10


@click.command()
@click.argument("ref")
@click.option(
    "--entries", "last", default=LAST, type=click.IntRange(min=0), help=f"So many of the last entries ({LAST})."
)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout, with every entry.")
def command(ref: str, last: int, as_json: bool) -> None:
    """See where the case REF stands, what it owes, its plan, and what to type next.

    REF may be typed in any way: esc7k2m9qx4 will do. It reads the register, so it works while nothing else runs.

    \b
    Examples:
      escalate show ESC-0000-0000
      escalate show 00000000 --entries 50
      escalate show ESC-0000-0000 --json
    """
    settings = installation()
    url, case = settings.register, reference(ref, settings)
    with or_spoilt(url, case):
        _show(settings, case, last=last, as_json=as_json)


def _show(settings: Settings, case: str, *, last: int, as_json: bool) -> None:
    url = settings.register
    found = reading.read_case(url, case)
    if found is None:
        raise unknown(case)
    made, tries = reading.read_entries(url, case), reading.read_attempts(url, case)
    failed = nobody_has(reading.read_told(url, case), made, tries)
    if as_json:
        more = {
            "links": entries.links(made),
            "guests": entries.guests(made),
            "entries": [one | {"sender": sender_of(one["kind"], one["body"]).as_json()} for one in made],
            "notices_not_accepted": failed,
        }
        screen.as_json(found["view"] | more)
        return
    digest = ((made[0]["body"] or {}).get("editions") or {}).get("policy", "") if made else ""
    edition = reading.read_edition(url, digest) if digest else None
    titles = entries.duty_titles(made, found["view"], edition)
    shown = made[len(made) - min(last, len(made)) :]
    if entries.duties_said(shown) - titles.keys():
        from services.on_record import every_title

        titles = every_title(url, case) | titles
    _print(
        found["view"],
        made,
        shown,
        failed,
        entries.Named(titles, entries.listed_answers(edition)),
        settings,
    )
    _print_unreachable(made)
    _print_open_questions(edition)
    screen.say()
    screen.say(f"How a deadline came about: {screen.program()} explain {case}")
    screen.say(f"As of entry {found['as_of_number']}.")


def _print_owed(view: Mapping[str, Any]) -> None:
    screen.heading("Owed" if not view["ended"] else "Still owed after the end")
    screen.table(OWED, owed_rows(view, now()), indent=2)
    for line in way_lines(view):
        screen.say(f"  {line}")


def _print_numbers(settings: Settings, view: Mapping[str, Any]) -> None:
    """Print whom to ring where something is late or a child at risk: to read a directory takes a while."""
    if view.get("risks") or any(one["overdue"] for one in view["owed"]):
        from services.telephones import telephones_of_case
        from starter.to_ring import show_numbers

        numbers = telephones_of_case(settings, view)
        late = (*numbers.of(view["case"]), *numbers.office)
        show_numbers(*(*numbers.services, *late) if view.get("risks") else (*late, *numbers.services))


def _print_unreachable(made: list[dict[str, Any]]) -> None:
    said = ((made[0]["body"] or {}).get("said") or {}).get("unreachable", ()) if made else ()
    if said:
        screen.heading("Nobody could be reached on the day it opened")
        for sentence in said:
            screen.say(f"  {sentence}", "warning")
        for seat, title in entries.guests(made).items():
            screen.say(f"  Since then {title} is reached as {seat}, in this case alone.")


def _print_open_questions(edition: dict[str, Any] | None) -> None:
    if edition and (said := open_questions(edition)):
        screen.heading("Left open by the area's own text")
        for line in said:
            screen.say(f"  {line}")


def _print(
    view: Mapping[str, Any],
    made: list[dict[str, Any]],
    shown: list[dict[str, Any]],
    failed: list[dict[str, Any]],
    named: entries.Named,
    settings: Settings,
) -> None:
    screen.heading(view["case"])
    for line in head(view):
        screen.say(f"  {line}")
    if links := entries.links(made):
        screen.say(f"  Linked with {', '.join(links)}: each concerns the same person.")
    for seat, title in entries.guests(made).items():
        screen.say(f"  Added for this case alone: {title}, reached as {seat}.")
    _print_numbers(settings, view)
    if view["owed"]:
        _print_owed(view)
    if waits := waiting_lines(view):
        screen.heading("Waits for an answer")
        for line in waits:
            screen.say(f"  {line}", "warning")
    if was_late := late_rows(view):
        screen.heading("Was late, and is owed no more")
        screen.table(LATE, was_late, indent=2)
    if view["plan"]:
        screen.heading(f"Plan: {plan_state(view)}")
        screen.table(("", "what", "owner", "when"), plan_lines(view), indent=2)
    screen.heading("If it must go on" if view["closed_at"] else "What may be recorded now")
    for line in offered.lines(view):
        screen.say(line)
    if shown:
        steps = entries.step_titles(made)
        screen.heading("Last entries")
        screen.table(entries.HEADERS, [entries.entry_row(entry, steps, named) for entry in shown], indent=2)
    if failed:
        screen.heading("Notices that nobody has yet")
        rows = [Row((one["notice_ref"], said_time(one["at"]), one["result"], one["detail"]), "late") for one in failed]
        screen.table(("notice", "last tried, or decided", "result", "reason"), rows, indent=2)
