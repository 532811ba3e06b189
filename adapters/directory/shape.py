"""The shape of a directory file, key by key. `directories/README.md` says it for those who write one."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from domain.base.value import Value

from .addresses import Channel, Numbers, Reach, Wrong, fault_of, wrong_telephones
from .telephone_numbers import TelephoneNumber, read_telephone

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Seat(Reach):
    """One holder of one role, as the file gives it."""

    role: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$")]
    """A role id of the policy: `slo`, `line-manager` …; with an answer added where a fact of the case decides who sits
    there.
    """
    title: Words
    """The holder's own role title. Never a person's name."""
    deputy: bool = False
    """True for somebody who is told only where nobody else in the seat can be reached."""
    verified_on: date | None = None
    starts: date | None = Field(default=None, alias="from")
    """First day in the seat; None for always."""
    until: date | None = None
    """Last day in the seat, that day included; None for no end known."""
    source: str = ""

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.starts and self.until and self.until < self.starts:
            msg = "the seat ends before it starts; put the earlier date in `from` and the later in `until`"
            raise ValueError(msg)
        return self

    def is_held(self, on: date) -> bool:
        """Say whether this holder sits here on that day."""
        return (self.starts is None or self.starts <= on) and (self.until is None or on <= self.until)

    @property
    def reachable(self) -> tuple[str, ...]:
        """The e-mail addresses that could work."""
        return tuple(address for address in self.email if not fault_of(address))


class Holder(Seat):
    """A seat, and the agency it is in."""

    agency: str = ""
    """Agency id; empty for a seat of the partnership as a whole."""


class AsPrinted(Value):
    """What the source printed, where the file corrects it."""

    agency: str
    role: str


class Agency(Value):
    """One agency of the area."""

    id: Slug
    title: Words
    aliases: tuple[Words, ...] = ()
    kind: Slug | Literal[""] = ""
    """What sort of agency it is (`health`, `school`), where a policy has other roles for one sort."""
    partner: bool = True
    """False for an agency that is no partner organisation: nobody from it can be an independent chair."""
    row: int | None = None
    """Its row in the source's table, the first being 1."""
    abolished: bool = False
    """True for a body that no longer exists: nobody is written to there."""
    abolished_on: date | None = None
    """The body's last day."""
    note: str = ""
    as_printed: AsPrinted | None = None
    filled_by: dict[str, Slug] = Field(default_factory=dict)
    """Role id to the id of the agency whose holders fill that role for this one."""
    holder: tuple[Seat, ...] = ()


class Fallback(Value):
    """Whom the partnership tells where nobody can be reached in a seat."""

    title: Words
    email: tuple[str, ...] = Field(min_length=1)
    telephone: Numbers = ()
    """Numbers to ring: the partnership's office, where no seat with the role `operations` has one."""

    @field_validator("email")
    @classmethod
    def _works(cls, email: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse a wrong address. Elsewhere one is only a finding; here nothing stands behind it."""
        for address in email:
            if why := fault_of(address):
                msg = f"this is the last resort, so every address here must work. {why}"
                raise ValueError(msg)
        return email

    @property
    def reachable(self) -> tuple[str, ...]:
        """All of them."""
        return self.email

    def ways(self, holder: int = 1) -> tuple[Channel, ...]:
        """All of them, as channels: the last resort needs nothing but a mail server."""
        return tuple(Channel(kind="email", address=address, holder=holder) for address in self.email)

    def numbers(self) -> tuple[TelephoneNumber, ...]:
        """Return the numbers that can be rung."""
        return tuple(number for text in self.telephone if (number := read_telephone(text)))

    def wrong(self) -> Iterator[Wrong]:
        """Yield each number that cannot be rung: a wrong one holds up no notice."""
        yield from wrong_telephones(self.telephone)


class Service(Value):
    """Somebody of the area whom anybody may ring: children's social care, the police where it can wait."""

    title: Words
    telephone: Numbers = Field(min_length=1)
    """Short numbers such as 101 too."""

    def numbers(self) -> tuple[TelephoneNumber, ...]:
        """Return the numbers that can be rung."""
        return tuple(number for text in self.telephone if (number := read_telephone(text, short=True)))

    def wrong(self) -> Iterator[Wrong]:
        """Yield each number that cannot be rung."""
        yield from wrong_telephones(self.telephone, short=True)


class About(Value):
    """What the file is."""

    id: Slug
    title: Words
    edition: Words
    source: str = ""


class DirectoryFile(Value):
    """A whole file."""

    directory: About
    fallback: Fallback
    service: tuple[Service, ...] = ()
    seat: tuple[Seat, ...] = ()
    agency: tuple[Agency, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _filled_by_one_that_has_holders(self) -> Self:
        held = {agency.id: {seat.role for seat in agency.holder} for agency in self.agency if not agency.abolished}
        for agency, role, other in ((one.id, *pair) for one in self.agency for pair in one.filled_by.items()):
            if role in held.get(agency, ()):
                msg = f"agency {agency} has a holder of {role} and says that {other} fills it; take one of them out"
                raise ValueError(msg)
            if role not in held.get(other, ()):
                msg = f"agency {agency} says that {other} fills {role}, and nobody there holds it; add a holder there"
                raise ValueError(msg)
        return self
