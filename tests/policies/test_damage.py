"""Four policies, damaged by meaning in more than two hundred ways: each time the fault names the place and the mend."""

import copy
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.policy import Fault, PolicyFaulty, check_policy, read_policy

Tables = dict[str, Any]
FOLDER = Path(__file__).resolve().parents[2] / "policies"
AREAS = ("lincolnshire", "gloucestershire", "sutton", "liverpool")
WHOLE: dict[str, Tables] = {
    area: tomllib.loads((FOLDER / f"{area}.toml").read_text(encoding="utf-8")) for area in AREAS
}
A_FEW = 7
"""Places at which one kind of damage is tried in one policy."""


class Damage:
    """A damaged policy, and what must be said of it."""

    def __init__(self, tables: Tables, place: str, what: str) -> None:
        self.tables, self.place, self.what = tables, place, what


Kind = Callable[[Tables], Iterator[tuple[Callable[[Tables], Any], str, str]]]
"""Gives, for a whole policy, ways to damage a copy of it, with the place and words of the fault each must bring."""


def _stages(tables: Tables) -> Iterator[tuple[int, Tables]]:
    yield from enumerate(tables["stage"])


def _duties(tables: Tables) -> Iterator[tuple[int, int, str, Tables]]:
    for n, stage in _stages(tables):
        for m, duty in enumerate(stage.get("duty", ())):
            yield n, m, f"stage {stage['id']}, duty {m + 1}", duty


def _outcomes(tables: Tables) -> Iterator[tuple[int, int, str, Tables]]:
    for n, stage in _stages(tables):
        for m, outcome in enumerate(stage.get("outcome", ())):
            yield n, m, f"stage {stage['id']}, outcome {outcome['id']}", outcome


def _in_duty(n: int, m: int, key: str, value: Any) -> Callable[[Tables], Any]:
    return lambda tables: tables["stage"][n]["duty"][m].__setitem__(key, value)


def _in_outcome(n: int, m: int, key: str, value: Any) -> Callable[[Tables], Any]:
    return lambda tables: tables["stage"][n]["outcome"][m].__setitem__(key, value)


def _in_table(table: str, name: str, key: str, value: Any) -> Callable[[Tables], Any]:
    return lambda tables: tables[table][name].__setitem__(key, value)


