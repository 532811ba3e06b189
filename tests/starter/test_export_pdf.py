"""`escalate export --pdf`: the page of a case as a PDF, for whoever files it, prints it or has it read to them."""

import csv
import hashlib
import io
import json
import logging
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pypdf import PdfReader

from adapters.export import verify
from adapters.export.pdf import PdfWriter
from adapters.register.reads import list_reads
from adapters.register.register import Register
from domain.base.reference import make_reference
from services.exporting import export_one, export_subject
from settings import Settings
from tests.domain.case import Case
from tests.post.test_nothing_planted import PLANTED, a_case_with_a_name_in_every_free_text
from tests.register.forging import OF, forge
from tests.register.keeping import fill
from tests.starter.conftest import NOW, Run
from tests.starter.pango import writer

URGENT = "ESC-2000-0004"


@pytest.fixture
def pdf() -> PdfWriter:
    return writer()


@pytest.fixture
def filled(register: Register, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("ESCALATION_TRAINING", "no")
    forge(register)
    return register


def held_in(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as held:
        return {name: held.read(name) for name in held.namelist()}


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(made).pages)


def words_of(text: str) -> str:
    return " ".join(text.split())


def page_with(words: str) -> bytes:
    head = "<style>table { table-layout: fixed; width: 100% } td { overflow-wrap: break-word }</style>"
    return f"<!DOCTYPE html><html lang=en><title>x</title>{head}<body><table><tr><td>1<td>{words}</table>".encode()


def test_a_bundle_holds_the_pdf_beside_the_page_covers_it_and_says_that_it_is_a_copy(
    pdf: PdfWriter, run: Run, filled: Register, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = run("export", OF, "--pdf", "--out", str(tmp_path))

    assert (result.exit_code, result.stderr) == (0, "")
    files = held_in(tmp_path / f"{OF}.zip")
    digests = json.loads(files["manifest.json"])["files"]
    assert digests["chronology.pdf"] == hashlib.sha256(files["chronology.pdf"]).hexdigest()
    assert "chronology.pdf    the same page to pass on: a copy for reading" in files["README.txt"].decode()
    assert verify.main([str(tmp_path / f"{OF}.zip")]) == 0
    assert "chronology.html, chronology.pdf, telling.csv only retell the entries;" in capsys.readouterr().out
    changed = verify.look_over(files | {"chronology.pdf": b"%PDF"}, [])
    assert any("chronology.pdf is not as it was put in" in said for how, said in changed if how == verify.BAD)


def test_without_the_option_there_is_no_pdf_and_nobody_is_told_of_one(
    run: Run, filled: Register, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", OF, "--out", str(tmp_path)).exit_code == 0

    files = held_in(tmp_path / f"{OF}.zip")
    assert "chronology.pdf" not in files
    assert "pdf" not in files["README.txt"].decode()
    verify.main([str(tmp_path / f"{OF}.zip")])
    assert "pdf" not in capsys.readouterr().out


def test_it_is_tagged_in_english_and_bears_the_reference_alone_for_a_title(
    pdf: PdfWriter, register: Register, installation: Settings, tmp_path: Path
) -> None:
    case = a_case_with_a_name_in_every_free_text()
    fill(register, case)
    made = held_in(export_one(installation, case.state.case, tmp_path, NOW, pdf).file)["chronology.pdf"]

    reader = read(made)
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/StructTreeRoot"]["/K"]
    described = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", described)
    assert reader.metadata is not None
    assert reader.metadata.title == f"Chronology of {case.state.case}"
    assert [word for word in PLANTED if word in described or word in str(reader.metadata)] == []
    assert (
        str(next(one["/Title"] for one in reader.outline if isinstance(one, dict)))
        == f"Chronology of {case.state.case}"
    )


def test_each_sheet_bears_the_reference_its_number_and_the_moment_and_the_whole_page_is_told(
    pdf: PdfWriter, filled: Register, installation: Settings, tmp_path: Path
) -> None:
    made = held_in(export_one(installation, URGENT, tmp_path, NOW, pdf).file)["chronology.pdf"]

    pages = [words_of(page.extract_text()) for page in read(made).pages]
    assert len(pages) > 9
    for number, said in enumerate(pages, 1):
        assert "As of Monday 23 November 2026, 10:00am" in said
        assert f"{URGENT}, page {number} of {len(pages)}" in said
    for heading in (
        "What was late",
        "What happened",
        "Who was told",
        "Who looked at this case",
        "How this can be checked",
    ):
        assert any(heading in said for said in pages), heading


def test_the_draft_for_the_subject_is_a_pdf_too_and_holds_no_word_of_anybody_else(
    pdf: PdfWriter, register: Register, installation: Settings, tmp_path: Path
) -> None:
    case = a_case_with_a_name_in_every_free_text()
    fill(register, case)
    files = held_in(export_subject(installation, case.state.case, tmp_path, NOW, None, pdf).file)

    said = words_of(text_of(files["chronology.pdf"]))
    assert [word for word in PLANTED if word in said] == []
    assert said.count(". Draft for review") >= len(read(files["chronology.pdf"]).pages)
    assert "chronology.pdf" in json.loads(files["manifest.json"])["files"]


def test_a_case_for_training_says_so_on_each_sheet(
    pdf: PdfWriter, register: Register, installation: Settings, tmp_path: Path
) -> None:
    case = Case(case="TRN-A82P-CVXQ")
    fill(register, case)
    made = held_in(export_one(installation, case.state.case, tmp_path, NOW, pdf).file)["chronology.pdf"]

    assert all("TRAINING: invented" in page.extract_text() for page in read(made).pages)
    assert "The case is invented. Nothing here is real" in text_of(made)


def test_the_same_page_comes_to_the_same_bytes_in_another_process_too(
    pdf: PdfWriter, filled: Register, installation: Settings, tmp_path: Path
) -> None:
    files = held_in(export_one(installation, OF, tmp_path, NOW, pdf).file)
    page = tmp_path / "page.html"
    page.write_bytes(files["chronology.html"])
    program = (
        "import hashlib, sys; from pathlib import Path; from adapters.export.pdf import PdfWriter;"
        "print(hashlib.sha256(PdfWriter().write(Path(sys.argv[1]).read_bytes())).hexdigest())"
    )

    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program, page],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        )
        assert done.stdout.strip() == hashlib.sha256(files["chronology.pdf"]).hexdigest()


@pytest.mark.parametrize(
    "asks",
    [
        "<img src='file:///etc/hostname'>",
        "<img src='http://127.0.0.1:1/x.png'>",
        "<img src='data:image/png;base64,AAAA'>",
        "<link rel=stylesheet href='file:///etc/hostname'>",
        "<p style='background: url(file:///etc/hostname)'>x</p>",
        "<style>@import url(file:///etc/hostname); @font-face { font-family: x; src: url(file:///x) }</style>",
        "<link rel=attachment href='file:///etc/hostname'>",
    ],
)
def test_nothing_that_a_page_might_ask_for_is_fetched_from_disk_or_network(pdf: PdfWriter, asks: str) -> None:
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        pdf.write(page_with(asks))


def test_what_people_wrote_stays_text_and_a_word_without_end_is_broken_and_not_cut_off(
    pdf: PdfWriter, register: Register, installation: Settings, tmp_path: Path
) -> None:
    case = Case(case=make_reference(5))
    case.raises_risk(wording=f"<b>x</b> &amp; {'ÿ' * 19_000} end")
    fill(register, case)
    made = held_in(export_one(installation, case.state.case, tmp_path, NOW, pdf).file)["chronology.pdf"]

    said = text_of(made)
    assert "<b>x</b> &amp; " in words_of(said)
    runs = re.findall(r"ÿ+", said)
    assert sum(len(run) for run in runs) == 19_000
    assert max(len(run) for run in runs) <= 60


def test_a_letter_that_no_font_here_has_is_told_and_logged_nowhere(
    pdf: PdfWriter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        pdf.write(page_with("a \U0010fffd b"))

    assert pdf.missing == {"\U0010fffd"}
    assert "\U0010fffd" not in caplog.text


def test_the_command_says_how_many_letters_are_boxes_and_what_helps(
    pdf: PdfWriter, run: Run, register: Register, tmp_path: Path
) -> None:
    case = Case(case=make_reference(5))
    case.raises_risk(wording="a \ue123 b \ue124")
    fill(register, case)

    one = run("export", case.state.case, "--pdf", "--out", str(tmp_path / "one"))
    every = run("export", "--all", "--pdf", "--out", str(tmp_path / "every"))

    for result in (one, every):
        assert result.exit_code == 0
        assert (
            "no font for 2 characters, each a box in the PDF: chronology.html beside it has what was" in result.stderr
        )
        assert "Install fonts" in result.stderr


def test_every_case_is_given_out_with_its_pdf_and_bundles_without_one_are_named_and_left(
    pdf: PdfWriter, run: Run, filled: Register, tmp_path: Path
) -> None:
    with_none, all_of_them = tmp_path / "a", tmp_path / "b"
    assert run("export", OF, "--out", str(with_none)).exit_code == 0
    before = (with_none / f"{OF}.zip").read_bytes()

    result = run("export", "--all", "--pdf", "--out", str(with_none))

    assert result.exit_code == 1
    assert "a bundle of it is there, and holds no PDF: name another folder" in " ".join(result.stdout.split())
    assert (with_none / f"{OF}.zip").read_bytes() == before
    rows = {row["case"]: row["state"] for row in csv.DictReader(io.StringIO((with_none / "index.csv").read_text()))}
    assert rows == {OF: "there already without a PDF", URGENT: "made", "ESC-3000-0006": "made"}
    for _ in range(2):
        assert run("export", "--all", "--pdf", "--out", str(all_of_them)).exit_code == 0
    assert all("chronology.pdf" in held_in(file) for file in all_of_them.glob("*.zip"))
    assert len(list(all_of_them.glob("*.zip"))) == 3


class _NotHere(MetaPathFinder):
    """Loads WeasyPrint as on a machine without the extra, or without Pango, where it prints advice of its own."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def find_spec(self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        if fullname == "weasyprint":
            print("-----")  # noqa: T201
            raise self.error


LACKING = {
    "the extra": (
        ModuleNotFoundError("No module named 'weasyprint'"),
        "WeasyPrint is not installed: install this program",
    ),
    "Pango": (
        OSError("cannot load library"),
        "Pango is not on this machine: install what is missing (on Debian `apt-get",
    ),
}


@pytest.mark.parametrize("words", [(OF,), (OF, "--for-subject"), ("--all",)], ids=" ".join)
@pytest.mark.parametrize("lacking", LACKING)
def test_where_something_is_missing_one_sentence_says_what_and_nothing_is_written_or_looked_at(
    run: Run,
    filled: Register,
    installation: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    lacking: str,
) -> None:
    error, says = LACKING[lacking]
    for name in [one for one in sys.modules if one.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_NotHere(error), *sys.meta_path])

    result = run("export", *words, "--pdf", "--out", str(tmp_path / "out"))

    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert "leave out --pdf" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
    assert list_reads(installation.register) == []


def test_a_machine_without_any_font_is_told_before_pango_ends_the_process(
    pdf: PdfWriter, filled: Register, installation: Settings, tmp_path: Path
) -> None:
    none = tmp_path / "fonts.conf"
    none.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    words = [sys.executable, "-m", "starter", "export", OF, "--pdf", "--out", str(tmp_path / "out")]

    result = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "FONTCONFIG_FILE": str(none)}
    )

    assert (result.returncode, result.stdout) == (2, "")
    assert "there is no font on this machine: install what is missing" in result.stderr
    assert not (tmp_path / "out").exists()
