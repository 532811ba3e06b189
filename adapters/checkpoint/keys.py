"""The key with which an installation signs its checkpoints, and the public keys by which it knows others'."""

import re
import secrets
from pathlib import Path

from adapters.files import NotWritten, write_first, write_whole
from adapters.given import read_text, reason_of

from .notes import LOG, SEED_BYTES, NoteFaulty, Signer, VerifierKey, read_vkeys

_SEED = re.compile(rf"[0-9a-f]{{{2 * SEED_BYTES}}}")
MADE = "`escalate checkpoint key --new` makes one"


class KeyFault(Exception):  # noqa: N818 - reads as a sentence
    """There is no key of checkpoints that can be used: the sentence names the file and the mend."""


def make_key(path: Path) -> bool:
    """Put a key into a file that is not there yet, for its owner alone; False where it is. Raises KeyFault."""
    if path.exists():
        return False
    try:
        write_first(path, f"{secrets.token_hex(SEED_BYTES)}\n")
    except NotWritten as error:
        raise KeyFault(f"A key of checkpoints cannot be kept in {path} ({error.why}): mend that folder.") from None
    return True


def read_signer(path: Path, name: str) -> Signer:
    """Return the key of a file under a name. Raises KeyFault."""
    try:
        text = read_text(path).strip()
    except FileNotFoundError:
        raise KeyFault(f"There is no key of checkpoints in {path}: {MADE}.") from None
    except (OSError, ValueError) as error:
        why = reason_of(error) if isinstance(error, OSError) else "it is no text"
        raise KeyFault(f"The key of checkpoints in {path} cannot be read ({why}): check who may read it.") from None
    if not _SEED.fullmatch(text):
        raise KeyFault(
            f"{path} holds no key of checkpoints: that is one line of {2 * SEED_BYTES} digits from 0 to 9 and a to f. "
            "Put the file back from where its copy is kept."
        )
    try:
        return Signer(name, bytes.fromhex(text))
    except NoteFaulty as fault:
        raise KeyFault(str(fault)) from None


def known_keys(path: Path, *, must_be_there: bool = False) -> tuple[VerifierKey, ...]:
    """Return the public keys of a file; none where it is not there, unless it must be. Raises KeyFault."""
    try:
        return read_vkeys(read_text(path))
    except FileNotFoundError:
        if must_be_there:
            raise KeyFault(f"There are no public keys in {path}: check the path.") from None
        return ()
    except (OSError, ValueError) as error:
        why = reason_of(error) if isinstance(error, OSError) else str(error).rstrip(".")
        raise KeyFault(f"The public keys in {path} cannot be used ({why}): mend that line or file.") from None


def note_own(path: Path, signer: Signer) -> None:
    """See that the file of public keys has ours, so that what it signed is known after the key was changed.

    Raises KeyFault.
    """
    own = signer.verifier(LOG)
    if own in known_keys(path):
        return
    try:
        before = read_text(path) if path.exists() else ""
        if before:
            write_whole(path, f"{before.rstrip()}\n{own}\n", instead_of=before)
        else:
            write_first(path, f"{own}\n")
    except NotWritten as error:
        raise KeyFault(f"The public key cannot be kept in {path} ({error.why}): mend that folder.") from None
