"""What people wrote in some cases, for whoever looks for words: the bodies of their entries, in one query."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from .drivers import rows
from .errors import RegisterError, RegisterSpoilt, RegisterUnreachable
from .keys_read import KeysRead
from .plain import body_text


class Written(NamedTuple):
    """What stands in one entry, before anybody has taken it apart."""

    number: int
    text: str
    """JSON in its canonical form, in which but a quotation mark, a backslash and control characters stand as they are;
    the body of the entry is in it, with all that people wrote.
    """
    is_sealed: bool

    @property
    def body(self) -> dict[str, Any]:
        """The entry's body. Raises ValueError, TypeError, LookupError and RecursionError where it is none."""
        whole = json.loads(self.text)
        return dict(whole["body"] if self.is_sealed else whole)


def read_written(url: str, refs: Sequence[str]) -> "dict[str, list[Written] | RegisterError]":
    """Return the entries of each of some cases, by their numbers, or why they cannot be read.

    All are read in one query, so give no more than some hundred. Raises RegisterUnreachable and NothingThere.
    """
    values = {f"ref{number}": ref for number, ref in enumerate(refs)}
    names, keys = ", ".join(f":{name}" for name in values), KeysRead(url, of=refs)
    found: dict[str, list[Written] | RegisterError] = {ref: [] for ref in refs}
    query = (
        f"SELECT case_ref, number, body, body_key_id FROM entry WHERE case_ref IN ({names}) "  # noqa: S608
        "ORDER BY case_ref, number"
    )
    for row in rows(url, query, values):
        ref, held = row["case_ref"], found[row["case_ref"]]
        if isinstance(held, RegisterError):
            continue
        try:
            one = Written(row["number"], body_text(row, keys.of(ref)), row["body_key_id"] is not None)
            if not one.is_sealed:  # what is sealed was seen to be as it was written
                _ = one.body
            held.append(one)
        except RegisterUnreachable:
            raise
        except RegisterError as error:
            found[ref] = error
        except (ValueError, TypeError, LookupError, RecursionError):
            found[ref] = RegisterSpoilt(f"entry {row['number']} of {ref}")
    return found
