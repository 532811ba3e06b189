"""The one place where it is asked who types, whether they may, and where their looks go into the record of reads.

Immediate risk is asked nothing here: whoever cries it is heard.
"""

import copy
import functools
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.people.file import Person
from adapters.people.roles import COMMANDS, Right
from domain.base.refusals import listed as said_or
from services import rights
from services.accounts import Somebody, somebody
from services.errors import REFUSED, Trouble
from services.installation import installation
from services.rights import RISK_IS_HEARD, Look, must_see, note_look
from settings import Settings

if TYPE_CHECKING:
    from services.senders import SignedIn

GLASS = "break_glass"
_KNOWN = "by the account of the machine"
_ANOTHER_REFERENCE = "other"
"""Parameter of a command about two cases."""
TYPED = "typed"
"""Under which `record` keeps its whole line, for immediate risk."""


def account() -> str:
    """Return the name of the account that runs this program. Tests put another in its place."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number without a name
        return str(os.getuid())


def typist(settings: Settings) -> Somebody:
    """Return who types, by the account that runs this program."""
    return somebody(settings, account())


def guarded(words: str, command: click.Command) -> click.Command:
    """Return a command that is asked for before it does anything; *words* are those that it is typed by."""
    right = COMMANDS[words]
    made = copy.copy(command)
    done = command.callback
    if right.is_opened_by_glass:
        made.params = [*command.params, _glass()]

    @functools.wraps(done or (lambda: None))
    def asked(*args: Any, **params: Any) -> Any:
        reason = params.pop(GLASS, "")
        ask(words, right, params, reason)
        return done(*args, **params) if done else None

    made.callback = asked
    return made


def _glass() -> click.Option:
    says = "Open a case that your role may not see, and say why: it is on record, and the office is told at once."
    return click.Option(["--break-glass"], default="", metavar="REASON", help=says)


def ask(words: str, right: Right, params: Mapping[str, Any], reason: str = "") -> None:
    """See that whoever types may; note their look where it is one.

    Raises:
        Trouble: they may not. The sentence says what to do; it is in the record of reads where it is about a case.
    """
    if not right.roles or _is_risk(words, params):
        return
    settings = installation()
    who, why_not = typist(settings)
    if who.role not in right.roles:
        if right.of == "case" and (case := _reference(params, settings)):
            _note(settings, "failed to open", who, case, words)
        raise Trouble(f"{why_not or _not_for(who, words)} {RISK_IS_HEARD}", REFUSED)
    if right.of == "case":
        for parameter in ("ref", _ANOTHER_REFERENCE):
            if params.get(parameter):
                _ask_of_case(settings, words, right, who, _reference(params, settings, parameter), params, reason)


def _not_for(who: Person, words: str) -> str:
    theirs = said_or([*map(str, sorted(COMMANDS[words].roles))], "or")
    return (
        f"`escalate {words}` is not for the role {who.role} (account {who.account}), but for {theirs}: ask the "
        "partnership's office to do it."
    )


def _ask_of_case(
    settings: Settings, words: str, right: Right, who: Person, case: str, params: Mapping[str, Any], reason: str
) -> None:
    is_read = bool(right.read) and not click.get_current_context().invoked_subcommand
    what = ("exported" if params.get("as_json") else right.read) if is_read else ""
    glass = (
        f' Where it cannot wait: escalate {words} {case} --break-glass "why"; the office is told of it.'
        if right.is_opened_by_glass
        else ""
    )
    look = Look(who, _KNOWN, case, words, what)
    must_see(settings, look, reason if right.is_opened_by_glass else "", glass)


def _is_risk(words: str, params: Mapping[str, Any]) -> bool:
    """Does somebody cry immediate risk, in any of the ways there are to type it?"""
    if words == "start":
        return bool(params.get("immediate_risk")) or _says_risk(params.get("file"))
    if words != "record":
        return False
    from services.command_fields import is_risk

    from .command_options import risk_after

    context = click.get_current_context()
    return is_risk(context.invoked_subcommand or "") or risk_after(context.meta.get(TYPED, ())) is not None


def _says_risk(file: str | None) -> bool:
    """Does a referral's file say immediate risk? One that cannot be read says nothing: `start` will say why."""
    if not file:
        return False
    from services.referrals import read_referral

    try:
        return read_referral(Path(file)).immediate_risk
    except (Trouble, OSError, ValueError):
        return False


def _reference(params: Mapping[str, Any], settings: Settings, parameter: str = "ref") -> str:
    from services.cases import reference

    typed = params.get(parameter) or ""
    if not typed:
        return ""
    return reference(typed, settings)


def visible(settings: Settings, cases: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of *cases*, as the register lists them, that whoever types is to know of."""
    return rights.visible(settings, typist(settings).person, cases)


def listed(
    settings: Settings,
    words: str,
    narrowed: Mapping[str, Any],
    count: int,
    one: str = "case",
    more: str = "cases",
    *,
    exported: bool = False,
) -> None:
    """Note that whoever types has listed cases: one row, with by what they were narrowed and how many they are."""
    by = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in narrowed.items() if value)
    detail = f"{words}{f' ({by})' if by else ''}: {count} {one if count == 1 else more}"
    _note(settings, "exported" if exported else "listed", typist(settings).person, "", detail)


def sender(settings: Settings) -> "SignedIn":
    """Return whoever types, as the sender of what they type. Nothing is read before it is needed."""
    from services.senders import SignedIn

    return SignedIn(lambda: typist(settings).person)


def _note(settings: Settings, what: str, who: Person, case: str, detail: str) -> None:
    note_look(settings, Look(who, _KNOWN, case, detail, what))
