"""`escalate export`: a bundle that proves itself to somebody who has nothing of ours."""

import ast
import csv
import errno
import hashlib
import hmac
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.export import verify
from adapters.export.bundle import with_manifest
from adapters.export.sheet import write_sheet
from adapters.register import chain, reading
from adapters.register.register import Register
from services.exporting import export_one
from settings import Settings
from tests.register.forging import OF, forge
from tests.register.keeping import agreed_and_closed, fill
from tests.register.made import without_guard
from tests.starter.conftest import NOW, Run

Files = dict[str, bytes]


@pytest.fixture
def filled(register: Register, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("ESCALATION_TRAINING", "no")
    forge(register)
    return register


@pytest.fixture
def bundle(run: Run, filled: Register, tmp_path: Path) -> Path:
    assert run("checkpoint", "make").exit_code == 0
    result = run("export", OF, "--out", str(tmp_path / "out"))
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return tmp_path / "out" / f"{OF}.zip"


@pytest.fixture
def files(bundle: Path) -> Files:
    return held_in(bundle)


def held_in(path: Path) -> Files:
    with zipfile.ZipFile(path) as held:
        return {name: held.read(name) for name in held.namelist()}


def write(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def looked(files: Files) -> list[str]:
    """What the program in a bundle finds amiss, with a manifest that was made to fit."""
    manifest = json.loads(files["manifest.json"])
    again = with_manifest({n: c for n, c in files.items() if n != "manifest.json"}, {"case": manifest["case"]})
    known = verify.vkeys_of(files.get("checkpoints/known.vkeys", b"").decode())
    return [sentence for how, sentence in verify.look_over(again, known) if how == verify.BAD]


def rehashed(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write a chain anew as whoever owns the database can: every sum is right."""
    before = chain.FIRST
    for line in lines:
        columns = line["columns"]
        columns["previous_hash"] = before
        columns["hash"] = before = chain.hash_of({name: held for name, held in columns.items() if name != "hash"})
    return lines


def jsonl(lines: list[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def test_the_program_in_the_bundle_proves_it_alone_with_no_package_and_says_what(
    bundle: Path, files: Files, tmp_path: Path
) -> None:
    program = tmp_path / "verify.py"
    program.write_bytes(files["verify.py"])

    done = subprocess.run(
        [sys.executable, "-I", "-S", program, bundle], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "40 entries, 1 to 40 without a gap; each is as it was written." in done.stdout
    assert "2 policies and calendars; each is the one that the entries name." in done.stdout
    signed = "On 2026-11-23 10:00 UTC it was signed by register.example.org"
    assert f"{signed} that the case ended with entry 40." in done.stdout
    assert done.stdout.endswith("\nPROVEN, as far as is said above.\n")


def test_the_bundle_of_an_encrypted_case_proves_itself_and_every_change_of_a_word_is_seen(
    run: Run, register: Register, installation: Settings, tmp_path: Path
) -> None:
    case = agreed_and_closed()
    fill(register, case)
    made = export_one(installation, case.state.case, tmp_path / "out", NOW)
    files = held_in(made.file)
    lines = [json.loads(line) for line in files["entries.jsonl"].splitlines()]

    assert all(one["columns"]["body_key_id"] and one["columns"]["by"] == "" for one in lines)
    assert looked(files) == []
    for number, line in enumerate(lines):
        for changed in (
            {**line, "body": {**line["body"], "by": "somebody else"}},
            {**line, "body_salt": "00" * 32},
            {name: held for name, held in line.items() if name != "body_salt"},
            {**line, "columns": {**line["columns"], "body_mark": "0" * 64}},
            {**line, "changes": None} if line.get("changes") else {**line, "body": None},
        ):
            edited = [*lines[:number], changed, *lines[number + 1 :]]
            told = looked(files | {"entries.jsonl": "".join(f"{json.dumps(one)}\n" for one in edited).encode()})
            assert told, (number, changed.keys())


def test_the_bundle_says_who_looked_and_the_export_itself_is_a_look(
    run: Run, filled: Register, tmp_path: Path, bundle: Path, files: Files
) -> None:
    rows = list(csv.DictReader(io.StringIO(files["looks.csv"].decode())))
    page = files["chronology.html"].decode()

    assert [(row["what"], row["role"]) for row in rows] == [("exported", "administrator")]
    assert "Who looked at this case" in page
    assert "exported (export)" in page
    assert "sender not shown" in page, "how each sender was known"
    subject = held_in_draft(run, tmp_path)
    assert "Who looked at this case" not in subject
    assert f"account {rows[0]['account']}" not in subject


def held_in_draft(run: Run, tmp_path: Path) -> str:
    assert run("export", OF, "--for-subject", "--out", str(tmp_path / "draft")).exit_code == 0
    return held_in(tmp_path / "draft" / f"{OF}-draft.zip")["chronology.html"].decode()


def test_the_program_shares_nothing_with_ours_and_is_short() -> None:
    text = Path(verify.__file__).read_text()

    assert not [
        line for line in text.splitlines() if line.startswith(("from adapters", "from domain", "import adapters"))
    ]
    assert text.count("\n") < 450
    assert ast.parse(text, feature_version=(3, 9)), "an inspector's Python may be some years old"


def test_a_bundle_that_was_tampered_with_ends_the_program_with_1(files: Files, tmp_path: Path) -> None:
    path = write(tmp_path / "other.zip", files | {"entries.jsonl": files["entries.jsonl"].replace(b"Visit", b"Visit ")})

    done = subprocess.run(
        [sys.executable, "-I", "-S", verify.__file__, path], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "NOT AS IT WAS    The entries: what entry 5 says was changed after it was written.\n" in done.stdout
    assert "NOT AS IT WAS    The files: entries.jsonl is not as it was put in" in done.stdout
    assert "\nNOT PROVEN: 2 of these" in done.stdout


@pytest.mark.parametrize("words", [[], ["nothing.zip"], ["--known", "x"], ["a", "b"]])
def test_without_a_bundle_the_program_says_so_and_ends_with_2(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify.__file__, *words], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.count("\n") == 1


def test_it_believes_the_public_keys_that_it_is_given_and_not_the_bundles(
    bundle: Path, files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_bytes(files["checkpoints/known.vkeys"])
    (tmp_path / "others").write_text("# nobody\n")

    assert verify.main([str(bundle), "--known", str(tmp_path / "mine")]) == 0
    assert "The public keys are the bundle's own" not in capsys.readouterr().out
    assert verify.main([str(bundle), "--known", str(tmp_path / "others")]) == 1
    assert "it is not signed by a known key of register.example.org" in capsys.readouterr().out


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value of JSON at which one thing stands."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from places(one, (*way, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from places(one, (*way, place))
    else:
        yield way


def other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}x"
        case _:
            return "x"


def edited(lines: list[dict[str, Any]], number: int, way: tuple[Any, ...], edit: Callable[[Any], Any]) -> bytes:
    changed = json.loads(json.dumps(lines))
    inside = changed[number]
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = edit(inside[way[-1]])
    return jsonl(changed)


def without(lines: list[dict[str, Any]], number: int, way: tuple[Any, ...]) -> bytes:
    changed = json.loads(json.dumps(lines))
    inside = changed[number]
    for step in way[:-1]:
        inside = inside[step]
    del inside[way[-1]]
    return jsonl(changed)


@pytest.mark.parametrize("name", ["entries.jsonl", "attempts.jsonl", "ledger.json"])
def test_every_edit_of_every_field_is_seen(files: Files, name: str) -> None:
    lines = [json.loads(line) for line in files[name].splitlines()]
    chosen = lines if name != "attempts.jsonl" else lines[:3]
    assert looked(files) == []

    for number, line in enumerate(chosen):
        for way in places(line):
            assert looked(files | {name: edited(lines, number, way, other)}), (number, way)
            assert looked(files | {name: without(lines, number, way)}), (number, way)


@pytest.mark.parametrize("seed", range(20))
def test_lines_that_are_taken_out_moved_or_put_in_are_seen(files: Files, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    name = chance.choice(["entries.jsonl", "entries.jsonl", "attempts.jsonl"])
    lines = files[name].splitlines(keepends=True)
    first, second = chance.sample(range(len(lines)), 2)
    way = chance.choice(["out", "twice", "swapped", "put in"])
    if way == "out":
        del lines[first]
    elif way == "twice":
        lines.insert(second, lines[first])
    elif way == "swapped" and name == "entries.jsonl":
        lines[first], lines[second] = lines[second], lines[first]
    else:
        lines[first] = lines[first].replace(b'{"columns"', b'{"note": "x", "columns"', 1)

    assert looked(files | {name: b"".join(lines)}), way


def test_a_case_that_was_written_anew_with_every_sum_right_is_found_out_by_the_checkpoint_alone(files: Files) -> None:
    lines = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    lines[3]["columns"]["by"] = "practitioner, nobody"
    ledger = [json.loads(files["ledger.json"])]
    anew = rehashed(lines)
    ledger[0]["columns"]["entry_hash"] = anew[0]["columns"]["hash"]

    (found,) = looked(files | {"entries.jsonl": jsonl(anew)})

    assert "entry 40 was another one then: the case was written anew since" in found


def test_an_end_that_was_taken_off_is_found_out_by_the_checkpoint(files: Files) -> None:
    lines = files["entries.jsonl"].splitlines(keepends=True)

    (found,) = looked(files | {"entries.jsonl": b"".join(lines[:-2])})

    assert "the case had 40 entries then, and has 38 here" in found


@pytest.mark.parametrize("ending", [".case.tlog-proof", ".attempts.tlog-proof"])
def test_every_edit_of_a_proof_is_seen(files: Files, ending: str) -> None:
    (name,) = [one for one in files if one.endswith(ending)]
    text = files[name].decode()
    chance = random.Random(ending)  # noqa: S311
    for place in chance.sample(range(len(text.rstrip())), 60):
        sign = "A" if text[place] != "A" else "B"
        assert looked(files | {name: f"{text[:place]}{sign}{text[place + 1 :]}".encode()}), place


def test_editions_that_were_changed_taken_out_or_put_in_are_seen(files: Files) -> None:
    name = next(one for one in files if one.startswith("editions/"))

    for changed in (
        files | {name: files[name].replace(b'"', b'"x', 1)},
        {one: held for one, held in files.items() if one != name},
        files | {f"editions/{hashlib.sha256(b'{}').hexdigest()}.json": b"{}"},
    ):
        assert looked(changed)


def marked(files: Files) -> Files:
    """The same case as a register would give it that keeps bodies encrypted under a key of the case."""
    lines = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    for line in lines:
        columns, salt = line["columns"], hashlib.sha256(str(line["columns"]["number"]).encode()).digest()
        columns |= {"body_key_id": "3f0c1d52", "body_sha256": hashlib.sha256(salt).hexdigest()}
        body = verify.canonical(line["body"])
        columns["body_mark"] = hmac.new(salt, body, hashlib.sha256).hexdigest()
        line["body_salt"] = salt.hex()
        if "changes" in line:
            columns["changes_sha256"] = hashlib.sha256(b"cipher").hexdigest()
            columns["changes_mark"] = hmac.new(salt, line["changes"].encode(), hashlib.sha256).hexdigest()
            line["changes_salt"] = salt.hex()
    ledger = json.loads(files["ledger.json"])
    ledger["columns"]["entry_hash"] = rehashed(lines)[0]["columns"]["hash"]
    held = {name: chain_ for name, chain_ in ledger["columns"].items() if name != "hash"}
    ledger["columns"]["hash"] = chain.hash_of(held)
    kept = {name: held for name, held in files.items() if not name.startswith("checkpoints/")}
    return kept | {"entries.jsonl": jsonl(lines), "ledger.json": jsonl([ledger])}


def test_of_an_encrypted_case_the_words_are_held_to_their_marks(files: Files) -> None:
    given = marked(files)
    lines = [json.loads(line) for line in given["entries.jsonl"].splitlines()]
    assert looked(given) == []

    for number, line in enumerate(lines):
        for way in places(line):
            assert looked(given | {"entries.jsonl": edited(lines, number, way, other)}), (number, way)


def test_words_whose_key_was_destroyed_are_said_to_be_missing_and_the_chain_is_whole(files: Files) -> None:
    given = marked(files)
    lines = [json.loads(line) for line in given["entries.jsonl"].splitlines()]
    for name in ("body_salt", "changes_salt", "changes"):
        lines[-1].pop(name, None)
    lines[-1]["body"] = None
    found = verify.look_over(with_manifest(given | {"entries.jsonl": jsonl(lines)}, {"case": OF}), [])

    assert any("The words of entry 40 are not given." in sentence for _, sentence in found)
    assert not [sentence for how, sentence in found if how == verify.BAD and "entries" in sentence.lower()[:12]]


def test_a_bundle_is_for_its_owner_alone_and_never_over_another_file(run: Run, bundle: Path) -> None:
    before = bundle.read_bytes()

    again = run("export", OF, "--out", str(bundle.parent))

    assert bundle.stat().st_mode & 0o777 == 0o600
    assert again.exit_code == 2
    assert f"{bundle} is there already and was left as it is" in again.stderr
    assert bundle.read_bytes() == before
    assert [file.name for file in bundle.parent.iterdir()] == [bundle.name], "and nothing half-written beside it"


def test_who_was_told_can_be_counted_in_a_spreadsheet(files: Files) -> None:
    rows = list(csv.DictReader(io.StringIO(files["telling.csv"].decode())))

    assert rows[0]["notice"] == f"{OF}/2/1"
    assert {row["channel"] for row in rows} == {"smtp"}
    assert all(row["due"] and row["accepted"] and not row["delivered"] for row in rows)
    assert len({row["notice"] for row in rows}) == len(rows)


def test_a_case_that_nobody_knows_is_refused_and_one_reference_or_all_is_asked_for(run: Run, filled: Register) -> None:
    assert "The register knows no case" in run("export", "ESC-AWMV-ZK6B").output + run("export", "ESC-0000-0000").output
    assert "Give the reference of one case, or --all." in run("export").stderr
    assert "Give the reference of one case, or --all." in run("export", OF, "--all").stderr


def test_every_case_is_given_out_and_what_is_there_is_left(run: Run, filled: Register, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    (first, second) = (run("export", "--all", "--out", str(folder)) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert "3 made. index.csv lists them." in first.stdout
    assert "3 there already. index.csv lists them." in second.stdout
    assert sorted(file.name for file in folder.iterdir()) == [
        "ESC-1000-0002.zip", "ESC-2000-0004.zip", "ESC-3000-0006.zip", "index.csv",
    ]  # fmt: skip
    assert all(verify.main([str(file)]) == 0 for file in folder.glob("*.zip"))
    rows = list(csv.DictReader(io.StringIO((folder / "index.csv").read_text())))
    assert (rows[0]["case"], rows[0]["state"]) == (OF, "there already")


def test_one_faulty_case_holds_up_no_other_and_is_named_at_the_end(
    run: Run, filled: Register, installation: Settings, tmp_path: Path
) -> None:
    without_guard(installation.register, "UPDATE entry SET body = '{' WHERE case_ref = 'ESC-2000-0004' AND number = 3")
    without_guard(installation.register, f"UPDATE entry SET \"by\" = 'x' WHERE case_ref = '{OF}' AND number = 4")  # noqa: S608
    folder = tmp_path / "all"

    result = run("export", "--all", "--out", str(folder))
    told = json.loads(run("export", "--all", "--out", str(folder), "--json").stdout)

    assert result.exit_code == 1
    assert "ESC-2000-0004" in result.stdout
    assert "entry 4 was changed after it was written" in result.stdout
    assert {file.stem for file in folder.glob("*.zip")} == {OF, "ESC-3000-0006"}
    assert "The record is not as it was written" in held_in(folder / f"{OF}.zip")["chronology.html"].decode()
    assert verify.main([str(folder / f"{OF}.zip")]) == 1
    assert not told["sound"]


def test_a_bundle_older_than_its_case_is_named_and_left(run: Run, bundle: Path, installation: Settings) -> None:
    files = held_in(bundle)
    manifest = json.loads(files["manifest.json"])
    write(bundle, files | {"manifest.json": json.dumps(manifest | {"head": "0" * 64}).encode()})

    result = run("export", "--all", "--out", str(bundle.parent))

    assert result.exit_code == 1
    assert "a bundle of it is there, and the case has gone on since" in " ".join(result.stdout.split())


def test_a_stick_that_knows_no_links_takes_a_bundle_too_and_keeps_what_is_there(
    run: Run, filled: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    first, second = (run("export", OF, "--out", str(tmp_path / "stick")) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 2)
    assert "is there already and was left as it is" in second.stderr
    assert verify.main([str(tmp_path / "stick" / f"{OF}.zip")]) == 0
    assert [file.name for file in (tmp_path / "stick").iterdir()] == [f"{OF}.zip"]


def test_a_reference_that_somebody_put_in_names_no_file_of_its_own(
    run: Run, filled: Register, installation: Settings, tmp_path: Path
) -> None:
    without_guard(installation.register, "UPDATE standing SET case_ref = '../../odd' WHERE case_ref = 'ESC-2000-0004'")

    result = run("export", "--all", "--out", str(tmp_path / "a" / "all"))

    assert result.exit_code == 1
    assert "That is no reference of a case." in " ".join(result.stdout.split())
    assert not list(tmp_path.glob("odd*"))
    assert not list((tmp_path / "a").glob("odd*"))


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    assert write_sheet(("a",), [("=1+1",), ("-2",), ("plain",), (3,)]) == b"a\r\n'=1+1\r\n'-2\r\nplain\r\n3\r\n"


def test_a_file_of_somebody_elses_under_the_name_of_a_bundle_is_left(run: Run, bundle: Path) -> None:
    bundle.write_text("mine")

    result = run("export", "--all", "--out", str(bundle.parent))

    assert result.exit_code == 1
    assert "is there already and is no bundle of this case" in " ".join(result.stdout.split())
    assert bundle.read_text() == "mine"


def test_said_again_nothing_is_decrypted_of_the_cases_that_are_there(
    run: Run, register: Register, installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(register, agreed_and_closed())
    words = ("export", "--all", "--out", str(tmp_path / "all"))
    assert run(*words).exit_code == 0

    def none(*_: object) -> None:
        raise AssertionError("a key was looked for")

    monkeypatch.setattr(reading, "KeysRead", none)
    again = run(*words)

    assert (again.exit_code, again.stderr) == (0, ""), again.stdout
    assert "1 there already. index.csv lists them." in again.stdout
    assert run("export", "--all", "--out", str(tmp_path / "anew")).exit_code == 1, "one that is made needs it"
