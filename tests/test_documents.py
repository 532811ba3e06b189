"""The documents keep up with the code: kinds, names and numbers that both speak of are the same in both."""

import re
from pathlib import Path

import pytest

from domain.policy.event_names import ENDS
from workflows.attributes import ALL

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
DECIDING = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("engine", "commands")
    for path in sorted((ROOT / "domain" / folder).rglob("*.py"))
)
NAMED = re.compile(r"^(?:async )?def test_rule_(\d\d)_", re.MULTILINE)
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def kinds(heading: str) -> set[str]:
    """First cells of the table under a heading of the glossary."""
    section = re.split(r"\n##+ ", GLOSSARY.split(f"\n### {heading}\n")[1])[0]
    return set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE))


def test_the_glossary_lists_the_kinds_of_entry_that_the_code_makes() -> None:
    made = set(re.findall(r"\.enter(?:_command)?\(\s*\"([a-z-]+)\"", DECIDING)) | set(
        re.findall(r"kind(?:: str)? ?= ?\"(\w+)\"", DECIDING)
    )

    assert kinds("Kinds of entry") == made - {"act", "plan"} | {"act"}  # kind="plan" is an offer's


def test_the_glossary_lists_the_notices_that_the_code_sends_and_names_the_letters_it_does_not() -> None:
    letters = {path.stem for path in (ROOT / "adapters" / "post" / "templates").glob("[!_]*.txt")}
    sent = set(re.findall(r"\.notify\(\s*\"([a-z-]+)\"", DECIDING)) | {
        *("record-fault", "stands-still", "glass-broken"),
        *("link-code", "link-again"),
    }

    assert kinds("Kinds of notice") == sent
    for letter in letters - sent:
        assert f"`{letter}`" in GLOSSARY.split("### Kinds of notice")[1]


def test_the_glossary_lists_every_end_and_every_search_attribute() -> None:
    for word in (*ENDS, *(key.name for key in ALL)):
        assert f"`{word}`" in GLOSSARY


def test_the_rules_are_numbered_from_1_to_55() -> None:
    assert [int(n) for n in re.findall(r"^(\d+)\. ", RULES, re.MULTILINE)] == list(range(1, 56))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_is_short_and_says_what_was_asked_decided_and_follows_both_ways(record: Path) -> None:
    text = record.read_text(encoding="utf-8")

    assert text.count("\n") < 40
    assert text.startswith(f"# {int(record.stem[:4])}. ")
    for part in ("**Question.**", "**Decided.**", "**What follows.**", "\n- For: ", "\n- Against: "):
        assert part in text


PAGES = [ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "policies").glob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_of_a_document_lead_to_files(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("rule", range(1, 56))
def test_each_rule_has_a_test_that_names_it(rule: int) -> None:
    """And each test names a rule there is."""
    names = {name for path in (ROOT / "tests").rglob("test_*.py") for name in NAMED.findall(path.read_text("utf-8"))}

    assert f"{rule:02}" in names
    assert all(1 <= int(name) <= 55 for name in names)
