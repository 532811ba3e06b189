"""Where Temporal is, is said by Temporal's own variables and file alone; what is wrong in them is told with its mend.

The dev server speaks no TLS, so a door in front of it does (tls.py); no real Temporal Cloud was asked.
"""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.keyring import make_keys
from tests.connections.refusing import refusing
from tests.connections.tls import NAME, Papers, tls_door
from tests.people import administrator_in
from workflows.connection import ServerAway, connect, is_configured
from workflows.service import missing_attributes

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "connecting.md").read_text(encoding="utf-8")
NOBODY = "127.0.0.1:1"
KEY = "catseat012"
BIN = Path(sys.executable).parent
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "referral.toml"


def say(monkeypatch: pytest.MonkeyPatch, **variables: object) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"TEMPORAL_{name}", str(value))


async def refusal() -> str:
    """What a person is told: one sentence, or two."""
    with pytest.raises(ServerAway) as told:
        await connect(NOBODY)
    assert "\n" not in str(told.value)
    return str(told.value)


async def test_where_nothing_is_said_the_embedded_servers_address_is_used(server: str) -> None:
    assert not is_configured()
    client = await connect(server)
    assert (client.service_client.config.target_host, client.namespace) == (server, "default")


async def test_the_address_and_namespace_of_the_variables_win_over_the_embedded_server(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, ADDRESS=server, NAMESPACE="training")
    assert is_configured()
    assert (await connect(NOBODY)).namespace == "training"


@pytest.fixture
def profiles(server: str, tmp_path: Path) -> Path:
    file = tmp_path / "profiles.toml"
    file.write_text(
        f'[profile.default]\naddress = "{server}"\n\n[profile.training]\naddress = "{server}"\nnamespace = "training"\n'
    )
    return file


@pytest.mark.parametrize(("profile", "namespace"), [("", "default"), ("training", "training")])
async def test_a_profile_of_the_file_says_where_and_which_namespace(
    profiles: Path, monkeypatch: pytest.MonkeyPatch, profile: str, namespace: str
) -> None:
    say(monkeypatch, CONFIG_FILE=profiles, **({"PROFILE": profile} if profile else {}))
    assert is_configured()
    client = await connect(NOBODY)
    assert client.namespace == namespace
    assert len(await missing_attributes(client)) == 6, "it answers"


async def test_a_variable_wins_over_the_profile(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, CONFIG_FILE=profiles, PROFILE="training", NAMESPACE="default")
    assert (await connect(NOBODY)).namespace == "default"


async def test_a_profile_that_is_not_there_is_named(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, CONFIG_FILE=profiles, PROFILE="trainnig")
    assert is_configured(), "no embedded server is started for a slip of the pen"
    said = await refusal()
    assert "'trainnig' not found" in said
    assert "TEMPORAL_PROFILE" in said


async def test_a_file_that_is_not_there_is_named_and_no_other_server_is_used_in_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    say(monkeypatch, CONFIG_FILE=tmp_path / "elsewhere.toml")
    assert is_configured()
    assert f"TEMPORAL_CONFIG_FILE names {tmp_path}/elsewhere.toml, and no file is there" in await refusal()


async def test_a_file_that_is_no_toml_is_told_by_its_line_and_what_stands_there_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(f'[profile.default]\napi_key = "{KEY}\n')
    say(monkeypatch, CONFIG_FILE=file)
    said = await refusal()
    assert "at line 2" in said
    assert KEY not in said


async def test_a_certificate_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    say(monkeypatch, TLS_SERVER_CA_CERT_PATH=tmp_path / "no.pem")
    assert f"the file {tmp_path}/no.pem that it names cannot be read" in await refusal()


async def test_a_server_that_is_away_is_told_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, ADDRESS=NOBODY)
    assert f"Nobody answers at {NOBODY}" in await refusal()


async def test_what_is_no_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, ADDRESS="no such machine:7233")
    assert "Set TEMPORAL_ADDRESS to a name, a colon and a port" in await refusal()


async def test_a_namespace_that_is_not_there_is_named(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, ADDRESS=server, NAMESPACE="elsewhere")
    with pytest.raises(ServerAway, match=f"{server} knows no namespace elsewhere: make it there, or set TEMPORAL_NAME"):
        await missing_attributes(await connect())


