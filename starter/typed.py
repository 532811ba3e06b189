"""What was typed after `escalate record`: which options go together, and the free texts among them."""

from collections.abc import Mapping
from typing import Any

from domain.refusals import listed

from .exits import Trouble
from .offered import TELEPHONED

VERBS = ("propose", "confirm", "unconfirm", "risk", "acknowledge", "contest", "correct", "waive")
"""What is typed as it is, in every policy; everything else is an act or an outcome of the policy."""
_FIELDS = ("field", "reason", "interim_safety", "replacement", "fits_existing_plan", "note")
_TAKES: dict[str, tuple[str, ...]] = {
    "act": ("stage", "method", "with_", "date", "chair", "action", *_FIELDS),
    "outcome": ("stage", "to", *_FIELDS),
    "propose": ("action", "residual", "no_residual", *_FIELDS),
    "confirm": ("version",),
    "unconfirm": ("version",),
    "risk": ("note",),
    "acknowledge": (),
    "contest": ("entry", "reason"),
    "correct": ("entry", "reason", "happened", "strike"),
    "waive": ("duty", "reason"),
}
_ALWAYS = ("by", "role", "person", "at", "seen", "id", "on_behalf_by", "evidence")
Said = Mapping[str, Any]
"""Options by their Python names, empty where they were not typed."""


def must_fit(kind: str, name: str, said: Said) -> None:
    """Raise Trouble for an option that says nothing in a message of this kind, and for a missing one."""
    for option, value in said.items():
        if value and option not in _TAKES[kind] and option not in _ALWAYS:
            fitting = [other for other, takes in _TAKES.items() if option in takes]
            shown = {"act": "an act", "outcome": "an outcome"}
            raise Trouble(
                f"{_option(option)} says nothing here: it goes with {listed([shown.get(o, o) for o in fitting], 'or')}."
            )
    if kind == "contest" and not (said["entry"] and said["reason"]):
        raise Trouble('Say which entry is contested and why: --entry NUMBER --reason "…".')
    if kind == "correct" and not (said["entry"] and said["reason"] and bool(said["happened"]) != said["strike"]):
        raise Trouble(
            'Say which entry was wrong, why, and what is right: --entry NUMBER --reason "…" with --happened TIME, '
            "or with --strike where it did not happen at all."
        )
    if kind == "waive" and not (said["duty"] and said["reason"] and said["person"]):
        raise Trouble('Say what is let go, by whom and why: --duty NUMBER --person HANDLE --reason "…".')
    if kind not in {"risk", "acknowledge"} and name != TELEPHONED and not said["role"]:
        raise Trouble("Say who it was: --by AGENCY --role ROLE (a seat of the partnership needs no --by).")
    if bool(said["on_behalf_by"]) != bool(said["evidence"]):
        raise Trouble("Who enters it for somebody else says so with both: --on-behalf-by WHO --evidence TEXT.")


def texts(said: Said) -> dict[str, str]:
    """Return every free text that was typed, by its option, for the looks that are taken at it before it is sent."""
    found = {_option(name): said[name] for name in ("reason", "interim_safety", "note", "evidence") if said[name]}
    found |= {f"--field {name}": text for name, text in said["field"].items()}
    return found | {_option(name): "\n".join(said[name]) for name in ("action", "residual") if said[name]}


def _option(name: str) -> str:
    return f"--{name.strip('_').replace('_', '-')}"
