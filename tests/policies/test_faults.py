# ruff: noqa: E501 - each kind of damage is one line of the table
"""A damaged policy file is told where, what and how to mend it; never a traceback, never silence."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from adapters.policies import find_policy, load_policy
from adapters.policy_lines import lines_of
from domain.policy import Fault, PolicyFaulty

ROOT = Path(__file__).parents[2]
WHOLE = (ROOT / "policies" / "lincolnshire.toml").read_text(encoding="utf-8")
STEP_1 = 'title = "Step 1: professional to professional"'
PLAN_1 = 'within = "48 hours on working days", of = ["step-1.discussion", "step-1.opened"]'
DISCUSSION = '{ kind = "discussion", methods'

DAMAGE: dict[str, tuple[str, str, str, str]] = {
    # what is wrong: what stood there, what stands there now, words of the place, words of the fault
    "unknown table": ("[[track]]", "[[trak]]", "trak", "table is not known"),
    "unknown key of the policy": ("nation =", "country = 1\nnation =", "policy, country", "`country` is not known"),
    "unknown key of a stage": (STEP_1, f"{STEP_1}\ncolour = 1", "stage step-1, colour", "`colour` is not known"),
    "unknown key of a duty": (PLAN_1, f"{PLAN_1}, before = 1", "stage step-1, duty 3", "`before` is not known"),
    "missing key": ('nation = "england-and-wales"', "", "policy, nation", "`nation` is missing"),
    "no [policy]": ("[policy]", "[politics]", "policy", "[policy] is missing"),
    "unknown role on a side": ('receiving = ["practitioner"]', 'receiving = ["wizard"]', "stage step-1, receiving", "`wizard` is no role"),
    "unknown role of a duty": ('role = ["line-manager"], rows = ["L20"] },\n  { act = "discussion"', 'role = ["wizard"], rows = ["L20"] },\n  { act = "discussion"', "stage step-2, duty 2, role", "`wizard` is no role"),
    "unknown act of a duty": ('{ act = "acknowledgement"', '{ act = "nod"', "stage step-1, duty 1, act", "`nod` is no act"),
    "unknown part of an act": ("chaired-meeting.date-set", "chaired-meeting.menu", "stage step-4-urgent, duty 1, act", "no part `menu`"),
    "no act": ('{ act = "acknowledgement"', "{ act = []", "stage step-1, duty 1, act", "asks for no act"),
    "unknown stage in a track": ('"step-3", "step-4-urgent", "unresolved"]', '"step-9", "step-4-urgent", "unresolved"]', "track ladder", "`step-9` is no stage"),
    "unknown stage of an outcome": ('from = ["unresolved"]', 'from = ["step-9"]', "outcome called-urgent, from", "`step-9` is no stage"),
    "outcome leading nowhere": ('leads_to = "unresolved"', 'leads_to = "limbo"', "stage step-4-urgent, outcome not-agreed", "`limbo` is no stage"),
    "unknown end": ('"end: stopped"', '"end: vanished"', "stage step-2, outcome not-justified", "is no end"),
    "unknown event": ('"step-1.discussion", "step-1.opened"], strength = "must", rows = ["L16"', '"step-1.applause"], strength = "must", rows = ["L16"', "stage step-1, duty 3, of", "step-1.applause"),
    "event by no side": ("contact-slo by raising", "contact-slo by lunch", "stage step-3, duty 3, of", "is no side"),
    "unknown fact": ("unless = { concern", "unless = { colour", "track ladder, unless", "`colour` is no fact"),
    "unknown value of a fact": ('if = { concern = "conduct" }', 'if = { concern = "weather" }', "track conduct, if", "`weather` is not a value"),
    "unknown side": ('by = "raising", rows = ["L27"]', 'by = "everybody"', "stage step-3, duty 2, by", "`everybody` is no side"),
    "unknown addressee": ('to = ["slo"]', 'to = ["wizard"]', "stage step-3, duty 1, to", "`wizard` is no role"),
    "unknown need": ('needs = ["considered"]', 'needs = ["luck"]', "stage learning, outcome learning-done, needs", "`luck` is neither"),
    "unknown kind of act": (DISCUSSION, '{ kind = "dance", methods', "act discussion, kind", "cannot be used"),
    "unknown chair": ('chair = "chair", attended', 'chair = "owl", attended', "act chaired-meeting, chair", "`owl` is no role"),
    "unknown people who attend": ('attended_by = "every party"', 'attended_by = "owls"', "act chaired-meeting, attended_by", "`owls` is no side"),
    "a method longer than a message carries": ('"telephone", "face', f'"{"x" * 81}", "face', "act discussion, methods", "too long"),
    "unknown group that meets": ("next meeting of ppet", "next meeting of owls", "stage learning, duty 1, within", "`owls` is no role"),
    "dead end": ('leads_to = "end: diverted"', 'leads_to = "redirected"', "stage redirected", "no end can be reached"),
    "no way on": ('outcome = [{ id = "turned"', 'outcome = []\nold = [{ id = "turned"', "stage redirected", "`old` is not known"),
    "next out of the track's order": ('from = ["step-1", "step-2"]\n', 'from = ["step-1", "step-2", "redirected"]\n', "stage redirected, outcome not-agreed", "leads out of every track"),
    "dispute stage that is only done": ('leads_to = "end: stopped"', 'leads_to = "done"', "stage step-2, outcome not-justified", "beside the dispute"),
    "missing unit": ("5 working days", "5", "stage step-2, duty 3, within", "'5' is not a period"),
    "period of nothing": ("48 hours on working days", "0 hours", "stage step-1, duty 3, within", "period of 0"),
    "period as a number": ('within = "24 hours"', "within = 24", "stage step-4-urgent, duty 1, within", "text, in quotation marks"),
    "date as text": ("effective = 2025-02-01", 'effective = "2025-02-01"', "policy, effective", "written as text"),
    "date in words": ("effective = 2025-02-01", 'effective = "1 February"', "policy, effective", "written as text"),
    "two stages of one id": ('id = "step-2"', 'id = "step-1"', "stage step-1", "two stages have this id"),
    "two tracks of one id": ('id = "conduct"', 'id = "ladder"', "track ladder", "two tracks have this id"),
    "two outcomes of one stage": ('id = "returned"', 'id = "not-justified"', "stage step-2, outcome not-justified", "two outcomes of one stage"),
    "two shared outcomes of one id": ('id = "called-urgent"', 'id = "agreed"', "outcome agreed", "said at one stage"),
    "two keys of one name": ("chair = {", 'slo = { title = "x" }\nchair = {', "policy.toml", "not valid TOML"),
    "an id that is no id": ('id = "step-2"', 'id = "Step 2!"', "stage Step 2!, id", "lower-case letters"),
    "a reserved id": ('id = "redirected"', 'id = "ended"', "stage ended", "meaning of its own"),
    "an outcome called as a command is typed": ('id = "called-urgent"', 'id = "pause"', "outcome pause", "meaning of its own"),
    "a list as text": ('receiving = ["practitioner"]', 'receiving = "practitioner"', "stage step-1, receiving", "a list, in square brackets"),
    "a table as text": ('slo = { title = "senior liaison officer", also = ["SLO"] }', 'slo = "senior"', "role slo", "a table, in braces"),
    "stages not repeated": ("[[stage]]                               # not", "[stage]\n#", "policy.toml", "not valid TOML"),
    "tables inside [policy]": ("[fact.concern]", "[policy.fact.concern]", "policy, fact", "not a key of [policy]"),
    "nothing to build on": ("nation =", 'builds_on = "other"\nnation =', "policy, builds_on", "no policy `other` beside this file"),
    "a duty without a clause": ('"filed"\nby = "each party"\nuntil = "done"\nrows = ["L7"]', '"filed"\nby = "each party"\nuntil = "done"', "duty 2", "names no clause"),
    "a duty of no stage without a when": ('when = "action.overdue" ', "", "duty 3", "says no `when`"),
    "a duty that lapses at once": ('{ act = "plan", by = "together", within = "48', '{ when = "step-1.outcome", act = "plan", by = "together", within = "48', "stage step-1, duty 3", "lapse at once"),
    "not TOML": ("[policy]", "[policy", "policy.toml", "not valid TOML"),
    "not TOML, an open quotation mark": ('id = "lincolnshire"', 'id = "lincolnshire', "policy.toml", "line"),
    "nobody sits in it": ('clause = "none; see the gaps"\nraising = ["slo"]\nreceiving = ["slo"]', "", "stage unresolved", "nobody sits in it"),
    "nothing at all": (WHOLE, "", "policy", "[policy] is missing"),
}  # fmt: skip


def faults_of(folder: Path, text: str) -> tuple[Fault, ...]:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFaulty) as caught:
        load_policy(path)
    for fault in caught.value.faults:
        assert fault.place
        assert fault.what
        assert fault.mend
        assert "pydantic" not in str(fault)
        assert "http" not in str(fault)
    return caught.value.faults


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_damage_is_told_with_its_place_and_its_mend(name: str, tmp_path: Path) -> None:
    old, new, place, what = DAMAGE[name]
    assert old in WHOLE

    found = faults_of(tmp_path, WHOLE.replace(old, new, 1))

    assert any(place in fault.place and what in fault.what for fault in found), "\n".join(map(str, found))
    assert all(fault.file == str(tmp_path / "policy.toml") and fault.line for fault in found)


LINES = {
    "unknown table": "[[trak]]",
    "unknown key of a stage": "colour = 1",
    "missing key": "[policy]",
    "unknown role on a side": 'receiving = ["wizard"]',
    "unknown role of a duty": '  { act = "justified", by = "raising", role = ["wizard"]',
    "unknown fact": 'unless = { colour = "conduct" }',
    "unknown kind of act": 'discussion = { kind = "dance"',
    "next out of the track's order": "[[outcome]]",
    "two stages of one id": "[[stage]]",
    "two keys of one name": 'slo = { title = "x" }',
    "a reserved id": "[[stage]]",
    "not TOML": "[policy",
    "not TOML, an open quotation mark": 'id = "lincolnshire',
    "a duty without a clause": "[[duty]]",
    "nothing to build on": 'builds_on = "other"',
}
"""With what the line begins that a fault names."""


@pytest.mark.parametrize("name", sorted(LINES))
def test_a_fault_names_its_file_and_its_line(name: str, tmp_path: Path) -> None:
    old, new, place, what = DAMAGE[name]
    text = WHOLE.replace(old, new, 1)

    fault = next(one for one in faults_of(tmp_path, text) if place in one.place and what in one.what)

    assert text.splitlines()[fault.line - 1].startswith(LINES[name])
    assert str(fault).startswith(f"{tmp_path / 'policy.toml'}:{fault.line}: ")


@pytest.mark.parametrize("path", sorted([*ROOT.glob("policies/*.toml"), *ROOT.glob("tests/policies/*/*.toml")]))
def test_every_key_of_a_file_is_found_on_the_line_on_which_it_is_written(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines, written = lines_of(text), text.splitlines()

    def look(inside: Any, at: tuple[str | int, ...]) -> None:
        if at:
            key = next(part for part in reversed(at) if isinstance(part, str))
            line = written[lines[at] - 1]
            assert key in line or not isinstance(at[-1], str), (at, line)
            if isinstance(inside, dict) and isinstance(inside.get("id"), str):
                assert inside["id"] in "".join(written[lines[at] - 1 : lines[at] + 1]), (at, line)
        parts = inside.items() if isinstance(inside, dict) else enumerate(inside) if isinstance(inside, list) else ()
        for part, value in parts:
            look(value, (*at, part))

    look(tomllib.loads(text), ())


ODD = "\n".join(
    (
        "# a note",
        "\"quoted key\" . 'an other' = '''",
        'text with # and ] and "',
        "'''",
        'a.b = """one \\""" two',
        'three""""',
        "list = [ # first",
        "  [1, 2], { x = 1, \"y z\" = [ 'it]' ] }, # second",
        "]",
        "[[many]]",
        "[[many.deep]]",
        "at = 2026-01-01 10:00:00",
        "[[many.deep]]",
        "at = 1",
        "[many.deep.er]",
        "end = true",
    )
)


