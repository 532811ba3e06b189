"""Whom people ring, and by which number: for letters, pages and screens alike."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field

from domain.base.value import Value

from .telephone_numbers import TelephoneNumber


class Telephone(Value):
    """One number to ring, and who is there; or somebody for whom the directory has no number."""

    title: str
    """Who answers: a role title, a service's name, the partnership's office. Never a person's name."""
    agency: str = ""
    """Title of the agency; empty for a service, the office and a seat of the partnership."""
    number: str = ""
    """As people read it: `01632 960123`; empty where the directory has none."""
    link: str = ""
    """The same to press: `tel:+441632960123`, `tel:999`; empty where there is none."""
    when: str = ""
    """When it is answered, or what it is for: `out of hours`. Empty where the directory says nothing of it."""
    seat: str = ""
    """Whose number it is: `line-manager@police`, or a role alone; empty for a service and the office."""

    @classmethod
    def of(cls, title: str, number: TelephoneNumber, agency: str = "", seat: str = "") -> Self:
        """Make it of a number that was read."""
        return cls(title=title, agency=agency, number=number.said, link=number.link, when=number.when, seat=seat)

    @property
    def who(self) -> str:
        """Who answers, with the agency: `Detective Sergeant, Lincolnshire Police`."""
        return ", ".join(part for part in dict.fromkeys((self.title, self.agency)) if part)


EMERGENCY = Telephone(
    title="Emergency services", number="999", link="tel:999", when="if a child is in danger this minute"
)
"""Always there, whatever a directory says."""


class Telephones(Value):
    """The numbers that one area has for a case, or for several. Without a directory they are 999 alone.

    They are numbers of staff: they may stand on a page, on a screen and in a letter, and nowhere that is kept for
    programs (no entry, log, metric, id or address).
    """

    services: tuple[Telephone, ...] = (EMERGENCY,)
    """999 first, then the services of the area, in the directory's order."""
    office: tuple[Telephone, ...] = ()
    """The partnership's office; empty where the directory has no number of it."""
    parties: dict[str, tuple[Telephone, ...]] = Field(default_factory=dict)
    """Those who are to be rung in a case, by its reference. Somebody without a number is among them, with none."""

    def of(self, case: str) -> tuple[Telephone, ...]:
        """Return those who are to be rung in a case; empty where nobody is known."""
        return self.parties.get(case, ())

    @property
    def has_services(self) -> bool:
        """Has the directory any service of its own, besides 999?"""
        return len(self.services) > 1

    def links(self) -> dict[str, str]:
        """Return the link of every number, by the number as people read it."""
        return {one.number: one.link for one in self._all() if one.number}

    def _all(self) -> Iterator[Telephone]:
        yield from (*self.services, *self.office)
        for some in self.parties.values():
            yield from some