def unknown_role(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, stage in _stages(tables):
        if stage.get("raising"):
            yield (
                (lambda t, n=n: t["stage"][n]["raising"].append("wizard")),
                f"stage {stage['id']}, raising",
                "`wizard`",
            )


def unknown_body(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, stage in _stages(tables):
        yield (lambda t, n=n: t["stage"][n].__setitem__("body", "owls")), f"stage {stage['id']}, body", "`owls`"


def unit_missing(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "within", "5"), f"{place}, within", "is not a period"


def anchor_that_cannot_occur(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    stages = [stage["id"] for stage in tables["stage"]]
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "of", f"{stages[0]}.applause"), f"{place}, of", "applause"


def trigger_of_no_stage(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "when", "attic.opened"), f"{place}, when", "attic"


def unknown_act(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "act", "nod"), f"{place}, act", "`nod` is no act"


def nobody_owes_it(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "by", "everybody"), f"{place}, by", "`everybody`"


def everybody_together_apart(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "by", "every party"), f"{place}, by", "says an outcome"


def counted_back_from_nothing(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, duty in _duties(tables):
        if "of" not in duty and "when" not in duty:
            yield _in_duty(n, m, "within", "2 days before"), f"{place}, of", "none is named"


def strength_of_no_kind(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "strength", "mst"), f"{place}, strength", "cannot be used"


def condition_on_nothing(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "if", {"weather": "fine"}), f"{place}, if", "`weather` is no fact"


def slip_of_the_pen(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _duties(tables):
        yield _in_duty(n, m, "withn", "5 working days"), f"{place}, withn", "not known here"


def way_to_nowhere(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _outcomes(tables):
        yield _in_outcome(n, m, "leads_to", "limbo"), place, "`limbo`"


def end_of_no_kind(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _outcomes(tables):
        yield _in_outcome(n, m, "leads_to", "end: vanished"), place, "is no end"


def nobody_says_it(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _outcomes(tables):
        yield _in_outcome(n, m, "said_by", "somebody"), f"{place}, said_by", "`somebody`"


def need_of_luck(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _outcomes(tables):
        yield _in_outcome(n, m, "needs", ["luck"]), f"{place}, needs", "`luck`"


def need_of_an_answer_nobody_gives(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _outcomes(tables):
        yield _in_outcome(n, m, "needs", ["weather is fine"]), f"{place}, needs", "`weather` is no fact"


def two_outcomes_of_one_id(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, stage in _stages(tables):
        if stage.get("outcome"):
            own = stage["outcome"][0]
            place = f"stage {stage['id']}, outcome {own['id']}"
            yield (lambda t, n=n: t["stage"][n]["outcome"].append(dict(t["stage"][n]["outcome"][0]))), place, "this id"


def resolved_by_one_alone(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, outcome in _outcomes(tables):
        if outcome["said_by"] in {"raising", "any party"}:
            yield _in_outcome(n, m, "leads_to", "end: resolved"), place, "every party says so"


def decided_by_a_side(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, outcome in _outcomes(tables):
        if outcome["said_by"] in {"raising", "any party", "receiving"}:
            yield _in_outcome(n, m, "leads_to", "end: decided"), place, "has the say"


def from_inside_a_stage(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for n, m, place, _ in _outcomes(tables):
        yield _in_outcome(n, m, "from", ["any"]), f"{place}, from", "is said at that stage"


def no_way_on(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    def only_round(t: Tables, n: int) -> None:
        name = t["stage"][n]["id"]
        t["stage"][n]["outcome"] = [{"id": "round", "said_by": "raising", "leads_to": name}]
        for outcome in t.get("outcome", ()):
            outcome["from"] = [s for s in _names(outcome["from"]) if s not in {name, "any"}] or ["ended"]
            if outcome["from"] == ["ended"]:
                outcome["said_by"], outcome["opens"] = "any party", outcome.get("opens", [])
                outcome.pop("leads_to", None)

    for n, stage in _stages(tables):
        if stage.get("strand", "dispute") == "dispute":
            yield (lambda t, n=n: only_round(t, n)), f"stage {stage['id']}", "no end can be reached"


def lonely_stage(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    role = next(iter(tables["role"]))
    tower = {"id": "tower", "title": "Tower", "raising": [role], "strand": "side"}
    yield (lambda t: t["stage"].append(tower)), "stage tower", "no outcome leads to it"


def date_as_text(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    yield (lambda t: t["policy"].__setitem__("effective", "1 May 2025")), "policy, effective", "written as text"


def acts_that_do_not_fit(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    records = [name for name, act in tables["act"].items() if act["kind"] == "record"]
    for name in records[:2]:
        yield _in_table("act", name, "signed_by", ["wizard"]), f"act {name}, signed_by", ""
        yield _in_table("act", name, "seat", "chair"), f"act {name}, seat", "fills no seat"
        yield _in_table("act", name, "sets", "weather"), f"act {name}, sets", "`weather`"
        yield _in_table("act", name, "approved_by", ["wizard"]), f"act {name}, approved_by", "`wizard`"
        yield _in_table("act", name, "later", ["x"]), f"act {name}, later", "has no `later`"
        yield _in_table("act", name, "kind", "dance"), f"act {name}, kind", "cannot be used"
        yield _in_table("act", name, "needs", ["luck"]), f"act {name}, needs", "`luck`"


def seats_that_do_not_fit(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for name in list(tables["role"])[:2]:
        yield _in_table("role", name, "chosen_by", "weather"), f"role {name}, chosen_by", "`weather`"
        yield _in_table("role", name, "instead", {"health": ["wizard"]}), f"role {name}, instead", "`wizard`"
        yield _in_table("role", name, "seat", "somewhere"), f"role {name}, seat", "is no seat"
        yield _in_table("role", name, "seat", "any stage"), f"role {name}", "no act fills it"


def bodies_that_do_not_fit(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for body, place, what in (
        ({"members": ["wizard"]}, "body owls, members", "`wizard`"),
        ({"agencies_at_least": 3}, "body owls", "no act fills it"),
        ({"includes": ["everybody"]}, "body owls, includes", "`everybody`"),
        ({"hears": ["applause"]}, "body owls, hears", "`applause`"),
        ({"agencies_at_least": "three"}, "body owls, agencies_at_least", "whole number"),
    ):
        yield (lambda t, body=body: t.setdefault("body", {}).__setitem__("owls", body)), place, what


def timescales_that_do_not_fit(tables: Tables) -> Iterator[tuple[Any, str, str]]:
    for told, place, what in (
        ({"is": "soon"}, "timescale time", "is not a period"),
        ({"is": "unknown"}, "timescale time", "no gap says so"),
        ({"graded_by": "weather", "grades": {"fine": "1 hour"}}, "timescale time, graded_by", "`weather`"),
        ({"is": "1 hour", "grades": {"fine": "1 hour"}}, "timescale time", "one is missing"),
        ({"is": "1 hour", "case_date_by": ["wizard"]}, "timescale time, case_date_by", "`wizard`"),
        ({"is": "1 hour", "case_date": "sometimes"}, "timescale time, case_date", "cannot be used"),
    ):
        yield (lambda t, told=told: t.setdefault("timescale", {}).__setitem__("time", told)), place, what


KINDS: tuple[Kind, ...] = (
    *(unknown_role, unknown_body, unit_missing, anchor_that_cannot_occur, trigger_of_no_stage, unknown_act),
    *(nobody_owes_it, everybody_together_apart, counted_back_from_nothing, strength_of_no_kind, condition_on_nothing),
    *(slip_of_the_pen, way_to_nowhere, end_of_no_kind, nobody_says_it, need_of_luck, need_of_an_answer_nobody_gives),
    *(two_outcomes_of_one_id, resolved_by_one_alone, decided_by_a_side, from_inside_a_stage, no_way_on, lonely_stage),
    *(date_as_text, acts_that_do_not_fit, seats_that_do_not_fit, bodies_that_do_not_fit, timescales_that_do_not_fit),
)


def _names(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


def damaged(kind: Kind, area: str) -> list[Damage]:
    """Return a few policies damaged in one way, at places spread over the whole of it."""
    ways = list(kind(WHOLE[area]))
    made = []
    for hurt, place, what in ways[:: max(1, len(ways) // A_FEW)]:
        tables = copy.deepcopy(WHOLE[area])
        hurt(tables)
        made.append(Damage(tables, place, what))
    return made


def found(tables: Tables) -> tuple[Fault, ...]:
    """Read and check, and return the faults."""
    try:
        return tuple(fault for fault in check_policy(read_policy(tables)) if fault.severity == "fault")
    except PolicyFaulty as faulty:
        return faulty.faults


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.replace("_", "-"))
def test_damage_of_this_kind_is_told_with_place_and_mend(kind: Kind, area: str) -> None:
    for damage in damaged(kind, area):
        faults = found(damage.tables)
        said = "\n".join(map(str, faults))

        assert [f for f in faults if f.place.startswith(damage.place) and damage.what in f.what], (
            f"{damage.place}: {said}"
        )
        assert all(fault.mend and "http" not in str(fault) for fault in faults)
        assert len(faults) <= 6, said  # a slip is told where it is, and does not drown in what follows of it


def test_more_than_two_hundred_policies_were_damaged() -> None:
    assert sum(len(damaged(kind, area)) for kind in KINDS for area in AREAS) > 200
