"""Forms as a browser meets them: what stands in one, and sending it with some of it changed."""

from collections.abc import Mapping
from html.parser import HTMLParser

import httpx

Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """The last form of a page: every field with what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: Fields = []
        self.buttons: list[tuple[str, str]] = []
        self.action = ""
        self.offered: dict[str, list[str]] = {}
        """What may be chosen, by the field."""
        self._text: str | None = None
        self._select: str | None = None
        self._first = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.fields, self.buttons, self.action = [], [], said.get("action", "")
                self.offered = {}
            case "input" if said.get("type") in {"radio", "checkbox"} and "checked" not in said:
                self.offered.setdefault(said["name"], []).append(said["value"])
            case "input" if said.get("type") in {"radio", "checkbox"}:
                self.offered.setdefault(said["name"], []).append(said["value"])
                self.fields.append((said["name"], said["value"]))
            case "input":
                self.fields.append((said["name"], said.get("value", "")))
            case "textarea":
                self._text = said["name"]
                self.fields.append((said["name"], ""))
            case "select":
                self._select, self._first = said["name"], True
                self.fields.append((said["name"], ""))
            case "option" if self._select:
                self.offered.setdefault(self._select, []).append(said["value"])
                if "selected" in said or self._first:
                    self.fields[-1] = (self._select, said["value"])
                self._first = False
            case "button":
                self.buttons.append((said.get("name", ""), said.get("value", "")))
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.fields[-1] = (self._text, self.fields[-1][1] + data)


def form_in(page: httpx.Response) -> _Form:
    """Return the form of a page."""
    found = _Form()
    found.feed(page.text)
    return found


def fields_of(page: httpx.Response) -> dict[str, list[str]]:
    """Return what a browser would send of the form of a page, but for the button."""
    found: dict[str, list[str]] = {}
    for name, value in form_in(page).fields:
        found.setdefault(name, []).append(value)
    return found


def anything(page: httpx.Response) -> dict[str, list[str]]:
    """Return something for every field of the form of a page: the first that may be chosen, else a word or a date."""
    found = {name: [next(filter(None, values), "")] for name, values in form_in(page).offered.items()}
    typed = {"-day": "3", "-month": "12", "-year": "2026", "-time": "10:00"}
    for name, values in fields_of(page).items():
        if name in found or values != [""]:
            continue
        ends = [value for end, value in typed.items() if name.endswith(end)]
        found[name] = [
            ends[0] if ends and not name.startswith(("at-", "happened-")) else "" if ends else "5 working days"
        ]
    return found


async def send(
    browser: httpx.AsyncClient, page: httpx.Response, button: str, typed: Mapping[str, str | list[str]] | None = None
) -> httpx.Response:
    """Send the form of a page with a button, and with some of its fields typed anew."""
    sent = fields_of(page) | {name: [said] if isinstance(said, str) else said for name, said in (typed or {}).items()}
    name = form_in(page).buttons[-1][0]
    return await browser.post(form_in(page).action, data={**sent, name: [button]})


async def records(
    browser: httpx.AsyncClient, path: str, typed: Mapping[str, str | list[str]] | None = None
) -> httpx.Response:
    """Open a form, fill it in, look at what will be recorded, and record it."""
    checked = await send(browser, await browser.get(path), "check", typed)
    assert checked.status_code == 200, checked.text
    return await send(browser, checked, "record")
