"""Who may sign in to the board of those on a rota: somebody whose account has their handle, in a role that may."""

from pathlib import Path

from .file import PeopleFaulty, load_people
from .roles import PAGES, Right

BOARD = "/board"


def opens_board(people: Path, handle: str) -> bool:
    """Say whether an account of the file of people has a rota's handle and may open the board; no where it is none."""
    right = PAGES[BOARD]
    try:
        known = load_people(people)
    except (FileNotFoundError, PeopleFaulty):
        return False
    return isinstance(right, Right) and any(
        one.stands_as == handle and one.role in right.roles for one in known.values()
    )
