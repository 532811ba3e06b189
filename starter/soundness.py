"""What `doctor` looks at: each look answers with how it is, and with the mend where it is not well."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from settings import Settings

from . import door, shelf
from .exits import Trouble
from .times import now

if TYPE_CHECKING:
    from temporalio.client import Client

SERVER_WITHIN = 10
"""Seconds that Temporal is given to answer."""
INVENTED = "example.org"
MANY = 500
"""Open cases that the doctor looks at."""


class Finding(NamedTuple):
    """One line of the doctor's report."""

    what: str
    state: Literal["ok", "warning", "problem"]
    says: str
    mend: str = ""


def looks(settings: Settings) -> Iterator[Finding]:
    """Look at everything, the quick things first."""
    for what, look in _LOOKS.items():
        try:
            yield from look(settings)
        except Trouble as trouble:
            yield Finding(what, "problem", trouble.sentence)


def _register(settings: Settings) -> Iterator[Finding]:
    from adapters.register.address import shown
    from adapters.register.errors import NothingThere, RegisterUnreachable
    from adapters.register.reading import is_empty

    try:
        empty = is_empty(settings.register)
    except NothingThere as error:
        yield Finding(
            "register", "warning", str(error).partition(":")[0] + ".", "Run `escalate worker` or `escalate up`."
        )
    except RegisterUnreachable as error:
        yield Finding("register", "problem", str(error))
    except ValueError as error:
        yield Finding("register", "problem", str(error), "The setting is ESCALATION_REGISTER.")
    else:
        yield Finding("register", "ok", f"{shown(settings.register)}{', no case yet' if empty else ''}")


def _outbox(settings: Settings) -> Iterator[Finding]:
    place = settings.outbox
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        yield Finding("outbox", "ok", str(place) if there == place else f"{place} will be made")
    else:
        mend = "Give this account the right to write there, or set ESCALATION_OUTBOX to another folder."
        yield Finding("outbox", "problem", f"Nothing can be written in {there}.", mend)


def _policies(settings: Settings) -> Iterator[Finding]:
    files = sorted(settings.policies.glob("*.toml"))
    if not files:
        yield Finding("policies", "problem", f"There is no policy in {settings.policies}.", "Set ESCALATION_POLICIES.")
    for file in files:
        yield from _policy(settings, file)
    for file in sorted(settings.local.glob("*.toml")):
        if file.stem not in {policy.stem for policy in files}:
            says = f"{file} is for no policy in {settings.policies}, so nothing of it holds."
            yield Finding("local settings", "warning", says, "Name it after the id of the policy it is for.")


def _policy(settings: Settings, file: Path) -> Iterator[Finding]:
    try:
        policy = shelf.policy(settings, str(file))
        directory = shelf.directory(settings, policy.id)
        shelf.local(settings, policy)
        calendar = shelf.calendar(policy, now())
    except Trouble as trouble:
        yield Finding(f"policy {file.stem}", "problem", trouble.sentence)
        return
    today = calendar.date_of(now())
    if policy.review and policy.review < today:
        mend = "Ask the partnership whether a newer edition is in force."
        yield Finding(
            f"policy {policy.id}", "warning", f"edition {policy.edition} was due for review on {policy.review}.", mend
        )
    else:
        yield Finding(f"policy {policy.id}", "ok", f"edition {policy.edition}")
    yield Finding(
        f"directory {policy.id}", "ok", f"{len(directory.agencies)} agencies, edition {directory.about.edition}"
    )
    year_on = today + timedelta(days=365)
    if calendar.covers_to < year_on:
        yield Finding(
            f"calendar {policy.id}",
            "problem",
            f"{calendar.edition} ends on {calendar.covers_to}.",
            "Update this program.",
        )
    elif calendar.provisional_from and calendar.provisional_from <= year_on:
        says = f"{calendar.edition}: bank holidays from {calendar.provisional_from} on are projected, not proclaimed."
        yield Finding(f"calendar {policy.id}", "warning", says, "Update this program once they are proclaimed.")
    else:
        yield Finding(f"calendar {policy.id}", "ok", f"{calendar.edition} covers the next year")


