# ruff: noqa: S608
"""Whatever somebody did to the database by hand: `verify` names it and ends at nothing, and all that reads says so.

Each edit is made at random from a seed, on a copy of its own of a register of real cases. In one of these something
is wrong already, and that has to be told beside whatever was done. `PROOF_EDITS` says how many edits a seed makes.
"""

import json
import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from adapters.register.register import Register
from adapters.watch.rounds import cases
from services import times
from settings import Settings
from starter.watching import Due
from tests.register.hands import Edit, Hands
from tests.register.keeping import STORIES, fill
from tests.register.made import without_guard
from tests.starter.conftest import Run

EDITS = int(os.environ.get("PROOF_EDITS", "10"))
SEEDS = range(int(os.environ.get("PROOF_SEEDS", "8")))
NOW = datetime.fromisoformat("2025-04-22T09:00:00+00:00")
WELL_SAID = {0, 1, 2, 4}
"""Exit codes of what is said in a sentence."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A register of several cases, and their references; in the last of them the second entry was changed."""
    path = tmp_path_factory.mktemp("proof") / "register.db"
    stories = [story() for story in STORIES]
    with Register(f"sqlite:///{path}") as register:
        register.prepare()
        for story in stories:
            fill(register, story)
    refs = [story.state.case for story in stories]
    without_guard(f"sqlite:///{path}", f"UPDATE entry SET kind = 'x' WHERE case_ref = '{refs[-1]}' AND number = 2")
    return path, refs


@pytest.mark.parametrize("seed", SEEDS)
def test_every_edit_by_hand_is_told_and_ends_nothing(
    seed: int, whole: tuple[Path, list[str]], installation: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times, "clock", lambda: NOW)
    path, refs = whole
    installation.data.mkdir()
    wrong: list[str] = []
    for number in range(EDITS):
        copy = installation.data / "register.db"
        for left in installation.data.glob("register.db*"):
            left.unlink()
        shutil.copy(path, copy)
        edit = Hands((seed, number)).lay_on(copy)
        wrong += [f"{seed}/{number}: {edit.what}: {said}" for said in amiss(edit, refs, run, installation)]
    assert not wrong, "\n".join(wrong)


def amiss(edit: Edit, refs: list[str], run: Run, installation: Settings) -> list[str]:
    """Say what was not as it should be after an edit."""
    said = [f"{' '.join(words)} ended with {code}: {told}" for words, code, told in broken_down(edit, refs, run)]
    result = run("verify")
    if result.exit_code not in WELL_SAID or not (result.stdout or result.stderr):
        return [*said, f"verify ended with {result.exit_code}: {result.exception!r} {result.stderr}"]
    result = run("verify", "--json")
    if result.exit_code not in WELL_SAID or not result.stdout:
        return [*said, f"verify ended with {result.exit_code}: {result.exception!r} {result.stderr}"]
    faults = json.loads(result.stdout)["faults"]
    others = [one for one in faults if (one["case"], one["place"]) != (refs[-1], "entry 2")]
    is_hidden = refs[-1] in edit.reach or "*" in edit.reach
    if len(others) == len(faults) and not is_hidden:
        said.append("the fault beside it is not told")
    if edit.is_seen and not others and refs[-1] not in edit.reach:
        said.append("unseen")
    elif edit.is_seen and edit.case in refs[:-1] and not any(edit.case in json.dumps(one) for one in others):
        said.append(f"its case is not named: {others}")
    said += [f"a rebuild is advised, and helps nothing: {one}" for one in helpless(faults, refs, edit, run)]
    return said + watched(edit, refs, installation)


def broken_down(edit: Edit, refs: list[str], run: Run) -> list[tuple[tuple[str, ...], int, str]]:
    """Return which commands broke down, and which said nothing of a case that the edit left alone."""
    found: list[tuple[tuple[str, ...], int, str]] = []
    for words in [("list", "--all"), ("list", "--json"), *((name, ref) for ref in refs for name in READERS)]:
        result = run(*words)
        lost = [
            ref
            for ref in refs[:-1]
            if words == ("list", "--all") and ref not in edit.reach | {edit.case} and ref not in result.stdout
        ]
        is_all_gone = "*" in edit.reach
        if result.exit_code not in WELL_SAID or (lost and not is_all_gone):
            found.append((words, result.exit_code, f"{lost} {result.stderr} {result.exception!r}"))
    return found


READERS = ("show", "history", "explain")


def helpless(faults: list[dict[str, str]], refs: list[str], edit: Edit, run: Run) -> list[dict[str, str]]:
    """Return the faults for which a rebuild is advised, and that stand after it as before."""
    advised = [one for one in faults if "rebuild" in one["what"] and "*" not in edit.reach]
    if not advised:
        return []
    result = run("verify", "--rebuild", "--json")
    after = json.loads(result.stdout)["faults"] if result.stdout else faults
    return [one for one in advised if one in after]


def watched(edit: Edit, refs: list[str], installation: Settings) -> list[str]:
    """See that the watch breaks down at nothing."""
    try:
        list(cases(installation.register, Due(installation.register))(NOW))
    except Exception as error:
        return [f"the watch broke down ({error!r})"]
    return []
