"""The one place where a Temporal client and its data converter are made; a payload codec goes here."""

import asyncio
import logging
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

DATA_CONVERTER = pydantic_data_converter
DEFAULT_ADDRESS = "127.0.0.1:7233"


class ServerAway(Exception):  # noqa: N818 - reads as a sentence
    """Temporal cannot be reached: the sentence says where it was looked for and what to do."""


def runtime() -> Runtime:
    """Return a runtime whose core logs go to Python's logging: by default they go to stdout, into people's --json."""
    forward = LogForwardingConfig(logger=logging.getLogger("temporal.core"))
    level = TelemetryFilter(core_level="WARN", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=level, forwarding=forward)))


def is_configured() -> bool:
    """Does Temporal's own configuration say where the server is?"""
    try:
        return bool(ClientConfig.load_client_connect_config())
    except RuntimeError:
        return True  # it says something, if something wrong: connecting will tell


async def pause() -> None:
    """Wait 50 ms after the last call: without it one process in ten crashes while Python ends (sdk-python#300)."""
    await asyncio.sleep(0.05)


async def connect(default_address: str = DEFAULT_ADDRESS, *, runtime: Runtime | None = None) -> Client:
    """Connect as Temporal's own environment configuration says; where it says nothing, to *default_address*.

    Raises:
        ServerAway: nobody answers there, or the configuration names a profile or file that is not there.
    """
    try:
        config: dict[str, Any] = dict(ClientConfig.load_client_connect_config())
    except RuntimeError as error:
        raise ServerAway(
            f"Temporal's own configuration cannot be used: {error}. Mend the profile or file it names."
        ) from None
    config.setdefault("target_host", default_address)
    if runtime is not None:
        config["runtime"] = runtime
    try:
        return await Client.connect(**config, data_converter=DATA_CONVERTER)
    except RuntimeError:
        raise ServerAway(
            f"Nobody answers at {config['target_host']}: Temporal is not running there. "
            "Start everything with `escalate up`, or set TEMPORAL_ADDRESS to where it runs."
        ) from None
