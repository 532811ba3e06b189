"""Which checkpoints prove a case: the first that has each end it ever had, and the newest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.checkpoint.checkpoint import made, read_checkpoint
from adapters.checkpoint.covering import covering
from adapters.checkpoint.keeping import COSIGNED, Kept, each, keep, kept, newest, read_kept
from adapters.checkpoint.leaves import Leaf, of_attempts, of_case, of_ledger
from adapters.checkpoint.notes import NoteFaulty, Signer
from adapters.files import NotWritten

FIRST = datetime(2026, 11, 30, 3, 20, tzinfo=UTC)
SIGNER, SECOND = Signer("example.org", bytes(32)), Signer("county.example.org", b"2" * 32)
ONE, TWO = "ESC-1000-0002", "ESC-2000-0004"


def day(number: int, ends: dict[str, int]) -> Kept:
    heads: tuple[Leaf, ...] = (
        of_ledger(len(ends), "0" * 64),
        *(of_case(case, end, f"{end:064x}") for case, end in ends.items()),
        *(of_attempts(case, {f"{case}/1/1": (1, "f" * 64)}) for case in ends),
    )
    return Kept(made(SIGNER, heads, FIRST + timedelta(days=number)), heads, Path())


def test_the_first_with_each_end_and_the_newest_are_given_of_each_case() -> None:
    days = [day(0, {ONE: 3}), day(1, {ONE: 3, TWO: 1}), day(2, {ONE: 5, TWO: 1}), day(3, {ONE: 5, TWO: 1})]

    found = covering(days)

    moments = {case: sorted({name.split(".")[0] for name in proofs}) for case, proofs in found.items()}
    assert moments == {
        ONE: ["2026-11-30T032000Z", "2026-12-02T032000Z", "2026-12-03T032000Z"],
        TWO: ["2026-12-01T032000Z", "2026-12-03T032000Z"],
    }
    assert covering(days, ONE) == {ONE: found[ONE]}
    assert {name.split(".")[1] for name in found[ONE]} == {"case", "attempts"}


def test_a_note_that_was_cosigned_takes_the_place_of_the_one_that_was_not(tmp_path: Path) -> None:
    plain = day(0, {ONE: 3})
    keep(tmp_path, plain.checkpoint, plain.heads)
    note = plain.checkpoint.note
    signed = note._replace(lines=(*note.lines, SECOND.cosign(note.body, FIRST)))
    keep(tmp_path, plain.checkpoint._replace(note=signed), plain.heads, COSIGNED)

    (proof,) = {proof for name, proof in covering(each(tmp_path))[ONE].items() if name.endswith(".case")}

    assert "— county.example.org " in proof


def test_one_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    plain, other = day(0, {ONE: 3}), day(0, {ONE: 4})
    keep(tmp_path, plain.checkpoint, plain.heads)
    keep(tmp_path, plain.checkpoint, plain.heads)

    with pytest.raises(NotWritten, match="holds another checkpoint"):
        keep(tmp_path, other.checkpoint, other.heads)
    assert newest(tmp_path) == Kept(plain.checkpoint, tuple(sorted(plain.heads, key=str)), kept(tmp_path)[0])


def test_what_is_otherwise_called_or_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    plain, later = day(0, {ONE: 3}), day(1, {ONE: 3})
    keep(tmp_path, plain.checkpoint, plain.heads)
    keep(tmp_path, later.checkpoint, later.heads).write_text("rubbish")
    (tmp_path / "zzz.checkpoint").write_text("not one of ours")

    assert [one.checkpoint.name for one in each(tmp_path)] == ["2026-11-30T032000Z"]
    with pytest.raises(NoteFaulty, match=r"2026-12-01T032000Z\.checkpoint: It is no signed note"):
        newest(tmp_path)
    with pytest.raises(NoteFaulty, match="cannot be read"):
        read_kept(tmp_path / "none.checkpoint")


@pytest.mark.parametrize(
    "body",
    [
        "example.org\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "example.org/2026-13-30T032000Z\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "example.org/2026-11-30T032000Z\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "example.org/2026-11-30T032000Z\n1\nshort=\n",
        "example.org/2026-11-30T032000Z\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n",
    ],
)
def test_a_signed_note_of_others_is_no_checkpoint_of_ours(body: str) -> None:
    with pytest.raises(NoteFaulty, match="It is no checkpoint of a register"):
        read_checkpoint(f"{body}\n{SIGNER.sign(body)}\n")
