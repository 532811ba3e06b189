"""Files that people give are read with a bound; what people wrote is for its owner alone, and never half-written."""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters import private
from adapters.embedded import embedded_server, find_program
from adapters.files import NotWritten, write_whole
from adapters.given import TooLarge, is_file, read_bytes, read_text, read_toml
from adapters.post import OutboxPost
from adapters.private import keep_private, make_file
from adapters.register.register import Register
from adapters.training import mark
from adapters.watch.notebook import Notebook
from settings import read_settings
from starter.commands.up import linked
from tests.ports import free_ports
from tests.post.conftest import POLICE, minimal
from tests.starter.conftest import Run, installation, run
from wiring import keep_all_private, utc_now

__all__ = ["installation", "run"]


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=["000", "022", "077", "777"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Everything in a folder, and the folder itself, that is not as it should be."""
    wrong = {}
    links = [path for path in folder.rglob("*") if path.is_symlink()]  # a link has no mode of its own
    for path in {folder, *folder.rglob("*")} - {*links}:
        wanted = private.FOLDER if path.is_dir() else private.FILE
        if (mode := stat.S_IMODE(path.stat().st_mode)) != wanted:
            wrong[str(path.relative_to(folder))] = oct(mode)
    return wrong


@pytest.mark.usefixtures("umask")
def test_what_people_wrote_is_for_its_owner_alone_under_any_umask(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"
    settings = read_settings({"ESCALATION_DATA": str(data), "ESCALATION_TRAINING": "yes"})
    linked(settings)
    mark(data)
    OutboxPost(settings.outbox, utc_now).send(minimal("alert"), POLICE)
    Notebook(settings.watch.heartbeat).save()
    with Register(settings.register) as register:
        register.prepare()
        assert register.cases() == []
        assert {path.name for path in data.iterdir()} >= {"register.db", "register.db-wal", "register.db-shm", "outbox"}
        assert modes(data) == {}
    assert modes(tmp_path / "deep") == {}


@pytest.mark.usefixtures("umask")
def test_temporals_own_database_and_log_are_too(tmp_path: Path) -> None:
    data, (port, page) = tmp_path / "data", free_ports(2)
    with embedded_server(find_program(), data, port, page) as server:
        while not (data / "temporal.db").exists():
            assert server.poll() is None, (data / "temporal.log").read_text()

        assert modes(data) == {}
    assert modes(data) == {}


def test_an_installation_that_stood_open_is_mended_at_start(tmp_path: Path) -> None:
    settings = read_settings({"ESCALATION_DATA": str(tmp_path / "data")})
    old = ["register.db", "register.db-wal", "temporal.db", "temporal.db-shm", "temporal.log", "watch.json", "link.key"]
    for name in old:
        make_file(settings.data / name)
        (settings.data / name).chmod(0o644)
    for folder in ("outbox", "outbox/.refs", "guests"):
        (settings.data / folder).mkdir(mode=0o755)
    settings.data.chmod(0o777)
    keep_all_private(settings)

    assert modes(settings.data) == {}


def test_a_folder_of_all_and_what_is_not_there_are_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    keep_private(tmp_path, tmp_path / "nothing")

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


def test_the_doctor_says_who_may_read_or_change_what_people_wrote(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "kept"
    settings = read_settings({"ESCALATION_DATA": str(data)})
    with Register(settings.register) as register:
        register.prepare()

    def lines() -> list[str]:
        said = run("doctor", env={"ESCALATION_DATA": str(data), "TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout
        return [" ".join(line.split()) for line in said.splitlines() if line.split()[1:2] == ["kept"]]

    assert lines() == ["ok kept what people wrote lies where its owner alone may read it"]
    data.chmod(0o755)
    (line,) = lines()
    assert line.startswith(f"warning kept Others on this machine may read what is in {data}, which holds what people")
    data.chmod(0o777)
    (data / "register.db").chmod(0o644)
    assert {line.partition(" what is in")[0] for line in lines()} == {
        "problem kept Others on this machine may change",
        "problem kept Others on this machine may read",
    }


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    write_whole(tmp_path / "kept", "before")
    monkeypatch.setattr(os, "fsync", full)
    for path in (tmp_path / "kept", tmp_path / "new"):
        with pytest.raises(NotWritten, match=r"no space left on device\); make room there\."):
            write_whole(path, "after")

    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept").read_text() == "before"


def test_a_file_that_is_there_stays_where_only_the_first_counts(tmp_path: Path) -> None:
    for text in ("first", "second"):
        write_whole(tmp_path / "kept", text, only_first=True)

    assert (tmp_path / "kept").read_text() == "first"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("path", ["pipe", "/dev/zero", "/dev/full", "folder"])
def test_what_has_no_end_or_never_begins_is_not_read(tmp_path: Path, path: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"Not a regular file|Is a directory"):
        read_bytes(tmp_path / path)


def test_a_file_is_read_to_its_bound_and_no_further(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 11)

    assert read_bytes(tmp_path / "file", 11) == b"x" * 11
    with pytest.raises(TooLarge):
        read_bytes(tmp_path / "file", 10)


@pytest.mark.parametrize("name", ["n" * 5000, "a\0b", "n/" * 3000])
def test_a_name_that_no_file_can_have_is_no_file(tmp_path: Path, name: str) -> None:
    assert not is_file(tmp_path / name)
    with pytest.raises(OSError, match=r"No such file|too long"):
        read_text(tmp_path / name)


RUBBISH = {
    "brackets": "a = " + "[" * 3000 + "]" * 3000,
    "tables": "a = " + "{a = " * 3000 + "1" + "}" * 3000,
    "a number": "a = " + "9" * 5000,
    "a NUL": 'a = "\0"',
    "half": "a = [",
}


@pytest.mark.parametrize("text", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_in_toml_is_told_as_no_toml(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as told:
        read_toml(text)
    assert type(told.value).__name__ == "TOMLDecodeError"


COMMANDS = {
    "a referral": ("start", "{}"),
    "a policy": ("policy", "check", "{}"),
    "a directory": ("directory", "check", "lincolnshire"),
    "a sheet": ("directory", "import", "lincolnshire", "{}"),
    "a calendar": ("rota", "import", "lincolnshire", "{}"),
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("held", [*RUBBISH, "a pipe", "too much", "binary"])
def test_every_command_that_takes_a_file_tells_rubbish_in_one_sentence(
    run: Run, tmp_path: Path, words: tuple[str, ...], held: str
) -> None:
    place = tmp_path / "directories"
    place.mkdir()
    for name in ("lincolnshire.toml", "lincolnshire.rota.toml"):
        (place / name).write_bytes((Path("directories") / name).read_bytes())
    file = place / "lincolnshire.toml" if words[1] == "check" and "{}" not in words else tmp_path / "given.toml"
    file.unlink(missing_ok=True)
    if held == "a pipe":
        os.mkfifo(file)
    else:
        many = {"too much": b"#" * 6_000_000, "binary": bytes(range(256))}
        file.write_bytes(many.get(held, RUBBISH.get(held, "").encode()))
    typed = [word.format(file) for word in words]
    result = run(*typed, env={"ESCALATION_DIRECTORIES": str(place)})

    assert result.exit_code in {1, 2}, result.stderr
    assert "our mistake" not in result.stdout + result.stderr
    assert 20 < len(result.stdout + result.stderr) < 2000


@pytest.mark.parametrize("name", ["n" * 5000, "n/" * 3000, "../../etc/passwd", ""])
def test_over_long_names_are_told_as_names_that_there_are_not(run: Run, name: str) -> None:
    for words in (("policy", "check", name), ("start", name), ("show", name), ("start", "--policy", name)):
        result = run(*words)

        assert result.exit_code == 2, (words[0], result.stderr[:300])
        assert "our mistake" not in result.stderr
        assert len(result.stderr) < 1500


@pytest.mark.parametrize("name", ["DATA", "REGISTER", "OUTBOX", "POLICIES", "DIRECTORIES", "LOCAL"])
def test_a_setting_with_a_name_that_no_file_can_have_is_told(run: Run, tmp_path: Path, name: str) -> None:
    place = f"{tmp_path}/{'n' * 280}"
    env = {
        f"ESCALATION_{name}": f"sqlite:///{place}" if name == "REGISTER" else place,
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
    }
    looked = run("doctor", env=env)
    listed = run("list", env=env)

    assert looked.exit_code == 1 or (name == "DATA" and looked.exit_code == 2)
    assert "file name too long" in looked.stdout + looked.stderr
    assert listed.exit_code in {0, 2, 4}
    assert "our mistake" not in looked.output + listed.output


@pytest.mark.parametrize("opened", ["0001-01-01T00:00:00Z", "{a = 1}", "[1]", "1e400", "9999-12-31T23:59:59-01:00"])
def test_a_time_that_cannot_be_right_is_told(run: Run, tmp_path: Path, opened: str) -> None:
    (tmp_path / "referral.toml").write_text(f'policy = "lincolnshire"\nopened = {opened}\n')
    result = run("start", str(tmp_path / "referral.toml"), "--raising", "schools", "--receiving", "police")

    assert result.exit_code == 2
    assert "our mistake" not in result.stderr


def test_a_child_that_we_start_writes_for_its_owner_alone(tmp_path: Path) -> None:
    """What the embedded server is started with."""
    subprocess.run(["touch", tmp_path / "made"], umask=private.UMASK, check=True)

    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o600
