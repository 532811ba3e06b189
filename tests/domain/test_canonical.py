"""Canonical JSON is the library's, byte for byte, and so are its refusals."""

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from domain.base.canonical import canonical

_PLAIN = st.none() | st.booleans() | st.integers(-(2**53) - 2, 2**53 + 2) | st.floats() | st.text(st.characters())
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(st.characters()), inner),
)


@given(_VALUES)
@example({"b": 1, "a": [True, None, '\x00\x1f\x7f"\\/\b\t\n\u2028é😀']})
@example({"\ufb33": 1, "😀": 2, "é": 3})
@example([2**53 - 1, -(2**53) + 1, 1e21, 0.1, -0.0])
@example(["\ud800"])
@example([2**53])
def test_the_same_bytes_or_the_same_refusal(value: object) -> None:
    try:
        wanted = rfc8785.dumps(value)  # type: ignore[arg-type]
    except ValueError as error:
        with pytest.raises(type(error)):
            canonical(value)
    else:
        assert canonical(value) == wanted


@pytest.mark.parametrize("value", [{1: 2}, {"a": {3}}, object()])
def test_what_is_no_json_is_refused_in_the_same_words(value: object) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)
