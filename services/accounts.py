"""Who an account of this installation is: by the file of people, or where there is none yet, by what is tried out."""

from pathlib import Path
from typing import NamedTuple

from adapters.people.file import PeopleFaulty, Person, load_people
from adapters.people.roles import ADMINISTRATOR
from settings import Settings

from .installation import is_trial


class Typist(NamedTuple):
    """Who types, as far as this installation knows."""

    person: Person
    why_not: str = ""
    """For one of no role: why that is, as a sentence."""


def who_is(settings: Settings, name: str) -> Typist:
    """Return who an account is: by the file of people, or where there is none and cases are tried out, the
    administrator.
    """
    nobody = Person(name, "account of no role")
    try:
        people = load_people(settings.people)
    except FileNotFoundError:
        if is_trial(settings):
            return Typist(Person(name, "administrator", ADMINISTRATOR))
        return Typist(nobody, f"There is no file of people yet: {new_file(settings.people)}.")
    except PeopleFaulty as error:
        return Typist(nobody, f"{error} `escalate people check` looks again.")
    if name in people:
        return Typist(people[name])
    return Typist(
        nobody,
        f"The account {name} does not stand in {settings.people}: have whoever looks after this installation add it "
        "(`escalate people --help` shows the form).",
    )


def new_file(path: Path) -> str:
    """Say how a file of people comes about."""
    return f"`escalate people new` begins {path} with this account as its administrator; add everybody else to it"
