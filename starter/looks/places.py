"""Where things lie: the register, the outbox, the files of secrets, and whether cases are real."""

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adapters.given import is_file, read_text
from settings import PREFIX, Settings

from .finding import Finding
from .room import room


def register(settings: Settings) -> Iterator[Finding]:
    """Can it be read and written, and is there room for it? What is written for a trial is taken back."""
    from adapters.register.address import shown, sqlite_path
    from adapters.register.errors import NothingThere, RegisterError, RegisterUnreachable
    from adapters.register.reading import is_empty
    from adapters.register.register import Register

    try:
        empty = is_empty(settings.register)
    except NothingThere as error:
        yield Finding(
            "register", "warning", str(error).partition(":")[0] + ".", "Run `escalate worker` or `escalate up`."
        )
    except RegisterUnreachable as error:
        yield Finding("register", "problem", str(error))
    except ValueError as error:
        yield Finding("register", "problem", str(error), "The setting is ESCALATION_REGISTER.")
    else:
        file = sqlite_path(settings.register)
        amiss = list(room("register", file.resolve().parent)) if file else []
        try:
            with Register(settings.register) as it:
                it.try_entering()
        except RegisterError as error:
            says = f"Nothing can be entered in it, so nothing that happens in a case reaches the record. {error}"
            amiss.append(Finding("register", "problem", says))
        none = ", no case yet" if empty else ""
        yield from amiss or [Finding("register", "ok", f"{shown(settings.register)}, can be written{none}")]


def outbox(settings: Settings) -> Iterator[Finding]:
    """Can it be written, and is there room in it?"""
    place = settings.outbox
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    if not there.is_dir():
        mend = "Set ESCALATION_OUTBOX to another folder."
        yield Finding("outbox", "problem", f"{there} is no folder, so nothing can be written in it.", mend)
        return
    well = Finding("outbox", "ok", str(place) if place == there else f"{place} will be made")
    yield from list(room("outbox", place)) or [well]


def kept(settings: Settings) -> Iterator[Finding]:
    """Does what people wrote stay with this account? Each start mends what belongs to it; the rest is told here."""
    from adapters.private import open_to_others
    from wiring import kept_files, kept_folders

    try:
        found = open_to_others((*kept_folders(settings), *kept_files(settings)))
    except ValueError:
        return  # an address of no known kind is told of as the register
    for path, may in found:
        is_worse = may == "change" or not path.is_dir()
        says = f"Others on this machine may {may} what is in {path}, which holds what people wrote."
        mend = f"Let its owner alone in (chmod {'700' if path.is_dir() else '600'}); a worker does so when it starts."
        yield Finding("kept", "problem" if is_worse else "warning", says, mend)
    if not found:
        yield Finding("kept", "ok", "what people wrote lies where its owner alone may read it")


def secrets(settings: Settings) -> Iterator[Finding]:  # noqa: ARG001 - each look takes them; paths are variables alone
    """Can their files be read by this account, and by nobody else? That they can be read at all, settings have seen."""
    files = {name: Path(said) for name, said in os.environ.items() if _is_file_of_secret(name) and said}
    for name, file in sorted(files.items()):
        if not is_file(file):
            continue  # a pipe was read once and is empty now
        mode = file.stat().st_mode
        if not read_text(file).strip():
            yield Finding("secret files", "warning", f"The file that {name} names is empty.", "Put the secret into it.")
        elif mode & (stat.S_IRWXG | stat.S_IRWXO) and not file.is_relative_to("/run/secrets"):
            mend = "Let its owner alone read it (chmod 600)."
            yield Finding("secret files", "warning", f"Others on this machine can read the file of {name}.", mend)
    if files:
        yield Finding("secret files", "ok", f"{len(files)} named, and each can be read")


def _is_file_of_secret(name: str) -> bool:
    return name.startswith(PREFIX) and name.endswith(("PASSWORD_FILE", "KEY_FILE"))


def training(settings: Settings) -> Iterator[Finding]:
    """Are real and invented cases apart?"""
    from adapters.training import Mixed, is_on
    from starter.openings import must_not_mix

    try:
        trains = is_on(settings.training, settings.data)
        must_not_mix(replace(settings, training="yes" if trains else "no"))
    except Mixed as error:
        yield Finding("training", "problem", str(error))
    except ValueError:
        return  # an address of no known kind is told of as the register
    else:
        says = "this is training: cases are invented, and nothing leaves this machine" if trains else "cases are real"
        yield Finding("training", "ok", says)
