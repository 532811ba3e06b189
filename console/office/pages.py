"""Every page of the office."""

from console.entrance import Page
from console.parts import Parts

from .case import CasePages
from .destruction import DestructionPages
from .files import FilePages
from .listing import ListPages
from .opening import OpeningPages
from .plans import PlanPages
from .statement import StatementPage
from .today import TodayPage
from .upkeep import UpkeepPages


def office_pages(parts: Parts) -> list[Page]:
    """Return them."""
    groups = (
        TodayPage,
        ListPages,
        CasePages,
        OpeningPages,
        FilePages,
        PlanPages,
        UpkeepPages,
        DestructionPages,
        StatementPage,
    )
    return [page for group in groups for page in group(parts).pages()]
