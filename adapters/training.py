"""Training mode: invented cases alone, and nothing that leaves this machine.

`escalate up` trains unless told otherwise, and puts a mark into its data folder, so that every other command that uses
the folder trains too. What is invented and what is real never lie in one register.
"""

from collections.abc import Iterable
from pathlib import Path

from adapters.files import write_whole
from adapters.private import make_folder
from adapters.register.address import shown
from domain.base.reference import is_training

MARK = "TRAINING"
"""The file in the data folder."""
BANNER = "TRAINING: invented cases, nothing leaves this machine"
_MARKED = "Invented cases for training lie in this folder; `escalate` trains wherever it finds this file.\n"


class Mixed(Exception):  # noqa: N818 - reads as a sentence
    """Invented and real cases would mix: the sentence says where, and what to do."""


def is_on(said: str, data: Path) -> bool:
    """Say whether this installation trains: as the setting says (`yes` or `no`), else as the data folder is marked.

    Raises:
        Mixed: the setting says no, and the folder is marked.
    """
    is_marked = (data / MARK).exists()
    if said == "no" and is_marked:
        raise Mixed(
            f"ESCALATION_TRAINING is no, and the folder {data} is kept for training (it holds a file {MARK}): set "
            "ESCALATION_DATA to another folder, or take the setting out."
        )
    return said == "yes" or is_marked


def must_not_mix(references: Iterable[str], register: str, *, training: bool) -> None:
    """Raise Mixed where a register holds a case of the other kind. *register* is its address."""
    other = next((one for one in references if is_training(one) != training), None)
    if other is None:
        return
    place = shown(register)
    if training:
        raise Mixed(
            f"The register at {place} holds real cases ({other}), and this is training: set ESCALATION_TRAINING=no to "
            "work on them, or ESCALATION_DATA to a folder of its own to train in."
        )
    raise Mixed(
        f"The register at {place} holds invented cases of a training ({other}), and this is not training: set "
        "ESCALATION_TRAINING=yes to go on with them, or ESCALATION_REGISTER to the register of the real cases."
    )


def mark(data: Path) -> None:
    """Mark the data folder as one for training."""
    make_folder(data)
    if not (data / MARK).exists():
        write_whole(data / MARK, _MARKED)
