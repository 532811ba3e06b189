"""One case takes every kind of message that there is, so that a version is asked all of them."""

from datetime import UTC, datetime

from domain.command_table import COMMANDS
from domain.commands import kind_of
from domain.decide import decide, open_case
from domain.views.status import status_of
from tests.releases.words import ELSEWHERE, EVERY, Now, opening_of


def test_one_case_takes_every_kind_of_message_in_this_order() -> None:
    now = datetime.now(UTC)
    opening = opening_of("ESC-0000-0000", now)
    case, last, kinds = open_case(opening, now).escalation, 0, set()
    for word in EVERY:
        message = word(Now(opening, status_of(case), last))
        decision = decide(case, message, datetime.now(UTC))
        case, last = decision.escalation, decision.answer.entry
        kinds.add(kind_of(message))

    assert kinds | ELSEWHERE == set(COMMANDS)
