"""The two sides of the comparison, driven alike: open a case, say its outcomes one after another."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from temporalio.client import Client

from adapters.calendars import load_calendar
from adapters.keyring import Keyring
from adapters.policies import load_policy
from bench.floor import STAGES, Floor, Outcome, Start
from bench.working import Name
from domain.base.people import Actor
from domain.commands import Opening, OutcomeSaid
from workflows.caseload import Caseload
from workflows.connection import converter

POLICY, _ = load_policy(Path(__file__).resolve().parent / "policy.toml")
WORDS = "The receiving agency does not accept that the threshold is met. " * 3
"""192 bytes, in every opening and every outcome."""


class Side(Protocol):
    """One way of running an escalation."""

    name: Name
    client: Client

    async def open(self, case: str) -> None:
        """Start a case."""

    async def say(self, case: str, stage: int) -> None:
        """Say the outcome of a stage, counted from 1, and wait for the answer."""


class FloorSide:
    """The floor."""

    name: Name = "floor"

    def __init__(self, client: Client) -> None:
        self.client = client

    async def open(self, case: str) -> None:
        """Start a case."""
        await self.client.start_workflow(Floor.run, Start(case, WORDS), id=case, task_queue="floor")

    async def say(self, case: str, stage: int) -> None:
        """Say the outcome of a stage."""
        await self.client.get_workflow_handle_for(Floor.run, case).execute_update(Floor.outcome, Outcome(stage, WORDS))


class OurSide:
    """The product, through its own door."""

    name: Name = "ours"

    def __init__(self, client: Client) -> None:
        self.client = client
        self._caseload = Caseload(client, "ours")
        self._calendar = load_calendar("england-and-wales").for_case(datetime.now(UTC))
        self._raiser = Actor(agency="schools", role="lead")

    async def open(self, case: str) -> None:
        """Start a case."""
        opening = Opening(
            case=case,
            policy=POLICY,
            calendar=self._calendar,
            raising="schools",
            receiving=("police",),
            raiser=self._raiser,
            words={"disagreement": WORDS},
        )
        await self._caseload.open(opening)

    async def say(self, case: str, stage: int) -> None:
        """Say the outcome of a stage."""
        outcome = "disagreed" if stage < STAGES else "resolved"
        said = OutcomeSaid(by=self._raiser, outcome=outcome, fields={"reason": WORDS}, id=uuid.uuid4().hex)
        await self._caseload.record(case, said)


async def both_sides(address: str, keyring: Keyring | None = None) -> tuple[FloorSide, OurSide]:
    """Connect both sides to one server, each with the data converter it is used to."""
    ours = await Client.connect(address, data_converter=converter(keyring, strict=True))
    return FloorSide(await Client.connect(address)), OurSide(ours)
