"""What a partnership takes only from somebody who is known; nothing that is about danger is ever held up by it."""

from collections.abc import Iterable

from ..base.known import Known
from ..base.refusals import Refusal
from ..case.command import Command
from ..case.state import Escalation
from ..command_table import COMMANDS
from ..command_table.built_in import RISK_ACT
from ..policy import Policy
from . import kind_of
from .acts.act_done import ActDone
from .alarms import RiskRaised
from .outcomes import OutcomeSaid


def must_not_be_unknown(case: Escalation, command: Command, sender: Known | None) -> None:
    """Refuse a message that this partnership takes only from a sender who is known, where this one was not.

    Raises:
        Refusal: the sentence says how it is recorded.
    """
    if sender is not None or not case.local.must_be_known or is_about_danger(command):
        return
    word = word_of(command)
    if word in case.local.must_be_known:
        raise Refusal(
            "not allowed",
            f"Nothing was recorded: {word.replace('-', ' ')} is taken here from a sender who is known alone, and this "
            "message did not show who sent it. Record it on a machine of the partnership that has its keys, or ring "
            "the partnership's office, which can.",
        )


def is_about_danger(command: Command) -> bool:
    """Is it immediate risk, the call that it asks for, or the answer to an alarm?"""
    rang = isinstance(command, ActDone) and command.act == RISK_ACT
    return isinstance(command, RiskRaised) or rang or COMMANDS[kind_of(command)].answers_an_alarm


def word_of(command: Command) -> str:
    """Return what is typed for a message: an act, an outcome, or the command's own kind."""
    match command:
        case ActDone():
            return command.act
        case OutcomeSaid():
            return command.outcome
        case _:
            return kind_of(command)


def may_ask_for_sender(policy: Policy) -> Iterable[str]:
    """Return every word of which a partnership may say that its sender must be known."""
    commands = [row.kind for row in COMMANDS.values() if not (row.named or row.answers_an_alarm)]
    outcomes = [one.id for one in (*policy.outcomes, *(one for stage in policy.stages for one in stage.outcomes))]
    words = dict.fromkeys([*commands, *policy.acts, *outcomes])
    return [word for word in words if word not in {"risk", RISK_ACT}]
