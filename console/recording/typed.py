"""What was typed into a form: kept as it was sent, shown again as it was, with rows added and taken away."""

from collections.abc import Mapping
from hashlib import sha256

from markupsafe import Markup, escape
from starlette.datastructures import FormData

from console.confirming.confirming import NEW, TYPED

Typed = Mapping[str, tuple[str, ...]]
"""Everything that was typed, by the names of its fields, each as often as it was sent."""
DO, ID, SEEN, NAMES_NOBODY = "do", "id", "seen", "names-nobody"
CONTROL = frozenset({DO, ID, SEEN, NAMES_NOBODY, "mark", "asked", "sure", "break-glass", *(TYPED, NEW)})
"""Fields of every form, beside what is asked in it."""
MOST_ROWS = 20
ROW_ENDS = ("what", "owner", "role", "agency", "person", "day", "month", "year", "time")
"""How the names of the fields of one row end."""


def typed_in(form: FormData) -> Typed:
    """Return what somebody typed into a form, without what every form has; ends of lines are plain."""
    names = dict.fromkeys(name for name in form if name not in CONTROL)
    return {name: tuple(_plain(one) for one in form.getlist(name) if isinstance(one, str)) for name in names}


def one(typed: Typed, name: str) -> str:
    """Return what was typed into the only field of a name, without blanks around it."""
    return next(iter(typed.get(name, ())), "").strip()


def rows(typed: Typed, name: str) -> list[dict[str, str]]:
    """Return the rows of a question, each as what was typed into its fields by how their names end."""
    parts = {end: typed[f"{name}-{end}"] for end in ROW_ENDS if f"{name}-{end}" in typed}
    many = max((len(values) for values in parts.values()), default=0)
    return [{end: values[at] if at < len(values) else "" for end, values in parts.items()} for at in range(many)]


def with_row(typed: Typed, name: str, ends: tuple[str, ...]) -> Typed:
    """Return it with one more empty row, as far as there is room."""
    now = rows(typed, name) or [{}]
    return typed if len(now) >= MOST_ROWS else _with(typed, name, ends, [*now, {}])


def without_row(typed: Typed, name: str, ends: tuple[str, ...], number: int) -> Typed:
    """Return it without one row, counted from 1."""
    return _with(typed, name, ends, [row for at, row in enumerate(rows(typed, name), 1) if at != number])


def _with(typed: Typed, name: str, ends: tuple[str, ...], now: list[dict[str, str]]) -> Typed:
    return {**typed, **{f"{name}-{end}": tuple(row.get(end, "") for row in now) for end in ends}}


def digest(*said: str, typed: Typed) -> str:
    """Return what identifies these very words: a signature over it holds for nothing else."""
    parts = [*said, *(f"{name}={value}" for name in sorted(typed) for value in typed[name])]
    return sha256("".join(f"{len(part.encode())}:{part}" for part in parts).encode()).hexdigest()


def as_sent(text: str) -> Markup:
    """Return a text for a field of a form: escaped, and otherwise as it was sent, so that it comes back unchanged."""
    return escape(text)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
