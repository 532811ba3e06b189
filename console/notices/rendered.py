"""The page of a notice, and the question whether a press is meant, as HTML."""

from collections.abc import Mapping

from console.rendering import render
from domain.command_table import BUTTONS, button

from .asked import AT_FIRST, Asked
from .pressed import ACKNOWLEDGE, SURE
from .shown import Shown

RISK = "A child may be at immediate risk"
TITLES = {
    "alerting": "Something is overdue",
    "acknowledged": "Somebody has this alert",
    "owed": "What is asked of you",
    "risk": RISK,
    "over": "This is over",
}
LATE = "Something that you owe is overdue"
ANSWER = "Your answer is asked for"
PASSED_ON = "You said that this is not for you"


def notice_page(base: str, page: Shown, asked: Asked | None = None, *, problem: str = "") -> str:
    """Return the page of a notice; *problem* is one sentence about what was pressed. *base* is a path, or empty.

    *asked* is what the seat is shown besides, and what it may record.
    """
    said = {"case": page.case, "problem": problem, "training": page.training}
    label = {name: button(name, page.state).label for name in BUTTONS}
    return render(
        "notice.html",
        base=base,
        title=notice_title(page),
        page=page,
        asked=asked,
        at_first=AT_FIRST,
        label=label,
        **said,
    )


def question_page(
    base: str, page: Shown, fields: Mapping[str, str], *, problem: str = "", of_rota: bool = False
) -> str:
    """Return the page that asks whether a press is meant: its hidden *fields* say which, and that it was asked.

    *of_rota* says that it is asked of a lead on call, who is woken again.
    """
    asked = button(fields["press"], page.state)
    said = {"case": page.case, "problem": problem, "training": page.training}
    of_risk = page.state == "risk" and asked.name == ACKNOWLEDGE
    says = asked.says.format(hours=page.rest_hours)
    return render(
        "question.html", base=base, title=asked.asks, page=page, fields=fields, button=asked, says=says,
        of_risk=of_risk, of_rota=of_rota, sure=SURE, **said,
    )  # fmt: skip


def notice_title(page: Shown) -> str:
    """Return what the window and the first heading of the page of a notice say."""
    if page.passed_on:
        return PASSED_ON
    if page.state == "owed" and page.items[0].is_asked:
        return ANSWER
    return LATE if page.state == "owed" and page.items[0].late else TITLES[page.state]
