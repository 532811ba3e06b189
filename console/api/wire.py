"""What is sent to the interface: times as RFC 3339, names, and the forms of what is opened, found or linked."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from services.referrals import LARGEST_TEXT

LONGEST_NAME = 80
MOST = 100
"""Things in one list."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YEARS = range(1900, 2200)


class Form(BaseModel):
    """What somebody sends: unknown keys are refused, nothing is made of another kind, and no error repeats a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def _instant(said: str) -> str:
    if not _INSTANT.fullmatch(said) or datetime.fromisoformat(said.upper()).year not in _YEARS:
        raise ValueError("it must be a time with its offset, such as 2026-12-03T15:00:00Z")
    return said.upper()


def _day(said: str) -> str:
    if not _DAY.fullmatch(said) or date.fromisoformat(said).year not in _YEARS:
        raise ValueError("it must be a day, such as 2026-12-03")
    return said


def _day_or_instant(said: str) -> str:
    return _day(said) if _DAY.fullmatch(said) else _instant(said)


def _checked(check: Any, words: str) -> AfterValidator:
    """Return a check whose every error says the same: what Python says of a day that there is not is nobody's help."""

    def checked(said: str) -> str:
        try:
            return str(check(said))
        except (ValueError, OverflowError):
            raise ValueError(words) from None

    return AfterValidator(checked)


