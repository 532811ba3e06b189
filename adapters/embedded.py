"""The embedded Temporal server: the real program as a child, with a data folder that survives restarts.

For trying out and for training. Not for more: one process, one SQLite file, no sign-in, no copies, and its maker calls
it a development server.
"""

import contextlib
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from .private import UMASK, database_files, keep_private, make_file

STOP_WITHIN_SECONDS = 10
DATABASE = "temporal.db"
LOG = "temporal.log"
"""Files in the data folder. They hold what people wrote."""
UNFIT = (
    "The embedded Temporal server is for trying out and training. It has no sign-in and no backup, and runs on this "
    "machine alone: do not depend on it for real cases."
)


class EmbeddedServerFault(Exception):  # noqa: N818 - reads as a sentence
    """The embedded server cannot be started: the sentence says why and what to do."""


def find_program(chosen: str = "") -> Path:
    """Return the `temporal` program: *chosen*, or the one that the `embedded` extra installed beside this Python.

    Raises:
        EmbeddedServerFault: there is none.
    """
    path = Path(chosen).expanduser() if chosen else Path(sysconfig.get_path("scripts")) / "temporal"
    if path.is_file():
        return path
    if chosen:
        raise EmbeddedServerFault(f"ESCALATION_TEMPORAL_PROGRAM names {chosen}, and there is no program there.")
    raise EmbeddedServerFault(
        "The embedded Temporal server is not installed: install the `embedded` extra, "
        "or set ESCALATION_TEMPORAL_PROGRAM to an official `temporal` program, or TEMPORAL_ADDRESS to a server."
    )


@contextlib.contextmanager
def embedded_server(program: Path, data: Path, port: int, ui_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server on loopback for as long as the block lasts; its database and log are in *data*.

    It may not answer yet when the block begins: connect with patience.

    Raises:
        EmbeddedServerFault: a port is taken.
    """
    for wanted, name in ((port, "ESCALATION_PORT"), (ui_port, "ESCALATION_UI_PORT")):
        if _is_taken(wanted):
            raise EmbeddedServerFault(
                f"Port {wanted} is taken on this machine: is `escalate up` running already? "
                f"If another program has it, set {name} to a free port."
            )
    make_file(data / LOG)
    keep_private(*database_files(data / DATABASE))
    command = [
        *(str(program), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--ui-port", str(ui_port)),
        *("--db-filename", str(data / DATABASE), "--log-level", "warn", "--log-format", "json"),
        *("--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"),  # of four, one worker asks one at a time
    ]
    with (data / LOG).open("ab") as log:
        # A session of its own, so that Ctrl-C reaches us first and the worker can finish while the server is there.
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, umask=UMASK
        )
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
