"""What the record cannot hold is refused before it is taken; immediate risk loses that part alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from adapters.register.decisions import to_bytes
from adapters.register.writing import decided_rows
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.base.value import Value
from domain.case.decided import Decided
from domain.case.effects import Entry
from domain.case.patch import SHAPE, Changes
from domain.commands import ActDone, Opening, PlanConfirmed, RiskRaised
from domain.commands.storable import LARGEST, as_storable, must_be_storable
from tests.domain.case import TUESDAY, Case, london

BY = Actor(agency="hill-school", role="practitioner")


class Anything(Value):
    said: JsonValue


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (ActDone(by=BY, act="discussion", seen=9007199254740993), "seen"),
        (PlanConfirmed(by=BY, version=-(2**60)), "version"),
        (ActDone(by=BY, act="discussion", fields={"reason": "half \ud83d of one"}), "fields.reason"),
        (ActDone(by=BY, act="discussion", fields={"rea\udcffson": "x"}), "fields"),
        (ActDone(by=BY.but(person="\ud800"), act="discussion"), "by.person"),
        (Anything(said=[1, {"ratio": float("nan")}]), "said.2.ratio"),
        (Anything(said=6.912809103974946e16), "said"),
        (Anything(said="a\0b"), "said"),
    ],
)
def test_what_the_record_cannot_hold_is_refused_by_its_place(message: Value, place: str) -> None:
    with pytest.raises(Refusal) as refused:
        must_be_storable(message)

    assert refused.value.sentence.startswith(f"{place} cannot be put on the record: it ")
    assert refused.value.sentence.endswith(".")
    assert "half \ud83d" not in refused.value.sentence


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]

    with pytest.raises(Refusal, match="within each other"):
        must_be_storable(Anything.model_construct(said=deep))


def test_what_it_can_hold_is_taken() -> None:
    must_be_storable(ActDone(by=BY, act="discussion", seen=LARGEST, fields={"reason": "Ysgol y Bryn 👧🏽 \t\n\x7f"}))
    must_be_storable(Anything(said={"a": [None, True, -LARGEST, 0.5, ""]}))
    must_be_storable(Case().opening)


def test_an_opening_whose_policy_cannot_be_kept_is_refused() -> None:
    opening: Opening = Case().opening

    with pytest.raises(Refusal, match=r"policy\.title"):
        must_be_storable(opening.but(policy=opening.policy.but(title="\ud800")))


def test_rule_44_immediate_risk_loses_only_what_the_record_cannot_hold() -> None:
    whole = RiskRaised(by=BY, wording="He said: now?", seen=3, id="x", at=london(TUESDAY))
    torn = whole.but(wording="He said: \ud83dnow\0?", seen=2**60, by=BY.but(person="\udcff"))

    assert as_storable(whole) is whole
    kept = as_storable(torn)
    assert kept == whole.but(wording="He said: \ufffdnow\ufffd?", seen=None, by=BY.but(person="\ufffd"))
    must_be_storable(kept)


@given(
    said=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(categories=None)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    )
)
def test_whatever_is_taken_the_register_can_write(said: JsonValue) -> None:
    message = Anything.model_construct(said=said)
    try:
        must_be_storable(message)
    except Refusal:
        return
    at = london(TUESDAY)
    entry = Entry(case="ESC-TEST", number=1, kind="act", at=at, entered_at=at, body={"said": said})
    decided = Decided(entries=(entry,), changes=Changes(shape=SHAPE, ops=((["x"], said),)))

    assert to_bytes(decided)
    assert decided_rows([decided], _beginning(), None)


def _beginning() -> Any:
    from adapters.register.writing import End

    return End(0, "0" * 64)