def _training(settings: Settings) -> Iterator[Finding]:
    from adapters.training import Mixed, is_on

    from .openings import must_not_mix

    try:
        training = is_on(settings.training, settings.data)
        must_not_mix(replace(settings, training="yes" if training else "no"))
    except Mixed as error:
        yield Finding("training", "problem", str(error))
    except ValueError:
        return  # an address of no known kind is told of as the register
    else:
        says = "this is training: cases are invented, and nothing leaves this machine" if training else "cases are real"
        yield Finding("training", "ok", says)


def _post(settings: Settings) -> Iterator[Finding]:
    from adapters.training import MARK

    if settings.training == "yes" or (settings.data / MARK).exists():
        yield Finding("post", "ok", "training: the outbox alone, whatever else is set")
        return
    if settings.on_call.endswith(INVENTED):
        says = f"Alerts go to {settings.on_call}, which is invented: nobody is woken."
        yield Finding("on call", "warning", says, "Set ESCALATION_ON_CALL to the safeguarding lead on call.")
    else:
        yield Finding("on call", "ok", "an address is set")
    if settings.smtp_host:
        yield Finding("mail", "ok", f"{settings.smtp_host}, port {settings.smtp_port}")
    else:
        says = "No mail host is set: notices are only kept as files in the outbox."
        yield Finding("mail", "warning", says, "Set ESCALATION_SMTP_HOST to send them.")


def _temporal(settings: Settings) -> Iterator[Finding]:
    yield from door.run(lambda: _asked(settings))


async def _asked(settings: Settings) -> list[Finding]:
    import asyncio

    from temporalio.service import RPCError

    from workflows.connection import ServerAway

    try:
        async with asyncio.timeout(SERVER_WITHIN):
            return await _server(settings)
    except ServerAway as error:
        return [Finding("temporal", "problem", str(error))]
    except TimeoutError:
        says = f"Temporal did not answer within {SERVER_WITHIN} seconds."
        return [
            Finding("temporal", "problem", says, "See whether it is overloaded, and whether a firewall stands between.")
        ]
    except RPCError as error:
        says = f"Temporal answered with {error.status.name.lower().replace('_', ' ')}."
        return [Finding("temporal", "problem", says, "See that its namespace exists and that you may use it.")]


async def _server(settings: Settings) -> list[Finding]:
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

    from workflows.service import AttributesConflict, missing_attributes

    client = await door.client(settings)
    found = [Finding("temporal", "ok", f"answers, namespace {client.namespace}")]
    try:
        missing = await missing_attributes(client)
    except AttributesConflict as error:
        found.append(Finding("search attributes", "problem", str(error)))
    else:
        says = f"not registered: {', '.join(missing)}." if missing else "registered"
        mend = "Run `escalate worker` once, and it registers them." if missing else ""
        found.append(Finding("search attributes", "problem" if missing else "ok", says, mend))
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=settings.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    queue = await client.workflow_service.describe_task_queue(asked)
    if queue.pollers:
        found.append(Finding("worker", "ok", f"{len(queue.pollers)} at work"))
    else:
        says = "None has asked for work in the last minutes: no case moves and no alert goes out."
        found.append(Finding("worker", "warning", says, "Run `escalate worker`."))
    return [*found, *await _cases(settings, client)]


async def _cases(settings: Settings, client: "Client") -> list[Finding]:
    """See that Temporal carries every case that is open by its record."""
    from adapters.register.errors import RegisterError
    from adapters.register.reading import list_cases
    from workflows.soundness import unsound

    try:
        cases = [row["case_ref"] for row in list_cases(settings.register, limit=MANY)]
    except (RegisterError, ValueError):
        return []  # told of as the register
    seen = await unsound(client, cases)
    found = [
        Finding(
            f"case {case}",
            "problem",
            "Temporal does not run it, so nothing watches it.",
            f"Run `escalate resume {case}`.",
        )
        for case in seen.lost
    ]
    mend = (
        "See the worker's log, and mend or take back the last change of this program; the case then goes on by itself."
    )
    found += [Finding(f"case {case}", "problem", "It stands still: its code fails.", mend) for case in seen.still]
    if len(cases) == MANY:
        found.append(Finding("cases", "warning", f"Only the {MANY} due first were looked at."))
    return found or [Finding("cases", "ok", f"{len(cases)} open, and Temporal runs them all")]


_LOOKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "register": _register,
    "training": _training,
    "outbox": _outbox,
    "policies": _policies,
    "post": _post,
    "temporal": _temporal,
}
