"""This machine: the register, the outbox, the files of secrets, room on the disk, and the clock."""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

from adapters.given import is_file, read_text
from settings import PREFIX, UNNAMED_ORIGIN, Settings

from . import Finding

ONE_MB = 1024 * 1024
"""Bytes that are written as a trial. The file has no name, so it is gone afterwards."""
SOON_FULL = 200 * 1024 * 1024
"""Free bytes below which a disk is called nearly full."""
_MAKE_ROOM = "Make room there, or have what is kept moved to a larger disk."
PROOF_TAKES = timedelta(hours=6)
CHECKPOINT_OLD = timedelta(hours=54)
TOLERATED = timedelta(seconds=5)
TOO_MUCH = timedelta(minutes=1)
_KEEP_TIME = "Let each machine keep its time by the network (NTP)."


def room(what: str, place: Path) -> Iterator[Finding]:
    """Yield what keeps a folder (or the nearest existing one above it) from taking more; nothing where all is well."""
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    try:
        with TemporaryFile(dir=there) as file:
            file.write(bytes(ONE_MB))
            file.flush()
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        mend = f"{_MAKE_ROOM} Where it is not full, give this account the right to write there."
        yield Finding(what, "problem", f"Nothing more can be written in {there} ({why}).", mend)
        return
    free = shutil.disk_usage(there).free
    if free < SOON_FULL:
        says = f"The disk of {there} is nearly full: {free // ONE_MB} MB are left."
        yield Finding(what, "warning", says, _MAKE_ROOM)


def machine_clock() -> datetime:
    """Tell this machine's time."""
    return datetime.now(UTC)


def clocks(settings: Settings, clock: Callable[[], datetime] = machine_clock) -> Iterator[Finding]:
    """Compare this machine's clock with PostgreSQL's; a register in a file has none."""
    from adapters.register.address import sqlite_path
    from adapters.register.drivers import rows
    from adapters.register.errors import RegisterError

    try:
        if sqlite_path(settings.register) is not None:
            return
        begun = clock()
        (answer,) = rows(settings.register, "SELECT clock_timestamp() AS now", {})
        yield compared("the register's database", answer["now"], begun, clock())
    except (RegisterError, ValueError):
        return  # told of as the register


def compared(whose: str, theirs: datetime, begun: datetime, ended: datetime) -> Finding:
    """Compare a time that another clock told between two instants of ours."""
    off = max(begun - theirs, theirs - ended, timedelta())
    if off <= TOLERATED:
        return Finding("clock", "ok", f"agrees with that of {whose}")
    ahead = "behind" if theirs > ended else "ahead of"
    says = f"This machine's clock is {off.total_seconds():.0f} seconds {ahead} that of {whose}."
    return Finding("clock", "problem" if off > TOO_MUCH else "warning", says, _KEEP_TIME)


def of_pollers(seen: Iterable[datetime], ended: datetime) -> Iterator[Finding]:
    """Say whether Temporal saw a worker ask at a time that is the future here. A clock of ours that is ahead does not
    show this way.
    """
    latest = max(seen, default=ended)
    if latest - ended > TOLERATED:
        yield compared("Temporal", latest, ended, ended)


def register(settings: Settings) -> Iterator[Finding]:
    """Can it be read and written, and is there room for it? What is written for a trial is taken back."""
    from adapters.register.address import shown, sqlite_path
    from adapters.register.errors import NothingThere, RegisterError, RegisterUnreachable
    from adapters.register.reading import is_empty
    from adapters.register.register import Register

    try:
        empty = is_empty(settings.register)
    except NothingThere as error:
        mend = (
            "Run `escalate worker` or `escalate up`. Where there was one, put back its newest copy, or have "
            "`escalate register rebuild` bring back what Temporal remembers."
        )
        yield Finding("register", "warning", str(error).partition(":")[0] + ".", mend)
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
        amiss += _keys(settings)
        none = ", no case yet" if empty else ""
        yield from amiss or [Finding("register", "ok", f"{shown(settings.register)}, can be written{none}")]


