"""`escalate checkpoint` and its commands."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.errors import BAD_INPUT, PROBLEM, Trouble
from services.installation import installation
from services.remarks import note
from services.rows import Row
from starter import screen
from starter.cli import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.checkpoint.keeping import Kept
    from adapters.checkpoint.notes import Signed, VerifierKey

COMMANDS = {
    "make": "Sign where the record ends now.",
    "show": "See which checkpoints are kept, or what one says.",
    "key": "Print the public key by which others know yours.",
    "cosign": "Sign another agency's checkpoint, after looking it over.",
    "check": "See who signed checkpoints, and that their heads are whole.",
}
HEADERS = ("checkpoint", "made", "heads", "signed by")
_FILE = click.Path(path_type=Path)


@click.group("checkpoint", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Checkpoints: signed statements of where the record ended on a day, which can be kept outside this building.

    A worker makes one each night beside its proof of the record, and the office's digest carries it out. Later
    `escalate verify --checkpoint FILE` shows what was taken off, written anew or taken out since, even where everything
    here fits together. A checkpoint is two files: the signed note, and the heads that its root is over.

    \b
    Examples:
      escalate checkpoint make
      escalate checkpoint show
      escalate checkpoint key
      escalate checkpoint check 2026-11-30T032000Z.checkpoint
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("make")
@click.option("--despite-loss", is_flag=True, help="Sign a record that has lost something since the newest one.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def make(despite_loss: bool, as_json: bool) -> None:
    """Sign where every chain of the record ends now, and keep it in the folder `checkpoints` of the data folder.

    First the record is held against the newest checkpoint: one that has lost anything since is not signed. Send both
    files to somebody outside, or let the office's digest do it.

    Where a copy of the register was put back after a loss, nights bring no checkpoint any more until somebody has said
    --despite-loss once. The older ones stay as they are, and whoever has one sees what is gone: write down why.

    \b
    Examples:
      escalate checkpoint make
      escalate checkpoint make --despite-loss
    """
    from activities.checkpoints import NotMade
    from adapters.register import reading
    from adapters.register.register import Register
    from services.times import now
    from wiring import checkpoints

    settings = installation()
    reading.must_be_there(settings.register)
    with Register(settings.register) as register:
        try:
            made = checkpoints(settings, register).make(now(), despite_loss=despite_loss)
        except NotMade as error:
            raise Trouble(str(error), PROBLEM) from None
    if as_json:
        screen.as_json({"file": str(made.file), "heads": made.checkpoint.size, "note": str(made.checkpoint.note)})
        return
    screen.say(f"{made.file} says where {made.checkpoint.size} chains end. Keep it outside, with the heads beside it.")


@command.command("show")
@click.argument("file", type=_FILE, required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def show(file: Path | None, as_json: bool) -> None:
    """See which checkpoints are kept here, the newest last; or FILE as it is signed, and how its heads are called.

    \b
    Examples:
      escalate checkpoint show
      escalate checkpoint show data/checkpoints/2026-11-30T032000Z.checkpoint
      escalate checkpoint show --json
    """
    from adapters.checkpoint.keeping import each

    settings = installation()
    known = _known(settings.checkpoints.vkeys)
    found = [_read(file)] if file else list(each(settings.checkpoints.folder))
    if as_json:
        screen.as_json([_told(one, _whose_or_none(one, known)) for one in found])
    elif file:
        screen.say(str(found[0].checkpoint.note).rstrip("\n"))
    elif not found:
        screen.say("No checkpoint is kept here yet: `escalate checkpoint make` makes one.")
    else:
        _table(found, [_whose_or_none(one, known) for one in found])


@command.command("key")
@click.option("--new", is_flag=True, help="Make a key first, in a file that is not there yet.")
@click.option("--cosigner", "name", default="", help="Print it as that of a cosigner of this name: a domain.")
@click.option("--key", "file", type=_FILE, help="Another file of a key than this installation's own.")
def key(new: bool, name: str, file: Path | None) -> None:
    """Print the public key by which others know what is signed here: one line, a vkey.

    Give it to whoever keeps your checkpoints, by another way than the checkpoints themselves: they put it into a file
    of public keys. With --cosigner it is the key of an agency that cosigns; use another file for it than for
    checkpoints of your own. The key itself is in its file alone: keep a copy elsewhere.

    \b
    Examples:
      escalate checkpoint key
      escalate checkpoint key --new
      escalate checkpoint key --cosigner county.example.org --key cosigner.key --new
    """
    from adapters.checkpoint.keys import KeyFault, make_key, read_signer
    from adapters.checkpoint.notes import COSIGNER, LOG

    said = installation().checkpoints
    path = file or said.key
    if name and file is None:
        raise Trouble("--cosigner: name the cosigner's own file with --key, another than that of checkpoints.")
    try:
        if new and not make_key(path):
            raise Trouble(f"{path} is there already, and was left as it is.", BAD_INPUT)
        signer = read_signer(path, name or said.origin)
    except KeyFault as fault:
        raise Trouble(str(fault)) from None
    if new:
        note(f"{path} holds a new key. Keep a copy of the file elsewhere.")
    click.echo(str(signer.verifier(COSIGNER if name else LOG)))


@command.command("cosign")
@click.argument("file", type=_FILE)
@click.option("--name", required=True, help="Under which name you cosign: a domain of your agency's.")
@click.option("--key", "key_file", type=_FILE, required=True, help="File of your key; `checkpoint key` makes one.")
@click.option("--known", type=_FILE, required=True, help="File of public keys, with that of the other agency.")
@click.option("--folder", type=_FILE, default=Path("cosigned"), help="Where you keep what you cosigned (cosigned).")
def cosign(file: Path, name: str, key_file: Path, known: Path, folder: Path) -> None:
    """Sign the checkpoint FILE of another agency, on your own machine: that you saw it, when, and that nothing is lost.

    It must be signed by a key that you know, and its heads must lie beside it. It is held against the newest one that
    you cosigned before: where a case is gone or a chain is shorter it is not signed, and you are told. What you
    cosigned stays in your folder. Send the note back; whoever has it can prove that you had seen it by then.

    \b
    Examples:
      escalate checkpoint cosign 2026-11-30T032000Z.checkpoint --name county.example.org \\
        --key cosigner.key --known known.vkeys
    """
    from adapters.checkpoint.cosigning import cosigned
    from adapters.checkpoint.keys import KeyFault, read_signer
    from adapters.checkpoint.notes import NoteFaulty
    from services.times import now

    given = _read(file)
    try:
        note, lost = cosigned(given, read_signer(key_file, name), _known(known, must_be_there=True), folder, now())
    except KeyFault as fault:
        raise Trouble(str(fault)) from None
    except NoteFaulty as fault:
        raise Trouble(f"{file} was not cosigned: {fault}", PROBLEM) from None
    if lost:
        for one in lost:
            screen.say(one, "late")
        raise Trouble(
            f"{file} was not cosigned: it goes back behind the one that you cosigned before. Ring the other agency, "
            "and keep both.",
            PROBLEM,
        )
    screen.say(f"Cosigned as {name}: send {note} back. It stays in {folder}, with the heads beside it.", "good")


@command.command("check")
@click.argument("files", type=_FILE, nargs=-1, required=True, metavar="FILE…")
@click.option("--known", type=_FILE, help="File of public keys; else that of this installation.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def check(files: tuple[Path, ...], known: Path | None, as_json: bool) -> int | None:
    """See who signed checkpoints, and whether the heads beside them are those that were signed. No register is needed.

    `escalate verify --checkpoint FILE` holds the record itself against one. The exit code is 1 where one is not good.

    \b
    Examples:
      escalate checkpoint check 2026-11-30T032000Z.checkpoint
      escalate checkpoint check data/checkpoints/*.checkpoint --known known.vkeys
    """
    from adapters.checkpoint.notes import NoteFaulty

    keys = _known(known, must_be_there=True) if known else _known(installation().checkpoints.vkeys)
    good: list[tuple[Kept, list[Signed]]] = []
    faults: list[dict[str, str]] = []
    for file in files:
        try:
            one = _read(file)
            good.append((one, one.checkpoint.whose(keys)))
        except Trouble as trouble:
            faults.append({"file": str(file), "what": trouble.sentence})
        except NoteFaulty as fault:
            faults.append({"file": str(file), "what": f"{file}: {fault}"})
    if as_json:
        screen.as_json({"checkpoints": [_told(one, whose) for one, whose in good], "faults": faults})
    else:
        if good:
            _table([one for one, _ in good], [whose for _, whose in good])
        for told in faults:
            screen.say(told["what"], "late")
    return PROBLEM if faults else None


def _known(path: Path, *, must_be_there: bool = False) -> "tuple[VerifierKey, ...]":
    from adapters.checkpoint.keys import KeyFault, known_keys

    try:
        return known_keys(path, must_be_there=must_be_there)
    except KeyFault as fault:
        raise Trouble(str(fault)) from None


def _read(file: Path) -> "Kept":
    from adapters.checkpoint.keeping import read_kept
    from adapters.checkpoint.notes import NoteFaulty

    try:
        return read_kept(file)
    except NoteFaulty as fault:
        raise Trouble(str(fault)) from None


def _whose_or_none(one: "Kept", known: "Sequence[VerifierKey]") -> "list[Signed]":
    from adapters.checkpoint.notes import NoteFaulty

    try:
        return one.checkpoint.whose(known)
    except NoteFaulty:
        return []


def _told(one: "Kept", whose: "Sequence[Signed]") -> dict[str, object]:
    signed = [{"by": who.key.name, "at": who.at.isoformat() if who.at else None} for who in whose]
    made, root = one.checkpoint.at.isoformat(), one.checkpoint.root.hex()
    return {"file": str(one.file), "made": made, "heads": one.checkpoint.size, "root": root, "signed": signed}


def _table(found: "Sequence[Kept]", whose: "Sequence[Sequence[Signed]]") -> None:
    from domain.base.words import say_instant
    from services.times import LONDON

    def said(who: "Signed") -> str:
        return f"{who.key.name}, cosigned {say_instant(who.at, LONDON)}" if who.at else who.key.name

    rows = [
        Row(
            (
                one.file.name,
                say_instant(one.checkpoint.at, LONDON),
                str(one.checkpoint.size),
                "; ".join(map(said, signed)) or "nobody known here",
            ),
            "" if signed else "late",
        )
        for one, signed in zip(found, whose, strict=True)
    ]
    screen.table(HEADERS, rows)
