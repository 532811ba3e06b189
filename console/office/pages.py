"""Every page of the office."""

from console.entrance import Page
from console.parts import Parts

from .case import CasePages
from .listing import ListPages
from .opening import OpeningPages
from .today import TodayPage


def office_pages(parts: Parts) -> list[Page]:
    """Return them."""
    groups = (TodayPage, ListPages, CasePages, OpeningPages)
    return [page for group in groups for page in group(parts).pages()]
