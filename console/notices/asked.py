"""What the page of a seat says beside what is owed: how it was counted, the plan, who said what, the ladder, and what
may be recorded from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.links import Linked
from console.recording.possible import ANSWER, Possible, possible
from console.recording.rendered import Line, grouped, lines_of, plan_shown
from console.recording.standing import Row, Standing
from domain.base.people import Actor
from domain.case.state import Escalation
from domain.views.explanation import explain
from services.explained import lines_of as counted_lines
from services.ladder import Rung, rungs

from .desk import FORM, RISK, path_of

Way = tuple[Possible, str]
"""What may be recorded, and where its form stands."""
_SHARED = frozenset(
    {
        *("opened", "act", "outcome", "claim", "withdrawn", "reopened", "contested", "corrected", "fact-said"),
        *("plan-proposed", "plan-confirmed", "plan-unconfirmed", "date-proposed", "date-agreed"),
        *("extension-proposed", "extended", "pause-proposed", "paused", "unpaused"),
        *("party-joined", "party-left", "leave-proposed", "risk", "risk-again"),
    }
)
"""Kinds of entry that both sides read of each other. Who hands what to whom, and why, is a side's own affair."""
_OWN = frozenset({"consultation"})
"""Kinds of act in which one side talks among its own: its words are for itself."""
AT_FIRST = 6
"""So many of the newest lines are shown; the others are opened."""


@dataclass(frozen=True)
class Asked:
    """What the page of a seat says beside what is owed."""

    counted: Mapping[int, Sequence[tuple[str, str]]]
    """How each deadline was counted, by the number of its duty."""
    plan: Row | None
    is_about_plan: bool
    lines: Sequence[Line]
    """What both sides have recorded, the newest first; none for a seat that is no party's."""
    rungs: Sequence[Rung]
    answers: Sequence[Way]
    """What answers this letter."""
    others: Sequence[tuple[str, Sequence[Way]]]
    risk: str
    """Where immediate risk is raised."""


def is_of_party(standing: Standing, linked: Linked) -> bool:
    """Is it the seat of a party of the case, as it stands now?"""
    return bool(linked.agency) and any(linked.agency in {one["id"], one["agency"]} for one in standing.parties)


def asked_of(linked: Linked, link: str, standing: Standing, case: Escalation | None) -> Asked:
    """Say it, to whoever holds a link. *case* is the case as its record tells it; None where it does not."""
    ways = possible(standing, Actor(agency=linked.agency, role=linked.role))
    found = [(group, [(one, path_of(link, one)) for one in ones]) for group, ones in grouped(ways)]
    is_party = is_of_party(standing, linked)
    answers = next((ones for group, ones in found if group == ANSWER), [])
    return Asked(
        counted=_counted(case) if case else {},
        plan=plan_shown(standing) if is_party else None,
        is_about_plan=any(one.name in {"confirm", "propose"} for one, _ in answers),
        lines=list(_said(standing, linked)) if is_party else (),
        rungs=rungs(case) if case else (),
        answers=answers,
        others=[(group, ones) for group, ones in found if group != ANSWER],
        risk=f"{link}?{FORM}={RISK}",
    )


def _counted(case: Escalation) -> dict[int, Sequence[tuple[str, str]]]:
    return {one.number: [*counted_lines(case, one)] for one in explain(case) if one.state == "outstanding"}


def _said(standing: Standing, linked: Linked) -> Iterator[Line]:
    """Yield what parties said, the newest first."""
    for entry in reversed(standing.entries):
        if entry["kind"] not in _SHARED or not _is_of_a_party(standing, entry):
            continue
        is_own = linked.agency in _speakers(entry)
        yield from lines_of(standing, [entry], with_words=is_own or not _is_among_themselves(standing, entry))


def _is_of_a_party(standing: Standing, entry: Row) -> bool:
    return any(agency in {one["id"], one["agency"]} for one in standing.parties for agency in _speakers(entry))


def _speakers(entry: Row) -> set[str]:
    said = (entry["body"] or {}).get("said", {})
    return {said["raising"]} if "raising" in said else {said.get("by", {}).get("agency", "")} - {""}


def _is_among_themselves(standing: Standing, entry: Row) -> bool:
    act = (entry["body"] or {}).get("act", "").partition(".")[0]
    return standing.edition.get("acts", {}).get(act, {}).get("kind") in _OWN