def test_odd_but_valid_toml_is_followed_to_its_lines() -> None:
    lines = lines_of(ODD)

    assert tomllib.loads(ODD)["many"][0]["deep"][1]["er"] == {"end": True}
    assert lines["quoted key", "an other"] == 2
    assert lines["a", "b"] == 5
    assert lines["list",] == 7
    assert lines["list", 1, "y z", 0] == 8
    assert lines["many", 0, "deep", 0, "at"] == 12
    assert lines["many", 0, "deep", 1, "at"] == 14
    assert lines["many", 0, "deep", 1, "er", "end"] == 16


def test_a_fault_of_a_policy_that_is_built_on_names_the_file_in_which_it_stands(tmp_path: Path) -> None:
    below = (ROOT / "policies" / "liverpool.toml").read_text(encoding="utf-8")
    above = (ROOT / "policies" / "liverpool-school.toml").read_text(encoding="utf-8")
    (tmp_path / "liverpool.toml").write_text(below.replace('nation = "england-and-wales"', 'nation = "wales"'))
    (tmp_path / "liverpool-school.toml").write_text(above)
    with pytest.raises(PolicyFaulty) as caught:
        load_policy(tmp_path / "liverpool-school.toml")
    (fault,) = caught.value.faults
    assert (Path(fault.file).name, fault.place) == ("liverpool.toml", "liverpool.toml, policy, nation")
    assert below.splitlines()[fault.line - 1].startswith("nation =")

    (tmp_path / "liverpool.toml").write_text(below)
    (tmp_path / "liverpool-school.toml").write_text(above.replace("[policy]", "[policy]\nnation = 'wales'"))
    with pytest.raises(PolicyFaulty) as caught:
        load_policy(tmp_path / "liverpool-school.toml")
    (fault,) = caught.value.faults
    assert Path(fault.file).name == "liverpool-school.toml"
    assert "england-and-wales, northern-ireland, scotland" in fault.mend
    assert (tmp_path / fault.file).read_text().splitlines()[fault.line - 1] == "nation = 'wales'"


