# ruff: noqa: E501 - what people read is quoted whole
import json
from pathlib import Path

import pytest

from settings import HERE, Settings
from tests.starter.conftest import EXAMPLES, Run

TEXT = (HERE / "policies" / "lincolnshire.toml").read_text(encoding="utf-8")


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    """A policy file with one name that leads nowhere."""
    path = tmp_path / "ours.toml"
    path.write_text(TEXT.replace('leads_to = "step-4-urgent"', 'leads_to = "step-5"'), encoding="utf-8")
    return str(path)


def test_a_good_policy_is_checked_with_its_directory(run: Run) -> None:
    result = run("policy", "check", "lincolnshire")

    assert result.exit_code == 0
    assert (
        "no faults. Professional resolution and escalation protocol, edition 2025-02: 2 routes, 7 steps"
        in result.stdout
    )
    assert "lincolnshire.toml: to look at\n" in result.stdout
    assert "was abolished" in result.stdout


def test_every_fault_of_a_policy_is_told_with_exit_code_1(run: Run, faulty: str) -> None:
    result = run("policy", "check", faulty)
    told = json.loads(run("policy", "check", faulty, "--json").stdout)

    assert result.exit_code == 1
    assert "no case can be opened with it." in result.stdout
    assert "`step-5`" in result.stdout
    assert not told["usable"]
    assert {"place", "what", "mend", "severity", "file", "line"} == set(told["found"][0])
    assert (
        f"\n  fault: {faulty}:{told['found'][0]['line']}: stage step-3, outcome not-agreed: `step-5`" in result.stdout
    )


def test_a_directory_that_cannot_be_read_is_a_fault(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lincolnshire.toml").write_text("nonsense", encoding="utf-8")

    result = run("policy", "check", "lincolnshire", env={"ESCALATION_DIRECTORIES": str(tmp_path)})

    assert result.exit_code == 1
    assert "It cannot be used." in result.stdout


@pytest.mark.parametrize("words", [["show"], ["deadlines", "--opened", "today 09:00"]])
def test_a_faulty_policy_is_not_drawn_and_the_way_to_its_faults_is_told(
    run: Run, faulty: str, words: list[str]
) -> None:
    result = run("policy", words[0], faulty, *words[1:])

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"See `escalate policy check {faulty}`." in result.stderr


def test_an_unknown_policy_is_answered_with_those_there_are(run: Run) -> None:
    result = run("policy", "show", "rutland")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Policies there: " in result.stderr


def test_the_ladder_is_drawn_with_what_is_ours_marked_as_ours(run: Run) -> None:
    text = run("policy", "show", "lincolnshire").stdout

    for line in (
        "ROUTE ladder: A professional difference   (unless concern is conduct)",
        "  ● Step 1: professional to professional   [step-1]",
        "  │  · must: agreed plan of action, by both sides together: 48 hours on working days from step-1.discussion or step-1.opened   (L16, L17)",
        "  │  → not agreed [not-agreed], said by any party; needs reason and interim safety  ⇒  step-2   (L18, L25)",
        "  ● Learning points with the sub-group   [learning; strand learning]",
        "HOW WE READ IT (OURS, NOT THE AREA'S WORDS)",
        "  when the sub-group meets is not in the protocol   (L37)   filled by the setting ESCALATION_MEETINGS",
    ):
        assert f"\n{line}\n" in text
    assert json.loads(run("policy", "show", "lincolnshire", "--json").stdout)["id"] == "lincolnshire"


def test_deadlines_are_given_in_the_policys_zone_with_their_clause(run: Run) -> None:
    result = run("policy", "deadlines", "lincolnshire", "--opened", "2025-04-17T15:00", "--json")

    found = json.loads(result.stdout)
    plan = next(one for one in found if one["duty"] == "step-1/3")
    assert result.stderr == "Opened: Thursday 17 April 2025, 3:00pm (Europe/London).\n"
    assert (plan["stage"], plan["act"], plan["by"], plan["strength"]) == (
        "step-1",
        "plan",
        "both sides together",
        "must",
    )
    assert plan["due"] == "2025-04-23T15:00:00+01:00"
    assert plan["due_words"] == "by 3:00pm on Wednesday 23 April 2025"
    assert plan["timescale"] == "48 hours on working days"
    assert "L17" in plan["clause"]


def test_deadlines_as_a_table_name_the_steps(run: Run) -> None:
    text = run("policy", "deadlines", "lincolnshire", "--opened", "2025-04-17T15:00").stdout

    assert "by the end of Monday 28 April 2025" in text


def test_deadlines_name_the_route_and_say_what_got_no_date_and_why(run: Run) -> None:
    text = run("policy", "deadlines", "lincolnshire", "--opened", "2025-04-17T15:00").stdout
    chosen = run("policy", "deadlines", "lincolnshire", "--opened", "2025-04-17T15:00", "--fact", "concern=conduct")

    assert text.startswith("Route: A professional difference [ladder, the policy's first: --fact or --track chooses]: ")
    placed, _, unplaced = text.partition("\nWithout a date here\n")
    assert "by the end of Monday 28 April 2025" in placed
    assert "its step is not on this route" in unplaced
    assert "no time is given" in unplaced
    assert chosen.stdout.startswith(
        "Route: A worker's conduct [conduct]: redirected.\nNothing on this route gets a date"
    )


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--opened", "2025-04-17"], 2, "Opened: 2025-04-17 has no time of day: write it like 2025-04-17T15:00.\n"),
        (["--opened", "2025-03-30T01:30"], 2, "did not exist in Europe/London"),
        (["--opened", "1890-01-01T10:00Z"], 2, "use a calendar edition that covers it.\n"),
        (["--opened", "2025-04-17T15:00Z", "--track", "express"], 3, "'express' is no track of this policy"),
        ([], 2, "Missing option '--opened'"),
    ],
)
def test_deadlines_that_cannot_be_reckoned_are_told(run: Run, words: list[str], code: int, told: str) -> None:
    result = run("policy", "deadlines", "lincolnshire", *words)

    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr


