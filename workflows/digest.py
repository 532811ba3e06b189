"""The daily digest: started each morning by a schedule (see `morning`), over when everybody has been told."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.digests import Morning, Told
    from domain.time.local_time import to_zone

DIGEST = "Digest"
ZONE = "Europe/London"
"""On whose clocks the time of day is."""
OF_A_POLICY = ("digest-night", "digest-people")
UNTIL_TOLD = RetryPolicy(initial_interval=timedelta(seconds=10), maximum_interval=timedelta(minutes=10))
"""Tried for as long as the run may last: the schedule says how long that is."""


@workflow.defn(name=DIGEST)
class DigestWorkflow:
    """One morning. It carries no notice and no address: each activity makes its own from the register."""

    @workflow.run
    async def run(self) -> Told:
        begun = workflow.info().start_time
        morning = Morning(day=to_zone(begun, ZONE).date(), begun=begun)
        policies = await _do("digest-policies", None, list[str])
        told = await asyncio.gather(
            _do("digest-office", morning, Told),
            *(_do(name, morning.but(policy=one), Told) for one in policies for name in OF_A_POLICY),
        )
        return Told(sent=sum(one.sent for one in told), refused=sum(one.refused for one in told))


async def _do(name: str, morning: Morning | None, result: Any) -> Any:
    return await workflow.execute_activity(
        name,
        args=[] if morning is None else [morning],
        result_type=result,
        start_to_close_timeout=timedelta(hours=2),
        heartbeat_timeout=timedelta(minutes=2),
        retry_policy=UNTIL_TOLD,
        summary=morning.policy if morning else "",
    )