_INSTANT_SCHEMA = {"type": "string", "format": "date-time", "examples": ["2026-12-03T15:00:00Z"]}
_DAY_SCHEMA = {"type": "string", "format": "date", "examples": ["2026-12-03"]}
Instant = Annotated[
    str,
    _checked(_instant, "it must be a time with its offset, such as 2026-12-03T15:00:00Z"),
    WithJsonSchema(_INSTANT_SCHEMA),
]
Day = Annotated[str, _checked(_day, "it must be a day, such as 2026-12-03"), WithJsonSchema(_DAY_SCHEMA)]
DayOrInstant = Annotated[
    str,
    _checked(_day_or_instant, "it must be a day, which then ends it, or a time with its offset"),
    WithJsonSchema({"anyOf": [_DAY_SCHEMA, _INSTANT_SCHEMA]}),
]
Text = Annotated[str, Field(max_length=LARGEST_TEXT)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Id = Annotated[str, Field(pattern=r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$", max_length=LONGEST_NAME)]
"""An id of the sender's own."""
PolicyId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""Never a path: a policy's file is found by its id alone."""
Agency = Annotated[str, Field(pattern=r"^[^:;@\x00-\x1f]+$", max_length=LONGEST_NAME)]
"""An agency's id, title or alias."""
Role = Annotated[str, Field(pattern=r"^[^:;@\s\x00-\x1f]+$", max_length=60)]
Handle = Annotated[str, Field(pattern=r"^[^:\x00-\x1f]+$", max_length=120)]


class NamedSeat(Form):
    """A role, of an agency or of the partnership, with the handle of its person where one is wanted."""

    role: Role
    agency: Agency | None = None
    person: Handle | None = None


class NamedAction(Form):
    """One action of a plan, or one thing that it leaves open."""

    what: Annotated[str, Field(min_length=1, max_length=LARGEST_TEXT)]
    owner: Agency
    by: Day


class AgencyRole(Form):
    """An agency, and a role of it where one is known."""

    agency: Agency
    role: Role | None = None


class Opening(Form):
    """A referral, with the words of a referral's file."""

    request: Annotated[
        Id | None, Field(description="Your own id: what is sent again under it opens no second case.")
    ] = None
    policy: Annotated[PolicyId, Field(description="A policy, by its id.")]
    raising: Annotated[Agency, Field(description="The agency that raises the difference.")]
    receiving: Annotated[tuple[Agency, ...], Field(min_length=1, max_length=12, description="With whom it is raised.")]
    raised_by: Annotated[Name, Field(min_length=1, description="The role of whoever raises it.")]
    own_record: Annotated[
        str, Field(max_length=60, description="The raising agency's own number for it; never a name.")
    ] = ""
    opened: Annotated[Instant | None, Field(description="When it was raised, if not now.")] = None
    facts: Annotated[dict[Name, Name], Field(max_length=MOST, description="Answers to what the policy asks.")] = {}
    words: Annotated[
        dict[Name, Text], Field(max_length=MOST, description="What is said: `disagreement`, `interim-safety` …")
    ] = {}
    kinds: Annotated[dict[Name, Name], Field(max_length=MOST, description="What sort an agency is.")] = {}
    immediate_risk: Annotated[bool, Field(description="A child is at immediate risk: telephone first.")] = False
    yes: Annotated[bool, Field(description="Go on although a text looks as if it named a child.")] = False


class Search(Form):
    """What is looked for. It stands in the body, so that no log of addresses has it."""

    words: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")], ...],
        Field(min_length=1, max_length=20, description="Each must stand in the case; capitals do not matter."),
    ]
    open: Annotated[bool, Field(description="Only cases that are open.")] = False


class Linking(Form):
    """Another case that concerns the same person."""

    id: Annotated[Id | None, Field(description="As the header Idempotency-Key.")] = None
    other: Annotated[Name, Field(min_length=1, description="The reference of the other case.")]
    by: Annotated[Agency | None, Field(description="Agency of whoever says so.")] = None
    role: Annotated[Role | None, Field(description="Their role.")] = None
    reason: Annotated[Text, Field(description="Why, without names.")] = ""
    other_by: Annotated[Agency | None, Field(description="Who says so in the other case, if another.")] = None
    other_role: Annotated[Role | None, Field(description="Their role there, if another.")] = None
    yes: Annotated[bool, Field(description="Go on although a text looks as if it named a child.")] = False


class Adopting(Form):
    """Another edition that a case is to run under: of its policy, as it stands here, or of its calendar."""

    id: Annotated[Id | None, Field(description="As the header Idempotency-Key.")] = None
    policy: Annotated[PolicyId | None, Field(description="The case's policy, in its newest edition here.")] = None
    calendar: Annotated[bool, Field(description="The calendar as this installation now knows it.")] = False
    by: Annotated[Agency | None, Field(description="Agency of whoever decides it.")] = None
    role: Annotated[Role, Field(description="Their role; `operations` with `person` for the office.")]
    person: Annotated[Handle | None, Field(description="A staff number, never a name.")] = None
    reason: Annotated[Text, Field(description="Why; needed with `policy`.")] = ""
    show_only: Annotated[bool, Field(description="Only show what it would move.")] = False
    yes: Annotated[bool, Field(description="Go on although a text looks as if it named a child.")] = False


Address = Annotated[str, Field(min_length=1, max_length=254)]
Addresses = Annotated[tuple[Address, ...], Field(max_length=10)]


class Guest(Form):
    """Somebody who is to be reached in one case alone."""

    id: Annotated[Id | None, Field(description="As the header Idempotency-Key.")] = None
    agency: Annotated[Name, Field(min_length=1, description="Their agency: of the directory, or a new id here.")]
    title: Annotated[Name, Field(min_length=1, description="What they are, such as `Childminder`; never their name.")]
    role: Annotated[Role, Field(description="As whom they are told: a role of the case's policy.")]
    person: Annotated[Handle, Field(description="The staff number of whoever adds them.")]
    email: Annotated[Addresses, Field(description="E-mail addresses.")] = ()
    text: Annotated[Addresses, Field(description="Mobile numbers for texts.")] = ()
    telephone: Annotated[Addresses, Field(description="Numbers for people to ring.")] = ()
    yes: Annotated[bool, Field(description="Go on although a text looks as if it named a child.")] = False


class GuestsLeaving(Form):
    """Whose addresses are deleted: everybody's who was added to the case, unless an agency is said."""

    agency: Annotated[Name | None, Field(description="Whose people.")] = None
    role: Annotated[Role | None, Field(description="Of that agency only those of this role.")] = None


def _number(said: Any) -> int:
    if not isinstance(said, str) or not said.isascii() or not said.isdecimal() or len(said) > 9:
        raise ValueError("it must be a whole number")
    return int(said)


def _yes(said: Any) -> bool:
    if said not in {"true", "false"}:
        raise ValueError("it must be true or false")
    return bool(said == "true")


Yes = Annotated[bool, BeforeValidator(_yes)]
Limit = Annotated[int, Field(ge=1, le=200, description="At most so many."), BeforeValidator(_number)]
Cursor = Annotated[str, Field(max_length=200, description="`next` of the page before.")]


class Listing(Form):
    """Which cases are listed."""

    overdue: Annotated[Yes, Field(description="Only cases with something overdue.")] = False
    due_before: Annotated[Instant | None, Field(description="Only cases with something due before.")] = None
    stage: Annotated[Name | None, Field(description="Only cases at this step; ended, closed, void.")] = None
    agency: Annotated[Name | None, Field(description="Only cases of this agency: its id, title or alias.")] = None
    policy: Annotated[PolicyId | None, Field(description="Only cases under this policy.")] = None
    all: Annotated[Yes, Field(description="Closed cases too.")] = False
    limit: Limit = 50
    after: Cursor | None = None


class Paged(Form):
    """Which part of a long answer is given."""

    limit: Limit = 200
    after: Cursor | None = None


class Which(Form):
    """Which duty is explained."""

    duty: Annotated[
        Annotated[int, Field(ge=1, le=999_999_999), BeforeValidator(_number)] | None,
        Field(description="Its number, as the case gives it."),
    ] = None
