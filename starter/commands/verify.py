"""`escalate verify`: is the record whole?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.register import reading
from services.cases import reference, unknown
from services.errors import PROBLEM, Trouble
from services.installation import installation
from starter import screen

if TYPE_CHECKING:
    from adapters.checkpoint.notes import VerifierKey
    from adapters.register.errors import TextLocked
    from adapters.register.register import Register
    from adapters.register.rows import Fault


@click.command()
@click.argument("ref", required=False, default="")
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also hold the record against this checkpoint; may be given several times.",
)
@click.option("--known", type=click.Path(path_type=Path), help="File of public keys that checkpoints may be signed by.")
@click.option("--rebuild", is_flag=True, help="First write anew, from the entries, what lists show of each case.")
@click.option("--rules", is_flag=True, help="Say instead what today's rules would decide otherwise; no fault.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(
    ctx: click.Context,
    ref: str,
    checkpoints: tuple[Path, ...],
    known: Path | None,
    rebuild: bool,
    rules: bool,
    as_json: bool,
) -> None:
    """Go over the record of the case REF, or of every case: is it as it was written?

    Each entry and each try to send a notice must follow from the one before it, and what `list` and `show` print must
    be the case as its entries left it. Without REF also: the ledger of cases, which shows that one is gone; policies
    and calendars; and whether the database still refuses to change what was written. The exit code is 1 where anything
    is not as it should be. Nothing in the record is ever changed; --rebuild writes only what lists show, which is a
    copy.

    No key is needed for the chains. Where the key is here, each text is also seen to be the one that was written there;
    where it is not, or was erased, that is said in a line, and is no fault.

    A record that was cut off, or written anew as a whole with every sum right, fits together all the same: only what
    was kept outside shows it. --checkpoint takes such a checkpoint (`escalate checkpoint`), with its heads beside it.
    By whom it may be signed says the file of public keys of this installation; --known names another.

    What was decided stands, whatever the rules have become since, so no rule is asked here. --rules asks them: it says
    in which entries this version of the program would decide otherwise today. That is for whoever prepares a release,
    and no fault: the exit code is 0.

    \b
    Examples:
      escalate verify
      escalate verify ESC-0000-0000 --json
      escalate verify --checkpoint 2026-11-30T032000Z.checkpoint
      escalate verify --rebuild
      escalate verify --rules
    """
    if rules and rebuild:
        raise click.UsageError("--rules changes nothing and --rebuild asks no rule: give one of them.")
    if rules and checkpoints:
        raise click.UsageError("--rules proves nothing, so it takes no checkpoint: give one of them.")
    settings = installation()
    only = reference(ref, settings) if ref else None
    from activities.proof import Proof
    from adapters.register.proof_note import read_note
    from adapters.register.register import Register
    from services.times import now

    reading.must_be_there(settings.register)
    with Register(settings.register) as register:
        refs = register.references()
        if only is not None and only not in refs and not checkpoints:
            raise unknown(only)
        looked_at = refs if only is None else [only]
        if rules:
            _compare(settings.register, looked_at, as_json=as_json)
            return
        proof = Proof(register, settings.register)
        rebuilt = proof.rebuild(looked_at) if rebuild else 0
        locked: list[TextLocked] = []
        ended = None if only else read_note(settings.proof_note).end
        found = list(proof.faults(only, now(), ended, locked=locked.append))
        if checkpoints:
            said = settings.checkpoints
            keys = _keys(known or said.vkeys, must_be_there=known is not None)
            found += _against(register, checkpoints, keys, said.folder, only)
    if as_json:
        told = [{"case": one.case_ref, "place": one.place, "what": one.what} for one in found]
        unread = [{"case": one.case_ref, "why": one.why} for one in locked]
        whole = {"cases": len(looked_at), "sound": not found, "faults": told, "rebuilt": rebuilt, "unread": unread}
        screen.as_json(whole)
    else:
        _tell(len(looked_at), found, rebuilt, ref, is_read=not locked)
        _tell_unread(locked)
    if found:
        ctx.exit(PROBLEM)


def _keys(path: Path, *, must_be_there: bool) -> "tuple[VerifierKey, ...]":
    from adapters.checkpoint.keys import KeyFault, known_keys

    try:
        return known_keys(path, must_be_there=must_be_there)
    except KeyFault as fault:
        raise Trouble(str(fault)) from None


def _against(
    register: "Register", files: tuple[Path, ...], known: "tuple[VerifierKey, ...]", folder: Path, only: str | None
) -> "list[Fault]":
    from activities.checkpoints import faults_against
    from adapters.checkpoint.keeping import read_kept
    from adapters.checkpoint.notes import NoteFaulty

    try:
        kept = [read_kept(file, folder) for file in files]
    except NoteFaulty as fault:
        raise Trouble(str(fault)) from None
    return list(faults_against(register, known, kept, only))


def _compare(url: str, refs: "list[str]", *, as_json: bool) -> None:
    from starter import proving

    with click.progressbar(refs, file=sys.stderr, label="Cases asked about", hidden=not sys.stderr.isatty()) as shown:
        found = list(proving.otherwise_today(url, shown))
    if as_json:
        told = [{"case": one.case, "entries": list(one.entries), "what": one.what} for one in found]
        screen.as_json({"cases": len(refs), "otherwise": told})
        return
    for one in found:
        first, last = one.entries
        place = f"entry {first}" if first == last else f"entries {first} to {last}"
        screen.say(f"{one.case}: {place}: today's rules {one.what}" if first else f"{one.case}: {one.what}")
    cases = f"{len(refs)} {'case' if len(refs) == 1 else 'cases'}"
    if not found:
        screen.say(f"Today's rules would decide everything in {cases} as it was decided.", "good")
        return
    count = f"{len(found)} {'decision' if len(found) == 1 else 'decisions'}"
    screen.say(
        f"Today's rules would take {count} in {cases} otherwise. What was decided stands: these cases go on from it."
    )


def _tell(looked_at: int, found: "list[Fault]", rebuilt: int, ref: str, *, is_read: bool) -> None:
    cases = f"{looked_at} {'case' if looked_at == 1 else 'cases'}"
    if rebuilt:
        screen.say(f"Written anew from the entries: what lists show of {rebuilt} of {cases}.")
    for one in found:
        screen.say(str(one), "late")
    if not looked_at and not found:
        screen.say("The register holds no case, so nothing is proved. `escalate doctor` says whether Temporal has any.")
        return
    if not found:
        whole = f"The record of {cases} is whole: as it was written, and what lists show follows from it."
        screen.say(whole if is_read else f"The chains of {cases} are whole: nothing was changed or taken out.", "good")
        return
    of = {one.of for one in found}
    (where,) = {_WHERE[one] for one in of} if len(of) == 1 else {_WHERE["record"]}
    screen.say(f"{len(found)} {'fault' if len(found) == 1 else 'faults'} {where} of {cases}.", "late")
    for kind, advice in ADVICE.items():
        if kind in of and not (kind == "reading" and "record" in of):
            again = f"{screen.program()} verify {f'{ref} ' if ref else ''}--rebuild"
            screen.say(advice.format(again=again, resume=f"{screen.program()} resume"))


def _tell_unread(locked: "list[TextLocked]") -> None:
    if locked:
        of = f"{locked[0].case_ref}{f' and {len(locked) - 1} more' if len(locked) > 1 else ''}"
        screen.say(
            f"The text of {of} could not be read, so that alone is not proved: {locked[0].why}",
            "warning",
        )


_WHERE = {
    "record": "in the record",
    "edition": "in the record",
    "schema": "in the database",
    "sending": "beside the record",
    "copy": "beside the record",
    "reading": "in reading the record",
}
ADVICE = {
    "record": "Change nothing by hand. Keep a copy as it is now, and tell whoever looks after this installation.",
    "schema": "The database is not made as it was. Keep a copy as it is now, and have whoever owns it put back what "
    "is missing or changed: a worker that starts brings an older one up to date.",
    "edition": "A policy or calendar that cases go by is not as it was kept. It can be put back from a backup alone: "
    "tell whoever looks after this installation.",
    "reading": "Every entry is as it was written, and this version of the program makes no case of them. Change "
    "nothing; go back to the version that wrote them, or tell whoever looks after this installation.",
    "sending": "Where a notice never went, this sends it:  {resume} REF. Where it did, its tries were taken out: keep "
    "a copy as it is now.",
    "copy": "The copy that lists show is not the record, and nobody need have touched it: a worker that was stopped or "
    "cut off leaves it behind. Write it anew:  {again}",
}
"""What to do, by what the faults are of."""
