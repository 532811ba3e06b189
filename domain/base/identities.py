"""What a thing of a case is known by: values, never text to be taken apart.

No word that a policy or a person may choose can be mistaken for one of them. In JSON the names of its fields say which
one it is.
"""

from typing import Literal

from .value import Instant, Value
from .words import say_seat


class RuleKey(Value):
    """A duty rule of the policy: the stage that it belongs to, and its place there in the file."""

    stage: str = ""
    """Empty for a rule of the whole case."""
    place: int
    """From 1."""

    def __str__(self) -> str:
        return f"{self.stage or 'case'}/{self.place}"


class FormerRule(Value):
    """A duty rule of an earlier edition, which the present one does not have."""

    former: RuleKey
    """As it was when the edition without it was adopted."""

    def __str__(self) -> str:
        return f"former {self.former}"


class PlanAction(Value):
    """An action of the agreed plan."""

    action: int
    """From 1, in the order of the plan."""

    def __str__(self) -> str:
        return f"plan action {self.action}"


class OpenIssue(Value):
    """An issue that the agreed plan leaves open."""

    issue: int
    """From 1, in the order of the plan."""

    def __str__(self) -> str:
        return f"open issue {self.issue}"


class RiskCall(Value):
    """Our own route for immediate risk, where a policy names none: the statutory services are telephoned."""

    risk: int
    """Entry of the first immediate risk for which the call is owed."""

    def __str__(self) -> str:
        return "risk call"


Origin = RuleKey | FormerRule | PlanAction | OpenIssue | RiskCall
"""What a duty sprang from."""


class OutcomeClaim(Value):
    """An outcome that every party must say, at one visit of a stage."""

    stage: str = ""
    """Empty for one that is said after the end."""
    visit: int = 0
    outcome: str


class DateProposal(Value):
    """A date for one case, under the name of its timescale."""

    timescale: str
    date: Instant


class ExtensionProposal(Value):
    """A later deadline for one duty."""

    duty: int
    until: Instant


class PauseProposal(Value):
    """A pause of the dispute's clocks."""

    pause_until: Instant


class LeavingProposal(Value):
    """That a party leaves the dispute."""

    leaver: str
    """Party id."""


class VoidProposal(Value):
    """That the case is voided, for it was opened in error."""

    void: Literal[True] = True


Consent = DateProposal | ExtensionProposal | PauseProposal
"""What counts once every party has said the same."""
ClaimKey = OutcomeClaim | Consent | LeavingProposal | VoidProposal
"""What can be said by some while others have yet to say it."""


def is_about_same(one: ClaimKey, other: ClaimKey) -> bool:
    """Are both about the same thing, whatever each says of it: two dates for one timescale, two ends of a pause?"""
    match one, other:
        case DateProposal(), DateProposal():
            return one.timescale == other.timescale
        case ExtensionProposal(), ExtensionProposal():
            return one.duty == other.duty
        case PauseProposal(), PauseProposal():
            return True
        case _:
            return one == other


class Claim(Value):
    """What some have said and others have yet to say."""

    about: ClaimKey
    said: tuple[str, ...]
    """Ids of the parties that have said it, in their order; for a leaving, the words for who asks for it;
    for a case that is to be voided, the handle of who of the office has said it."""


class Seat(Value):
    """A seat: of an agency, or of the partnership alone."""

    role: str
    """A role id of the policy; with a dot and the answer behind it where the seat depends on one."""
    agency: str = ""
    """Agency id; empty for a seat of the partnership."""

    def __str__(self) -> str:
        return say_seat(self.role, self.agency)

    @property
    def words(self) -> str:
        """As people read it: `role, agency`."""
        return f"{self.role}, {self.agency}" if self.agency else self.role