def test_a_stage_that_nothing_leads_to_is_told(tmp_path: Path) -> None:
    lonely = '\n[[stage]]\nid = "tower"\ntitle = "Tower"\nraising = ["slo"]\nstrand = "learning"\n'

    (fault,) = faults_of(tmp_path, WHOLE.replace("[[outcome]]", f"{lonely}[[outcome]]", 1))

    assert (fault.place, fault.severity) == ("stage tower", "fault")
    assert "no outcome leads to it" in fault.what


def test_an_unknown_number_needs_a_gap_that_says_so(tmp_path: Path) -> None:
    text = re.sub(r"gap = \[.*?\n\]\n", "", WHOLE, flags=re.DOTALL).replace("5 working days", "unknown", 1)

    assert any("no gap says so" in fault.what for fault in faults_of(tmp_path, text))


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = WHOLE.replace("5 working days", "5").replace('to = ["slo"]', 'to = ["wizard"]')
    text = text.replace('if = { concern = "conduct" }', 'if = { concern = "weather" }')

    assert len(faults_of(tmp_path, text)) == 4


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(WHOLE.replace("one's", "one\N{RIGHT SINGLE QUOTATION MARK}s").encode("cp1252", "replace"))

    with pytest.raises(PolicyFaulty, match=r"policy\.toml: the file is not text in UTF-8\. Save it as UTF-8"):
        load_policy(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "policy.toml", tmp_path / "no" / "policy.toml"):
        with pytest.raises(PolicyFaulty, match="there is no such file"):
            load_policy(path)
    with pytest.raises(PolicyFaulty, match="cannot be read"):
        load_policy(tmp_path)


