"""`escalate checkpoint`, and `escalate verify --checkpoint`: what was kept outside shows what is wrong inside."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.register.address import sqlite_path
from adapters.register.register import Register
from services import times
from settings import Settings
from tests.register.forging import OF, Forged, cut_off, forge, taken_out, written_anew
from tests.starter.conftest import NOW, Run


@pytest.fixture
def filled(register: Register, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("ESCALATION_TRAINING", "no")
    forge(register)
    return register


@pytest.fixture
def outside(run: Run, filled: Register, installation: Settings, tmp_path: Path) -> Path:
    """A checkpoint that was taken out of the building, with its heads and the public key."""
    made = run("checkpoint", "make", "--json")
    assert made.exit_code == 0, made.stderr
    place = tmp_path / "outside"
    place.mkdir()
    for file in installation.checkpoints.folder.iterdir():
        shutil.copy(file, place)
    shutil.copy(installation.checkpoints.vkeys, place / "known.vkeys")
    return place / Path(json.loads(made.stdout)["file"]).name


def replace_register(installation: Settings, tmp_path: Path, forged: Forged) -> None:
    """Put a register in the place of ours in which everything fits together."""
    with Register(f"sqlite:///{tmp_path}/forged.db") as other:
        other.prepare()
        forge(other, forged)
    path = sqlite_path(installation.register)
    assert path is not None
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    shutil.copy(tmp_path / "forged.db", path)


def known(outside: Path) -> tuple[str, str]:
    return "--known", str(outside.with_name("known.vkeys"))


def test_a_checkpoint_is_kept_for_its_owner_alone_and_the_key_is_in_its_file_alone(
    run: Run, outside: Path, installation: Settings
) -> None:
    said = installation.checkpoints
    files = [*said.folder.iterdir(), said.key]

    assert sorted(file.name for file in said.folder.iterdir()) == [
        "2026-11-23T100000Z.checkpoint", "2026-11-23T100000Z.heads",
    ]  # fmt: skip
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert said.folder.stat().st_mode & 0o777 == 0o700
    secret = said.key.read_text().strip()
    for words in (("checkpoint", "show"), ("checkpoint", "key"), ("doctor",)):
        assert secret not in run(*words).output


def test_a_whole_record_is_whole_by_its_checkpoint_too(run: Run, outside: Path) -> None:
    result = run("verify", "--checkpoint", str(outside), *known(outside))

    assert (result.exit_code, result.stderr) == (0, "")
    assert "The record of 3 cases is whole" in result.stdout


@pytest.mark.parametrize(
    ("forged", "what"),
    [
        (cut_off, "is missing"),
        (written_anew, "the record of the case was written anew"),
        (taken_out, "are all missing"),
    ],
)
def test_a_forged_register_that_verify_calls_whole_is_found_out_by_a_checkpoint_from_outside(
    run: Run, outside: Path, installation: Settings, tmp_path: Path, forged: Forged, what: str
) -> None:
    replace_register(installation, tmp_path, forged)
    assert run("verify").exit_code == 0

    result = run("verify", "--checkpoint", str(outside), *known(outside))
    of_case = run("verify", OF, "--checkpoint", str(outside), *known(outside), "--json")
    again = run("checkpoint", "make")

    assert result.exit_code == 1
    (line,) = [one for one in result.stdout.splitlines() if one.startswith(f"{OF}: entr")]
    assert what in line
    assert "the checkpoint of Monday 23 November 2026, 10:00am" in line
    assert OF in {one["case"] for one in json.loads(of_case.stdout)["faults"]}
    assert again.exit_code == 1
    assert "No checkpoint was made, for the newest one does not fit the register: " in again.stderr
    assert len(list(installation.checkpoints.folder.iterdir())) == 2


def test_after_a_copy_was_put_back_a_person_says_that_what_is_gone_is_known_and_older_checkpoints_go_on_showing_it(
    run: Run, outside: Path, installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_register(installation, tmp_path, cut_off)
    monkeypatch.setattr(times, "clock", lambda: NOW + timedelta(days=1))
    refused = run("checkpoint", "make")

    assert run("checkpoint", "make", "--despite-loss").exit_code == 0

    monkeypatch.setattr(times, "clock", lambda: NOW + timedelta(days=2))
    assert "--despite-loss" in refused.stderr
    assert run("checkpoint", "make").exit_code == 0
    assert run("verify", "--checkpoint", str(outside), *known(outside)).exit_code == 1


def test_a_note_alone_is_enough_where_the_heads_are_still_here(run: Run, outside: Path) -> None:
    """The text of a digest can be saved under any name."""
    outside.with_suffix(".heads").unlink()
    alone = outside.rename(outside.with_name("from the digest.checkpoint"))

    assert run("verify", "--checkpoint", str(alone), *known(alone)).exit_code == 0


@pytest.mark.parametrize(
    ("ending", "what"),
    [
        (".checkpoint", "is not by its key"),
        (".heads", "does not hold the heads that its root is over"),
    ],
)
def test_a_checkpoint_that_was_changed_is_no_witness(run: Run, outside: Path, ending: str, what: str) -> None:
    file = outside.with_suffix(ending)
    text = file.read_text()
    file.write_text(text.replace("example.org/2026-11-23", "example.org/2026-11-22").replace("ledger 3", "ledger 2"))
    shutil.rmtree(outside.parent.parent / "data" / "checkpoints")

    result = run("verify", "--checkpoint", str(outside), *known(outside))
    checked = run("checkpoint", "check", str(outside), *known(outside))

    assert result.exit_code != 0
    assert what in result.output
    assert checked.exit_code == 1


def test_one_that_nobody_known_has_signed_is_no_witness(run: Run, outside: Path, tmp_path: Path) -> None:
    (tmp_path / "none").write_text("# nobody\n")

    result = run("verify", "--checkpoint", str(outside), "--known", str(tmp_path / "none"))

    assert result.exit_code == 1
    assert "cannot be trusted: No signature under it is by a known key of register.example.org." in result.stdout


def test_a_file_of_public_keys_that_is_not_there_is_no_empty_one(run: Run, outside: Path) -> None:
    for words in (("verify", "--checkpoint", str(outside)), ("checkpoint", "check", str(outside))):
        refused = run(*words, "--known", "nowhere.vkeys")
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr == "There are no public keys in nowhere.vkeys: check the path.\n"


def test_a_second_agency_cosigns_with_its_own_key_and_both_signatures_are_seen(
    run: Run, outside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ("--key", str(tmp_path / "cosigner.key"))
    vkey = run("checkpoint", "key", "--cosigner", "county.example.org", *key, "--new")
    folder = tmp_path / "cosigned"
    again = (
        *("checkpoint", "cosign", str(outside), "--name", "county.example.org"),
        *(*key, *known(outside), "--folder", str(folder)),
    )
    cosigned = run(*again)

    assert (cosigned.exit_code, vkey.exit_code) == (0, 0), cosigned.output
    with outside.with_name("known.vkeys").open("a") as file:
        file.write(vkey.stdout)
    (note,) = folder.glob("*.cosigned.checkpoint")
    (checked,) = json.loads(run("checkpoint", "check", str(note), *known(outside), "--json").stdout)["checkpoints"]
    assert checked["signed"] == [
        {"by": "register.example.org", "at": None},
        {"by": "county.example.org", "at": "2026-11-23T10:00:00+00:00"},
    ]
    assert run("verify", "--checkpoint", str(note), *known(outside)).exit_code == 0
    monkeypatch.setattr(times, "clock", lambda: NOW + timedelta(hours=1))
    before = note.read_text()
    assert run(*again).exit_code == 0, "said once more it is as it was"
    assert note.read_text() == before


@pytest.mark.parametrize("forged", [cut_off, taken_out])
def test_a_cosigner_does_not_sign_what_goes_back(
    run: Run,
    outside: Path,
    installation: Settings,
    tmp_path: Path,
    forged: Forged,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = ("--key", str(tmp_path / "cosigner.key"))
    run("checkpoint", "key", "--cosigner", "county.example.org", *key, "--new")
    rest = ("--name", "county.example.org", *key, *known(outside), "--folder", str(tmp_path / "cosigned"))
    assert run("checkpoint", "cosign", str(outside), *rest).exit_code == 0
    replace_register(installation, tmp_path, forged)
    shutil.rmtree(installation.checkpoints.folder)
    monkeypatch.setattr(times, "clock", lambda: NOW + timedelta(days=1))
    made = json.loads(run("checkpoint", "make", "--json").stdout)

    result = run("checkpoint", "cosign", made["file"], *rest)

    assert result.exit_code == 1
    assert OF in result.stdout
    assert "was not cosigned: it goes back behind the one that you cosigned before" in result.stderr
    assert len(list((tmp_path / "cosigned").glob("*.checkpoint"))) == 1


def test_where_no_key_may_be_made_by_itself_it_is_demanded(
    run: Run, filled: Register, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.org:7233")

    refused = run("checkpoint", "make")

    assert refused.exit_code == 1
    assert "There is no key of checkpoints in " in refused.stderr
    assert "`escalate checkpoint key --new` makes one" in refused.stderr
    assert not installation.checkpoints.key.exists()
    assert run("checkpoint", "key", "--new").exit_code == 0
    assert run("checkpoint", "make").exit_code == 0
    assert "is there already" in run("checkpoint", "key", "--new").stderr


def test_checkpoints_are_listed_and_one_is_shown_as_it_is_signed(run: Run, outside: Path) -> None:
    listed, shown = run("checkpoint", "show"), run("checkpoint", "show", str(outside))

    assert "2026-11-23T100000Z.checkpoint   Monday 23 November 2026, 10:00am   7       register" in listed.stdout
    assert shown.stdout == outside.read_text()
    assert "No checkpoint is kept here yet" not in listed.stdout


def test_before_the_first_there_is_none(run: Run, filled: Register) -> None:
    assert "No checkpoint is kept here yet" in run("checkpoint", "show").stdout
