"""Canonical JSON (RFC 8785): one value gives one text, of which a digest is taken."""

import json
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1
"""Of the whole numbers that canonical JSON can hold, and the smallest without its sign."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value.

    Without fractions, and with names in ASCII, that is what Python's own encoder writes, in a quarter of the time.

    Raises ValueError, or RecursionError, where canonical JSON cannot hold it.
    """
    if _is_plain(value):
        try:
            return _ENCODER.encode(value).encode()
        except UnicodeEncodeError:  # a lone surrogate: the library says so in its own words
            pass
    return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    """Does Python's own encoder write it as RFC 8785 says?"""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        return all(type(name) is str and name.isascii() and _is_plain(one) for name, one in value.items())
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return kind is int and -_LARGEST <= value <= _LARGEST
