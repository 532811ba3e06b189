"""What is wrong with the file of people: mistakes in it, agencies that nobody knows, nobody who looks after it all."""

from adapters.people.file import PeopleFaulty, load_people
from adapters.people.roles import ADMINISTRATOR
from services.accounts import new_file
from services.narrowing import directories
from settings import Settings


def found_in(settings: Settings) -> tuple[int, list[str]]:
    """Return how many stand in the file of people, and each fault of it as a sentence."""
    try:
        people = load_people(settings.people)
    except FileNotFoundError:
        return 0, [f"There is no file of people: {new_file(settings.people)}."]
    except PeopleFaulty as error:
        return 0, list(error.faults)
    known = _agencies(settings)
    faults = [
        f"{one.account}.agency: no directory here knows the agency {one.agency}."
        for one in people.values()
        if known and one.agency and one.agency not in known
    ]
    if all(one.role != ADMINISTRATOR for one in people.values()):
        faults.append(
            "Nobody in it is an administrator, so nobody may see to keys and copies: give one account that role."
        )
    return len(people), faults


def _agencies(settings: Settings) -> frozenset[str]:
    return frozenset(agency.id for directory in directories(settings) for agency in directory.agencies)
