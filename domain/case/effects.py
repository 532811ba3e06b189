"""What must be done once something was decided: entries for the register, notices for people."""

from pydantic import JsonValue

from ..base.value import Instant, Value


class Entry(Value):
    """One fact for the register, under the key (case, number); the same number never names two facts."""

    case: str
    number: int
    """1, 2, 3 … without a gap within a case."""
    kind: str
    """From the list in docs/glossary.md: `opened`, `act`, `outcome`, `overdue` …"""
    at: Instant
    """Event time: when it happened."""
    entered_at: Instant
    """Entry time: when it was decided on and written down."""
    by: str = ""
    """Role and agency of who did it, or empty where nobody did (a deadline that passed)."""
    on_behalf_of: str = ""
    """Agency whose act this is, where somebody else entered it."""
    body: dict[str, JsonValue] = {}


class Recipient(Value):
    """A seat, never a person: who sits in it is looked up at the moment of sending."""

    role: str
    """A role id of the policy, or `on-call` for the safeguarding lead on call."""
    title: str
    agency: str = ""
    """Agency id; empty for a role of the partnership as a whole."""
    next_person: bool = False
    """True where those who usually sit here said that it is not theirs: the deputy, else the fallback, is told."""


class Owed(Value):
    """One thing that is owed, as a notice says it."""

    what: str
    by: str
    due: Instant | None = None
    """None where the policy gives no time."""
    due_words: str = ""
    """For people, in the policy's zone: `by the end of Monday 28 April 2025`."""
    how: str = ""
    """In which ways it may be done, and which do not count; empty where the policy leaves that open."""
    overdue: bool = False
    handed_to: tuple[str, ...] = ()
    """Role and agency of whoever has it for a time."""


class Deadline(Value):
    """How one deadline of a notice's recipient stands, for their diary."""

    duty: int
    """Number of the duty within the case: the same in every notice."""
    version: int
    """Number of the case's last entry then: what is said later has a greater one."""
    what: str
    due: Instant
    due_words: str = ""
    """For people, in the policy's zone."""
    alarm_at: Instant | None = None
    """When a diary should speak of it; None where there is no good moment left."""
    over: bool = False
    """True where it is to be taken out: met, let go, held in a pause, or with somebody else."""


class Notice(Value):
    """A message owed to a seat. It names a case reference and a step, and nothing about a child."""

    ref: str
    """`<case>/<entry number>/<index>`: the same for every try, replay and worker."""
    case: str
    kind: str
    """Names the template: `step-opened`, `overdue`, `alert` …"""
    to: Recipient
    step: str = ""
    """Title of the step it is about."""
    owed: tuple[Owed, ...] = ()
    """What the recipient is asked to do, or for `overdue` and `alert` what was not done."""
    deadlines: tuple[Deadline, ...] | None = None
    """Every deadline of theirs in this case that is to come or has just passed, and those to be taken out of a diary.

    None for what is about no case, or was decided before notices said it.
    """
    fact: str = ""
    """One plain phrase made from the policy's own titles: an outcome's name, an act's name."""
    by: str = ""
    """Role and agency of who caused it."""
    urgent: bool = False
    late: bool = False
    """True where an outage held this back past its moment."""
    rest_hours: int = 0
    """For an alert: for how long its acknowledgement stops the repeats."""
    together: "tuple[Notice, ...]" = ()
    """Others that go with it in one message, each with a reference of its own."""


class FailedAttempt(Value):
    """A channel that did not take a notice."""

    channel: str
    why: str
    """One word: `PostDown`, `AddressRefused` …"""
    to: str = ""
    """Whom of several, where it did reach the others: `holder 2`, `holder 1, e-mail 2`. Never an address."""


class Receipt(Value):
    """What became of a notice."""

    ref: str
    channel: str
    """`outbox`, `smtp` …"""
    accepted_at: Instant
    fallback: bool = False
    """True where nobody held the seat and the partnership's fallback contact was told in their place."""
    by: str = ""
    """By what it went to them: the rota's edition and turn, `the deputies in the directory`; empty for the holders."""
    in_vain: tuple[FailedAttempt, ...] = ()
    """Channels that were tried before; noted with it, and carried no further."""
    waiting: tuple[str, ...] = ()
    """Those of several who could not be told yet, named as in `FailedAttempt.to`: it is tried again for them alone."""
    recorded: bool = True
    """False where the register could not be reached: the workflow then makes an entry of it."""


class Accepted(Value):
    """A notice on its way by a channel that says later what became of it."""

    notice: Notice
    receipt: Receipt
    since: Instant
    """When it was taken, by the server's clock."""
