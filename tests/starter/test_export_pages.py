"""The page of a case as it leaves the building: read by a person on any screen, and the draft for whom it concerns."""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from adapters.register.register import Register
from domain.base.reference import make_reference
from services.exporting import export_one, export_subject
from settings import Settings
from tests.console.chromium import chromium, is_as_wide_as_its_window
from tests.domain.case import Case
from tests.post.test_nothing_planted import PLANTED, a_case_with_a_name_in_every_free_text
from tests.register.forging import OF, forge
from tests.register.keeping import fill
from tests.starter.conftest import NOW, Run

URGENT = "ESC-2000-0004"
LOOKED_AT = os.environ.get("SCREENSHOTS", "")
"""A folder for pictures of the page, for whoever wants to look at them."""


class Text(HTMLParser):
    """What a reader reads, and which elements there are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def whole(self) -> str:
        return " ".join(" ".join(self.said).split())


@pytest.fixture
def filled(register: Register, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("ESCALATION_TRAINING", "no")
    forge(register)
    return register


def exported(run: Run, folder: Path, case: str, *more: str) -> dict[str, str]:
    result = run("export", case, "--out", str(folder), *more, "--json")
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    with zipfile.ZipFile(json.loads(result.stdout)["file"]) as held:
        return {name: held.read(name).decode() for name in held.namelist()}


def test_the_page_says_what_was_late_by_how_much_and_why(run: Run, filled: Register, tmp_path: Path) -> None:
    said = Text(exported(run, tmp_path, URGENT)["chronology.html"]).whole

    assert (
        "independently chaired meeting: held , by both sides together 10:00am on Wednesday 12 March 2025 "
        "1 day late, done Thursday 13 March 2025, midday the moment it was due"
    ) in said
    assert "never done; lapsed: its step was left; it was overdue since Wednesday 5 March 2025" in said
    assert "Counted Tuesday 4 March 2025: 14 hours Wednesday 5 March 2025: 24 hours" in said


def test_a_night_of_alerts_is_one_line_and_each_entry_can_still_be_led_to(
    run: Run, filled: Register, tmp_path: Path
) -> None:
    page = exported(run, tmp_path, URGENT)["chronology.html"]

    assert "12 alerts to the safeguarding lead on call: acknowledgement of the difference, by social-care" in page
    assert all(f'id="entry-{number}"' in page for number in range(1, 62))


def test_the_page_says_who_was_told_and_who_answered(run: Run, filled: Register, tmp_path: Path) -> None:
    said = Text(exported(run, tmp_path, URGENT)["chronology.html"]).whole

    assert "senior liaison officer, police" in said
    assert "accepted by smtp on " in said
    assert re.search(r"Who was told 8\d notices were due\. Accepted : a mail server or provider took it", said)


def test_the_page_needs_nothing_from_elsewhere_and_runs_no_script(run: Run, filled: Register, tmp_path: Path) -> None:
    page = exported(run, tmp_path, URGENT)["chronology.html"]

    assert not {"script", "img", "link", "iframe", "form"} & set(Text(page).tags)
    assert "://" not in page


def test_what_people_wrote_cannot_become_part_of_the_page(
    register: Register, installation: Settings, tmp_path: Path
) -> None:
    case = Case(case=make_reference(5))
    case.raises_risk(wording="<b>x</b>")
    fill(register, case)

    with zipfile.ZipFile(export_one(installation, case.state.case, tmp_path / "out", NOW).file) as held:
        page = held.read("chronology.html").decode()

    assert "<b>x</b>" not in page
    assert "<b>x</b>" in Text(page).whole, "an inspector reads what people wrote, as they wrote it"


def test_the_draft_for_the_subject_holds_no_word_of_anybody_else_and_lists_what_it_leaves_out(
    register: Register, installation: Settings, tmp_path: Path
) -> None:
    case = a_case_with_a_name_in_every_free_text()
    fill(register, case)

    with zipfile.ZipFile(export_subject(installation, case.state.case, tmp_path / "out", NOW, None).file) as given:
        files = {name: given.read(name).decode() for name in given.namelist()}

    assert sorted(files) == ["chronology.html", "manifest.json", "withheld.csv"]
    for name, held in files.items():
        assert [word for word in PLANTED if word in held] == [], name
    said = Text(files["chronology.html"]).whole
    assert said.startswith(f"Chronology of {case.state.case}: draft for review")
    assert "Draft for review. Subject access in England" in said
    rows = list(csv.DictReader(io.StringIO(files["withheld.csv"])))
    assert {"wording", "reason"} <= {row["name"] for row in rows}
    assert all(row["why"] and row["law"] for row in rows)


def test_role_titles_and_what_the_policy_itself_says_stay_in_the_draft(
    run: Run, filled: Register, tmp_path: Path
) -> None:
    said = Text(exported(run, tmp_path, URGENT, "--for-subject")["chronology.html"]).whole

    assert "frontline professional, hill-school" in said
    assert "Outcome: not agreed at Step 1: professional to professional" in said
    assert "as said" not in said
    assert "words that somebody wrote (interim safety, reason)" in said


def test_another_case_is_left_out_of_the_draft_by_its_reference(run: Run, filled: Register, tmp_path: Path) -> None:
    files = exported(run, tmp_path, "ESC-3000-0006", "--for-subject")

    assert OF not in files["chronology.html"]
    assert "the reference of another case (other)" in Text(files["chronology.html"]).whole


def test_a_partnership_may_have_a_template_of_its_own(
    run: Run, filled: Register, installation: Settings, tmp_path: Path
) -> None:
    from importlib.resources import files as held

    own = held("adapters.export").joinpath("templates", "subject.toml").read_text(encoding="utf-8")
    template = tmp_path / "own.toml"
    template.write_text(
        own.replace('said = ["act"', 'said = ["fields", "act"').replace('"subject-access-england"', '"ours"')
    )

    given = exported(run, tmp_path / "a", URGENT, "--for-subject", "--template", str(template))
    assert "as said" in given["chronology.html"]
    assert json.loads(given["manifest.json"])["template"] == "ours"

    for text, why in (
        ("[", "is no TOML"),
        ("[template]\n", "is not as a template has it"),
        (own.replace('names = ["*"]', 'names = ["x"]'), 'no rule of [[withhold]] names "*"'),
    ):
        template.write_text(text)
        refused = run("export", URGENT, "--for-subject", "--template", str(template), "--out", str(tmp_path / "b"))
        assert refused.exit_code == 2
        assert why in refused.stderr
    assert not (tmp_path / "b").exists() or list((tmp_path / "b").iterdir()) == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("more", [(), ("--for-subject",)], ids=["for an inspector", "for the subject"])
def test_in_a_real_browser_it_fits_a_telephone_has_no_barrier_and_can_be_printed(
    run: Run, filled: Register, tmp_path: Path, browser: Browser, more: tuple[str, ...]
) -> None:
    file = tmp_path / "chronology.html"
    file.write_text(exported(run, tmp_path / "out", URGENT, *more)["chronology.html"])
    page = browser.new_context(bypass_csp=True).new_page()  # axe is a script, and the page allows none
    page.goto(file.as_uri())

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        assert is_as_wide_as_its_window(page), width
        if LOOKED_AT:
            page.screenshot(path=Path(LOOKED_AT) / f"export-{len(more)}-{width}.png", full_page=True)
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
