"""`escalate token`: made for an account, shown once, kept as a digest, and let go."""

import json
import re
import stat
from pathlib import Path

import pytest

from adapters.people.tokens import FILE, Tokens, TokensFaulty
from services.times import now
from settings import Settings
from tests.people import with_people
from tests.starter.conftest import Run

NEW = ("token", "new", "police-lead", "--label", "the records of the police", "--scope", "read", "--scope", "record")


@pytest.fixture
def file(installation: Settings) -> Path:
    installation.people.write_text(installation.people.read_text() + _POLICE)
    return installation.data / FILE


_POLICE = '[police-lead]\ntitle = "safeguarding lead"\nrole = "agency manager"\nagency = "police"\n'


def test_a_token_is_shown_once_and_its_digest_alone_is_kept(run: Run, file: Path) -> None:
    result = run(*NEW)

    assert result.exit_code == 0, result.stderr
    text = result.stdout.splitlines()[0]
    assert re.fullmatch(r"esct_[0-9a-f]{8}_[\w-]{43}", text)
    kept = file.read_text()
    assert text.removeprefix(text[:14]) not in kept  # a secret may hold underscores
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = Tokens(file).of(text)
    assert found is not None
    assert (found.account, found.scopes, found.state(now())) == ("police-lead", ("read", "record"), "good")
    for other in (f"{text}x", text[:-1], text.replace("esct", "esc"), "", text[:14] + "_" * 43):
        assert Tokens(file).of(other) is None


def test_tokens_are_listed_and_revoked(run: Run, file: Path) -> None:
    made = json.loads(run(*NEW, "--json", "--days", "30").stdout)
    assert made["ends"].startswith("2026-12-23")
    listed = run("token", "list").stdout
    assert made["id"] in listed
    assert made["token"] not in listed
    assert "never" in listed

    result = run("token", "revoke", made["token"])

    assert result.exit_code == 0
    assert json.loads(run("token", "list", "--json").stdout)[0]["state"] == "revoked"
    assert run("token", "revoke", "00000000").exit_code == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "somebody", "--label", "x", "--scope", "read"), "The account somebody does not stand in"),
        (("new", "police-lead", "--label", "x"), "Say what it is for: --scope read"),
        (("new", "police-lead", "--label", " ", "--scope", "read"), "--label: say in at most 60 characters"),
        (("new", "police-lead", "--label", "Anna Smith", "--scope", "read"), "--label holds what looks like a name"),
        (("new", "police-lead", "--label", "x", "--scope", "all"), "Invalid value for '--scope'"),
        (("new", "police-lead", "--label", "x", "--scope", "read", "--days", "900"), "Invalid value for '--days'"),
    ],
)
def test_what_cannot_be_used_makes_no_token(run: Run, file: Path, words: tuple[str, ...], sentence: str) -> None:
    result = run("token", *words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert not file.exists()


def test_a_file_that_is_spoilt_is_told_and_left(run: Run, file: Path) -> None:
    run(*NEW)
    for text in ("[", '[{"id": 5}]', '[{"id": "x", "scopes": ["all"]}]', "{}x"):
        file.write_text(text)
        with pytest.raises(TokensFaulty):
            Tokens(file).all()
        assert run(*NEW).exit_code == 2
        assert file.read_text() == text


def test_the_doctor_tells_of_tokens_that_end_soon_are_nobodys_or_cannot_be_read(
    run: Run, file: Path, installation: Settings
) -> None:
    def found() -> list[tuple[str, str]]:
        report = json.loads(run("doctor", "--json", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout)
        return [(one["state"], one["says"]) for one in report["found"] if one["what"] == "tokens"]

    assert found() == []
    made = json.loads(run(*NEW, "--json", "--days", "10").stdout)
    assert found() == [("ok", "1 may be used")]
    Tokens(file).note_use(made["id"], now().date())
    assert ("is in use and ends on 2026-12-03" in found()[0][1], found()[0][0]) == (True, "warning")
    text = installation.people.read_text()
    installation.people.write_text(text.replace("[police-lead]", "[another]"))
    assert "which has no role" in found()[0][1]
    file.write_text("spoilt")
    assert found()[0][0] == "problem"


def test_in_a_trial_without_a_file_of_people_only_ones_own_account_is_known(run: Run, installation: Settings) -> None:
    installation.people.unlink()

    assert "begin one with `escalate people new`" in run(*NEW).stderr
    with_people(installation)
