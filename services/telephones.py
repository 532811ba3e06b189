"""The numbers to ring: of those who owe something in a case, of an area, of those on call."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from adapters.directory import DirectoryFault, Telephone, Telephones, load_directory
from domain.case.effects import Recipient
from settings import Settings

from . import case_inputs
from .times import now

if TYPE_CHECKING:
    from adapters.rota import Rota


def telephones_of_case(settings: Settings, view: Mapping[str, Any]) -> Telephones:
    """Return the numbers for a case as it stands: of those who owe what is late, the office, the services.

    Where its directory cannot be read they are 999 alone.
    """
    case, seats = view["case"], dict[Recipient, None]()
    for one in view["owed"]:
        if one["overdue"]:
            seats |= {Recipient.model_validate(seat): None for seat in one.get("owed_by", ())}
    try:
        directory = case_inputs.directory_of_case(settings, view["policy"], case)
    except DirectoryFault:
        return Telephones()
    return directory.telephones(now().date(), {case: seats})


def telephones_of_area(settings: Settings, policy: str) -> Telephones:
    """Return the numbers of a policy's area: the office and the services; 999 alone where nobody can read them."""
    try:
        return load_directory(case_inputs.directory_path(settings, policy)).telephones(now().date())
    except DirectoryFault:
        return Telephones()


def telephones_on_call(rota: "Rota", handles: Iterable[str]) -> tuple[Telephone, ...]:
    """Return the numbers of people of a rota, by their handles; whoever gives none is left out."""
    people = ((handle, rota.people[handle]) for handle in handles)
    return tuple(
        Telephone.of(f"{person.title} ({handle})", number) for handle, person in people for number in person.numbers()
    )