def test_the_policies_of_an_installation_are_listed_the_faulty_ones_too(run: Run, faulty: str) -> None:
    shipped = json.loads(run("policy", "list", "--json").stdout)
    broken = run("policy", "list", env={"ESCALATION_POLICIES": str(Path(faulty).parent)}).stdout

    assert {"lincolnshire"} <= {one["policy"] for one in shipped}
    assert "see `escalate policy check ours`" in broken


def changed(folder: Path, old: str, new: str) -> str:
    """Lincolnshire's file with one thing changed, in a folder of its own."""
    assert old in TEXT
    folder.mkdir(exist_ok=True)
    path = folder / "lincolnshire.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('nation = "england-and-wales"', 'nation = "wales"', "policy, nation"),
        ('nation = "england-and-wales"', 'nation = "scotland"\nzone = "Europe/Edinburgh"', "policy, zone"),
        ('fills = "meetings"', 'fills = "meatings"', "policy, gap 3, fills"),
    ],
)
def test_what_start_would_refuse_or_no_setting_can_fill_is_a_fault_with_its_line(
    run: Run, tmp_path: Path, old: str, new: str, place: str
) -> None:
    path = changed(tmp_path, old, new)

    result = run("policy", "check", path)

    assert result.exit_code == 1
    line = 1 + Path(path).read_text(encoding="utf-8")[: TEXT.index(old) + len(new)].count("\n")
    assert f"\n  fault: {path}:{line}: {place}: " in result.stdout
    assert run("start", "examples/referral.toml", "--policy", path).exit_code == 2


def test_a_policy_of_the_installation_without_a_directory_cannot_open_a_case_and_the_check_says_so(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "none").mkdir()
    env = {"ESCALATION_DIRECTORIES": str(tmp_path / "none")}

    result = run("policy", "check", "lincolnshire", env=env)
    told = json.loads(run("policy", "check", "lincolnshire", "--json", env=env).stdout)

    assert result.exit_code == 1
    assert (
        f"No case can be opened yet: there is no directory {tmp_path / 'none' / 'lincolnshire.toml'}." in result.stdout
    )
    assert (told["usable"], told["directory"]["missing"]) == (True, True)


def test_a_draft_without_a_directory_is_told_of_it_and_passes(run: Run, tmp_path: Path) -> None:
    path = changed(tmp_path, 'id = "lincolnshire"', 'id = "draft"')

    result = run("policy", "check", path)

    assert result.exit_code == 0
    assert "No case can be opened yet: there is no directory" in result.stdout


def test_local_settings_that_stop_a_case_are_found_by_the_check(run: Run, installation: Settings) -> None:
    installation.local.mkdir(parents=True)
    (installation.local / "lincolnshire.toml").write_text("toleranse = '4 hours'\n", encoding="utf-8")

    result = run("policy", "check", "lincolnshire")

    assert result.exit_code == 1
    assert "\nLocal settings\n  No case can be opened. The local settings" in result.stdout


def test_a_file_that_was_edited_under_the_edition_that_cases_hold_is_told_by_check_start_and_adopt(
    run: Run, opened: str, tmp_path: Path
) -> None:
    edited = changed(tmp_path / "edited", '"5 working days"', '"7 working days"')
    renewed = changed(tmp_path / "renewed", 'edition = "2025-02"', 'edition = "2025-03"')
    only_notes = changed(tmp_path / "noted", "# Lincolnshire: the", "# Lincolnshire. The")
    words = ("--by", "schools", "--role", "slo", "--reason", "It was edited.")

    assert run("policy", "check", "lincolnshire").exit_code == 0
    assert run("policy", "check", only_notes).exit_code == 0
    assert run("policy", "check", renewed).exit_code == 0
    found = run("policy", "check", edited)
    assert found.exit_code == 1
    assert "Cases hold edition 2025-02 of lincolnshire in other words than this file" in found.stdout
    assert json.loads(run("policy", "check", edited, "--json").stdout)["edited"].endswith("you change the file.")

    again = run("start", str(EXAMPLES / "referral.toml"), "--policy", edited, "--request", "another")
    assert again.exit_code == 0, "a case is held up by nothing of this"
    assert "Change `edition` whenever you change the file." in again.stderr

    refused = run("adopt", opened, "--policy", edited, *words)
    assert refused.exit_code == 3
    assert "give the file a new `edition`, and adopt that" in refused.stderr


def test_a_policy_is_drawn_into_a_new_file_and_no_other_is_written_over(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "ladder.svg"
    done = run("policy", "show", "lincolnshire", "--drawing", str(place))
    again = run("policy", "show", "lincolnshire", "--drawing", str(place), "--json")
    nowhere = run("policy", "show", "lincolnshire", "--drawing", str(tmp_path / "none" / "ladder.svg"))

    assert done.exit_code == 0
    assert done.stdout.endswith("the ladder of Professional resolution and escalation protocol, edition 2025-02.\n")
    assert place.read_text(encoding="utf-8").startswith('<?xml version="1.0" encoding="UTF-8"?>\n<svg ')
    assert again.exit_code != 0
    assert "is there already and was left as it is" in again.stderr
    assert nowhere.exit_code != 0
    assert "Traceback" not in nowhere.stderr
    assert [path.name for path in tmp_path.glob("*ladder*")] == ["ladder.svg"]
