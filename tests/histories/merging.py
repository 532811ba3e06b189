"""Replay as the SDK may do it: a task that commanded nothing comes as one with the task after it.

Its core does so where an update follows, and takes messages before completions, whatever came first when the case ran.
So what the workflow commands must not depend on where one task ends and the next begins.
"""

import asyncio
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    Replayer,
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)

from worker import WORKFLOWS
from workflows.connection import DATA_CONVERTER

UNSANDBOXED = UnsandboxedWorkflowRunner()


class Task(NamedTuple):
    """What one task of the workflow was given, and what it commanded."""

    given: WorkflowActivation
    commands: list[str]


class Replayed(NamedTuple):
    """A run, task by task."""

    details: WorkflowInstanceDetails
    tasks: list[Task]

    @property
    def commands(self) -> list[str]:
        return [command for task in self.tasks for command in task.commands]

    @property
    def idle(self) -> list[int]:
        """Tasks that commanded nothing and were not the last: those that may come with the next."""
        return [number for number, task in enumerate(self.tasks[:-1]) if not task.commands]


async def replayed(run: WorkflowHistory) -> Replayed:
    """Replay a run as it was, and note each task."""
    noting = _Noting()
    await Replayer(workflows=WORKFLOWS, data_converter=DATA_CONVERTER, workflow_runner=noting).replay_workflow(run)
    assert noting.run is not None
    return noting.run


async def merged(run: Replayed, with_the_next: Collection[int]) -> list[str]:
    """Return what the workflow commands where these of its tasks each come as one with the next."""
    instance = UNSANDBOXED.create_instance(_kept_as_it_is(run.details))
    return await asyncio.to_thread(_activated, instance, _merge(run.tasks, with_the_next))


def ways(run: Replayed, seed: int) -> Iterator[list[int]]:
    """Yield which tasks may come with the next: all at once, every second, one alone, and some by chance.

    There are too many ways to go through each. One alone shows what depends on its task, and all what adds up.
    """
    idle, chance = run.idle, random.Random(seed)  # noqa: S311 - to be had again
    yield from (idle, idle[::2], idle[1::2])
    if len(idle) > 2:
        yield chance.sample(idle, 1)
        yield sorted(chance.sample(idle, chance.randrange(2, len(idle))))


def _merge(tasks: Sequence[Task], with_the_next: Collection[int]) -> Iterator[WorkflowActivation]:
    jobs: list[WorkflowActivationJob] = []
    for number, task in enumerate(tasks):
        jobs += task.given.jobs
        if number not in with_the_next:
            given = deepcopy(task.given)
            del given.jobs[:]
            given.jobs.extend(jobs)
            jobs = []
            yield given


def _activated(instance: WorkflowInstance, tasks: Iterable[WorkflowActivation]) -> list[str]:
    commands = []
    for given in tasks:
        completion = instance.activate(given)
        assert not completion.HasField("failed"), completion.failed
        commands += _named(completion.successful.commands)
    instance.activate(WorkflowActivation(jobs=[_EVICT]))
    return commands


def _kept_as_it_is(details: WorkflowInstanceDetails) -> WorkflowInstanceDetails:
    """A run changes its own search attributes in there."""
    return replace(details, info=deepcopy(details.info))


class _Noting(WorkflowRunner):
    def __init__(self) -> None:
        self.run: Replayed | None = None

    def prepare_workflow(self, defn: Any) -> None:
        UNSANDBOXED.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        self.run = Replayed(_kept_as_it_is(det), [])
        return _Noted(UNSANDBOXED.create_instance(det), self.run.tasks)


class _Noted(WorkflowInstance):
    """Passes everything on."""

    def __init__(self, instance: WorkflowInstance, tasks: list[Task]) -> None:
        self._instance, self._tasks = instance, tasks

    def activate(self, act: WorkflowActivation) -> Any:
        completion = self._instance.activate(act)
        if not any(job.HasField("remove_from_cache") for job in act.jobs):
            self._tasks.append(Task(deepcopy(act), _named(completion.successful.commands)))
        return completion

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


_EVICT = WorkflowActivationJob()
_EVICT.remove_from_cache.SetInParent()


def _named(commands: Iterable[WorkflowCommand]) -> list[str]:
    """Say each in a line: its kind, what exactly, and the words that Temporal's page shows of it."""
    return [_name(command) for command in commands]


def _name(command: WorkflowCommand) -> str:
    kind = command.WhichOneof("variant")
    what = ""
    if kind == "schedule_activity":
        what = f"{command.schedule_activity.seq} {command.schedule_activity.activity_type}"
    elif kind == "schedule_local_activity":
        what = f"{command.schedule_local_activity.seq} {command.schedule_local_activity.activity_type}"
    elif kind == "update_response":
        what = f"{command.update_response.protocol_instance_id} {command.update_response.WhichOneof('response')}"
    return f"{kind} {what} {command.user_metadata.summary.data.decode()}"
