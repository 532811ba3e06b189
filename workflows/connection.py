"""The one place where a Temporal client and its data converter are made."""

import asyncio
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from temporalio.client import Client
from temporalio.converter import DataConverter, SerializationContext
from temporalio.envconfig import ClientConfig
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from adapters.keyring import Keyring

from .encryption import encrypted
from .payloads import PayloadConverter


@dataclass(frozen=True)
class _Converter(DataConverter):
    """Converts alike in every context.

    The SDK gives each converter the context of each payload, and makes two new ones for that, which costs a worker as
    much as converting.
    """

    def with_context(self, context: SerializationContext) -> Self:  # noqa: ARG002
        return self


DATA_CONVERTER = _Converter(payload_converter_class=PayloadConverter)
DEFAULT_ADDRESS = "127.0.0.1:7233"


def converter(keyring: Keyring | None, *, strict: bool) -> DataConverter:
    """Return what makes payloads of values, encrypted where keys are given."""
    return encrypted(DATA_CONVERTER, keyring, strict=strict)


class ServerAway(Exception):  # noqa: N818 - reads as a sentence
    """Temporal cannot be reached: the sentence says where it was looked for and what to do."""

    def __init__(self, says: str, *, may_have_taken: bool = False) -> None:
        """Take the sentence, and whether what was asked may be done all the same, for it broke off in the middle."""
        self.may_have_taken = may_have_taken
        super().__init__(says)


class FiguresFault(Exception):  # noqa: N818 - reads as a sentence
    """The figures cannot be served where they were wanted: the sentence says where and why."""


def runtime(metrics_address: str = "") -> Runtime:
    """Return a runtime whose core logs go to Python's logging: by default they go to stdout, into people's --json.

    With a *metrics_address* (host and port) it serves the SDK's figures there for Prometheus, from now on.

    Raises:
        FiguresFault: that address cannot be listened at.
    """
    forward = LogForwardingConfig(logger=logging.getLogger("temporal.core"))
    level = TelemetryFilter(core_level="WARN", other_level="ERROR")
    figures = PrometheusConfig(bind_address=metrics_address) if metrics_address else None
    telemetry = TelemetryConfig(logging=LoggingConfig(filter=level, forwarding=forward), metrics=figures)
    try:
        return Runtime(telemetry=telemetry)
    except (RuntimeError, ValueError):
        if figures is None:
            raise
        raise FiguresFault(
            f"No figures can be served at {metrics_address}: another program may have that port, perhaps another "
            "worker. Set ESCALATION_METRICS_ADDRESS to a free one."
        ) from None


def is_configured() -> bool:
    """Does Temporal's own configuration say where the server is?"""
    try:
        return bool(_configuration())
    except ServerAway:
        return True  # it says something, if something wrong: connecting will tell


async def pause() -> None:
    """Wait 50 ms after the last call: without it one process in ten crashes while Python ends (sdk-python#300)."""
    await asyncio.sleep(0.05)


async def connect(
    default_address: str = DEFAULT_ADDRESS,
    *,
    runtime: Runtime | None = None,
    keyring: Keyring | None = None,
    works: bool = False,
) -> Client:
    """Connect as Temporal's own environment configuration says; where it says nothing, to *default_address*.

    Args:
        default_address: Host and port.
        runtime: Made by `runtime`.
        keyring: What payloads are encrypted with; None leaves them plain, and reads none that are not.
        works: True for a worker's client, which leaves what it has no key for to whoever converts it; any other raises
            KeyMissing then.

    Raises:
        ServerAway: nobody answers there, whoever answers is not who was expected, or the configuration names a profile
            or file that is not there. The sentence names what to mend.
    """
    config = _configuration()
    address = config.setdefault("target_host", default_address)
    if runtime is not None:
        config["runtime"] = runtime
    try:
        return await Client.connect(**config, data_converter=converter(keyring, strict=not works))
    except (RuntimeError, ValueError) as error:
        raise ServerAway(_sentence(address, str(error))) from None


def _configuration() -> dict[str, Any]:
    """Read Temporal's own configuration: a file with profiles, and over it variables."""
    named = os.environ.get("TEMPORAL_CONFIG_FILE")
    if named and not Path(named).is_file():  # Temporal's own reader passes over it in silence
        raise ServerAway(f"TEMPORAL_CONFIG_FILE names {named}, and no file is there: mend the path, or take it out.")
    try:
        return dict(ClientConfig.load_client_connect_config())
    except OSError as error:
        wrong = f"the file {error.filename} that it names cannot be read"
    except (RuntimeError, ValueError) as error:
        wrong = str(error).partition("\n")[0]  # what follows would quote the file, keys and all
    raise ServerAway(
        f"Temporal's own configuration cannot be used: {wrong}. Mend the profile, file or variable that says it "
        "(TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE, TEMPORAL_TLS_…)."
    ) from None


_REASONS = {
    "InvalidCertificate(Expired": "its certificate has run out. Ask whoever runs it to renew it",
    "InvalidCertificate(NotValidForName": (
        "its certificate is for another name. Set TEMPORAL_TLS_SERVER_NAME to the name in it"
    ),
    "InvalidCertificate": (
        "nobody we trust has signed its certificate. Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the file of the authority "
        "that did"
    ),
    "InvalidContentType": "it speaks no TLS. Set TEMPORAL_TLS=false, or TEMPORAL_ADDRESS to where it does",
    "client cert and private key": (
        "a client certificate needs its key. Set both TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH"
    ),
    "Unauthenticated": "it does not know us. See that the API key (TEMPORAL_API_KEY) or client certificate is right",
    "PermissionDenied": "we may not use it. See that the API key (TEMPORAL_API_KEY) or client certificate is right",
    "after connection": (
        "it broke off. It may speak TLS only (set TEMPORAL_TLS=true), or ask for a client certificate that it knows "
        "(TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH)"
    ),
    "invalid target": "that is no address. Set TEMPORAL_ADDRESS to a name, a colon and a port",
    "dns error": "no machine of that name is known. See that TEMPORAL_ADDRESS is spelt right: a name, a colon, a port",
}
"""What the core says, and what we say of it; the first that fits."""


def _sentence(address: str, said: str) -> str:
    for words, reason in _REASONS.items():
        if words in said:
            return f"Temporal at {address} could not be used: {reason}."
    return (
        f"Nobody answers at {address}: Temporal is not running there. "
        "Start everything with `escalate up`, or set TEMPORAL_ADDRESS to where it runs."
    )
