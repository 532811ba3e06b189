"""A real dev server with three namespaces, and an environment in which Temporal's configuration says nothing."""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.connections.tls import Papers, make_papers


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[str]:
    """Give its address; it has the namespaces `default` and `training`, and `at-work`, in which a worker runs."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).parent / "temporal"),
        dev_server_extra_args=["--namespace", "training", "--namespace", "at-work"],
        dev_server_log_level="error",
        ip="127.0.0.1",
    ) as environment:
        yield environment.client.service_client.config.target_host


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take every variable of Temporal's out, and let its default file be looked for where there is none."""
    for name in [one for one in os.environ if one.startswith(("TEMPORAL_", "ESCALATION_"))]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.fixture(scope="session")
def openssl() -> None:
    """Makes the certificates: every machine with PostgreSQL from Debian has it."""
    if shutil.which("openssl") is None:
        missing = "The program openssl is not on this machine: TLS is not tried."
        if os.environ.get("ESCALATION_REQUIRE_POSTGRES") == "1":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture(scope="session")
def papers(openssl: None, tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """The server's."""
    return make_papers(tmp_path_factory.mktemp("papers") / "server")


@pytest.fixture(scope="session")
def own_papers(openssl: None, tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """A client's, from another authority."""
    return make_papers(tmp_path_factory.mktemp("papers") / "client", "worker.example.org")
