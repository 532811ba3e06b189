"""Calling back the links of a seat's letters in a case, and sending it a letter with a new one."""

from datetime import UTC

from adapters.directory import DirectoryFault
from adapters.files import NotWritten
from adapters.given import reason_of
from adapters.post import PostDown
from adapters.register import reading
from adapters.register.errors import RegisterError
from adapters.revoked_links import Revocation, RevokedLinks
from domain.base.people import Actor
from domain.case.effects import Notice, Recipient
from domain.engine.seats import is_on_call
from settings import Settings, SettingsFaulty

from .cases import unknown
from .errors import AWAY, LOOK_AFTER, Trouble
from .notices import send_notice
from .on_record import case_on_record
from .times import now

KIND = "link-again"
_FIRST = 900_000
"""Numbers of letters that are sent again begin here: a case's own never come so far."""


def revoke(settings: Settings, case: str, seat: Actor, by: str) -> int:
    """Call back the links of every letter that a seat has had in a case, and return the case's last entry.

    Letters of what happens later have links of their own, which open. Raises Trouble.
    """
    _, entry = _policy_and_entry(settings, case)
    _keep(settings, Revocation(case, seat.role, seat.agency, entry, _stamp(), by))
    return entry


def send_again(settings: Settings, case: str, seat: Actor, by: str) -> str:
    """Send a seat a letter with a new link, to the addresses that the directory has for it now.

    Returns what took it: `smtp`, `outbox`. Raises Trouble where nothing does, or the case has told the seat of nothing.
    """
    policy, entry = _policy_and_entry(settings, case)
    told = {(one.role, one.agency) for one in case_on_record(settings.register, case).told}
    if (seat.role, seat.agency) not in told and not is_on_call(seat):
        at = f"{seat.role} of {seat.agency}" if seat.agency else seat.role
        raise Trouble(
            f"{case} has sent no letter to the {at}, so there is none to send again.",
            typed=f"See `escalate history {case}`.",
        )
    ref = f"{case}/{entry}/{_FIRST + int(now().timestamp()) % 99_999}"
    to = Recipient(role=seat.role, title=seat.role.replace("-", " "), agency=seat.agency)
    _keep(settings, Revocation(case, seat.role, seat.agency, 0, _stamp(), by, ref))
    try:
        receipt = send_notice(settings, policy, Notice(ref=ref, case=case, kind=KIND, to=to))
    except (PostDown, DirectoryFault, SettingsFaulty, RegisterError) as error:
        raise Trouble(
            "The letter was NOT sent.", AWAY, typed=str(error), shown="Ring your partnership’s office."
        ) from None
    if not receipt.channel:
        raise Trouble(
            "The letter was NOT sent: no address of that seat takes it.",
            typed="`escalate directory check` says why.",
            shown="Ring your partnership’s office.",
        )
    return receipt.channel


def _policy_and_entry(settings: Settings, case: str) -> tuple[str, int]:
    found = reading.read_standing(settings.register, case)
    if found is None:
        raise unknown(case)
    return str(found["policy"]), int(found["as_of_number"])


def _keep(settings: Settings, said: Revocation) -> None:
    try:
        RevokedLinks(settings.data).keep(said)
    except (NotWritten, OSError) as error:
        why = reason_of(error) if isinstance(error, OSError) else str(error)
        raise Trouble(
            "Nothing was done: it cannot be kept.", typed=f"{settings.data}: {why}.", shown=LOOK_AFTER
        ) from None


def _stamp() -> str:
    return now().astimezone(UTC).isoformat(timespec="microseconds")
