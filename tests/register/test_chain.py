"""The hash can be done again by anybody, and no sequence of calls breaks the chain."""

import hashlib
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.register.errors import EntryConflict, EntryGap
from adapters.register.register import Register
from tests.register.made import CASE, NOON, decision, enter, entry, shows, standing

_SO_FAR = iter(range(1, 1_000_000))


def test_the_hash_is_the_documented_sum_the_same_on_both_engines(register: Register) -> None:
    register.enter([decision(1, 3)], [], shows())

    first, second, _ = register.entries(CASE)
    columns: dict[str, Any] = {
        "case_ref": "NS-26-014",
        "number": 2,
        "kind": "act",
        "event_time": "2026-03-02T14:00:00.000000Z",
        "entry_time": "2026-03-02T14:00:00.000007Z",
        "by": "Designated safeguarding lead, Example School",
        "on_behalf_of": "",
        "body_sha256": hashlib.sha256(b'{"act":"discussion","method":"telephone","number":2}').hexdigest(),
        "body_key_id": None,
        "previous_hash": first.hash,
    }

    assert first.previous_hash == "0" * 64
    assert second.hash == hashlib.sha256(rfc8785.dumps(columns)).hexdigest()
    assert second.hash == "0a14ea574c7d61212f7dff60f6b0112311a4e6c5955b712a0e6c846f836aba88"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
bodies = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), json_values, max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(0, 1)), max_size=12))
def test_any_sequence_of_new_repeated_conflicting_and_early_writes_keeps_the_chain(
    register: Register, steps: list[tuple[int, int, int]]
) -> None:
    case = f"NS-99-{next(_SO_FAR)}"
    model: dict[int, int] = {}
    for start, length, version in steps:
        numbers = range(start, start + length)
        batch = [entry(number, case, body={"version": version}) for number in numbers]
        conflict = any(model.get(number, version) != version for number in numbers)
        gap = start > len(model) + 1
        if conflict or gap:
            with pytest.raises((EntryConflict, EntryGap)):
                enter(register, batch, standing(numbers[-1], case))
        else:
            enter(register, batch, standing(numbers[-1], case))
            model |= dict.fromkeys(numbers, version)

    kept = {one.entry.number: one.entry.body["version"] for one in register.entries(case)}
    assert kept == model
    assert register.verify(case) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies, offset=st.integers(-(10**9), 10**9))
def test_any_body_and_time_comes_back_whole_and_can_be_written_twice(
    register: Register, body: dict[str, Any], offset: int
) -> None:
    case = f"NS-98-{next(_SO_FAR)}"
    at = NOON.fromtimestamp(NOON.timestamp() + offset / 1000, tz=NOON.tzinfo)
    meant = entry(1, case, body=body, at=at)
    enter(register, [meant], standing(1, case))
    enter(register, [meant], standing(1, case))

    assert [one.entry for one in register.entries(case)] == [meant]
    assert register.verify(case) == []
