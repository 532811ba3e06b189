"""Who an account is, as far as this installation knows."""

from pathlib import Path
from typing import NamedTuple

from adapters.people.file import PeopleFaulty, Person, load_people
from adapters.people.roles import ADMINISTRATOR
from settings import Settings

from .installation import is_trial


class Somebody(NamedTuple):
    """Somebody with an account."""

    person: Person
    why_not: str = ""
    """For one of no role: why that is, as a sentence."""


def somebody(settings: Settings, name: str) -> Somebody:
    """Return who an account is: by the file of people; where there is none and cases are tried out, the administrator.

    What a file says holds from the next call on.
    """
    nobody = Person(name, "account of no role")
    try:
        people = load_people(settings.people)
    except FileNotFoundError:
        if is_trial(settings):
            return Somebody(Person(name, "administrator", ADMINISTRATOR))
        return Somebody(nobody, f"There is no file of people yet: {new_file(settings.people)}.")
    except PeopleFaulty as error:
        return Somebody(nobody, f"{error} `escalate people check` looks again.")
    if name in people:
        return Somebody(people[name])
    return Somebody(
        nobody,
        f"The account {name} does not stand in {settings.people}: have whoever looks after this installation add it "
        "(`escalate people --help` shows the form).",
    )


def new_file(path: Path) -> str:
    """Say how a file of people comes about."""
    return f"`escalate people new` begins {path} with this account as its administrator; add everybody else to it"