def _keys(settings: Settings) -> Iterator[Finding]:
    """Are the keys here with which the keys of its cases are wrapped?"""
    from adapters.keyring import KeysFault, read_keys
    from adapters.register.reading import count_wrapped

    needed = count_wrapped(settings.register)
    try:
        there = {key.id for key in read_keys(settings.encryption_keys)} if needed else set()
    except KeysFault as fault:
        yield Finding("register", "problem", f"What people wrote in it cannot be read. {fault}")
        return
    if missing := [key for key in needed if key not in there]:
        says = (
            f"What people wrote in {sum(needed[key] for key in missing)} of its cases cannot be read, and nothing can "
            f"be entered in them: {settings.encryption_keys} lacks {', '.join(missing)}."
        )
        yield Finding("register", "problem", says, "Put the line back from where its copy is kept, below the first.")


def proof(settings: Settings) -> Iterator[Finding]:
    """When was the record proved last, and what was found?"""
    from activities.daily_proof import OVERDUE, last_said
    from adapters.register.proof_note import read_note
    from services.times import now

    note = read_note(settings.proof_note)
    if settings.prove_at is None and not note.last:
        yield Finding("proof", "ok", "no worker proves the record, as ESCALATION_PROVE_AT says; `escalate verify` does")
        return
    says = last_said(note)
    began = note.last or note.since
    if note.faults:
        yield Finding("proof", "problem", says, "Run `escalate verify`, which names each fault and what helps.")
    elif began and settings.prove_at is not None and now() - datetime.fromisoformat(began) > OVERDUE + PROOF_TAKES:
        yield Finding("proof", "warning", says, "See that a worker runs, and its log; `escalate verify` proves it now.")
    elif note.unread:
        yield Finding("proof", "warning", says, "`escalate keys check` names the key: put its line back.")
    else:
        yield Finding("proof", "ok", says if note.last else "no worker has proved the record yet")


def checkpoints(settings: Settings) -> Iterator[Finding]:
    """When was the last checkpoint made, and under whose name?"""
    from adapters.checkpoint.keeping import newest
    from adapters.checkpoint.notes import NoteFaulty
    from adapters.training import MARK
    from domain.base.words import say_instant
    from services.times import LONDON, now

    said = settings.checkpoints
    try:
        last = newest(said.folder)
    except NoteFaulty as fault:
        yield Finding("checkpoint", "problem", str(fault), "`escalate verify` says more. Keep a copy as it is now.")
        return
    if last is None:
        if settings.prove_at is not None and not said.key.exists():
            says = f"No checkpoint of the record can be made here: there is no key in {said.key}."
            mend = (
                "The embedded server's first proof makes one by itself; elsewhere `escalate checkpoint key --new` does."
            )
            yield Finding("checkpoint", "warning", says, mend)
        else:
            yield Finding("checkpoint", "ok", "none was made yet; `escalate checkpoint make` makes one")
        return
    at = last.checkpoint.at
    if settings.prove_at is not None and now() - at > CHECKPOINT_OLD:
        says = f"The newest checkpoint is of {say_instant(at, LONDON)}."
        yield Finding("checkpoint", "warning", says, "`escalate checkpoint make` says what keeps a worker from it.")
    elif said.origin == UNNAMED_ORIGIN and not (settings.data / MARK).exists():
        says = "Checkpoints are signed under a name that is nobody's."
        yield Finding(
            "checkpoint", "warning", says, "Set ESCALATION_CHECKPOINT_ORIGIN to a domain of the partnership's."
        )
    else:
        yield Finding("checkpoint", "ok", f"the newest is of {say_instant(at, LONDON)}")


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
    from services.errors import Trouble
    from services.openings import must_not_mix

    try:
        trains = is_on(settings.training, settings.data)
        must_not_mix(replace(settings, training="yes" if trains else "no"))
    except (Mixed, Trouble) as error:
        yield Finding("training", "problem", str(error))
    except ValueError:
        return  # an address of no known kind is told of as the register
    else:
        says = "this is training: cases are invented, and nothing leaves this machine" if trains else "cases are real"
        yield Finding("training", "ok", says)
