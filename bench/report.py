"""The figures of a comparison, as a table for people and as JSON."""

import json
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bench.counting import Counts
from bench.measuring import Report, Round


class Line(NamedTuple):
    """One measure: a value for each round of each side."""

    name: str
    floor: list[float]
    ours: list[float]
    places: int = 0

    @property
    def ratios(self) -> list[float]:
        """Ours to the floor, round by round."""
        return [ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)]


def lines(report: Report) -> list[Line]:
    """Return every measure. Histories count only where the case had settled before each outcome."""
    floor, ours = report.rounds["floor"], report.rounds["ours"]

    def line(name: str, of: Callable[[Round], float], places: int = 0) -> Line:
        return Line(name, [of(one) for one in floor], [of(one) for one in ours], places)

    def counted(name: str, of: Callable[[Counts], float]) -> Line:
        return line(name, lambda one: statistics.median(of(each) for each in settled(one)))

    return [
        counted("events", lambda one: one.events),
        counted("events that are no workflow-task events", lambda one: one.beside_tasks),
        counted("workflow tasks", lambda one: one.tasks),
        counted("billable actions in the history", lambda one: one.actions),
        line("billable actions as the server counts them", lambda one: one.server_actions, 1),
        counted("bytes of history", lambda one: one.bytes),
        counted("bytes of history without pinned editions", lambda one: one.bytes - one.edition_bytes),
        line("CPU ms a case, worker and server", lambda one: one.worker_ms + one.server_ms),
        line("CPU ms a case, worker", lambda one: one.worker_ms),
        line("CPU ms a case, server", lambda one: one.server_ms),
        line("answer to an outcome, median ms", lambda one: statistics.median(one.answers), 1),
    ]


def settled(one: Round) -> list[Counts]:
    """Return the counts of cases that had settled before each outcome; all of them where none had."""
    return [each for each in one.counts if each.is_settled] or one.counts


def as_table(report: Report) -> str:
    """Return the figures as a Markdown table: medians of the rounds, with the lowest and highest where they differ."""
    cases = sum(len(one.counts) for side in report.rounds.values() for one in side)
    quiet = sum(each.is_settled for side in report.rounds.values() for one in side for each in one.counts)
    options = report.options
    rows = [
        ", ".join(f"{name} {value}" for name, value in report.machine.items()),
        f"{options.rounds} rounds of {options.cases} cases a side, {options.think} s before each outcome.",
        f"{quiet} of {cases} cases had settled before each outcome; only those histories are counted.",
        "",
        "| measure | floor | ours | ours to floor |",
        "|---|--:|--:|--:|",
    ]
    for line in lines(report):
        cells = (line.name, _span(line.floor, line.places), _span(line.ours, line.places), _span(line.ratios, 2))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def as_json(report: Report) -> str:
    """Return everything, round by round."""
    whole = {
        "machine": report.machine,
        "options": report.options._asdict(),
        "measures": {
            line.name: {"floor": line.floor, "ours": line.ours, "ratios": line.ratios} for line in lines(report)
        },
        "events": {name: settled(rounds[-1])[-1].kinds for name, rounds in report.rounds.items()},
    }
    return json.dumps(whole, indent=2)


def _span(values: Sequence[float], places: int) -> str:
    shown = [f"{value:,.{places}f}" for value in (statistics.median(values), min(values), max(values))]
    return shown[0] if shown[1] == shown[2] else f"{shown[0]} ({shown[1]}–{shown[2]})"
