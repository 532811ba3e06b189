"""`escalate restore`: open again, from the register, every open case that Temporal does not run."""

from typing import TYPE_CHECKING

import click

from adapters.register import reading
from services.errors import AWAY, PROBLEM, Trouble
from services.installation import installation
from services.stores import count_of, our_mistake, said_resumed
from starter import screen
from starter.progress import progress

if TYPE_CHECKING:
    from domain.case.decided import OnRecord
    from settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(as_json: bool) -> int | None:
    """Open again every case that is open by the register and that Temporal does not run, from the register alone.

    It is for a Temporal that has lost its data, or some of its cases. Every deadline is watched again; what fell due
    meanwhile is alerted now, marked late; notices that were decided and never sent go now, and nobody is told twice.
    Cases of immediate risk come first, then those due next. Cases that Temporal runs are left alone, so to say it again
    is harmless. A case that does not come back holds up no other: it is named with the reason, and the exit code is 1.

    Where the register was lost too, and a copy of it was put back: `escalate register rebuild` comes first.

    \b
    Examples:
      escalate restore
      escalate restore --json
    """
    from services import temporal_client
    from services.openings import must_not_mix

    settings = installation()
    must_not_mix(settings)
    came_back: list[OnRecord] = []
    failed: dict[str, str] = {}
    open_cases = _open_cases(settings.register)
    try:
        temporal_client.run(lambda: _restore(settings, open_cases, came_back, failed))
    except Trouble as trouble:
        if came_back and trouble.code == AWAY:
            sentence = f"{trouble.sentence} {count_of(len(came_back))} came back before; say the same again."
            raise Trouble(sentence, AWAY) from None
        raise
    if as_json:
        screen.as_json(
            {
                "open": len(open_cases),
                "restored": [
                    {"case": one.case.case, "entry": one.case.entries, "notices": len(one.notices)} for one in came_back
                ],
                "failed": [{"case": ref, "reason": reason} for ref, reason in failed.items()],
            }
        )
    else:
        _tell(len(open_cases), came_back, failed)
    return PROBLEM if failed else None


def _open_cases(url: str) -> list[str]:
    """Return every case that is open by the register, those of immediate risk first and then those due next.

    One of which lists show nothing, or not all, may be open too: its record says so when it is read.
    """
    listed = {row["case_ref"]: row for row in reading.list_cases(url, include_closed=True)}
    open_there = sorted(
        (row for row in listed.values() if row["open"]), key=lambda row: row["urgency"] != "immediate risk"
    )
    doubtful = [
        ref
        for ref, number in reading.last_numbers(url).items()
        if ref not in listed or (not listed[ref]["open"] and listed[ref]["as_of_number"] != number)
    ]
    return [*(row["case_ref"] for row in open_there), *doubtful]


def _tell(open_cases: int, came_back: "list[OnRecord]", failed: dict[str, str]) -> None:
    for one in came_back:
        screen.say(said_resumed(one))
    for ref, reason in failed.items():
        screen.say(reason if ref in reason else f"{ref}: {reason}", "late")
    if failed:
        screen.say(f"Opened again: {count_of(len(came_back))}. Not opened: {count_of(len(failed))}.", "late")
    elif came_back:
        screen.say(f"Opened again: {count_of(len(came_back))}. Temporal runs all that are open.", "good")
        screen.say(
            "Temporal remembers nothing of them from before, so copy the register now:  "
            f"{screen.program()} register backup FILE"
        )
    elif open_cases:
        screen.say(
            f"Temporal runs every case that is open by the register ({open_cases}): there is nothing to restore."
        )
    else:
        screen.say("The register holds no open case. `escalate doctor` says whether Temporal has any.")


async def _restore(
    settings: "Settings", open_cases: list[str], came_back: "list[OnRecord]", failed: dict[str, str]
) -> None:
    from adapters.register.errors import RegisterError
    from adapters.register.recorded import Recorded
    from domain.case.patch import Unreadable
    from services import temporal_client
    from services.times import now
    from workflows.connection import ServerAway
    from workflows.restoring import RecordBehind, restore
    from workflows.service import AttributesConflict, prepare
    from workflows.soundness import unsound

    async with temporal_client.connected(settings) as client:
        try:
            await prepare(client)  # a case does not start where they are not known
        except AttributesConflict as error:
            raise Trouble(str(error), AWAY) from None
        cases = (await unsound(client, open_cases)).lost
        numbers = reading.last_numbers(settings.register)
        with progress("Cases opened again", len(cases)) as one_more:

            def ended(case: str, became: "OnRecord | Exception | None") -> None:
                one_more()
                match became:
                    case None:
                        return
                    case Unreadable():
                        failed[case] = (
                            f"The record of {case} does not give the case: {became} See `escalate verify {case}`."
                        )
                    case RecordBehind() | RegisterError() | ServerAway():
                        failed[case] = str(became)
                    case Exception():
                        failed[case] = our_mistake(case, became)
                    case _:
                        came_back.append(became)

            kept = Recorded(settings.register).kept
            await restore(client, settings.task_queue, cases, kept, numbers, now(), ended)
