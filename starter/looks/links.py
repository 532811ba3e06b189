"""Do notices carry links, can they be signed, and does their page answer?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings import Settings, is_here

from .finding import Finding
from .post import trains

if TYPE_CHECKING:
    from adapters.links import Links


def links(settings: Settings) -> Iterator[Finding]:
    """Look at the key, and open a link of ours where people do."""
    from wiring import links_of

    console = settings.console
    if not console.address:
        yield from _without(settings)
        return
    try:
        made = links_of(settings)
    except ValueError as error:
        mend = "Put a key into the file of ESCALATION_LINK_KEY_FILE (docs/settings.md), for workers and page alike."
        yield Finding("links", "problem", f"Notices cannot be signed: {error}.", mend)
        return
    yield Finding("links", "ok", f"begin with {console.address}, {_keys(len(console.keys))}")
    if made:
        yield _page(made, settings)


def _page(links: "Links", settings: Settings) -> Finding:
    """Open a link: where people open it, and if that leads nowhere, past the web server before the page."""
    from console.alive import Answer, tried

    console = settings.console
    answer, here = tried(console.address, links), f"http://127.0.0.1:{console.port}"
    if answer is Answer.OPENS:
        return Finding("page", "ok", "a link opens")
    if answer is Answer.OTHER_KEY:
        says = f"The page at {console.address} knows links by another key: no link of ours opens."
        return Finding("page", "problem", says, "Give workers and page the same file (ESCALATION_LINK_KEY_FILE).")
    if answer is Answer.NO_RECORD:
        says = f"The page at {console.address} answers, and cannot show a case: no link opens."
        return Finding("page", "problem", says, "See its log, and whether it can read the register.")
    if here != console.address and tried(here, links) is Answer.OPENS:
        says = f"A link opens at port {console.port} of this machine, and not at {console.address}."
        return Finding("page", "warning", says, "See the web server before it, if others have the same trouble.")
    says = f"Nobody answers at {console.address}: no link opens, as seen from this machine."
    mend = "Run `escalate console`, and see the web server before it."
    return Finding("page", "problem" if is_here(console.address) else "warning", says, mend)


def _without(settings: Settings) -> Iterator[Finding]:
    if trains(settings):
        yield Finding("links", "ok", "training: `escalate up` has its own")
    elif settings.console.keys:
        says = "A key for links is set and no address, so notices carry none."
        yield Finding("links", "warning", says, "Set ESCALATION_CONSOLE_ADDRESS, and run `escalate console`.")
    else:
        says = "Notices carry no links: whoever is on call has to type, or ring the office, to acknowledge an alert."
        mend = "Set ESCALATION_CONSOLE_ADDRESS and ESCALATION_LINK_KEY_FILE, and run `escalate console`."
        yield Finding("links", "warning", says, mend)


def _keys(count: int) -> str:
    return "one key" if count == 1 else f"{count} keys"
