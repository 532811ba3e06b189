"""A PostgreSQL server of our own for the tests: on a free port of 127.0.0.1, in a temporary folder, gone at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.ports import free_port

MISSING = "PostgreSQL's programs (initdb, pg_ctl) are not on this machine: the register is not tried on PostgreSQL."


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """Run a server and give its address without a database's name: `postgresql+psycopg://esc:secret@127.0.0.1:1`."""
    home = Path(tempfile.mkdtemp(prefix="register-"))
    home.chmod(0o755)
    data, word = home / "data", home / "word"
    word.write_text("secret")
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:  # the server refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(data, owner.pw_uid, owner.pw_gid)
        os.chown(word, owner.pw_uid, owner.pw_gid)

    def run(program: str, *arguments: str) -> None:
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with (home / "said").open("a+") as said:  # a file: the server keeps a pipe open for ever
            whole = [*become, str(bin_folder / program), *arguments]
            done = subprocess.run(whole, cwd="/", stdout=said, stderr=said, check=False)
        assert done.returncode == 0, (home / "said").read_text()

    port = free_port()
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={data} -c fsync=off"
    make = ("-U", "esc", "-A", "scram-sha-256", f"--pwfile={word}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    try:
        run("initdb", "-D", str(data), *make)
        run("pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://esc:secret@127.0.0.1:{port}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(home)


@contextmanager
def frozen(backend: int) -> Iterator[None]:
    """Stop the server to which a backend belongs, and all its processes, as a machine that stands still stops them."""
    postmaster = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    processes = [postmaster, *(int(one) for one in children)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(processes):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


@contextmanager
def running() -> Iterator[str]:
    """Run a server while the block lasts, and give its address. Where there are no programs the test is skipped, or
    fails where it must run.
    """
    found = programs()
    if found is None:
        if os.environ.get("ESCALATION_REQUIRE_POSTGRES") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with server(found) as address:
        yield address
