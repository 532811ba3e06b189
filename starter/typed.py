"""What was typed after `escalate record`: which options go together, and the free texts among them."""

from collections.abc import Mapping
from typing import Any

import click

from domain.refusals import listed, meant

from .errors import Trouble
from .offered import TELEPHONED

VERBS = (
    *("propose", "confirm", "unconfirm", "risk", "acknowledge", "contest", "correct", "waive"),
    *("fact", "join", "leave", "agree-date", "fill", "meetings", "extend", "pause", "unpause", "withdraw"),
    *("hand-over", "not-mine", "left", "mended"),
)
"""What is typed as it is, in every policy; everything else is an act or an outcome of the policy."""
_FIELDS = ("field", "reason", "interim_safety", "replacement", "fits_existing_plan", "note")
_TAKES: dict[str, tuple[str, ...]] = {
    "act": ("stage", "method", "with_", "date", "chair", "appoint", "action", *_FIELDS),
    "outcome": ("stage", "to", *_FIELDS),
    "propose": ("action", "residual", "no_residual", *_FIELDS),
    "confirm": ("version",),
    "unconfirm": ("version",),
    "risk": ("note",),
    "acknowledge": (),
    "contest": ("entry", "reason"),
    "correct": ("entry", "reason", "happened", "strike"),
    "waive": ("duty", "reason"),
    "fact": ("fact", "reason"),
    "join": ("agency", "side", "reason"),
    "leave": ("agency", "reason"),
    "agree-date": ("timescale", "until", "reason"),
    "fill": ("timescale", "within", "whose"),
    "meetings": ("group", "meeting"),
    "extend": ("duty", "until", "reason"),
    "pause": ("until", "reason"),
    "unpause": ("reason",),
    "withdraw": ("reason",),
    "hand-over": ("duty", "to", "until", "reason"),
    "not-mine": ("reason",),
    "left": ("reason",),
    "mended": ("seat",),
}
_NEEDS: dict[str, tuple[tuple[str, ...], str]] = {
    "contest": (("entry", "reason"), 'Say which entry is contested and why: --entry NUMBER --reason "…".'),
    "waive": (
        ("duty", "reason", "person"),
        'Say what is let go, by whom and why: --duty NUMBER --person HANDLE --reason "…".',
    ),
    "fact": (("fact",), "Say what is answered, and how: --fact NAME=VALUE; a change needs --reason too."),
    "join": (
        ("agency", "side", "reason"),
        'Say which agency joins, on which side and why: --agency AGENCY --side raising|receiving --reason "…".',
    ),
    "leave": (("agency", "reason"), 'Say which party leaves and why: --agency AGENCY --reason "…".'),
    "agree-date": (("timescale", "until"), "Say what the date is for, and the date: --timescale NAME --until TIME."),
    "fill": (
        ("timescale", "within", "whose"),
        'Say which number it is, what it is, and whose: --timescale NAME --within "5 working days" --whose "…".',
    ),
    "meetings": (("group", "meeting"), "Say who meets, and each meeting still ahead: --group ROLE --meeting TIME."),
    "extend": (
        ("duty", "until", "reason"),
        'Say what is put off, until when and why: --duty NUMBER --until TIME --reason "…".',
    ),
    "pause": (("until", "reason"), 'Say until when the clocks stand still, and why: --until TIME --reason "…".'),
    "withdraw": (("reason",), 'Say why it is withdrawn: --reason "…".'),
    "hand-over": (
        ("duty", "to", "reason"),
        'Say what goes to whom, until when and why: --duty NUMBER --to ROLE@AGENCY --until TIME --reason "…".',
    ),
    "mended": (("seat",), "Say which seat has the right person now: --seat ROLE@AGENCY."),
}
"""Kind of message to what it cannot be without, and how that is said."""
_ASKED = ("reason", "interim_safety", "whose")
"""Texts that somebody at a terminal is asked for where they are left out."""
_ALWAYS = ("by", "role", "person", "at", "seen", "id", "on_behalf_by", "evidence")
YES = ("yes", "y", "yeah", "yep", "j", "ja", "ok")
NO = ("no", "n", "nope", "nein")
Said = Mapping[str, Any]
"""Options by their Python names, empty where they were not typed."""


def yes_or_no(said: str) -> str:
    """Return `yes` or `no` where *said* is a way to say it, else nothing."""
    word = said.strip().casefold()
    return "yes" if word in YES else "no" if word in NO else ""


class YesOrNo(click.ParamType[str]):
    """An option that is answered with yes or no, in any of the ways there are to say it."""

    name = "yes|no"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return `yes` or `no`."""
        return yes_or_no(value) or self.fail(f"{value[:40]!r} is neither yes nor no.", param, ctx)


def must_fit(kind: str, name: str, said: Said) -> None:
    """Raise Trouble for an option that says nothing in a message of this kind, and for a missing one."""
    for option, value in said.items():
        if value and option not in _TAKES[kind] and option not in _ALWAYS:
            fitting = [other for other, takes in _TAKES.items() if option in takes]
            shown = {"act": "an act", "outcome": "an outcome"}
            raise Trouble(
                f"{_option(option)} says nothing here: it goes with {listed([shown.get(o, o) for o in fitting], 'or')}."
            )
    needs, sentence = _NEEDS.get(kind, ((), ""))
    if not all(said[need] for need in needs):
        raise Trouble(sentence)
    if len(said["fact"]) > 1:
        raise Trouble("--fact: answer one thing at a time, each with a message of its own.")
    if kind == "correct" and not (said["entry"] and said["reason"] and bool(said["happened"]) != said["strike"]):
        raise Trouble(
            'Say which entry was wrong, why, and what is right: --entry NUMBER --reason "…" with --happened TIME, '
            "or with --strike where it did not happen at all."
        )
    if kind not in {"risk", "acknowledge"} and name != TELEPHONED and not said["role"]:
        risk = meant(name, ("risk",))  # mistyped, it must not seem to ask for more words
        raise Trouble(f"Say who it was: --by AGENCY --role ROLE (a seat of the partnership needs no --by).{risk}")
    if bool(said["on_behalf_by"]) != bool(said["evidence"]):
        raise Trouble("Who enters it for somebody else says so with both: --on-behalf-by WHO --evidence TEXT.")


def texts_needed(act: str, stage: str, view: Mapping[str, Any]) -> list[str]:
    """Return the options of the texts that an act, an outcome or one of VERBS needs, as far as *view* offers it."""
    if act in VERBS:
        return [name for name in _NEEDS.get(act, ((), ""))[0] if name in _ASKED]
    offers = [one for one in view.get("offers", ()) if one["name"] == act and stage in {"", one["stage"]}]
    wanted = {need.replace("-", "_") for one in offers for need in one["needs"]}
    return [name for name in _ASKED if name in wanted]


def texts(said: Said) -> dict[str, str]:
    """Return every word that was typed, by its option, for the looks that are taken at it before it is sent.

    A name that the sender made up, such as a field's, may be a child's as well as its text.
    """
    found: dict[str, str] = {}
    for name, value in said.items():
        if isinstance(value, str):
            found[_option(name)] = value
        elif isinstance(value, tuple):
            found[_option(name)] = "\n".join(value)
        elif isinstance(value, dict):
            found |= {f"{_option(name)} {key}": text for key, text in value.items()}
            found[f"{_option(name)} (a name)"] = "\n".join(value)
    return {option: text for option, text in found.items() if text}


def _option(name: str) -> str:
    return f"--{name.strip('_').replace('_', '-')}"