def test_a_file_too_large_for_a_policy_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"# " + b"x" * 2_000_000)

    with pytest.raises(PolicyFaulty, match="larger than a policy can be"):
        load_policy(path)


def test_a_policy_that_is_not_on_the_shelf_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="Policies there: none"):
        find_policy(tmp_path, "lincolnshire")
    for name in ("../lincolnshire", "", "atlantis"):
        with pytest.raises(FileNotFoundError, match="lincolnshire"):
            find_policy(Path(__file__).parents[2] / "policies", name)


def test_a_role_from_the_partners_without_a_way_out_is_a_warning_and_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(WHOLE.replace(', override = "reason"', ""), encoding="utf-8")

    _, (warning,) = load_policy(path)

    assert (warning.place, warning.severity) == ("role chair", "warning")


@pytest.mark.parametrize("cut", range(0, 95, 4))
def test_a_file_that_was_cut_off_is_told(cut: int, tmp_path: Path) -> None:
    """But for one that was cut between two of the last duties: that is a policy too."""
    path = tmp_path / "policy.toml"
    path.write_text(WHOLE[: len(WHOLE) * cut // 100], encoding="utf-8")

    with pytest.raises(PolicyFaulty):
        load_policy(path)


def test_any_word_put_in_the_place_of_another_is_taken_or_told(tmp_path: Path) -> None:
    """Every quoted word of the file in turn becomes nonsense, an empty word, a number and a list."""
    path = tmp_path / "policy.toml"
    words = list(re.finditer(r'"[^"\n]*"', WHOLE))
    for n, word in enumerate(words):
        new = ('"zz"', '""', "7", "[]", "{}", '"any.x.y by z"', "true")[n % 7]
        path.write_text(WHOLE[: word.start()] + new + WHOLE[word.end() :], encoding="utf-8")
        try:
            load_policy(path)
        except PolicyFaulty as faulty:
            assert all(fault.place and fault.mend for fault in faulty.faults)  # noqa: PT017 - each has both
