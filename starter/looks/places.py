"""Where things lie: the register, the outbox, the files of secrets, and whether cases are real."""

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from settings import PREFIX, Settings

from .finding import Finding


def register(settings: Settings) -> Iterator[Finding]:
    """Can it be read?"""
    from adapters.register.address import shown
    from adapters.register.errors import NothingThere, RegisterUnreachable
    from adapters.register.reading import is_empty

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
        yield Finding("register", "ok", f"{shown(settings.register)}{', no case yet' if empty else ''}")


def outbox(settings: Settings) -> Iterator[Finding]:
    """Can it be written?"""
    place = settings.outbox
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        yield Finding("outbox", "ok", str(place) if there == place else f"{place} will be made")
    else:
        mend = "Give this account the right to write there, or set ESCALATION_OUTBOX to another folder."
        yield Finding("outbox", "problem", f"Nothing can be written in {there}.", mend)


def secrets(settings: Settings) -> Iterator[Finding]:  # noqa: ARG001 - each look takes them; paths are variables alone
    """Can their files be read by this account, and by nobody else? That they can be read at all, settings have seen."""
    files = {name: Path(said) for name, said in os.environ.items() if _is_file_of_secret(name) and said}
    for name, file in sorted(files.items()):
        mode = file.stat().st_mode if file.exists() else 0
        if not file.read_text(encoding="utf-8").strip():
            yield Finding("secret files", "warning", f"The file that {name} names is empty.", "Put the secret into it.")
        elif mode & (stat.S_IRGRP | stat.S_IROTH) and not file.is_relative_to("/run/secrets"):
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
