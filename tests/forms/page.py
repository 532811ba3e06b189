"""One page of a form as a person meets it: what is asked, what may be chosen, and what stands in it."""

from html.parser import HTMLParser
from typing import NamedTuple


class Control(NamedTuple):
    """Something that can be filled in, or stands there already."""

    name: str
    type: str
    """`text` and `textarea`, `radio`, `checkbox`, `select`, or `hidden`."""
    options: tuple[str, ...] = ()
    """What may be chosen; an empty one is no choice."""


class Page(HTMLParser):
    """What stands on a page: its links, and its last form."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.action = ""
        self.buttons: list[tuple[str, str]] = []
        self.fields: dict[str, list[str]] = {}
        """What a browser would send."""
        self.controls: dict[str, Control] = {}
        self._area = ""
        self._select = ""
        self._is_chosen = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        match tag:
            case "a" if "href" in said:
                self.links.append(said["href"])
            case "form":
                self.action, self.buttons, self.fields, self.controls = said.get("action", ""), [], {}, {}
            case "input" if said.get("type") in {"radio", "checkbox"}:
                known = self.controls.get(name, Control(name, said["type"]))
                self.controls[name] = known._replace(options=(*known.options, said["value"]))
                if "checked" in said:
                    self._holds(name, said["value"])
            case "input":
                self.controls[name] = Control(name, said.get("type", "text"))
                self._holds(name, said.get("value", ""))
            case "textarea":
                self.controls[name], self._area = Control(name, "textarea"), name
                self._holds(name, "")
            case "select":
                self._select, self._is_chosen = name, False
                self.controls.setdefault(name, Control(name, "select"))
                self._holds(name, "")
            case "option" if self._select:
                known = self.controls[self._select]
                self.controls[self._select] = known._replace(
                    options=tuple(dict.fromkeys((*known.options, said["value"])))
                )
                if "selected" in said or not self._is_chosen:
                    self.fields[self._select][-1], self._is_chosen = said["value"], True
            case "button":
                self.buttons.append((name, said.get("value", "")))
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][-1] += data

    def _holds(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)