async def test_tls_with_an_authority_of_ones_own(server: str, papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    async with tls_door(papers, server) as door:
        say(monkeypatch, ADDRESS=door, TLS_SERVER_CA_CERT_PATH=papers.authority, TLS_SERVER_NAME=NAME)
        assert await missing_attributes(await connect(NOBODY))


async def test_tls_said_in_a_profile(
    server: str, papers: Papers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with tls_door(papers, server) as door:
        file = tmp_path / "tls.toml"
        file.write_text(
            f'[profile.default]\naddress = "{door}"\n\n'
            f'[profile.default.tls]\nserver_ca_cert_path = "{papers.authority}"\n'
        )
        say(monkeypatch, CONFIG_FILE=file)
        assert await missing_attributes(await connect(NOBODY))


@pytest.mark.parametrize(
    ("variables", "mend"),
    [
        ({"TLS": "true"}, "TEMPORAL_TLS_SERVER_CA_CERT_PATH"),
        ({"TLS": "true", "TLS_DISABLE_HOST_VERIFICATION": "true"}, "TEMPORAL_TLS_SERVER_CA_CERT_PATH"),
        ({"TLS_SERVER_CA_CERT_PATH": "own"}, "TEMPORAL_TLS_SERVER_CA_CERT_PATH"),
        ({"TLS_SERVER_CA_CERT_PATH": "the server's", "TLS_SERVER_NAME": "x.example.org"}, "TEMPORAL_TLS_SERVER_NAME"),
        ({}, "TEMPORAL_TLS=true"),
    ],
    ids=["no authority", "checking put off", "wrong authority", "wrong name", "no TLS"],
)
async def test_what_is_wrong_with_tls_is_told_with_the_variable_that_mends_it(
    server: str, papers: Papers, own_papers: Papers, monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str], mend: str,
) -> None:  # fmt: skip
    files = {"own": own_papers.authority, "the server's": papers.authority}
    async with tls_door(papers, server) as door:
        say(monkeypatch, ADDRESS=door, **{name: files.get(value, value) for name, value in variables.items()})
        said = await refusal()
    assert said.startswith(f"Temporal at {door} could not be used: ")
    assert mend in said


async def test_tls_to_a_server_that_speaks_none_is_told(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, ADDRESS=server, TLS="true")
    assert "it speaks no TLS. Set TEMPORAL_TLS=false" in await refusal()


async def test_a_client_certificate_opens_a_door_that_asks_for_one(
    server: str, papers: Papers, own_papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tls_door(papers, server, clients=own_papers.authority) as door:
        say(monkeypatch, ADDRESS=door, TLS_SERVER_CA_CERT_PATH=papers.authority)
        assert "TEMPORAL_TLS_CLIENT_CERT_PATH" in await refusal()

        say(monkeypatch, TLS_CLIENT_CERT_PATH=papers.certificate, TLS_CLIENT_KEY_PATH=papers.key)
        assert "a client certificate that it knows" in await refusal(), "one of another authority"

        say(monkeypatch, TLS_CLIENT_CERT_PATH=own_papers.certificate, TLS_CLIENT_KEY_PATH=own_papers.key)
        assert await missing_attributes(await connect(NOBODY))


async def test_a_client_certificate_without_its_key_is_told(
    server: str, own_papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, ADDRESS=server, TLS_CLIENT_CERT_PATH=own_papers.certificate)
    assert "TEMPORAL_TLS_CLIENT_KEY_PATH" in await refusal()


async def test_a_worker_and_a_command_do_their_work_through_client_certificates(
    server: str, papers: Papers, own_papers: Papers, tmp_path: Path
) -> None:
    """The whole way: a worker carries a case that a command opens, both through the door."""
    make_keys(tmp_path / "data" / "encryption.keys")
    async with tls_door(papers, server, clients=own_papers.authority) as door:
        environment = os.environ | {
            "ESCALATION_DATA": str(tmp_path / "data"),
            "ESCALATION_PEOPLE": str(administrator_in(tmp_path)),
            "TEMPORAL_ADDRESS": door,
            "TEMPORAL_NAMESPACE": "at-work",
            "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(papers.authority),
            "TEMPORAL_TLS_CLIENT_CERT_PATH": str(own_papers.certificate),
            "TEMPORAL_TLS_CLIENT_KEY_PATH": str(own_papers.key),
        }
        pipe = asyncio.subprocess.PIPE
        worker = await asyncio.create_subprocess_exec(BIN / "escalate", "worker", env=environment, stderr=pipe)
        assert worker.stderr is not None
        try:
            async with asyncio.timeout(60):
                while b"worker_started" not in (line := await worker.stderr.readline()):
                    assert line, "the worker ended"
            command = await asyncio.create_subprocess_exec(
                BIN / "escalate", "start", EXAMPLE, env=environment, stdout=pipe, stderr=pipe
            )
            out, err = await command.communicate()
            assert command.returncode == 0, err.decode()
            assert b"Opened: ESC-" in out
        finally:
            worker.terminate()
            await worker.communicate()
        assert worker.returncode == 0


async def test_an_api_key_goes_along_without_tls_only_where_tls_is_put_off(
    server: str, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, ADDRESS=server, API_KEY=KEY)
    assert "it speaks no TLS" in await refusal(), "a key puts TLS on"

    say(monkeypatch, TLS="false")
    assert await missing_attributes(await connect(NOBODY))

    monkeypatch.delenv("TEMPORAL_TLS")
    async with tls_door(papers, server) as door:
        say(monkeypatch, ADDRESS=door, TLS_SERVER_CA_CERT_PATH=papers.authority)
        assert await missing_attributes(await connect(NOBODY))


@pytest.mark.parametrize(("status", "says"), [(16, "it does not know us"), (7, "we may not use it")])
async def test_an_api_key_is_sent_and_a_server_that_refuses_it_is_told_without_the_key(
    monkeypatch: pytest.MonkeyPatch, status: int, says: str
) -> None:
    async with refusing(status) as other:
        say(monkeypatch, ADDRESS=other.address, TLS="false", API_KEY=KEY)
        said = await refusal()
        assert says in said
        assert "TEMPORAL_API_KEY" in said
        assert KEY not in said
        assert other.was_told(KEY)
        assert not other.was_told("catseat210"), "the ear hears only what was said"


def test_every_variable_of_the_page_about_connecting_is_tried_here() -> None:
    tried = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", Path(__file__).read_text(encoding="utf-8")))
    named = {name.removeprefix("TEMPORAL_") for name in re.findall(r"TEMPORAL_[A-Z_]+[A-Z]", PAGE)}
    assert named <= tried


def test_a_worker_on_a_server_elsewhere_wants_a_key(tmp_path: Path) -> None:
    """What it wrote there would stand in clear for whoever looks after that server."""
    environment = os.environ | {"ESCALATION_DATA": str(tmp_path / "data"), "TEMPORAL_ADDRESS": NOBODY}

    done = subprocess.run([BIN / "escalate", "worker"], check=False, capture_output=True, text=True, env=environment)

    assert done.returncode == 2
    assert done.stderr.startswith(f"There is no key of encryption in {tmp_path / 'data' / 'encryption.keys'}: ")
    assert "escalate keys new" in done.stderr
